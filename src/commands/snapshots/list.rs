//! `netcensus snapshots list`.

use std::fmt::Display;

use serde_json::{Value as Json, json};

use super::item::{self, Item, size, trouble};
use crate::analysis::value::Value;
use crate::clouds;
use crate::commands::record_list::{self, Sheet};
use crate::error::Error;
use crate::exit::Exit;
use crate::model::{Kind, Outcome};
use crate::output::Format;
use crate::snapshot::{About, Store};
use crate::ui::Ui;

/// What is wrong with a snapshot that was taken after now.
const OF_FUTURE: &str = "dated in the future";

/// Lists what is kept.
///
/// # Errors
/// When the folder cannot be read, or stdout not be written.
pub fn run(store: &Store, format: Format, ui: &Ui) -> Result<Exit, Error> {
    let items = item::read(store, ui)?;
    record_list::show(of(&items, format), format, ui)?;
    if items.is_empty() {
        let folder = store.folder().display();
        ui.status(&format!("there is no snapshot in {folder}; `netcensus scan all --save` keeps one"));
    }
    Ok(Exit::Clean)
}

/// Makes the list of `items`; formats for machines have exact sizes, and paths.
fn of(items: &[Item], format: Format) -> Sheet {
    let wide = format.has_all_columns();
    let mut columns = vec![("name", 0), ("taken_at", 0), ("accounts", 0), ("scope", 4)];
    columns.extend([("networks", 1), ("subnets", 2), ("instances", 3), ("interfaces", 7), ("links", 6)]);
    columns.push(("coverage", 0));
    if wide {
        columns.extend([("bytes", 0), ("path", 0)]);
    } else {
        columns.push(("size", 5));
    }
    Sheet {
        name: "snapshots",
        columns,
        rows: items.iter().map(|item| row(item, wide)).collect(),
        objects: items.iter().map(object).collect(),
    }
}

fn row(item: &Item, wide: bool) -> Vec<Value> {
    let about = item.about.as_ref().ok();
    let count = |kind| Value::number(about.and_then(|about| count(about, kind)));
    let mut row = vec![
        Value::Text(item.name.clone()),
        Value::Time(about.map_or(item.entry.taken_at, |about| about.taken_at)),
        Value::text(about.map(accounts).as_deref()),
        Value::text(about.map(scope).as_deref()),
    ];
    row.extend(Kind::ALL.map(count));
    row.push(Value::Text(match &item.about {
        Ok(about) if item.is_of_future => format!("{}; {OF_FUTURE}", coverage(about)),
        Ok(about) => coverage(about),
        Err(error) => trouble(error).to_owned(),
    }));
    if wide {
        row.extend([Value::Number(item.bytes), Value::Text(item.entry.path.display().to_string())]);
    } else {
        row.push(Value::Text(size(item.bytes)));
    }
    row
}

fn object(item: &Item) -> Json {
    let about = item.about.as_ref().ok();
    let counts = |about: &About| -> Json {
        Kind::ALL.into_iter().map(|kind| (kind.to_string(), json!(count(about, kind)))).collect()
    };
    json!({
        "name": item.name,
        "taken_at": about.map_or(item.entry.taken_at, |about| about.taken_at),
        "scope": about.map(|about| json!({
            "accounts": about.accounts,
            "asked": about.asked.as_ref().map(|asked| &asked.scope),
            "filters": about.filters,
            "shard": about.shard,
        })),
        "counts": about.map(counts),
        "coverage": about.map(|about| json!({ "scopes": tried(about), "unread": about.incomplete() })),
        "bytes": item.bytes,
        "path": item.entry.path.display().to_string(),
        "problem": item.about.as_ref().err().map(trouble).or(item.is_of_future.then_some(OF_FUTURE)),
    })
}

/// Counts the rows of a kind; `None` when nobody asked for it, since unknown is not zero.
fn count(about: &About, kind: Kind) -> Option<u64> {
    about.kinds.contains(&kind).then(|| about.count(kind) as u64)
}

/// Counts the scopes that were tried.
fn tried(about: &About) -> usize {
    about.scopes.iter().filter(|(outcome, _)| **outcome != Outcome::Skipped).map(|(_, number)| number).sum()
}

/// Says how well the estate is known, and whether it is the whole of it: a part with nothing missing in it must not pass
/// for complete.
fn coverage(about: &About) -> String {
    let mut parts = Vec::new();
    if about.incomplete() > 0 {
        parts.push(format!("{} of {} unread", about.incomplete(), tried(about)));
    }
    parts.extend(about.shard.as_ref().map(|shard| format!("part: shard {shard}")));
    if !about.filters.is_empty() {
        parts.push("filtered".to_owned());
    }
    if parts.is_empty() { "complete".to_owned() } else { parts.join("; ") }
}

/// Counts whose resources they are.
fn accounts(about: &About) -> String {
    let accounts: Vec<String> =
        about.accounts.iter().map(|(provider, number)| format!("{provider} {number}")).collect();
    if accounts.is_empty() { "none".to_owned() } else { accounts.join(", ") }
}

/// Says what was asked for, as far as somebody chose it.
fn scope(about: &About) -> String {
    let mut parts: Vec<String> = about.shard.iter().map(|shard| format!("shard {shard}")).collect();
    parts.extend(about.filters.iter().map(|filter| format!("filtered by {filter}")));
    match &about.asked {
        Some(asked) => parts.extend(asked.scope.iter().filter_map(|setting| chosen(setting))),
        None => parts.push("from a file".to_owned()),
    }
    parts.join("; ")
}

/// Leaves out settings that choose nothing, and those that are said in another way.
fn chosen(setting: &str) -> Option<String> {
    match setting.split_once('=') {
        Some((_, "[]" | "false") | ("shard", _)) => None,
        Some(("providers", names)) if names == listed(clouds::compiled_in()) => None,
        _ => Some(setting.to_owned()),
    }
}

/// Writes names as a setting does.
fn listed(names: impl IntoIterator<Item = impl Display>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
    format!("[{}]", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_choose_nothing_are_not_shown() {
        let all = format!("providers={}", listed(clouds::compiled_in()));
        for nothing in [all.as_str(), "aws.regions=[]", "aws.org=false", "shard=1/4"] {
            assert_eq!(chosen(nothing), None, "{nothing}");
        }
        for something in [
            "sandbox",
            "sandbox=estate.toml",
            "providers=[\"gcp\"]",
            "aws.regions=[\"eu-*\"]",
            "AWS_PROFILE=audit",
            "aws.org=true",
        ] {
            assert_eq!(chosen(something).as_deref(), Some(something));
        }
    }
}
