//! Subnets of virtual networks -> [`Subnet`]. They are part of the answers that `network.rs` converts.

use std::collections::HashMap;
use std::sync::Arc;

use ipnet::IpNet;

use super::super::api::{SubnetProperties, SubnetUsage, VirtualNetwork, VnetSubnet};
use super::super::resource_id;
use super::super::resource_id::is_of_interface;
use super::common::{AnswerContext, name_or_last_part};
use super::interface::IpConfigurationSizes;
use crate::clouds::address::{listed_prefix, prefix, sorted_prefixes};
use crate::model::{Provider, Subnet, SubnetRules, Tags, parse_prefix, usable_ipv4};

/// Names that Azure reserves for subnets of one purpose, all of which fill them without counting each
/// address: <https://learn.microsoft.com/azure/virtual-network/virtual-network-vnet-plan-design-arm>.
const PURPOSES: [(&str, &str); 5] = [
    ("GatewaySubnet", "gateway"),
    ("AzureFirewallSubnet", "firewall"),
    ("AzureFirewallManagementSubnet", "firewall-management"),
    ("AzureBastionSubnet", "bastion"),
    ("RouteServerSubnet", "route-server"),
];

/// Transforms the subnets of one virtual network, in which interfaces have `configurations`.
#[must_use]
pub fn subnets_of_vnet(
    network: &VirtualNetwork,
    context: AnswerContext<'_>,
    configurations: &IpConfigurationSizes,
) -> Vec<Subnet> {
    let Some(id) = &network.id else { return Vec::new() };
    let region = context.region_of(network.location.as_deref());
    let subnets = network.properties.subnets.read.iter();
    subnets
        .filter_map(|subnet| subnet_from_vnet(subnet, id, &region, context.account, configurations))
        .collect()
}

/// Counts the free addresses of subnets again, once it is known what interfaces have in them.
pub fn recount_free_addresses(
    subnets: &mut [Subnet],
    networks: &[Arc<VirtualNetwork>],
    configurations: &IpConfigurationSizes,
) {
    let answers = networks.iter().flat_map(|network| &network.properties.subnets.read);
    let answers: HashMap<&str, &VnetSubnet> =
        answers.filter_map(|one| Some((one.id.as_deref()?, one))).collect();
    for subnet in subnets {
        if let Some(answer) = answers.get(subnet.id.as_str()) {
            subnet.addresses_available = free_addresses(answer, subnet, configurations);
        }
    }
}

/// Tells whether a network has subnets of which its own answer does not tell how many addresses are used.
#[must_use]
pub fn has_uncounted_subnets(network: &VirtualNetwork) -> bool {
    network.properties.subnets.read.iter().any(|subnet| {
        let prefixes = subnet_prefixes(subnet);
        has_only_ipv4(&prefixes) && !lists_every_address(subnet, &prefixes)
    })
}

/// Fills in the free addresses of subnets that services fill, as far as Azure counts them.
pub fn fill_free_addresses(
    subnets: &mut [Subnet],
    networks: &[Arc<VirtualNetwork>],
    usages: &[Arc<SubnetUsage>],
) {
    let answers = networks.iter().flat_map(|network| &network.properties.subnets.read);
    let answers: HashMap<String, &VnetSubnet> =
        answers.filter_map(|one| Some((resource_id::key(one.id.as_deref()?), one))).collect();
    let usages: HashMap<String, &SubnetUsage> =
        usages.iter().filter_map(|one| Some((resource_id::key(one.id.as_deref()?), one.as_ref()))).collect();
    for subnet in subnets.iter_mut().filter(|subnet| subnet.addresses_available.is_none()) {
        let key = resource_id::key(&subnet.id);
        if let (Some(answer), Some(usage)) = (answers.get(&key), usages.get(&key)) {
            subnet.addresses_available = counted_free_addresses(answer, subnet, usage);
        }
    }
}

/// Returns how many addresses are free, by a usage. It has -1 where Azure does not count, and 0 in delegated subnets,
/// whatever is in them (Azure/azure-powershell 21716). A limit that is not the size of the subnet counts something else.
fn counted_free_addresses(answer: &VnetSubnet, subnet: &Subnet, usage: &SubnetUsage) -> Option<u64> {
    let total = subnet.addresses_total.filter(|_| has_only_ipv4(&subnet.prefixes))?;
    let (used, limit) = (to_count(usage.current_value?)?, to_count(usage.limit?)?);
    let may_be_hidden = used == 0 && is_filled_by_service(&answer.properties);
    total.checked_sub(used).filter(|_| limit == total && !may_be_hidden)
}

