//! Columns, filters, sorting and queries, as flags.

use crate::support::{Home, netcensus};

const SCAN: &str = "scan networks --sandbox --provider aws --aws-profile sh*";

#[test]
fn columns_are_shown_as_named_and_wide_shows_all() {
    let output = netcensus(&format!("{SCAN} --columns account,id,tag:Environment")).succeeds();
    assert_eq!(output.stdout.lines().next(), Some("ACCOUNT       ID                     tag:Environment"));
    let wide = netcensus(&format!("{SCAN} --wide")).succeeds().stdout;
    let header = wide.lines().next().unwrap();
    assert!(
        header.starts_with("PROVIDER") && header.contains("VISIBLE") && header.ends_with("TAGS"),
        "{header}"
    );
}

#[test]
fn on_a_narrow_terminal_types_go_before_owners_zones_and_addresses() {
    let scan = "scan instances --sandbox --aws-profile shop-prod --region us-east-1";
    let shown = |width: &str| {
        let home = Home::new();
        let output = home.netcensus(scan).env("COLUMNS", width).run().succeeds();
        output
            .stdout
            .lines()
            .next()
            .unwrap()
            .split("  ")
            .filter(|name| !name.is_empty())
            .map(|name| name.trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(shown("100"), ["OWNER", "ZONE", "ID", "NAME", "STATE", "PRIVATE IPS"]);
    assert_eq!(shown("85"), ["OWNER", "ZONE", "NAME", "VCPUS", "STATE", "PRIVATE IPS"]);
}

#[test]
fn all_filters_must_match() {
    let rows = |filters: &str| -> Vec<String> {
        let output = netcensus(&format!("{SCAN} --columns name {filters}")).succeeds();
        output.rows().into_iter().map(|row| row.trim().to_owned()).collect()
    };
    assert_eq!(rows("--filter region=us-* --filter is_default=false"), ["shop-prod-us", "shop-staging-us"]);
    assert_eq!(rows("--filter tag:Environment=prod --filter region!=eu-*"), ["shop-prod-us"]);
    assert_eq!(rows("--filter contains-ip=10.20.128.9"), ["shop-prod-us", "shop-staging-us"]);
    assert_eq!(rows("--filter cidr-within=10.22.0.0/15"), ["shop-prod-ap"]);
    let nothing = netcensus(&format!("{SCAN} --columns name --filter name=nothing*")).exits(0);
    assert_eq!(nothing.rows(), ["(none)"]);
}

#[test]
fn filters_and_columns_are_understood_as_they_are_typed() {
    let rows = |arguments: &str| netcensus(&format!("{SCAN} {arguments}")).succeeds().stdout;
    let typed =
        rows("--columns NAME,is-default --filter IS_DEFAULT==No --filter region=us-*,xx --sort -Name");
    let exact = rows("--columns name,is_default --filter is_default=false --filter region=us-* --sort -name");
    assert_eq!(typed, exact);
    let joined = rows("--columns name,is_default --filter is_default=no&&region=us-* --sort -name");
    assert_eq!(joined, exact);
}

#[test]
fn a_column_that_does_not_exist_is_named_with_the_nearest() {
    netcensus("scan subnets --sandbox --filter used>80")
        .refuses(&["subnets have no column `used`", "did you mean `used_percent`?"]);
    netcensus("scan networks --sandbox --filter vcpus>8").refuses(&[
        "networks have no column `vcpus`",
        "instances have it",
        "accepted: ",
    ]);
    netcensus("scan networks --sandbox --filter cidr-wihtin=10.0.0.0/8")
        .refuses(&["networks have no column `cidr-wihtin`", "did you mean `cidr-within`?"]);
}

#[test]
fn filters_that_keep_nothing_say_why() {
    for format in ["table", "csv", "json"] {
        let stderr = netcensus(&format!("{SCAN} -o {format} --filter name=prod")).exits(0).stderr;
        assert!(
            stderr
                .contains("note: no row matches name=prod\nnote: a glob must match the whole value, such as"),
            "{stderr}"
        );
        assert!(stderr.contains("write name=*prod*\nnote: name is one of "), "{stderr}");
    }
    let quiet = netcensus(&format!("{SCAN} --quiet --filter name=prod")).succeeds();
    assert_eq!(quiet.stderr, "");
}

#[test]
fn sorting_takes_several_columns_either_way() {
    let output =
        netcensus(&format!("{SCAN} --filter name=* --columns region,name --sort -region,name")).succeeds();
    let rows: Vec<Vec<&str>> = output.rows().iter().map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["us-east-1", "shop-prod-us"]);
    assert_eq!(rows[1], ["us-east-1", "shop-staging-us"]);
    assert_eq!(rows.last().unwrap(), &["ap-southeast-2", "shop-prod-ap"]);
}

#[test]
fn a_query_answers_from_the_document() {
    let output =
        netcensus(&format!("{SCAN} --region us-east-1 --query networks[?!is_default].name")).succeeds();
    assert_eq!(output.json(), serde_json::json!(["shop-prod-us", "shop-staging-us"]));
    let lines = netcensus(&format!("{SCAN} --region us-east-1 -o ndjson --query networks[].name")).succeeds();
    assert_eq!(lines.stdout, "\"shop-prod-us\"\n\"shop-staging-us\"\n");
    let pairs = "--region us-east-1 --query networks[?!is_default].[name,region] -o";
    let tsv = netcensus(&format!("{SCAN} {pairs} tsv")).succeeds();
    assert_eq!(tsv.stdout, "shop-prod-us\tus-east-1\nshop-staging-us\tus-east-1\n");
    let table = netcensus(&format!("{SCAN} {pairs} table")).succeeds();
    assert_eq!(table.stdout, "shop-prod-us     us-east-1\nshop-staging-us  us-east-1\n");
    let derived = netcensus(&format!("{SCAN} --query networks[?subnets].id -o csv")).exits(0);
    assert_eq!(derived.stdout, "");
    assert!(
        derived.stderr.contains("does not contain derived columns, such as subnets"),
        "{}",
        derived.stderr
    );
    let several =
        "scan all --sandbox --aws-profile security --region us-east-1 --query coverage[].kind -o tsv";
    assert!(netcensus(several).succeeds().stdout.contains("networks\n"));
}

#[test]
fn counts_are_of_what_the_network_holds() {
    let arguments = "scan --sandbox --aws-profile shop-prod --region eu-west-1 \
                     --filter name=shop-prod-eu --columns name,subnets,instances";
    let output = netcensus(arguments).succeeds();
    assert_eq!(output.rows()[0].split_whitespace().collect::<Vec<_>>(), ["shop-prod-eu", "13", "24"]);
}

#[test]
fn a_shared_network_is_listed_once_under_its_owner() {
    let arguments = "scan --sandbox --region eu-west-1 --filter name=shared-services -o json";
    let networks = netcensus(arguments).succeeds().json()["networks"].clone();
    assert_eq!(networks.as_array().unwrap().len(), 1);
    assert_eq!(networks[0]["account"], "222222222222");
    assert_eq!(
        networks[0]["visible_from"],
        serde_json::json!(["333333333333", "444444444444", "555555555555"])
    );
}
