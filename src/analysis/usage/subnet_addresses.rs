//! How many addresses of one subnet are used and free, and in which blocks: the cloud's count, checked against what is seen.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};

use super::held::{AddressUse, HeldAddresses, HeldBlock};
use crate::analysis::addresses::{address_count, free, overlaps};
use crate::model::{CidrReservationKind, Provider, Subnet};

/// The length of the prefixes that EC2 delegates, and that AKS takes addresses in.
pub(super) const BLOCK_LENGTH: u8 = 28;

/// What is known of a subnet's addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SubnetAddresses {
    /// Those that machines can have.
    pub total: Option<u64>,
    /// Those that the cloud does not give out any more.
    pub used: Option<u64>,
    /// What holds them; `None` where interfaces were not read.
    pub held: Option<Vec<HeldAddresses>>,
    /// The free blocks; `None` where something holds addresses that cannot be seen.
    pub blocks: Option<FreeBlocks>,
}

/// Free blocks of some prefixes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FreeBlocks {
    /// The addresses of the largest aligned block; 0 if nothing is free.
    pub largest: u64,
    /// How many aligned blocks of 16 addresses there are.
    pub count: u64,
}

impl FreeBlocks {
    /// Counts the blocks of free prefixes, which are aligned and as few as possible.
    pub fn count(free: &[IpNet]) -> Self {
        let blocks = free.iter().filter(|prefix| prefix.prefix_len() <= BLOCK_LENGTH);
        Self {
            largest: free.iter().map(size).max().unwrap_or(0),
            count: blocks.map(|prefix| size(prefix) >> (32 - BLOCK_LENGTH)).sum(),
        }
    }

    /// Joins those of several subnets, which do not lie in one block.
    pub fn and(self, other: Self) -> Self {
        Self { largest: self.largest.max(other.largest), count: self.count + other.count }
    }
}

impl SubnetAddresses {
    /// Measures a subnet in which interfaces hold `held`; `None` where they were not read.
    pub fn new(subnet: &Subnet, held: Option<Vec<HeldBlock>>) -> Self {
        let prefixes: Vec<IpNet> =
            subnet.prefixes.iter().copied().filter(|prefix| prefix.addr().is_ipv4()).collect();
        // A damaged file may say that there are more than the prefixes have. How many there are is not known then.
        let total = subnet.addresses_total.filter(|total| *total <= count(&prefixes));
        let available = subnet.addresses_available;
        let used = total.zip(available).and_then(|(total, available)| total.checked_sub(available));
        let Some(held) = held else { return Self { total, used, held: None, blocks: None } };
        let seen = SeenAddresses::new(&prefixes, held, reservations_of(subnet).unwrap_or_default());
        let unseen = used.and_then(|used| seen.unseen(used));
        let is_whole = unseen == Some(0) && reservations_of(subnet).is_some();
        Self {
            total,
            used,
            blocks: is_whole.then(|| seen.free_blocks(&prefixes)),
            held: Some(seen.holders(unseen.unwrap_or(0))),
        }
    }
}

impl SubnetAddresses {
    /// Tells whether an interface shows every address that the cloud counts.
    pub fn is_seen(&self) -> bool {
        let is_unseen = |held: &HeldAddresses| held.by == AddressUse::Unseen;
        self.used.is_some() && self.held.as_ref().is_some_and(|held| !held.iter().any(is_unseen))
    }
}

/// Returns the IPv4 reservations of a subnet; `None` where they were not read.
fn reservations_of(subnet: &Subnet) -> Option<Vec<(Ipv4Net, CidrReservationKind)>> {
    match (&subnet.cidr_reservations, subnet.provider) {
        (Some(reservations), _) => Some(
            reservations
                .iter()
                .filter_map(|reservation| match reservation.prefix {
                    IpNet::V4(prefix) => Some((prefix, reservation.kind)),
                    IpNet::V6(_) => None,
                })
                .collect(),
        ),
        (None, Provider::Aws) => None,
        // Nothing of the sort exists elsewhere.
        (None, Provider::Azure | Provider::External) => Some(Vec::new()),
    }
}

/// The addresses of a subnet that something holds, as far as it can be seen.
struct SeenAddresses {
    held: Vec<HeldBlock>,
    /// What the cloud keeps for itself.
    kept: Vec<IpNet>,
    reservations: Vec<(Ipv4Net, CidrReservationKind)>,
    /// How many addresses of reservations nothing has.
    unused_reserved: u64,
}

