//! Resources of types that are not read and that seem to be networks, so that none of them is passed over in silence.
//!
//! Any provider may make networks. Two things tell one from the many resources that only mention addresses, such as
//! rules, routes and policies: the name of the type, and that of the attribute with a prefix.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::Value;

use super::attributes::{azure_type, with_body};
use super::plan_json::{ChangeRepresentation, ResourceChange};
use crate::model::{UnknownValue, parse_prefix};

/// Last words of the types that are networks.
const NETWORKS: [&str; 11] =
    ["hvn", "network", "segment", "subnet", "subnetwork", "vcn", "vlan", "vnet", "vpc", "vrf", "vswitch"];
/// Beginnings of words of attributes that hold the addresses of a network.
const SPACES: [&str; 7] = ["cidr", "prefix", "range", "space", "subnet", "network", "netmask"];
/// Beginnings of words of types and attributes that only mention addresses, or that lie in a subnet anyway.
const MENTIONS: [&str; 29] = [
    "acl",
    "advertise",
    "allow",
    "auth",
    "bound",
    "deny",
    "denied",
    "dest",
    "egress",
    "filter",
    "firewall",
    "ingress",
    "interface",
    "instance",
    "location",
    "peer",
    "permit",
    "polic",
    "reservation",
    "restrict",
    "route",
    "routing",
    "rule",
    "secur",
    "source",
    "trust",
    "whitelist",
    "blocklist",
    "waf",
];
/// Words of the same meaning that are beginnings of others.
const MENTIONING_WORDS: [&str; 7] = ["set", "ipset", "list", "group", "src", "dst", "nat"];
/// Beginnings of words of attributes with who may enter, with what people write, or with addresses inside a cluster.
const CONTENTS: [&str; 13] = [
    "access",
    "tag",
    "label",
    "annotation",
    "metadata",
    "env",
    "variable",
    "trigger",
    "condition",
    "service",
    "pod",
    "docker",
    "description",
];
/// Types of resources that templates of other tools make networks by.
const TEMPLATED: [&str; 5] = [
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "Microsoft.Network/virtualNetworks",
    "Microsoft.Network/virtualHubs",
    "google_compute_subnetwork",
];

/// Names the attributes by which a resource of a type that is not read seems to bring addresses into use.
pub fn addresses(raw: &ResourceChange<'_>, change: &ChangeRepresentation) -> Vec<UnknownValue> {
    let does = |action: &str| change.actions.iter().any(|a| a == action);
    let Some(name) = raw.resource_type.as_deref().filter(|_| does("create") || does("update")) else {
        return Vec::new();
    };
    let (before, after) = (with_body(&change.before), with_body(&change.after));
    // The type of what `azapi` makes is an attribute.
    let azures = azure_type(&after).filter(|_| name.starts_with("azapi_"));
    let search = AttributeSearch::new(azures.as_deref().unwrap_or(name));
    let (mut known, mut found) = (BTreeSet::new(), BTreeSet::new());
    if !does("create") {
        search.look(&before, &Value::Null, &mut Vec::new(), &mut known);
    }
    search.look(&after, &change.after_unknown, &mut Vec::new(), &mut found);
    let new: BTreeSet<String> = found.difference(&known).map(|(attribute, _)| attribute.clone()).collect();
    new.into_iter().map(|attribute| UnknownValue { address: raw.address.clone(), attribute }).collect()
}

/// Tells whether a type is a network by its name.
pub fn is_network(name: &str) -> bool {
    AttributeSearch::new(name).is_network
}

/// How the attributes of one type are looked through.
struct AttributeSearch {
    /// The type is a network by its name, whatever its attributes are called.
    is_network: bool,
    /// The type only mentions addresses.
    mentions: bool,
}

/// Attributes that were found, each with its value.
type FoundAttributes = BTreeSet<(String, String)>;

