//! `netcensus snapshots`: settles the folder and the format, and does what was asked for.

mod item;
mod list;
mod prune;
mod verify;

use super::{overrides, snapshot_lookup};
use crate::cli::global::GlobalArgs;
use crate::cli::snapshots::{SnapshotsAction, SnapshotsArgs};
use crate::config::{Overrides, Settings};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Format;
use crate::snapshot::Store;
use crate::ui::Ui;

/// Runs `netcensus snapshots`.
///
/// # Errors
/// When the options are wrong, the folder cannot be read, a snapshot not be removed, or stdout not be written.
pub fn run(args: &SnapshotsArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = Overrides { store: args.store.store.clone(), ..overrides::of(None, None, global) };
    let settings = overrides::settle(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let format = args.output.as_ref().unwrap_or(&settings.output.format.value);
    let format: Format = format.parse()?;
    let store = snapshot_lookup::store(&settings)?;
    match &args.action {
        None | Some(SnapshotsAction::List) => list::run(&store, format, ui),
        Some(SnapshotsAction::Prune(args)) => {
            refuse_missing(&store, &settings)?;
            prune::run(args, &store, format, ui)
        }
        Some(SnapshotsAction::Verify { names }) => {
            if names.is_empty() {
                refuse_missing(&store, &settings)?;
            }
            verify::run(names, &store, &settings, format, ui)
        }
    }
}

/// Refuses a folder that somebody named and that is not there: that nothing in it is damaged, or too old, would mean
/// nothing. The usual one need not be there before the first scan.
fn refuse_missing(store: &Store, settings: &Settings) -> Result<(), Error> {
    if settings.store.value.is_none() || store.folder().exists() {
        return Ok(());
    }
    let folder = store.folder().display();
    Err(Error::usage(format!("there is no folder {folder} ({})", settings.store.origin)))
}
