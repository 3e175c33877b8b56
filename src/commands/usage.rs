//! `netcensus usage`: gathers an inventory, measures how full it is, judges that and prints the report.

mod history;
mod measure;

use self::measure::{Measure, ReservedWhen};
use super::inventory_source::{self, Gathered, LoadExtent, name_accounts};
use super::notify::{NOTIFY_FLAG, Notifier, inventory_scope, source_flags};
use super::report_files::Reports;
use super::summary::Summary;
use super::{interrupt, overrides, snapshot_lookup};
use crate::analysis::usage::{UsageReport, kinds_that_matter, unread_azure_counts};
use crate::cli::global::GlobalArgs;
use crate::cli::source::LiveArgs;
use crate::cli::usage::{UsageArg, UsageArgs};
use crate::config::{Settings, UsageOverrides};
use crate::error::Error;
use crate::exit::Exit;
use crate::fs;
use crate::input::SnapshotRowsError;
use crate::model::{InventoryView, Kind, UsageFailure, UsagePolicy};
use crate::notify::{Observation, observe_usage};
use crate::output::{self, Content, Format};
use crate::ui::Ui;

/// Runs `netcensus usage`.
///
/// # Errors
/// When the options or inputs are wrong, nothing can be read, or the result cannot be written.
pub fn run(args: &UsageArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let mut flags = overrides::from_live_flags(&args.source.live, None, global);
    flags.usage = UsageOverrides {
        warn: args.warn.clone(),
        critical: args.critical.clone(),
        fail_on: args.fail_on.clone(),
        is_measured: true,
    };
    flags.reservations.clone_from(&args.store.reservations);
    let settings = overrides::resolve_settings(global, &flags)?;
    refuse_stray_reservations(args)?;
    let ui = &ui.with_color(settings.output.color.value);
    let reports = Reports::new(&args.reports, &settings.output.format.value)?;
    check_forecast(args, &settings.usage.policy())?;
    let measure = Measure::new(args, &settings, ui)?;
    let notifier = Notifier::new(&args.channels, NOTIFY_FLAG, &settings, ui)?;
    let mut gathered = inventory_source::gather_inventory(
        &args.source,
        measure.kinds(),
        LoadExtent::Streamed,
        &settings,
        ui,
    )?;
    let mut report = assess(args, &mut gathered, &measure, &settings, ui)?;
    if gathered.saved_as.is_some() {
        report.notes.extend(unread_azure_counts(&gathered.inventory, report.of));
    }
    // Moved to their places only after the report was printed.
    let pending = reports.write_files(&report, args.wide, gathered.interrupted, ui)?;
    show(&report, reports.printed, args, ui)?;
    fs::atomic::commit_all(pending, &interrupt::defer_signals)?;
    let exit = report_and_exit_code(&report, &gathered, &measure.policy, ui);
    let Some(notifier) = notifier.filter(|_| !gathered.interrupted) else { return Ok(exit) };
    let reported = ReportedUsage { report: &report, gathered: &gathered, measure: &measure };
    Ok(exit.after_notifying(reported.notify(&notifier, args, &settings, ui)))
}

/// Refuses reservations where they do not count.
fn refuse_stray_reservations(args: &UsageArgs) -> Result<(), Error> {
    if args.store.reservations.is_none() || args.of == UsageArg::Pools {
        return Ok(());
    }
    Err(Error::usage("--reservations: only `usage pools` counts reservations").remedy("leave it out"))
}

/// Refuses to wait for a forecast that nothing makes.
fn check_forecast(args: &UsageArgs, policy: &UsagePolicy) -> Result<(), Error> {
    let needs_forecast = policy.fail_on.iter().any(|failure| matches!(failure, UsageFailure::FullIn(_)));
    if needs_forecast && !args.forecast {
        return Err(Error::usage("--fail-on full-in=... needs a forecast").remedy("add --forecast"));
    }
    Ok(())
}

fn assess(
    args: &UsageArgs,
    gathered: &mut Gathered,
    measure: &Measure,
    settings: &Settings,
    ui: &Ui,
) -> Result<UsageReport, Error> {
    let history = if args.forecast {
        Some(history::read(&args.source.live, measure, gathered, settings, ui)?)
    } else {
        None
    };
    let report =
        |gathered: &Gathered| measure.report(gathered.view(), history.as_ref(), gathered.interrupted);
    match report(gathered) {
        Ok(report) => Ok(report),
        Err(error) => match gathered.take_row_error() {
            Some(SnapshotRowsError::Unsorted) => {
                gathered.load_whole(measure.kinds(), ui)?;
                Ok(report(gathered)?)
            }
            Some(SnapshotRowsError::Unreadable(error)) => Err(error.into()),
            None => Err(error.into()),
        },
    }
}

