//! Each command: gather, analyse, render, exit.

pub mod completions;
pub mod config;
mod dry_run;
mod gather;
mod interrupt;
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
