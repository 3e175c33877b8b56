//! `netcensus overlap`: gathers an inventory, finds collisions, applies the gate and prints the findings.

mod baseline;
mod inputs;
mod planned_notes;

use ipnet::IpNet;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use self::inputs::Inputs;
use super::inventory_source::{self, Gathered, LoadExtent};
use super::notify::{NOTIFY_FLAG, Notifier, inventory_scope, source_flags};
use super::report_files::Reports;
use super::summary::Summary;
use super::{interrupt, overrides, snapshot_lookup};
use crate::analysis::overlap::{
    self, AllowUse, Baseline, CoverageGaps, Finding, Findings, GateInput, OverlapInput,
};
use crate::cli::global::GlobalArgs;
use crate::cli::overlap::OverlapArgs;
use crate::config::{OverlapOverrides, Settings};
use crate::error::Error;
use crate::exit::Exit;
use crate::fs;
use crate::model::{Class, Inventory, InventoryView, Kind, Level, typed_range};
use crate::notify::{Observation, observe_findings};
use crate::output::{self, Content, Format};
use crate::snapshot::ScanRequest;
use crate::ui::Ui;

/// Runs `netcensus overlap`.
///
/// # Errors
/// When the options or inputs are wrong, nothing can be read, or the result cannot be written.
pub fn run(args: &OverlapArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    if let Some(class) = args.explain.as_deref().and_then(Class::from_name) {
        return explain(class, ui);
    }
    let mut flags = overrides::from_live_flags(&args.source.live, None, global);
    flags.reservations.clone_from(&args.reservations.reservations);
    flags.overlap = OverlapOverrides { level: args.level.clone(), fail_on: args.gate.fail_on.clone() };
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let reports = reports(args, &settings)?;
    let inputs = Inputs::read(args, &settings, ui)?;
    inputs::check_declarations(&settings.overlap, &inputs.ranges)?;
    let kinds = kinds_to_read(inputs.level);
    let notifier = Notifier::new(&args.channels, NOTIFY_FLAG, &settings, ui)?;
    let Gathered { inventory, interrupted, read_as, .. } =
        inventory_source::gather_inventory(&args.source, &kinds, LoadExtent::Needed, &settings, ui)?;
    let (findings, baseline) = find_and_gate(&inventory, &inputs, &kinds, interrupted, &settings, args)?;
    if args.gate.write_baseline && baseline.is_none() {
        let but = if interrupted { "" } else { " (--allow-incomplete writes it anyway)" };
        ui.warn(&format!("the baseline was not written, because the scan is incomplete{but}"));
    }
    // Moved to their places only after the findings were printed.
    let mut pending = reports.write_files(&findings, args.wide, interrupted, ui)?;
    let written = match (&args.gate.baseline, baseline) {
        (Some(path), Some(baseline)) => {
            pending.push(baseline::write_pending(path, &baseline)?);
            Some(path)
        }
        _ => None,
    };
    show(&findings, reports.printed, args, ui)?;
    fs::atomic::commit_all(pending, &interrupt::defer_signals)?;
    if let Some(path) = written {
        baseline::report_written(path, &findings, ui);
    }
    planned_notes::report(&findings, &inventory, &inputs, ui);
    planned_notes::report_idle_gate(&inputs, &settings, ui);
    let exit = report_and_exit_code(&findings, &inventory, &kinds, args.summary, ui);
    // A part of a report would end what is in the other part.
    let Some(notifier) = notifier.filter(|_| !interrupted) else { return Ok(exit) };
    let reported = ReportedOverlap {
        findings: &findings,
        inventory: &inventory,
        read_as: read_as.as_ref(),
        inputs: &inputs,
        kinds: &kinds,
    };
    Ok(exit.after_notifying(reported.notify(&notifier, args, &settings, ui)))
}

