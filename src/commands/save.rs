//! `--save`: its target is checked before anything is read, and the inventory written at the end.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::snapshot_lookup::open_store;
use crate::cli::store::SaveArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::fs::WriteError;
use crate::fs::atomic::PendingFile;
use crate::model::{InventoryView, Kind};
use crate::output::{self, Format};
use crate::snapshot::{self, ScanRequest, SnapshotReader, SnapshotStore, is_snapshot};
use crate::ui::Ui;

/// Extensions that no format of ours has, and that no snapshot or document should have either.
const OTHER_EXTENSIONS: [&str; 4] = ["gz", "yaml", "yml", "toml"];

/// Refuses a target of `--save` that is surely a mistake.
///
/// # Errors
/// When it is the name of a kind or of a snapshot, has the extension of another format, or is a file that contains
/// something else.
pub fn check_target(args: &SaveArgs) -> Result<(), Error> {
    let Some(Some(path)) = &args.save else { return Ok(()) };
    check_name(path)?;
    if path.is_dir() {
        return Err(Error::usage(format!("cannot save to {}: it is a directory", path.display())).remedy(
            format!(
                "to save a snapshot in it, write `--save --store {0}`; otherwise name a file",
                path.display()
            ),
        ));
    }
    let is_ours = !path.is_file()
        || is_ours(path).map_err(|error| {
            Error::usage(format!("cannot read {}, which --save would replace", path.display()))
                .with_source(&error)
                .remedy("make it readable, or name another file")
        })?;
    if !is_ours {
        return Err(Error::usage(format!(
            "{} exists, and --save replaces only what netcensus can read as an inventory",
            path.display()
        ))
        .remedy("name another file, or move this one away"));
    }
    Ok(())
}

/// Checks that `--save` can write to its target, so that the result of a long scan is not lost.
///
/// # Errors
/// When it cannot.
pub fn check_writable(args: &SaveArgs, settings: &Settings) -> Result<(), Error> {
    match &args.save {
        None => Ok(()),
        Some(Some(path)) => Ok(PendingFile::check_writable(path)?),
        Some(None) => {
            let store = open_store(settings)?;
            let path = store
                .probe_path()
                .map_err(|error| WriteError::cannot_create_directory(store.directory(), &error))?;
            Ok(PendingFile::check_writable(&path)?)
        }
    }
}

/// Saves the inventory if `--save` says so, together with what was `asked` for. `defer_signals` is called before the file is
/// moved to its place.
///
/// # Errors
/// When it cannot be written. A file that was there before stays then.
pub fn save_inventory(
    args: &SaveArgs,
    view: InventoryView<'_>,
    asked: Option<&ScanRequest>,
    settings: &Settings,
    defer_signals: &dyn Fn(),
    ui: &Ui,
) -> Result<(), Error> {
    let Some(path) = &args.save else { return Ok(()) };
    if let Some(path) = path {
        write_inventory(path, view, asked, defer_signals)?;
        ui.status(&format!("saved in {}", path.display()));
        return Ok(());
    }
    let store = open_store(settings)?;
    let path = keep_snapshot(&store, view, asked, defer_signals)?;
    ui.status(&match name_by_time(&path, &store) {
        Some(name) => format!("saved as {name}: {}", path.display()),
        None => format!("saved: {}", path.display()),
    });
    Ok(())
}

/// Keeps a snapshot in the store. Returns its file.
///
/// # Errors
/// When it cannot be written.
pub fn keep_snapshot(
    store: &SnapshotStore,
    view: InventoryView<'_>,
    asked: Option<&ScanRequest>,
    defer_signals: &dyn Fn(),
) -> Result<PathBuf, Error> {
    // What killed writers left; one that cannot be removed does no harm.
    let _ = store.remove_abandoned(SystemTime::now());
    let placed = store.new_path(view.inventory, asked, Timestamp::now());
    let path = placed.map_err(|error| WriteError::cannot_create_directory(store.directory(), &error))?;
    write_inventory(&path, view, asked, defer_signals)?;
    Ok(path)
}

/// Returns the name by its time of the snapshot that was just saved; `None` where that name means another one.
fn name_by_time(path: &Path, store: &SnapshotStore) -> Option<String> {
    let entries = store.list().ok()?;
    let entry = entries.iter().find(|entry| entry.path == path)?;
    let last = entries.iter().rfind(|other| other.taken_at == entry.taken_at)?;
    (last == entry).then(|| entry.name())
}

/// Writes the inventory document to a `.json` file, and a snapshot to any other.
fn write_inventory(
    path: &Path,
    view: InventoryView<'_>,
    asked: Option<&ScanRequest>,
    defer_signals: &dyn Fn(),
) -> Result<(), Error> {
    let is_document = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let file = PendingFile::write_private(path, |out| {
        if is_document {
            output::write_document(view, out)
        } else {
            snapshot::write_snapshot(view, asked, out)
        }
    })?;
    defer_signals();
    Ok(file.commit()?)
}

/// Refuses names that show that something else was meant.
fn check_name(path: &Path) -> Result<(), Error> {
    let kinds = Kind::ALL.map(Kind::as_str);
    if let Some(kind) = kinds.iter().chain(&["all"]).find(|kind| path == Path::new(kind)) {
        return Err(Error::usage(format!("--save {kind} would write a file with the name {kind}")).remedy(
            format!(
                "to save a snapshot of {kind}, write `netcensus scan {kind} --save`; for the file, \
                write --save ./{kind}"
            ),
        ));
    }
    let shown = path.display();
    if path.as_os_str().as_encoded_bytes().starts_with(b"@") {
        return Err(Error::usage(format!(
            "--save {shown} would write a file with that name: you cannot choose the name of a snapshot"
        ))
        .remedy(format!("to save a snapshot, write --save alone; for the file, write --save ./{shown}")));
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let is_ours = Format::from_path(path).is_none_or(|format| format == Format::Json);
    if is_ours && !OTHER_EXTENSIONS.iter().any(|other| extension.eq_ignore_ascii_case(other)) {
        return Ok(());
    }
    Err(Error::usage(format!(
        "cannot save to {shown}: use a .json file for an inventory document, or any other name for a snapshot"
    ))
    .remedy("to write the table that is shown, use `-o FORMAT > FILE`, as in `-o csv > FILE.csv`")
    .remedy(format!("to save a snapshot, use a name that does not end in .{extension}")))
}

/// Returns whether a file is empty, a snapshot, or an inventory document.
fn is_ours(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    if File::open(path)?.take(64).read_to_end(&mut start)? == 0 {
        return Ok(true);
    }
    let file = File::open(path)?;
    if is_snapshot(&start) {
        return Ok(SnapshotReader::new(file, "").is_ok());
    }
    Ok(serde_json::from_reader::<_, SavedDocument>(BufReader::new(file)).is_ok())
}

/// The fields that an inventory document has, and other JSON and reports have not.
#[derive(Deserialize)]
#[expect(dead_code, reason = "the fields only have to exist")]
struct SavedDocument {
    schema_version: u64,
    networks: IgnoredAny,
    coverage: IgnoredAny,
}
