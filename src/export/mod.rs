//! Exports: files for other tools, written whole or not at all, in place of those of the export before.

mod columns;
mod days;
mod files;
mod guard;
mod history;
mod idle;
mod lock;
mod manifest;
mod plan;
mod put;
mod tags;
mod target;
mod unguarded;
mod write;

pub use plan::Plan;
pub use write::{Source, write};
