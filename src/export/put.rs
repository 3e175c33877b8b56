//! Puts an export in its place, once the guard has nothing against it: files and history are one.

use super::days::Days;
use super::files;
use super::guard::Before;
use super::history::History;
use super::manifest::Manifest;
use super::plan::Plan;
use super::target::{self, File, Target};
use super::unguarded;
use crate::error::Error;
use crate::fs::atomic::{Draft, keep_all, sweep};
use crate::output::Export;
use crate::ui::Ui;

/// Writes all that `plan` asks for, and says so.
///
/// # Errors
/// When the guard refuses it, what is there is something else, or a file cannot be written; all stays as it was then.
pub fn put(plan: &Plan, export: &Export<'_>, hold_off: &dyn Fn(), ui: &Ui) -> Result<(), Error> {
    let known = plan.manifest_before()?;
    let added = plan.history.as_deref().zip(export.listings.first());
    let read = |(path, listing)| History::read(path, listing, export.estate.inventory, export.csv);
    let history = added.map(read).transpose()?;
    let days = added.zip(history.as_ref()).and_then(|((_, listing), history)| history.before(listing.name));
    let before: Vec<Before> = known.iter().flat_map(Manifest::before).chain(days).collect();
    plan.guard.check(&files::rows(export), &before)?;
    if before.is_empty() && plan.guard.compares() {
        unguarded::say(plan.target.as_ref(), plan.history.as_deref(), ui);
    }
    // All is written beside its place before anything is moved.
    let mut drafts = Vec::new();
    if let (Some(history), Some((_, listing))) = (&history, added) {
        drafts.push(history.draft(listing)?);
    }
    place(plan, export, known.as_ref(), drafts, hold_off, ui)?;
    plan.formats
        .iter()
        .filter_map(|format| export.tally.remark(*format))
        .for_each(|remark| ui.status(&remark));
    if let Some((path, listing)) = added {
        ui.status(&format!("added {} {} to {}", listing.rows, listing.name, path.display()));
    }
    Ok(())
}

/// Writes to the target, and moves what is in `drafts` with it; `known` is the manifest before.
fn place(
    plan: &Plan,
    export: &Export<'_>,
    known: Option<&Manifest>,
    drafts: Vec<Draft>,
    hold_off: &dyn Fn(),
    ui: &Ui,
) -> Result<(), Error> {
    match &plan.target {
        Some(Target::Files { folder, files: known_files, days, manifest }) => {
            known_files.iter().filter(|file| file.is_dated()).for_each(|file| {
                sweep(folder, |name| file.is_called(name));
            });
            days.iter().for_each(Days::sweep);
            let files = target::files_of(known_files, days, export.estate, ui)?;
            let note = files::write(export, folder, &files, manifest, known, drafts, hold_off)?;
            ui.status(&files::said(&note, folder, export.tally));
            if let Some(before) = known {
                // Files of other days stay on purpose.
                let is_dated = known_files.iter().any(File::is_dated);
                let left = note.not_replaced(before, folder).filter(|_| !is_dated);
                if let Some(remark) = left {
                    ui.status(&remark);
                }
                note.is_older(before).iter().for_each(|remark| ui.warn(remark));
            }
            return Ok(());
        }
        Some(Target::Stdout(file)) => files::show(export, file, ui)?,
        None => {}
    }
    keep_all(drafts, hold_off)
}
