//! DNS: machines get addresses by name, and names by address.
//!
//! [`DnsTarget`] maps an inventory ([`mapping`]), reads the zones whole ([`client`], [`zone`]) and carries out plans by
//! dynamic updates ([`update`]; RFC 2136). Transfers, updates and their answers are signed (TSIG, RFC 8945). Beside each
//! record of ours is a TXT record that says so ([`ownership`]).

mod answers;
mod apply;
mod client;
mod existing;
mod key;
mod mapping;
mod names;
mod ownership;
mod record_type;
mod target;
#[cfg(test)]
mod tests;
mod update;
mod zone;

pub use target::DnsTarget;
