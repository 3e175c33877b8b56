//! Which API calls are made: those of the permissions table, and no resource's in a dry run.

use std::collections::BTreeSet;

use netcensus::clouds::aws::{DISCOVERY_CALLS, ORGANIZATION_CALLS, calls};
use netcensus::model::Kind;
use serde_json::json;

use crate::support::Cloud;

/// Lists what was asked, as IAM spells it.
fn asked(cloud: &Cloud) -> BTreeSet<String> {
    cloud.requests().iter().map(|request| format!("{}:{}", request.service, request.action)).collect()
}

fn names<'a>(lists: impl IntoIterator<Item = &'a [&'a str]>) -> BTreeSet<String> {
    lists.into_iter().flatten().map(ToString::to_string).collect()
}

#[test]
fn a_scan_makes_exactly_the_calls_that_the_policy_allows() {
    let cloud = Cloud::sample(&[]);
    let arguments = "scan all --aws-org --aws-org-role netcensus -o json";
    cloud.netcensus(arguments).run().succeeds();
    assert_eq!(
        asked(&cloud),
        names(Kind::ALL.map(calls).into_iter().chain([DISCOVERY_CALLS, ORGANIZATION_CALLS]))
    );
}

#[test]
fn each_kind_makes_its_own_calls_only() {
    for kind in Kind::ALL {
        let cloud = Cloud::sample(&[]);
        let arguments = format!("scan {kind} --aws-profile security --region us-east-1 --columns id");
        cloud.netcensus(&arguments).run().succeeds();
        assert_eq!(asked(&cloud), names([calls(kind), DISCOVERY_CALLS]), "{kind}");
    }
}

#[test]
fn a_networks_table_reads_what_it_counts() {
    let cloud = Cloud::sample(&[]);
    cloud.netcensus("scan --aws-profile security --region us-east-1 --columns id,subnets").run().succeeds();
    let expected = names([calls(Kind::Networks), calls(Kind::Subnets), DISCOVERY_CALLS]);
    assert_eq!(asked(&cloud), expected);
}

#[test]
fn a_dry_run_lists_scopes_and_reads_no_resource() {
    let cloud = Cloud::sample(&[]);
    let scope = "scan --dry-run subnets --aws-profile security --region *-1";
    let table = cloud.netcensus(scope).run().succeeds().stdout;
    assert_eq!(
        table,
        "PROVIDER  ACCOUNT       REGION        KIND     CALLS\n\
         aws       777777777777  eu-central-1  subnets  ec2:DescribeSubnets\n\
         aws       777777777777  eu-west-1     subnets  ec2:DescribeSubnets\n\
         aws       777777777777  us-east-1     subnets  ec2:DescribeSubnets\n"
    );
    let csv = cloud.netcensus(&format!("{scope} -o csv")).run().succeeds().stdout;
    assert!(
        csv.starts_with("provider,account,region,kind,calls\naws,777777777777,eu-central-1,subnets,"),
        "{csv}"
    );
    let objects = cloud.netcensus(&format!("{scope} -o json")).run().succeeds().json();
    assert_eq!(
        objects[2],
        json!({
            "provider": "aws", "account": "777777777777", "region": "us-east-1", "kind": "subnets",
            "calls": ["ec2:DescribeSubnets"],
        })
    );
    assert_eq!(asked(&cloud), names([DISCOVERY_CALLS]));
}

#[test]
fn a_dry_run_of_an_organisation_signs_in_everywhere_and_no_more() {
    let cloud = Cloud::sample(&[]);
    let arguments = "scan all --dry-run --aws-org --aws-org-role netcensus --region us-east-1 -o json";
    let output = cloud.netcensus(arguments).run().succeeds();
    assert_eq!(output.json().as_array().unwrap().len(), 8 * Kind::ALL.len());
    assert_eq!(asked(&cloud), names([DISCOVERY_CALLS, ORGANIZATION_CALLS]));
}

#[test]
fn every_page_is_read() {
    let cloud = Cloud::sample(&[]);
    let arguments = "scan subnets --aws-profile shop-prod --region eu-west-1 -o json";
    let document = cloud.netcensus(arguments).run().succeeds().json();
    let asked = cloud.requests();
    let pages = asked.iter().find(|request| request.action == "DescribeSubnets").unwrap().count;
    assert_eq!(pages, 2, "the sandbox serves ten at a time");
    assert_eq!(document["subnets"].as_array().unwrap().len(), 18, "thirteen of its own and five shared ones");
}

#[test]
fn a_dry_run_of_every_kind_is_one_table() {
    let cloud = Cloud::sample(&[]);
    let arguments = "scan all --dry-run --aws-profile security --region us-east-1 -o csv";
    let output = cloud.netcensus(arguments).run().succeeds();
    assert_eq!(output.rows().len(), Kind::ALL.len());
}
