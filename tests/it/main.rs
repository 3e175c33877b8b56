//! The one integration-test binary.

mod config;
mod output;
mod sandbox;
mod scan;
mod support;
mod surface;
