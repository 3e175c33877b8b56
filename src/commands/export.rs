//! `netcensus export`: gather, write files whole or not at all.

mod columns;
mod guard;
mod history;
mod lock;
mod manifest;
mod target;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use self::guard::Guard;
use self::lock::Lock;
use self::manifest::{Manifest, Written};
use self::target::{File, Target};
use super::collisions::findings;
use super::sink::Draft;
use super::summary::Summary;
use super::{gather, overrides};
use crate::analysis::joins::{COUNTED, Joins};
use crate::analysis::select::{self, Listing, Request};
use crate::cli::export::ExportArgs;
use crate::cli::global::GlobalArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::Kind;
use crate::output::{Export, ExportFormat, write_export};
use crate::ui::Ui;

/// Runs `netcensus export`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or a file cannot be written; what was there before stays then.
pub fn run(args: &ExportArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let settings = overrides::settle(global, &overrides::of_live(&args.source.live, None, global))?;
    let ui = &ui.with_color(settings.output.color.value);
    let formats = args.to.as_deref().map(|path| target::formats(path, args)).transpose()?.unwrap_or_default();
    let formats = &formats;
    let shape = columns::shape(args, &settings, formats)?;
    let kinds = &shape.request.kinds;
    let target = args.to.as_deref().map(|path| Target::new(path, formats, args, kinds)).transpose()?;
    check_history(args, kinds)?;
    let guard = Guard::new(&args.guard)?;
    target.iter().try_for_each(|target| target.check(ui))?;
    // Before the scan: a second run would only ask everything again.
    let _locks = lock(args, target.as_ref())?;
    let collisions = formats.iter().any(|format| format.info().shows_collisions);
    // A document that lacks kinds would read as if there were none of them.
    let whole = formats.iter().any(|format| format.info().is_document);
    let gathered = gather::inventory(&args.source, &needed(&shape.request, formats), whole, &settings, ui)?;
    let inventory = &gathered.inventory;
    let mut judged = kinds.clone();
    judged.extend(Kind::ALL.into_iter().filter(|kind| !kinds.contains(kind) && rests_on(formats, *kind)));
    let summary = Summary::of(inventory, &judged);
    let gaps = Gaps { scopes: summary.gaps(), parts: inventory.lacks() };
    let allowed = args.guard.allow_incomplete && !gathered.interrupted;
    if !allowed && (gathered.interrupted || !gaps.is_empty()) {
        ui.warn("nothing was written: the inventory is incomplete (--allow-incomplete writes it)");
        return Ok(gaps.conclude(&summary, gathered.interrupted, ui));
    }
    let joins = Joins::new(inventory);
    let request = columns::with_tags(&shape, inventory);
    let mut listings =
        select::listings(inventory, &joins, &request).map_err(|error| Error::usage(error.to_string()))?;
    listings.push(select::coverage_listing(inventory, &joins));
    let collisions = if collisions { findings(inventory, &settings)? } else { Vec::new() };
    let export = Export { inventory, listings: &listings, collisions: &collisions, csv: shape.csv };
    match &target {
        Some(Target::Stdout(file)) => show(&export, file, ui)?,
        Some(Target::Files { folder, files, manifest }) => {
            let note = write(&export, files, manifest, &guard, &gaps)?;
            ui.status(&said(&note, folder));
        }
        None => guard.check(&rows(&export), None)?,
    }
    if let (Some(path), [listing, ..]) = (&args.append_history, export.listings) {
        history::append(path, listing, inventory, shape.csv)?;
        ui.status(&format!("added {} {} to {}", listing.rows, listing.name, path.display()));
    }
    Ok(gaps.conclude(&summary, false, ui))
}

/// What an export lacks.
struct Gaps {
    /// Scopes that could not be read, and kinds that nobody read.
    scopes: Vec<String>,
    /// What makes the inventory a part of the estate.
    parts: Vec<String>,
}

impl Gaps {
    const fn is_empty(&self) -> bool {
        self.scopes.is_empty() && self.parts.is_empty()
    }

    /// Says on stderr what is missing, and returns the exit code that follows.
    fn conclude(&self, summary: &Summary, interrupted: bool, ui: &Ui) -> Exit {
        self.parts.iter().for_each(|part| ui.warn(part));
        match summary.conclude(interrupted, ui) {
            Exit::Clean if !self.is_empty() => Exit::Incomplete,
            exit => exit,
        }
    }
}

