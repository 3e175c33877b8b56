//! How many machines are in files of hosts, how many are not, and which addresses several of them have.

use std::cmp::Reverse;
use std::io;
use std::net::IpAddr;

use super::export_format::ExportFormat;
use super::hosts::{Address, is_gone};
use crate::model::{Instance, Rows};

/// Addresses that are named, of those that several machines have.
const NAMED: usize = 3;

/// The machines of an export, counted once for all files of hosts.
#[derive(Debug, Default)]
pub struct HostTally {
    address: Address,
    /// Machines that are there.
    hosts: usize,
    /// Machines that are gone.
    gone: usize,
    /// Those of the hosts that do not have the address.
    silent: usize,
    /// Addresses that several have, and how many: most first.
    shared: Vec<(IpAddr, usize)>,
}

impl HostTally {
    /// Counts machines, whose `address` is named; nothing when none of `formats` is of hosts.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn of(
        formats: &[ExportFormat],
        instances: &dyn Rows<Instance>,
        address: Address,
    ) -> io::Result<Self> {
        let mut tally = Self { address, ..Self::default() };
        if formats.iter().all(|format| words(*format).is_none()) {
            return Ok(tally);
        }
        let mut addresses = Vec::new();
        instances.each(&mut |instance| {
            if is_gone(instance) {
                tally.gone += 1;
            } else {
                tally.hosts += 1;
                addresses.extend(address.of(instance));
            }
            Ok(())
        })?;
        tally.silent = tally.hosts - addresses.len();
        addresses.sort_unstable();
        let equal = addresses.chunk_by(|one, next| one == next).filter(|equal| equal.len() > 1);
        tally.shared = equal.map(|equal| (equal[0], equal.len())).collect();
        tally.shared.sort_by_key(|(_, machines)| Reverse(*machines));
        Ok(tally)
    }

    /// Says how many machines are in a file of `format`; `None` when it is no format of hosts.
    #[must_use]
    pub fn said(&self, format: ExportFormat) -> Option<String> {
        let (noun, _) = words(format)?;
        let number = if format == ExportFormat::Prometheus { self.hosts - self.silent } else { self.hosts };
        Some(format!("{number} {noun}{}", if number == 1 { "" } else { "s" }))
    }

    /// Says which machines a file of `format` leaves out, cannot reach or cannot tell apart; `None` when there are
    /// none, or when it is no format of hosts.
    #[must_use]
    pub fn remark(&self, format: ExportFormat) -> Option<String> {
        let (_, fate) = words(format)?;
        let address = self.address.as_str();
        let parts = [
            (self.gone > 0).then(|| format!("left out as terminated: {}", self.gone)),
            (self.silent > 0).then(|| format!("{fate} for want of a {address} address: {}", self.silent)),
            self.shared(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("{format}: {}", parts.join("; ")))
    }

    fn shared(&self) -> Option<String> {
        let what = match self.shared.len() {
            0 => return None,
            1 => "1 address is that".to_owned(),
            many => format!("{many} addresses are those"),
        };
        let named = self.shared.iter().take(NAMED).map(|(ip, machines)| format!("{ip} (of {machines})"));
        let more = (self.shared.len() > NAMED).then(|| "...".to_owned());
        let named: Vec<String> = named.chain(more).collect();
        Some(format!("{what} of several machines: {}", named.join(", ")))
    }
}

/// Returns what a machine is called in a format of hosts, and what becomes of one without the address.
const fn words(format: ExportFormat) -> Option<(&'static str, &'static str)> {
    match format {
        ExportFormat::Ansible => Some(("host", "without ansible_host")),
        ExportFormat::Prometheus => Some(("target", "no targets")),
        _ => None,
    }
}
