//! Real payloads, decoded and transformed as in a live scan: nothing may fail and no address may be lost.
//!
//! The payloads are not the project's and not in it: `NETCENSUS_SHARED` names the directory that has them
//! under `payloads/`.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use ipnet::IpNet;
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::Value;
    use serde_json::value::RawValue;

    use super::super::fixture::HERE;
    use super::super::instance::MachineLookups;
    use super::super::{
        IpConfigurationSizes, NicIndex, PowerStateIndex, PrivateEndpointIndex, PublicIpIndex, VmSizeIndex,
        instance, interface, link, network, subnet,
    };
    use crate::clouds::azure::api::{
        ArmResource, HubConnection, Nic, PrivateEndpoint, PublicIpAddress, VirtualHub, VirtualMachine,
        VirtualNetwork, decode_item,
    };
    use crate::clouds::azure::resource_id::network_of_subnet;
    use crate::clouds::meter::Meter;
    use crate::model::{Link, Network};

    /// What a payload lists.
    #[derive(Debug, Clone, Copy)]
    enum PayloadKind {
        Networks,
        Subnets,
        Peerings,
        Hubs,
        HubConnections,
        /// Virtual WANs, which name their hubs as texts.
        Wans,
        Nics,
        PublicIps,
        Endpoints,
        Machines,
        /// Rows of Resource Graph in table form; ours ask for objects, and must not take these for such.
        Table,
        /// What no command of ours asks for.
        NotRead,
    }

    /// The directory of Microsoft's published examples.
    const EXAMPLES: &str = "azure-rest-api-specs";

    /// Every payload there is, in that directory. A new one, or one elsewhere, fails the test until it stands here.
    const PAYLOADS: &[(&str, PayloadKind)] = &[
        ("compute-2019-03-01-ListVirtualMachinesInASubscriptionByLocation", PayloadKind::Machines),
        ("network-2019-02-01-HubVirtualNetworkConnectionList", PayloadKind::HubConnections),
        ("network-2019-02-01-InterfaceEndpointListAll", PayloadKind::Endpoints),
        ("network-2019-02-01-LocalNetworkGatewayList", PayloadKind::NotRead),
        ("network-2019-02-01-NetworkInterfaceListAll", PayloadKind::Nics),
        ("network-2019-02-01-NetworkProfileListAll", PayloadKind::NotRead),
        ("network-2019-02-01-PublicIpAddressListAll", PayloadKind::PublicIps),
        ("network-2019-02-01-SubnetList", PayloadKind::Subnets),
        ("network-2019-02-01-UsageList", PayloadKind::NotRead),
        ("network-2019-02-01-VirtualHubList", PayloadKind::Hubs),
        ("network-2019-02-01-VirtualNetworkGatewayConnectionsList", PayloadKind::NotRead),
        ("network-2019-02-01-VirtualNetworkGatewayList", PayloadKind::NotRead),
        ("network-2019-02-01-VirtualNetworkGet", PayloadKind::Networks),
        ("network-2019-02-01-VirtualNetworkGetWithServiceAssociationLink", PayloadKind::Networks),
        ("network-2019-02-01-VirtualNetworkGetWithSubnetDelegation", PayloadKind::Networks),
        ("network-2019-02-01-VirtualNetworkListAll", PayloadKind::Networks),
        ("network-2019-02-01-VirtualNetworkPeeringList", PayloadKind::Peerings),
        ("network-2019-02-01-VirtualWANList", PayloadKind::Wans),
        ("network-2019-02-01-VmssNetworkInterfaceList", PayloadKind::Nics),
        ("network-2019-02-01-VmssPublicIpListAll", PayloadKind::PublicIps),
        ("network-2019-02-01-VmssVmNetworkInterfaceList", PayloadKind::Nics),
        ("network-2019-02-01-VmssVmPublicIpList", PayloadKind::PublicIps),
        ("network-2024-03-01-VirtualNetworkListAll", PayloadKind::Networks),
        ("network-2024-03-01-VirtualWANList", PayloadKind::Wans),
        ("resourcegraph-2019-04-01-ResourcesAliasQuery", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesBasicQuery", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesComplexQuery", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesFacetQuery", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesFilterQuery", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesFirstPageQuery", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesNextPageQuery", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesPropertiesQuery", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesQueryOptions", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesRandomPageQuery", PayloadKind::Table),
        ("resourcegraph-2019-04-01-ResourcesSummarizeQuery", PayloadKind::Table),
    ];

    #[derive(Deserialize)]
    struct Example {
        responses: BTreeMap<String, ExampleAnswer>,
    }

    #[derive(Deserialize)]
    struct ExampleAnswer {
        body: Option<Box<RawValue>>,
    }

    /// The forms that an answer's items come in: a page, a list without one, or one resource by itself.
    fn items(body: &RawValue) -> Vec<Box<RawValue>> {
        #[derive(Deserialize)]
        struct Page {
            value: Vec<Box<RawValue>>,
        }
        let page = serde_json::from_str(body.get()).map(|page: Page| page.value);
        page.or_else(|_| serde_json::from_str(body.get())).unwrap_or_else(|_| vec![body.to_owned()])
    }

    /// Finds every address that a payload has in a field of ours, whatever is around it.
    fn addresses_in(value: &Value) -> BTreeSet<IpNet> {
        match value {
            Value::Array(values) => values.iter().flat_map(addresses_in).collect(),
            Value::Object(fields) => fields
                .iter()
                .flat_map(|(key, value)| match key.as_str() {
                    "addressPrefix" | "addressPrefixes" | "privateIPAddress" | "ipAddress" => {
                        written_in(value)
                    }
                    _ => addresses_in(value),
                })
                .collect(),
            _ => BTreeSet::new(),
        }
    }

    fn written_in(value: &Value) -> BTreeSet<IpNet> {
        match value {
            Value::Array(values) => values.iter().flat_map(written_in).collect(),
            Value::String(text) => BTreeSet::from([net(text)]),
            other => panic!("an address that is no text: {other}"),
        }
    }

    /// Takes an address for the prefix of it alone, so that both compare.
    fn net(text: &str) -> IpNet {
        text.parse()
            .unwrap_or_else(|_| IpNet::from(text.parse::<std::net::IpAddr>().expect("is an address")))
            .trunc()
    }

    /// Decodes one item; nothing inside it may be missed.
    #[track_caller]
    fn decoded<T: DeserializeOwned + ArmResource>(raw: &str) -> T {
        let resource: T = decode_item(raw).unwrap();
        assert_eq!(resource.malformed(), [] as [&_; 0]);
        resource
    }

    /// What a resource became: its id, and every address that came out.
    type Replayed = (String, BTreeSet<IpNet>);

    fn of_network(network: &Network) -> Replayed {
        (network.id.clone(), network.prefixes().collect())
    }

    fn of_links(links: &[Link]) -> BTreeSet<IpNet> {
        links.iter().flat_map(|link| &link.ends).flat_map(|end| end.prefixes.clone()).collect()
    }

    fn networks(raw: &str) -> Replayed {
        let answer: VirtualNetwork = decoded(raw);
        let (id, mut found) = of_network(&network::network_from_vnet(&answer, HERE, None).unwrap());
        let (subnets, peerings) = (
            subnet::subnets_of_vnet(&answer, HERE, &IpConfigurationSizes::default()),
            link::links_from_peerings(&answer, HERE),
        );
        let value: Value = serde_json::from_str(raw).unwrap();
        let count = |part: &str| value["properties"][part].as_array().map_or(0, Vec::len);
        assert_eq!((subnets.len(), peerings.len()), (count("subnets"), count("virtualNetworkPeerings")));
        found.extend(subnets.into_iter().flat_map(|subnet| subnet.prefixes));
        found.extend(of_links(&peerings));
        (id, found)
    }

    /// Puts a subnet or a peering into the network that it belongs to, as the lists we read have it.
    fn inside(raw: &str, part: &str, network: &str) -> VirtualNetwork {
        decoded(&format!(r#"{{"id": "{network}", "properties": {{"{part}": [{raw}]}}}}"#))
    }

    fn subnets(raw: &str) -> Replayed {
        let value: Value = serde_json::from_str(raw).unwrap();
        let network = network_of_subnet(value["id"].as_str().unwrap()).unwrap();
        let subnet =
            subnet::subnets_of_vnet(&inside(raw, "subnets", network), HERE, &IpConfigurationSizes::default())
                .remove(0);
        assert_eq!(subnet.network, network);
        (subnet.id, subnet.prefixes.into_iter().collect())
    }

    fn peerings(raw: &str) -> Replayed {
        let links = link::links_from_peerings(&inside(raw, "virtualNetworkPeerings", "/n"), HERE);
        let value: Value = serde_json::from_str(raw).unwrap();
        let remote = value["properties"]["remoteVirtualNetwork"]["id"].as_str();
        assert_eq!(links[0].ends[1].network.as_deref(), remote);
        (links[0].id.clone(), of_links(&links))
    }

    fn hubs(raw: &str) -> Replayed {
        let hub: VirtualHub = decoded(raw);
        let (id, mut found) = of_network(&network::network_from_hub(&hub, HERE, None).unwrap());
        let links = link::links_from_hub(&hub, &[], HERE);
        let value: Value = serde_json::from_str(raw).unwrap();
        let connections = value["properties"]["virtualNetworkConnections"].as_array().unwrap();
        let remotes = connections.iter().map(|one| one["properties"]["remoteVirtualNetwork"]["id"].as_str());
        let found_remotes: Vec<_> = links.iter().map(|link| link.ends[0].network.as_deref()).collect();
        assert_eq!(found_remotes, remotes.collect::<Vec<_>>());
        found.extend(of_links(&links));
        (id, found)
    }

    fn hub_connections(raw: &str) -> Replayed {
        let connection: HubConnection = decoded(raw);
        let links = link::links_from_hub(&VirtualHub::default(), &[connection], HERE);
        let value: Value = serde_json::from_str(raw).unwrap();
        let remote = value["properties"]["remoteVirtualNetwork"]["id"].as_str();
        assert!(remote.is_some() && links[0].ends[0].network.as_deref() == remote);
        (links[0].id.clone(), of_links(&links))
    }

    fn wans(raw: &str) -> Replayed {
        let value: Value = serde_json::from_str(raw).unwrap();
        let hubs = value["properties"]["virtualHubs"].as_array().unwrap();
        assert!(!hubs.is_empty());
        for hub in hubs {
            let (id, found) =
                of_network(&network::network_from_hub(&decoded(&hub.to_string()), HERE, None).unwrap());
            assert_eq!((Some(id.as_str()), found.len()), (hub.as_str(), 0));
        }
        (value["id"].as_str().unwrap().to_owned(), BTreeSet::new())
    }

    fn nics(raw: &str) -> Replayed {
        let interface = interface::interface_from_nic(
            &decoded::<Nic>(raw),
            HERE,
            &PublicIpIndex::default(),
            &PrivateEndpointIndex::default(),
        )
        .unwrap();
        assert!(interface.network.is_some() && interface.subnet.is_some());
        (
            interface.id,
            interface.private_ips.into_iter().chain(interface.public_ips).map(IpNet::from).collect(),
        )
    }

    fn public_ips(raw: &str) -> Replayed {
        let public: PublicIpAddress = decoded(raw);
        let reference = PublicIpAddress { id: public.id.clone(), ..PublicIpAddress::default() };
        let found = PublicIpIndex::new([&public]).resolve(&reference);
        (public.id.unwrap(), found.into_iter().map(IpNet::from).collect())
    }

    fn endpoints(raw: &str) -> Replayed {
        let endpoint: PrivateEndpoint = decoded(raw);
        let known = PrivateEndpointIndex::new([&endpoint]);
        let value: Value = serde_json::from_str(raw).unwrap();
        let interfaces = value["properties"]["networkInterfaces"].as_array().unwrap();
        assert!(!interfaces.is_empty());
        for interface in interfaces {
            assert_eq!(known.of_interface(interface["id"].as_str().unwrap()), endpoint.id.as_deref());
        }
        (endpoint.id.unwrap(), BTreeSet::new())
    }

    fn machines(raw: &str) -> Replayed {
        let value: Value = serde_json::from_str(raw).unwrap();
        // An interface of ours under the id that the machine names: the two must find each other.
        let nic = value["properties"]["networkProfile"]["networkInterfaces"][0]["id"].as_str().unwrap();
        let nic = decoded::<Nic>(&format!(
            r#"{{"id": "{nic}", "properties": {{"ipConfigurations": [{{"properties": {{"privateIPAddress": "10.0.0.4"}}}}]}}}}"#
        ));
        let nics = NicIndex::new([&nic], &PublicIpIndex::default());
        let (power, sizes) = (PowerStateIndex::default(), VmSizeIndex::default());
        let lookups = MachineLookups { nics: &nics, power: &power, sizes: &sizes };
        let machine = instance::instance_from_vm(&decoded::<VirtualMachine>(raw), HERE, lookups).unwrap();
        assert_eq!(machine.private_ips.len(), 1);
        assert_eq!(
            machine.instance_type.as_deref(),
            value["properties"]["hardwareProfile"]["vmSize"].as_str()
        );
        assert_eq!(machine.os.as_deref(), value["properties"]["storageProfile"]["osDisk"]["osType"].as_str());
        (machine.id, BTreeSet::new())
    }

    fn table(body: &Value) {
        let rows = body["data"]["rows"].as_array().unwrap();
        assert!(!rows.is_empty());
        for row in rows {
            assert!(
                decode_item::<VirtualNetwork>(&row.to_string()).is_err(),
                "{row} was taken for a network"
            );
            assert!(
                decode_item::<VirtualMachine>(&row.to_string()).is_err(),
                "{row} was taken for a machine"
            );
        }
    }

    /// Takes one payload the way of a live scan.
    fn replay(holds: PayloadKind, text: &str) {
        let example: Example = serde_json::from_str(text).unwrap();
        let bodies: Vec<_> = example.responses.values().filter_map(|answer| answer.body.as_deref()).collect();
        assert!(!bodies.is_empty());
        for body in bodies {
            let transform = match holds {
                PayloadKind::NotRead => continue,
                PayloadKind::Table => {
                    table(&serde_json::from_str(body.get()).unwrap());
                    continue;
                }
                PayloadKind::Networks => networks,
                PayloadKind::Subnets => subnets,
                PayloadKind::Peerings => peerings,
                PayloadKind::Hubs => hubs,
                PayloadKind::HubConnections => hub_connections,
                PayloadKind::Wans => wans,
                PayloadKind::Nics => nics,
                PayloadKind::PublicIps => public_ips,
                PayloadKind::Endpoints => endpoints,
                PayloadKind::Machines => machines,
            };
            let items = items(body);
            assert!(!items.is_empty());
            for raw in items {
                let value: Value = serde_json::from_str(raw.get()).unwrap();
                let (id, found) = transform(raw.get());
                assert_eq!(Some(id.as_str()), value["id"].as_str());
                assert_eq!(found, addresses_in(&value), "{id}");
            }
        }
    }

    /// Lists the payloads under `directory`.
    fn payloads(directory: &Path) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        for entry in
            std::fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()))
        {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(payloads(&path));
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.insert(path);
            }
        }
        found
    }

    #[tokio::test]
    #[expect(clippy::disallowed_macros, reason = "a test that is left out says so")]
    async fn real_payloads_lose_nothing() {
        let Some(shared) = std::env::var_os("NETCENSUS_SHARED") else {
            eprintln!("left out: NETCENSUS_SHARED does not say where the payloads are");
            return;
        };
        let directory = Path::new(&shared).join("payloads");
        let mut there = payloads(&directory);
        for (name, holds) in PAYLOADS {
            let path = directory.join(EXAMPLES).join(format!("{name}.json"));
            assert!(there.remove(&path), "{name} is not there any more");
            let text = std::fs::read_to_string(path).unwrap();
            // Carriage returns are what real answers are indented with.
            for text in [text.clone(), text.replace("\r\n", "\n").replace('\n', "\r\n")] {
                let meter = Meter::default();
                meter.watch(async { replay(*holds, &text) }).await;
                assert_eq!(meter.odd_values(), 0, "{name}: something was left out");
            }
        }
        assert!(there.is_empty(), "say in `PAYLOADS` what these hold: {there:#?}");
    }

    #[test]
    fn the_search_for_addresses_finds_them_anywhere() {
        let value = serde_json::json!({"a": [{"addressPrefix": "10.0.0.9/8"}, {"addressPrefixes": ["10.1.0.0/16"]}],
            "b": {"privateIPAddress": "10.2.0.1", "x": {"ipAddress": "fd00::1"}, "other": "10.3.0.0/16"}});
        let found: Vec<_> = addresses_in(&value).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["10.0.0.0/8", "10.1.0.0/16", "10.2.0.1/32", "fd00::1/128"]);
    }
}
