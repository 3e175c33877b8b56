//! `netcensus snapshots`: lists, verifies and removes the kept snapshots.

mod item;
mod list;
mod prune;
mod verify;

use super::{overrides, snapshot_lookup};
use crate::analysis::rows::Fit;
use crate::cli::global::GlobalArgs;
use crate::cli::snapshots::{SnapshotsAction, SnapshotsArgs};
use crate::config::Overrides;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::Ui;

/// Runs `netcensus snapshots`.
///
/// # Errors
/// When the options are wrong, the directory cannot be read, a snapshot cannot be removed, or stdout cannot be written.
pub fn run(args: &SnapshotsArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = Overrides { store: args.store.store.clone(), ..overrides::from_flags(None, None, global) };
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let format = overrides::chosen_format(args.output.as_deref(), &settings)?;
    let store = snapshot_lookup::open_store(&settings)?;
    let fit = if args.wide { Fit::Never } else { Fit::Drop };
    match &args.action {
        None | Some(SnapshotsAction::List) => {
            snapshot_lookup::refuse_missing_store(&store, &settings)?;
            list::run(&store, format, args.wide, &settings, ui)
        }
        Some(SnapshotsAction::Prune(rules)) => {
            snapshot_lookup::refuse_missing_store(&store, &settings)?;
            prune::run(rules, &store, format, fit, ui)
        }
        Some(SnapshotsAction::Verify { names }) => {
            if names.is_empty() {
                snapshot_lookup::refuse_missing_store(&store, &settings)?;
            }
            verify::run(names, &store, &settings, format, fit, ui)
        }
    }
}