/// Returns a count that is written as a fraction; `None` if it is none, such as -1.
fn to_count(number: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within bounds and without a fraction"
    )]
    let whole = || number as u64;
    ((0.0..=f64::from(u32::MAX)).contains(&number) && number.fract() == 0.0).then(whole)
}

/// Lists the ids of IP configurations that interfaces have in the subnets of a network.
pub fn nic_configuration_ids(network: &VirtualNetwork) -> impl Iterator<Item = &str> {
    let subnets = network.properties.subnets.read.iter();
    let listed = subnets.flat_map(|subnet| &subnet.properties.ip_configurations.read);
    listed.filter_map(|configuration| configuration.id.as_deref()).filter(|id| is_of_interface(id))
}

fn subnet_from_vnet(
    subnet: &VnetSubnet,
    network: &str,
    region: &str,
    account: &str,
    configurations: &IpConfigurationSizes,
) -> Option<Subnet> {
    let id = subnet.id.clone()?;
    let name = name_or_last_part(subnet.name.as_deref(), &id);
    let prefixes = subnet_prefixes(subnet);
    let addresses_total =
        usable_ipv4(&prefixes, SubnetRules::AZURE.reserved).filter(|_| has_only_valid_prefixes(subnet));
    let reserved = name.as_deref().and_then(reserved_purpose);
    let mut row = Subnet {
        provider: Provider::Azure,
        account: account.to_owned(),
        region: region.to_owned(),
        zone: None,
        zone_id: None,
        id,
        network: network.to_owned(),
        addresses_total,
        addresses_available: None,
        purpose: purpose(&subnet.properties, reserved),
        customer_owned_pool: None,
        cidr_reservations: None,
        name,
        prefixes,
        state: subnet.properties.provisioning_state.clone(),
        visible_from: Vec::new(),
        tags: Tags::new(),
    };
    row.addresses_available = free_addresses(subnet, &row, configurations);
    Some(row)
}

/// Counts free addresses. A subnet that nothing is in comes without `ipConfigurations`. More configurations
/// than addresses show that they do not count addresses.
fn free_addresses(
    answer: &VnetSubnet,
    subnet: &Subnet,
    configurations: &IpConfigurationSizes,
) -> Option<u64> {
    if !lists_every_address(answer, &subnet.prefixes) {
        return None;
    }
    let listed = answer.properties.ip_configurations.read.iter();
    let used: Option<u64> =
        listed.map(|one| one.id.as_deref().map_or(Some(1), |id| configurations.addresses(id))).sum();
    subnet.addresses_total?.checked_sub(used?)
}

/// Tells whether each used address is one entry of `ipConfigurations`.
///
/// Services that a subnet is handed over to use addresses that are not listed. With IPv6, a machine has an
/// entry for each family, and the entry does not tell which.
fn lists_every_address(answer: &VnetSubnet, prefixes: &[IpNet]) -> bool {
    let name = answer.name.as_deref().or(answer.id.as_deref().and_then(|id| id.rsplit('/').next()));
    let is_reserved = name.and_then(reserved_purpose).is_some();
    let all_read = answer.properties.ip_configurations.malformed.is_empty();
    all_read && !is_reserved && !is_filled_by_service(&answer.properties) && has_only_ipv4(prefixes)
}

/// Tells whether services use addresses of a subnet that are not listed.
fn is_filled_by_service(subnet: &SubnetProperties) -> bool {
    !subnet.delegations.is_none()
        || !subnet.service_association_links.is_none()
        || !subnet.resource_navigation_links.is_none()
        || !subnet.ip_configuration_profiles.is_empty()
        || !subnet.application_gateways.is_empty()
}

fn has_only_ipv4(prefixes: &[IpNet]) -> bool {
    !prefixes.is_empty() && prefixes.iter().all(|prefix| matches!(prefix, IpNet::V4(_)))
}