/// Lists the kinds to read. Links decide which networks are connected.
fn kinds_to_read(level: Level) -> Vec<Kind> {
    match level {
        Level::Networks => vec![Kind::Networks, Kind::Links],
        Level::Subnets | Level::All => vec![Kind::Networks, Kind::Subnets, Kind::Links],
    }
}

fn reports(args: &OverlapArgs, settings: &Settings) -> Result<Reports, Error> {
    let reports = Reports::new(&args.reports, &settings.output.format.value)?;
    if args.summary && reports.is_chosen {
        return Err(Error::usage(
            "--summary prints one line instead of the report, so --output cannot choose its format",
        )
        .remedy("drop one of them, or write the report to a file: `-o sarif=report.sarif`"));
    }
    Ok(reports)
}

/// Prints the section of `docs/findings.md` about a class.
fn explain(class: Class, ui: &Ui) -> Result<Exit, Error> {
    ui.data(|out| out.write_all(output::explain_class(class).as_bytes()))?;
    Ok(Exit::Clean)
}

/// Finds the collisions and decides which of them fail. Returns the new baseline too if one is wanted and everything was read.
fn find_and_gate(
    inventory: &Inventory,
    inputs: &Inputs,
    kinds: &[Kind],
    interrupted: bool,
    settings: &Settings,
    args: &OverlapArgs,
) -> Result<(Findings, Option<Baseline>), Error> {
    let declared = &settings.overlap;
    let input = OverlapInput {
        inventory,
        ranges: &inputs.ranges,
        plan: &inputs.plan,
        level: inputs.level,
        between: inputs.between.as_ref(),
        reservations: &inputs.reservations,
        bridges: &declared.bridges.value,
        allow: &declared.allow.value,
        domains: &declared.domains.value,
        today: Zoned::new(Timestamp::now(), TimeZone::UTC).date(),
    };
    let mut found = overlap::find_overlaps(input)?;
    found.notes.extend(inputs.notes.iter().cloned());
    let about: Vec<IpNet> = args.prefixes.iter().filter_map(|text| typed_range(text).ok()).collect();
    let gate = GateInput {
        kinds,
        fail_on: &declared.fail_on.value,
        allow_incomplete: args.gate.allow_incomplete,
        interrupted,
        baseline: None,
        about: &about,
    };
    let gaps = CoverageGaps::new(input, gate);
    let may_write = gaps.is_empty() || (args.gate.allow_incomplete && !interrupted);
    let new = (args.gate.write_baseline && may_write).then(|| Baseline::from_findings(&found.findings));
    let gate = GateInput { baseline: new.as_ref().or(inputs.baseline.as_ref()), ..gate };
    let findings = overlap::apply_gate(found, input, gaps, gate);
    Ok((findings, new))
}

fn show(findings: &Findings, format: Format, args: &OverlapArgs, ui: &Ui) -> Result<(), Error> {
    if args.summary {
        ui.data(|out| writeln!(out, "{}", output::summary_line(findings)))?;
    } else {
        let layout = ui.layout();
        ui.report(format, |out| output::render(findings, format, layout.with_wide(args.wide), out))?;
    }
    if args.summary || !format.has_notes(Content::Findings) {
        report_allow_list(findings, ui);
    }
    Ok(())
}

/// Warns of entries of the allow list, which one line and the formats for machines cannot show.
fn report_allow_list(findings: &Findings, ui: &Ui) {
    for entry in &findings.allow {
        let place = &entry.place;
        match (entry.state, entry.expires) {
            (AllowUse::Expired, Some(last)) => {
                ui.warn(&format!(
                    "{place}: this entry of the allow list expired on {last}; its collisions count again"
                ));
            }
            (AllowUse::Stale, _) => {
                ui.warn(&format!("{place}: this entry of the allow list covers no collision; remove it"));
            }
            (AllowUse::Used | AllowUse::Unproven | AllowUse::Expired, _) => {}
        }
    }
    findings.notes.iter().for_each(|note| ui.warn(note));
}

