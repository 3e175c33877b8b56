//! `netcensus scan`: gather, select, render.

use std::time::Instant;

use super::gather::{Gathered, Load};
use super::summary::Summary;
use super::view::View;
use super::{dry_run, gather, overrides, save, snapshot_lookup};
use crate::analysis::inventory_index::COUNT_COLUMNS;
use crate::cli::global::GlobalArgs;
use crate::cli::scan::ScanArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::{Estate, Inventory, Kind};
use crate::ui::Ui;

/// Runs `netcensus scan`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or stdout cannot be written.
pub fn run(args: &ScanArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = overrides::of_live(&args.source.live, Some(&args.output), global);
    let settings = overrides::settle(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let view = View::new(&args.output, args.kind.kinds(), &settings)?;
    let kinds = needed(&view);
    if args.dry_run {
        return dry_run::run(args, &kinds, &settings, &view, ui);
    }
    view.check_kinds()?;
    save::check(&args.save)?;
    save::probe(&args.save, &settings)?;
    let begun = Instant::now();
    let is_kept = args.save.save.is_some() || !view.is_table();
    let load = if is_kept { Load::Whole } else { Load::Needed };
    let gathered = gather::inventory(&args.source, &kinds, load, &settings, ui)?;
    let summary = Summary::of(Estate::of(&gathered.inventory), &kinds);
    say_part(&gathered.inventory, args.source.from.is_some(), ui);
    let elapsed = begun.elapsed();
    // Before it is filtered; and a disk that is full does not take the result with it.
    let saved = save(args, &gathered, &settings, ui);
    view.show(gathered.inventory, ui)?;
    if args.source.from.is_none() {
        summary.say_totals(elapsed, ui);
    }
    // Said last, where it is seen.
    let exit = summary.conclude(gathered.interrupted, ui);
    saved.map(|()| exit)
}

/// Keeps what was read, unless the user stopped the run, since what is the newest should not be a part, or it is kept
/// already.
fn save(args: &ScanArgs, gathered: &Gathered, settings: &Settings, ui: &Ui) -> Result<(), Error> {
    if gathered.interrupted && args.save.save.is_some() {
        ui.warn("no snapshot was kept: it would lack what was not read");
        return Ok(());
    }
    if gathered.stands_in && args.save.save == Some(None) {
        ui.status("nothing was scanned, so no other snapshot was kept");
        return Ok(());
    }
    snapshot_lookup::save(&args.save, &gathered.inventory, gathered.asked.as_ref(), settings, ui)
}

/// Says that it is not the whole estate, which nothing in a table tells: of a file always, since whoever reads it need
/// not be who asked for a part.
fn say_part(inventory: &Inventory, is_saved: bool, ui: &Ui) {
    let Some(shard) = &inventory.shard else { return };
    let accounts = if inventory.is_empty_part() { ", to which no account falls" } else { "" };
    let text = format!("it is shard {shard} of the estate{accounts}; `netcensus merge` joins the shards");
    if is_saved { ui.status(&text) } else { ui.note(&text) }
}

/// Lists the kinds to read: those to show, and those that are counted in them.
fn needed(view: &View) -> Vec<Kind> {
    let mut kinds = view.request.kinds.clone();
    if kinds == [Kind::Networks] {
        kinds.extend(COUNT_COLUMNS.into_iter().filter(|(_, column)| view.uses(column)).map(|(kind, _)| kind));
    }
    kinds
}
