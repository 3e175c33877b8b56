//! Renders reports; one file per format, one table of formats.

mod cell;
mod changes;
mod csv;
mod export;
mod findings;
mod format;
mod json;
mod markdown;
mod ndjson;
mod page;
mod render;
mod schema;
mod table;
mod words;

pub use cell::is_unprintable;
pub use changes::render_changes;
pub use csv::CsvOptions;
pub use export::{
    Address, Export, ExportFormat, ExportInfo, FileLayout, GapsAre, HostOptions, HostTally, write_export,
};
pub use findings::{render_findings, summary_line};
pub use format::{Format, FormatError, FormatInfo, Holds};
pub use render::{Layout, Report, render, render_answer, render_tables, write_document};
pub use schema::{changes_schema, findings_schema, inventory_schema};
