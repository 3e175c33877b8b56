//! Ranges that are set aside for other purposes than networks.

use ipnet::IpNet;

/// Entries of the IANA registries of special-purpose addresses (RFC 6890,
/// <https://www.iana.org/assignments/iana-ipv4-special-registry>,
/// <https://www.iana.org/assignments/iana-ipv6-special-registry>) and multicast, without those that are
/// meant for networks: private (RFC 1918), shared (RFC 6598) and unique local (RFC 4193) space.
const SPECIAL_PURPOSE: [(&str, &str); 27] = [
    ("0.0.0.0/8", "\"this network\" (RFC 791)"),
    ("127.0.0.0/8", "loopback (RFC 1122)"),
    ("169.254.0.0/16", "link-local, metadata services (RFC 3927)"),
    ("192.0.0.0/24", "IETF protocol assignments (RFC 6890)"),
    ("192.0.2.0/24", "documentation, TEST-NET-1 (RFC 5737)"),
    ("192.31.196.0/24", "AS112 (RFC 7535)"),
    ("192.52.193.0/24", "AMT (RFC 7450)"),
    ("192.88.99.0/24", "6to4 relays, deprecated (RFC 7526)"),
    ("192.175.48.0/24", "AS112 (RFC 7534)"),
    ("198.18.0.0/15", "benchmarking (RFC 2544)"),
    ("198.51.100.0/24", "documentation, TEST-NET-2 (RFC 5737)"),
    ("203.0.113.0/24", "documentation, TEST-NET-3 (RFC 5737)"),
    ("224.0.0.0/4", "multicast (RFC 5771)"),
    ("240.0.0.0/4", "reserved (RFC 1112)"),
    ("::/128", "the unspecified address (RFC 4291)"),
    ("::1/128", "loopback (RFC 4291)"),
    ("::ffff:0:0/96", "IPv4-mapped (RFC 4291)"),
    ("64:ff9b::/96", "translation to IPv4 (RFC 6052)"),
    ("64:ff9b:1::/48", "translation to IPv4 (RFC 8215)"),
    ("100::/64", "discard-only (RFC 6666)"),
    ("2001::/23", "IETF protocol assignments (RFC 2928)"),
    ("2001:db8::/32", "documentation (RFC 3849)"),
    ("2002::/16", "6to4 (RFC 3056)"),
    ("3fff::/20", "documentation (RFC 9637)"),
    ("5f00::/16", "segment routing (RFC 9602)"),
    ("fe80::/10", "link-local (RFC 4291)"),
    ("ff00::/8", "multicast (RFC 4291)"),
];

/// Lists the special-purpose ranges, then those of container bridges, each with its purpose.
#[must_use]
pub fn reserved_ranges(bridges: &[IpNet]) -> Vec<(IpNet, &'static str)> {
    let special =
        SPECIAL_PURPOSE.iter().filter_map(|(prefix, purpose)| Some((prefix.parse().ok()?, *purpose)));
    special.chain(bridges.iter().map(|bridge| (*bridge, "a container bridge"))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::overlaps;
    use super::*;

    #[test]
    fn every_range_is_a_canonical_prefix_and_none_is_for_networks() {
        let ranges = reserved_ranges(&[]);
        assert_eq!(ranges.len(), SPECIAL_PURPOSE.len(), "every text parses");
        for (prefix, purpose) in ranges {
            assert_eq!(prefix, prefix.trunc());
            for private in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"] {
                assert!(!overlaps(prefix, private.parse().unwrap()), "{prefix} {purpose}");
            }
        }
    }
}
