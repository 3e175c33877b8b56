//! `netcensus export`: gathers an inventory, refuses it if it is incomplete, and has its files written.

use std::path::Path;

use super::filters::{parse_filter_flags, resource_groups};
use super::inventory_source::{self, Gathered, LoadExtent};
use super::overlap::collisions_among_networks;
use super::summary::{self, Summary};
use super::{interrupt, overrides, refused_tenants, usage};
use crate::cli::aliases;
use crate::cli::export::{ExportArgs, GuardArgs};
use crate::cli::global::GlobalArgs;
use crate::cli::source::LiveArgs;
use crate::config::{ExportOverrides, Settings};
use crate::error::{Error, ErrorKind};
use crate::exit::Exit;
use crate::export::{self, ExportPlan, ExportSource};
use crate::input::SnapshotRowsError;
use crate::model::{InventoryView, Kind, Outcome, Subject};
use crate::ui::{Ui, Verbosity};

/// Runs `netcensus export`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or a file cannot be written. The old files stay then.
pub fn run(args: &ExportArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let mut flags = overrides::from_live_flags(&args.source.live, None, global);
    flags.usage.is_measured = export::asks_for_usage(args);
    let GuardArgs { min_rows, max_drop, .. } = args.guard.clone();
    flags.export = ExportOverrides { min_rows, max_drop };
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let members = parse_filter_flags(&[], &args.groups, &settings)?;
    let plan = ExportPlan::from_args(args, members, &settings)?;
    // Locked before the scan: a second run would only find out after it that it may not write.
    let _locks = plan.check_and_lock(ui)?;
    // That the rows of a snapshot are not in order shows only when some of them are written.
    let is_whole =
        plan.writes_document() && inventory_source::saved_inventory(&args.source, &settings).is_some();
    let load = if is_whole { LoadExtent::All } else { LoadExtent::Streamed };
    let mut gathered =
        inventory_source::gather_inventory(&args.source, &plan.kinds_to_read(), load, &settings, ui)
            .map_err(|error| suggest_from(error, args.path.as_deref()))?;
    if let Some(before) = plan.read_previous_manifest()? {
        refused_tenants::compare_with_export(&mut gathered.inventory, &before.tenants, before.taken_at);
    }
    let missing = MissingData::new(gathered.view(), &plan.required_kinds(), &plan.columns.request.kinds);
    missing.report_and_refuse(args.guard.allow_incomplete, gathered.interrupted, ui)?;
    let sentences = missing.sentences();
    let written = write(&plan, &gathered, &sentences, &args.source.live, &settings, ui);
    match gathered.take_row_error() {
        None => written?,
        Some(SnapshotRowsError::Unreadable(error)) => return Err(error.into()),
        // No file is in its place yet, because all of them need these rows.
        Some(SnapshotRowsError::Unsorted) => {
            gathered.load_whole(&plan.kinds_to_read(), ui)?;
            write(&plan, &gathered, &sentences, &args.source.live, &settings, ui)?;
        }
    }
    Ok(missing.report_and_exit_code(ui))
}

/// Says how to read the inventory that was probably meant to be exported, and not replaced.
fn suggest_from(error: Error, path: Option<&Path>) -> Error {
    let name = path.filter(|path| path.exists()).map(|path| path.display().to_string());
    match name.filter(|name| error.is_nothing_read() && aliases::names_inventory(name)) {
        Some(name) => error.remedy(format!("to export the inventory {name}, write --from {name} --to PATH")),
        None => error,
    }
}

fn write(
    plan: &ExportPlan,
    gathered: &Gathered,
    missing: &[String],
    live: &LiveArgs,
    settings: &Settings,
    ui: &Ui,
) -> Result<(), Error> {
    let usage = if plan.forecasts_usage {
        Some(usage::forecast_subnets(live, gathered, settings, ui)?)
    } else if plan.measures_usage() {
        Some(usage::measure_subnets(gathered.view(), gathered.interrupted, settings)?)
    } else {
        None
    };
    let (shows, inventory) = (plan.shows_collisions(), &gathered.inventory);
    let collisions = if shows { collisions_among_networks(inventory, settings)? } else { Vec::new() };
    let source = ExportSource {
        view: gathered.view(),
        is_streamed: gathered.streamed.is_some(),
        missing,
        collisions: &collisions,
        usage: usage.as_ref(),
        ranges: &settings.external.value,
        groups: &resource_groups(settings)?,
    };
    export::write_files(plan, source, &interrupt::defer_signals, ui)
}

