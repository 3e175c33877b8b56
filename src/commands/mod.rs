//! Each command: gather, analyse, render, exit.

pub mod completions;
pub mod config;
mod declared_ranges;
pub mod diff;
pub mod export;
mod filters;
pub mod find;
pub mod free;
pub mod groups;
mod interrupt;
mod inventory_source;
pub mod man;
pub mod merge;
mod notify;
pub mod overlap;
mod overrides;
mod progress;
mod record_list;
mod refused_tenants;
pub mod release;
mod report_files;
mod reservation_store;
pub mod reservations;
pub mod reserve;
mod run;
mod runtime;
pub mod sandbox;
mod save;
pub mod scan;
mod scan_fingerprint;
mod snapshot_lookup;
pub mod snapshots;
mod summary;
mod usage;
mod view;

pub use run::main;
