//! The resource manager's lists of the sample.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

use super::super::sample;
use super::client::{Client, named, text};
use super::{ACME, CORE, DATA, SHOP, TRIAL};

const WEB: &str = "/resourceGroups/Shop-Prod/providers/Microsoft.Compute/virtualMachineScaleSets/web";

#[tokio::test]
async fn a_token_shows_the_subscriptions_of_its_tenant() {
    let sandbox = sample(&[]).await;
    let (northwind, acme) = (Client::sign_in(&sandbox, 0).await, Client::sign_in(&sandbox, 1).await);
    let seen = |items: Vec<Value>| -> Vec<(String, String)> {
        items
            .iter()
            .map(|item| (text(item, "/subscriptionId").to_owned(), text(item, "/state").to_owned()))
            .collect()
    };
    let expected = [(CORE, "Enabled"), (SHOP, "Enabled"), (DATA, "Enabled"), (TRIAL, "Enabled")]
        .map(|(id, state)| (id.to_owned(), state.to_owned()));
    assert_eq!(seen(northwind.list("/subscriptions").await), expected);
    assert_eq!(seen(acme.list("/subscriptions").await), [(ACME.to_owned(), "Enabled".to_owned())]);
    let tenants = acme.list("/tenants").await;
    assert_eq!((tenants.len(), text(&tenants[0], "/displayName")), (1, "acme"));
}

#[tokio::test]
async fn lists_come_in_pages_indented_with_links_that_keep_the_parameters() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let path =
        format!("/subscriptions/{}/PROVIDERS/microsoft.network/NetworkInterfaces", SHOP.to_uppercase());
    let reply = client.get(&format!("{path}?api-version=2024-03-01")).await;
    assert!(reply.body.starts_with("{\r\n  \"nextLink\": \""), "{}", reply.body);
    assert_eq!(reply.headers["x-ms-ratelimit-remaining-subscription-reads"], "11999");
    assert!(reply.headers.contains_key("x-ms-request-id"));
    let page = reply.json();
    assert_eq!(page["value"].as_array().map(Vec::len), Some(3));
    let link = text(&page, "/nextLink");
    assert!(link.starts_with(&format!("{}{path}?", sandbox.url())), "{link}");
    assert!(link.contains("api-version=2024-03-01") && link.contains("skiptoken="), "{link}");
    let all = client.list(&path).await;
    let ids: BTreeSet<_> = all.iter().map(|item| text(item, "/id")).collect();
    // Three flexible instances, four orders machines, two on standby, one left over.
    assert_eq!((all.len(), ids.len()), (10, 10));
}

/// An IP configuration's id, subnet and address.
fn configurations(interfaces: &[Value]) -> impl Iterator<Item = (&str, &str, IpAddr)> {
    let of_one = |interface: &'_ Value| interface["properties"]["ipConfigurations"].as_array().cloned();
    assert!(interfaces.iter().all(|interface| of_one(interface).is_some()));
    interfaces.iter().flat_map(|interface| {
        let list = interface["properties"]["ipConfigurations"].as_array().expect("is a list");
        list.iter().map(|one| {
            let address = text(one, "/properties/privateIPAddress").parse().expect("is an address");
            (text(one, "/id"), text(one, "/properties/subnet/id"), address)
        })
    })
}