/// What the inventory of an export lacks.
struct MissingData {
    summary: Summary,
    /// Scopes that could not be read, and kinds that were not.
    scopes: Vec<String>,
    /// Why the inventory is only a part: it is a shard, or filtered.
    parts: Vec<String>,
    /// Whether nothing of the kinds to write could be read.
    is_everything: bool,
}

impl MissingData {
    /// Finds out what is missing of the kinds that are `required`, of which those in `written` are exported.
    fn new(view: InventoryView<'_>, required: &[Kind], written: &[Kind]) -> Self {
        let summary = Summary::new(view, required);
        let (scopes, parts) = (summary.describe_missing(), view.inventory.partial_reasons());
        Self { is_everything: !scopes.is_empty() && is_nothing_read(view, written), scopes, parts, summary }
    }

    const fn is_empty(&self) -> bool {
        self.scopes.is_empty() && self.parts.is_empty()
    }

    /// Lists what is missing, a sentence each.
    fn sentences(&self) -> Vec<String> {
        self.parts.iter().chain(&self.scopes).cloned().collect()
    }

    /// Warns of what is missing, and refuses to export when the run was stopped, when nothing was read, or when something
    /// is missing and that is not `allowed`.
    fn report_and_refuse(&self, allowed: bool, interrupted: bool, ui: &Ui) -> Result<(), Error> {
        if interrupted || !self.is_empty() {
            self.say(ui);
        }
        if interrupted {
            return Err(Error::new(ErrorKind::Interrupted, "nothing was written: the run was stopped"));
        }
        if self.is_everything {
            let error = Error::new(
                ErrorKind::NothingRead,
                "nothing was written: none of the selected kinds could be read",
            );
            return Err(self.unsaid(ui).into_iter().fold(error, Error::with_cause));
        }
        if self.is_empty() || allowed {
            return Ok(());
        }
        let error = Error::new(
            ErrorKind::Incomplete,
            format!("nothing was written: the inventory is incomplete{}", self.extent()),
        );
        let error = self.unsaid(ui).into_iter().fold(error, Error::with_cause);
        Err(error.remedy("to export it anyway, with its coverage, use --allow-incomplete"))
    }

    /// Warns at the end, even with `--quiet`, that the export is incomplete. Returns the exit code.
    fn report_and_exit_code(&self, ui: &Ui) -> Exit {
        if self.is_empty() {
            return Exit::Clean;
        }
        ui.warn_always(&format!(
            "the export is incomplete{} (exit code {})",
            self.extent(),
            Exit::Incomplete.code()
        ));
        self.unsaid(ui).iter().for_each(|first| ui.warn_always(first));
        Exit::Incomplete
    }

    fn say(&self, ui: &Ui) {
        self.parts.iter().for_each(|part| ui.warn(part));
        self.summary.warn_missing(ui);
    }

    /// Returns how many scopes are missing, as the end of a sentence.
    fn extent(&self) -> String {
        self.summary.describe_extent().map(|extent| format!(": {extent}")).unwrap_or_default()
    }

    /// Returns the first thing that is missing, in a line or two, if `--quiet` kept it from being said already.
    fn unsaid(&self, ui: &Ui) -> Option<String> {
        if ui.verbosity() > Verbosity::Quiet {
            return None;
        }
        self.parts.iter().chain(&self.scopes).next().map(|gap| summary::cut_middle(gap, 240))
    }
}

/// Returns whether there are no rows of `kinds`, and no scope of theirs was read.
fn is_nothing_read(view: InventoryView<'_>, kinds: &[Kind]) -> bool {
    let subjects: Vec<Subject> = kinds.iter().copied().map(Subject::from).collect();
    let mut coverage = view.inventory.coverage.iter();
    kinds.iter().all(|kind| view.count(*kind) == 0)
        && !coverage.any(|entry| entry.outcome == Outcome::Complete && subjects.contains(&entry.kind))
}
