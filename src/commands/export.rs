//! `netcensus export`: gather, write files whole or not at all.

mod columns;
mod days;
mod files;
mod folders;
mod gaps;
mod guard;
mod history;
mod idle;
mod lock;
mod manifest;
mod plan;
mod put;
mod tags;
mod target;
mod unguarded;

use std::io;

use self::gaps::Gaps;
use self::plan::Plan;
use self::tags::Watched;
use super::collisions::findings;
use super::gather::{self, Gathered};
use super::{overrides, tenants};
use crate::analysis::inventory_index::InventoryIndex;
use crate::analysis::streamed_table::{coverage_table, streamed_tables};
use crate::cli::export::ExportArgs;
use crate::cli::global::GlobalArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::exit::Exit;
use crate::input::{Shelf, Trouble};
use crate::model::Estate;
use crate::output::{Export, HostTally};
use crate::ui::Ui;

/// Runs `netcensus export`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or a file cannot be written; what was there before stays then.
pub fn run(args: &ExportArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let settings = overrides::settle(global, &overrides::of_live(&args.source.live, None, global))?;
    let ui = &ui.with_color(settings.output.color.value);
    let plan = Plan::new(args, &settings)?;
    // Before the scan: a second run would only ask everything again.
    let _locks = plan.occupy(ui)?;
    let mut gathered = gather::inventory(&args.source, &plan.needed(), plan.load(), &settings, ui)?;
    if let Some(before) = plan.manifest_before()? {
        tenants::compare_with_export(&mut gathered.inventory, &before.tenants, before.taken_at);
    }
    let gaps = Gaps::of(gathered.estate(), &plan.judged(), &plan.shape.request.kinds);
    gaps.judge(args.guard.allow_incomplete, gathered.interrupted, ui)?;
    let missing = gaps.sentences();
    let exported = export(&plan, &gathered, &missing, &settings, ui);
    match gathered.shelf.as_ref().and_then(Shelf::trouble) {
        None => exported?,
        Some(Trouble::Unreadable(error)) => return Err(Error::of_input(&error)),
        // Nothing was put in its place yet, since all of it needs these rows.
        Some(Trouble::Disorder) => {
            gathered.load_whole(&plan.needed(), ui)?;
            export(&plan, &gathered, &missing, &settings, ui)?;
        }
    }
    Ok(gaps.conclude(ui))
}

fn export(
    plan: &Plan,
    gathered: &Gathered,
    missing: &[String],
    settings: &Settings,
    ui: &Ui,
) -> Result<(), Error> {
    let (estate, inventory) = (gathered.estate(), &gathered.inventory);
    let request = columns::with_tags(&plan.shape, estate).map_err(|error| unread(&error))?;
    let watched = Watched::new(estate, &plan.shape.request);
    let estate = Estate { instances: &watched, ..estate };
    let mut index = InventoryIndex::new(inventory);
    if gathered.shelf.is_some() && plan.counts("instances") {
        index.count_instances(estate.instances).map_err(|error| unread(&error))?;
    }
    let mut listings =
        streamed_tables(estate, &index, &request).map_err(|error| Error::usage(error.to_string()))?;
    listings.push(coverage_table(inventory, &index));
    let collisions = if plan.shows_collisions() { findings(inventory, settings)? } else { Vec::new() };
    let tally = HostTally::of(&plan.formats, estate.instances, plan.hosts.address);
    let tally = tally.map_err(|error| unread(&error))?;
    let export = Export {
        estate,
        index: &index,
        listings: &listings,
        collisions: &collisions,
        ranges: &settings.external.value,
        missing,
        csv: plan.shape.csv,
        hosts: plan.hosts,
        tally: &tally,
    };
    put::put(plan, &export, ui)?;
    for tag in tags::unknown(estate, &watched, &plan.shape.request) {
        ui.warn(&tag);
    }
    Ok(())
}

/// Says that rows which were left in their file could not be had from there.
fn unread(error: &io::Error) -> Error {
    Error::usage("cannot read the inventory again").caused_by(error)
}
