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
mod target;

use std::io;

use self::gaps::Gaps;
use self::plan::Plan;
use self::target::Target;
use super::collisions::findings;
use super::gather::{self, Gathered};
use super::overrides;
use crate::analysis::joins::Joins;
use crate::analysis::listing;
use crate::cli::export::ExportArgs;
use crate::cli::global::GlobalArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::exit::Exit;
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
    let gathered = gather::inventory(&args.source, &plan.needed(), plan.load(), &settings, ui)?;
    let gaps = Gaps::of(gathered.estate(), &plan.judged());
    let allowed = args.guard.allow_incomplete && !gathered.interrupted;
    if !allowed && (gathered.interrupted || !gaps.is_empty()) {
        ui.warn("nothing was written: the inventory is incomplete (--allow-incomplete writes it)");
        return Ok(gaps.conclude(gathered.interrupted, ui));
    }
    export(&plan, &gathered, &gaps.sentences(), &settings, ui)?;
    Ok(gaps.conclude(false, ui))
}

fn export(
    plan: &Plan,
    gathered: &Gathered,
    missing: &[String],
    settings: &Settings,
    ui: &Ui,
) -> Result<(), Error> {
    let (estate, inventory) = (gathered.estate(), &gathered.inventory);
    let mut joins = Joins::new(inventory);
    if let Some(shelf) = gathered.shelf.as_ref().filter(|_| plan.counts("instances")) {
        joins.count_instances(shelf).map_err(|error| unread(&error))?;
    }
    let request = columns::with_tags(&plan.shape, estate).map_err(|error| unread(&error))?;
    let mut listings =
        listing::listings(estate, &joins, &request).map_err(|error| Error::usage(error.to_string()))?;
    listings.push(listing::coverage(inventory, &joins));
    let collisions = if plan.shows_collisions() { findings(inventory, settings)? } else { Vec::new() };
    let tally = HostTally::of(&plan.formats, estate.instances, plan.hosts.address);
    let tally = tally.map_err(|error| unread(&error))?;
    let export = Export {
        estate,
        joins: &joins,
        listings: &listings,
        collisions: &collisions,
        ranges: &settings.external.value,
        missing,
        csv: plan.shape.csv,
        hosts: plan.hosts,
        tally: &tally,
    };
    match &plan.target {
        Some(Target::Stdout(file)) => files::show(&export, file, ui)?,
        Some(Target::Files { folder, files, days, manifest }) => {
            let files = target::files_of(files, days, estate, ui)?;
            let note = files::write(&export, folder, &files, manifest, &plan.guard)?;
            ui.status(&files::said(&note, folder, &tally));
        }
        None => plan.guard.check(&files::rows(&export), None)?,
    }
    plan.formats.iter().filter_map(|format| tally.remark(*format)).for_each(|remark| ui.status(&remark));
    if let (Some(path), [listing, ..]) = (&plan.history, export.listings) {
        history::append(path, listing, inventory, plan.shape.csv)?;
        ui.status(&format!("added {} {} to {}", listing.rows, listing.name, path.display()));
    }
    Ok(())
}

/// Says that rows which were left in their file could not be had from there.
fn unread(error: &io::Error) -> Error {
    Error::usage("cannot read the inventory again").caused_by(error)
}