/// Says what a subnet is set aside for.
fn purpose(subnet: &SubnetProperties, reserved: Option<&str>) -> Option<String> {
    let delegations = subnet.delegations.read.iter().map(|delegation| &delegation.properties.service_name);
    let links = subnet.service_association_links.read.iter().chain(&subnet.resource_navigation_links.read);
    let links = links.map(|link| &link.properties.linked_resource_type);
    let gateway = || (!subnet.application_gateways.is_empty()).then(|| "application-gateway".to_owned());
    join_names(delegations.flatten())
        .or_else(|| reserved.map(str::to_owned))
        .or_else(gateway)
        .or_else(|| join_names(links.flatten()))
}

fn reserved_purpose(name: &str) -> Option<&'static str> {
    let known = PURPOSES.into_iter().find(|(reserved, _)| reserved.eq_ignore_ascii_case(name));
    known.map(|(_, purpose)| purpose)
}

/// Joins the names of services, each once; `None` when there is none.
fn join_names<'a>(services: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut names: Vec<&str> = services.map(String::as_str).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Reads the prefixes of a subnet, each once, IPv4 first.
///
/// `addressPrefix` is empty when a subnet has several, and is repeated in `addressPrefixes` by newer API
/// versions when it has one.
pub fn subnet_prefixes(subnet: &VnetSubnet) -> Vec<IpNet> {
    let properties = &subnet.properties;
    let own = properties.address_prefix.as_deref().and_then(prefix);
    let listed = properties.address_prefixes.read.iter().filter_map(|text| listed_prefix(Some(text)));
    sorted_prefixes(own.into_iter().chain(listed).collect())
}

