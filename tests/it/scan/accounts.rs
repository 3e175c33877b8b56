//! Which accounts are read: profiles, the default chain, an organisation.

use serde_json::{Value, json};

use crate::support::Cloud;

const ORGANISATION: &str = "scan --aws-org --aws-org-role netcensus --region us-east-1";

/// Lists the values of a field, in the document's order.
fn field<'a>(document: &'a Value, array: &str, field: &str) -> Vec<&'a str> {
    let entries = document[array].as_array().unwrap();
    entries.iter().map(|entry| entry[field].as_str().unwrap()).collect()
}

#[test]
fn without_a_word_the_default_chain_is_used() {
    let cloud = Cloud::sample(&[]);
    let output = cloud.netcensus("scan -o json --region us-east-1").run().exits(0);
    let document = output.says(&["8 other AWS profiles are configured and not read"]).json();
    assert_eq!(field(&document, "accounts", "id"), ["111111111111"]);
    assert_eq!(document["accounts"][0]["reached_by"], json!(["default chain"]));
    let other = cloud.netcensus("scan -o json --region us-east-1").env("AWS_PROFILE", "security").run();
    assert_eq!(field(&other.succeeds().json(), "accounts", "id"), ["777777777777"]);
}

#[test]
fn profiles_are_named_by_globs() {
    let cloud = Cloud::sample(&[]);
    let arguments = "scan -o json --region us-east-1 --aws-profile sh* --aws-profile {security,acme-*}";
    let document = cloud.netcensus(arguments).run().succeeds().json();
    let accounts = ["333333333333", "444444444444", "777777777777", "888888888888"];
    assert_eq!(field(&document, "accounts", "id"), accounts);
}

#[test]
fn every_profile_that_signs_in_is_read_and_others_are_no_failure() {
    let cloud = Cloud::sample(&[]);
    cloud.configure("[profile only-a-region]\nregion = eu-west-1\n");
    let arguments = "scan -o json --region us-east-1 --all-aws-profiles";
    let document = cloud.netcensus(arguments).run().succeeds().json();
    assert_eq!(document["accounts"].as_array().unwrap().len(), 8);
}

#[test]
fn two_profiles_of_one_account_read_it_once() {
    let cloud = Cloud::sample(&[]);
    let arguments = "scan subnets -o json --region us-east-1 --aws-profile management --aws-profile default";
    let document = cloud.netcensus(arguments).run().succeeds().json();
    assert_eq!(field(&document, "accounts", "id"), ["111111111111"]);
    assert_eq!(document["accounts"][0]["reached_by"], json!(["profile:default", "profile:management"]));
    let asked = cloud.requests();
    let subnets: Vec<u64> = asked
        .iter()
        .filter(|request| request.action == "DescribeSubnets")
        .map(|request| request.count)
        .collect();
    assert_eq!(subnets, [1]);
}

#[test]
fn an_organisation_is_read_through_a_role_in_each_account() {
    let cloud = Cloud::sample(&[]);
    let arguments = format!("{ORGANISATION} -o json");
    let document = cloud.netcensus(&arguments).run().succeeds().json();
    assert_eq!(
        field(&document, "accounts", "name"),
        [
            "management",
            "network-hub",
            "shop-prod",
            "shop-staging",
            "data-platform",
            "sandbox-dev",
            "security",
            "acme-legacy"
        ]
    );
    let hub = &document["accounts"][1]["reached_by"];
    assert_eq!(*hub, json!(["role:arn:aws:iam::222222222222:role/netcensus"]));
    let networks = document["networks"].as_array().unwrap();
    assert!(networks.iter().all(|network| network["account_name"].is_string()), "names come with the list");
}

#[test]
fn a_suspended_account_is_skipped_and_says_so() {
    let cloud = Cloud::sample(&[]);
    let arguments = format!("{ORGANISATION} -o json");
    let document = cloud.netcensus(&arguments).run().succeeds().json();
    let coverage = document["coverage"].as_array().unwrap();
    let entry = coverage.iter().find(|entry| entry["account"] == "999999999999").unwrap();
    assert_eq!((&entry["kind"], &entry["outcome"]), (&json!("accounts"), &json!("skipped")));
    assert_eq!(entry["detail"], "the account is SUSPENDED in the organisation");
}

#[test]
fn a_role_that_wants_an_external_id_gets_it_or_every_account_is_named() {
    let cloud = Cloud::sample(&[]);
    let guarded = "scan --aws-org --aws-org-role audit --region us-east-1 --columns account";
    let output = cloud.netcensus(&format!("{guarded} --aws-org-external-id audit-2026")).run().succeeds();
    assert!(output.stdout.contains("777777777777"), "{}", output.stdout);
    let denied =
        ["777777777777 credentials: denied", "role/audit", "netcensus could not sign in to 7 accounts"];
    cloud.netcensus(guarded).run().falls_short(&denied);
    let wrong = cloud.netcensus(&format!("{guarded} --aws-org-external-id guess")).run();
    wrong.falls_short(&["777777777777 credentials: denied", "trust policy names the caller and external id"]);
}

