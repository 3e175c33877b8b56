//! Pools: what networks, reservations and the rest take of them, and limits by pool.

use netcensus::analysis::usage::{
    AddressUse, PoolInput, UsageInput, UsageKind, UsageReport, UsageStatus, assess_usage,
};
use netcensus::model::{
    Inventory, InventoryView, Kind, NetworkSelector, Outcome, Pool, Range, Reservation, Resources,
    UsagePolicy, UsageRule,
};
use serde_json::json;

use super::estate::{coverage, inventory, net, network, policy, subnet};
use crate::support::Home;

fn pool(name: &str, prefixes: &[&str]) -> Pool {
    Pool {
        name: name.into(),
        prefixes: prefixes.iter().map(|prefix| net(prefix)).collect(),
        ..Pool::default()
    }
}

fn reservation(name: &str, prefix: &str) -> Reservation {
    Reservation {
        name: name.into(),
        prefix: net(prefix),
        pool: None,
        owner: "team-a".into(),
        reason: None,
        created_at: "2026-11-01T00:00:00Z".parse().unwrap(),
        expires_at: "2027-11-01T00:00:00Z".parse().unwrap(),
    }
}

/// Networks and subnets, with everything read that may hold a prefix.
fn estate() -> Inventory {
    let resources = Resources {
        networks: vec![network("vpc-1", &["10.0.0.0/18", "192.168.0.0/24"])],
        subnets: vec![subnet("s", "10.0.0.0/24", Some(10))],
        ..Resources::default()
    };
    inventory(resources, &[Kind::Networks, Kind::Subnets, Kind::Links])
}

fn assess(inventory: &Inventory, pools: PoolInput<'_>, policy: &UsagePolicy) -> UsageReport {
    let input = UsageInput::new(InventoryView::new(inventory), UsageKind::Pool, policy);
    assess_usage(UsageInput { pools, ..input }).unwrap()
}

#[test]
fn each_address_of_a_pool_counts_once_for_what_holds_it() {
    let mut eu = pool("eu", &["10.0.0.0/16", "fd00::/48"]);
    eu.reserved = vec![net("10.0.255.0/24")];
    let pools = [eu, pool("eu-prod", &["10.0.128.0/18"])];
    let reservations = [reservation("payments", "10.0.64.0/20"), reservation("inside", "10.0.0.0/28")];
    let ranges = [Range {
        site: "Frankfurt".into(),
        prefix: net("10.0.80.0/20"),
        name: None,
        domain: None,
        network: None,
    }];
    let input = PoolInput { pools: &pools, ranges: &ranges, reservations: &reservations, bridges: &[] };
    let report = assess(&estate(), input, &policy());
    let row = report.rows.iter().find(|row| row.id == "eu").unwrap();
    let held: Vec<_> = row.held.as_ref().unwrap().iter().map(|held| (held.by, held.addresses)).collect();
    let expected = [
        (AddressUse::Networks, 16_384),
        (AddressUse::Ranges, 4_096),
        (AddressUse::Reservations, 4_096),
        (AddressUse::Pools, 16_384),
        (AddressUse::SetAside, 256),
    ];
    assert_eq!(held, expected);
    let used = 16_384 + 4_096 + 4_096 + 16_384 + 256;
    assert_eq!((row.addresses_total, row.addresses_used), (Some(65_536), Some(used)));
    assert_eq!((row.addresses_free, row.largest_free_block), (Some(65_536 - used), Some(8_192)));
    assert_eq!((row.status, report.complete, report.exit.code()), (UsageStatus::Ok, true, 0));
    assert_eq!(row.message, format!("62.8 % taken: {used} of 65536 addresses, {} free", 65_536 - used));
    let prod = report.rows.iter().find(|row| row.id == "eu-prod").unwrap();
    assert_eq!((prod.addresses_used, prod.free_blocks), (Some(0), Some(1_024)));
}

/// What could not be read may hold any of it.
#[test]
fn what_is_free_of_a_pool_is_not_known_where_something_could_not_be_read() {
    let mut partly = estate();
    partly.coverage.push(coverage(Kind::Networks, Outcome::Denied));
    let pools = [pool("half", &["10.0.0.0/17"]), pool("all", &["10.0.0.0/18"])];
    let input = PoolInput { pools: &pools, ..PoolInput::default() };
    let report = assess(&partly, input, &policy());
    assert_eq!((report.complete, report.exit.code()), (false, 3));
    let of = |id: &str| report.rows.iter().find(|row| row.id == id).unwrap();
    assert_eq!((of("half").status, of("half").addresses_used), (UsageStatus::Unknown, Some(16_384)));
    assert_eq!((of("half").addresses_free, of("half").free_blocks), (None, None));
    assert_eq!(
        of("half").message,
        "at least 50 % taken: 16384 of 32768 addresses; what is free is not known"
    );
    assert_eq!(of("all").status, UsageStatus::Critical, "whatever else there is");
}

