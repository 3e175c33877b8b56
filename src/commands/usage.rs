//! `netcensus usage`: gathers an inventory, measures how full it is, judges that and prints the report.

mod channels;
mod history;

use self::channels::Reported;
use super::inventory_source::{Gathered, LoadExtent};
use super::notify::Notifier;
use super::report_files::Reports;
use super::summary::Summary;
use super::{interrupt, inventory_source, overrides};
use crate::analysis::usage::{
    UsageError, UsageHistory, UsageInput, UsageKind, UsageReport, assess_usage, kinds_that_matter,
};
use crate::cli::global::GlobalArgs;
use crate::cli::usage::{UsageArg, UsageArgs};
use crate::config::{Settings, UsageOverrides};
use crate::error::Error;
use crate::exit::Exit;
use crate::fs;
use crate::input::SnapshotRowsError;
use crate::model::{Kind, UsageFailure, UsagePolicy};
use crate::output::{self, Format};
use crate::ui::Ui;

/// What is read: networks for their names and prefixes, interfaces for what holds addresses.
const KINDS: [Kind; 3] = [Kind::Networks, Kind::Subnets, Kind::Interfaces];

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
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let reports = Reports::new(&args.reports, &settings.output.format.value)?;
    let policy = settings.usage.policy();
    check_forecast(args, &policy)?;
    let notifier = Notifier::new(&args.channels, &settings, ui)?;
    let mut gathered =
        inventory_source::gather_inventory(&args.source, &KINDS, LoadExtent::Streamed, &settings, ui)?;
    let report = assess(args, &mut gathered, &policy, &settings, ui)?;
    // Moved to their places only after the report was printed.
    let pending = reports
        .write_files(|format, layout, out| output::render_usage(&report, format, layout, args.wide, out))?;
    show(&report, reports.printed, args, ui)?;
    fs::atomic::commit_all(pending, &interrupt::hold_off)?;
    let exit = conclude(&report, &gathered, &policy, ui);
    let Some(notifier) = notifier.filter(|_| !gathered.interrupted) else { return Ok(exit) };
    let reported = Reported { report: &report, gathered: &gathered, policy: &policy };
    Ok(exit.after_telling(reported.tell(&notifier, args, &settings, ui)))
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
    policy: &UsagePolicy,
    settings: &Settings,
    ui: &Ui,
) -> Result<UsageReport, Error> {
    let of = match args.of {
        UsageArg::Subnets => UsageKind::Subnet,
        UsageArg::Networks => UsageKind::Network,
        UsageArg::Accounts => UsageKind::Account,
    };
    let history = if args.forecast { Some(history::read(args, of, gathered, settings, ui)?) } else { None };
    match assess_in(gathered, of, policy, history.as_ref()) {
        Ok(report) => Ok(report),
        Err(error) => match gathered.take_row_error() {
            Some(SnapshotRowsError::Unsorted) => {
                gathered.load_whole(&KINDS, ui)?;
                Ok(assess_in(gathered, of, policy, history.as_ref())?)
            }
            Some(SnapshotRowsError::Unreadable(error)) => Err(error.into()),
            None => Err(error.into()),
        },
    }
}

fn assess_in(
    gathered: &Gathered,
    of: UsageKind,
    policy: &UsagePolicy,
    history: Option<&UsageHistory>,
) -> Result<UsageReport, UsageError> {
    assess_usage(UsageInput {
        view: gathered.estate(),
        of,
        policy,
        history,
        interrupted: gathered.interrupted,
    })
}

fn show(report: &UsageReport, format: Format, args: &UsageArgs, ui: &Ui) -> Result<(), Error> {
    let layout = ui.layout();
    ui.report(format, |out| output::render_usage(report, format, layout, args.wide, out))?;
    if !format.has_usage_notes() {
        report.notes.iter().for_each(|note| ui.warn(note));
    }
    Ok(())
}

/// Reports what is missing, and returns the exit code.
fn conclude(report: &UsageReport, gathered: &Gathered, policy: &UsagePolicy, ui: &Ui) -> Exit {
    // The report's code is always one of ours; if it were not, nothing would be proven.
    let exit = Exit::from_code(report.exit_code).unwrap_or(Exit::Incomplete);
    report.missing.iter().for_each(|line| ui.warn_always(line));
    if !report.coverage.is_empty() {
        let kinds = kinds_that_matter(&gathered.inventory, report.of, policy);
        let consequence = format!("exit code {}", exit.code());
        Summary::new(gathered.estate(), &kinds).report_unread(&consequence, ui);
    }
    exit
}
