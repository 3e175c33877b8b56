//! What formats of hosts share: which machines there are, how they are reached, and what is known of them.

use std::io;
use std::net::IpAddr;
use std::str::FromStr;

use super::export::Export;
use crate::model::Instance;

/// States of machines that are gone, or on their way
/// (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html>). Azure has none, since it does
/// not list what was deleted.
const GONE: [&str; 2] = ["shutting-down", "terminated"];

/// Which address of a machine is named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Address {
    /// That of its primary interface in the network.
    #[default]
    Private,
    /// The public one that is mapped to it.
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

    /// Picks the address of a machine: the first one, IPv4 before IPv6.
    pub(super) fn of(self, instance: &Instance) -> Option<IpAddr> {
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

/// How machines are reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HostOptions {
    /// Which address is named.
    pub address: Address,
    /// The port behind it, for Prometheus.
    pub port: Option<u16>,
}

/// A machine that is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Host<'a> {
    /// All that is known of it.
    pub instance: &'a Instance,
    /// The owner's name, where known.
    pub account_name: Option<&'a str>,
    /// The address that is named.
    pub address: Option<IpAddr>,
}

impl<'a> Host<'a> {
    /// Lists what is known of it, by the names that formats put their prefix before; the unknown is left out.
    pub fn facts(&self) -> impl Iterator<Item = (&'static str, &'a str)> + use<'a> {
        let instance = self.instance;
        [
            ("id", Some(instance.id.as_str())),
            ("name", instance.name.as_deref()),
            ("provider", Some(instance.provider.as_str())),
            ("account", Some(&instance.account)),
            ("account_name", self.account_name),
            ("region", Some(&instance.region)),
            ("zone", instance.zone.as_deref()),
            ("zone_id", instance.zone_id.as_deref()),
            ("network", instance.network.as_deref()),
            ("subnet", instance.subnet.as_deref()),
            ("type", instance.instance_type.as_deref()),
            ("state", instance.state.as_deref()),
            ("operator", instance.operator.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}

/// Lists all addresses of a machine by the names that formats put their prefix before; without those it has none of.
pub(super) fn addresses_of(instance: &Instance) -> Vec<(&'static str, Vec<String>)> {
    fn texts<'t, T: ToString + 't>(items: impl IntoIterator<Item = &'t T>) -> Vec<String> {
        items.into_iter().map(T::to_string).collect()
    }
    let mut addresses = vec![
        ("private_ips", texts(&instance.private_ips)),
        ("private_prefixes", texts(instance.private_prefixes.iter().flatten())),
        ("public_ips", texts(&instance.public_ips)),
        ("carrier_ips", texts(instance.carrier_ips.iter().flatten())),
        ("customer_owned_ips", texts(instance.customer_owned_ips.iter().flatten())),
    ];
    addresses.retain(|(_, addresses)| !addresses.is_empty());
    addresses
}

/// Hands the machines that are there to `take`, in the order of the inventory.
///
/// # Errors
/// When they cannot be read, or as `take` does.
pub(super) fn each_host(
    export: &Export<'_>,
    take: &mut dyn FnMut(Host<'_>) -> io::Result<()>,
) -> io::Result<()> {
    export.estate.instances.each(&mut |instance| {
        if is_gone(instance) {
            return Ok(());
        }
        let account_name = export.index.account_name(instance.provider, &instance.account);
        take(Host { instance, account_name, address: export.hosts.address.of(instance) })
    })
}

/// Replaces every character but ASCII letters, digits and the underscore by an underscore, as Ansible and Prometheus
/// ask of names.
pub(super) fn word(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// Tells whether a machine is none any more, or about to be.
pub(super) fn is_gone(instance: &Instance) -> bool {
    instance.state.as_deref().is_some_and(|state| GONE.contains(&state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_letters_digits_and_underscores() {
        assert_eq!(word("eu-west-1"), "eu_west_1");
        assert_eq!(word("Größe: a/b"), "Gr__e__a_b");
        assert_eq!(word(""), "");
    }

    #[test]
    fn addresses_are_named_as_flags_have_them() {
        for address in Address::ALL {
            assert_eq!(address.as_str().parse(), Ok(address));
        }
        assert!("both".parse::<Address>().is_err());
    }
}
