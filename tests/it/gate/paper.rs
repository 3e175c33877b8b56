//! Inventories on paper: as a scan saves them, with ids that a test can name.

use serde_json::{Value, json};

use crate::support::Home;

/// Makes a VPC in `eu-central-1` of an account that consists of one digit.
pub fn vpc(id: &str, account: u8, prefixes: &[&str]) -> Value {
    let block = |prefix: &&str| json!({"cidr": prefix, "role": "primary", "state": "associated"});
    json!({
        "provider": "aws", "account": number(account), "account_name": null, "region": "eu-central-1", "id": id,
        "name": id, "kind": "vpc", "blocks": prefixes.iter().map(block).collect::<Vec<_>>(),
        "is_default": false, "state": "available", "visible_from": [],
        "tags": {"env": format!("env{account}")},
    })
}

/// Makes a subnet of a VPC.
pub fn subnet(id: &str, vpc: &Value, prefix: &str) -> Value {
    json!({
        "provider": "aws", "account": vpc["account"], "region": vpc["region"], "zone": null, "id": id,
        "name": id, "network": vpc["id"], "prefixes": [prefix], "addresses_total": 251,
        "addresses_available": null, "purpose": null, "state": "available", "visible_from": [], "tags": {},
    })
}

/// Makes a virtual network with subnets, each a name and a prefix.
pub fn vnet(id: &str, prefixes: &[&str], subnets: &[(&str, &str)]) -> (Value, Vec<Value>) {
    let block = |prefix: &&str| json!({"cidr": prefix, "role": "primary", "state": null});
    let account = id.split('/').nth(2).unwrap();
    let network = json!({
        "provider": "azure", "account": account, "account_name": "net", "region": "westeurope", "id": id,
        "name": id.rsplit('/').next(), "kind": "vnet", "blocks": prefixes.iter().map(block).collect::<Vec<_>>(),
        "is_default": null, "state": "Succeeded", "visible_from": [], "tags": {},
    });
    let subnets = subnets.iter().map(|(name, prefix)| {
        json!({
            "provider": "azure", "account": account, "region": "westeurope", "zone": null,
            "id": format!("{id}/subnets/{name}"), "name": name, "network": id, "prefixes": [prefix],
            "addresses_total": 251, "addresses_available": null, "purpose": null, "state": "Succeeded",
            "visible_from": [], "tags": {},
        })
    });
    (network.clone(), subnets.collect())
}

/// Makes a peering of two VPCs.
pub fn peering(id: &str, one: &Value, other: &Value) -> Value {
    let end = |vpc: &Value| {
        let prefixes = vpc["blocks"].as_array().unwrap().iter().map(|block| block["cidr"].clone());
        json!({
            "account": vpc["account"], "region": vpc["region"], "network": vpc["id"],
            "prefixes": prefixes.collect::<Vec<_>>(),
        })
    };
    json!({"provider": "aws", "kind": "vpc-peering", "id": id, "ends": [end(one), end(other)], "state": "active"})
}

/// Puts an inventory together in which networks, subnets and links were read completely.
pub fn inventory(networks: &[Value], subnets: &[Value], links: &[Value]) -> Value {
    let kinds = ["networks", "subnets", "links"].into_iter();
    json!({
        "schema_version": 1, "generator": "netcensus 0.1.0", "taken_at": "2026-03-01T08:00:00Z", "filters": [],
        "accounts": [], "networks": networks, "subnets": subnets, "instances": [], "interfaces": [],
        "links": links, "coverage": kinds.map(|kind| scope(kind, "complete")).collect::<Vec<_>>(),
    })
}

/// Makes the coverage of a kind in account 1.
pub fn scope(kind: &str, outcome: &str) -> Value {
    json!({
        "provider": "aws", "account": number(1), "region": "eu-central-1", "kind": kind, "outcome": outcome,
        "detail": (outcome != "complete").then_some("not allowed"), "requests": 1, "duration_ms": 1,
    })
}

/// An estate with a collision that hurts (`vpc-c`, `vpc-d`, which are peered) and one that may (`vpc-a`, `vpc-b`).
pub fn colliding() -> Value {
    let (a, b) = (vpc("vpc-a", 1, &["10.0.0.0/16"]), vpc("vpc-b", 2, &["10.0.0.0/16"]));
    let (c, d) = (vpc("vpc-c", 1, &["10.1.0.0/16"]), vpc("vpc-d", 2, &["10.1.128.0/17"]));
    let link = peering("pcx-1", &c, &d);
    inventory(&[a, b, c, d], &[], &[link])
}

/// An estate in which nothing collides.
pub fn tidy() -> Value {
    inventory(&[vpc("vpc-a", 1, &["10.0.0.0/16"])], &[], &[])
}

/// A home with an inventory in `i.json`.
pub fn home(inventory: &Value) -> Home {
    let home = Home::new();
    home.write("i.json", inventory.to_string());
    home
}

fn number(account: u8) -> String {
    account.to_string().repeat(12)
}
