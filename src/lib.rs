//! netcensus: which networks, subnets and machines do we have, and do their addresses collide?
//!
//! The rooms, and what may use what (`docs/architecture.md`, kept true by `tests/it/arrows.rs`):
//! `model` uses nothing; `analysis` and `config` use `model`; `output` uses `model` and `analysis`;
//! `clouds` uses `model` and `config`; `sandbox` stands alone; `cli` names the options; `commands` joins
//! them; only `ui` prints.

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
pub mod input;
pub mod model;
pub mod output;
pub mod redact;
pub mod sandbox;
pub mod snapshot;
pub mod suggest;
pub mod ui;
pub mod wording;
