//! What the formats of hosts have in common: which machines they list, and with which address.

use std::io;
use std::net::IpAddr;

use super::export::Export;
use crate::model::Instance;

/// A machine that exists.
#[derive(Debug, Clone)]
pub(super) struct Host<'a> {
    /// The machine.
    pub instance: &'a Instance,
    /// The owner's name, where known.
    pub account_name: Option<&'a str>,
    /// The address that is written.
    pub address: Option<IpAddr>,
    /// The groups of the configuration that it is in.
    pub groups: Vec<&'a str>,
}

impl<'a> Host<'a> {
    /// Lists its known attributes by name; each format adds its prefix to the names.
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

/// Lists the addresses of a machine by kind; kinds without an address are left out.
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

/// Calls `take` with each machine that exists, in the order of the inventory.
///
/// # Errors
/// If the machines cannot be read, and those of `take`.
pub(super) fn each_host(
    export: &Export<'_>,
    take: &mut dyn FnMut(Host<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let membership = export.groups.for_rows::<Instance>();
    export.view.instances.each(&mut |instance| {
        if instance.is_ending() {
            return Ok(());
        }
        let account_name = export.index.account_name(instance.provider, &instance.account);
        let groups = membership.names(instance, export.index).collect();
        take(Host { instance, account_name, address: export.hosts.address.choose(instance), groups })
    })
}

/// Replaces every character except ASCII letters and digits by an underscore, as Ansible and Prometheus require in
/// names.
pub(super) fn to_identifier(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_letters_digits_and_underscores() {
        assert_eq!(to_identifier("eu-west-1"), "eu_west_1");
        assert_eq!(to_identifier("Größe: a/b"), "Gr__e__a_b");
        assert_eq!(to_identifier(""), "");
    }
}
