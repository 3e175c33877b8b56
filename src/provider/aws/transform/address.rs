//! Addresses out of text, at the one boundary where they are parsed.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::model::BlockState;

/// Parses a prefix and drops host bits; `None`, with a warning in the log, for what is no prefix.
pub fn prefix(text: &str) -> Option<IpNet> {
    match text.parse::<IpNet>() {
        Ok(net) => Some(net.trunc()),
        Err(error) => {
            tracing::warn!(text, %error, "EC2 sent a prefix that is none; left out");
            None
        }
    }
}

/// Parses an address likewise.
pub fn ip(text: &str) -> Option<IpAddr> {
    match text.parse() {
        Ok(ip) => Some(ip),
        Err(error) => {
            tracing::warn!(text, %error, "EC2 sent an address that is none; left out");
            None
        }
    }
}

/// Reads EC2's association state; what this version does not know is unknown, and so counts.
pub fn block_state(code: &str) -> Option<BlockState> {
    Some(match code {
        "associating" => BlockState::Associating,
        "associated" => BlockState::Associated,
        "disassociating" => BlockState::Disassociating,
        "disassociated" => BlockState::Disassociated,
        "failing" => BlockState::Failing,
        "failed" => BlockState::Failed,
        _ => return None,
    })
}

/// Adds `ip` unless it is there already: interfaces repeat the primary address among the others.
pub fn push_ip(list: &mut Vec<IpAddr>, text: Option<&str>) {
    if let Some(ip) = text.and_then(ip).filter(|ip| !list.contains(ip)) {
        list.push(ip);
    }
}
