//! What was not read of an inventory that usage needs: `scan` leaves out what takes a request for each subnet or network,
//! unless it is asked with `--for-usage`.

use super::report::UsageKind;
use crate::analysis::inventory_index::InventoryIndex;
use crate::model::{Inventory, Kind, Provider, Subject, Subnet};
use crate::wording::counted_as;

/// Says why free blocks are unknown that a complete inventory would tell; `None` if rows have none, or all was read.
///
/// Subnets of accounts that were not read do not count: what is in them would be unknown in any case.
pub(super) fn unread_for_blocks(
    inventory: &Inventory,
    index: &InventoryIndex<'_>,
    of: UsageKind,
) -> Option<String> {
    if !matches!(of, UsageKind::Subnet | UsageKind::Account) || inventory.subnets.is_empty() {
        return None;
    }
    if !inventory.kinds_read().contains(&Kind::Interfaces) {
        let why =
            "free blocks, and what uses the addresses, are unknown: the inventory contains no interfaces";
        return Some(format!("{why} (`netcensus scan all --for-usage --save` reads them)"));
    }
    let is_unread = |subnet: &&Subnet| {
        subnet.provider == Provider::Aws
            && subnet.cidr_reservations.is_none()
            && subnet.prefixes.iter().any(|prefix| prefix.addr().is_ipv4())
            && index.was_read(subnet.provider, &subnet.account, &subnet.region, Subject::Interfaces)
    };
    let unread = inventory.subnets.iter().filter(is_unread).count();
    (unread > 0).then(|| {
        let subnets = counted_as(unread, "subnet are unknown: its", "subnets are unknown: their");
        format!(
            "the free blocks of {subnets} CIDR reservations were not read (`netcensus scan all --for-usage --save` reads them)"
        )
    })
}

/// Says that Azure may not have been asked for its own counts, without which some subnets are unknown; `None` if the
/// inventory shows that it was scanned for usage, or lacks no count.
#[must_use]
pub fn unread_azure_counts(inventory: &Inventory, of: UsageKind) -> Option<String> {
    let is_for_usage = inventory.subnets.iter().any(|subnet| subnet.cidr_reservations.is_some());
    if of == UsageKind::Pool || is_for_usage {
        return None;
    }
    let is_uncounted = |subnet: &&Subnet| {
        subnet.provider == Provider::Azure
            && subnet.addresses_total.is_some()
            && subnet.addresses_available.is_none()
    };
    let uncounted = inventory.subnets.iter().filter(is_uncounted).count();
    (uncounted > 0).then(|| {
        let subnets = counted_as(uncounted, "Azure subnet is", "Azure subnets are");
        format!("{subnets} not counted: a scan asks Azure for its own counts only with --for-usage")
    })
}
