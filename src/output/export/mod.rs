//! Writes inventories for other tools: spreadsheets, databases, pages.

mod collisions;
mod format;
mod parquet;
mod sqlite;
mod write;
mod xlsx;

pub use format::{ExportFormat, ExportInfo, FileLayout};
pub use write::{Export, write_export};
