//! The one integration-test binary.

mod config;
mod output;
mod provider;
mod sandbox;