#[tokio::test]
async fn every_address_lies_in_its_subnet_stands_once_and_is_listed_there() {
    let sandbox = sample(&[]).await;
    let clients = [Client::sign_in(&sandbox, 0).await, Client::sign_in(&sandbox, 1).await];
    let mut seen = 0;
    for (tenant, subscription) in [(0, CORE), (0, SHOP), (0, DATA), (0, TRIAL), (1, ACME)] {
        let client = &clients[tenant];
        let mut interfaces = client.network(subscription, "networkInterfaces").await;
        if subscription == SHOP {
            interfaces.extend(client.list(&format!("/subscriptions/{SHOP}{WEB}/networkInterfaces")).await);
        }
        let mut taken = BTreeSet::new();
        let mut listed = BTreeMap::new();
        for network in client.network(subscription, "virtualNetworks").await {
            for subnet in network["properties"]["subnets"].as_array().expect("is a list") {
                listed.insert(text(subnet, "/id").to_owned(), subnet.clone());
            }
        }
        for (id, subnet, address) in configurations(&interfaces) {
            seen += 1;
            let properties = &listed[subnet]["properties"];
            let prefixes: Vec<IpNet> = properties["addressPrefixes"]
                .as_array()
                .map_or_else(|| vec![&properties["addressPrefix"]], |list| list.iter().collect())
                .into_iter()
                .map(|prefix| prefix.as_str().and_then(|text| text.parse().ok()).expect("is a prefix"))
                .collect();
            assert!(prefixes.iter().any(|prefix| prefix.contains(&address)), "{address} in {prefixes:?}");
            assert!(taken.insert((subnet.to_owned(), address)), "{address} stands twice");
            let names: Vec<_> = properties["ipConfigurations"]
                .as_array()
                .expect("is a list")
                .iter()
                .map(|one| text(one, "/id"))
                .collect();
            assert_eq!(names.iter().filter(|name| **name == id).count(), 1, "{id}");
        }
        let counted =
            listed.values().filter_map(|subnet| subnet["properties"]["ipConfigurations"].as_array());
        assert_eq!(counted.map(Vec::len).sum::<usize>(), taken.len(), "{subscription}");
    }
    // Six in core-network, ten and four times two in shop-azure, four in data-azure, one in acme-azure.
    assert_eq!(seen, 29);
}

#[tokio::test]
async fn networks_have_every_kind_of_subnet_and_peering() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let networks = client.network(SHOP, "virtualNetworks").await;
    let shop = named(&networks, "shop-weu");
    assert_eq!(
        shop["properties"]["addressSpace"]["addressPrefixes"],
        json!(["10.10.0.0/16", "10.50.0.0/20", "fd00:db8:10::/48"])
    );
    assert_eq!(shop["tags"]["Environment"], "prod");
    let own = format!(
        "/subscriptions/{SHOP}/resourceGroups/shop-prod/providers/Microsoft.Network/virtualNetworks/shop-weu"
    );
    let subnets = client.list(&format!("{own}/subnets")).await;
    assert_eq!(json!(subnets), shop["properties"]["subnets"]);
    let properties = |name: &str| &named(&subnets, name)["properties"];
    assert_eq!(properties("app")["addressPrefix"], "10.10.16.0/22");
    assert!(properties("app")["addressPrefixes"].is_null() && properties("pool")["addressPrefix"].is_null());
    assert_eq!(properties("pool")["addressPrefixes"], json!(["10.10.32.0/28", "10.50.0.0/24"]));
    let functions = properties("functions");
    assert_eq!(functions["delegations"][0]["properties"]["serviceName"], "Microsoft.Web/serverFarms");
    assert!(functions["ipConfigurations"].is_null());

    let peerings = client.list(&format!("{own}/virtualNetworkPeerings")).await;
    assert_eq!(json!(peerings), shop["properties"]["virtualNetworkPeerings"]);
    let partial = &named(&peerings, "to-lake-weu")["properties"];
    assert_eq!(partial["peerCompleteVnets"], false);
    assert_eq!(
        (&partial["localSubnetNames"], &partial["remoteSubnetNames"]),
        (&json!(["app"]), &json!(["warehouse"]))
    );
    assert_eq!(partial["remoteAddressSpace"]["addressPrefixes"], json!(["10.42.1.0/24"]));
    assert_eq!(partial["remoteVirtualNetworkAddressSpace"]["addressPrefixes"], json!(["10.42.0.0/17"]));
    let single = client.get(&format!("{own}?api-version=2024-03-01")).await.json();
    assert_eq!(&single, shop);

    let core = client.network(CORE, "virtualNetworks").await;
    let across = named(
        core[0]["properties"]["virtualNetworkPeerings"].as_array().expect("is a list"),
        "to-ACME-Prod-VNet",
    );
    assert!(
        text(across, "/properties/remoteVirtualNetwork/id").starts_with(&format!("/subscriptions/{ACME}/"))
    );
    let lake = client.network(DATA, "virtualNetworks").await;
    let lake = lake[0]["properties"]["virtualNetworkPeerings"].as_array().expect("is a list");
    assert_eq!(named(lake, "to-core-weu")["properties"]["peeringState"], "Initiated");
    assert!(!core[0].to_string().contains("to-lake-weu"), "the other side does not show it before it agrees");
    assert!(lake.iter().any(|one| text(one, "/name").starts_with("RemoteVnetToHubPeering_")));
}

