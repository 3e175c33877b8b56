//! Which values each argument completes.

use std::ffi::OsStr;

use clap::{Arg, Command};
use clap_complete::CompletionCandidate;
use clap_complete::engine::{ArgValueCompleter, PathCompleter, ValueCompleter};

use super::known_values::{self, Candidates};
use super::typed_line;
use crate::analysis::columns::{ColumnSpec, DataType, columns_of};
use crate::analysis::filter::names_beside_columns;

/// How an argument is completed.
#[derive(Clone, Copy)]
enum Completer {
    /// One of these, or several separated by commas.
    List(fn() -> Candidates),
    /// Columns to sort by, each perhaps with a `-` before it.
    SortKeys,
    /// A condition of a filter.
    Condition,
    /// The name of a snapshot, or a file.
    Inventory,
}

use Completer::{Condition, Inventory, List, SortKeys};

/// Returns how an argument is completed, if not by the values that it has by itself.
fn completer_of(command: &str, argument: &str) -> Option<Completer> {
    Some(match (command, argument) {
        (_, "providers") => List(known_values::providers),
        (_, "azure_api") => List(known_values::azure_apis),
        (_, "azure_cloud") => List(known_values::azure_clouds),
        (_, "aws_profiles") => List(known_values::aws_profiles),
        (_, "regions" | "exclude_regions") => List(known_values::regions),
        (_, "aws_accounts" | "exclude_aws_accounts") => List(known_values::aws_accounts),
        (_, "azure_subscriptions" | "exclude_azure_subscriptions") => List(known_values::azure_subscriptions),
        (_, "groups") | ("groups", "name") => List(known_values::groups),
        (_, "template") => List(known_values::templates),
        (_, "notify") => List(known_values::channels),
        ("free", "places") | ("reserve", "place") => List(known_values::pools),
        (_, "columns") => List(columns),
        (_, "sort") => SortKeys,
        (_, "filters" | "between") => Condition,
        (_, "from") | ("diff", "old" | "new") | ("verify", "names") | ("merge", "inputs") => Inventory,
        _ => return None,
    })
}

/// Tells the arguments of a command, and of all below it, how they are completed.
pub fn attach(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let with_completer = |arg: Arg| match completer_of(&name, arg.get_id().as_str()) {
        Some(completer) => arg.add(ArgValueCompleter::new(completer)),
        None => arg,
    };
    command.mut_args(with_completer).mut_subcommands(attach)
}

impl ValueCompleter for Completer {
    fn complete(&self, typed: &OsStr) -> Candidates {
        let Some(text) = typed.to_str() else { return Vec::new() };
        match self {
            List(values) => complete_list(text, values()),
            SortKeys => {
                let start = text.rfind(',').map_or(0, |comma| comma + 1);
                let sign = if text[start..].starts_with('-') { "-" } else { "" };
                complete_list(text, columns().into_iter().map(|name| name.add_prefix(sign)).collect())
            }
            Condition => complete_condition(text),
            Inventory => complete_inventory(typed, text),
        }
    }
}

/// Completes what is behind the last comma.
fn complete_list(text: &str, values: Candidates) -> Candidates {
    let (before, last) = text.split_at(text.rfind(',').map_or(0, |comma| comma + 1));
    let begins = |value: &CompletionCandidate| value.get_value().to_string_lossy().starts_with(last);
    values.into_iter().filter(begins).map(|value| value.add_prefix(before)).collect()
}

/// Completes the name of a condition, then its value where there are few.
fn complete_condition(text: &str) -> Candidates {
    // It may follow others: `region=eu-* and st`.
    let (before, last) = text.split_at(text.rfind(' ').map_or(0, |space| space + 1));
    let Some((name, _)) = last.split_once('=') else {
        let columns = column_specs().into_iter().map(|spec| spec.name).filter(|name| *name != "tags");
        let names = columns.chain(names_beside_columns()).map(|name| format!("{name}="));
        let names = names.chain(["tag:".to_owned()]).map(CompletionCandidate::new).collect();
        return prefixed(complete_list(last, names), before);
    };
    let (operator, value) = last.split_at(name.len() + 1);
    prefixed(complete_list(value, values_of(name.trim_end_matches('!'))), &format!("{before}{operator}"))
}

fn prefixed(values: Candidates, before: &str) -> Candidates {
    values.into_iter().map(|value| value.add_prefix(before)).collect()
}

/// Lists the values of a column, or of another name in a condition, that are few or known.
fn values_of(name: &str) -> Candidates {
    match name {
        "provider" => known_values::providers(),
        "region" => known_values::all_regions(),
        "account" | "account_name" | "owner" => known_values::all_accounts(),
        "group" => known_values::groups(),
        _ => {
            let is_switch = |spec: ColumnSpec| spec.name == name && spec.data_type == DataType::Bool;
            let values = if column_specs().into_iter().any(is_switch) { &["true", "false"][..] } else { &[] };
            values.iter().copied().map(CompletionCandidate::new).collect()
        }
    }
}

fn complete_inventory(typed: &OsStr, text: &str) -> Candidates {
    let names = known_values::snapshots().into_iter().chain([CompletionCandidate::new("live")]);
    let names = names.filter(|name| name.get_value().to_string_lossy().starts_with(text));
    let files = PathCompleter::any().complete(typed);
    names.chain(files).collect()
}

fn columns() -> Candidates {
    let tag = CompletionCandidate::new("tag:").help(Some("A tag, by its key".into()));
    let described = column_specs()
        .into_iter()
        .map(|spec| CompletionCandidate::new(spec.name).help(Some(spec.doc.into())));
    described.chain([tag]).collect()
}

/// Lists the columns of the kinds that may be meant, each once.
fn column_specs() -> Vec<ColumnSpec> {
    let mut specs: Vec<ColumnSpec> = Vec::new();
    for spec in typed_line::kinds().into_iter().flat_map(columns_of) {
        if specs.iter().all(|known| known.name != spec.name) {
            specs.push(spec);
        }
    }
    specs
}
