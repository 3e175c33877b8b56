//! `netcensus export`: gather, write files whole or not at all.

mod columns;
mod days;
mod folders;
mod guard;
mod history;
mod idle;
mod lock;
mod manifest;
mod target;

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::path::Path;

use self::folders::Folders;
use self::guard::Guard;
use self::lock::Lock;
use self::manifest::{Manifest, Written};
use self::target::{File, Target};
use super::collisions::findings;
use super::gather::{self, Load};
use super::overrides;
use super::sink::Draft;
use super::summary::Summary;
use crate::analysis::joins::{COUNTED, Joins};
use crate::analysis::listing::{self, Listing};
use crate::analysis::select::Request;
use crate::cli::export::ExportArgs;
use crate::cli::global::GlobalArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::Kind;
use crate::output::{Export, ExportFormat, HostOptions, remark_on_hosts, write_export};
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
    idle::refuse(args, formats)?;
    let shape = columns::shape(args, &settings, formats)?;
    let kinds = &shape.request.kinds;
    let target =
        args.to.as_deref().map(|path| Target::new(path, formats, args, &shape.request)).transpose()?;
    check_history(args, kinds)?;
    let guard = Guard::new(&args.guard)?;
    target.iter().try_for_each(|target| target.check(ui))?;
    // Before the scan: a second run would only ask everything again.
    let _locks = lock(args, target.as_ref())?;
    let collisions = formats.iter().any(|format| format.info().shows_collisions);
    // A document that lacks kinds would read as if there were none of them.
    let whole = formats.iter().any(|format| format.info().is_document);
    let load = if whole { Load::Whole } else { Load::Short };
    let gathered = gather::inventory(&args.source, &needed(&shape.request, formats), load, &settings, ui)?;
    let (estate, inventory) = (gathered.estate(), &gathered.inventory);
    let mut judged = kinds.clone();
    judged.extend(Kind::ALL.into_iter().filter(|kind| !kinds.contains(kind) && rests_on(formats, *kind)));
    let summary = Summary::of(estate, &judged);
    let gaps = Gaps { scopes: summary.gaps(), parts: inventory.lacks() };
    let allowed = args.guard.allow_incomplete && !gathered.interrupted;
    if !allowed && (gathered.interrupted || !gaps.is_empty()) {
        ui.warn("nothing was written: the inventory is incomplete (--allow-incomplete writes it)");
        return Ok(gaps.conclude(&summary, gathered.interrupted, ui));
    }
    let mut joins = Joins::new(inventory);
    if let Some(shelf) = gathered.shelf.as_ref().filter(|_| counts(&shape.request, "instances")) {
        joins.count_instances(shelf).map_err(|error| unread(&error))?;
    }
    let request = columns::with_tags(&shape, estate).map_err(|error| unread(&error))?;
    let mut listings =
        listing::listings(estate, &joins, &request).map_err(|error| Error::usage(error.to_string()))?;
    listings.push(listing::coverage(inventory, &joins));
    let collisions = if collisions { findings(inventory, &settings)? } else { Vec::new() };
    let missing: Vec<String> = gaps.parts.iter().chain(&gaps.scopes).cloned().collect();
    let export = Export {
        estate,
        joins: &joins,
        listings: &listings,
        collisions: &collisions,
        missing: &missing,
        csv: shape.csv,
        hosts: host_options(args),
    };
    match &target {
        Some(Target::Stdout(file)) => show(&export, file, ui)?,
        Some(Target::Files { folder, files, days, manifest }) => {
            let files = target::files_of(files, days, inventory)?;
            let note = write(&export, folder, &files, manifest, &guard)?;
            ui.status(&said(&note, folder));
        }
        None => guard.check(&rows(&export), None)?,
    }
    say_left_out(&export, formats, ui)?;
    if let (Some(path), [listing, ..]) = (&args.append_history, export.listings) {
        history::append(path, listing, inventory, shape.csv)?;
        ui.status(&format!("added {} {} to {}", listing.rows, listing.name, path.display()));
    }
    Ok(gaps.conclude(&summary, false, ui))
}

fn host_options(args: &ExportArgs) -> HostOptions {
    HostOptions { address: args.hosts.address.unwrap_or_default(), port: args.hosts.port }
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
    folder: &Path,
    files: &[File],
    manifest: &Path,
    guard: &Guard,
) -> Result<Manifest, Error> {
    let rows = rows(export);
    guard.check(&rows, Manifest::read(manifest)?.as_ref())?;
    let inventory = export.estate.inventory;
    let missing = export.missing.to_vec();
    let mut note = Manifest::new(inventory.generator.clone(), inventory.taken_at, missing, rows);
    // Dropped after the drafts that are in them.
    let mut folders = Folders::default();
    let mut drafts = Vec::new();
    for file in files {
        folders.make(target::folder_of(&file.path))?;
        let of = listing(export, file);
        let part = file.provider.zip(of).map(|(provider, of)| of.of_provider(provider));
        let of = part.as_ref().or(of);
        drafts.push(Draft::write(&file.path, |out| write_export(export, file.format, of, out))?);
        note.files.push(Written::new(folder, &file.path, file.format.to_string()));
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
    let (parted, mut files): (Vec<&str>, Vec<&str>) =
        note.files.iter().map(|file| file.name.as_str()).partition(|name| name.contains('/'));
    // Their paths are long, and say no more.
    let days = format!("{} files by day and provider", parted.len());
    if !parted.is_empty() {
        files.push(&days);
    }
    let gaps = if note.complete { "" } else { "; incomplete" };
    format!("exported {} to {} in {}{gaps}", rows.join(", "), files.join(", "), folder.display())
}

/// Tells whether some format needs the kind, whatever kinds are asked for.
fn rests_on(formats: &[ExportFormat], kind: Kind) -> bool {
    formats.iter().any(|format| format.info().reads.contains(&kind))
}

/// Lists the kinds to read: those to write, those that are counted in networks, and what the formats rest on.
fn needed(request: &Request, formats: &[ExportFormat]) -> Vec<Kind> {
    let is_needed = |kind: &Kind| {
        request.kinds.contains(kind)
            || rests_on(formats, *kind)
            || COUNTED.iter().any(|(counted, column)| counted == kind && counts(request, column))
    };
    Kind::ALL.into_iter().filter(is_needed).collect()
}

/// Tells whether networks have a column.
fn counts(request: &Request, column: &str) -> bool {
    let networks = request.defaults.get(&Kind::Networks);
    networks.is_some_and(|columns| columns.iter().any(|name| name == column))
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