#[tokio::test]
async fn hubs_and_private_endpoints_say_what_they_join() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let hubs = client.network(CORE, "virtualHubs").await;
    assert_eq!(hubs[0]["properties"]["addressPrefix"], "10.255.0.0/23");
    let connections = client.list(&format!("{}/hubVirtualNetworkConnections", text(&hubs[0], "/id"))).await;
    let networks: Vec<_> =
        connections.iter().map(|one| text(one, "/properties/remoteVirtualNetwork/id")).collect();
    assert!(
        networks[0].ends_with("/shop-neu") && networks[1].starts_with(&format!("/subscriptions/{DATA}/"))
    );

    let endpoints = client.network(DATA, "privateEndpoints").await;
    let endpoint = &endpoints[0];
    let interface = text(endpoint, "/properties/networkInterfaces/0/id");
    let interfaces = client.network(DATA, "networkInterfaces").await;
    let interface = interfaces.iter().find(|one| text(one, "/id") == interface).expect("is listed");
    assert_eq!(interface["properties"]["privateEndpoint"]["id"], endpoint["id"]);
    assert!(interface["properties"]["virtualMachine"].is_null());
    let service =
        text(endpoint, "/properties/privateLinkServiceConnections/0/properties/privateLinkServiceId");
    assert!(service.ends_with("/providers/Microsoft.Sql/servers/warehouse"), "{service}");
}

#[tokio::test]
async fn machines_say_where_their_interfaces_are_and_whether_they_run() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let machines = client.compute(SHOP, "virtualMachines").await;
    let db = named(&machines, "orders-db");
    let interface = text(db, "/properties/networkProfile/networkInterfaces/0/id");
    assert!(interface.contains("/resourceGroups/shop-network/"), "{interface}");
    assert!(text(db, "/id").contains("/resourceGroups/shop-data/"));
    assert_eq!(db["properties"]["storageProfile"]["osDisk"]["osType"], "Windows");
    assert!(db["properties"]["instanceView"].is_null());

    let states = client.compute(SHOP, "virtualMachines?statusOnly=true").await;
    assert_eq!(states.len(), machines.len());
    let state = |machine: &Value| {
        let statuses = machine["properties"]["instanceView"]["statuses"].as_array().expect("are there");
        statuses.iter().map(|one| text(one, "/code").to_owned()).find(|code| code.starts_with("PowerState/"))
    };
    assert_eq!(state(named(&states, "standby-1")).as_deref(), Some("PowerState/deallocated"));
    let id = text(named(&states, "orders-1"), "/id");
    assert!(id.contains("/resourceGroups/SHOP-PROD/"), "{id}");
    assert!(states.iter().all(|machine| machine["properties"]["hardwareProfile"].is_null()));
    let states = client.compute(DATA, "virtualMachines?statusOnly=true").await;
    assert_eq!(state(named(&states, "old-etl")), None, "what Azure does not know it leaves out");

    let addresses = client.network(CORE, "publicIPAddresses").await;
    let configuration = text(&addresses[0], "/properties/ipConfiguration/id");
    assert!(configuration.ends_with("/networkInterfaces/jump-nic/ipConfigurations/ipconfig1"));
    assert_eq!(addresses[0]["zones"], json!(["1"]));
}

