//! The one integration-test binary; it tests the whole program, which is one with a cloud.

#![cfg(feature = "aws")]

mod arrows;
#[cfg(feature = "azure")]
mod azure;
mod config;
#[cfg(feature = "azure")]
mod diff;
mod docs;
mod export;
mod gate;
mod merge;
mod output;
mod overlap;
mod provider;
#[cfg(feature = "azure")]
mod recipes;
mod sandbox;
mod scan;
mod snapshots;
mod sources;
mod support;
mod surface;
