//! Each command: gather, analyse, render, exit.

mod collisions;
pub mod completions;
pub mod config;
pub mod diff;
mod dry_run;
pub mod export;
mod faults;
mod gather;
mod interrupt;
pub mod merge;
pub mod overlap;
mod overrides;
mod progress;
mod record_list;
mod refused_tenants;
mod run;
mod runtime;
pub mod sandbox;
mod save;
pub mod scan;
mod scan_fingerprint;
mod scopes;
mod snapshot_lookup;
pub mod snapshots;
mod summary;
mod verdict;
mod view;

pub use run::main;
