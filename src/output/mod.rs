//! Writes inventories, findings and changes: one table of formats, and a file or directory for each format.
//!
//! A directory is a format, or (`changes`, `find`, `findings`, `free`, `sync`, `usage`) what several formats share of one
//! report.

mod ansible;

mod cell_text;
mod changes;
mod collision_rows;
mod csv;
mod export;
mod export_format;
mod find;
mod findings;
mod format;
mod formats;
mod formulas;
mod free;
mod github;
mod host_options;
mod hosts;
mod html;
mod json;
mod junit;
mod layout;
mod markdown;
mod ndjson;
mod open_metrics;
mod parameters;
mod parquet;
mod prometheus;
mod query_answer;
mod render;
mod rendered;
mod sarif;
mod sqlite;
mod state;
mod sync;
mod table;
mod usage;
mod xlsx;

pub use cell_text::{escape_unprintable, is_unprintable};
pub use changes::change_lines::{change_lines, count_change_lines};
pub use csv::CsvOptions;
pub use export::Export;
pub use export_format::ExportFormat;
pub use findings::{explain_class, summary_line};
pub use format::{
    AnswersFormat, Content, ExportSpec, ExportedContent, FileLayout, Format, FormatSpec, GapsListed,
};
pub use formats::{FORMATS, FormatError};
pub use host_options::{Address, HostCounts, HostFormat, HostOptions};
pub use json::{
    changes_schema, default_vpcs_schema, find_history_schema, find_schema, findings_schema, free_schema,
    groups_schema, inventory_schema, network_plan_schema, reservations_schema, sync_schema, usage_schema,
    write_reservations,
};
pub use layout::Layout;
pub use ndjson::{ChangeBatch, write_change_batch};
pub use open_metrics::{MetricType, OPEN_METRICS_TYPE, OpenMetrics};
pub use render::{
    Report, render, render_answer, render_default_vpcs, render_groups, render_list, render_rows,
    render_streamed, render_value, write_document, write_export,
};
pub use rendered::Rendered;
