//! Writes an export: makes its tables, asks the guard, and moves all files to their places together.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};
use std::path::Path;

use tempfile::spooled_tempfile;

use super::columns::{TagRecorder, warnings_for_unknown_tags};
use super::guard::PreviousRows;
use super::history::HistoryTable;
use super::manifest::{ExportManifest, WrittenFile};
use super::plan::ExportPlan;
use super::target::{ExportFile, ExportTarget, PartitionedTables, cannot_read_again, resolve_files};
use crate::analysis::filter::{FilteredRows, ResourceGroups};
use crate::analysis::inventory_index::InventoryIndex;
use crate::analysis::overlap::Finding;
use crate::analysis::streamed_table::{StreamedTable, coverage_table, streamed_tables};
use crate::analysis::usage::UsageReport;
use crate::error::{Error, ErrorKind};
use crate::fs::atomic::{PendingFile, commit_all, remove_abandoned};
use crate::fs::paths::{CreatedDirectories, parent_directory};
use crate::model::{InventoryView, Range};
use crate::output::{Export, ExportFormat, HostCounts, write_export};
use crate::ui::Ui;
use crate::wording::{counted, counted_plural};

/// Bytes for standard output that are kept in memory. More go to a temporary file.
const IN_MEMORY: usize = 16 << 20;

/// What is exported.
#[derive(Clone, Copy)]
pub struct ExportSource<'a> {
    /// The inventory.
    pub view: InventoryView<'a>,
    /// Whether instances are read from their file row by row, instead of being in memory.
    pub is_streamed: bool,
    /// What the inventory lacks, a sentence each.
    pub missing: &'a [String],
    /// The collisions among its networks, where [`ExportPlan::shows_collisions`].
    pub collisions: &'a [Finding],
    /// How full subnets are and will be, where [`ExportPlan::measures_usage`].
    pub usage: Option<&'a UsageReport>,
    /// Ranges outside the clouds, as the configuration declares them.
    pub ranges: &'a [Range],
    /// The groups that the configuration defines.
    pub groups: &'a ResourceGroups,
}

/// Writes everything that `plan` asks for. `defer_signals` is called before the first file is moved to its place: from then
/// on, no signal may end the process.
///
/// # Errors
/// When the inventory cannot be read again, the guard refuses, or a file cannot be written. The old files stay then.
pub fn write_files(
    plan: &ExportPlan,
    source: ExportSource<'_>,
    defer_signals: &dyn Fn(),
    ui: &Ui,
) -> Result<(), Error> {
    with_export(plan, source, ui, |export| write_tables(plan, export, defer_signals, ui))
}

/// Writes what the first format of `plan` makes of an inventory to `out`, such as a page.
///
/// # Errors
/// When it cannot be made.
pub fn write_page(
    plan: &ExportPlan,
    source: ExportSource<'_>,
    out: &mut (dyn Write + Send),
    ui: &Ui,
) -> Result<(), Error> {
    with_export(plan, source, ui, |export| {
        plan.formats.iter().take(1).try_for_each(|format| {
            write_export(export, *format, None, out).map_err(|error| {
                Error::new(ErrorKind::Output, format!("{format} cannot be written")).with_source(&error)
            })
        })
    })
}

