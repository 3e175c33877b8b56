//! Almost valid answers of Azure: nothing panics, an answer that is cut short is refused, and what is read can be written and
//! read again.

use serde::Serialize;
use serde::de::DeserializeOwned;

use hyper::StatusCode;

use super::api::{
    HubConnection, ListedSubscription, ListedTenant, Nic, PrivateEndpoint, PublicIpAddress, ScaleSetVm, Sku,
    VirtualHub, VirtualMachine, VirtualNetwork, VmScaleSet, decode_item,
};
use super::authentication::authority::{TokenIssuer, check_token_answer, rewrite_error_answer};
use super::authentication::developer_tool::DeveloperTool;
use super::convert::instance::{MachineLookups, instance_from_scale_set, instance_from_vm};
use super::convert::interface::interface_from_nic;
use super::convert::link::{links_from_hub, links_from_peerings};
use super::convert::network::{network_from_hub, network_from_vnet};
use super::convert::subnet::subnets_of_vnet;
use super::convert::{
    AnswerContext, IpConfigurationSizes, NicIndex, PowerStateIndex, PrivateEndpointIndex, PublicIpIndex,
    VmSizeIndex,
};
use super::events::event_queue::messages_in;
use super::requests::arm_error::ArmError;
use super::requests::arm_page::{GraphPage, ListPage};
use super::requests::arm_request::ArmRequest;
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

fn check_scale_set_machines(page: &[u8]) -> bool {
    let Some(machines) = read_list::<ScaleSetVm>(page) else { return false };
    let set = r#"{"id": "/subscriptions/a/resourceGroups/r/providers/Microsoft.Compute/virtualMachineScaleSets/s"}"#;
    let set: VmScaleSet = decode_item(set).unwrap();
    let (nics, sizes, power) = (NicIndex::default(), VmSizeIndex::default(), PowerStateIndex::default());
    let lookups = MachineLookups { nics: &nics, power: &power, sizes: &sizes };
    check_rows(machines.iter().filter_map(|machine| instance_from_scale_set(machine, &set, HERE, lookups)));
    true
}

/// Lists whose items give a row of another list its size, state, address or name.
fn check_details(page: &[u8]) -> bool {
    let Some(machines) = read_list::<VirtualMachine>(page) else { return false };
    PowerStateIndex::new(&machines);
    VmSizeIndex::new(&read_list::<Sku>(page).unwrap());
    PublicIpIndex::new(&read_list::<PublicIpAddress>(page).unwrap());
    PrivateEndpointIndex::new(&read_list::<PrivateEndpoint>(page).unwrap());
    read_list::<ListedSubscription>(page).unwrap();
    read_list::<ListedTenant>(page).unwrap();
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
    ($($test:ident: $name:literal, [$($seed:literal),*], $check:ident;)*) => {
        $(#[test]
        fn $test() {
            let seeds = vec![$(include_bytes!(concat!("../../../tests/fixtures/azure/", $seed)).to_vec()),*];
            let target = Target { name: $name, seeds, tokens: JSON, check: Box::new($check) };
            run(&target, INPUTS);
        })*
    };
}

answers_of_azure! {
    networks: "arm-networks", ["networks.json"], check_networks;
    hubs: "arm-hubs", ["hubs.json"], check_hubs;
    hub_connections: "arm-hub-connections", ["hub_connections.json"], check_hub_connections;
    interfaces: "arm-interfaces", ["interfaces.json", "scale_set_interfaces.json"], check_interfaces;
    machines: "arm-machines", ["machines.json"], check_machines;
    scale_set_machines: "arm-scale-sets", ["scale_set_machines.json"], check_scale_set_machines;
    details: "arm-details", ["machine_states.json", "sizes.json", "public_addresses.json", "private_endpoints.json"],
        check_details;
    machines_of_graph: "graph-machines", ["machine_rows.json"], check_graph_rows;
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
    run(&target, INPUTS);
}

const TOKENS: &[&str] = &[
    r#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"h.c.s3cr3t"}"#,
    r#"{"access_token":"h.c.s3cr3t","client_id":"c","expires_on":"1893456000","resource":"https://management.azure.com/"}"#,
];

/// What the authority and the endpoint of a managed identity answer.
#[test]
fn tokens_of_the_authority() {
    let check = |bytes: &[u8]| {
        let checked = [TokenIssuer::Entra, TokenIssuer::Host].map(|issuer| check_token_answer(issuer, bytes));
        for answer in checked.iter().flatten() {
            let answer: serde_json::Value = serde_json::from_slice(answer).unwrap();
            assert!(!answer["access_token"].as_str().unwrap().is_empty());
        }
        checked.iter().any(Result::is_ok)
    };
    let seeds = TOKENS.iter().map(|answer| answer.as_bytes().to_vec()).collect();
    let target = Target { name: "azure-token", seeds, tokens: JSON, check: Box::new(check) };
    run(&target, INPUTS);
}

const ERRORS: &[&str] = &[
    r#"{"error":{"code":"AuthorizationFailed","message":"no","details":[{"code":"x","message":"y"}],"innererror":null}}"#,
    r#"{"error":"invalid_client","error_description":"AADSTS7000215: no\r\nTrace ID: 1","error_codes":[7000215]}"#,
];

/// Errors of the resource manager and of the authority.
#[test]
fn errors() {
    let check = |bytes: &[u8]| {
        let request = ArmRequest::for_test("https://management.azure.com/", "x/read", "a");
        for status in [StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS, StatusCode::BAD_GATEWAY] {
            let error = ArmError::from_answer(&request, status, None, bytes);
            assert!(error.to_string().starts_with("x/read"), "{error}");
            serde_json::from_slice::<serde_json::Value>(&rewrite_error_answer(status.as_u16(), bytes))
                .unwrap();
        }
        true
    };
    let seeds = ERRORS.iter().map(|answer| answer.as_bytes().to_vec()).collect();
    run(&Target { name: "azure-error", seeds, tokens: JSON, check: Box::new(check) }, INPUTS);
}

const MESSAGES: &str = "<?xml version=\"1.0\"?><QueueMessagesList><QueueMessage><MessageId>a</MessageId>\
    <InsertionTime>Fri, 27 Nov 2026 12:00:00 GMT</InsertionTime><PopReceipt>r</PopReceipt><DequeueCount>1</DequeueCount>\
    <MessageText>e30=</MessageText></QueueMessage></QueueMessagesList>";

#[test]
fn messages_of_queues() {
    let check = |bytes: &[u8]| messages_in(bytes).is_ok();
    let tokens = &["<", ">", "</", "/>", "&amp;", "&#0;", "<![CDATA[", "]]>", "<!--", "<QueueMessage>"];
    let seeds = vec![MESSAGES.as_bytes().to_vec()];
    let target = Target { name: "azure-queue", seeds, tokens, check: Box::new(check) };
    run(&target, INPUTS);
}