#[tokio::test]
async fn scale_sets_have_instances_of_their_own_or_machines() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let sets = client.compute(SHOP, "virtualMachineScaleSets").await;
    let (web, workers) = (named(&sets, "web"), named(&sets, "workers"));
    assert_eq!((text(web, "/properties/orchestrationMode"), &web["sku"]["capacity"]), ("Uniform", &4.into()));
    assert_eq!(text(workers, "/properties/orchestrationMode"), "Flexible");
    let base = format!("/subscriptions/{SHOP}{WEB}");
    let plain = client.list(&format!("{base}/virtualMachines")).await;
    assert!(plain.iter().all(|instance| instance["properties"]["instanceView"].is_null()));
    let instances = client.list(&format!("{base}/virtualMachines?$expand=instanceView")).await;
    let numbers: Vec<_> = instances.iter().map(|one| (text(one, "/instanceId"), &one["zones"][0])).collect();
    assert_eq!(numbers, [("0", &"1".into()), ("1", &"2".into()), ("2", &"3".into()), ("3", &"1".into())]);
    assert_eq!(instances[3]["properties"]["instanceView"]["statuses"][1]["code"], "PowerState/running");
    let interfaces = client.list(&format!("{base}/networkInterfaces")).await;
    assert_eq!(interfaces[0]["properties"]["virtualMachine"]["id"], instances[0]["id"]);
    assert!(interfaces[0]["type"].is_null() && interfaces[0]["location"].is_null());
    assert_eq!(
        interfaces[0]["properties"]["ipConfigurations"].as_array().map(Vec::len),
        Some(2),
        "dual-stack"
    );
    let addresses = client.list(&format!("{base}/publicipaddresses")).await;
    let first = &interfaces[0]["properties"]["ipConfigurations"][0];
    assert_eq!(first["properties"]["publicIPAddress"]["id"], addresses[0]["id"]);
    assert_eq!(addresses[0]["properties"]["ipConfiguration"]["id"], first["id"]);

    let machines = client.compute(SHOP, "virtualMachines").await;
    let members: Vec<_> = machines
        .iter()
        .filter(|machine| machine["properties"]["virtualMachineScaleSet"]["id"] == workers["id"])
        .map(|machine| text(machine, "/id"))
        .collect();
    let listed = client.list(&format!("{}/virtualMachines", text(workers, "/id"))).await;
    assert_eq!(members.len(), 3);
    assert_eq!(listed.iter().map(|one| text(one, "/id")).collect::<Vec<_>>(), members);
    assert!(!machines.iter().any(|machine| text(machine, "/name").starts_with("web")));
}

#[tokio::test]
async fn sizes_are_listed_by_location() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let all = client.compute(SHOP, "skus").await;
    let here = client.compute(SHOP, "skus?$filter=location%20eq%20'westeurope'").await;
    assert_eq!((all.len(), here.len()), (20, 10));
    assert!(here.iter().all(|sku| sku["locations"] == json!(["westeurope"])));
    let capability = |size: &str, name: &str| {
        let list = named(&here, size)["capabilities"].as_array().expect("is a list").clone();
        text(named(&list, name), "/value").to_owned()
    };
    assert_eq!(capability("Standard_D4ps_v5", "CpuArchitectureType"), "Arm64");
    assert_eq!(capability("Standard_E8-4ds_v5", "vCPUs"), "8");
    assert_eq!(capability("Standard_E8-4ds_v5", "vCPUsAvailable"), "4");
    assert!(here.iter().any(|sku| sku["resourceType"] == "disks"));
}
