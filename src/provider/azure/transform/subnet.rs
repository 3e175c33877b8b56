//! Subnets of virtual networks -> [`Subnet`].

use ipnet::IpNet;

use super::super::wire::{Subnet as Answer, SubnetProperties, VirtualNetwork};
use super::network::name;
use super::{Place, prefixes};
use crate::model::{Provider, Subnet, Tags, usable_ipv4};
use crate::provider::meter;

/// Addresses that Azure keeps of every IPv4 prefix: network, gateway, two for DNS, broadcast:
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>.
const RESERVED: u64 = 5;

/// Names that Azure reserves for subnets of one purpose, all of which fill them without counting each
/// address: <https://learn.microsoft.com/azure/virtual-network/virtual-network-vnet-plan-design-arm>.
const PURPOSES: [(&str, &str); 5] = [
    ("GatewaySubnet", "gateway"),
    ("AzureFirewallSubnet", "firewall"),
    ("AzureFirewallManagementSubnet", "firewall-management"),
    ("AzureBastionSubnet", "bastion"),
    ("RouteServerSubnet", "route-server"),
];

/// Transforms the subnets of one virtual network.
#[must_use]
pub fn all(network: &VirtualNetwork, place: Place<'_>) -> Vec<Subnet> {
    let Some(id) = &network.id else { return Vec::new() };
    let region = place.region_of(network.location.as_deref());
    let subnets = network.properties.subnets.read.iter();
    subnets.filter_map(|subnet| from(subnet, id, &region, place.account)).collect()
}

fn from(subnet: &Answer, network: &str, region: &str, account: &str) -> Option<Subnet> {
    let Some(id) = subnet.id.clone() else {
        tracing::debug!(network, "a subnet without id; left out");
        meter::note_oddity();
        return None;
    };
    let name = name(subnet.name.as_deref(), &id);
    let prefixes = prefixes::of_subnet(subnet);
    let addresses_total = usable_ipv4(&prefixes, RESERVED);
    let reserved = name.as_deref().and_then(reserved_purpose);
    let counted = reserved.is_none() && is_counted(&subnet.properties, &prefixes);
    Some(Subnet {
        provider: Provider::Azure,
        account: account.to_owned(),
        region: region.to_owned(),
        zone: None,
        id,
        network: network.to_owned(),
        addresses_total,
        addresses_available: counted.then(|| available(addresses_total, &subnet.properties)).flatten(),
        purpose: purpose(&subnet.properties, reserved),
        name,
        prefixes,
        state: subnet.properties.provisioning_state.clone(),
        visible_from: Vec::new(),
        tags: Tags::new(),
    })
}

/// Counts free addresses. A subnet that nothing is in comes without `ipConfigurations`. More configurations
/// than addresses show that they do not count addresses.
fn available(total: u64, subnet: &SubnetProperties) -> Option<u64> {
    total.checked_sub(subnet.ip_configurations.len().try_into().ok()?)
}

/// Tells whether each used address is one entry of `ipConfigurations`.
///
/// Services that a subnet is handed over to use addresses that are not listed. With IPv6, a machine has an
/// entry for each family, and the entry does not tell which.
fn is_counted(subnet: &SubnetProperties, prefixes: &[IpNet]) -> bool {
    let filled_by_service = !subnet.delegations.is_empty()
        || !subnet.service_association_links.is_empty()
        || !subnet.resource_navigation_links.is_empty()
        || !subnet.ip_configuration_profiles.is_empty()
        || !subnet.application_gateways.is_empty();
    !filled_by_service && !prefixes.is_empty() && prefixes.iter().all(|prefix| matches!(prefix, IpNet::V4(_)))
}

/// Says what a subnet is set aside for.
fn purpose(subnet: &SubnetProperties, reserved: Option<&str>) -> Option<String> {
    let delegations = subnet.delegations.iter().map(|delegation| &delegation.properties.service_name);
    let links = subnet.service_association_links.iter().chain(&subnet.resource_navigation_links);
    let links = links.map(|link| &link.properties.linked_resource_type);
    let gateway = || (!subnet.application_gateways.is_empty()).then(|| "application-gateway".to_owned());
    joined(delegations.flatten())
        .or_else(|| reserved.map(str::to_owned))
        .or_else(gateway)
        .or_else(|| joined(links.flatten()))
}

fn reserved_purpose(name: &str) -> Option<&'static str> {
    let known = PURPOSES.into_iter().find(|(reserved, _)| reserved.eq_ignore_ascii_case(name));
    known.map(|(_, purpose)| purpose)
}

/// Joins the names of services, each once; `None` when there is none.
fn joined<'a>(services: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut names: Vec<&str> = services.map(String::as_str).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}
