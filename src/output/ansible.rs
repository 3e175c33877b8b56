//! A static inventory of Ansible: <https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html>.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::rc::Rc;

use super::cell_text::is_unprintable;
use super::export::Export;
use super::format::{ExportSpec, FileLayout, Format, FormatSpec, export_spec, format_spec};
use super::host_options::HostFormat;
use super::hosts::{Host, addresses_of, each_host, to_identifier};
use crate::analysis::streamed_table::StreamedTable;
use crate::model::Kind;
use crate::model::{Instance, Provider, stable_hash};

/// What `ansible` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    extensions: &[],
    export: Some(ExportSpec {
        only_kind: Some(Kind::Instances),
        flags: &["--kind", "--group", "--template", "--address"],
        hosts: Some(HOSTS),
        ..export_spec(
            "Instances as a static Ansible inventory, in YAML",
            FileLayout::Whole("ansible.yml"),
            write,
        )
    }),
    ..format_spec(Format::Ansible, "ansible", "Ansible inventory in YAML")
};

/// How it speaks of machines.
pub(super) const HOSTS: HostFormat = HostFormat {
    name: "ansible",
    noun: "host",
    without_address: "without ansible_host",
    needs_address: false,
};

/// What indents a level.
const STEP: &str = "  ";

/// Writes the machines with what is known of them, then the groups that they are in.
pub(super) fn write(
    export: &Export<'_>,
    _: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    write_comment(export, out)?;
    let mut registry = HostRegistry::default();
    each_host(export, &mut |host| {
        registry.add(&host);
        Ok(())
    })?;
    let none = if registry.names.is_empty() { " {}" } else { "" };
    writeln!(out, "all:\n{STEP}hosts:{none}")?;
    let mut names = registry.names.iter();
    each_host(export, &mut |host| {
        let name = names.next().map_or("", |name| &**name);
        writeln!(out, "{}", yaml_key(&STEP.repeat(2), &yaml_scalar(name)))?;
        write_variables(&host, out)
    })?;
    writeln!(out, "{STEP}children:{none}")?;
    for (group, members) in &registry.groups {
        writeln!(out, "{}\n{}hosts:", yaml_key(&STEP.repeat(2), group), STEP.repeat(3))?;
        for member in members {
            writeln!(out, "{}", yaml_key(&STEP.repeat(4), &yaml_scalar(&registry.names[*member])))?;
        }
    }
    Ok(())
}

/// Says what wrote the file, of when it is, and what it lacks.
fn write_comment(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    let inventory = export.view.inventory;
    let generator = yaml_escaped(&inventory.generator);
    writeln!(out, "# Written by {generator}; the inventory was taken at {}.", inventory.taken_at)?;
    if let Some(remark) = export.host_counts.remark(&HOSTS) {
        writeln!(out, "# {remark}")?;
    }
    if !export.missing.is_empty() {
        writeln!(out, "# INCOMPLETE: hosts may be missing.")?;
    }
    export.missing.iter().try_for_each(|gap| writeln!(out, "# - {}", yaml_escaped(gap)))
}

fn write_variables(host: &Host<'_>, out: &mut dyn Write) -> io::Result<()> {
    let indent = STEP.repeat(3);
    if let Some(address) = host.address {
        writeln!(out, "{indent}ansible_host: \"{address}\"")?;
    }
    for (name, value) in host.facts() {
        writeln!(out, "{indent}netcensus_{name}: {}", yaml_scalar(value))?;
    }
    let instance = host.instance;
    for (name, addresses) in addresses_of(instance) {
        writeln!(out, "{indent}netcensus_{name}: {}", yaml_list(addresses))?;
    }
    let none = if instance.tags.is_empty() { " {}" } else { "" };
    writeln!(out, "{indent}netcensus_tags:{none}")?;
    for (key, value) in &instance.tags {
        let key = yaml_key(&STEP.repeat(4), &yaml_scalar(key));
        writeln!(out, "{key} {}", yaml_scalar(value))?;
    }
    Ok(())
}

/// The names of the machines, in their order, and the groups that they are in.
#[derive(Debug, Default)]
struct HostRegistry {
    names: Vec<Rc<str>>,
    taken: HashSet<Rc<str>>,
    /// How often a name was wanted that was another's.
    again: HashMap<String, usize>,
    /// The positions of the members of each group.
    groups: BTreeMap<String, Vec<usize>>,
}

