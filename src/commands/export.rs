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
mod tags;
mod target;

use std::io;

use self::gaps::Gaps;
use self::guard::Before;
use self::history::History;
use self::manifest::Manifest;
use self::plan::Plan;
use self::tags::Watched;
use self::target::Target;
use super::collisions::findings;
use super::gather::{self, Gathered};
use super::overrides;
use super::sink::Draft;
use crate::analysis::joins::Joins;
use crate::analysis::listing;
use crate::cli::export::ExportArgs;
use crate::cli::global::GlobalArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::Estate;
use crate::output::{Export, HostTally};
use crate::provider::file::{Shelf, Trouble};
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
    let mut joins = Joins::new(inventory);
    if gathered.shelf.is_some() && plan.counts("instances") {
        joins.count_instances(estate.instances).map_err(|error| unread(&error))?;
    }
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
    let known = plan.target.as_ref().and_then(Target::manifest).map(Manifest::read).transpose()?.flatten();
    let added = plan.history.as_deref().zip(export.listings.first());
    let history =
        added.map(|(path, listing)| History::read(path, listing, inventory, export.csv)).transpose()?;
    let days = added.zip(history.as_ref()).and_then(|((_, listing), history)| history.before(listing.name));
    let before: Vec<Before> = known.iter().flat_map(Manifest::before).chain(days).collect();
    plan.guard.check(&files::rows(&export), &before)?;
    // Files and history are one: all is written beside its place before anything is moved.
    let mut drafts = Vec::new();
    if let (Some(history), Some((path, listing))) = (&history, added) {
        files::sweep(path);
        drafts.push(history.draft(listing)?);
    }
    match &plan.target {
        Some(Target::Stdout(file)) => {
            files::show(&export, file, ui)?;
            drafts.into_iter().try_for_each(Draft::keep)?;
        }
        Some(Target::Files { folder, files, days, manifest }) => {
            let files = target::files_of(files, days, estate, ui)?;
            let note = files::write(&export, folder, &files, manifest, known.as_ref(), drafts)?;
            ui.status(&files::said(&note, folder, &tally));
            if let Some(before) = &known {
                note.not_replaced(before, folder).iter().for_each(|remark| ui.status(remark));
                note.is_older(before).iter().for_each(|remark| ui.warn(remark));
            }
        }
        None => drafts.into_iter().try_for_each(Draft::keep)?,
    }
    plan.formats.iter().filter_map(|format| tally.remark(*format)).for_each(|remark| ui.status(&remark));
    tags::unknown(estate, &watched, &plan.shape.request).iter().for_each(|tag| ui.warn(tag));
    if let Some((path, listing)) = added {
        ui.status(&format!("added {} {} to {}", listing.rows, listing.name, path.display()));
    }
    Ok(())
}

/// Says that rows which were left in their file could not be had from there.
fn unread(error: &io::Error) -> Error {
    Error::usage("cannot read the inventory again").caused_by(error)
}
