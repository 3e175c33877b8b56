//! `--terraform-plan`: what a plan brings, and what it takes away.

use serde_json::Value;

use super::paper::{inventory, subnet, vnet, vpc};
use super::{findings, gate, paper};
use crate::support::Home;

const CHANGES: &str = include_str!("../../fixtures/terraform/aws-change.json");
const AZURE: &str = include_str!("../../fixtures/terraform/azure.json");
const UNKNOWN: &str = include_str!("../../fixtures/terraform/unknown.json");

/// What exists before the plan of `aws-change.json` is applied.
fn before() -> (Vec<Value>, Vec<Value>) {
    let id = |number: u8| format!("vpc-0bbbbbbbbbbbbbbb{number}");
    let networks = vec![
        vpc(&id(1), 1, &["10.1.0.0/16", "100.64.0.0/16"]),
        vpc(&id(2), 1, &["10.2.0.0/16"]),
        vpc(&id(3), 1, &["10.3.0.0/16"]),
        vpc(&id(5), 1, &["10.5.0.0/16"]),
        vpc(&id(6), 1, &["10.6.0.0/16"]),
    ];
    let subnets = vec![
        subnet("subnet-0ccccccccccccccc2", &networks[1], "10.2.1.0/24"),
        subnet("subnet-0ccccccccccccccc3", &networks[2], "10.3.1.0/24"),
        subnet("subnet-0ccccccccccccccc5", &networks[3], "10.5.1.0/24"),
        subnet("subnet-0ccccccccccccccc6", &networks[4], "10.6.1.0/24"),
    ];
    (networks, subnets)
}

/// A home with a plan, and the inventory before it with one VPC more.
fn home(plan: &str, more: Option<Value>) -> Home {
    let (mut networks, subnets) = before();
    networks.extend(more);
    let home = paper::home(&inventory(&networks, &subnets, &[]));
    home.write("plan.json", plan);
    home
}

const RUN: &str = "overlap --from i.json --terraform-plan plan.json -o json";

#[test]
fn what_a_plan_changes_does_not_collide_with_itself() {
    let output = home(CHANGES, None).netcensus(RUN).run();
    let failing: Vec<String> = findings(&output).into_iter().filter(|it| it.contains('!')).collect();
    assert_eq!(failing, [""; 0]);
    assert_eq!(output.json()["level"], "all", "the plan has subnets");
    assert_eq!(output.code, 0);
}

#[test]
fn what_a_plan_takes_away_is_free_for_others_and_what_it_brings_is_not() {
    // 10.3.0.0/16 is destroyed, 10.20.0.0/16 comes in the place of 10.2.0.0/16.
    for (prefix, failing) in [("10.3.0.0/16", 0), ("10.2.0.0/16", 0), ("10.20.0.0/20", 1)] {
        let output = home(CHANGES, Some(vpc("vpc-z", 2, &[prefix]))).netcensus(RUN).run();
        assert_eq!(gate(&output).1, failing, "{prefix}\n{}", output.stdout);
    }
    let output = home(CHANGES, Some(vpc("vpc-z", 2, &["10.20.0.0/20"]))).netcensus(RUN).run().exits(1);
    let found = findings(&output);
    assert!(found[0].contains("aws_vpc.moved") && found[0].contains("vpc-z"), "{found:?}");
    assert!(found[0].starts_with("NC103! open "), "{found:?}");
}

#[test]
fn a_subnet_beside_one_that_exists_has_to_be_free() {
    let (networks, mut subnets) = before();
    subnets.push(subnet("subnet-x", &networks[3], "10.5.2.128/25"));
    let home = paper::home(&inventory(&networks, &subnets, &[]));
    home.write("plan.json", CHANGES);
    let found = findings(&home.netcensus(RUN).run().exits(1));
    let expected = |it: &&String| it.contains("aws_subnet.beside") && it.contains("subnet-x");
    assert_eq!(found.iter().filter(expected).count(), 1, "{found:?}");
}

