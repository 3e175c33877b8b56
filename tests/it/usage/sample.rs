//! What `usage --sandbox` shows to those who try it.

use serde_json::{Value, json};

use crate::support::netcensus;

fn row<'r>(report: &'r Value, network: &str, name: &str) -> &'r Value {
    let rows = report["rows"].as_array().unwrap();
    let is_meant = |row: &&Value| row["network_name"] == network && row["name"] == name;
    rows.iter().find(is_meant).unwrap_or_else(|| panic!("{network}/{name}"))
}

#[test]
fn subnets_are_at_79_80_95_and_100_percent_and_have_a_history() {
    let report = netcensus("usage --sandbox --forecast -o json").exits(1).json();
    let shown = |network: &str, name: &str| {
        let row = row(&report, network, name);
        let forecast = &row["trend"]["forecast"];
        (row["used_percent"].clone(), row["status"].clone(), forecast["state"].clone())
    };
    assert_eq!(shown("acme-us", "lan"), (json!(79.28), json!("ok"), json!("steady")));
    assert_eq!(shown("acme-main", "dmz"), (json!(80.87), json!("warning"), json!("filling")));
    assert_eq!(shown("shop-prod-eu", "burst"), (json!(95.61), json!("critical"), json!("filling")));
    assert_eq!(shown("hub-me", "transit-1"), (json!(100.0), json!("critical"), json!("full")));
    let burst = row(&report, "shop-prod-eu", "burst");
    assert_eq!(burst["trend"]["since_yesterday"], 5);
    assert_eq!(burst["trend"]["forecast"]["full_in_days"], 2);
    let reserved = row(&report, "playground", "anything");
    assert!(reserved["held"].to_string().contains("reservations"), "{reserved}");
}

#[cfg(feature = "azure")]
#[test]
fn azure_counts_what_services_fill_and_what_it_does_not_count_is_unknown() {
    let report = netcensus("usage --sandbox -o json").exits(1).json();
    let used = |name: &str| row(&report, "shop-weu", name)["addresses_used"].clone();
    assert_eq!(
        (used("functions"), used("db")),
        (json!(50), Value::Null),
        "0 of a delegated subnet is no count"
    );
    assert_eq!(row(&report, "core-weu", "AzureFirewallSubnet")["addresses_used"], 6);
    assert_eq!(row(&report, "core-weu", "GatewaySubnet")["addresses_used"], Value::Null);
    // Without the permission these are unknown, and nothing else is.
    let fault = "--fault deny@action=Microsoft.Network/virtualNetworks/usages/read";
    let denied = netcensus(&format!("usage --sandbox {fault} -o json")).exits(1).json();
    assert_eq!(row(&denied, "shop-weu", "functions")["addresses_used"], Value::Null);
    assert_eq!((&denied["complete"], &denied["rows"][0]["status"]), (&json!(true), &json!("critical")));
    // A scan does not ask, unless the snapshot is meant for it.
    let scanned = netcensus("scan subnets --sandbox --provider azure -o json").succeeds().json();
    let measured = netcensus("scan subnets --sandbox --provider azure --for-usage -o json").succeeds().json();
    let free = |document: &Value| {
        let subnets = document["subnets"].as_array().unwrap();
        subnets.iter().find(|subnet| subnet["name"] == "functions").unwrap()["addresses_available"].clone()
    };
    assert_eq!((free(&scanned), free(&measured)), (Value::Null, json!(9)));
}
