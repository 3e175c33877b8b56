//! The one integration-test binary.

mod arrows;
mod config;
mod docs;
mod output;
mod provider;
mod sandbox;
mod scan;
mod sources;
mod support;
mod surface;
