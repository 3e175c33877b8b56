//! Each command: gather, analyse, render, exit.

mod asked;
pub mod completions;
pub mod config;
pub mod diff;
mod dry_run;
pub mod export;
mod gather;
mod interrupt;
mod kept;
mod observer;
pub mod overlap;
mod overrides;
mod report;
mod run;
mod runtime;
pub mod sandbox;
pub mod scan;
mod sink;
mod summary;

pub use run::main;
