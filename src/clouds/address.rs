//! Addresses out of text, at the one boundary where they are parsed.

use std::net::IpAddr;

use ipnet::IpNet;

use super::meter;
use crate::model::{extend_unique, parse_prefix};

/// Parses a prefix and drops host bits; `None`, noted and in the log, for what is no prefix.
///
/// An empty element that stands by itself is none, as some emulators and services write it. One of a list is another matter:
/// [`listed_prefix`].
pub fn prefix(text: &str) -> Option<IpNet> {
    if text.is_empty() {
        return None;
    }
    if let Ok(net) = parse_prefix(text) {
        Some(net.trunc())
    } else {
        meter::note_oddity(format!("`{text}` is not a prefix"));
        None
    }
}

/// Parses an address; `None`, noted and in the log, for what is no address.
pub fn ip(text: &str) -> Option<IpAddr> {
    if text.is_empty() {
        return None;
    }
    if let Ok(ip) = text.parse() {
        Some(ip)
    } else {
        meter::note_oddity(format!("`{text}` is not an address"));
        None
    }
}

/// Parses a prefix of a list, whose items each have one; `None`, noted and in the log, for an item with an empty one, with none,
/// or with what is no prefix. Something is there then, and where is not known.
pub fn listed_prefix(text: Option<&str>) -> Option<IpNet> {
    prefix(given(text, "a prefix of a list is empty")?)
}

/// Parses an address of a list, as [`listed_prefix`] does a prefix.
#[cfg(feature = "aws")]
pub fn listed_ip(text: Option<&str>) -> Option<IpAddr> {
    ip(given(text, "an address of a list is empty")?)
}

fn given<'t>(text: Option<&'t str>, otherwise: &str) -> Option<&'t str> {
    let text = text.filter(|text| !text.is_empty());
    if text.is_none() {
        meter::note_oddity(otherwise);
    }
    text
}

/// Sorts prefixes, IPv4 first, and drops repeated ones.
pub fn sorted_prefixes(mut prefixes: Vec<IpNet>) -> Vec<IpNet> {
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

/// Keeps the first of equal addresses: interfaces repeat the primary address among the others.
pub fn drop_repeated(ips: &mut Vec<IpAddr>) {
    if ips.len() < 2 {
        return;
    }
    let all = std::mem::take(ips);
    extend_unique(ips, all, |ip| *ip);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::meter::Meter;

    /// A network whose second block is not told was complete, and its addresses were free for others.
    #[cfg(feature = "aws")]
    #[tokio::test]
    async fn an_empty_item_of_a_list_is_noted() {
        let meter = Meter::default();
        meter
            .watch(async {
                assert_eq!((listed_prefix(None), listed_prefix(Some(""))), (None, None));
                assert_eq!((listed_ip(None), listed_ip(Some(""))), (None, None));
                assert!(listed_prefix(Some("10.0.0.0/8")).is_some() && listed_ip(Some("10.0.0.1")).is_some());
            })
            .await;
        assert_eq!(meter.odd_values(), 4);
    }

    #[tokio::test]
    async fn what_is_no_address_is_left_out_and_noted() {
        let meter = Meter::default();
        meter
            .watch(async {
                assert_eq!(prefix("10.0.0.7/8").map(|p| p.to_string()).as_deref(), Some("10.0.0.0/8"));
                assert_eq!(prefix("ten"), None);
                assert_eq!(ip("10.0.0.256"), None);
                assert_eq!((prefix(""), ip("")), (None, None), "nothing is not an oddity");
            })
            .await;
        let said = "2 values of the answers are not understood and left out: `ten` is not a prefix; \
                    `10.0.0.256` is not an address";
        assert_eq!(meter.left_out().as_deref(), Some(said));
    }
}
