//! Which subscriptions and tenants are read.

use serde_json::Value;

use super::{ACME, CORE, DATA, NORTHWIND, SHOP, TRIAL, estate, fared, id, texts};
use crate::support::Cloud;

/// Reads accounts alone: their ids.
#[track_caller]
fn accounts(cloud: &Cloud, arguments: &str) -> Vec<String> {
    let run = cloud.azure(&format!("scan networks -o json --query accounts[].id {arguments}"));
    serde_json::from_value(run.run().succeeds().json()).unwrap()
}

#[test]
fn every_subscription_is_read_unless_some_are_named() {
    let cloud = Cloud::sample(&[]);
    for (arguments, expected) in [
        ("", &[CORE, SHOP, DATA, TRIAL][..]),
        ("--all-azure-subscriptions", &[CORE, SHOP, DATA, TRIAL]),
        ("--azure-subscription shop-azure", &[SHOP]),
        ("--azure-subscription C0DE0002-3F5A-4D21-9B7E-000000000002", &[SHOP]),
        ("--azure-subscription c0de000[12]-*", &[CORE, SHOP]),
        ("--azure-subscription *-azure", &[SHOP, DATA, TRIAL]),
        ("--azure-subscription core-network --azure-subscription {data,trial}-*", &[CORE, DATA, TRIAL]),
    ] {
        assert_eq!(accounts(&cloud, arguments), expected, "{arguments}");
    }
}

#[test]
fn a_subscription_that_was_not_named_is_not_asked_anything() {
    let cloud = Cloud::sample(&[]);
    accounts(&cloud, "--azure-subscription shop-azure");
    let asked: Vec<String> = cloud.requests().into_iter().map(|request| request.account).collect();
    assert!(asked.iter().any(|account| account == SHOP));
    assert!(!asked.iter().any(|account| [CORE, DATA, TRIAL].contains(&account.as_str())), "{asked:?}");
}

#[test]
fn the_file_names_them_and_flags_win() {
    let cloud = Cloud::sample(&[]);
    let file = |text: &str| drop(cloud.home.write("netcensus.toml", text));
    file("[azure]\nsubscriptions = ['shop-*', 'c0de0003-*']\n");
    assert_eq!(accounts(&cloud, ""), [SHOP, DATA]);
    assert_eq!(accounts(&cloud, "--azure-subscription trial-azure"), [TRIAL]);
    assert_eq!(accounts(&cloud, "--all-azure-subscriptions"), [CORE, SHOP, DATA, TRIAL]);
    file(&format!("[azure]\ntenants = ['{NORTHWIND}']\nall-subscriptions = true\napi = 'arm'\n"));
    assert_eq!(accounts(&cloud, ""), [CORE, SHOP, DATA, TRIAL]);
    file(&format!("[azure]\ntenants = ['{ACME}']\n"));
    cloud.azure("scan").run().refuses(&["any Azure tenant", "AADSTS700016"]);
    assert_eq!(accounts(&cloud, &format!("--azure-tenant {NORTHWIND}")), [CORE, SHOP, DATA, TRIAL]);
    file(&format!(
        "providers = ['azure']\n[azure]\nresource-manager = '{0}'\nauthority = '{0}'\n",
        cloud.url()
    ));
    let run = cloud.with_principal(cloud.netcensus("scan networks -o json")).without("AZURE_AUTHORITY_HOST");
    let document = run.run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest() {
    let cloud = Cloud::sample(&[]);
    let refused = |name: &str| cloud.both(&format!("scan --azure-subscription {name}")).run();
    refused("shop-azur")
        .refuses(&["no Azure subscription matches `shop-azur`", "did you mean `shop-azure`?"]);
    refused("zzz*").refuses(&["`zzz*`", "accepted: core-network, shop-azure, data-azure, trial-azure"]);
    assert!(
        cloud
            .requests()
            .iter()
            .all(|request| request.service != "ec2" || request.action == "DescribeRegions")
    );
}

#[test]
fn a_name_of_two_subscriptions_selects_both() {
    let twins = estate(3).replace("name = 'sub-2'\nid", "name = 'sub-2'\ndisplay_name = 'sub-1'\nid");
    let cloud = Cloud::of(&twins, &[]);
    let (first, second) = (id(1), id(2));
    assert_eq!(accounts(&cloud, "--azure-subscription sub-1"), [first.as_str(), second.as_str()]);
    assert_eq!(accounts(&cloud, &format!("--azure-subscription {second}")), [second.as_str()]);
    assert_eq!(
        accounts(&cloud, "--azure-subscription sub-[1]"),
        [first, second],
        "a glob means all that fit"
    );
}

#[test]
fn several_tenants_make_one_inventory() {
    let cloud = Cloud::sample(&[]);
    // The client of each tenant of the sandbox works there only; a domain names the same tenant as its id.
    let arguments =
        format!("scan networks -o json --azure-tenant {NORTHWIND} --azure-tenant northwind.onmicrosoft.com");
    let document = cloud.azure(&arguments).run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
    assert_eq!(document["networks"].as_array().unwrap().len(), 6, "and what both show is there once");
    let arguments = format!("scan networks -o json --azure-tenant {NORTHWIND} --azure-tenant {ACME}");
    let output = cloud.azure(&arguments).run();
    let account = format!("tenant:{ACME}");
    let output = output.falls_short(&[&format!("azure {account} credentials: failed"), "AADSTS700016"]);
    let document = output.json();
    assert_eq!(fared(&document, &account, "credentials").0, "failed");
    assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
}

#[test]
fn rows_of_many_subscriptions_are_filed_under_their_own() {
    let cloud = Cloud::of(&estate(12), &["latency=5ms"]);
    for api in ["arm", "resource-graph"] {
        let arguments = format!("scan all -o json --concurrency 24 --azure-api {api}");
        let document = cloud.azure(&arguments).run().succeeds().json();
        for array in ["networks", "subnets", "instances", "interfaces"] {
            let rows = document[array].as_array().unwrap();
            assert_eq!(rows.len(), 12, "{array} by {api}");
            rows.iter().for_each(own);
        }
    }
}

/// Expects a row of [`estate`] to be of the subscription that its name and address tell.
#[track_caller]
fn own(row: &Value) {
    let account = row["account"].as_str().unwrap();
    let n = usize::from_str_radix(&account[..8], 16).unwrap();
    assert_eq!(account, id(n));
    assert!(row["id"].as_str().unwrap().starts_with(&format!("/subscriptions/{account}/")), "{row}");
    assert!(row.to_string().contains(&format!("10.{n}.0.")), "{row}");
}