#[test]
fn limits_can_be_those_of_a_pool_and_of_what_lies_in_it() {
    let eu = pool("eu", &["10.0.0.0/16"]);
    let rule = UsageRule {
        selector: NetworkSelector::default(),
        pool: Some(eu.clone()),
        warn: None,
        critical: Some(vec!["25".parse().unwrap()]),
    };
    let policy = UsagePolicy { rules: vec![rule], ..policy() };
    let pools = [eu, pool("within", &["10.0.0.0/17"])];
    let input = PoolInput { pools: &pools, ..PoolInput::default() };
    let report = assess(&estate(), input, &policy);
    let status = |id: &str| report.rows.iter().find(|row| row.id == id).unwrap().status;
    assert_eq!((status("eu"), status("within")), (UsageStatus::Critical, UsageStatus::Ok));
    let networks = super::estate::assess(&estate(), UsageKind::Network, &policy);
    assert_eq!(networks.rows[0].status, UsageStatus::Ok, "1 % is given to subnets");
    let tight = UsagePolicy {
        rules: vec![UsageRule { critical: Some(vec!["1".parse().unwrap()]), ..policy.rules[0].clone() }],
        ..policy
    };
    let networks = super::estate::assess(&estate(), UsageKind::Network, &tight);
    assert_eq!(networks.rows[0].status, UsageStatus::Critical, "the network lies in the pool");
}

const FILE: &str = "\
[[pools]]
name = \"eu\"
prefixes = [\"10.0.0.0/16\"]

[[usage.thresholds]]
pool = \"EU\"
critical = 25

[groups.tight]
filter = [\"used_percent>90\"]

[groups.machines]
filter = [\"vcpus>1\"]
";

#[test]
fn usage_of_pools_counts_what_free_does_not_give_out() {
    let home = Home::new();
    home.write("all.json", serde_json::to_vec(&estate()).unwrap());
    home.write("netcensus.toml", FILE);
    home.netcensus("reserve eu --from all.json --size 18 --name shop --owner team-a --for 14d")
        .run()
        .exits(0);
    let report = home.netcensus("usage pools --from all.json -o json").run().exits(1).json();
    let held = &report["rows"][0]["held"];
    assert_eq!(held[0], json!({"by": "networks", "addresses": 16_384}));
    assert_eq!(held[1], json!({"by": "reservations", "addresses": 16_384}));
    let free = home.netcensus("free eu --from all.json -o json").run().exits(0).json();
    assert_eq!(report["rows"][0]["addresses_free"], free["answers"][0]["addresses_free"]);
    home.netcensus("reserve 192.168.250.0/24 --from all.json --name lab --owner team-b --for 14d")
        .run()
        .exits(0);
    home.netcensus("usage pools --from all.json")
        .run()
        .exits(1)
        .says(&["note: 1 reservation lies in no pool and is not counted: lab (192.168.250.0/24)"]);
    home.write("netcensus.toml", FILE.replace("\"EU\"", "\"eo\""));
    home.netcensus("usage pools --from all.json").run().exits(2).says(&["there is no pool `eo`", "eu"]);
}

#[test]
fn without_pools_private_blocks_are_measured() {
    let home = Home::new();
    home.write("all.json", serde_json::to_vec(&estate()).unwrap());
    let report = home.netcensus("usage pools --from all.json -o json").run().exits(0).json();
    let rows = report["rows"].as_array().unwrap();
    let mut names: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]);
}

#[test]
fn a_group_is_measured_alone() {
    let home = Home::new();
    let subnets = vec![subnet("full", "10.0.0.0/24", Some(240)), subnet("empty", "10.0.1.0/24", Some(1))];
    home.write("all.json", serde_json::to_vec(&super::estate::of_subnets(subnets, vec![])).unwrap());
    home.write("netcensus.toml", FILE);
    let usage = |arguments: &str| home.netcensus(&format!("usage {arguments} --from all.json -o json")).run();
    let report = usage("--group tight").exits(1).json();
    assert_eq!(report["rows"].as_array().unwrap().len(), 1);
    assert_eq!(report["rows"][0]["id"], "full");
    let accounts = usage("accounts --group tight").exits(1).json();
    assert_eq!(accounts["rows"][0]["addresses_used"], 240);
    usage("--group machines").exits(2).says(&["a column that subnets do not have"]);
    usage("pools --group tight").exits(2).says(&["pools cannot be members of groups"]);
    usage("--group tigth").exits(2).says(&["tight"]);
}
