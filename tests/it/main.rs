//! The one integration-test binary. Without the features `aws` and `azure` it tests all that needs no SDK.

mod arrows;
#[cfg(feature = "azure")]
mod azure;
mod cases;
mod clouds;
mod config;
mod default_vpcs;
mod diff;
mod docs;
mod export;
mod faults;
mod find;
mod free;
mod fuzz;
mod gate;
mod groups;
mod merge;
mod network_plan;
mod notify;
mod output;
mod overlap;
mod recipes;
mod reservations;
#[cfg(feature = "aws")]
mod sandbox;
#[cfg(feature = "aws")]
mod scan;
mod snapshots;
mod sources;
#[cfg(target_os = "linux")]
mod stops;
mod support;
mod surface;
mod sync;
mod usage;
#[cfg(feature = "watch")]
mod watch;
#[cfg(all(feature = "watch", unix))]
mod watch_service;
