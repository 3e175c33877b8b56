//! netcensus: which networks, subnets and machines do we have, and do their addresses collide?
//!
//! `docs/architecture.md` says what each module is for and which may use which, and `tests/it/arrows.rs` keeps that page
//! true. In short: `model` is what everything rests on, `clouds` and `input` read it, `analysis` computes with it,
//! `output` and `export` write it, `commands` joins them, and only `ui` prints.

pub mod analysis;
pub mod cli;
pub mod clouds;
pub mod commands;
pub mod config;
pub mod diagnostic;
pub mod error;
pub mod exit;
pub mod export;
pub mod fs;
#[cfg(test)]
#[path = "../tests/fuzz/harness.rs"]
mod fuzz_harness;
pub mod input;
pub mod line_index;
pub mod model;
pub mod notify;
pub mod output;
pub mod redact;
pub mod reservations;
pub mod sandbox;
pub mod secret;
pub mod snapshot;
pub mod suggest;
pub mod sync;
pub mod ui;
pub mod watch;
pub mod wording;
