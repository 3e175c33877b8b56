//! `netcensus snapshots verify`: reads snapshots to their ends.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::analysis::rows::Fit;
use crate::analysis::value::Value;
use crate::commands::record_list::RecordList;
use crate::commands::snapshot_lookup::{self, SnapshotLookup};
use crate::config::Settings;
use crate::error::Error;
use crate::exit::Exit;
use crate::input::{self, InputError, InputErrorKind, Source, Verified};
use crate::output::Format;
use crate::snapshot::{self, SnapshotStore};
use crate::ui::Ui;
use crate::wording::counted;

/// A snapshot, and how reading it went.
struct VerifiedSnapshot {
    name: String,
    result: Result<Verified, InputError>,
}

impl VerifiedSnapshot {
    fn is_gone(&self) -> bool {
        self.result.as_ref().is_err_and(InputError::is_missing)
    }
}

/// Reads the named snapshots, or all, to their ends and prints the results.
///
/// # Errors
/// When there is no snapshot of a name, or the directory cannot be read.
pub fn run(
    names: &[String],
    store: &SnapshotStore,
    settings: &Settings,
    format: Format,
    fit: Fit,
    ui: &Ui,
) -> Result<Exit, Error> {
    let checked = if names.is_empty() { verify_all(store)? } else { verify_named(names, settings, ui)? };
    result_list(&checked, fit).print(format, ui)?;
    for one in &checked {
        let warnings = one.result.iter().flat_map(|verified| &verified.warnings);
        warnings.for_each(|warning| ui.warn(&format!("{}: {warning}", one.name)));
    }
    let directory =
        if names.is_empty() { format!(" in {}", store.directory().display()) } else { String::new() };
    let number = format!("{}{directory}", counted(checked.len(), "snapshot"));
    match checked.iter().filter(|checked| checked.result.is_err()).count() {
        0 => {
            ui.status(&format!("verified in full: {number}"));
            Ok(Exit::Clean)
        }
        bad => {
            ui.warn(&format!(
                "{bad} of {number} cannot be read in full (exit code {})",
                Exit::Negative.code()
            ));
            Ok(Exit::Negative)
        }
    }
}

/// Reads all that are kept, newest first.
fn verify_all(store: &SnapshotStore) -> Result<Vec<VerifiedSnapshot>, Error> {
    let entries = snapshot_lookup::list_snapshots(store)?;
    let aside = snapshot::scopes_set_aside(&entries, false);
    let names = snapshot::name_snapshots(&entries, &aside, Timestamp::now());
    let checked = entries
        .into_iter()
        .zip(names)
        .rev()
        .map(|(entry, name)| VerifiedSnapshot { name, result: input::verify(&Source::Kept(entry)) });
    // Another process may prune in between.
    Ok(checked.filter(|checked| !checked.is_gone()).collect())
}

/// Reads the named ones, once all names are found.
fn verify_named(names: &[String], settings: &Settings, ui: &Ui) -> Result<Vec<VerifiedSnapshot>, Error> {
    let mut lookup = SnapshotLookup::default();
    let source = |name: &String| lookup.resolve(name, settings, ui);
    let sources = names.iter().map(source).collect::<Result<Vec<_>, _>>()?;
    let mut checked = Vec::new();
    for (name, source) in names.iter().zip(sources) {
        match input::verify(&source) {
            Err(error) if matches!(error.kind, InputErrorKind::Missing | InputErrorKind::Directory) => {
                return Err(error.into());
            }
            result => checked.push(VerifiedSnapshot { name: name.clone(), result }),
        }
    }
    Ok(checked)
}

fn result_list(checked: &[VerifiedSnapshot], fit: Fit) -> RecordList<Json> {
    let row = |checked: &VerifiedSnapshot| {
        let rows = checked.result.as_ref().ok().map(|verified| verified.rows as u64);
        let problem = checked.result.as_ref().err().map(describe_error);
        vec![
            Value::Text(checked.name.clone()),
            Value::Text(describe_result(checked).to_owned()),
            Value::number(rows),
            Value::text(problem.as_deref()),
        ]
    };
    let object = |checked: &VerifiedSnapshot| {
        json!({
            "name": checked.name,
            "result": describe_result(checked),
            "rows": checked.result.as_ref().ok().map(|verified| verified.rows),
            "problem": checked.result.as_ref().err().map(describe_error),
        })
    };
    RecordList {
        name: "snapshots",
        columns: vec![("name", 0), ("result", 0), ("rows", 0), ("problem", 0)],
        fit,
        rows: checked.iter().map(row).collect(),
        objects: checked.iter().map(object).collect(),
    }
}

/// Describes the result in a word or two.
fn describe_result(checked: &VerifiedSnapshot) -> &'static str {
    match &checked.result {
        Ok(verified) if verified.has_checksum => "ok",
        // It was decompressed, or is a document: damage that leaves valid rows is not noticed.
        Ok(_) => "readable; no checksum",
        Err(error) => match error.kind {
            InputErrorKind::NewerVersion => "newer version",
            InputErrorKind::OlderVersion => "older version",
            InputErrorKind::NotUnderstood => "not understood",
            InputErrorKind::Unreadable => "unreadable",
            InputErrorKind::NotInventory => "not a snapshot",
            _ => "damaged",
        },
    }
}

fn describe_error(error: &InputError) -> String {
    error.diagnostic.to_line()
}