/// Writes all files beside their places, then puts them there, the note of them last.
fn write(
    export: &Export<'_>,
    files: &[File],
    manifest: &Path,
    guard: &Guard,
    gaps: &Gaps,
) -> Result<Manifest, Error> {
    let rows = rows(export);
    guard.check(&rows, Manifest::read(manifest)?.as_ref())?;
    let inventory = export.inventory;
    let missing = gaps.parts.iter().chain(&gaps.scopes).cloned().collect();
    let mut note = Manifest::new(inventory.generator.clone(), inventory.taken_at, missing, rows);
    let mut drafts = Vec::new();
    for file in files {
        let of = listing(export, file);
        drafts.push(Draft::write(&file.path, |out| write_export(export, file.format, of, out))?);
        let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        note.files.push(Written { name, format: file.format.to_string() });
    }
    drafts.push(note.draft(manifest)?);
    drafts.into_iter().try_for_each(Draft::keep)?;
    Ok(note)
}

/// Counts the rows of each kind.
fn rows(export: &Export<'_>) -> BTreeMap<String, usize> {
    let kinds = export.listings.iter().filter(|listing| listing.kind.is_some());
    kinds.map(|listing| (listing.name.to_owned(), listing.rows)).collect()
}

/// Locks the folders that are written to, each once.
fn lock(args: &ExportArgs, target: Option<&Target>) -> Result<Vec<Lock>, Error> {
    let history = args.append_history.as_deref().map(target::folder_of);
    let mut folders: Vec<&Path> = target.and_then(Target::folder).into_iter().collect();
    // One that is not there yet is no other's either.
    let known = folders.first().and_then(|folder| folder.canonicalize().ok());
    folders.extend(history.filter(|folder| known.is_none() || folder.canonicalize().ok() != known));
    folders.into_iter().map(Lock::take).collect()
}

/// Refuses a history of several kinds, whose rows have other columns.
fn check_history(args: &ExportArgs, kinds: &[Kind]) -> Result<(), Error> {
    if args.append_history.is_some() && kinds.len() != 1 {
        return Err(Error::usage("--append-history adds rows of one kind")
            .hint("choose it with --kind, or by a --template of one"));
    }
    Ok(())
}

/// Sums up what was written, in a line.
fn said(note: &Manifest, folder: &Path) -> String {
    let rows: Vec<String> = note.rows.iter().map(|(kind, rows)| format!("{rows} {kind}")).collect();
    let files: Vec<&str> = note.files.iter().map(|file| file.name.as_str()).collect();
    let gaps = if note.complete { "" } else { "; incomplete" };
    format!("exported {} to {} in {}{gaps}", rows.join(", "), files.join(", "), folder.display())
}

/// Tells whether some format needs the kind, whatever kinds are asked for.
fn rests_on(formats: &[ExportFormat], kind: Kind) -> bool {
    formats.iter().any(|format| format.info().reads.contains(&kind))
}

/// Lists the kinds to read: those to write, those that are counted in networks, and what the formats rest on.
fn needed(request: &Request, formats: &[ExportFormat]) -> Vec<Kind> {
    let networks = request.defaults.get(&Kind::Networks);
    let counts = |column: &str| networks.is_some_and(|columns| columns.iter().any(|name| name == column));
    let is_needed = |kind: &Kind| {
        request.kinds.contains(kind)
            || rests_on(formats, *kind)
            || COUNTED.iter().any(|(counted, column)| counted == kind && counts(column))
    };
    Kind::ALL.into_iter().filter(is_needed).collect()
}

/// Writes one file to standard output, once it is whole.
fn show(export: &Export<'_>, file: &File, ui: &Ui) -> Result<(), Error> {
    let mut bytes = Cursor::new(Vec::new());
    write_export(export, file.format, listing(export, file), &mut bytes)
        .map_err(|error| Error::usage(format!("cannot write {}", file.format)).caused_by(&error))?;
    ui.data(|out| out.write_all(bytes.get_ref()))
}

fn listing<'e>(export: &'e Export<'_>, file: &File) -> Option<&'e Listing<'e>> {
    export.listings.iter().find(|listing| Some(listing.name) == file.of)
}
