//! Writes inventories for other tools: spreadsheets, databases, pages.

mod ansible;
mod collisions;
mod format;
mod hosts;
mod html;
mod parquet;
mod prometheus;
mod sqlite;
mod write;
mod xlsx;
mod yaml;

pub use format::{ExportFormat, ExportInfo, FileLayout, GapsAre};
pub use hosts::{Address, HostOptions, remark_on_hosts};
pub use write::{Export, write_export};
