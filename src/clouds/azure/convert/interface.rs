//! Network interfaces -> [`Interface`].

use super::super::api::{Nic, NicProperties, Reference};
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
        zone_id: None,
        network: held.network,
        subnet: held.subnet,
        attached_to: machine.or(endpoint).map(str::to_owned),
        kind: kind(nic, machine, endpoint),
        private_ips: held.private_ips,
        private_prefixes: held.private_prefixes,
        public_ips: held.public_ips,
        carrier_ips: Some(Vec::new()),
        customer_owned_ips: Some(Vec::new()),
        mac: properties.and_then(|properties| mac(properties.mac_address.as_deref()?)),
        state: properties.and_then(|properties| properties.provisioning_state.clone()),
        description: endpoint.and_then(|endpoint| endpoints.describe(endpoint)),
        operator: None,
        seen_by: None,
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::fixture::{HERE, page, read, texts};
    use super::*;

    const INTERFACES: &str = include_str!("../../../../tests/fixtures/azure/interfaces.json");
    const PUBLIC: &str = include_str!("../../../../tests/fixtures/azure/public_addresses.json");
    const ENDPOINTS: &str = include_str!("../../../../tests/fixtures/azure/private_endpoints.json");
    const OF_SET: &str = include_str!("../../../../tests/fixtures/azure/scale_set_interfaces.json");

    fn listed(name: &str) -> Interface {
        let public_ips = PublicIps::new(&page(PUBLIC));
        let endpoints = Endpoints::new(&page(ENDPOINTS));
        let nics: Vec<Nic> = page(INTERFACES);
        let nic = nics.iter().find(|nic| nic.id.as_deref().unwrap().ends_with(&format!("/{name}"))).unwrap();
        from(nic, HERE, &public_ips, &endpoints).unwrap()
    }

    fn alone(nic: &Value) -> Interface {
        from(&read(nic), HERE, &PublicIps::default(), &Endpoints::default()).unwrap()
    }

    #[test]
    fn addresses_are_the_primary_one_first_and_ipv6_last() {
        let web = listed("web1");
        assert_eq!(texts(&web.private_ips), ["10.20.2.4", "10.20.2.5", "fd00:20:0:1::4"]);
        assert_eq!(texts(&web.private_prefixes.unwrap()), ["10.20.2.16/28"]);
        assert_eq!(texts(&web.public_ips), ["198.51.100.7"], "found whatever the case of its id");
        assert_eq!(texts(&listed("web1-back").public_ips), ["203.0.113.9"], "told in place");
        assert!(web.subnet.as_deref().unwrap().ends_with("/subnets/dual"));
        assert!(web.network.as_deref().unwrap().ends_with("/virtualNetworks/app"));
    }

    #[test]
    fn an_interface_of_a_machine_names_it_whole() {
        let web = listed("web1");
        assert_eq!(web.kind, Some(InterfaceKind::Instance));
        let machine =
            "/subscriptions/aaaa-1/resourceGroups/VMS/providers/Microsoft.Compute/virtualMachines/Web1";
        assert_eq!(web.attached_to.as_deref(), Some(machine), "another resource group than its own");
        assert_eq!(
            (web.mac.as_deref(), web.state.as_deref()),
            (Some("00:0d:3a:1b:c7:21"), Some("Succeeded"))
        );
        assert_eq!(web.description, None);
    }

    #[test]
    fn an_interface_of_a_private_endpoint_says_what_it_leads_to() {
        let sql = listed("sql.nic.1");
        assert_eq!((sql.kind, sql.mac.as_deref()), (Some(InterfaceKind::PrivateEndpoint), None));
        assert!(
            sql.attached_to
                .as_deref()
                .unwrap()
                .ends_with("/DATA/providers/Microsoft.Network/privateEndpoints/sql")
        );
        let server = "/subscriptions/aaaa-1/resourceGroups/Data/providers/Microsoft.Sql/servers/shop";
        assert_eq!(sql.description, Some(format!("sql to {server} (sqlServer)")));
    }

    #[test]
    fn the_endpoint_knows_its_interface_when_that_does_not() {
        let endpoints = Endpoints::new(&page(ENDPOINTS));
        let id = "/subscriptions/aaaa-1/resourceGroups/data/providers/Microsoft.Network/networkInterfaces/sql.nic.1";
        let sql = from(&read(&json!({"id": id})), HERE, &PublicIps::default(), &endpoints).unwrap();
        assert_eq!(sql.kind, Some(InterfaceKind::PrivateEndpoint));
        assert!(sql.attached_to.as_deref().unwrap().ends_with("/privateEndpoints/sql"));
    }

    #[test]
    fn what_is_attached_to_nothing_and_what_a_service_owns_differ() {
        assert_eq!(listed("spare").kind, Some(InterfaceKind::Unattached));
        assert_eq!(listed("pls.nic").kind, Some(InterfaceKind::Managed));
        let managed = json!({"id": "/n", "managedBy": "/owner", "properties": {}});
        assert_eq!(alone(&managed).kind, Some(InterfaceKind::Managed));
        let hosted = json!({"id": "/n", "properties": {"hostedWorkloads": ["w"]}});
        assert_eq!(alone(&hosted).kind, Some(InterfaceKind::Managed));
        assert_eq!(alone(&json!({"id": "/n"})).kind, None, "a row without properties tells nothing");
    }

    #[test]
    fn an_interface_of_a_scale_set_lies_where_the_set_does() {
        let there = Place { region: Some("West Europe"), ..HERE };
        for nic in &page(OF_SET) {
            let interface = from(nic, there, &PublicIps::default(), &Endpoints::default()).unwrap();
            assert_eq!(
                (interface.region.as_str(), interface.kind),
                ("westeurope", Some(InterfaceKind::Instance))
            );
            let machine = interface.attached_to.unwrap();
            assert!(machine.ends_with("/virtualMachineScaleSets/nodes/virtualMachines/0"), "{machine}");
        }
    }
}
