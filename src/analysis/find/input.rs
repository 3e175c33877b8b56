//! What `find` is given: the things, and where to look for them.

use super::super::filter::Filter;
use super::thing::FindQuery;
use crate::model::{InventoryView, PlannedChanges, Range, Reservation};

/// What to look for, and where.
#[derive(Clone, Copy)]
pub struct FindInput<'a> {
    /// The inventory.
    pub view: InventoryView<'a>,
    /// Ranges outside the clouds.
    pub ranges: &'a [Range],
    /// What is planned.
    pub plan: &'a PlannedChanges,
    /// The reservations that are in force.
    pub reservations: &'a [Reservation],
    /// Why the reservations could not be read.
    pub unread_reservations: Option<&'a str>,
    /// What to look for.
    pub queries: &'a [FindQuery],
    /// Conditions on the resources to show, all of which they must meet.
    pub filters: &'a [Filter],
    /// Whether the user stopped the scan.
    pub interrupted: bool,
}
