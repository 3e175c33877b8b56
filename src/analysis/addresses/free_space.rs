//! What is free of a set of prefixes: its holes, and the prefixes to take next.

use std::cmp::Reverse;

use ipnet::IpNet;

use super::address_range::{AddressRange, IpVersion, merge, subtract, to_bits};

/// Free addresses without a gap between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// From the first to the last.
    pub range: AddressRange,
    /// The aligned prefixes that make it up, by address.
    pub prefixes: Vec<IpNet>,
}

impl Hole {
    /// Returns its widest prefix, the first of several.
    #[must_use]
    pub fn widest(&self) -> Option<IpNet> {
        self.prefixes.iter().copied().min_by_key(IpNet::prefix_len)
    }
}

/// A size of prefix, in one version of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrefixSize {
    /// The version of IP.
    pub version: IpVersion,
    /// The length of the prefix, at most the bits of an address.
    pub length: u8,
}

impl PrefixSize {
    fn fits_in(self, block: IpNet) -> bool {
        IpVersion::from_prefix(&block) == self.version && block.prefix_len() <= self.length
    }

    /// Counts the prefixes of this size in `block`, which it fits in; at most 2^128 - 1.
    fn count_in(self, block: IpNet) -> u128 {
        1_u128.checked_shl(u32::from(self.length - block.prefix_len())).unwrap_or(u128::MAX)
    }

    /// Returns the prefix of this size in `block` that has `position` others before it.
    fn at(self, block: IpNet, position: u128) -> IpNet {
        let host_bits = self.version.bits() - self.length;
        let offset = position.checked_shl(u32::from(host_bits)).unwrap_or(0);
        self.version.prefix(to_bits(block.network()) + offset, host_bits)
    }
}

/// Where in the free space a prefix is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Placement {
    /// Take the first free place, even if that breaks a large one. By default the smallest free block that is large
    /// enough is used, so that large ones stay whole.
    pub first_fit: bool,
    /// Begin at the last address rather than the first one.
    pub from_end: bool,
}

/// The free part of a set of prefixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FreeSpace {
    holes: Vec<Hole>,
}

impl FreeSpace {
    /// Takes all of `within` that `taken` does not overlap. Both may nest, repeat and be in any order.
    ///
    /// The time is that of sorting.
    #[must_use]
    pub fn new(within: &[IpNet], taken: &[IpNet]) -> Self {
        let left = subtract(&merge(within), &merge(taken));
        Self { holes: left.into_iter().map(|range| Hole { range, prefixes: range.prefixes() }).collect() }
    }

