//! A static inventory of Ansible: <https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html>.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};
use std::rc::Rc;

use super::export::Export;
use super::export_format::ExportFormat;
use super::hosts::{Host, addresses_of, each_host, word};
use super::yaml;
use crate::model::{Instance, Provider, stable_hash};

/// What indents a level.
const STEP: &str = "  ";

/// Writes the machines with what is known of them, then the groups that they are in.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    comment(export, out)?;
    let mut roll = Roll::default();
    each_host(export, &mut |host| {
        roll.add(host.instance);
        Ok(())
    })?;
    let none = if roll.names.is_empty() { " {}" } else { "" };
    writeln!(out, "all:\n{STEP}hosts:{none}")?;
    let mut names = roll.names.iter();
    each_host(export, &mut |host| {
        let name = names.next().map_or("", |name| &**name);
        writeln!(out, "{}", yaml::key(&STEP.repeat(2), &yaml::scalar(name)))?;
        variables(&host, out)
    })?;
    writeln!(out, "{STEP}children:{none}")?;
    for (group, members) in &roll.groups {
        writeln!(out, "{}\n{}hosts:", yaml::key(&STEP.repeat(2), group), STEP.repeat(3))?;
        for member in members {
            writeln!(out, "{}", yaml::key(&STEP.repeat(4), &yaml::scalar(&roll.names[*member])))?;
        }
    }
    Ok(())
}

/// Says what wrote the file, of when it is, and what it lacks.
fn comment(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    let inventory = export.estate.inventory;
    let generator = yaml::escaped(&inventory.generator);
    writeln!(out, "# Written by {generator}; the inventory was taken at {}.", inventory.taken_at)?;
    if let Some(remark) = export.tally.remark(ExportFormat::Ansible) {
        writeln!(out, "# {remark}")?;
    }
    if !export.missing.is_empty() {
        writeln!(out, "# INCOMPLETE: hosts may be missing.")?;
    }
    export.missing.iter().try_for_each(|gap| writeln!(out, "# - {}", yaml::escaped(gap)))
}

fn variables(host: &Host<'_>, out: &mut dyn Write) -> io::Result<()> {
    let indent = STEP.repeat(3);
    if let Some(address) = host.address {
        writeln!(out, "{indent}ansible_host: \"{address}\"")?;
    }
    for (name, value) in host.facts() {
        writeln!(out, "{indent}netcensus_{name}: {}", yaml::scalar(value))?;
    }
    let instance = host.instance;
    for (name, addresses) in addresses_of(instance) {
        writeln!(out, "{indent}netcensus_{name}: {}", yaml::list(addresses))?;
    }
    let none = if instance.tags.is_empty() { " {}" } else { "" };
    writeln!(out, "{indent}netcensus_tags:{none}")?;
    for (key, value) in &instance.tags {
        let key = yaml::key(&STEP.repeat(4), &yaml::scalar(key));
        writeln!(out, "{key} {}", yaml::scalar(value))?;
    }
    Ok(())
}

/// The names of the machines, in their order, and the groups that they are in.
#[derive(Debug, Default)]
struct Roll {
    names: Vec<Rc<str>>,
    taken: HashSet<Rc<str>>,
    /// How often a name was wanted that was another's.
    again: HashMap<String, usize>,
    /// The positions of the members of each group.
    groups: BTreeMap<String, Vec<usize>>,
}

impl Roll {
    /// Adds a machine by a name of its own. All names have a hyphen, so that none is that of a group.
    fn add(&mut self, instance: &Instance) {
        let position = self.names.len();
        for group in groups_of(instance) {
            let members = self.groups.entry(group).or_default();
            // Two tags may come to the same name.
            if members.last() != Some(&position) {
                members.push(position);
            }
        }
        let first = name(instance);
        let mut name: Rc<str> = first.as_str().into();
        while !self.taken.insert(Rc::clone(&name)) {
            let number = self.again.entry(first.clone()).or_insert(1);
            *number += 1;
            name = format!("{first}-{number}").into();
        }
        self.names.push(name);
    }
}

/// Names a machine by what it keeps as long as it lives: the id of AWS; elsewhere, where ids are long and names are
/// not unique, its name and a hash of its id, both without case, which Azure's APIs do not agree about.
fn name(instance: &Instance) -> String {
    let id = &instance.id;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if instance.provider == Provider::Aws && id.contains('-') && id.chars().all(is_plain) {
        return id.clone();
    }
    let name = instance.name.as_deref().unwrap_or_else(|| last(id));
    let name: String = name.chars().map(|c| if is_plain(c) { c.to_ascii_lowercase() } else { '_' }).collect();
    format!("{name}-{}", hash(id))
}

fn groups_of(instance: &Instance) -> impl Iterator<Item = String> {
    let named = [
        ("account", Some(instance.account.clone())),
        ("region", Some(instance.region.clone())),
        ("zone", instance.zone.as_deref().map(|zone| zone_of(&instance.region, zone))),
        ("network", instance.network.as_deref().map(network)),
        ("type", instance.instance_type.clone()),
        ("state", instance.state.clone()),
    ];
    let named = named.into_iter().filter_map(|(what, value)| Some(format!("{what}_{}", word(&value?))));
    let tags = instance.tags.iter().map(|(key, value)| format!("tag_{}_{}", word(key), word(value)));
    [instance.provider.as_str().to_owned()].into_iter().chain(named).chain(tags)
}

/// Names a zone so that it is one of one region: Azure numbers them in each.
fn zone_of(region: &str, zone: &str) -> String {
    if zone.starts_with(region) { zone.to_owned() } else { format!("{region}_{zone}") }
}

/// Names a network by its id, and where that is a path, by the end of it and a hash.
fn network(id: &str) -> String {
    if id.contains('/') { format!("{}_{}", last(id).to_ascii_lowercase(), hash(id)) } else { id.to_owned() }
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

fn hash(id: &str) -> String {
    format!("{:08x}", stable_hash(id.to_ascii_lowercase().bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_and_networks_are_told_apart_where_their_names_are_not() {
        assert_eq!(zone_of("eu-west-1", "eu-west-1a"), "eu-west-1a");
        assert_eq!(zone_of("westeurope", "1"), "westeurope_1");
        assert_eq!(network("vpc-1"), "vpc-1");
        let (one, other) = (network("/subscriptions/a/vnet/hub"), network("/subscriptions/b/vnet/hub"));
        assert!(one.starts_with("hub_") && other.starts_with("hub_") && one != other);
        assert_eq!(one, network("/SUBSCRIPTIONS/A/vnet/HUB"));
    }
}
