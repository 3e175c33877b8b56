//! Which matches the user wants to see: those of resources that pass the filters.

use super::report::{FindMatch, MatchKind};
use crate::analysis::filter::{Filter, RowFilters};
use crate::analysis::inventory_index::InventoryIndex;
use crate::model::{Instance, Interface, Inventory, Link, Network, Subnet};

/// The filters, looked up once for all matches of an inventory.
pub(super) struct MatchFilter<'f, 'a> {
    index: InventoryIndex<'a>,
    networks: RowFilters<'f, Network>,
    subnets: RowFilters<'f, Subnet>,
    instances: RowFilters<'f, Instance>,
    interfaces: RowFilters<'f, Interface>,
    links: RowFilters<'f, Link>,
}

impl<'f, 'a> MatchFilter<'f, 'a> {
    /// Prepares `filters`; `None` when there are none.
    pub fn new(filters: &'f [Filter], inventory: &'a Inventory) -> Option<Self> {
        (!filters.is_empty()).then(|| Self {
            index: InventoryIndex::new(inventory),
            networks: RowFilters::resolve(filters),
            subnets: RowFilters::resolve(filters),
            instances: RowFilters::resolve(filters),
            interfaces: RowFilters::resolve(filters),
            links: RowFilters::resolve(filters),
        })
    }

    /// Tells whether a match is wanted. For an interface, the machine that it is attached to decides where machines have
    /// the columns: state and tags are on machines.
    pub fn passes(&self, found: &FindMatch<'_>) -> bool {
        match found.what {
            MatchKind::Interface => match found.instance.as_ref().filter(|_| self.instances.has_columns()) {
                Some(machine) => self.instances.pass(machine, &self.index),
                None => found.interface.as_ref().is_some_and(|it| self.interfaces.pass(it, &self.index)),
            },
            MatchKind::Instance => {
                found.instance.as_ref().is_some_and(|it| self.instances.pass(it, &self.index))
            }
            MatchKind::Subnet => found.subnet.is_some_and(|it| self.subnets.pass(it, &self.index)),
            MatchKind::Network => found.network.is_some_and(|it| self.networks.pass(it, &self.index)),
            MatchKind::Link => found.link.is_some_and(|it| self.links.pass(it, &self.index)),
            MatchKind::Hub
            | MatchKind::FarNetwork
            | MatchKind::Account
            | MatchKind::Range
            | MatchKind::Planned
            | MatchKind::Reservation => false,
        }
    }
}
