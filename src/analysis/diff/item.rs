//! What comparing needs to know of a row, of whichever kind.

use serde_json::{Map, Value};

use super::super::columns::Record;
use super::report::Place;
use crate::model::{Instance, Interface, Link, Network, Provider, Resource, Subnet};

/// A row that can be compared.
pub(super) trait Item: Resource + Record {
    /// Returns where it is.
    fn place(&self) -> Place;

    /// Returns the display name.
    fn name(&self) -> Option<&str>;

    /// Lists where it can be read: account, and region where known. Owners first, then those it is shared with.
    fn readers(&self) -> Readers<'_>;

    /// Lists what a resource of Azure keeps when it moves to another resource group or subscription, as text: addresses.
    /// Nothing where that is not known.
    fn marks(&self) -> Vec<String>;

    /// Returns it as the inventory document has it.
    fn fields(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            // Rows are structs with text for keys, which always make objects.
            Ok(_) | Err(_) => Map::new(),
        }
    }
}

/// Who can read a row.
pub(super) struct Readers<'r> {
    pub provider: Provider,
    /// Its owner; of a link all that list it.
    pub owners: Vec<(&'r str, Option<&'r str>)>,
    /// Accounts that it is shared with.
    pub guests: Vec<(&'r str, Option<&'r str>)>,
}

macro_rules! owned {
    ($type:ty, $name:expr, $guests:expr, $marks:expr) => {
        impl Item for $type {
            fn place(&self) -> Place {
                Place {
                    provider: self.provider,
                    account: Some(self.account.clone()),
                    region: Some(self.region.clone()),
                    id: self.id.clone(),
                }
            }

            fn name(&self) -> Option<&str> {
                let name: fn(&$type) -> Option<&str> = $name;
                name(self).filter(|name| !name.is_empty())
            }

            fn readers(&self) -> Readers<'_> {
                let guests: fn(&$type) -> &[String] = $guests;
                let region = Some(self.region.as_str());
                Readers {
                    provider: self.provider,
                    owners: vec![(&self.account, region)],
                    guests: guests(self).iter().map(|account| (account.as_str(), region)).collect(),
                }
            }

            fn marks(&self) -> Vec<String> {
                let marks: fn(&$type) -> Vec<String> = $marks;
                let mut marks = marks(self);
                marks.sort();
                marks
            }
        }
    };
}

owned!(Network, |n| n.name.as_deref(), |n| &n.visible_from, |n| texts(n.prefixes()));
owned!(Subnet, |s| s.name.as_deref(), |s| &s.visible_from, |s| texts(&s.prefixes));
owned!(Instance, |i| i.name.as_deref(), |_| &[], |i| texts(&i.private_ips));
owned!(Interface, |_| None, |_| &[], |i| texts(
    i.private_ips.iter().map(ToString::to_string).chain(i.mac.clone())
));

fn texts(items: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}

impl Item for Link {
    fn place(&self) -> Place {
        let first = self.ends.first();
        Place {
            provider: self.provider,
            account: first.and_then(|end| end.account.clone()),
            region: first.and_then(|end| end.region.clone()),
            id: self.id.clone(),
        }
    }

    fn name(&self) -> Option<&str> {
        None
    }

    fn readers(&self) -> Readers<'_> {
        Readers { provider: self.provider, owners: self.listed_by(), guests: Vec::new() }
    }

    fn marks(&self) -> Vec<String> {
        Vec::new()
    }
}
