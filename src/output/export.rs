//! From an inventory to the bytes of one file of an export: picks the format's own file.

use std::io::{self, Write};

use super::export_format::ExportFormat;
use super::host_tally::HostTally;
use super::hosts::HostOptions;
use super::{ansible, html, parquet, prometheus, sqlite, xlsx};
use crate::analysis::inventory_index::InventoryIndex;
use crate::analysis::overlap::Finding;
use crate::analysis::streamed_table::StreamedTable;
use crate::model::{Estate, Kind, Range};
use crate::output::csv::{self, CsvOptions};
use crate::output::{json, ndjson};

/// What is exported.
pub struct Export<'a> {
    /// The inventory.
    pub estate: Estate<'a>,
    /// The look-ups over it.
    pub index: &'a InventoryIndex<'a>,
    /// The rows of each kind, and the coverage last.
    pub listings: &'a [StreamedTable<'a>],
    /// The collisions among the networks, for formats that show them.
    pub collisions: &'a [Finding],
    /// How CSV is laid down.
    pub csv: CsvOptions,
    /// How machines are reached, for formats of hosts.
    pub hosts: HostOptions,
    /// The machines in formats of hosts.
    pub tally: &'a HostTally,
    /// Ranges outside the clouds, as the configuration declares them.
    pub ranges: &'a [Range],
    /// What the inventory lacks, in sentences; none when it is complete.
    pub missing: &'a [String],
}

/// Writes one file: all of the export, or, for a format whose kinds have files of their own, the listing `of`.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_export(
    export: &Export<'_>,
    format: ExportFormat,
    of: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    match (format, of) {
        (ExportFormat::Csv, Some(listing)) => csv::write_listing(listing, export.csv, out),
        (ExportFormat::Csv, None) => {
            export.listings.iter().try_for_each(|listing| csv::write_listing(listing, export.csv, out))
        }
        (ExportFormat::Xlsx, _) => xlsx::write(export, out),
        (ExportFormat::Sqlite, _) => sqlite::write(export, out),
        (ExportFormat::Json, _) => json::write(export.estate.inventory, out),
        (ExportFormat::Ndjson, _) => {
            let kinds: Vec<Kind> = export.listings.iter().filter_map(|listing| listing.kind).collect();
            ndjson::write_kinds(export.estate, &kinds, true, out)
        }
        (ExportFormat::Parquet, Some(listing)) => parquet::write(export, listing, out),
        (ExportFormat::Parquet, None) => Err(io::Error::other("a file of parquet holds one kind")),
        (ExportFormat::Ansible, _) => ansible::write(export, out),
        (ExportFormat::Prometheus, _) => prometheus::write(export, out),
        (ExportFormat::Html, _) => html::write(export, out),
    }
}
