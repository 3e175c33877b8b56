//! `netcensus sync`: gathers an inventory, compares registries with it, prints what is to be done and does it.

mod registries;
mod run_target;

use jiff::Timestamp;

pub(super) use self::registries::{Registry, RegistryChoice, open_registries};
pub(super) use self::run_target::{Interruptible, TargetRun};
use self::run_target::{STOPPED, wait_for};
use super::interrupt::Interrupt;
use super::inventory_source::{Gathered, LoadExtent};
use super::report_files::Reports;
use super::summary::Summary;
use super::{interrupt, inventory_source, overrides, runtime};
use crate::analysis::coverage_gaps::{unread_scopes, unscanned_parts};
use crate::cli::global::GlobalArgs;
use crate::cli::sync::SyncArgs;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::exit::{Exit, ReadOutcome};
use crate::fs;
use crate::model::{Inventory, Kind};
use crate::output::{self, Format};
use crate::sync::{OutcomeWord, SYNC_VERSION, SyncReport, TargetReport};
use crate::ui::Ui;

/// Runs `netcensus sync`.
///
/// # Errors
/// When the options or inputs are wrong, nothing can be read, or the plan cannot be printed.
pub fn run(args: &SyncArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = overrides::from_live_flags(&args.source.live, None, global);
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let reports = Reports::new(&args.reports, &settings.output.format.value)?;
    let is_sandbox = args.source.live.sandbox;
    if is_sandbox && args.apply {
        return Err(Error::usage("--sandbox has no real networks, so it cannot be used with --apply")
            .remedy("leave out --apply: the plan shows what would be written into an empty registry"));
    }
    let registries = open_registries(&RegistryChoice::from_args(args)?, &settings, ui)?;
    let failed_checks = if is_sandbox { Vec::new() } else { check(&registries, ui)? };
    let kinds = kinds_to_read(&registries);
    let gathered =
        inventory_source::gather_inventory(&args.source, &kinds, LoadExtent::Needed, &settings, ui)?;
    let targets = run_targets(args, &registries, failed_checks, &gathered, ui)?;
    let report = report_and_exit_code(args, targets, &gathered, &kinds);
    let pending = reports.write_files(&report, args.wide, report.exit == Exit::Interrupted, ui)?;
    show(&report, reports.printed, args, ui)?;
    fs::atomic::commit_all(pending, &interrupt::defer_signals)?;
    report_gaps(&report, &gathered, &kinds, ui);
    Ok(report.exit)
}

/// Signs in everywhere before clouds are read, which may take long. What fails is an outcome of its registry.
fn check(registries: &[Registry], ui: &Ui) -> Result<Vec<Option<Diagnostic>>, Error> {
    runtime::block_on(async {
        let mut failed = Vec::new();
        for registry in registries {
            ui.progress().show_activity(&format!("connecting to {}", registry.name));
            failed.push(wait_for(registry, ui, registry.target.check()).await.err());
        }
        Ok(failed)
    })
}

fn kinds_to_read(registries: &[Registry]) -> Vec<Kind> {
    let is_needed = |kind: &Kind| registries.iter().any(|it| it.target.inventory_kinds().contains(kind));
    Kind::ALL.into_iter().filter(is_needed).collect()
}

fn run_targets(
    args: &SyncArgs,
    registries: &[Registry],
    mut failed_checks: Vec<Option<Diagnostic>>,
    gathered: &Gathered,
    ui: &Ui,
) -> Result<Vec<TargetReport>, Error> {
    failed_checks.resize(registries.len(), None);
    // A part of what exists is no reason to write: the user stopped the run.
    let is_apply = args.apply && !gathered.interrupted;
    let interrupt = is_apply.then(Interrupt::watch);
    let progress = Interruptible::new(interrupt.as_ref().map(|it| it.token().clone()), ui);
    let targets = runtime::block_on(async {
        let mut targets = Vec::new();
        for (registry, failed) in registries.iter().zip(failed_checks) {
            let run = TargetRun {
                registry,
                inventory: &gathered.inventory,
                now: Timestamp::now(),
                is_init: args.plan.init && is_apply,
                is_apply,
                is_sandbox: args.source.live.sandbox,
                progress: &progress,
            };
            targets.push(match failed {
                Some(error) => registry.failed(&error),
                None => run.run().await,
            });
        }
        Ok(targets)
    });
    interrupt.iter().for_each(Interrupt::reading_is_over);
    ui.progress().clear();
    targets
}

fn report_and_exit_code(
    args: &SyncArgs,
    targets: Vec<TargetReport>,
    gathered: &Gathered,
    kinds: &[Kind],
) -> SyncReport {
    let inventory: &Inventory = &gathered.inventory;
    let missing = unscanned_parts(inventory, kinds);
    let coverage: Vec<_> = unread_scopes(inventory, kinds).cloned().collect();
    let complete = missing.is_empty() && coverage.is_empty() && !gathered.interrupted;
    let is_unread = |target: &TargetReport| target.error.as_deref() == Some(STOPPED);
    let is_untried =
        |target: &TargetReport| target.steps.iter().any(|step| step.outcome == Some(OutcomeWord::NotTried));
    let was_stopped = targets.iter().any(|target| is_unread(target) || is_untried(target))
        && targets
            .iter()
            .all(|target| target.counts.failed == 0 && (target.error.is_none() || is_unread(target)));
    let differs = args.exit_code && targets.iter().any(TargetReport::differs);
    let exit = if gathered.interrupted || was_stopped {
        Exit::Interrupted
    } else if targets.iter().any(TargetReport::has_failed) {
        Exit::Failed
    } else {
        Exit::from_reading(ReadOutcome { interrupted: false, complete, negative: differs })
    };
    SyncReport {
        schema_version: SYNC_VERSION,
        generator: inventory.generator.clone(),
        taken_at: inventory.taken_at,
        complete,
        apply: args.apply,
        exit,
        targets,
        missing,
        coverage,
    }
}

fn show(report: &SyncReport, format: Format, args: &SyncArgs, ui: &Ui) -> Result<(), Error> {
    let layout = ui.layout();
    ui.data(|out| output::render(report, format, layout.with_wide(args.wide), out))?;
    for target in &report.targets {
        for line in target.error.iter().chain(&target.refused) {
            ui.warn_always(&format!("{}: {line}", target.name));
        }
    }
    let has_steps = report.targets.iter().any(|target| !target.steps.is_empty());
    if has_steps && !args.apply {
        ui.note_on_terminal("nothing was written: add --apply to carry out the plan");
    }
    Ok(())
}

fn report_gaps(report: &SyncReport, gathered: &Gathered, kinds: &[Kind], ui: &Ui) {
    report.missing.iter().for_each(|line| ui.warn_always(line));
    if !report.coverage.is_empty() {
        let consequence = format!("records there were left as they are; exit code {}", report.exit.code());
        Summary::new(gathered.view(), kinds).report_unread(&consequence, ui);
    }
}
