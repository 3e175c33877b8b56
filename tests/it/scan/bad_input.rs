//! Wrong command lines and estates: one error, exit code 2, nothing asked, nothing written.

use crate::support::{Cloud, Home, netcensus};

#[test]
fn wrong_flags_are_refused_before_anything_is_asked() {
    let cloud = Cloud::sample(&[]);
    let cases: [(&str, &[&str]); 26] = [
        ("scan --filter cidr-within=10.0.0.5/8", &["10.0.0.5/8", "did you mean 10.0.0.0/8?"]),
        ("scan --filter cidr-within=10.0.0.0/33", &["10.0.0.0/33"]),
        ("scan --filter contains-ip=10.0.0", &["10.0.0", "10.1.2.3"]),
        ("scan --filter region", &["region"]),
        ("scan --filter regoin=eu-*", &["regoin", "region"]),
        ("scan --filter region=[", &["["]),
        ("scan --filter used>80", &["`used`", "did you mean `used_percent`, which subnets have?"]),
        ("scan --columns nam", &["--columns", "`nam`", "did you mean `name`?"]),
        ("scan --sort size", &["--sort: networks have no column `size`", "accepted: "]),
        ("scan --query networks[", &["query", "line 1"]),
        ("scan --columns id -o json", &["--columns", "json", "--query"]),
        ("scan --aws-org", &["--aws-org", "--aws-org-role"]),
        ("scan --aws-org --aws-org-role arn:aws:iam::123456789012:role/x", &["--aws-org-role", "ARN"]),
        ("scan --all-aws-profiles --aws-profile a", &["--all-aws-profiles", "--aws-profile"]),
        (
            "scan --all-azure-subscriptions --azure-subscription a",
            &["--all-azure-subscriptions", "--azure-subscription"],
        ),
        ("scan --azure-tenant contoso.com/x", &["--azure-tenant", "`contoso.com/x` is not a tenant"]),
        ("scan --azure-cloud usgov-ernment", &["--azure-cloud", "did you mean `usgovernment`?"]),
        ("scan --azure-api rest", &["--azure-api", "`auto`, `arm`, `resource-graph`"]),
        ("scan --azure-subscription [", &["--azure-subscription", "not a glob"]),
        ("scan --azure-authority login.example.com", &["--azure-authority", "not a URL"]),
        (
            "scan --azure-resource-manager http://management.example.com",
            &["--azure-resource-manager", "must not be sent unencrypted"],
        ),
        ("scan --timeout 0s", &["--timeout", "1s to 1h"]),
        ("scan --concurrency 0", &["--concurrency", "1 to 512"]),
        ("scan --concurrency many", &["--concurrency", "`many`", "`auto`"]),
        ("scan --provider gcp", &["--provider", "gcp", "aws"]),
        ("scan vpcz", &["vpcz", "networks"]),
    ];
    for (arguments, words) in cases {
        cloud.netcensus(arguments).run().refuses(words);
    }
    assert_eq!(cloud.requests(), []);
}

#[test]
fn wrong_faults_and_estates_are_refused() {
    netcensus("scan --sandbox --fault explode").refuses(&["--fault", "explode", "latency"]);
    netcensus("scan --sandbox --generate accounts=x").refuses(&["--generate", "accounts"]);
    netcensus("scan --sandbox --estate nowhere.toml").refuses(&["nowhere.toml"]);
    let home = Home::new();
    home.write("estate.toml", "[[account]]\nname = 7\n");
    home.netcensus("scan --sandbox --estate estate.toml").run().refuses(&["estate.toml", "line 2"]);
}

#[test]
fn a_certificate_bundle_that_is_none_is_named() {
    let cloud = Cloud::sample(&[]);
    cloud.home.write("bundle.pem", "not a certificate");
    let output = cloud.netcensus("scan").env("AWS_CA_BUNDLE", "bundle.pem").run();
    output.refuses(&["AWS_CA_BUNDLE", "bundle.pem", "no certificate"]);
}

#[test]
fn without_arguments_the_help_is_shown() {
    let output = netcensus("").exits(2);
    assert!(output.stderr.contains("Usage: netcensus") && output.stderr.contains("scan --sandbox"));
    netcensus("scna").refuses(&["scna", "scan"]);
}

#[test]
fn the_version_is_the_crates() {
    let expected = concat!("netcensus ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(netcensus("--version").succeeds().stdout, expected);
}

#[test]
fn options_that_would_do_nothing_are_refused() {
    for stray in ["--estate x.toml", "--generate accounts=2", "--fault deny"] {
        netcensus(&format!("scan {stray}")).refuses(&["need --sandbox", "add --sandbox"]);
    }
    for stray in [
        "--region eu-*",
        "--aws-profile a",
        "--all-aws-profiles",
        "--azure-subscription a",
        "--all-azure-subscriptions",
        "--timeout 5s",
        "--provider aws",
    ] {
        let refused = netcensus(&format!("scan --from x.json {stray}"));
        refused.refuses(&["cannot be used with --from, which reads a saved inventory", "leave "]);
    }
    netcensus("scan --sandbox -o json --columns id")
        .refuses(&["--columns cannot be used with --output json"]);
}

#[test]
fn a_wrong_filter_is_named_with_its_flag() {
    netcensus("scan --sandbox --filter cidr-within=10.0.0.5/8")
        .refuses(&["--filter: 10.0.0.5/8: host bits are set; did you mean 10.0.0.0/8?"]);
}

#[test]
fn a_role_without_an_organisation_is_refused() {
    netcensus("scan --sandbox --aws-org-role netcensus")
        .refuses(&["--aws-org-role: the role is for the accounts of an organisation", "add `--aws-org`"]);
}

#[test]
fn a_region_to_leave_out_must_exist() {
    netcensus("scan --sandbox --aws-profile security --exclude-region us-eats-1")
        .refuses(&["no AWS region matches `us-eats-1`", "did you mean `us-east-1`?"]);
    netcensus("scan --sandbox --aws-profile security --exclude-region cn-*").succeeds();
}

#[test]
fn a_command_is_repeated_on_a_terminal_only() {
    netcensus("scan --sandbox --watch 30s").exits(2).says(&["--watch needs a terminal", "netcensus diff"]);
    netcensus("scan --sandbox --watch soon").exits(2).says(&["--watch: `soon` is not a duration"]);
    netcensus("scan --sandbox --watch 30s --save").exits(2).says(&["cannot be used with"]);
}

#[test]
fn what_is_a_file_or_a_kind_is_no_prefix_and_no_format() {
    netcensus("overlap plan.json --sandbox").exits(2).says(&["--terraform-plan plan.json"]);
    netcensus("export vpcs --sandbox").exits(2).says(&["netcensus export --kind networks --to networks.csv"]);
    netcensus("diff @yesterday").exits(2).says(&["write @1d"]);
}
