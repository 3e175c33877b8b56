//! `netcensus snapshots verify`.

use jiff::Timestamp;
use serde_json::json;

use crate::analysis::value::Value;
use crate::commands::record_list::{self, Sheet};
use crate::commands::snapshot_lookup::{self, Listing};
use crate::config::Settings;
use crate::error::Error;
use crate::exit::Exit;
use crate::input::{self, InputError, InputErrorKind, Source, Verified};
use crate::output::Format;
use crate::snapshot::{self, Store};
use crate::ui::Ui;
use crate::wording::counted;

/// A snapshot, and how reading it went.
struct Checked {
    name: String,
    result: Result<Verified, InputError>,
}

impl Checked {
    fn is_gone(&self) -> bool {
        self.result.as_ref().is_err_and(InputError::is_missing)
    }
}

/// Reads the snapshots of these names, or all, to their ends.
///
/// # Errors
/// When a name means no snapshot, or the folder cannot be read.
pub fn run(
    names: &[String],
    store: &Store,
    settings: &Settings,
    format: Format,
    ui: &Ui,
) -> Result<Exit, Error> {
    let checked = if names.is_empty() { all(store)? } else { named(names, settings, ui)? };
    record_list::show(of(&checked), format, ui)?;
    for one in &checked {
        let warnings = one.result.iter().flat_map(|verified| &verified.warnings);
        warnings.for_each(|warning| ui.warn(&format!("{}: {warning}", one.name)));
    }
    let folder = if names.is_empty() { format!(" in {}", store.folder().display()) } else { String::new() };
    let number = format!("{}{folder}", counted(checked.len(), "snapshot"));
    match checked.iter().filter(|checked| checked.result.is_err()).count() {
        0 => {
            ui.status(&format!("verified in full: {number}"));
            Ok(Exit::Clean)
        }
        bad => {
            ui.warn(&format!(
                "{bad} of {number} cannot be read in full (exit code {})",
                Exit::Findings.code()
            ));
            Ok(Exit::Findings)
        }
    }
}

/// Reads all that are kept, newest first.
fn all(store: &Store) -> Result<Vec<Checked>, Error> {
    let entries = snapshot_lookup::list(store)?;
    let names = snapshot::names(&entries, Timestamp::now());
    let checked = entries
        .into_iter()
        .zip(names)
        .rev()
        .map(|(entry, name)| Checked { name, result: input::verify(&Source::Path(entry.path)) });
    // Somebody may prune meanwhile.
    Ok(checked.filter(|checked| !checked.is_gone()).collect())
}

/// Reads those of these names, all of which must mean something before any is read.
fn named(names: &[String], settings: &Settings, ui: &Ui) -> Result<Vec<Checked>, Error> {
    let mut listing = Listing::default();
    let source = |name: &String| listing.source(name, settings, ui);
    let sources = names.iter().map(source).collect::<Result<Vec<_>, _>>()?;
    let mut checked = Vec::new();
    for (name, source) in names.iter().zip(sources) {
        match input::verify(&source) {
            Err(error) if matches!(error.kind, InputErrorKind::Missing | InputErrorKind::Directory) => {
                return Err(error.into());
            }
            result => checked.push(Checked { name: name.clone(), result }),
        }
    }
    Ok(checked)
}

fn of(checked: &[Checked]) -> Sheet {
    let row = |checked: &Checked| {
        let rows = checked.result.as_ref().ok().map(|verified| verified.rows as u64);
        let problem = checked.result.as_ref().err().map(sentence);
        vec![
            Value::Text(checked.name.clone()),
            Value::Text(word(checked).to_owned()),
            Value::number(rows),
            Value::text(problem.as_deref()),
        ]
    };
    let object = |checked: &Checked| {
        json!({
            "name": checked.name,
            "result": word(checked),
            "rows": checked.result.as_ref().ok().map(|verified| verified.rows),
            "problem": checked.result.as_ref().err().map(sentence),
        })
    };
    Sheet {
        name: "snapshots",
        columns: vec![("name", 0), ("result", 0), ("rows", 0), ("problem", 0)],
        rows: checked.iter().map(row).collect(),
        objects: checked.iter().map(object).collect(),
    }
}

/// Says how it went in a word or two.
fn word(checked: &Checked) -> &'static str {
    match &checked.result {
        Ok(verified) if verified.has_checksum => "ok",
        // Somebody decompressed it, or it is a document: damage that makes other rows is not noticed.
        Ok(_) => "readable; no checksum",
        Err(error) => match error.kind {
            InputErrorKind::NewerVersion => "newer version",
            InputErrorKind::OlderVersion => "older version",
            InputErrorKind::NotUnderstood => "not understood",
            InputErrorKind::Unreadable => "unreadable",
            _ => "damaged",
        },
    }
}

fn sentence(error: &InputError) -> String {
    error.diagnostic.to_line()
}
