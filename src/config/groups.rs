//! What the file says about groups, which are saved searches: `[groups.NAME]`, or `[[groups.NAME]]` for alternatives.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::keys;
use super::origin::Sourced;
use super::problem::{SettingPlace, ValueFault};
use super::reader::Reader;
use super::rules::KnownNames;
use super::table_row::TableRow;
use crate::suggest::nearest;

/// A saved search. It has no members of its own: which resources are in it is decided anew in every inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDefinition {
    /// The alternatives, each a list of conditions. A resource that meets all conditions of one is in the group.
    pub alternatives: Vec<Vec<String>>,
}

/// The groups by their names.
pub type GroupDefinitions = BTreeMap<String, GroupDefinition>;

/// A condition that names another group: where it stands, in which group, and which it names.
struct Reference {
    place: SettingPlace,
    from: String,
    to: String,
}

/// Reads the groups, and refuses those that name themselves or a group that does not exist.
pub(super) fn read(reader: &mut Reader<'_>, known: &KnownNames<'_>) -> Sourced<GroupDefinitions> {
    let mut references = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let groups = reader.named_rows(keys::GROUPS, |name, row| {
        if names.last().is_none_or(|last| last != name) {
            check_name(name, &names, row);
            names.push(name.to_owned());
        }
        conditions(name, row, known, &mut references)
    });
    for (place, fault) in wrong_references(&names, &references) {
        reader.refuse_at(keys::GROUPS, place, fault);
    }
    groups.map(|groups| {
        let definition = |(name, alternatives)| (name, GroupDefinition { alternatives });
        groups.into_iter().map(definition).collect()
    })
}

/// Refuses a name that cannot be written everywhere, and one that Ansible and Prometheus could not tell from another.
fn check_name(name: &str, before: &[String], row: &mut TableRow<'_>) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(is_plain) {
        row.refuse(format!("`{name}` is not a name for a group; use letters, digits, `-` and `_`"));
    }
    let folded = |name: &str| name.replace('-', "_");
    if let Some(other) = before.iter().find(|other| folded(other) == folded(name)) {
        row.refuse(format!(
            "`{name}` and `{other}` are the same name in Ansible, which has no `-`; rename one"
        ));
    }
}

/// Reads one alternative.
fn conditions(
    name: &str,
    row: &mut TableRow<'_>,
    known: &KnownNames<'_>,
    references: &mut Vec<Reference>,
) -> Option<Vec<String>> {
    let rule = |text: &str| {
        (known.conditions)(text).map(|groups| (text.to_owned(), groups)).map_err(ValueFault::from)
    };
    let listed = row.texts("filter", rule);
    if !row.has("filter") {
        row.refuse("the group has no `filter`; write `filter = [\"tag:role=web\"]`");
        return None;
    }
    if row.is_empty("filter") {
        row.refuse("`filter` is empty; a group needs a condition");
        return None;
    }
    let texts: Vec<String> = listed.iter().map(|(_, (text, _))| text.clone()).collect();
    // Each condition is right by itself. Together they may be about columns that no kind has at once.
    if let (true, Err(error)) = (texts.len() > 1, (known.conditions)(&texts.join(" and "))) {
        row.refuse(error);
    }
    for (place, (_, groups)) in listed {
        let reference = |to| Reference { place: place.clone(), from: name.to_owned(), to };
        references.extend(groups.into_iter().map(reference));
    }
    Some(texts)
}

/// Finds references to groups that do not exist, and those that lead back to their own group.
fn wrong_references(names: &[String], references: &[Reference]) -> Vec<(SettingPlace, ValueFault)> {
    let wrong = |reference: &Reference| {
        let Reference { place, from, to } = reference;
        if !names.contains(to) {
            let near = nearest(to, names.iter().map(String::as_str));
            return Some((place.clone(), ValueFault::new(format!("there is no group `{to}`")).suggest(near)));
        }
        let way = way_back(from, vec![to.clone()], references)?;
        let way = std::iter::once(from.as_str()).chain(way.iter().map(String::as_str));
        let way = way.collect::<Vec<_>>().join(" -> ");
        Some((place.clone(), ValueFault::new(format!("the group is defined by itself: {way}"))))
    };
    references.iter().filter_map(wrong).collect()
}

/// Returns the way from the last group of `way` to `goal`, if there is one.
fn way_back(goal: &str, way: Vec<String>, references: &[Reference]) -> Option<Vec<String>> {
    let last = way.last()?;
    if last == goal {
        return Some(way);
    }
    let next = references.iter().filter(|reference| reference.from == *last && !way.contains(&reference.to));
    next.into_iter().find_map(|reference| {
        way_back(goal, way.iter().chain([&reference.to]).cloned().collect(), references)
    })
}

/// Writes the groups as the file has them.
pub(super) fn show(groups: &GroupDefinitions) -> Option<Value> {
    let alternative = |conditions: &Vec<String>| {
        Value::Table(Table::from_iter([("filter".to_owned(), Value::from(conditions.clone()))]))
    };
    let entry = |(name, group): (&String, &GroupDefinition)| {
        let alternatives: Vec<Value> = group.alternatives.iter().map(alternative).collect();
        (name.clone(), Value::Array(alternatives))
    };
    (!groups.is_empty()).then(|| Value::Table(groups.iter().map(entry).collect()))
}