    /// Returns the holes, by address. Two of them have something taken between them, or the end of the prefixes.
    #[must_use]
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// Lists the aligned free prefixes, by address: as few as possible.
    #[must_use]
    pub fn prefixes(&self) -> impl DoubleEndedIterator<Item = IpNet> + '_ {
        self.holes.iter().flat_map(|hole| hole.prefixes.iter().copied())
    }

    /// Returns the widest free prefix of a version of IP, the first of several.
    #[must_use]
    pub fn widest(&self, version: IpVersion) -> Option<IpNet> {
        self.prefixes()
            .filter(|prefix| IpVersion::from_prefix(prefix) == version)
            .min_by_key(IpNet::prefix_len)
    }

    /// Counts the prefixes of a size that could be taken, one after the other; at most 2^128 - 1.
    #[must_use]
    pub fn count(&self, size: PrefixSize) -> u128 {
        let blocks = self.prefixes().filter(|block| size.fits_in(*block));
        blocks.map(|block| size.count_in(block)).fold(0, u128::saturating_add)
    }

    /// Returns the next `count` prefixes of a size, or as many as there are. They are disjoint, and the first of them are
    /// the same for every `count`.
    #[must_use]
    pub fn allocate(&self, size: PrefixSize, count: usize, placement: Placement) -> Vec<IpNet> {
        let mut blocks: Vec<IpNet> = self.prefixes().filter(|block| size.fits_in(*block)).collect();
        if placement.from_end {
            blocks.reverse();
        }
        if !placement.first_fit {
            // What is left of a block that was used is smaller than the next one, so a block is used up first.
            blocks.sort_by_key(|block| Reverse(block.prefix_len()));
        }
        let prefixes = blocks.into_iter().flat_map(|block| {
            let all = size.count_in(block);
            let position = move |index| if placement.from_end { all - 1 - index } else { index };
            // 2^n prefixes are never listed: the iterator stops after `count`.
            (0..all).map(move |index| size.at(block, position(index)))
        });
        prefixes.take(count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn space(within: &[&str], taken: &[&str]) -> FreeSpace {
        FreeSpace::new(&nets(within), &nets(taken))
    }

    const fn v4(length: u8) -> PrefixSize {
        PrefixSize { version: IpVersion::V4, length }
    }

    const fn v6(length: u8) -> PrefixSize {
        PrefixSize { version: IpVersion::V6, length }
    }

    const FIRST_FIT: Placement = Placement { first_fit: true, from_end: false };
    const FROM_END: Placement = Placement { first_fit: false, from_end: true };

    #[test]
    fn a_hole_has_the_prefixes_between_two_taken_ones() {
        let space = space(&["10.0.0.0/16"], &["10.0.0.0/24", "10.0.4.0/24", "10.0.4.128/25"]);
        let holes: Vec<_> = space.holes().iter().map(|hole| hole.prefixes.clone()).collect();
        assert_eq!(holes[0], nets(&["10.0.1.0/24", "10.0.2.0/23"]));
        assert_eq!(space.holes()[0].range.last().to_string(), "10.0.3.255");
        assert_eq!(space.holes()[1].widest(), "10.0.128.0/17".parse().ok());
        assert_eq!(holes.len(), 2);
    }

    #[test]
    fn the_smallest_block_that_is_large_enough_is_used_first() {
        let space = space(&["10.0.0.0/16"], &["10.0.16.0/24", "10.0.20.0/24"]);
        let default = Placement::default();
        assert_eq!(
            space.allocate(v4(24), 3, default),
            nets(&["10.0.17.0/24", "10.0.21.0/24", "10.0.18.0/24"])
        );
        assert_eq!(space.allocate(v4(24), 2, FIRST_FIT), nets(&["10.0.0.0/24", "10.0.1.0/24"]));
        assert_eq!(space.allocate(v4(24), 2, FROM_END), nets(&["10.0.21.0/24", "10.0.17.0/24"]));
        let last = Placement { first_fit: true, from_end: true };
        assert_eq!(space.allocate(v4(24), 2, last), nets(&["10.0.255.0/24", "10.0.254.0/24"]));
        assert_eq!(space.allocate(v4(17), 2, default), nets(&["10.0.128.0/17"]), "as many as there are");
        assert_eq!(space.allocate(v4(16), 1, default), []);
    }

    #[test]
    fn sizes_of_2_to_the_n_are_counted_and_not_listed() {
        let space = space(&["10.0.0.0/8", "fd00::/8"], &[]);
        assert_eq!((space.count(v4(32)), space.count(v6(128))), (1 << 24, 1 << 120));
        assert_eq!(
            space.allocate(v6(128), 2, FROM_END)[1].to_string(),
            "fdff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/128"
        );
        assert_eq!(space.allocate(v6(64), 1, FIRST_FIT)[0].to_string(), "fd00::/64");
        assert_eq!(FreeSpace::new(&nets(&["::/0"]), &[]).count(v6(128)), u128::MAX);
        assert_eq!(space.widest(IpVersion::V6), "fd00::/8".parse().ok());
    }

    #[test]
    fn a_full_prefix_has_no_hole() {
        let space = space(&["10.0.0.0/24"], &["10.0.0.0/25", "10.0.0.128/25"]);
        assert_eq!((space.holes().len(), space.count(v4(32)), space.widest(IpVersion::V4)), (0, 0, None));
        assert_eq!(space.allocate(v4(32), 1, Placement::default()), []);
    }
}
