//! The occupied and the free parts of a prefix, both as aligned prefixes.

use ipnet::IpNet;

use super::address_range::{AddressRange, merge, subtract, to_bits};

/// Returns the parts of `within` that `prefixes` occupy, each address once: as few prefixes as possible, by address.
#[must_use]
pub fn occupied(within: IpNet, prefixes: &[IpNet]) -> Vec<IpNet> {
    let free = subtract(&[within.into()], &merge(prefixes));
    subtract(&[within.into()], &free).iter().flat_map(AddressRange::prefixes).collect()
}

/// Returns the parts of `within` that `prefixes` leave free: as few prefixes as possible, by address.
///
/// They are aligned, so each can become the prefix of a network as it is.
#[must_use]
pub fn free(within: IpNet, prefixes: &[IpNet]) -> Vec<IpNet> {
    subtract(&[within.into()], &merge(prefixes)).iter().flat_map(AddressRange::prefixes).collect()
}

/// Returns the two halves of a prefix; none of a single address.
pub(super) fn halves(prefix: IpNet) -> impl Iterator<Item = IpNet> {
    prefix.subnets(prefix.prefix_len() + 1).into_iter().flatten()
}

/// Tells whether two prefixes have addresses in common: then one contains the other.
#[must_use]
pub fn overlaps(one: IpNet, other: IpNet) -> bool {
    one.contains(&other) || other.contains(&one)
}

/// Counts the addresses of disjoint prefixes; at most 2^128 - 1, which is one less than all of IPv6.
#[must_use]
pub fn address_count<'p>(prefixes: impl IntoIterator<Item = &'p IpNet>) -> u128 {
    let size = |prefix: &IpNet| {
        1_u128.checked_shl(u32::from(prefix.max_prefix_len() - prefix.prefix_len())).unwrap_or(u128::MAX)
    };
    prefixes.into_iter().map(size).fold(0, u128::saturating_add)
}

/// Returns where `prefix` begins in `within` and which share of it it takes, both from 0 to 1. Parts outside of `within`
/// do not count.
#[must_use]
pub fn relative_position(within: IpNet, prefix: IpNet) -> (f64, f64) {
    if prefix.contains(&within) || !within.contains(&prefix) {
        return (0.0, if prefix.contains(&within) { 1.0 } else { 0.0 });
    }
    #[expect(clippy::cast_precision_loss, reason = "shares are for eyes, and powers of two are exact")]
    let share = |count: u128| count as f64 / self::address_count([&within]) as f64;
    (share(to_bits(prefix.network()) - to_bits(within.network())), share(address_count([&prefix])))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use ipnet::Ipv4Net;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn what_is_left_is_as_few_aligned_prefixes_as_possible() {
        let block = "10.0.0.0/8".parse().unwrap();
        assert_eq!(free(block, &[]), [block]);
        assert_eq!(free(block, &nets(&["10.0.0.0/9"])), nets(&["10.128.0.0/9"]));
        let mixed = nets(&["10.0.1.0/24", "10.0.0.0/24", "192.168.0.0/16", "fd00::/8", "10.0.1.0/25"]);
        let left = free("10.0.0.0/22".parse().unwrap(), &mixed);
        assert_eq!(left, nets(&["10.0.2.0/23"]), "others do not count, and twice is once");
        assert!(free(block, &nets(&["0.0.0.0/0"])).is_empty());
        assert!(free("10.0.0.1/32".parse().unwrap(), &nets(&["10.0.0.1/32"])).is_empty());
        assert_eq!(free("fd00::/8".parse().unwrap(), &nets(&["fd00::/9"])), nets(&["fd80::/9"]));
    }

    #[test]
    fn addresses_are_counted_up_to_all_of_ipv6() {
        assert_eq!(address_count(&nets(&["10.0.0.0/24", "10.0.1.0/32"])), 257);
        assert_eq!(address_count(&nets(&["0.0.0.0/0"])), 1 << 32);
        assert_eq!(address_count(&nets(&["::/0", "::/0"])), u128::MAX);
    }

    #[test]
    fn a_place_is_a_share_of_what_is_around() {
        let at =
            |within: &str, prefix: &str| relative_position(within.parse().unwrap(), prefix.parse().unwrap());
        assert_eq!(at("10.0.0.0/8", "10.64.0.0/10"), (0.25, 0.25));
        assert_eq!(at("10.0.0.0/16", "10.0.0.0/8"), (0.0, 1.0), "cut to what is seen");
        assert_eq!(at("10.0.0.0/16", "10.1.0.0/24"), (0.0, 0.0));
        assert_eq!(at("fd00::/8", "fd80::/9"), (0.5, 0.5));
    }

    fn prefix() -> impl Strategy<Value = IpNet> {
        // A small space, so that prefixes meet.
        (0_u32..=255, 24_u8..=32).prop_map(|(last, length)| {
            Ipv4Net::new(Ipv4Addr::from(0x0A00_0000 | last), length).unwrap().trunc().into()
        })
    }

    proptest! {
        #[test]
        fn held_and_free_are_the_whole_and_share_nothing(within in prefix(), prefixes in vec(prefix(), 0..12)) {
            let (held, free) = (occupied(within, &prefixes), free(within, &prefixes));
            prop_assert_eq!(address_count(&held) + address_count(&free), address_count([&within]));
            for (at, one) in held.iter().chain(&free).enumerate() {
                prop_assert!(within.contains(one));
                let others = held.iter().chain(&free).skip(at + 1);
                prop_assert!(others.copied().all(|other| !overlaps(*one, other)), "{} {:?} {:?}", one, held, free);
            }
            prop_assert!(free.iter().all(|one| !prefixes.iter().any(|prefix| overlaps(*prefix, *one))));
            prop_assert!(free.is_sorted_by_key(IpNet::network));
            prop_assert_eq!(IpNet::aggregate(&free).len(), free.len(), "no two of them make one");
        }
    }
}
