//! How formats of hosts name machines and their addresses, and how many machines they list and leave out.

use std::cmp::Reverse;
use std::io;
use std::net::IpAddr;
use std::str::FromStr;

use crate::model::{Instance, Rows};
use crate::wording::counted;

/// Which address of a machine is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Address {
    /// The private address of its primary interface.
    #[default]
    Private,
    /// The public address that is mapped to it.
    Public,
}

impl Address {
    /// Every choice.
    pub const ALL: [Self; 2] = [Self::Private, Self::Public];

    /// Returns its name in flags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
        }
    }

    /// Returns the address of a machine: the first one, IPv4 before IPv6.
    pub(super) fn choose(self, instance: &Instance) -> Option<IpAddr> {
        let known = match self {
            Self::Private => &instance.private_ips,
            Self::Public => &instance.public_ips,
        };
        known.iter().find(|ip| ip.is_ipv4()).or(known.first()).copied()
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|address| address.as_str() == name);
        found.ok_or_else(|| format!("`{name}` is neither `private` nor `public`"))
    }
}

/// How a format of hosts addresses machines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HostOptions {
    /// Which address is written.
    pub address: Address,
    /// The port after it, for Prometheus.
    pub port: Option<u16>,
}

/// How a format of hosts speaks of machines.
#[derive(Debug, Clone, Copy)]
pub struct HostFormat {
    /// The format, as in flags.
    pub name: &'static str,
    /// What a machine is called in it.
    pub noun: &'static str,
    /// What becomes of a machine that does not have the address.
    pub without_address: &'static str,
    /// Whether such a machine is left out.
    pub needs_address: bool,
}

/// The most of the addresses of several machines that are named.
const MAX_NAMED: usize = 3;

/// How many machines an export has, counted once for all formats of hosts.
#[derive(Debug, Default)]
pub struct HostCounts {
    address: Address,
    /// Machines that exist.
    hosts: usize,
    /// Machines that are terminated, or about to be.
    gone: usize,
    /// Machines that exist and do not have the address.
    without_address: usize,
    /// Addresses that several machines have, and how many: most first.
    shared: Vec<(IpAddr, usize)>,
}

impl HostCounts {
    /// Counts machines, each by the address that is named.
    ///
    /// # Errors
    /// If the instances cannot be read.
    pub fn new(instances: &dyn Rows<Instance>, address: Address) -> io::Result<Self> {
        let mut counts = Self { address, ..Self::default() };
        let mut addresses = Vec::new();
        instances.each(&mut |instance| {
            if instance.is_ending() {
                counts.gone += 1;
            } else {
                counts.hosts += 1;
                addresses.extend(address.choose(instance));
            }
            Ok(())
        })?;
        counts.without_address = counts.hosts - addresses.len();
        addresses.sort_unstable();
        let equal = addresses.chunk_by(|one, next| one == next).filter(|equal| equal.len() > 1);
        counts.shared = equal.map(|equal| (equal[0], equal.len())).collect();
        counts.shared.sort_by_key(|(_, machines)| Reverse(*machines));
        Ok(counts)
    }

    /// Counts the machines in a file of `format`: `3 hosts`.
    #[must_use]
    pub fn describe(&self, format: &HostFormat) -> String {
        let number = if format.needs_address { self.hosts - self.without_address } else { self.hosts };
        counted(number, format.noun)
    }

    /// Lists in a sentence which machines a file of `format` leaves out, cannot reach or cannot tell apart; `None` if
    /// there are none.
    #[must_use]
    pub fn remark(&self, format: &HostFormat) -> Option<String> {
        let (gone, without, address) = (self.gone, self.without_address, self.address.as_str());
        let lacking = format.without_address;
        let parts = [
            (gone > 0).then(|| format!("left out as terminated: {gone}")),
            (without > 0).then(|| format!("{lacking}, because they have no {address} address: {without}")),
            self.shared_addresses(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("{}: {}", format.name, parts.join("; ")))
    }

    fn shared_addresses(&self) -> Option<String> {
        let what = match self.shared.len() {
            0 => return None,
            1 => "1 address is".to_owned(),
            many => format!("{many} addresses are"),
        };
        let named = self.shared.iter().take(MAX_NAMED).map(|(ip, machines)| format!("{ip} (by {machines})"));
        let more = (self.shared.len() > MAX_NAMED).then(|| "...".to_owned());
        let named: Vec<String> = named.chain(more).collect();
        Some(format!("{what} used by several machines: {}", named.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_named_as_flags_have_them() {
        for address in Address::ALL {
            assert_eq!(address.as_str().parse(), Ok(address));
        }
        assert!("both".parse::<Address>().is_err());
    }
}
