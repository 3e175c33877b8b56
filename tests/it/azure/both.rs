//! AWS and Azure in one run, or one of them where the other is not set up.

use super::{CORE, DATA, SHOP, TRIAL, estate, fared, texts};
use crate::support::{Cloud, Home};

const AWS: &str = "--aws-profile security --region us-east-1";
const ABSENT: &str = "not asked for, and not configured on this machine: no Azure login was found";

#[test]
fn both_clouds_are_read_into_one_inventory() {
    let cloud = Cloud::sample(&[]);
    let document = cloud.both(&format!("scan -o json {AWS}")).run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "id"), ["777777777777", CORE, SHOP, DATA, TRIAL]);
    let names = texts(&document, "networks", "name");
    assert!(names.contains(&"audit-us") && names.contains(&"shop-weu"), "{names:?}");
}

#[test]
fn a_provider_can_be_chosen() {
    let cloud = Cloud::sample(&[]);
    let providers = |arguments: &str| {
        let run = cloud.both(&format!("scan networks -o json {arguments}"));
        let document = run.run().succeeds().json();
        let mut providers: Vec<String> =
            texts(&document, "coverage", "provider").iter().map(ToString::to_string).collect();
        providers.dedup();
        providers
    };
    assert_eq!(providers(&format!("--provider aws {AWS}")), ["aws"]);
    assert_eq!(providers("--provider azure"), ["azure"]);
    assert_eq!(providers(AWS), ["aws", "azure"]);
    cloud.home.write("netcensus.toml", "providers = ['azure']\n");
    assert_eq!(providers(""), ["azure"]);
    assert_eq!(providers(&format!("--provider aws {AWS}")), ["aws"], "the flag wins");
}

#[test]
fn azure_that_is_not_set_up_is_skipped_in_silence_and_named_in_the_coverage() {
    let cloud = Cloud::sample(&[]);
    let document = cloud.netcensus(&format!("scan networks -o json {AWS}")).run().succeeds().json();
    assert_eq!(texts(&document, "networks", "name"), ["audit-us"]);
    assert_eq!(fared(&document, "default chain", "credentials"), ("skipped", ABSENT));
}

#[test]
fn azure_that_was_asked_for_is_never_skipped() {
    let cloud = Cloud::sample(&[]);
    let words = ["azure default chain credentials: failed: no Azure login was found", "az login"];
    for asked in [
        "--provider aws --provider azure",
        "--azure-subscription shop-*",
        "--all-azure-subscriptions",
        "--azure-tenant contoso.com",
        "--azure-api arm",
        "--azure-cloud usgovernment",
        "--azure-resource-manager http://127.0.0.1:9",
    ] {
        let output = cloud.netcensus(&format!("scan networks -o json {AWS} {asked}")).run();
        let document = output.falls_short(&words).json();
        assert_eq!(texts(&document, "networks", "name"), ["audit-us"], "{asked}");
    }
    cloud.home.write("netcensus.toml", "[azure]\nall-subscriptions = true\n");
    cloud.netcensus(&format!("scan networks -o json {AWS}")).run().falls_short(&words);
    cloud.netcensus("scan --provider azure").run().refuses(&["no Azure login was found", "az login"]);
}

#[test]
fn aws_that_is_not_set_up_is_skipped_beside_azure() {
    let cloud = Cloud::of(&super::estate(1), &[]);
    let document = cloud.both("scan networks -o json").run().succeeds().json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1"]);
    assert_eq!(fared(&document, "default chain", "credentials").0, "skipped");
    let output = cloud.both("scan networks -o json --provider aws --provider azure").run();
    let output = output.falls_short(&["aws default chain credentials: failed"]);
    assert_eq!(texts(&output.json(), "networks", "name"), ["net-1"]);
}

#[test]
fn without_any_cloud_the_ways_into_both_are_shown() {
    Home::new().netcensus("scan").run().refuses(&[
        "no cloud is configured on this machine",
        "aws: ",
        "azure: no Azure login was found",
        "aws sso login",
        "az login",
        "add --sandbox",
    ]);
}

#[test]
fn azure_that_fails_does_not_take_aws_with_it() {
    let cloud = Cloud::sample(&["expired@action=token"]);
    let output = cloud.both(&format!("scan networks -o json {AWS}")).run();
    let output = output.falls_short(&["azure all accounts credentials: failed", "AADSTS700082"]);
    assert_eq!(texts(&output.json(), "networks", "name"), ["audit-us"]);
}

#[test]
fn an_estate_of_azure_alone_has_no_aws_to_miss() {
    let home = Home::new();
    let path = home.write("estate.toml", estate(1));
    let arguments = format!("scan networks --sandbox --estate {} -o json", path.display());
    let document = home.netcensus(&arguments).run().succeeds().json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1"]);
    assert_eq!(fared(&document, "default chain", "credentials").0, "skipped");
}
