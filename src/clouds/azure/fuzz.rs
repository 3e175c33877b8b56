//! Almost valid answers of Azure: nothing panics, an answer that is cut short is refused, and what is read can be written and
//! read again.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::api::{HubConnection, Nic, VirtualHub, VirtualMachine, VirtualNetwork, decode_item};
use super::authentication::developer_tool::DeveloperTool;
use super::convert::instance::{MachineLookups, instance_from_vm};
use super::convert::interface::interface_from_nic;
use super::convert::link::{links_from_hub, links_from_peerings};
use super::convert::network::{network_from_hub, network_from_vnet};
use super::convert::subnet::subnets_of_vnet;
use super::convert::{
    AnswerContext, IpConfigurationSizes, NicIndex, PowerStateIndex, PrivateEndpointIndex, PublicIpIndex,
    VmSizeIndex,
};
use super::requests::arm_page::{GraphPage, ListPage};
use crate::fuzz_harness::{INPUTS, Target, run};

const JSON: &[&str] =
    &["{", "}", "[", "]", ",", ":", "\"", "{\"id\":", "[[", "null", "true", "1e9", "\"properties\""];

const HERE: AnswerContext<'_> = AnswerContext { account: "aaaa-1", region: None };

/// What is read can be written and read again.
fn check_rows<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    rows: impl IntoIterator<Item = T>,
) {
    for row in rows {
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<T>(&text).unwrap(), row, "{text}");
    }
}

/// Decodes the items of a list, and returns those that can be; `None` when the page is refused.
fn read_list<T: DeserializeOwned>(page: &[u8]) -> Option<Vec<T>> {
    let (items, _) = ListPage::parse(page, "x/read").ok()?;
    let end = page.trim_ascii_end();
    assert!(ListPage::parse(&end[..end.len() - 1], "x/read").is_err(), "a page without its end is accepted");
    Some(items.iter().filter_map(|item| decode_item(item.get()).ok()).collect())
}

fn check_networks(page: &[u8]) -> bool {
    let Some(networks) = read_list::<VirtualNetwork>(page) else { return false };
    for network in &networks {
        check_rows(network_from_vnet(network, HERE, None));
        check_rows(subnets_of_vnet(network, HERE, &IpConfigurationSizes::default()));
        check_rows(links_from_peerings(network, HERE));
    }
    true
}

fn check_hubs(page: &[u8]) -> bool {
    let Some(hubs) = read_list::<VirtualHub>(page) else { return false };
    for hub in &hubs {
        check_rows(network_from_hub(hub, HERE, None));
        check_rows(links_from_hub(hub, &[], HERE));
    }
    true
}

fn check_hub_connections(page: &[u8]) -> bool {
    let Some(connections) = read_list::<HubConnection>(page) else { return false };
    let hub = r#"{"id": "/subscriptions/a/resourceGroups/r/providers/Microsoft.Network/virtualHubs/h"}"#;
    check_rows(links_from_hub(&decode_item(hub).unwrap(), &connections, HERE));
    true
}

fn check_interfaces(page: &[u8]) -> bool {
    let Some(interfaces) = read_list::<Nic>(page) else { return false };
    let (addresses, endpoints) = (PublicIpIndex::default(), PrivateEndpointIndex::default());
    check_rows(interfaces.iter().filter_map(|nic| interface_from_nic(nic, HERE, &addresses, &endpoints)));
    true
}

fn check_machines(page: &[u8]) -> bool {
    let Some(machines) = read_list::<VirtualMachine>(page) else { return false };
    let (nics, sizes) = (NicIndex::default(), VmSizeIndex::default());
    let power = PowerStateIndex::new(&machines);
    let lookups = MachineLookups { nics: &nics, power: &power, sizes: &sizes };
    check_rows(machines.iter().filter_map(|machine| instance_from_vm(machine, HERE, lookups)));
    true
}

/// Rows of Resource Graph are decoded as the items of lists are.
fn check_graph_rows(page: &[u8]) -> bool {
    let Ok(rows) = GraphPage::parse(page, "x/read") else { return false };
    let end = page.trim_ascii_end();
    assert!(GraphPage::parse(&end[..end.len() - 1], "x/read").is_err(), "a page without its end is accepted");
    let decoded = rows.data.iter().filter_map(|row| decode_item::<VirtualMachine>(row.get()).ok());
    decoded.count() <= rows.data.len()
}

macro_rules! answers_of_azure {
    ($($test:ident: $name:literal, $seed:literal, $check:ident;)*) => {
        $(#[test]
        fn $test() {
            let seed = include_bytes!(concat!("../../../tests/fixtures/azure/", $seed)).to_vec();
            let target = Target { name: $name, seeds: vec![seed], tokens: JSON, check: Box::new($check) };
            target.check_seeds();
            run(&target, INPUTS);
        })*
    };
}

answers_of_azure! {
    networks: "arm-networks", "networks.json", check_networks;
    hubs: "arm-hubs", "hubs.json", check_hubs;
    hub_connections: "arm-hub-connections", "hub_connections.json", check_hub_connections;
    interfaces: "arm-interfaces", "interfaces.json", check_interfaces;
    machines: "arm-machines", "machines.json", check_machines;
    machines_of_graph: "graph-machines", "machine_rows.json", check_graph_rows;
}

/// What `az` and `azd` print: a token in JSON, between warnings and colours.
#[test]
fn tokens_of_developer_tools() {
    // {"tid": "c0de0001-3f5a-4d21-9b7e-000000000001"}
    let claims = "eyJ0aWQiOiAiYzBkZTAwMDEtM2Y1YS00ZDIxLTliN2UtMDAwMDAwMDAwMDAxIn0";
    let az = format!(
        "WARNING: {{a}}\n{{\"accessToken\": \"h.{claims}.s3cr3t\", \"expires_on\": 1893456000,\n\"tenant\": \"t\"}}\u{1b}[0m\n"
    );
    let azd = format!("{{\"token\": \"h.{claims}.s3cr3t\", \"expiresOn\": \"2030-01-01T00:00:00Z\"}}\n");
    let check = |bytes: &[u8]| {
        let printed = String::from_utf8_lossy(bytes);
        let parsed = [DeveloperTool::Az, DeveloperTool::Azd].map(|tool| tool.parse_token(&printed));
        for error in parsed.iter().filter_map(|parsed| parsed.as_ref().err()) {
            assert!(!error.to_string().contains("s3cr3t"), "a secret is in the error: {error}");
        }
        parsed.iter().any(Result::is_ok)
    };
    let tokens = &["{", "}", "\"", ":", "\u{1b}[0m", "\u{1b}]0;", "\u{7}", "accessToken", "null", "1e9", "."];
    let seeds = vec![az.into_bytes(), azd.into_bytes()];
    let target = Target { name: "developer-tool", seeds, tokens, check: Box::new(check) };
    target.check_seeds();
    run(&target, INPUTS);
}
