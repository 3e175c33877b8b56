//! Which regions are read.

use serde_json::json;

use crate::support::{Cloud, netcensus};

/// Returns the regions of the subnets' coverage of `arguments`.
#[track_caller]
fn read(arguments: &str) -> Vec<String> {
    let arguments =
        format!("scan subnets --sandbox --provider aws --aws-profile shop-prod -o json {arguments}");
    let document = netcensus(&arguments).succeeds().json();
    let coverage = document["coverage"].as_array().unwrap();
    let subnets = coverage.iter().filter(|entry| entry["kind"] == "subnets");
    subnets.map(|entry| entry["region"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_enabled_regions_of_the_account_are_the_default() {
    assert_eq!(read(""), ["ap-southeast-2", "eu-central-1", "eu-west-1", "me-central-1", "us-east-1"]);
}

#[test]
fn regions_are_named_and_left_out_by_globs() {
    assert_eq!(read("--region eu-*"), ["eu-central-1", "eu-west-1"]);
    assert_eq!(read("--region eu-*,us-* --exclude-region *-central-1"), ["eu-west-1", "us-east-1"]);
    assert_eq!(read("--exclude-region eu-* --exclude-region ap-*"), ["me-central-1", "us-east-1"]);
}

#[test]
fn an_unknown_region_is_refused_with_the_nearest() {
    let output = netcensus("scan --sandbox --region eu-west-1 --region eu-wset-1");
    output.refuses(&["no AWS region matches `eu-wset-1`", "did you mean `eu-west-1`?"]);
}

#[test]
fn a_named_region_that_one_account_has_not_enabled_is_skipped_there() {
    let arguments = "scan --sandbox --aws-profile shop-* --region me-central-1 -o json";
    let document = netcensus(arguments).succeeds().json();
    let coverage = document["coverage"].as_array().unwrap();
    let entry = coverage.iter().find(|entry| entry["kind"] == "regions").unwrap();
    assert_eq!(
        (&entry["account"], &entry["region"], &entry["outcome"]),
        (&json!("444444444444"), &json!("me-central-1"), &json!("skipped"))
    );
    assert_eq!(entry["detail"], "the region is not enabled for this account");
    assert_eq!(document["networks"][0]["account"], "333333333333");
}

#[test]
fn a_glob_leaves_regions_that_are_not_enabled_out_in_silence() {
    let arguments = "scan --sandbox --aws-profile security --region *-central-1 -o json";
    let document = netcensus(arguments).succeeds().json();
    let coverage = document["coverage"].as_array().unwrap();
    assert!(coverage.iter().all(|entry| entry["region"] != "me-central-1"));
}

#[test]
fn an_account_that_may_not_list_regions_reads_the_built_in_ones_and_says_so() {
    let cloud = Cloud::sample(&["deny@action=DescribeRegions"]);
    let output = cloud.netcensus("scan --columns id,region --aws-profile security").run();
    let output = output.falls_short(&[
        "777777777777 regions: denied",
        "denies ec2:DescribeRegions",
        "netcensus reads 17 default regions of partition aws instead",
        "--region",
    ]);
    assert!(
        output.stdout.contains("eu-central-1") && output.stdout.contains("us-east-1"),
        "{}",
        output.stdout
    );
}

#[test]
fn an_account_that_may_not_list_regions_reads_those_that_are_named() {
    let cloud = Cloud::sample(&["deny@action=DescribeRegions"]);
    let output = cloud.netcensus("scan -o json --aws-profile security --region us-east-1").run().succeeds();
    assert_eq!(output.json()["networks"][0]["name"], "audit-us");
    let glob = cloud.netcensus("scan --aws-profile security --region us-*").run();
    glob.falls_short(&["netcensus reads 4 default regions", "regions: denied"]);
}

#[test]
fn a_scope_without_any_region_is_refused() {
    let cloud = Cloud::sample(&[]);
    let none = "no region is left to read in any account";
    cloud.netcensus("scan --aws-profile security --exclude-region *").run().refuses(&[none]);
    let output = cloud.netcensus("scan --aws-profile security --region me-central-1").run();
    output.refuses(&[none, "777777777777 me-central-1 regions: skipped: the region is not enabled"]);
}
