//! An inventory whose long lists may be elsewhere than in memory.

use std::io;

use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};

use super::{Account, Coverage, Instance, Interface, Inventory, Kind, Link, Network, Shard, Subnet};

/// The resources of one kind, wherever they are.
pub trait Rows<T> {
    /// Counts them.
    fn count(&self) -> usize;

    /// Hands one after the other to `take`, in canonical order, until it fails. Passes over the same rows do not nest:
    /// where they are in a file, it is read by one at a time.
    ///
    /// # Errors
    /// When they cannot be read, also since they are being read already, or as `take` does.
    fn each(&self, take: &mut dyn FnMut(&T) -> io::Result<()>) -> io::Result<()>;
}

impl<T> Rows<T> for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn each(&self, take: &mut dyn FnMut(&T) -> io::Result<()>) -> io::Result<()> {
        self.iter().try_for_each(take)
    }
}

/// An inventory and where its longest lists are: a million machines need no memory when they are looked at one by one.
#[derive(Clone, Copy)]
pub struct InventoryView<'a> {
    /// Everything else; its own lists of instances and interfaces may be empty.
    pub inventory: &'a Inventory,
    /// The instances.
    pub instances: &'a dyn Rows<Instance>,
    /// The interfaces.
    pub interfaces: &'a dyn Rows<Interface>,
}

impl<'a> InventoryView<'a> {
    /// Takes all from `inventory`.
    #[must_use]
    pub fn new(inventory: &'a Inventory) -> Self {
        Self { inventory, instances: &inventory.instances, interfaces: &inventory.interfaces }
    }

    /// Counts the resources of `kind`.
    #[must_use]
    pub fn count(self, kind: Kind) -> usize {
        match kind {
            Kind::Instances => self.instances.count(),
            Kind::Interfaces => self.interfaces.count(),
            Kind::Networks | Kind::Subnets | Kind::Links => self.inventory.count(kind),
        }
    }
}

impl<'a> From<&'a Inventory> for InventoryView<'a> {
    fn from(inventory: &'a Inventory) -> Self {
        Self::new(inventory)
    }
}

/// The inventory document, whose fields are those of [`Inventory`].
#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    generator: &'a str,
    taken_at: jiff::Timestamp,
    filters: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<&'a Shard>,
    accounts: &'a [Account],
    networks: &'a [Network],
    subnets: &'a [Subnet],
    instances: List<'a, Instance>,
    interfaces: List<'a, Interface>,
    links: &'a [Link],
    coverage: &'a [Coverage],
}

impl Serialize for InventoryView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inventory = self.inventory;
        let document = Document {
            schema_version: inventory.schema_version,
            generator: &inventory.generator,
            taken_at: inventory.taken_at,
            filters: &inventory.filters,
            shard: inventory.shard.as_ref(),
            accounts: &inventory.accounts,
            networks: &inventory.networks,
            subnets: &inventory.subnets,
            instances: List(self.instances),
            interfaces: List(self.interfaces),
            links: &inventory.links,
            coverage: &inventory.coverage,
        };
        document.serialize(serializer)
    }
}

/// Rows as an array, wherever they are.
struct List<'a, T>(&'a dyn Rows<T>);

impl<T: Serialize> Serialize for List<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.count()))?;
        let mut failed = None;
        let read = self.0.each(&mut |row| {
            list.serialize_element(row).map_err(|error| {
                let text = error.to_string();
                failed = Some(error);
                io::Error::other(text)
            })
        });
        match (failed, read) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(S::Error::custom(error)),
            (None, Ok(())) => list.end(),
        }
    }
}