/// Tells whether every prefix of a subnet could be read, so that its addresses can be counted.
fn has_only_valid_prefixes(subnet: &VnetSubnet) -> bool {
    let listed = &subnet.properties.address_prefixes;
    let own = subnet.properties.address_prefix.iter().filter(|text| !text.is_empty());
    listed.malformed.is_empty() && own.chain(&listed.read).all(|text| parse_prefix(text).is_ok())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::api::Nic;
    use super::super::fixture::{HERE, page, read, texts};
    use super::*;
    use crate::clouds::azure::api::ArmResource;

    const NETWORKS: &str = include_str!("../../../../tests/fixtures/azure/networks.json");

    fn named(name: &str) -> Subnet {
        let subnets = subnets_of_vnet(&page(NETWORKS)[0], HERE, &IpConfigurationSizes::new([], true));
        subnets.into_iter().find(|subnet| subnet.name.as_deref() == Some(name)).unwrap()
    }

    fn with(name: &str, properties: &Value) -> Subnet {
        let id = format!("/n/subnets/{name}");
        let network = json!({"id": "/n", "properties": {"subnets": [{"id": id, "name": name, "properties": properties}]}});
        subnets_of_vnet(&read(&network), HERE, &IpConfigurationSizes::new([], true)).remove(0)
    }

    /// Azure/azure-cli#30837: a configuration may hold a block, and the subnet lists its id only.
    #[test]
    fn blocks_of_interfaces_are_counted_with_all_their_addresses() {
        let nic: Nic = read(&json!({"id": "/x/networkInterfaces/N1", "properties": {"ipConfigurations": [
            {"name": "a", "properties": {"privateIPAddress": "10.0.0.4"}},
            {"id": "/X/networkInterfaces/n1/ipConfigurations/pods", "properties":
                {"privateIPAddress": "10.0.0.16/28", "privateIPAddressPrefixLength": 28}},
        ]}}));
        let used = json!({"addressPrefix": "10.0.0.0/24", "ipConfigurations": [
            {"id": "/x/networkInterfaces/n1/ipConfigurations/a"},
            {"id": "/x/networkInterfaces/n1/ipConfigurations/pods"},
            {"id": "/x/loadBalancers/l/frontendIPConfigurations/f"},
        ]});
        let network: VirtualNetwork = read(
            &json!({"id": "/n", "properties": {"subnets": [{"id": "/n/subnets/s", "properties": used}]}}),
        );
        let free = |nics: &[Nic], complete| {
            subnets_of_vnet(&network, HERE, &IpConfigurationSizes::new(nics, complete))
                .remove(0)
                .addresses_available
        };
        assert_eq!(free(&[nic], true), Some(251 - 18));
        assert_eq!(free(&[], false), None, "how much interfaces take that were not read is unknown");
        assert_eq!(nic_configuration_ids(&network).count(), 2);
        let empty = json!({"addressPrefix": "10.0.0.0/24"});
        let network = read(
            &json!({"id": "/n", "properties": {"subnets": [{"id": "/n/subnets/s", "properties": empty}]}}),
        );
        let free =
            subnets_of_vnet(&network, HERE, &IpConfigurationSizes::default()).remove(0).addresses_available;
        assert_eq!(free, Some(251), "without interfaces there is nothing to know");
    }

    #[test]
    fn usages_fill_what_the_subnet_does_not_tell() {
        let prefix = "10.0.0.0/26";
        let gateway = json!({"name": "GatewaySubnet", "properties": {"addressPrefix": prefix}});
        let delegations = json!([{"properties": {"serviceName": "Microsoft.Web/serverFarms"}}]);
        let functions =
            json!({"name": "f", "properties": {"addressPrefix": prefix, "delegations": delegations}});
        let dual = json!({"name": "d", "properties": {"addressPrefixes": [prefix, "fd00::/64"]}});
        let free = |mut subnet: Value, used: Value, limit: Value| {
            subnet["id"] = "/n/Subnets/s".into();
            let network = Arc::new(read(&json!({"id": "/n", "properties": {"subnets": [subnet]}})));
            let mut subnets = subnets_of_vnet(&network, HERE, &IpConfigurationSizes::default());
            let usage = json!({"id": "/N/subnets/s", "currentValue": used, "limit": limit, "unit": "Count"});
            fill_free_addresses(&mut subnets, &[network], &[Arc::new(read(&usage))]);
            subnets[0].addresses_available
        };
        assert_eq!(free(gateway.clone(), json!(4.0), json!(59.0)), Some(55));
        assert_eq!(free(gateway.clone(), json!(0), json!(59)), Some(59), "no gateway is in it");
        assert_eq!(free(functions.clone(), json!(7), json!(59)), Some(52));
        for (subnet, used, limit, why) in [
            (&functions, json!(0), json!(59), "Azure says so of delegated subnets, whatever is in them"),
            (&gateway, json!(-1), json!(-1), "not counted"),
            (&gateway, json!(4), json!(64), "another size"),
            (&gateway, json!(60), json!(59), "more than there are"),
            (&gateway, json!(1.5), json!(59), "no count"),
            (&gateway, json!(null), json!(59), "not told"),
            (&dual, json!(4), json!(59), "of either family"),
        ] {
            assert_eq!(free(subnet.clone(), used, limit), None, "{why}");
        }
    }

    #[test]
    fn usages_are_read_of_networks_that_services_have_subnets_in() {
        let has = |properties: Value, name: &str| {
            let subnets =
                json!([{"id": format!("/n/subnets/{name}"), "name": name, "properties": properties}]);
            has_uncounted_subnets(&read(&json!({"id": "/n", "properties": {"subnets": subnets}})))
        };
        assert!(has(json!({"addressPrefix": "10.0.0.0/26"}), "GatewaySubnet"));
        assert!(has(json!({"addressPrefix": "10.0.0.0/26", "delegations": [{}]}), "s"));
        assert!(!has(json!({"addressPrefix": "10.0.0.0/26"}), "s"));
        assert!(!has(json!({"addressPrefixes": ["10.0.0.0/26", "fd00::/64"]}), "s"));
    }

    #[test]
    fn what_cannot_be_read_is_no_reason_to_count() {
        for odd in [
            json!({"addressPrefix": "10.0.0.0/24", "delegations": [7]}),
            json!({"addressPrefix": "10.0.0.0/24", "serviceAssociationLinks": ["x"]}),
            json!({"addressPrefixes": ["10.0.0.0/24", "fd00::/x64"]}),
            json!({"addressPrefixes": ["10.0.0.0/24", 8]}),
            json!({"addressPrefix": "10.0.0.0/24", "ipConfigurations": [{"id": "/a"}, 7]}),
        ] {
            let subnet = with("s", &odd);
            assert_eq!((subnet.prefixes.len(), subnet.addresses_available), (1, None), "{odd}");
            let is_whole = odd["addressPrefixes"].is_null();
            assert_eq!(subnet.addresses_total, is_whole.then_some(251), "{odd}");
        }
    }

    #[test]
    fn both_prefix_fields_make_one_list() {
        assert_eq!(texts(&named("web").prefixes), ["10.20.1.0/24"]);
        assert_eq!(texts(&named("dual").prefixes), ["10.20.2.0/24", "fd00:20:0:1::/64"]);
        assert_eq!(texts(&named("empty").prefixes), ["10.4.0.0/24", "10.4.1.0/24"]);
    }

    #[test]
    fn free_addresses_are_counted_where_the_count_means_something() {
        let counts = |name| (named(name).addresses_total, named(name).addresses_available);
        assert_eq!(counts("web"), (Some(251), Some(249)));
        assert_eq!(counts("empty"), (Some(502), Some(502)), "nothing in it: no list at all");
        assert_eq!(counts("dual"), (Some(251), None), "an entry may be of either family");
        assert_eq!(counts("functions"), (Some(59), None));
        assert_eq!(counts("containers"), (Some(59), None));
        assert_eq!(counts("agw"), (Some(251), None));
        assert_eq!(counts("gatewaysubnet"), (Some(27), None));
    }

    #[test]
    fn a_count_that_cannot_be_is_unknown() {
        let over = with("s", &json!({"addressPrefix": "10.0.0.0/29", "ipConfigurations": [{}, {}, {}, {}]}));
        assert_eq!((over.addresses_total, over.addresses_available), (Some(3), None));
        let none = with("s", &json!({}));
        assert_eq!((none.addresses_total, none.addresses_available), (None, None), "no prefix was told");
        let profiles = json!({"addressPrefix": "10.0.0.0/24", "ipConfigurationProfiles": [{}]});
        assert_eq!(with("s", &profiles).addresses_available, None);
        let navigation = json!({"addressPrefix": "10.0.0.0/24", "resourceNavigationLinks":
            [{"properties": {"linkedResourceType": "Microsoft.Cache/redis"}}]});
        let navigation = with("s", &navigation);
        assert_eq!(navigation.addresses_available, None);
        assert_eq!(navigation.purpose.as_deref(), Some("Microsoft.Cache/redis"));
    }

    #[test]
    fn a_subnet_says_what_it_is_set_aside_for() {
        let purpose = |name| named(name).purpose;
        assert_eq!(purpose("web"), None);
        assert_eq!(
            purpose("functions").as_deref(),
            Some("Microsoft.Web/serverFarms"),
            "the delegation comes first"
        );
        assert_eq!(purpose("containers").as_deref(), Some("Microsoft.ContainerInstance/containerGroups"));
        assert_eq!(purpose("agw").as_deref(), Some("application-gateway"));
        assert_eq!(purpose("gatewaysubnet").as_deref(), Some("gateway"), "whatever the case of the name");
        for (name, expected) in PURPOSES {
            let subnet = with(name, &json!({"addressPrefix": "10.0.0.0/26"}));
            assert_eq!((subnet.purpose.as_deref(), subnet.addresses_available), (Some(expected), None));
        }
        let two = json!({"delegations": [{"properties": {"serviceName": "Z/z"}}, {"properties": {"serviceName": "A/a"}}]});
        assert_eq!(with("s", &two).purpose.as_deref(), Some("A/a, Z/z"));
        let older = with("s", &json!({"applicationGatewayIpConfigurations": [{}]}));
        assert_eq!(older.purpose.as_deref(), Some("application-gateway"));
    }

    #[test]
    fn a_subnet_lies_where_its_network_does() {
        let web = named("web");
        assert_eq!((web.region.as_str(), web.account.as_str()), ("westeurope", "aaaa-1"));
        assert!(web.network.ends_with("/virtualNetworks/app"));
    }

    /// Missing and empty ids.
    #[test]
    fn a_subnet_without_id_is_named() {
        for id in [json!(null), json!(""), json!(" "), json!("s")] {
            let subnets = json!([{"name": "s", "id": id}, {"id": "/n/subnets/t"}]);
            let network: VirtualNetwork = read(&json!({"id": "/n", "properties": {"subnets": subnets}}));
            assert_eq!(
                (
                    subnets_of_vnet(&network, HERE, &IpConfigurationSizes::default()).len(),
                    network.malformed().len()
                ),
                (1, 1),
                "{id}"
            );
            assert_eq!(network.malformed()[0].id.as_deref(), Some("s"), "{id}");
        }
    }
}
