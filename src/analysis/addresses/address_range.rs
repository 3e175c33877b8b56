//! Ranges of addresses: what prefixes cover together, and what they leave of one another.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// A version of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IpVersion {
    /// IPv4, RFC 791.
    V4,
    /// IPv6, RFC 8200.
    V6,
}

impl IpVersion {
    /// Returns the version of a prefix.
    #[must_use]
    pub const fn from_prefix(prefix: &IpNet) -> Self {
        match prefix {
            IpNet::V4(_) => Self::V4,
            IpNet::V6(_) => Self::V6,
        }
    }

    /// Returns the bits of an address, which are the length of the longest prefix.
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }

    /// Makes the prefix that begins at `first` and has `host_bits` behind its length.
    pub(super) fn prefix(self, first: u128, host_bits: u8) -> IpNet {
        match self {
            Self::V4 => {
                let address = Ipv4Addr::from_bits(u32::try_from(first).unwrap_or(u32::MAX));
                Ipv4Net::new_assert(address, 32_u8.saturating_sub(host_bits)).into()
            }
            Self::V6 => {
                Ipv6Net::new_assert(Ipv6Addr::from_bits(first), 128_u8.saturating_sub(host_bits)).into()
            }
        }
    }

    fn address(self, bits: u128) -> IpAddr {
        self.prefix(bits, 0).addr()
    }
}

/// Returns an address as a number.
pub(super) fn to_bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The addresses from a first to a last one, both included. Ranges are ordered by address, IPv4 before IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressRange {
    version: IpVersion,
    first: u128,
    last: u128,
}

impl AddressRange {
    /// Returns the version of IP.
    #[must_use]
    pub const fn version(&self) -> IpVersion {
        self.version
    }

    /// Returns the first address.
    #[must_use]
    pub fn first(&self) -> IpAddr {
        self.version.address(self.first)
    }

    /// Returns the last address.
    #[must_use]
    pub fn last(&self) -> IpAddr {
        self.version.address(self.last)
    }

    /// Returns the prefixes that make it up: as few as possible, by address, each aligned.
    #[must_use]
    pub fn prefixes(&self) -> Vec<IpNet> {
        // Not by `ipnet::Ipv4Subnets`, which takes all addresses but the last one for 0.0.0.0/0.
        let mut prefixes = Vec::new();
        let mut next = Some(self.first);
        while let Some(first) = next {
            let alignment = first.trailing_zeros().min(u32::from(self.version.bits()));
            let most = (self.last - first).checked_add(1).map_or(u128::BITS, u128::ilog2);
            let host_bits = u8::try_from(alignment.min(most)).unwrap_or(u8::MAX);
            prefixes.push(self.version.prefix(first, host_bits));
            let size = 1_u128.checked_shl(u32::from(host_bits));
            let after = size.and_then(|size| first.checked_add(size));
            next = after.filter(|after| *after <= self.last);
        }
        prefixes
    }

    /// Tells whether it ends before `other` begins.
    fn is_before(&self, other: &Self) -> bool {
        (self.version, self.last) < (other.version, other.first)
    }

    /// Tells whether `next`, which does not begin before it, overlaps it or follows without a gap.
    fn reaches(&self, next: &Self) -> bool {
        self.version == next.version && next.first <= self.last.saturating_add(1)
    }
}

impl From<IpNet> for AddressRange {
    fn from(prefix: IpNet) -> Self {
        let (first, last) = (to_bits(prefix.network()), to_bits(prefix.broadcast()));
        Self { version: IpVersion::from_prefix(&prefix), first, last }
    }
}

/// Joins prefixes to as few ranges as possible, by address. The time is that of sorting.
#[must_use]
pub fn merge<'p>(prefixes: impl IntoIterator<Item = &'p IpNet>) -> Vec<AddressRange> {
    let mut ranges: Vec<AddressRange> = prefixes.into_iter().copied().map(AddressRange::from).collect();
    ranges.sort_unstable();
    let mut merged: Vec<AddressRange> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.reaches(&range) => last.last = last.last.max(range.last),
            _ => merged.push(range),
        }
    }
    merged
}

/// Tells whether `prefix` has addresses of the ranges, which are as [`merge`] returns them, or an address right before or
/// behind one of them.
#[must_use]
pub fn touches(ranges: &[AddressRange], prefix: IpNet) -> bool {
    let other = AddressRange::from(prefix);
    let after = ranges.partition_point(|range| range.is_before(&other));
    let before = after.checked_sub(1).and_then(|position| ranges.get(position));
    before.is_some_and(|range| range.reaches(&other))
        || ranges.get(after).is_some_and(|range| {
            range.first <= other.last.saturating_add(1) && range.version == other.version
        })
}

/// Returns what `taken` leaves of `within`; both as [`merge`] returns them, and so is the result. Linear.
#[must_use]
pub fn subtract(within: &[AddressRange], taken: &[AddressRange]) -> Vec<AddressRange> {
    let mut left = Vec::new();
    let mut position = 0;
    for range in within {
        position += taken[position..].iter().take_while(|one| one.is_before(range)).count();
        let mut begin = Some(range.first);
        for one in taken[position..].iter().take_while(|one| !range.is_before(one)) {
            let Some(first) = begin else { break };
            if one.first > first {
                left.push(AddressRange { first, last: one.first - 1, ..*range });
            }
            begin = one.last.checked_add(1).filter(|next| *next <= range.last);
        }
        left.extend(begin.map(|first| AddressRange { first, ..*range }));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn left(within: &[&str], taken: &[&str]) -> Vec<IpNet> {
        let left = subtract(&merge(&nets(within)), &merge(&nets(taken)));
        left.iter().flat_map(AddressRange::prefixes).collect()
    }

    #[test]
    fn the_first_and_the_last_address_of_each_version_are_addresses_too() {
        assert_eq!(left(&["0.0.0.0/0"], &[]), nets(&["0.0.0.0/0"]));
        assert_eq!(left(&["::/0"], &[]), nets(&["::/0"]));
        assert_eq!(left(&["0.0.0.0/0", "::/0"], &["0.0.0.0/0", "::/0"]), []);
        assert_eq!(left(&["255.255.255.254/31"], &["255.255.255.255/32"]), nets(&["255.255.255.254/32"]));
        let all_but_one = left(&["0.0.0.0/0"], &["255.255.255.255/32"]);
        assert_eq!((all_but_one.len(), all_but_one[0]), (32, "0.0.0.0/1".parse().unwrap()));
        let all_but_one = left(&["::/0"], &["::/128"]);
        assert_eq!((all_but_one.len(), all_but_one[127]), (128, "8000::/1".parse().unwrap()));
    }

    #[test]
    fn equal_numbers_of_two_versions_are_different_addresses() {
        assert_eq!(left(&["10.0.0.0/8", "::a00:0/104"], &["10.0.0.0/8"]), nets(&["::a00:0/104"]));
    }
}
