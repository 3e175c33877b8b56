//! An inventory whose long lists may be elsewhere than in memory.

use std::io;

use super::{Instance, Interface, Inventory, Kind};

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
    pub fn of(inventory: &'a Inventory) -> Self {
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
        Self::of(inventory)
    }
}