impl SeenAddresses {
    fn new(
        prefixes: &[IpNet],
        mut held: Vec<HeldBlock>,
        reservations: Vec<(Ipv4Net, CidrReservationKind)>,
    ) -> Self {
        let kept: Vec<IpNet> = prefixes.iter().flat_map(kept_by_cloud).collect();
        held.retain(|(prefix, _)| {
            let prefix = IpNet::V4(*prefix);
            prefixes.iter().any(|within| within.contains(&prefix))
                && !kept.iter().any(|kept| kept.contains(&prefix))
        });
        let taken: Vec<IpNet> =
            held.iter().map(|(prefix, _)| IpNet::V4(*prefix)).chain(kept.iter().copied()).collect();
        let reserved: Vec<IpNet> = reservations.iter().map(|(prefix, _)| IpNet::V4(*prefix)).collect();
        let unused = IpNet::aggregate(&reserved).into_iter().map(|prefix| count(&free(prefix, &taken))).sum();
        Self { held, kept, reservations, unused_reserved: unused }
    }

    /// Returns how many of the `used` addresses nothing that can be seen holds; `None` if more is seen than the cloud counts,
    /// as when an interface was made between the two reads.
    ///
    /// AWS does not say whether it counts what is reserved and not in use, so either sum is right.
    fn unseen(&self, used: u64) -> Option<u64> {
        let seen = self.held.iter().map(|(prefix, _)| size(&IpNet::V4(*prefix))).sum::<u64>();
        let rest = used.checked_sub(seen)?;
        Some(rest.checked_sub(self.unused_reserved).unwrap_or(rest))
    }

    fn holders(&self, unseen: u64) -> Vec<HeldAddresses> {
        let mut by: BTreeMap<AddressUse, u64> = BTreeMap::new();
        for (prefix, kind) in &self.held {
            *by.entry(*kind).or_default() += size(&IpNet::V4(*prefix));
        }
        by.insert(AddressUse::Reservations, self.unused_reserved);
        by.insert(AddressUse::Unseen, unseen);
        let holders = by.into_iter().filter(|(_, addresses)| *addresses > 0);
        holders.map(|(by, addresses)| HeldAddresses { by, addresses }).collect()
    }

    /// Counts the blocks that a delegated prefix can have, also in reservations for these, and finds the largest one that
    /// nothing has or reserves.
    fn free_blocks(&self, prefixes: &[IpNet]) -> FreeBlocks {
        let blocks = |closed_to: &[CidrReservationKind]| {
            let reserved = self.reservations.iter().filter(|(_, kind)| closed_to.contains(kind));
            let held = self.held.iter().map(|(prefix, _)| prefix);
            let taken = held.chain(reserved.map(|(prefix, _)| prefix)).map(|prefix| IpNet::V4(*prefix));
            let taken: Vec<IpNet> = taken.chain(self.kept.iter().copied()).collect();
            FreeBlocks::count(&prefixes.iter().flat_map(|prefix| free(*prefix, &taken)).collect::<Vec<_>>())
        };
        let open = blocks(&[CidrReservationKind::Explicit, CidrReservationKind::Prefix]);
        FreeBlocks { largest: open.largest, count: blocks(&[CidrReservationKind::Explicit]).count }
    }
}

/// Returns what a cloud keeps of an IPv4 prefix: the first four addresses and the last one
/// (<https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>,
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>).
fn kept_by_cloud(prefix: &IpNet) -> Vec<IpNet> {
    let first = IpNet::new(prefix.network(), 30.max(prefix.prefix_len()));
    let last = IpNet::new(prefix.broadcast(), 32);
    first.into_iter().chain(last).filter(|kept| overlaps(*prefix, *kept)).collect()
}

fn size(prefix: &IpNet) -> u64 {
    count([prefix])
}

pub(super) fn count<'p>(prefixes: impl IntoIterator<Item = &'p IpNet>) -> u64 {
    u64::try_from(address_count(prefixes)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixtures;

    /// The sum of several such counts of a damaged file was more than a number can be.
    #[test]
    fn more_addresses_than_the_prefixes_have_are_not_known() {
        let measured = |total| {
            let prefixes = vec!["10.0.0.0/24".parse().unwrap(), "2001:db8::/64".parse().unwrap()];
            let subnet = Subnet {
                prefixes,
                addresses_total: Some(total),
                addresses_available: Some(0),
                ..fixtures::subnet("1", "eu-west-1", "subnet-1")
            };
            let SubnetAddresses { total, used, .. } = SubnetAddresses::new(&subnet, None);
            (total, used)
        };
        assert_eq!(measured(256), (Some(256), Some(256)));
        assert_eq!(measured(257), (None, None));
        assert_eq!(measured(u64::MAX), (None, None));
    }
}