/// Reports how full subnets are and when they will be full, by the usual limits.
///
/// # Errors
/// When the snapshots or the rows of the inventory cannot be read, or a rule has an invalid glob.
pub(super) fn forecast_subnets(
    live: &LiveArgs,
    gathered: &Gathered,
    settings: &Settings,
    ui: &Ui,
) -> Result<UsageReport, Error> {
    let measure = Measure::subnets(settings);
    let history = history::read(live, &measure, gathered, settings, ui)?;
    Ok(measure.report(gathered.view(), Some(&history), gathered.interrupted)?)
}

/// Reports how full subnets are, by the usual limits and without trends.
///
/// # Errors
/// When the rows of the inventory cannot be read, or a rule has an invalid glob.
pub(super) fn measure_subnets(
    view: InventoryView<'_>,
    interrupted: bool,
    settings: &Settings,
) -> Result<UsageReport, Error> {
    Ok(Measure::subnets(settings).report(view, None, interrupted)?)
}

fn show(report: &UsageReport, format: Format, args: &UsageArgs, ui: &Ui) -> Result<(), Error> {
    let layout = ui.layout();
    ui.report(format, |out| output::render(report, format, layout.with_wide(args.wide), out))?;
    if !format.has_notes(Content::Usage) {
        report.notes.iter().for_each(|note| ui.warn(note));
    }
    Ok(())
}

/// Reports what is missing, and returns the exit code.
fn report_and_exit_code(report: &UsageReport, gathered: &Gathered, policy: &UsagePolicy, ui: &Ui) -> Exit {
    let exit = report.exit;
    report.missing.iter().for_each(|line| ui.warn_always(line));
    if !report.coverage.is_empty() {
        let kinds = kinds_that_matter(&gathered.inventory, report.of, policy);
        let consequence = format!("exit code {}", exit.code());
        Summary::new(gathered.view(), &kinds).report_unread(&consequence, ui);
    }
    exit
}

/// A report that was printed, and what it was made from.
struct ReportedUsage<'a> {
    pub report: &'a UsageReport,
    pub gathered: &'a Gathered,
    pub measure: &'a Measure,
}

impl ReportedUsage<'_> {
    /// Tells the channels. Returns whether all were told that are not optional.
    pub fn notify(&self, notifier: &Notifier, args: &UsageArgs, settings: &Settings, ui: &Ui) -> bool {
        let source = source_flags(&args.source);
        let Some(now) = self.observe(self.gathered.view(), Some(self.report), &source) else {
            return false;
        };
        let older = || self.observe_older(settings, &source);
        notifier.notify(&now, &self.scope(args, settings), older, ui)
    }

    /// Judges an inventory, by the limits themselves and by those that hold what crossed them. A report that was made
    /// already is taken as it is.
    fn observe(
        &self,
        view: InventoryView<'_>,
        report: Option<&UsageReport>,
        source: &str,
    ) -> Option<Observation> {
        let when = if report.is_some() { ReservedWhen::Now } else { ReservedWhen::Then };
        let report_by = |policy: &UsagePolicy| self.measure.report_by(view, policy, when).ok();
        let relaxed = report_by(&self.measure.policy.relaxed())?;
        let observed = |report: &UsageReport| observe_usage(report, &relaxed, view.inventory, source);
        match report {
            Some(report) => Some(observed(report)),
            None => Some(observed(&report_by(&self.measure.policy)?)),
        }
    }

    /// Makes the same report of the newest snapshot before this inventory.
    fn observe_older(&self, settings: &Settings, source: &str) -> Option<Observation> {
        let inventory = &self.gathered.inventory;
        let is_read = |kind: &Kind| inventory.kinds_read().contains(kind);
        let kinds: Vec<_> = self.measure.kinds().iter().copied().filter(is_read).collect();
        let read_as = self.gathered.read_as.as_ref()?;
        let mut older = snapshot_lookup::load_before(inventory.taken_at, read_as, &kinds, settings)?;
        name_accounts(&mut older, settings);
        self.observe(InventoryView::new(&older), None, source)
    }

    /// Lists what tells this report from other reports of `usage`: what was read, what the rows are, and the limits.
    fn scope(&self, args: &UsageArgs, settings: &Settings) -> Vec<String> {
        let policy = &self.measure.policy;
        let mut words = inventory_scope(self.gathered.read_as.as_ref(), &args.source, settings);
        words.push(format!("of={}", self.report.of.as_str()));
        words.extend(policy.warn.iter().map(|limit| format!("warn={limit}")));
        words.extend(policy.critical.iter().map(|limit| format!("critical={limit}")));
        words.extend(args.groups.iter().map(|group| format!("group={group}")));
        words
    }
}