impl HostRegistry {
    /// Adds a machine by a name of its own. All names have a hyphen, so that none is that of a group.
    fn add(&mut self, host: &Host<'_>) {
        let instance = host.instance;
        let position = self.names.len();
        let saved = host.groups.iter().map(|name| format!("group_{}", to_identifier(name)));
        for group in groups_of(instance).chain(saved) {
            let members = self.groups.entry(group).or_default();
            // Two tags may come to the same name.
            if members.last() != Some(&position) {
                members.push(position);
            }
        }
        let first = host_name(instance);
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
fn host_name(instance: &Instance) -> String {
    let id = &instance.id;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if instance.provider == Provider::Aws && id.contains('-') && id.chars().all(is_plain) {
        return id.clone();
    }
    let name = instance.name.as_deref().unwrap_or_else(|| last_segment(id));
    let name: String = name.chars().map(|c| if is_plain(c) { c.to_ascii_lowercase() } else { '_' }).collect();
    format!("{name}-{}", short_hash(id))
}

fn groups_of(instance: &Instance) -> impl Iterator<Item = String> {
    let named = [
        ("account", Some(instance.account.clone())),
        ("region", Some(instance.region.clone())),
        ("zone", instance.zone.as_deref().map(|zone| zone_group(&instance.region, zone))),
        ("network", instance.network.as_deref().map(network_group)),
        ("type", instance.instance_type.clone()),
        ("state", instance.state.clone()),
    ];
    let named =
        named.into_iter().filter_map(|(what, value)| Some(format!("{what}_{}", to_identifier(&value?))));
    let tags = instance
        .tags
        .iter()
        .map(|(key, value)| format!("tag_{}_{}", to_identifier(key), to_identifier(value)));
    [instance.provider.as_str().to_owned()].into_iter().chain(named).chain(tags)
}

/// Names a zone so that it is one of one region: Azure numbers them in each.
fn zone_group(region: &str, zone: &str) -> String {
    if zone.starts_with(region) { zone.to_owned() } else { format!("{region}_{zone}") }
}

/// Names a network by its id, and where that is a path, by the end of it and a hash.
fn network_group(id: &str) -> String {
    if id.contains('/') {
        format!("{}_{}", last_segment(id).to_ascii_lowercase(), short_hash(id))
    } else {
        id.to_owned()
    }
}

fn last_segment(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

fn short_hash(id: &str) -> String {
    format!("{:08x}", stable_hash(id.to_ascii_lowercase().bytes()))
}

/// The most characters of a key that stands on the line of its value: YAML 1.2.2, 7.4, sets 1024.
const MAX_SIMPLE_KEY: usize = 1000;

/// Returns a text that stands between quotes, with everything escaped that a reader refuses or a person cannot see.
///
/// JSON's pairs of surrogates for what is above U+FFFF are no characters in YAML, which has `\U` for these.
fn yaml_escaped(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            clean.extend(['\\', c]);
        } else if !is_unprintable(c) && !matches!(c, '\u{fffe}' | '\u{ffff}') {
            clean.push(c);
        } else if c <= '\u{ffff}' {
            let _ = write!(clean, "\\u{:04x}", u32::from(c));
        } else {
            let _ = write!(clean, "\\U{:08x}", u32::from(c));
        }
    }
    clean
}

/// Returns a string, marked `!unsafe` where Ansible might take it for a template, or a part of one.
///
/// Templates have `{{`, `{%` or `{#`. A header `#jinja2:` chooses other marks, so what begins like one is marked too:
/// <https://docs.ansible.com/ansible/latest/collections/ansible/builtin/template_module.html>.
fn yaml_scalar(text: &str) -> String {
    let mark = if text.contains('{') || text.starts_with('#') { "!unsafe " } else { "" };
    format!("{mark}\"{}\"", yaml_escaped(text))
}

/// Returns a list of strings, on one line.
fn yaml_list(texts: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = texts.into_iter().map(|text| yaml_scalar(&text)).collect();
    format!("[{}]", items.join(", "))
}

/// Returns a key that is YAML already, its value to follow on the line or below it, indented further.
fn yaml_key(indent: &str, key: &str) -> String {
    if key.chars().count() < MAX_SIMPLE_KEY {
        format!("{indent}{key}:")
    } else {
        format!("{indent}? {key}\n{indent}:")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_and_networks_are_told_apart_where_their_names_are_not() {
        assert_eq!(zone_group("eu-west-1", "eu-west-1a"), "eu-west-1a");
        assert_eq!(zone_group("westeurope", "1"), "westeurope_1");
        assert_eq!(network_group("vpc-1"), "vpc-1");
        let (one, other) =
            (network_group("/subscriptions/a/vnet/hub"), network_group("/subscriptions/b/vnet/hub"));
        assert!(one.starts_with("hub_") && other.starts_with("hub_") && one != other);
        assert_eq!(one, network_group("/SUBSCRIPTIONS/A/vnet/HUB"));
    }

    #[test]
    fn strings_are_quoted_and_what_no_reader_takes_is_escaped() {
        assert_eq!(yaml_scalar("no"), "\"no\"");
        assert_eq!(yaml_scalar("a\"b\\c"), "\"a\\\"b\\\\c\"");
        assert_eq!(yaml_scalar("日本 🚀"), "\"日本 🚀\"");
        assert_eq!(yaml_scalar("\n\u{7f}\u{85}\u{feff}\u{ffff}"), "\"\\u000a\\u007f\\u0085\\ufeff\\uffff\"");
        assert_eq!(
            yaml_scalar("\u{e0041}"),
            "\"\\U000e0041\"",
            "a pair of surrogates is no character in YAML"
        );
    }

    #[test]
    fn whatever_may_be_a_template_is_marked() {
        for text in ["{{ x }}", "a {% b %}", "{# c #}", "#jinja2:variable_start_string:'[%'\n[% x %]", "{"] {
            assert!(yaml_scalar(text).starts_with("!unsafe \""), "{text}");
        }
        assert_eq!(yaml_scalar("a #1 }}"), "\"a #1 }}\"");
        assert_eq!(yaml_list(["a".to_owned(), "{{".to_owned()]), "[\"a\", !unsafe \"{{\"]");
        assert_eq!(yaml_list([]), "[]");
    }

    #[test]
    fn long_keys_are_written_as_such() {
        assert_eq!(yaml_key("  ", "a"), "  a:");
        let long = "a".repeat(MAX_SIMPLE_KEY);
        assert_eq!(yaml_key("  ", &long), format!("  ? {long}\n  :"));
    }
}
