//! The engine behind `netcensus export`: files for other tools, which replace those of the export before, all or none.

mod columns;
#[cfg(test)]
mod fuzz;
mod guard;
mod history;
mod lock;
mod manifest;
mod plan;
mod target;
mod write;

pub use plan::{ExportPlan, asks_for_usage};
pub use target::is_directory_path;
pub use write::{ExportSource, write_files, write_page};
