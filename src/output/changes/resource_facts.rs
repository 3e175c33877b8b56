//! What a resource was or is, in a few words: that it is gone says little without its prefix.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::{Instance, Interface, Kind, Link, LinkEnd, Network, Subnet};

/// What tells a reader which resource it is, besides its name.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// What sort of thing it is: the size of a machine, the kind of a link; not known of a row of another shape.
    pub sort: Option<String>,
    /// The column that `items` are in: `cidrs`, `prefixes`, `private_ips`, `networks`.
    pub column: &'static str,
    /// Prefixes, addresses, or the networks that are joined.
    pub items: Vec<String>,
}

/// Reads a row of the inventory.
pub(crate) fn from_row(kind: Kind, row: &Map<String, Value>) -> Facts {
    match kind {
        Kind::Networks => facts(row, |network: Network| Facts {
            sort: None,
            column: "cidrs",
            items: network.prefixes().map(|prefix| prefix.to_string()).collect(),
        }),
        Kind::Subnets => facts(row, |subnet: Subnet| Facts {
            sort: None,
            column: "prefixes",
            items: texts(&subnet.prefixes),
        }),
        Kind::Instances => facts(row, |instance: Instance| Facts {
            sort: instance.instance_type,
            column: "private_ips",
            items: texts(&instance.private_ips),
        }),
        Kind::Interfaces => facts(row, |interface: Interface| Facts {
            sort: interface.kind.map(|kind| kind.as_str().to_owned()),
            column: "private_ips",
            items: texts(&interface.private_ips),
        }),
        Kind::Links => facts(row, |link: Link| Facts {
            sort: Some(link.kind.as_str().to_owned()),
            column: "networks",
            items: link.ends.iter().map(network).collect(),
        }),
    }
}

fn facts<T: DeserializeOwned>(row: &Map<String, Value>, read: impl Fn(T) -> Facts) -> Facts {
    serde_json::from_value(Value::Object(row.clone())).map(read).unwrap_or_default()
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(T::to_string).collect()
}

/// An end that nothing is known of, such as a customer's device, is a question mark.
fn network(end: &LinkEnd) -> String {
    end.network.clone().unwrap_or_else(|| "?".to_owned())
}
