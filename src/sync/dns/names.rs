//! The names of machines in DNS. Clouds accept any name, DNS letters, digits and hyphens.

use std::net::IpAddr;

use crate::config::{MachineField, NameTemplate, TemplatePart};
use crate::model::{Instance, stable_hash};
use crate::sync::short_id::short_id;

/// Characters of a label (RFC 1035).
const LABEL: usize = 63;
/// Characters of a name as people write it.
const NAME: usize = 253;
/// The longest that the first label of a TXT record begins with, `aaaa-`.
const LONGEST_PREFIX: usize = "aaaa-".len();
/// Characters of an id before it is cleaned.
const ID: usize = 200;

/// Why a machine has no name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameProblem {
    /// What the template asks for is empty, such as `tag:env`.
    Empty(String),
    /// It has more characters than names may have.
    TooLong,
}

/// Returns the name of a machine by the template, in lower case and without a dot at the end.
///
/// # Errors
/// When it cannot have one.
pub fn machine_name(template: &NameTemplate, machine: &Instance) -> Result<String, NameProblem> {
    let mut name = String::new();
    for part in &template.parts {
        match part {
            TemplatePart::Text(text) => name.push_str(text),
            TemplatePart::Field(field) => {
                let value = clean(&value(field, machine));
                if value.is_empty() {
                    return Err(NameProblem::Empty(field.to_string()));
                }
                name.push_str(&value);
            }
        }
    }
    let labels = name.split('.').enumerate().map(|(at, label)| {
        fit(label.trim_matches('-'), if at == 0 { LABEL - LONGEST_PREFIX } else { LABEL })
    });
    let name = labels.collect::<Vec<_>>().join(".");
    if name.len() > NAME - LONGEST_PREFIX { Err(NameProblem::TooLong) } else { Ok(name) }
}

fn value(field: &MachineField, machine: &Instance) -> String {
    let id = || short_id(&machine.id, ID);
    match field {
        MachineField::Name => machine.name.clone().filter(|name| !clean(name).is_empty()).unwrap_or_else(id),
        MachineField::Id => id(),
        MachineField::Region => machine.region.clone(),
        MachineField::Account => machine.account.clone(),
        MachineField::Provider => machine.provider.to_string(),
        MachineField::Tag(key) => machine.tags.get(key).cloned().unwrap_or_default(),
    }
}

/// Makes a part of a label: letters and digits in lower case, one hyphen for all that is between them.
fn clean(text: &str) -> String {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// Cuts a label that is too long, and ends it in a hash of the whole, so that it stays different from others.
fn fit(label: &str, limit: usize) -> String {
    if label.len() <= limit {
        return label.to_owned();
    }
    let hash = format!("{:08x}", stable_hash(label.bytes()));
    let head: String = label.chars().take(limit - hash.len() - 1).collect();
    format!("{}-{hash}", head.trim_end_matches('-'))
}

/// Returns the name of an address in the zones `in-addr.arpa` and `ip6.arpa`.
#[must_use]
pub fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let nibbles = address.octets().into_iter().rev().flat_map(|byte| [byte & 0xf, byte >> 4]);
            let labels = nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16));
            labels.flat_map(|label| [label, '.']).chain("ip6.arpa".chars()).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::dns::tests::{machine, template};

    fn name(text: &str, of: Option<&str>) -> Result<String, NameProblem> {
        let mut machine = machine("i-0A1b", of, &["10.0.0.4"]);
        machine.tags.insert("dns".to_owned(), "Shop_1".to_owned());
        machine_name(&template(text), &machine)
    }

    #[test]
    fn names_are_cleaned() {
        for (template, of, expected) in [
            (
                "{name}.{region}.example.internal",
                Some("Web Server (1)"),
                "web-server-1.eu-west-1.example.internal",
            ),
            ("{name}.x", Some("web.example.com"), "web-example-com.x"),
            ("{name}.x", Some("--m\u{fc}nchen__1--"), "m-nchen-1.x"),
            ("{name}.x", Some(" \u{3042} "), "i-0a1b.x"),
            ("{name}.x", None, "i-0a1b.x"),
            ("vm-{id}.{account}.{provider}.x", None, "vm-i-0a1b.111111111111.aws.x"),
            ("{tag:dns}.x", None, "shop-1.x"),
        ] {
            assert_eq!(name(template, of).as_deref(), Ok(expected));
        }
        assert_eq!(name("{tag:none}.x", None), Err(NameProblem::Empty("tag:none".to_owned())));
    }

    #[test]
    fn labels_and_names_have_limits() {
        let long = "a".repeat(255);
        let first = name("{name}.{name}.x", Some(&long)).unwrap();
        let lengths: Vec<usize> = first.split('.').map(str::len).collect();
        assert_eq!(lengths, [58, 63, 1], "`aaaa-` fits before the first one");
        assert_ne!(first, name("{name}.{name}.x", Some(&format!("{long}b"))).unwrap());
        assert_eq!(name("{name}.{name}.{name}.{name}.x", Some(&long)), Err(NameProblem::TooLong));
    }

    #[test]
    fn addresses_have_names_in_reverse_zones() {
        assert_eq!(reverse_name("10.1.2.3".parse().unwrap()), "3.2.1.10.in-addr.arpa");
        assert_eq!(
            reverse_name("2001:db8::567:89ab".parse().unwrap()),
            "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            "the example of RFC 3596"
        );
    }
}
