//! `netcensus snapshots list`: prints the kept snapshots.

use std::fmt::Display;

use serde_json::{Value as Json, json};

use super::item::{ListedSnapshot, describe_problem, format_size, list_with_headers};
use crate::analysis::rows::Fit;
use crate::analysis::value::Value;
use crate::clouds;
use crate::commands::record_list::RecordList;
use crate::commands::snapshot_lookup;
use crate::config::Settings;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::{Kind, Outcome};
use crate::output::Format;
use crate::snapshot::{SnapshotHeader, SnapshotStore};
use crate::ui::Ui;

/// The problem of a snapshot that was taken after now.
const IN_FUTURE: &str = "dated in the future";

/// Prints the kept snapshots; `wide` shows every column.
///
/// # Errors
/// When the directory cannot be read, or standard output cannot be written.
pub fn run(
    store: &SnapshotStore,
    format: Format,
    wide: bool,
    settings: &Settings,
    ui: &Ui,
) -> Result<Exit, Error> {
    let items = list_with_headers(store, ui)?;
    snapshot_list(&items, wide || format.has_all_columns()).print(format, ui)?;
    if items.is_empty() {
        let directory = store.directory().display();
        ui.status(&format!(
            "there is no snapshot in {directory}; to save one, run `{}`",
            snapshot_lookup::with_store("scan all --save", settings)
        ));
    }
    Ok(Exit::Clean)
}

/// Makes the list; a wide one has exact sizes, and paths.
fn snapshot_list(items: &[ListedSnapshot], wide: bool) -> RecordList<Json> {
    let mut columns = vec![("name", 0), ("taken_at", 0), ("accounts", 0), ("scope", 4)];
    columns.extend([("networks", 1), ("subnets", 2), ("instances", 3), ("interfaces", 7), ("links", 6)]);
    columns.push(("coverage", 0));
    if wide {
        columns.extend([("bytes", 0), ("path", 0)]);
    } else {
        columns.push(("size", 5));
    }
    RecordList {
        name: "snapshots",
        columns,
        fit: if wide { Fit::Never } else { Fit::Drop },
        rows: items.iter().map(|item| row(item, wide)).collect(),
        objects: items.iter().map(object).collect(),
    }
}

fn row(item: &ListedSnapshot, wide: bool) -> Vec<Value> {
    let about = item.about.as_ref().ok();
    let count = |kind| Value::number(about.and_then(|about| count(about, kind)));
    let mut row = vec![
        Value::Text(item.name.clone()),
        Value::Time(about.map_or(item.entry.taken_at, |about| about.taken_at)),
        Value::text(about.map(describe_accounts).as_deref()),
        Value::text(about.map(describe_scope).as_deref()),
    ];
    row.extend(Kind::ALL.map(count));
    row.push(Value::Text(match &item.about {
        Ok(about) if item.is_of_future => format!("{}; {IN_FUTURE}", describe_coverage(about)),
        Ok(about) => describe_coverage(about),
        Err(error) => describe_problem(error).to_owned(),
    }));
    if wide {
        row.extend([Value::Number(item.bytes), Value::Text(item.entry.path.display().to_string())]);
    } else {
        row.push(Value::Text(format_size(item.bytes)));
    }
    row
}

fn object(item: &ListedSnapshot) -> Json {
    let about = item.about.as_ref().ok();
    let counts = |about: &SnapshotHeader| -> Json {
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
        "coverage": about.map(|about| json!({ "scopes": scopes_tried(about), "unread": about.incomplete() })),
        "bytes": item.bytes,
        "path": item.entry.path.display().to_string(),
        "problem": item.about.as_ref().err().map(describe_problem).or(item.is_of_future.then_some(IN_FUTURE)),
    })
}

/// Counts the rows of a kind; `None` when it was not scanned, because unknown is not zero.
fn count(about: &SnapshotHeader, kind: Kind) -> Option<u64> {
    about.kinds.contains(&kind).then(|| about.count(kind) as u64)
}

/// Counts the scopes that were read or tried.
fn scopes_tried(about: &SnapshotHeader) -> usize {
    let tried = about.scopes.iter().filter(|(outcome, _)| **outcome != Outcome::Skipped);
    // The first line of a damaged snapshot may have any numbers.
    tried.fold(0, |sum, (_, number)| sum.saturating_add(*number))
}

/// Describes how complete the snapshot is. A part of the estate must not pass for complete, even if nothing of the part is
/// missing.
fn describe_coverage(about: &SnapshotHeader) -> String {
    let mut parts = Vec::new();
    if about.incomplete() > 0 {
        parts.push(format!("{} of {} unread", about.incomplete(), scopes_tried(about)));
    }
    parts.extend(about.shard.as_ref().map(|shard| format!("part: shard {shard}")));
    if !about.filters.is_empty() {
        parts.push("filtered".to_owned());
    }
    if parts.is_empty() { "complete".to_owned() } else { parts.join("; ") }
}

/// Counts the accounts of each cloud. The sandbox must not pass for the clouds in any width.
fn describe_accounts(about: &SnapshotHeader) -> String {
    let accounts: Vec<String> =
        about.accounts.iter().map(|(provider, number)| format!("{provider} {number}")).collect();
    let accounts = if accounts.is_empty() { "none".to_owned() } else { accounts.join(", ") };
    if about.is_of_sandbox() { format!("{accounts} (sandbox)") } else { accounts }
}

/// Describes the scope by the settings that select something.
fn describe_scope(about: &SnapshotHeader) -> String {
    let mut parts: Vec<String> = about.shard.iter().map(|shard| format!("shard {shard}")).collect();
    parts.extend(about.filters.iter().map(|filter| format!("filtered by {filter}")));
    match &about.asked {
        Some(asked) => parts.extend(asked.scope.iter().filter_map(|setting| selecting_setting(setting))),
        None => parts.push("from a file".to_owned()),
    }
    parts.join("; ")
}

/// Returns a setting that selects something; `None` for defaults, and for those that are shown otherwise.
fn selecting_setting(setting: &str) -> Option<String> {
    match setting.split_once('=') {
        Some((_, "[]" | "false") | ("shard", _)) => None,
        Some(("providers", names)) if names == format_names(clouds::compiled_in()) => None,
        _ => Some(setting.to_owned()),
    }
}

/// Writes names as the fingerprint of a scan does.
fn format_names(names: impl IntoIterator<Item = impl Display>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
    format!("[{}]", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_select_nothing_are_not_shown() {
        let all = format!("providers={}", format_names(clouds::compiled_in()));
        for nothing in [all.as_str(), "aws.regions=[]", "aws.org=false", "shard=1/4"] {
            assert_eq!(selecting_setting(nothing), None, "{nothing}");
        }
        for something in [
            "sandbox",
            "sandbox=estate.toml",
            "providers=[\"gcp\"]",
            "aws.regions=[\"eu-*\"]",
            "AWS_PROFILE=audit",
            "aws.org=true",
        ] {
            assert_eq!(selecting_setting(something).as_deref(), Some(something));
        }
    }
}
