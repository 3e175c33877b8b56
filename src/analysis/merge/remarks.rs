//! What the user should know of how an inventory came about: a sentence each.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::claims::Claims;
use super::join::Input;
use crate::model::{Coverage, Kind, Outcome, Provider, Subject};

/// Parts of one picture should not be further apart.
const APART: SignedDuration = SignedDuration::from_hours(24);

/// Says, once for two inputs, that one tells in place of the other.
pub(super) fn replaced(
    inputs: &[Input],
    by: usize,
    input: usize,
    claims: &Claims,
    scopes: &[String],
) -> String {
    let (one, other) = (&inputs[by].name, &inputs[input].name);
    let such = scopes.first().map(String::as_str).unwrap_or_default();
    let what = if scopes.len() == 1 {
        format!("{such} is")
    } else {
        format!("{} scopes are, such as {such},", scopes.len())
    };
    let why = if claims.is_newer(by, input) { "which is newer" } else { "which is as old and named first" };
    format!("{what} in both {one} and {other}; {one}, {why}, stands")
}

/// Says that the inputs are of different days.
pub(super) fn distance(newest: Timestamp, oldest: Timestamp) -> Option<String> {
    let apart = newest.duration_since(oldest);
    (apart > APART).then(|| {
        let days = (apart.as_hours() + 12) / 24;
        let days = if days == 1 { "a day".to_owned() } else { format!("{days} days") };
        format!(
            "the inputs are {days} apart, of {oldest} to {newest}: what moved between them may be there twice, or not \
             at all"
        )
    })
}

/// Says which shards were scanned with other options than the first that tells. What one left out by them, such as a
/// region, is in no coverage.
pub(super) fn options(inputs: &[Input]) -> Vec<String> {
    let mut told = inputs.iter().filter_map(|input| Some((input, settings(input)?)));
    let Some((first, expected)) = told.next() else { return Vec::new() };
    let differing = told.filter_map(|(input, settings)| {
        let keys: BTreeSet<&str> = expected.keys().chain(settings.keys()).copied().collect();
        let keys: Vec<&str> = keys.into_iter().filter(|key| expected.get(key) != settings.get(key)).collect();
        (!keys.is_empty()).then(|| {
            format!(
                "{} was scanned with other options than {}: {}; what it left out is missing in the result (scan every \
                 part with the same options)",
                input.name,
                first.name,
                keys.iter().map(|key| both(key, &settings, &expected)).collect::<Vec<_>>().join(", ")
            )
        })
    });
    differing.collect()
}

/// Returns what an input was asked for, apart from which shard it is.
fn settings(input: &Input) -> Option<BTreeMap<&str, &str>> {
    let settings =
        input.asked.as_ref()?.scope.iter().map(|setting| setting.split_once('=').unwrap_or((setting, "")));
    Some(settings.filter(|(key, _)| *key != "shard").collect())
}

fn both(key: &str, its: &BTreeMap<&str, &str>, expected: &BTreeMap<&str, &str>) -> String {
    let value = |of: &BTreeMap<&str, &str>| of.get(key).map_or("nothing", |value| *value).to_owned();
    format!("{key} ({}, and not {})", value(its), value(expected))
}

/// Says of inputs that are no shards which kinds are unknown in some accounts, since not all were scanned for them.
pub(super) fn kinds(kinds_read: &[BTreeSet<Kind>], coverage: &[Coverage]) -> Vec<String> {
    let mut read = kinds_read.iter().filter(|kinds| !kinds.is_empty());
    let Some(first) = read.next() else { return Vec::new() };
    if read.all(|kinds| kinds == first) {
        return Vec::new();
    }
    Kind::ALL.into_iter().filter_map(|kind| unasked(kind, coverage)).collect()
}

fn unasked(kind: Kind, coverage: &[Coverage]) -> Option<String> {
    let accounts = |is_of: &dyn Fn(&Coverage) -> bool| -> BTreeSet<(Provider, &str)> {
        coverage.iter().filter(|entry| is_of(entry)).map(|entry| (entry.provider, &*entry.account)).collect()
    };
    let is_asked = |entry: &Coverage| entry.outcome != Outcome::Skipped && !entry.kind.is_step();
    let asked = accounts(&|entry| is_asked(entry) && entry.kind == Subject::from(kind));
    let others = accounts(&is_asked);
    let mut lacking = others.difference(&asked);
    let (provider, account) = lacking.next().filter(|_| !asked.is_empty())?;
    Some(format!(
        "{kind} are unknown in {} of {} accounts, such as {provider} {account}: they were asked for in others only (scan \
         the same kinds everywhere)",
        lacking.count() + 1,
        others.len()
    ))
}

/// Says which inputs were filtered.
pub(super) fn filtered(inputs: &[Input]) -> impl Iterator<Item = String> {
    inputs.iter().filter(|input| !input.inventory.filters.is_empty()).map(
        |Input { name, inventory, .. }| {
            format!(
                "{name} was filtered by {} and may lack rows, and so does the result; take it without",
                inventory.filters.join(", ")
            )
        },
    )
}