/// Makes the tables of an export, and has `write` use them.
fn with_export(
    plan: &ExportPlan,
    source: ExportSource<'_>,
    ui: &Ui,
    write: impl FnOnce(&Export<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let ExportSource { view, is_streamed, missing, collisions, usage, ranges, groups } = source;
    let inventory = view.inventory;
    let request = plan.columns.request_for(view).map_err(|error| cannot_read_again(&error))?;
    let recorder = TagRecorder::new(view, &plan.columns.request);
    let view = InventoryView { instances: &recorder, ..view };
    let mut index = InventoryIndex::new(inventory);
    if is_streamed && plan.uses_network_column("instances") {
        index.count_instances(view.instances).map_err(|error| cannot_read_again(&error))?;
    }
    let is_filtered = !request.filters.is_empty();
    let members = is_filtered.then(|| FilteredRows::new(view.instances, &request.filters, &index));
    let members = members.transpose().map_err(|error| cannot_read_again(&error))?;
    let view = match &members {
        Some(members) => InventoryView { instances: members, ..view },
        None => view,
    };
    let mut tables = streamed_tables(view, &index, &request)?;
    if is_filtered {
        tables.iter_mut().try_for_each(count_members).map_err(|error| cannot_read_again(&error))?;
    }
    tables.push(coverage_table(inventory, &index));
    let host_counts = if plan.lists_hosts() {
        HostCounts::new(view.instances, plan.hosts.address).map_err(|error| cannot_read_again(&error))?
    } else {
        HostCounts::default()
    };
    let export = Export {
        view,
        index: &index,
        listings: &tables,
        collisions,
        usage,
        ranges,
        groups,
        missing,
        csv: plan.columns.csv,
        hosts: plan.hosts,
        host_counts: &host_counts,
    };
    write(&export)?;
    for warning in warnings_for_unknown_tags(view, &recorder, &plan.columns.request) {
        ui.warn(&warning);
    }
    Ok(())
}

/// Counts the rows that pass the filters.
fn count_members(table: &mut StreamedTable<'_>) -> io::Result<()> {
    let mut rows = 0;
    table.each(|_| {
        rows += 1;
        Ok(())
    })?;
    table.rows = rows;
    Ok(())
}

/// Asks the guard, and writes the history and the target.
fn write_tables(
    plan: &ExportPlan,
    export: &Export<'_>,
    defer_signals: &dyn Fn(),
    ui: &Ui,
) -> Result<(), Error> {
    let manifest_before = plan.read_previous_manifest()?;
    let history = match plan.history.as_deref().zip(export.listings.first()) {
        None => None,
        Some((path, table)) => {
            Some((HistoryTable::read(path, table, export.view.inventory, export.csv)?, table))
        }
    };
    let in_history = history.as_ref().and_then(|(history, table)| history.previous_rows(table.name));
    let previous: Vec<PreviousRows> =
        manifest_before.iter().flat_map(ExportManifest::previous_rows).chain(in_history).collect();
    plan.guard.check(&rows_by_kind(export), &previous)?;
    if previous.is_empty() && plan.guard.compares_with_previous() {
        plan.guard.warn_nothing_compared(plan.target.as_ref(), plan.history.as_deref(), ui);
    }
    let mut pending = Vec::new();
    if let Some((history, table)) = &history {
        pending.push(history.write_pending(table)?);
    }
    write_target(plan, export, manifest_before.as_ref(), pending, defer_signals, ui)?;
    let remarks = plan.formats.iter().filter_map(|format| export.host_counts.remark(&format.spec().hosts?));
    remarks.for_each(|remark| ui.status(&remark));
    if let Some((history, table)) = &history {
        ui.status(&history.describe_added(table.rows, table.name));
    }
    Ok(())
}

/// Writes to standard output or to files, and moves the files in `pending` to their places with them.
fn write_target(
    plan: &ExportPlan,
    export: &Export<'_>,
    before: Option<&ExportManifest>,
    pending: Vec<PendingFile>,
    defer_signals: &dyn Fn(),
    ui: &Ui,
) -> Result<(), Error> {
    match &plan.target {
        None => Ok(commit_all(pending, defer_signals)?),
        Some(ExportTarget::Stdout(file)) => {
            write_to_stdout(export, file, ui)?;
            Ok(commit_all(pending, defer_signals)?)
        }
        Some(ExportTarget::Files { directory, files, partitions, manifest }) => {
            remove_abandoned_files(directory, files, partitions);
            let resolved = resolve_files(files, partitions, export.view, ui)?;
            let written =
                write_to_directory(export, directory, &resolved, manifest, before, pending, defer_signals)?;
            ui.status(&describe_written(&written, directory, export.host_counts));
            if let Some(before) = before {
                // The files of other days stay on purpose.
                let is_dated = files.iter().any(ExportFile::is_dated);
                let left = written.describe_files_left(before, directory).filter(|_| !is_dated);
                if let Some(remark) = left {
                    ui.status(&remark);
                }
                written.describe_older(before).iter().for_each(|warning| ui.warn(warning));
            }
            Ok(())
        }
    }
}

/// Removes what killed runs left of files whose names depend on the day: no later run writes to the same name.
fn remove_abandoned_files(directory: &Path, files: &[ExportFile], partitions: &[PartitionedTables]) {
    for file in files.iter().filter(|file| file.is_dated()) {
        remove_abandoned(directory, |name| file.has_pending_name_on_some_day(name));
    }
    partitions.iter().for_each(PartitionedTables::remove_abandoned);
}

/// Writes all files, then moves them to their places: first those in `pending`, last the manifest, which it returns.
fn write_to_directory(
    export: &Export<'_>,
    directory: &Path,
    files: &[ExportFile],
    manifest_path: &Path,
    before: Option<&ExportManifest>,
    pending: Vec<PendingFile>,
    defer_signals: &dyn Fn(),
) -> Result<ExportManifest, Error> {
    let inventory = export.view.inventory;
    let (generator, missing) = (inventory.generator.clone(), export.missing.to_vec());
    let mut manifest =
        ExportManifest::new(generator, inventory.taken_at, missing, rows_by_kind(export), before)
            .with_tenants(inventory, before);
    // Locals are dropped in reverse order, and parameters after them: when an error ends this, the pending files have to
    // be removed before the directories they are in.
    let mut directories = CreatedDirectories::default();
    let mut pending = pending;
    for file in files {
        directories.create(parent_directory(&file.path))?;
        let table = table_of(export, file);
        let part = file.provider.zip(table).map(|(provider, table)| table.for_provider(provider));
        let table = part.as_ref().or(table);
        pending.push(PendingFile::write(&file.path, |out| write_export(export, file.format, table, out))?);
        manifest.files.push(WrittenFile::new(directory, &file.path, file.format.to_string()));
    }
    pending.push(manifest.write_pending(manifest_path)?);
    commit_all(pending, defer_signals)?;
    Ok(manifest)
}

/// Writes one file to standard output, once it is complete.
fn write_to_stdout(export: &Export<'_>, file: &ExportFile, ui: &Ui) -> Result<(), Error> {
    let mut complete = spooled_tempfile(IN_MEMORY);
    write_export(export, file.format, table_of(export, file), &mut complete)
        .and_then(|()| complete.flush())
        .and_then(|()| complete.rewind())
        .map_err(|error| {
            Error::new(ErrorKind::Output, format!("{} could not be written", file.format)).with_source(&error)
        })?;
    ui.data(|out| io::copy(&mut complete, out).map(drop))
}

fn table_of<'e>(export: &'e Export<'_>, file: &ExportFile) -> Option<&'e StreamedTable<'e>> {
    export.listings.iter().find(|table| Some(table.name) == file.table)
}

