//! The one integration-test binary.

mod arrows;
mod config;
mod docs;
mod output;
mod sandbox;
mod sources;
