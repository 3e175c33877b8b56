//! Writes inventories for other tools: spreadsheets, databases, pages.

mod format;
mod html;
mod write;
mod xlsx;

pub use format::{ExportFormat, ExportInfo, FileLayout};
pub use write::{Export, write_export};
