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
use self::guard::Before;
use self::history::History;
use self::manifest::Manifest;
use self::plan::Plan;
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
use crate::output::{Export, ExportFormat, remark_on_hosts};
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
    let export = Export {
        estate,
        joins: &joins,
        listings: &listings,
        collisions: &collisions,
        ranges: &settings.external.value,
        missing,
        csv: plan.shape.csv,
        hosts: plan.hosts,
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
            let files = target::files_of(files, days, inventory)?;
            let note = files::write(&export, folder, &files, manifest, known.as_ref(), drafts)?;
            ui.status(&files::said(&note, folder));
            if let Some(before) = &known {
                note.not_replaced(before, folder).iter().for_each(|remark| ui.status(remark));
                note.is_older(before).iter().for_each(|remark| ui.warn(remark));
            }
        }
        None => drafts.into_iter().try_for_each(Draft::keep)?,
    }
    say_left_out(&export, &plan.formats, ui)?;
    if let Some((path, listing)) = added {
        ui.status(&format!("added {} {} to {}", listing.rows, listing.name, path.display()));
    }
    Ok(())
}

/// Says which machines are in no file of hosts, or have no address there.
fn say_left_out(export: &Export<'_>, formats: &[ExportFormat], ui: &Ui) -> Result<(), Error> {
    for format in formats {
        let remark = remark_on_hosts(export.estate.instances, *format, export.hosts.address);
        remark.map_err(|error| unread(&error))?.iter().for_each(|remark| ui.status(remark));
    }
    Ok(())
}

/// Says that rows which were left in their file could not be had from there.
fn unread(error: &io::Error) -> Error {
    Error::usage("cannot read the inventory again").caused_by(error)
}
