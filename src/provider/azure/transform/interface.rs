//! Network interfaces -> [`Interface`].

use super::super::wire::{Nic, NicProperties, Reference};
use super::nics::{Held, machine_of};
use super::{Endpoints, Place, PublicIps};
use crate::model::{Interface, InterfaceKind, Provider};

/// Transforms one interface, of a subscription or of a scale set; `None` without an id.
#[must_use]
pub fn from(nic: &Nic, place: Place<'_>, public_ips: &PublicIps, endpoints: &Endpoints) -> Option<Interface> {
    let id = nic.id.clone()?;
    let held = Held::by(nic, public_ips);
    let properties = nic.properties.as_ref();
    let endpoint = properties.and_then(|properties| id_of(properties.private_endpoint.as_ref()));
    let endpoint = endpoint.or_else(|| endpoints.of_interface(&id));
    let machine = machine_of(nic);
    Some(Interface {
        provider: Provider::Azure,
        account: place.account.to_owned(),
        region: place.region_of(nic.location.as_deref()),
        zone: None,
        network: held.network,
        subnet: held.subnet,
        attached_to: machine.or(endpoint).map(str::to_owned),
        kind: kind(nic, machine, endpoint),
        private_ips: held.private_ips,
        public_ips: held.public_ips,
        mac: properties.and_then(|properties| mac(properties.mac_address.as_deref()?)),
        state: properties.and_then(|properties| properties.provisioning_state.clone()),
        description: endpoint.and_then(|endpoint| endpoints.describe(endpoint)),
        id,
    })
}

/// Tells what an interface serves; nothing is known of one that came without properties.
fn kind(nic: &Nic, machine: Option<&str>, endpoint: Option<&str>) -> Option<InterfaceKind> {
    if machine.is_some() {
        return Some(InterfaceKind::Instance);
    }
    if endpoint.is_some() {
        return Some(InterfaceKind::PrivateEndpoint);
    }
    let properties = nic.properties.as_ref()?;
    Some(if is_managed(nic, properties) { InterfaceKind::Managed } else { InterfaceKind::Unattached })
}

/// Tells whether a service of Azure owns an interface, such as a private link service.
fn is_managed(nic: &Nic, properties: &NicProperties) -> bool {
    id_of(properties.private_link_service.as_ref()).is_some()
        || !properties.hosted_workloads.is_empty()
        || nic.managed_by.as_deref().is_some_and(|owner| !owner.is_empty())
}

fn id_of(reference: Option<&Reference>) -> Option<&str> {
    reference?.id.as_deref().filter(|id| !id.is_empty())
}

/// Writes a hardware address as all clouds do here: `00-0D-3A-1B-C7-21` is `00:0d:3a:1b:c7:21`.
fn mac(text: &str) -> Option<String> {
    Some(text.replace('-', ":").to_ascii_lowercase()).filter(|mac| !mac.is_empty())
}
