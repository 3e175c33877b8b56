//! Rows of pools: how much of their prefixes something holds, so that `free` does not give it out.

use ipnet::IpNet;

use super::held::{AddressUse, HeldAddresses};
use super::report::{AddressCounts, UsageKind};
use super::rollup::{Candidate, blank_row};
use super::subnet_addresses::{FreeBlocks, count};
use crate::analysis::addresses::FreeSpace;
use crate::analysis::free::{HeldInput, HeldPrefix, HolderKind, collect_held, inner_pools};
use crate::model::{Inventory, PlannedChanges, Pool, Range, Reservation};

/// The pools, and what holds prefixes in them besides the networks of the inventory.
#[derive(Debug, Clone, Copy, Default)]
pub struct PoolInput<'a> {
    /// The pools.
    pub pools: &'a [Pool],
    /// Ranges outside the clouds.
    pub ranges: &'a [Range],
    /// The reservations that were in force when the inventory was read.
    pub reservations: &'a [Reservation],
    /// Ranges of container bridges.
    pub bridges: &'a [IpNet],
}

/// Makes a row for each pool that has IPv4 prefixes. If something could not be read, more may be held: what is free is not
/// known then.
pub(super) fn pool_rows<'a>(
    inventory: &'a Inventory,
    input: PoolInput<'a>,
    is_complete: bool,
) -> Vec<Candidate<'a>> {
    let reserved: Vec<HeldPrefix<'_>> = input.reservations.iter().map(HeldPrefix::from).collect();
    let (ranges, bridges, plan) = (input.ranges, input.bridges, PlannedChanges::default());
    let everywhere = collect_held(&HeldInput { inventory, ranges, plan: &plan, bridges, others: &reserved });
    let pools = input.pools.iter().filter(|pool| !ipv4_of(&pool.prefixes).is_empty());
    let row = |pool: &'a Pool| {
        let mut row = blank_row(UsageKind::Pool, pool.name.clone());
        row.name = Some(pool.name.clone());
        row.prefixes = ipv4_of(&pool.prefixes);
        let held = everywhere.iter().cloned().chain(inner_pools(input.pools, pool));
        let space = PoolAddresses::new(&row.prefixes, &held.collect::<Vec<_>>());
        row.set_counts(AddressCounts::new(space.total, space.total - count(&space.free)));
        row.held = Some(space.held);
        if is_complete {
            row.set_blocks(Some(FreeBlocks::count(&space.free)));
        } else {
            row.addresses_free = None;
        }
        Candidate { row, tags: &pool.tags }
    };
    pools.map(row).collect()
}

fn ipv4_of(prefixes: &[IpNet]) -> Vec<IpNet> {
    prefixes.iter().copied().filter(|prefix| prefix.addr().is_ipv4()).collect()
}

/// The addresses of a pool.
struct PoolAddresses {
    total: u64,
    held: Vec<HeldAddresses>,
    free: Vec<IpNet>,
}

impl PoolAddresses {
    /// Takes what each kind of holder has from `prefixes`. Addresses that several hold count for the first of them.
    fn new(prefixes: &[IpNet], held: &[HeldPrefix<'_>]) -> Self {
        const KINDS: [AddressUse; 5] = [
            AddressUse::Networks,
            AddressUse::Ranges,
            AddressUse::Reservations,
            AddressUse::Pools,
            AddressUse::SetAside,
        ];
        let total = count(&free_of(prefixes, &[]));
        let mut space = Self { total, held: Vec::new(), free: free_of(prefixes, &[]) };
        let mut taken = Vec::new();
        for by in KINDS {
            taken.extend(held.iter().filter(|it| holder_of(it.holder.kind) == by).map(|it| it.prefix));
            let free = free_of(prefixes, &taken);
            let addresses = count(&space.free) - count(&free);
            space.held.extend((addresses > 0).then_some(HeldAddresses { by, addresses }));
            space.free = free;
        }
        space
    }
}

fn free_of(prefixes: &[IpNet], taken: &[IpNet]) -> Vec<IpNet> {
    FreeSpace::new(prefixes, taken).prefixes().collect()
}

const fn holder_of(kind: HolderKind) -> AddressUse {
    match kind {
        HolderKind::Network | HolderKind::Subnet | HolderKind::FarNetwork | HolderKind::DefaultNetwork => {
            AddressUse::Networks
        }
        HolderKind::Range => AddressUse::Ranges,
        HolderKind::Reservation | HolderKind::Planned => AddressUse::Reservations,
        HolderKind::Pool => AddressUse::Pools,
        HolderKind::PoolReserved
        | HolderKind::Excluded
        | HolderKind::ContainerBridge
        | HolderKind::SpecialPurpose => AddressUse::SetAside,
    }
}