fn rows_by_kind(export: &Export<'_>) -> BTreeMap<String, usize> {
    let kinds = export.listings.iter().filter(|table| table.kind.is_some());
    kinds.map(|table| (table.name.to_owned(), table.rows)).collect()
}

/// Sums up what was written, in a line.
fn describe_written(manifest: &ExportManifest, directory: &Path, host_counts: &HostCounts) -> String {
    let rows: Vec<String> = manifest.rows.iter().map(|(kind, rows)| counted_plural(*rows, kind)).collect();
    let (partitions, others): (Vec<&WrittenFile>, Vec<&WrittenFile>) =
        manifest.files.iter().partition(|file| file.is_partition());
    let mut files: Vec<String> = others.into_iter().map(|file| describe_file(file, host_counts)).collect();
    // Their paths are long and say nothing new.
    if !partitions.is_empty() {
        files.push(format!("{} by day and provider", counted(partitions.len(), "file")));
    }
    let incomplete = if manifest.complete { "" } else { "; incomplete" };
    let place = match directory {
        here if here == Path::new(".") => String::new(),
        directory => format!(" in {}", directory.display()),
    };
    format!("exported {} to {}{place}{incomplete}", rows.join(", "), files.join(", "))
}

/// Names a file, with the number of hosts in it where these are not all instances.
fn describe_file(file: &WrittenFile, host_counts: &HostCounts) -> String {
    match ExportFormat::from_name(&file.format).and_then(|format| format.spec().hosts) {
        Some(hosts) => format!("{} ({})", file.name, host_counts.describe(&hosts)),
        None => file.name.clone(),
    }
}
