//! `netcensus snapshots`: settles the folder and the format, and does what was asked for.

use super::{list, prune, verify};
use crate::cli::global::GlobalArgs;
use crate::cli::snapshots::{SnapshotsAction, SnapshotsArgs};
use crate::commands::{kept, overrides};
use crate::config::Overrides;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::{Format, FormatError};
use crate::ui::Ui;

/// Runs `netcensus snapshots`.
///
/// # Errors
/// When the options are wrong, the folder cannot be read, a snapshot not be removed, or stdout not be written.
pub fn run(args: &SnapshotsArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let folder = overrides::folder(&args.store);
    let flags = Overrides { store: folder, ..overrides::of(None, None, global) };
    let settings = overrides::settle(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let format = args.output.as_ref().unwrap_or(&settings.output.format.value);
    let format: Format = format.parse().map_err(|error: FormatError| Error::usage(error.to_string()))?;
    let store = kept::store(&settings)?;
    match &args.action {
        None | Some(SnapshotsAction::List) => list::run(&store, format, ui),
        Some(SnapshotsAction::Prune(args)) => prune::run(args, &store, format, ui),
        Some(SnapshotsAction::Verify { names }) => verify::run(names, &store, &settings, format, ui),
    }
}
