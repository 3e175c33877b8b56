//! Writes inventories for other tools: spreadsheets, databases, pages.

mod ansible;
mod collisions;
mod format;
mod hosts;
mod html;
mod parquet;
mod prometheus;
mod sqlite;
mod tally;
mod write;
mod xlsx;
mod yaml;

pub use format::{ExportFormat, ExportInfo, FileLayout, GapsAre};
pub use hosts::{Address, HostOptions};
pub use tally::HostTally;
pub use write::{Export, write_export};
