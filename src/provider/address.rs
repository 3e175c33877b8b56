//! Addresses out of text, at the one boundary where they are parsed.

use std::net::IpAddr;

use ipnet::IpNet;

use super::meter;
use crate::model::parse_prefix;

/// Parses a prefix and drops host bits; `None`, noted and in the log, for what is no prefix.
///
/// An empty element is none, as some emulators and services write it.
pub fn prefix(text: &str) -> Option<IpNet> {
    if text.is_empty() {
        return None;
    }
    match parse_prefix(text) {
        Ok(net) => Some(net.trunc()),
        Err(error) => {
            tracing::debug!(text, %error, "the cloud sent a prefix that is none; left out");
            meter::note_oddity();
            None
        }
    }
}

/// Parses an address likewise.
pub fn ip(text: &str) -> Option<IpAddr> {
    if text.is_empty() {
        return None;
    }
    match text.parse() {
        Ok(ip) => Some(ip),
        Err(error) => {
            tracing::debug!(text, %error, "the cloud sent an address that is none; left out");
            meter::note_oddity();
            None
        }
    }
}

/// Adds `ip` unless it is there already: interfaces repeat the primary address among the others.
pub fn push_ip(list: &mut Vec<IpAddr>, text: Option<&str>) {
    if let Some(ip) = text.and_then(ip).filter(|ip| !list.contains(ip)) {
        list.push(ip);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::meter::Meter;

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
        assert_eq!(meter.oddities(), 2);
    }
}