impl AttributeSearch {
    fn new(name: &str) -> Self {
        let words = words(name);
        let is_version = |word: &str| word.strip_prefix('v').is_some_and(|rest| rest.parse::<u8>().is_ok());
        let last = words.iter().rev().find(|word| !is_version(word)).map_or("", String::as_str);
        let singular = last.strip_suffix('s').unwrap_or(last);
        let is_network = NETWORKS.contains(&last) || NETWORKS.contains(&singular);
        let mentions = !is_network && (is_ipam_pool(&words) || words.iter().any(|word| is_mention(word)));
        Self { is_network, mentions }
    }

    /// Adds what is found in `value`, which stands at `path`.
    fn look(&self, value: &Value, mark: &Value, path: &mut Vec<String>, found: &mut FoundAttributes) {
        let attribute = || path.join(".");
        if *mark == true {
            if self.is_network && self.is_space(path) {
                found.insert((attribute(), "not known".to_owned()));
            }
            return;
        }
        match value {
            Value::Object(fields) => {
                let marks = mark.as_object().into_iter().flat_map(|marks| marks.keys());
                let keys: BTreeSet<&String> = fields.keys().chain(marks).collect();
                for key in keys {
                    path.push(key.clone());
                    self.look(&value[key], &mark[key], path, found);
                    path.pop();
                }
            }
            Value::Array(list) => {
                for (at, value) in list.iter().enumerate() {
                    self.look(value, &mark[at], path, found);
                }
            }
            Value::String(text) if (self.is_found(text, path) || is_template(text, path)) => {
                found.insert((attribute(), text.clone()));
            }
            Value::Null if mark.is_object() => {
                self.look(&Value::Object(serde_json::Map::new()), mark, path, found);
            }
            _ => {}
        }
    }

    fn is_found(&self, text: &str, path: &[String]) -> bool {
        if self.mentions
            || path.iter().any(|key| words(key).iter().any(|word| is_content(word) || is_mention(word)))
        {
            return false;
        }
        if self.is_network {
            return parse_prefix(text).is_ok() || is_private(text);
        }
        self.is_space(path) && is_space_in_use(text)
    }

    /// Tells whether the last key of a path is one of attributes that hold the addresses of a network.
    fn is_space(&self, path: &[String]) -> bool {
        let Some(key) = path.last() else { return false };
        let words = words(key);
        // `subnet` and `network` mostly begin names of ids.
        let spaces = if self.is_network { &SPACES[..4] } else { &SPACES[..] };
        let is_whole_body = self.is_network && key == "body";
        is_whole_body || words.iter().any(|word| spaces.iter().any(|space| word.starts_with(space)))
    }
}

/// Tells whether a text is a prefix that a network could have, as a whole: without host bits, and not link-local.
fn is_space_in_use(text: &str) -> bool {
    parse_prefix(text).is_ok_and(|prefix| {
        let is_host = prefix.prefix_len() == prefix.max_prefix_len();
        let is_local = match prefix.addr() {
            IpAddr::V4(address) => address.is_link_local() || address.is_loopback() || address.is_multicast(),
            IpAddr::V6(address) => address.is_unicast_link_local() || address.is_loopback(),
        };
        prefix == prefix.trunc() && prefix.prefix_len() > 0 && !is_host && !is_local
    })
}

fn is_private(text: &str) -> bool {
    match text.parse() {
        Ok(IpAddr::V4(address)) => address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_unique_local(),
        Err(_) => false,
    }
}

/// Tells whether a text is, or is part of, a template by which another tool makes networks.
fn is_template(text: &str, path: &[String]) -> bool {
    path.iter().any(|key| words(key).iter().any(|word| word == "template"))
        && TEMPLATED.iter().any(|kind| text.contains(kind))
}

/// Tells whether a type is a pool of an IPAM, or a part of one: they hold networks, and are none.
fn is_ipam_pool(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words[..], [.., "ipam", "pool" | "pools"] | [.., "ipam", "pool", "cidr"])
}

fn is_mention(word: &str) -> bool {
    MENTIONING_WORDS.contains(&word) || MENTIONS.iter().any(|start| word.starts_with(start))
}

fn is_content(word: &str) -> bool {
    CONTENTS.iter().any(|start| word.starts_with(start))
}

/// Splits a name in `snake_case`, `camelCase` or with dots and slashes into words in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && was_lower);
        if starts && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}
