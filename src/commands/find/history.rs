//! `netcensus find --history`: searches the kept snapshots, one after the other.

use jiff::Timestamp;

use super::super::inventory_source::name_accounts;
use super::super::scope_flags::scope_flags;
use super::super::snapshot_lookup::{self, describe_future_snapshots};
use crate::analysis::find::{FindHistory, FindQuery, FindStatus, HistoryBuilder};
use crate::cli::find::FindArgs;
use crate::cli::scope::ScopeArgs;
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::exit::{Exit, ReadOutcome};
use crate::input::{self, SnapshotRowsError, Source};
use crate::model::{Inventory, InventoryView, Kind};
use crate::output::{self, Format};
use crate::snapshot::{self, SnapshotEntry, SnapshotStore};
use crate::ui::Ui;
use crate::wording::counted;

/// Searches all snapshots and prints who had each thing when.
///
/// # Errors
/// When there are no snapshots, or the result cannot be written.
pub fn run(
    args: &FindArgs,
    queries: &[FindQuery],
    format: Format,
    settings: &Settings,
    ui: &Ui,
) -> Result<Exit, Error> {
    if args.source.live.scope != ScopeArgs::default() {
        let flags = scope_flags(&args.source.live.scope).join(" and ");
        return Err(Error::usage(format!(
            "{flags} cannot be used with --history, which reads saved snapshots"
        )));
    }
    let store = snapshot_lookup::open_store(settings)?;
    snapshot_lookup::refuse_missing_store(&store, settings)?;
    let mut entries = list_past(&store, ui)?;
    if entries.is_empty() {
        let directory = store.directory().display();
        return Err(Error::usage(format!("there is no snapshot in {directory}")).remedy(format!(
            "to save one, run `{}`",
            snapshot_lookup::with_store("scan all --save", settings)
        )));
    }
    let of_sandbox = snapshot::foreign_scopes(&entries, false);
    if entries.iter().all(|entry| of_sandbox.contains(&entry.scope)) {
        ui.warn_always("all snapshots are of the sandbox, so the answer says nothing about your clouds");
    } else {
        entries.retain(|entry| !of_sandbox.contains(&entry.scope));
    }
    let history = search_each(queries, &entries, settings, ui);
    let layout = ui.layout();
    ui.report(format, |out| output::render(&history, format, layout.with_wide(args.wide), out))?;
    Ok(report_and_exit_code(&history, ui))
}

/// Searches all snapshots of the clouds, or of the sandbox if `of_sandbox`, oldest first; `None` if there are none.
///
/// # Errors
/// When they cannot be listed.
pub fn search_snapshots(
    queries: &[FindQuery],
    of_sandbox: bool,
    settings: &Settings,
    ui: &Ui,
) -> Result<Option<FindHistory>, Error> {
    let store = snapshot_lookup::open_store(settings)?;
    snapshot_lookup::warn_of_missing_store(&store, settings, ui);
    let mut entries = list_past(&store, ui)?;
    let foreign = snapshot::foreign_scopes(&entries, of_sandbox);
    entries.retain(|entry| !foreign.contains(&entry.scope));
    Ok((!entries.is_empty()).then(|| search_each(queries, &entries, settings, ui)))
}

fn search_each(
    queries: &[FindQuery],
    entries: &[SnapshotEntry],
    settings: &Settings,
    ui: &Ui,
) -> FindHistory {
    let mut builder = HistoryBuilder::new(queries);
    for entry in entries {
        add(&mut builder, entry, settings, ui);
    }
    builder.finish()
}

/// Lists the snapshots, oldest first, without those that are dated in the future.
fn list_past(store: &SnapshotStore, ui: &Ui) -> Result<Vec<SnapshotEntry>, Error> {
    let mut entries = snapshot_lookup::list_snapshots(store)?;
    let directory = store.directory().display().to_string();
    let future = snapshot::dated_in_future(&entries, Timestamp::now());
    if !future.is_empty() {
        ui.warn(&describe_future_snapshots(future, &directory));
    }
    let past = entries.len() - future.len();
    entries.truncate(past);
    Ok(entries)
}

/// Searches a snapshot, whose instances and interfaces stay in its file. One that cannot be read is a gap; one that another
/// process has just removed is none.
fn add(builder: &mut HistoryBuilder<'_>, entry: &SnapshotEntry, settings: &Settings, ui: &Ui) {
    let error = match entry.open() {
        Err(error) if error.is_missing() => return,
        Err(error) => Error::from(error),
        Ok(_) => match search(builder, entry, settings) {
            Ok(()) => return,
            Err(error) => error,
        },
    };
    let line = error.diagnostic().to_line();
    ui.warn_always(&line);
    builder.add_unreadable(entry.name(), entry.taken_at, line);
}

fn search(builder: &mut HistoryBuilder<'_>, entry: &SnapshotEntry, settings: &Settings) -> Result<(), Error> {
    let (mut loaded, rows) = input::load_streamed(&Source::Kept(entry.clone()), &Kind::ALL)?;
    name_accounts(&mut loaded.inventory, settings);
    let inventory = &loaded.inventory;
    let Some(rows) = rows else { return search_loaded(builder, entry, inventory) };
    let view = InventoryView { inventory, instances: &rows, interfaces: &rows };
    let Err(error) = builder.add(entry.name(), view) else { return Ok(()) };
    match rows.take_error() {
        Some(SnapshotRowsError::Unsorted) => {
            let mut whole = rows.load(&Kind::ALL)?.inventory;
            name_accounts(&mut whole, settings);
            search_loaded(builder, entry, &whole)
        }
        Some(SnapshotRowsError::Unreadable(error)) => Err(error.into()),
        None => Err(Error::from_error(ErrorKind::Input, &error)),
    }
}

fn search_loaded(
    builder: &mut HistoryBuilder<'_>,
    entry: &SnapshotEntry,
    inventory: &Inventory,
) -> Result<(), Error> {
    let searched = builder.add(entry.name(), InventoryView::new(inventory));
    searched.map_err(|error| Error::from_error(ErrorKind::Input, &error))
}

/// Reports which snapshots are incomplete, and returns the exit code.
fn report_and_exit_code(history: &FindHistory, ui: &Ui) -> Exit {
    let is_known = history.answers.iter().all(|answer| answer.status != FindStatus::Unknown);
    let is_found = history.answers.iter().all(|answer| answer.status.is_found());
    let exit =
        Exit::from_reading(ReadOutcome { interrupted: false, complete: is_known, negative: !is_found });
    let incomplete = history.snapshots.iter().filter(|snapshot| !snapshot.complete).count();
    if incomplete > 0 {
        let all = counted(history.snapshots.len(), "snapshot");
        let consequence = match exit {
            Exit::Clean | Exit::Negative => "there may be more".to_owned(),
            exit => format!("exit code {}", exit.code()),
        };
        ui.warn_always(&format!("{incomplete} of {all} could not read everything ({consequence})"));
    }
    exit
}
