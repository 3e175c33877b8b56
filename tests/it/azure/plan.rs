//! What a scan would ask, and what it does ask.

use std::collections::BTreeSet;

use netcensus::clouds::azure::calls;
use netcensus::model::Kind;
use serde_json::json;

use super::{SHOP, estate, id};
use crate::support::Cloud;

/// Lists what was asked of the resource manager and the graph about subscriptions.
fn asked(cloud: &Cloud) -> BTreeSet<String> {
    let about = |action: &String| !action.starts_with("Microsoft.Resources/") && action != "token";
    cloud.requests().into_iter().map(|request| request.action).filter(about).collect()
}

#[test]
fn a_dry_run_lists_subscriptions_and_calls_and_reads_nothing_of_them() {
    let cloud = Cloud::of(&estate(2), &[]);
    let table = cloud.azure("scan subnets --dry-run").run().succeeds().stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "PROVIDER  ACCOUNT                               REGION  KIND     CALLS");
    // Further calls are on lines of their own.
    let scopes: Vec<&&str> = lines.iter().filter(|line| line.starts_with("azure")).collect();
    for (line, n) in scopes.iter().zip(1..=2) {
        let scope = format!("azure     {}          subnets  Microsoft.Network/virtualNetworks/read", id(n));
        assert!(line.starts_with(&scope), "{line}");
    }
    assert_eq!(scopes.len(), 2);
    assert!(
        table.contains("Microsoft.Network/networkInterfaces/read"),
        "what they have in subnets is counted"
    );
    let scopes = cloud.azure("scan all --dry-run -o json --azure-subscription sub-2").run().succeeds().json();
    let scopes = scopes.as_array().unwrap();
    assert_eq!(scopes.len(), Kind::ALL.len());
    for (scope, kind) in scopes.iter().zip(Kind::ALL) {
        assert_eq!(
            *scope,
            json!({ "provider": "azure", "account": id(2), "region": null, "kind": kind.as_str(), "calls": calls(kind) })
        );
    }
    assert!(asked(&cloud).is_empty(), "{:?}", asked(&cloud));
}

#[test]
fn a_dry_run_of_both_clouds_has_both() {
    let cloud = Cloud::sample(&[]);
    let arguments = "scan subnets --dry-run -o csv --aws-profile security --region us-east-1";
    let output = cloud.both(&format!("{arguments} --azure-subscription shop-azure")).run().succeeds();
    let rows: Vec<Vec<&str>> =
        output.rows().into_iter().map(|row| row.split(',').take(4).collect()).collect();
    assert_eq!(rows, [["aws", "777777777777", "us-east-1", "subnets"], ["azure", SHOP, "", "subnets"]]);
}

#[test]
fn each_kind_makes_its_own_calls_only() {
    for kind in Kind::ALL {
        let cloud = Cloud::sample(&[]);
        cloud.azure(&format!("scan {kind} --columns id")).run().succeeds();
        let expected: BTreeSet<String> = calls(kind).iter().map(ToString::to_string).collect();
        assert_eq!(asked(&cloud), expected, "{kind}");
    }
}

#[test]
fn a_list_that_several_kinds_need_is_read_once() {
    let cloud = Cloud::of(&estate(1), &[]);
    cloud.azure("scan all -o json --azure-api arm").run().succeeds();
    let twice = ["Microsoft.Compute/virtualMachines/read"];
    for request in cloud.requests().into_iter().filter(|request| request.account == id(1)) {
        // Of machines there are two lists: what they are, and whether they run.
        let expected = if twice.contains(&request.action.as_str()) { 2 } else { 1 };
        assert_eq!(request.count, expected, "{}", request.action);
    }
}
