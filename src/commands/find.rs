//! `netcensus find`: gathers an inventory, looks for things in it and prints the answers.

pub(super) mod history;
mod quick;

use std::path::Path;

use ipnet::IpNet;
use jiff::Timestamp;

use super::declared_ranges::DeclaredRanges;
use super::filters::parse_filter_flags;
use super::free::restrictions;
use super::inventory_source::{Gathered, LoadExtent};
use super::summary::Summary;
use super::{inventory_source, overrides, reservation_store};
use crate::analysis::addresses::{overlaps, reserved_ranges};
use crate::analysis::filter::Filter;
use crate::analysis::find::{self, FindInput, FindQuery, FindReport, FindStatus};
use crate::cli::aliases;
use crate::cli::find::FindArgs;
use crate::cli::global::GlobalArgs;
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::exit::{Exit, ReadOutcome};
use crate::input::SnapshotRowsError;
use crate::model::{Class, Kind, Reservation};
use crate::output;
use crate::ui::Ui;

/// Runs `netcensus find`.
///
/// # Errors
/// When the options or inputs are wrong, nothing can be read, or the result cannot be written.
pub fn run(args: &FindArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let mut flags = overrides::from_live_flags(&args.source.live, None, global);
    flags.reservations.clone_from(&args.store.reservations);
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let format = overrides::chosen_format(args.output.as_deref(), &settings)?;
    args.things.iter().try_for_each(|text| refuse_inventory(text))?;
    let queries = args.things.iter().map(|text| text.parse().map_err(Error::from));
    let queries: Vec<FindQuery> = queries.collect::<Result<_, _>>()?;
    let filters = parse_filter_flags(&[], &args.groups, &settings)?;
    if args.quick {
        return quick::run(args, &queries, format, global, ui);
    }
    if args.history {
        return history::run(args, &queries, format, &settings, ui);
    }
    let declared = DeclaredRanges::read(&args.ranges, &settings, ui)?;
    let reserved =
        reservation_store::load_in_force(&settings, args.source.live.sandbox, Timestamp::now(), ui)
            .map_err(|error| format!("the reservations could not be read: {error}"));
    let mut gathered = gather(args, &settings, ui)?;
    let report = match find_in(&gathered, &declared, &reserved, &queries, &filters) {
        Ok(report) => report,
        Err(error) => match gathered.take_row_error() {
            Some(SnapshotRowsError::Unsorted) => {
                gathered.load_whole(&Kind::ALL, ui)?;
                find_in(&gathered, &declared, &reserved, &queries, &filters)?
            }
            Some(SnapshotRowsError::Unreadable(error)) => return Err(error.into()),
            None => return Err(error),
        },
    };
    let layout = ui.layout();
    ui.report(format, |out| output::render(&report, format, layout.with_wide(args.wide), out))?;
    declared.notes.iter().for_each(|note| ui.warn(note));
    let lacks_some = report.answers.iter().any(|answer| !answer.status.is_found());
    if let Some(note) = restrictions(&args.source, &settings).filter(|_| lacks_some) {
        ui.warn(&format!("{note}: what you look for may be elsewhere"));
    }
    explain_reserved(&report, &settings.overlap.bridges.value, ui);
    Ok(report_and_exit_code(&report, &gathered, &queries, ui))
}

/// Refuses a saved inventory where a thing is expected: it would be searched for in every cloud.
fn refuse_inventory(text: &str) -> Result<(), Error> {
    if !aliases::names_inventory(text) || !(text.starts_with('@') || Path::new(text).is_file()) {
        return Ok(());
    }
    Err(Error::usage(format!("`{text}` is an inventory, and a thing to find is expected here"))
        .remedy(format!("to search in it, write --from {text} after what you look for")))
}

fn gather(args: &FindArgs, settings: &Settings, ui: &Ui) -> Result<Gathered, Error> {
    inventory_source::gather_inventory(&args.source, &Kind::ALL, LoadExtent::Streamed, settings, ui)
}

fn find_in<'a>(
    gathered: &'a Gathered,
    declared: &'a DeclaredRanges,
    reserved: &'a Result<Vec<Reservation>, String>,
    queries: &'a [FindQuery],
    filters: &'a [Filter],
) -> Result<FindReport<'a>, Error> {
    let input = FindInput {
        view: gathered.view(),
        ranges: &declared.ranges,
        plan: &declared.plan,
        reservations: reserved.as_deref().unwrap_or_default(),
        unread_reservations: reserved.as_ref().err().map(String::as_str),
        queries,
        filters,
        interrupted: gathered.interrupted,
    };
    find::find(input).map_err(|error| Error::from_error(ErrorKind::Input, &error))
}

/// Says of prefixes that nothing uses what they are set aside for: `overlap` reports a network that would have them.
fn explain_reserved(report: &FindReport<'_>, bridges: &[IpNet], ui: &Ui) {
    let reserved = reserved_ranges(bridges);
    for answer in report.answers.iter().filter(|answer| answer.status == FindStatus::Free) {
        let Ok(prefix) = answer.value.parse::<IpNet>() else { continue };
        let code = Class::Reserved.code();
        for (range, purpose) in reserved.iter().filter(|(range, _)| overlaps(*range, prefix)) {
            ui.note_unless_quiet(&format!(
                "{prefix} overlaps {range}, which is meant for something else: {purpose} ({code} of `overlap`)"
            ));
        }
    }
}

/// Reports what is missing, and returns the exit code.
fn report_and_exit_code(
    report: &FindReport<'_>,
    gathered: &Gathered,
    queries: &[FindQuery],
    ui: &Ui,
) -> Exit {
    let is_known = report.answers.iter().all(|answer| answer.status != FindStatus::Unknown);
    let is_found = report.answers.iter().all(|answer| answer.status.is_found());
    let exit = Exit::from_reading(ReadOutcome {
        interrupted: gathered.interrupted,
        complete: is_known,
        negative: !is_found,
    });
    report.missing.iter().for_each(|line| ui.warn_always(line));
    let consequence = match exit {
        Exit::Clean | Exit::Negative => "there may be more matches".to_owned(),
        exit => format!("exit code {}", exit.code()),
    };
    if !report.coverage.is_empty() {
        let kinds = find::kinds_that_matter(queries);
        Summary::new(gathered.view(), &kinds).report_unread(&consequence, ui);
    }
    exit
}
