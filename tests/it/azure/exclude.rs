//! Accounts and subscriptions that are left out because the user says so.

use serde_json::Value;

use super::{CORE, DATA, SHOP, TRIAL, fared, texts};
use crate::support::Cloud;

#[track_caller]
fn accounts(document: &Value) -> Vec<&str> {
    texts(document, "accounts", "id")
}

#[test]
fn subscriptions_are_left_out_by_id_name_or_glob() {
    let cloud = Cloud::sample(&[]);
    for (flags, left) in [
        ("--exclude-azure-subscription shop-azure", &[CORE, DATA, TRIAL][..]),
        ("--exclude-azure-subscription C0DE0002-3F5A-4D21-9B7E-000000000002", &[CORE, DATA, TRIAL]),
        ("--exclude-azure-subscription *-azure", &[CORE]),
        ("--exclude-azure-subscription shop-azure,data-azure", &[CORE, TRIAL]),
        ("--exclude-azure-subscription {shop,data}-azure,trial-azure", &[CORE]),
        ("--exclude-azure-subscription shop-azure --exclude-azure-subscription core-*", &[DATA, TRIAL]),
        ("--all-azure-subscriptions --exclude-azure-subscription shop-azure", &[CORE, DATA, TRIAL]),
        ("--azure-subscription *-azure --exclude-azure-subscription shop-azure", &[DATA, TRIAL]),
    ] {
        let output = cloud.azure(&format!("scan networks -o json {flags}")).run().succeeds();
        assert_eq!(accounts(&output.json()), left, "{flags}");
    }
    cloud.home.write("netcensus.toml", "[azure]\nexclude-subscriptions = ['shop-*']\n");
    let document = cloud.azure("scan networks -o json").run().succeeds().json();
    assert_eq!(accounts(&document), [CORE, DATA, TRIAL]);
    let why = "excluded by azure.exclude-subscriptions `shop-*`";
    assert_eq!(fared(&document, SHOP, "accounts"), ("skipped", why));
    cloud.home.netcensus("config show").run().exits(0);
}

#[test]
fn one_that_is_left_out_is_asked_nothing() {
    let cloud = Cloud::sample(&[]);
    cloud.azure("scan all -o json --exclude-azure-subscription shop-azure").run().succeeds();
    assert!(cloud.requests().iter().all(|request| request.account != SHOP));
    let dry = cloud.azure("scan --dry-run -o json -v --exclude-azure-subscription shop-azure").run().exits(0);
    let dry = dry.says(&[SHOP, "excluded by --exclude-azure-subscription `shop-azure`"]);
    assert!(!dry.stdout.contains(SHOP) && dry.stdout.contains(CORE));
}

#[test]
fn a_pattern_that_matches_nothing_is_warned_of() {
    let cloud = Cloud::sample(&[]);
    let output = cloud.azure("scan networks -o json --exclude-azure-subscription shop-azur").run().exits(0);
    let output = output.says(&[
        "warning: --exclude-azure-subscription `shop-azur` matches no Azure subscription",
        "did you mean `shop-azure`?",
    ]);
    assert_eq!(accounts(&output.json()), [CORE, SHOP, DATA, TRIAL]);
    cloud.azure("scan --exclude-azure-subscription *").run().refuses(&["no account is left to read"]);
    cloud.both("scan --provider azure --exclude-aws-account x").run().refuses(&["--exclude-aws-account"]);
}

#[test]
fn accounts_of_an_organisation_are_left_out_by_id_or_name_without_signing_in() {
    let cloud = Cloud::sample(&[]);
    let org = "scan networks -o json --provider aws --aws-org --aws-org-role netcensus --region us-east-1";
    let all = cloud.netcensus(org).run().exits(0).json();
    let all = accounts(&all);
    let name = |document: &Value, id: &str| {
        let rows = document["accounts"].as_array().unwrap();
        rows.iter().find(|row| row["id"] == id).unwrap()["name"].as_str().unwrap_or_default().to_owned()
    };
    let document = cloud.netcensus(org).run().exits(0).json();
    let hub = name(&document, "222222222222");
    let before =
        cloud.requests().iter().filter(|one| one.account == "222222222222").map(|one| one.count).sum::<u64>();
    for pattern in ["222222222222", "2222-2222-2222", "2222*", &hub] {
        let output = cloud.netcensus(&format!("{org} --exclude-aws-account {pattern}")).run().exits(0);
        let document = output.json();
        assert_eq!(accounts(&document).len(), all.len() - 1, "{pattern}");
        let (outcome, detail) = fared(&document, "222222222222", "accounts");
        assert!(outcome == "skipped" && detail.contains("--exclude-aws-account"), "{detail}");
    }
    let after =
        cloud.requests().iter().filter(|one| one.account == "222222222222").map(|one| one.count).sum::<u64>();
    assert_eq!(before, after, "its role is not assumed");
}

#[test]
fn profiles_lead_to_accounts_that_are_left_out_by_id() {
    let cloud = Cloud::sample(&[]);
    let arguments = "scan networks -o json --provider aws --aws-profile network-hub --aws-profile shop-prod --region us-east-1";
    let output = cloud.netcensus(&format!("{arguments} --exclude-aws-account 333333333333")).run().succeeds();
    assert_eq!(accounts(&output.json()), ["222222222222"]);
    let refused =
        cloud.netcensus("scan --provider aws --aws-profile network-hub --exclude-aws-account *").run();
    refused.refuses(&["no account is left to read"]);
}

#[test]
fn what_one_side_left_out_is_not_compared() {
    let cloud = Cloud::sample(&[]);
    cloud.azure("scan networks -o json --save old.json").run().exits(0);
    let flags = "--exclude-azure-subscription shop-azure";
    cloud.azure(&format!("scan networks -o json --save new.json {flags}")).run().exits(0);
    let document = cloud.home.netcensus("diff old.json new.json -o json --exit-code").run().exits(0).json();
    assert_eq!(
        (&document["changes"], &document["complete"]),
        (&Value::Array(Vec::new()), &Value::Bool(true))
    );
    assert!(document["not_compared"].to_string().contains("excluded by --exclude-azure-subscription"));
}
