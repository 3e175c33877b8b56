//! Each command: gather, analyse, render, exit.

mod asked;
mod collisions;
pub mod completions;
pub mod config;
pub mod diff;
mod dry_run;
pub mod export;
mod faults;
mod gather;
mod interrupt;
mod kept;
mod live_scope;
pub mod merge;
mod observer;
pub mod overlap;
mod overrides;
mod report;
mod run;
mod runtime;
pub mod sandbox;
pub mod scan;
mod scopes;
mod sink;
pub mod snapshots;
mod summary;
mod target;
mod tenants;
mod verdict;
mod words;

pub use run::main;