#[test]
fn a_role_that_no_account_has_names_every_account() {
    let cloud = Cloud::sample(&[]);
    let output = cloud.netcensus("scan --aws-org --aws-org-role nobody --region us-east-1").run();
    let accounts: Vec<String> =
        (2..=8).map(|digit| format!("aws {} credentials: denied", digit.to_string().repeat(12))).collect();
    let output = output.falls_short(&accounts.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(output.stdout.contains("(none known: 7 reads failed)"), "{}", output.stdout);
}

#[test]
fn an_account_that_manages_no_organisation_is_told_who_does() {
    let cloud = Cloud::sample(&[]);
    let output = cloud.netcensus(&format!("{ORGANISATION} --aws-profile security")).run();
    output.refuses(&["organisation's accounts cannot be listed", "profile:security", "management account"]);
}

#[test]
fn an_unknown_profile_is_refused_with_the_nearest() {
    let cloud = Cloud::sample(&[]);
    cloud
        .netcensus("scan --aws-profile shop-prd")
        .run()
        .refuses(&["`shop-prd`", "did you mean `shop-prod`?"]);
    cloud.netcensus("scan --aws-profile zz*").run().refuses(&[
        "no AWS profile matches `zz*`",
        "accepted: ",
        "security",
    ]);
    assert_eq!(cloud.requests(), []);
}

/// Lists the owners and account ids of the networks of a scan, each once.
fn owners(cloud: &Cloud, arguments: &str) -> Vec<String> {
    let columns = "--region us-east-1 --columns owner,account -o tsv";
    let output = cloud.netcensus(&format!("scan networks {columns} {arguments}")).run().succeeds();
    let mut owners: Vec<String> = output.stdout.lines().skip(1).map(str::to_owned).collect();
    owners.dedup();
    owners
}

#[test]
fn accounts_are_called_by_the_configuration_then_by_the_cloud_then_by_profiles() {
    let cloud = Cloud::sample(&[]);
    let profiles = "--aws-profile sh* --aws-profile network-hub";
    let by_profile = ["network-hub\t222222222222", "shop-prod\t333333333333", "shop-staging\t444444444444"];
    assert_eq!(owners(&cloud, profiles), by_profile);
    cloud.home.write("netcensus.toml", "[aws.names]\n333333333333 = \"shop\"\n222222222222 = \"hub\"\n");
    let named = ["hub\t222222222222", "shop\t333333333333", by_profile[2]];
    assert_eq!(owners(&cloud, profiles), named);
    for (filter, expected) in [
        ("owner=shop", vec![named[1]]),
        ("account=SHOP*", vec![named[1], named[2]]),
        ("owner=333333333333", vec![named[1]]),
        ("account!=hub,shop", vec![named[2]]),
    ] {
        assert_eq!(owners(&cloud, &format!("{profiles} --filter {filter}")), expected, "{filter}");
    }
    let organisation = "--aws-org --aws-org-role netcensus --aws-account shop-staging,shop";
    assert_eq!(owners(&cloud, organisation), [named[1], "shop-staging\t444444444444"]);
}

#[test]
fn accounts_are_selected_by_id_name_and_glob() {
    let cloud = Cloud::sample(&[]);
    cloud.home.write("netcensus.toml", "[aws.names]\n777777777777 = \"shop\"\n333333333333 = \"shop\"\n");
    let ids = |arguments: &str| {
        let scan = format!("scan networks -o json --region us-east-1 {arguments}");
        let document = cloud.netcensus(&scan).run().succeeds().json();
        field(&document, "accounts", "id").join(" ")
    };
    assert_eq!(ids("--all-aws-profiles --aws-account shop"), "333333333333 777777777777", "all of that name");
    assert_eq!(ids("--all-aws-profiles --aws-account shop-*"), "333333333333 444444444444", "by profile");
    assert_eq!(
        ids("--aws-profile s* --aws-account *s* --exclude-aws-account shop"),
        "444444444444 666666666666",
        "excluded by name"
    );
    let organisation = "--aws-org --aws-org-role netcensus";
    assert_eq!(ids(&format!("{organisation} --aws-account network-hub")), "222222222222");
    let requests = cloud.requests();
    let assumed = requests.iter().filter(|request| request.action == "AssumeRole");
    let assumed: u64 = assumed.map(|request| request.count).sum();
    assert_eq!(assumed, 1, "no role is assumed in accounts that are not read");
    cloud
        .netcensus("scan --all-aws-profiles --aws-account shpo --region us-east-1")
        .run()
        .refuses(&["no AWS account matches `shpo`", "did you mean `shop`?"]);
}

#[test]
fn other_names_for_an_account_are_no_change() {
    let cloud = Cloud::sample(&[]);
    let scan = "scan networks -o json --region us-east-1 --aws-profile";
    let by = |profile: &str, file: &str| {
        let output = cloud.netcensus(&format!("{scan} {profile}")).run().succeeds();
        cloud.home.write(file, output.stdout);
    };
    by("management", "before.json");
    cloud.home.write("netcensus.toml", "[aws.names]\n111111111111 = \"top\"\n");
    by("default", "after.json");
    let diff = cloud.netcensus("diff before.json after.json --exit-code --all-fields").run();
    diff.succeeds();
}