/// Reports on stderr what is missing, and returns the exit code.
fn report_and_exit_code(
    findings: &Findings,
    inventory: &Inventory,
    kinds: &[Kind],
    is_summary: bool,
    ui: &Ui,
) -> Exit {
    let exit = findings.gate.exit;
    // The line of --summary names a reason that is the only one.
    let is_said = is_summary && findings.coverage.is_empty() && findings.gate.missing.len() == 1;
    if !is_said {
        findings.gate.missing.iter().for_each(|line| ui.warn_always(line));
    }
    let consequence = match (findings.gate.incomplete_allowed, exit) {
        (true, Exit::Clean | Exit::Negative) => "allowed by --allow-incomplete".to_owned(),
        (_, exit) => format!("exit code {}", exit.code()),
    };
    if !findings.gate.missing.is_empty() {
        ui.warn_always(&format!("the comparison is incomplete: see above ({consequence})"));
    }
    Summary::new(InventoryView::new(inventory), kinds).report_unread(&consequence, ui);
    exit
}

/// Finds the collisions among the networks of an inventory, for commands that show them beside other things.
///
/// # Errors
/// When the configuration declares something impossible, such as a domain that does not exist.
pub(super) fn collisions_among_networks(
    inventory: &Inventory,
    settings: &Settings,
) -> Result<Vec<Finding>, Error> {
    let declared = &settings.overlap;
    let today = Zoned::new(Timestamp::now(), TimeZone::UTC).date();
    let input = OverlapInput {
        ranges: &settings.external.value,
        bridges: &declared.bridges.value,
        allow: &declared.allow.value,
        domains: &declared.domains.value,
        ..OverlapInput::networks(inventory, today)
    };
    let found = overlap::find_overlaps(input)?;
    let mut findings = found.findings;
    overlap::mark_failing(&mut findings, &declared.fail_on.value);
    Ok(findings)
}

/// A report that was printed, and what it was made from.
struct ReportedOverlap<'a> {
    pub findings: &'a Findings,
    pub inventory: &'a Inventory,
    pub read_as: Option<&'a ScanRequest>,
    pub inputs: &'a Inputs,
    pub kinds: &'a [Kind],
}

impl ReportedOverlap<'_> {
    /// Tells the channels. Returns whether all were told that are not optional.
    pub fn notify(&self, notifier: &Notifier, args: &OverlapArgs, settings: &Settings, ui: &Ui) -> bool {
        let source = source_flags(&args.source);
        let now = observe_findings(self.findings, self.inventory, &source);
        let older = || self.observe_older(args, settings, &source);
        notifier.notify(&now, &self.scope(args, settings), older, ui)
    }

    /// Makes the same report of the newest snapshot before this inventory.
    fn observe_older(&self, args: &OverlapArgs, settings: &Settings, source: &str) -> Option<Observation> {
        let (taken_at, kinds) = (self.inventory.taken_at, self.kinds);
        let older = snapshot_lookup::load_before(taken_at, self.read_as?, kinds, settings)?;
        let (findings, _) = find_and_gate(&older, self.inputs, kinds, false, settings, args).ok()?;
        Some(observe_findings(&findings, &older, source))
    }

    /// Lists what tells this report from other reports of `overlap`: what was read, and what was compared.
    fn scope(&self, args: &OverlapArgs, settings: &Settings) -> Vec<String> {
        let mut words = inventory_scope(self.read_as, &args.source, settings);
        words.push(format!("level={}", self.inputs.level));
        words.extend(args.between.iter().map(|filter| format!("between={filter}")));
        words.extend(settings.overlap.fail_on.value.iter().map(|class| format!("fail-on={class}")));
        let ranges = &args.ranges;
        let files = ranges.external.iter().chain(&ranges.planned_file).chain(&ranges.terraform_plan);
        words.extend(files.map(|file| format!("file={}", file.display())));
        words.extend(ranges.planned.iter().map(|prefix| format!("planned={prefix}")));
        words.extend(args.prefixes.iter().map(|prefix| format!("about={prefix}")));
        words
    }
}