#[test]
fn names_are_identities_in_azure() {
    let id = |group: &str, name: &str| {
        let subscription = "/subscriptions/00000000-0000-0000-0000-000000000001";
        format!("{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{name}")
    };
    let subnets = [
        ("keep", "10.4.1.0/24"),
        ("grow", "10.4.2.0/24"),
        ("drop", "10.5.1.0/24"),
        ("c", "10.4.8.0/24"),
        ("old", "10.4.9.0/24"),
    ];
    let (change, subnets) = vnet(&id("net", "change"), &["10.4.0.0/16", "10.5.0.0/16"], &subnets);
    let (gone, _) = vnet(&id("net", "gone"), &["10.7.0.0/16"], &[]);
    let (renamed, _) = vnet(&id("net", "before"), &["10.8.0.0/16"], &[]);
    let (old, _) = vnet(&id("legacy", "old"), &["172.16.0.0/16"], &[]);
    let networks = [change, gone, renamed, old];
    let home = paper::home(&inventory(&networks, &subnets, &[]));
    home.write("plan.json", AZURE);
    let output = home.netcensus(RUN).run();
    let failing: Vec<String> = findings(&output).into_iter().filter(|it| it.contains('!')).collect();
    assert_eq!(failing, [""; 0]);
    output.exits(0).says(&["plan.json: azurerm_virtual_network.hub: 10.1.0.9/16", "read as 10.1.0.0/16"]);
}

#[test]
fn what_is_known_only_later_is_named_and_incomplete() {
    let home = home(UNKNOWN, None);
    let output = home.netcensus(RUN).run().exits(3);
    let words = [
        "aws_vpc.pool: cidr_block is known only after the plan is applied",
        "azurerm_virtual_network.mixed: address_space",
        "module.late.aws_vpc.this[\"*\"]: every attribute",
        "(exit code 3)",
    ];
    let output = output.says(&words);
    let (result, _, missing) = gate(&output);
    assert_eq!(result, "incomplete");
    assert_eq!(missing.len(), output.json()["unknown"].as_array().unwrap().len());
    let allowed = home.netcensus(&format!("{RUN} --allow-incomplete --fail-on connected")).run().exits(0);
    allowed.says(&["aws_vpc.pool: cidr_block", "(allowed by --allow-incomplete)"]);
}

#[test]
fn what_is_no_plan_in_json_is_refused_with_the_command_that_makes_one() {
    let home = paper::home(&paper::tidy());
    let cut = &CHANGES[..CHANGES.len() / 2];
    let log = "{\"@level\":\"info\",\"@message\":\"x\"}\n{\"@level\":\"info\"}\n";
    for (bytes, word) in [
        (&b"PK\x03\x04plan"[..], "run `terraform show -json plan.json"),
        (br#"{"version": 4, "lineage": "x", "resources": []}"#, "it is a Terraform state"),
        (log.as_bytes(), "it is the log of `terraform plan -json`"),
        (b"Terraform will perform the following actions:\n", "what Terraform prints for people"),
        (cut.as_bytes(), "plan.json ends too early, at line"),
        (b"", "plan.json is empty"),
        (br#"{"format_version": "2.0", "resource_changes": []}"#, "format version 2.0"),
    ] {
        home.write("plan.json", bytes);
        home.netcensus(RUN).run().refuses(&["plan.json", word]);
    }
    home.write("plan.json", paper::tidy().to_string());
    home.netcensus(RUN).run().refuses(&["an inventory of netcensus", "`--from`"]);
}

#[test]
fn several_plans_are_one() {
    let home = home(CHANGES, None);
    home.write("other.json", CHANGES.replace("10.20.0.0/16", "10.20.0.0/17"));
    let output = home.netcensus(&format!("{RUN} --terraform-plan other.json")).run();
    assert!(matches!(output.code, 0 | 1), "{}", output.stderr);
    home.write("other.json", UNKNOWN);
    home.netcensus(&format!("{RUN} --terraform-plan other.json")).run().exits(3);
}
