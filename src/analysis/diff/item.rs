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
    /// Its owner; for a link all that own one of its ends.
    pub owners: Vec<(&'r str, Option<&'r str>)>,
    /// Accounts that it is shared with.
    pub guests: Vec<(&'r str, Option<&'r str>)>,
}

macro_rules! owned {
    ($type:ty, $name:expr, $guests:expr) => {
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
        }
    };
}

owned!(Network, |n| n.name.as_deref(), |n| &n.visible_from);
owned!(Subnet, |s| s.name.as_deref(), |s| &s.visible_from);
owned!(Instance, |i| i.name.as_deref(), |_| &[]);
owned!(Interface, |_| None, |_| &[]);

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
        let ends = self.ends.iter();
        let owners = ends.filter_map(|end| Some((end.account.as_deref()?, end.region.as_deref()))).collect();
        Readers { provider: self.provider, owners, guests: Vec::new() }
    }
}
