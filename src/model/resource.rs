//! What all kinds of resources have in common: an identity, and a list of theirs in the inventory.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Instance, Interface, Inventory, Kind, Link, LinkKind, Network, Provider, Resources, Subnet};

/// What makes a resource the same one at another time, whatever becomes of it.
///
/// Ordered as documents list the resources of a kind. Ids of Azure differ in case between APIs, so everything is in
/// lower case here. A link belongs to no account and no region: these are empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The cloud.
    pub provider: Provider,
    /// What a link is; `None` for all other kinds of resources.
    pub link: Option<LinkKind>,
    /// The owner.
    pub account: String,
    /// Region name.
    pub region: String,
    /// Native id.
    pub id: String,
}

/// A kind of resource.
pub trait Resource: Serialize + DeserializeOwned + Clone + PartialEq + Send + 'static {
    /// The kind.
    const KIND: Kind;

    /// Returns what makes it the same one at another time.
    fn identity(&self) -> Identity;

    /// Says what of its identity is missing: nothing could be joined or compared by it, so that no inventory has such
    /// a resource.
    fn missing_identity(&self) -> Option<String>;

    /// Returns those of an inventory.
    fn all(inventory: &Inventory) -> &Vec<Self>;

    /// Returns those of an inventory, to change them.
    fn all_mut(inventory: &mut Inventory) -> &mut Vec<Self>;

    /// Returns those of a heap.
    fn heap_mut(resources: &mut Resources) -> &mut Vec<Self>;
}

macro_rules! owned {
    ($type:ty, $kind:expr, $list:ident) => {
        impl Resource for $type {
            const KIND: Kind = $kind;

            fn identity(&self) -> Identity {
                Identity {
                    provider: self.provider,
                    link: None,
                    account: self.account.to_ascii_lowercase(),
                    region: self.region.to_ascii_lowercase(),
                    id: self.id.to_ascii_lowercase(),
                }
            }

            fn missing_identity(&self) -> Option<String> {
                if is_blank(&self.id) {
                    return Some("has an empty id".to_owned());
                }
                is_blank(&self.account).then(|| format!("({}) has an empty account", self.id))
            }

            lists!($list);
        }
    };
}

macro_rules! lists {
    ($list:ident) => {
        fn all(inventory: &Inventory) -> &Vec<Self> {
            &inventory.$list
        }

        fn all_mut(inventory: &mut Inventory) -> &mut Vec<Self> {
            &mut inventory.$list
        }

        fn heap_mut(resources: &mut Resources) -> &mut Vec<Self> {
            &mut resources.$list
        }
    };
}

owned!(Network, Kind::Networks, networks);
owned!(Subnet, Kind::Subnets, subnets);
owned!(Instance, Kind::Instances, instances);
owned!(Interface, Kind::Interfaces, interfaces);

impl Resource for Link {
    const KIND: Kind = Kind::Links;

    fn identity(&self) -> Identity {
        Identity {
            provider: self.provider,
            link: Some(self.kind),
            account: String::new(),
            region: String::new(),
            id: self.id.to_ascii_lowercase(),
        }
    }

    fn missing_identity(&self) -> Option<String> {
        is_blank(&self.id).then(|| "has an empty id".to_owned())
    }

    lists!(links);
}

/// Removes the rows that [lack](Resource::missing_identity) an identity, and adds a sentence about each to `removed`. `first` is the
/// position of the first row among all that were read.
pub(super) fn remove_unidentified<T: Resource>(rows: &mut Vec<T>, first: usize, removed: &mut Vec<String>) {
    let mut position = first;
    rows.retain(|row| {
        let lack = row.missing_identity();
        removed.extend(lack.as_ref().map(|lack| format!("{}[{position}] {lack}", T::KIND)));
        position += 1;
        lack.is_none()
    });
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
