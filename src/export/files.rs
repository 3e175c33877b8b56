//! Writes an export to its files, or to standard output.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};
use std::path::Path;

use tempfile::spooled_tempfile;

use super::manifest::{Manifest, Written};
use super::target::{self, File};
use crate::analysis::streamed_table::StreamedTable;
use crate::error::Error;
use crate::fs::atomic::{Draft, keep_all};
use crate::fs::directories::Folders;
use crate::output::{Export, ExportFormat, HostTally, write_export};
use crate::ui::Ui;

/// Bytes for standard output that are kept in memory; more of them wait in a temporary file.
const IN_MEMORY: usize = 16 << 20;

/// Writes all files beside their places, then puts them there, after `drafts` and the note of them last; `before` is
/// that of the export before.
///
/// # Errors
/// When a file cannot be written.
pub fn write(
    export: &Export<'_>,
    folder: &Path,
    files: &[File],
    manifest: &Path,
    before: Option<&Manifest>,
    drafts: Vec<Draft>,
    hold_off: &dyn Fn(),
) -> Result<Manifest, Error> {
    let inventory = export.estate.inventory;
    let missing = export.missing.to_vec();
    let mut note =
        Manifest::new(inventory.generator.clone(), inventory.taken_at, missing, rows(export), before)
            .with_tenants(inventory, before);
    // Locals are dropped in reverse, and parameters after them: the drafts have to go before the directories they are in.
    let mut folders = Folders::default();
    let mut drafts = drafts;
    for file in files {
        folders.make(target::folder_of(&file.path))?;
        let of = listing(export, file);
        let part = file.provider.zip(of).map(|(provider, of)| of.for_provider(provider));
        let of = part.as_ref().or(of);
        drafts.push(Draft::write(&file.path, |out| write_export(export, file.format, of, out))?);
        note.files.push(Written::new(folder, &file.path, file.format.to_string()));
    }
    drafts.push(note.draft(manifest)?);
    keep_all(drafts, hold_off)?;
    Ok(note)
}

/// Counts the rows of each kind.
pub fn rows(export: &Export<'_>) -> BTreeMap<String, usize> {
    let kinds = export.listings.iter().filter(|listing| listing.kind.is_some());
    kinds.map(|listing| (listing.name.to_owned(), listing.rows)).collect()
}

/// Sums up what was written, in a line.
pub fn said(note: &Manifest, folder: &Path, tally: &HostTally) -> String {
    let rows: Vec<String> = note.rows.iter().map(|(kind, rows)| counted(*rows, kind)).collect();
    let (parted, whole): (Vec<&Written>, Vec<&Written>) =
        note.files.iter().partition(|file| file.name.contains('/'));
    let mut files: Vec<String> = whole.into_iter().map(|file| named(file, tally)).collect();
    // Their paths are long, and say no more.
    if !parted.is_empty() {
        files.push(format!("{} files by day and provider", parted.len()));
    }
    let gaps = if note.complete { "" } else { "; incomplete" };
    format!("exported {} to {} in {}{gaps}", rows.join(", "), files.join(", "), folder.display())
}

/// Writes a number of things of a kind, whose name is a plural.
fn counted(number: usize, kind: &str) -> String {
    let one = kind.strip_suffix('s').filter(|_| number == 1);
    format!("{number} {}", one.unwrap_or(kind))
}

/// Names a file, and how many machines are in it where these are not all.
fn named(file: &Written, tally: &HostTally) -> String {
    match ExportFormat::by_name(&file.format).and_then(|format| tally.said(format)) {
        Some(hosts) => format!("{} ({hosts})", file.name),
        None => file.name.clone(),
    }
}

/// Writes one file to standard output, once it is whole.
///
/// # Errors
/// When it cannot be made or written.
pub fn show(export: &Export<'_>, file: &File, ui: &Ui) -> Result<(), Error> {
    let mut whole = spooled_tempfile(IN_MEMORY);
    write_export(export, file.format, listing(export, file), &mut whole)
        .and_then(|()| whole.flush())
        .and_then(|()| whole.rewind())
        .map_err(|error| Error::usage(format!("cannot write {}", file.format)).caused_by(&error))?;
    ui.data(|out| io::copy(&mut whole, out).map(drop))
}

fn listing<'e>(export: &'e Export<'_>, file: &File) -> Option<&'e StreamedTable<'e>> {
    export.listings.iter().find(|listing| Some(listing.name) == file.of)
}
