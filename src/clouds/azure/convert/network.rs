//! `VirtualNetworks_ListAll` and `VirtualHubs_List` -> [`Network`]. They are asked for in `subscription_lists.rs`; samples are
//! `tests/fixtures/azure/networks.json` and `hubs.json`.

use ipnet::IpNet;

use super::super::api::{AddressSpace, VirtualHub, VirtualNetwork};
use super::common::{AnswerContext, name_or_last_part};
use crate::clouds::address::{listed_prefix, prefix};
use crate::model::{Block, BlockRole, Network, NetworkKind, Provider, extend_unique};

/// Transforms one virtual network; `None` without an id.
#[must_use]
pub fn network_from_vnet(
    network: &VirtualNetwork,
    context: AnswerContext<'_>,
    account_name: Option<&str>,
) -> Option<Network> {
    let id = network.id.clone()?;
    Some(Network {
        provider: Provider::Azure,
        account: context.account.to_owned(),
        account_name: account_name.map(str::to_owned),
        region: context.region_of(network.location.as_deref()),
        name: name_or_last_part(network.name.as_deref(), &id),
        id,
        kind: NetworkKind::Vnet,
        blocks: blocks(address_space_prefixes(network.properties.address_space.as_ref())),
        is_default: None,
        state: network.properties.provisioning_state.clone(),
        visible_from: Vec::new(),
        tags: network.tags.clone(),
    })
}

/// Transforms one virtual hub; `None` without an id.
#[must_use]
pub fn network_from_hub(
    hub: &VirtualHub,
    context: AnswerContext<'_>,
    account_name: Option<&str>,
) -> Option<Network> {
    let id = hub.id.clone()?;
    Some(Network {
        provider: Provider::Azure,
        account: context.account.to_owned(),
        account_name: account_name.map(str::to_owned),
        region: context.region_of(hub.location.as_deref()),
        name: name_or_last_part(hub.name.as_deref(), &id),
        id,
        kind: NetworkKind::VirtualHub,
        blocks: blocks(hub.properties.address_prefix.as_deref().and_then(prefix)),
        is_default: None,
        state: hub.properties.provisioning_state.clone(),
        visible_from: Vec::new(),
        tags: hub.tags.clone(),
    })
}

/// Azure keeps no primary prefix: the space is a list that its owner may edit. Its first one stands for the
/// primary; the order is the answer's.
fn blocks(prefixes: impl IntoIterator<Item = ipnet::IpNet>) -> Vec<Block> {
    let roles = std::iter::once(BlockRole::Primary).chain(std::iter::repeat(BlockRole::Secondary));
    prefixes.into_iter().zip(roles).map(|(cidr, role)| Block { cidr, role, state: None }).collect()
}

/// Reads the prefixes of an address space, each once, in the order of the answer.
pub fn address_space_prefixes(space: Option<&AddressSpace>) -> Vec<IpNet> {
    let texts = space.into_iter().flat_map(|space| &space.address_prefixes);
    let mut prefixes = Vec::new();
    extend_unique(&mut prefixes, texts.filter_map(|text| listed_prefix(Some(text))), |prefix| *prefix);
    prefixes
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::fixture::{HERE, page, read, texts};
    use super::*;
    use crate::clouds::meter::Meter;

    const NETWORKS: &str = include_str!("../../../../tests/fixtures/azure/networks.json");
    const HUBS: &str = include_str!("../../../../tests/fixtures/azure/hubs.json");

    #[test]
    fn a_network_keeps_all_prefixes_in_their_order() {
        let network = network_from_vnet(&page(NETWORKS)[0], HERE, Some("shop")).unwrap();
        assert_eq!((network.region.as_str(), network.kind), ("westeurope", NetworkKind::Vnet));
        assert_eq!((network.account.as_str(), network.account_name.as_deref()), ("aaaa-1", Some("shop")));
        assert_eq!(
            texts(&network.prefixes().collect::<Vec<_>>()),
            ["10.20.0.0/16", "10.4.0.0/20", "fd00:20::/48"]
        );
        let roles: Vec<_> = network.blocks.iter().map(|block| (block.role, block.state)).collect();
        let secondary = (BlockRole::Secondary, None);
        assert_eq!(roles, [(BlockRole::Primary, None), secondary, secondary]);
        assert_eq!((network.is_default, network.state.as_deref()), (None, Some("Succeeded")));
        assert_eq!((network.tags["team"].as_str(), network.tags["cost"].as_str()), ("shop", ""));
    }

    #[test]
    fn host_bits_are_dropped_and_repeated_prefixes_count_once() {
        let space = json!({"addressSpace": {"addressPrefixes": ["10.0.0.9/16", "10.0.0.0/16"]}});
        let network =
            network_from_vnet(&read(&json!({"id": "/x/n", "properties": space})), HERE, None).unwrap();
        assert_eq!(texts(&network.prefixes().collect::<Vec<_>>()), ["10.0.0.0/16"]);
        assert_eq!(network.name.as_deref(), Some("n"), "the id tells the name too");
    }

    /// It was complete, without the prefix.
    #[test]
    fn an_empty_prefix_of_an_address_space_is_noted() {
        let space = json!({"addressSpace": {"addressPrefixes": ["10.1.0.0/16", ""]}});
        let network = read(&json!({"id": "/x/n", "properties": space}));
        let meter = Meter::default();
        let network = meter.within(|| network_from_vnet(&network, HERE, None).unwrap());
        assert_eq!((network.blocks.len(), meter.odd_values()), (1, 1));
    }

    #[test]
    fn a_hub_is_a_network_however_little_is_said_of_it() {
        let hubs: Vec<_> = page(HUBS).iter().map(|hub| network_from_hub(hub, HERE, None).unwrap()).collect();
        assert_eq!(hubs[0].kind, NetworkKind::VirtualHub);
        assert_eq!(texts(&hubs[0].prefixes().collect::<Vec<_>>()), ["10.100.0.0/23"]);
        assert_eq!((hubs[1].name.as_deref(), hubs[1].blocks.len()), (Some("hub-neu"), 0));
    }

    /// `Microsoft.Network/virtualHubs` lists Route Servers too.
    #[test]
    fn a_route_server_is_no_hub() {
        let router = json!({"sku": "Standard", "virtualRouterAsn": 65515, "virtualRouterIps": ["10.0.1.4", "10.0.1.5"]});
        let hub = |value: Value| read::<VirtualHub>(&value).is_route_server();
        assert!(hub(json!({"id": "/h", "kind": "RouteServer", "properties": router})));
        assert!(hub(json!({"id": "/h", "kind": "routeserver"})));
        assert!(
            hub(json!({"id": "/h", "kind": "", "properties": router})),
            "the graph's rows have an empty kind"
        );
        let with = |name: &str, value: Value| {
            let mut router = router.clone();
            router[name] = value;
            json!({"id": "/h", "properties": router})
        };
        assert!(hub(with("addressPrefix", json!(""))));
        assert!(!hub(with("addressPrefix", json!("10.0.0.0/23"))));
        assert!(!hub(with("virtualWan", json!({"id": "/w"}))));
        assert!(!hub(json!({"id": "/h"})) && !hub(json!("/h")), "nothing says that it is none");
    }

    #[test]
    fn without_an_id_there_is_nothing_to_name() {
        assert!(network_from_vnet(&read(&json!({"name": "n"})), HERE, None).is_none());
        assert!(network_from_hub(&read(&json!({"name": "h"})), HERE, None).is_none());
    }
}
