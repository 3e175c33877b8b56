//! The one integration-test binary.

mod arrows;
mod config;
#[cfg(feature = "aws")]
mod docs;
mod output;
#[cfg(feature = "aws")]
mod provider;
#[cfg(feature = "aws")]
mod sandbox;
#[cfg(feature = "aws")]
mod scan;
mod sources;
mod support;
mod surface;
