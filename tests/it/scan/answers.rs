//! Answers of AWS that are cut short, lead back to themselves or have odd rows: a list that misses something never
//! passes for whole.

use serde_json::Value;

use crate::support::{Cloud, Output};

/// Five networks of one account, in pages of two.
const ESTATE: &str = r#"
    page_size = 2

    [organization]
    id = "o-1"
    management = "main"

    [[region]]
    name = "eu-west-1"

    [[account]]
    name = "main"
    id = "111111111111"

    [[account]]
    name = "member"
    id = "222222222222"
    roles = ["audit"]

    [[account]]
    name = "closed"
    id = "333333333333"
    status = "SUSPENDED"

    [[network]]
    name = "one"
    account = "main"
    region = "eu-west-1"
    cidrs = ["10.1.0.0/16"]
    subnets = [{ name = "a", cidr = "10.1.0.0/24", count = 3 }]

    [[network]]
    name = "two"
    account = "main"
    region = "eu-west-1"
    cidrs = ["10.2.0.0/16"]

    [[network]]
    name = "three"
    account = "main"
    region = "eu-west-1"
    cidrs = ["10.3.0.0/16"]

    [[network]]
    name = "four"
    account = "main"
    region = "eu-west-1"
    cidrs = ["10.4.0.0/16"]

    [[network]]
    name = "five"
    account = "main"
    region = "eu-west-1"
    cidrs = ["10.5.0.0/16"]

    [[instance]]
    name = "machine"
    in = ["one/a"]
    type = "t3.micro"
    count = 3
"#;

fn scan(what: &str, fault: &str) -> Output {
    Cloud::of(ESTATE, &[fault]).netcensus(&format!("scan {what} -o json --provider aws")).run()
}

fn count(output: &Output, kind: &str) -> usize {
    output.json()[kind].as_array().unwrap().len()
}

/// Returns the outcome of a kind, and its detail.
fn fared(output: &Output, kind: &str) -> (String, String) {
    let document = output.json();
    let coverage = document["coverage"].as_array().unwrap();
    let entry = coverage.iter().find(|entry| entry["kind"] == kind).unwrap();
    let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    (text("outcome"), text("detail"))
}

/// Whatever was decoded of a cut answer counted as complete.
#[test]
fn an_answer_that_is_cut_short_is_a_failure_of_its_scope() {
    let output = scan("all --region eu-west-1", "cut=190@action=Describe*");
    for kind in ["networks", "subnets", "instances", "interfaces", "links"] {
        let (outcome, detail) = fared(&output, kind);
        assert_eq!(outcome, "failed", "{kind}");
        assert!(detail.contains("the answer was cut short"), "{detail}");
        assert_eq!(count(&output, kind), 0);
    }
    let (_, links) = fared(&output, "links");
    for action in ["VpcPeeringConnections", "TransitGatewayAttachments", "VpnGateways", "VpnConnections"] {
        assert!(links.contains(&format!("ec2:Describe{action}: ")), "{links}");
    }
    output.falls_short(&["5 of 5 reads failed"]);
}

/// Regions beyond the cut were read in no account, and in no coverage.
#[test]
fn a_list_of_regions_that_is_cut_short_is_none() {
    scan("networks", "cut=290@action=DescribeRegions")
        .falls_short(&["aws 111111111111 regions: failed: ec2:DescribeRegions: the answer was cut short"]);
}

#[test]
fn sign_ins_whose_answers_are_cut_short_fail() {
    scan("networks", "cut=300@action=GetCallerIdentity")
        .refuses(&["sts:GetCallerIdentity: the answer was cut short"]);
    let organization = "networks --aws-org --aws-org-role audit";
    scan(organization, "cut=700@action=AssumeRole")
        .falls_short(&["222222222222 credentials: failed: sts:AssumeRole: the answer was cut short"]);
    scan(organization, "cut=120@action=ListAccounts")
        .refuses(&["organizations:ListAccounts: ", "not well-formed"]);
}

#[test]
fn an_answer_that_is_not_well_formed_is_a_failure() {
    for change in ["</vpcId>|</vpcID>", "<vpcSet>|<vpcSat>", "</vpcSet>|</vpcSet><vpcSet></vpcSet>"] {
        let output = scan("networks", &format!("replace={change}@action=DescribeVpcs,times=1"));
        assert_eq!(count(&output, "networks"), 0, "{change}");
        output.falls_short(&["networks: failed: ec2:DescribeVpcs: the answer "]);
    }
}

/// moto 7466, fakecloud 1595: a repeated token ended the list, complete. A loop may be longer than one page.
#[test]
fn a_list_that_leads_back_to_itself_is_a_failure_and_its_pages_stay() {
    for (fault, networks) in [("page-loop=2", 4), ("page-loop=3", 5)] {
        let output = scan("networks", &format!("{fault}@action=DescribeVpcs"));
        assert_eq!(count(&output, "networks"), networks, "{fault}");
        output.falls_short(&["networks: failed: ec2:DescribeVpcs: the list leads back to an earlier page"]);
    }
    let subnets = scan("subnets", "page-loop=2@action=DescribeSubnets");
    subnets.falls_short(&["subnets: failed: ec2:DescribeSubnets: the list leads back"]);
    scan("networks --aws-org --aws-org-role audit", "page-loop=2@action=ListAccounts")
        .refuses(&["organizations:ListAccounts: the list leads back to an earlier page"]);
}

/// One bad value cost the page, and all after it.
#[test]
fn one_bad_value_costs_its_row() {
    let bad = [
        ("networks", "DescribeVpcs", "<isDefault>false|<isDefault>banana", "has `banana` as isDefault", 4),
        (
            "subnets",
            "DescribeSubnets",
            "<availableIpAddressCount>2|<availableIpAddressCount>99999999992",
            "as availableIpAddressCount",
            2,
        ),
        ("instances", "DescribeInstances", "<launchTime>|<launchTime>yesterday ", "as launchTime", 2),
        (
            "interfaces",
            "DescribeNetworkInterfaces",
            "<requesterManaged>|<requesterManaged>not ",
            "has `not false` as requesterManaged",
            2,
        ),
    ];
    for (kind, action, change, words, left) in bad {
        let output = scan(kind, &format!("replace={change}@action={action},times=1"));
        assert_eq!(count(&output, kind), left, "{change}\n{}", output.stderr);
        let (outcome, detail) = fared(&output, kind);
        assert_eq!(outcome, "failed", "{detail}");
        assert!(detail.starts_with("1 value of the answers is not understood and left out: "), "{detail}");
        assert!(detail.contains(words), "{detail}");
        output.falls_short(&[]);
    }
}

/// Each of these lost rows, and counted as complete.
#[test]
fn lists_that_are_not_written_as_ec2_writes_them_cost_their_row() {
    let changes = [
        (
            "instances",
            "DescribeInstances",
            "<instancesSet>|<InstancesSet/></item><item><instancesSet>",
            "has no instancesSet",
            3,
        ),
        (
            "networks",
            "DescribeVpcs",
            "<cidrBlockAssociationSet>|<cidrBlockAssociationSet><member/>",
            "has <member> in cidrBlockAssociationSet, where a list has <item>",
            4,
        ),
    ];
    for (kind, action, change, words, left) in changes {
        let output = scan(kind, &format!("replace={change}@action={action},times=1"));
        assert_eq!(count(&output, kind), left, "{change}\n{}", output.stderr);
        let (outcome, detail) = fared(&output, kind);
        assert!(outcome == "failed" && detail.contains(words), "{detail}");
        output.falls_short(&[]);
    }
    let errors = "<vpcSet>|<Errors><Error><Code>X</Code></Error></Errors><vpcSet>";
    let output = scan("networks", &format!("replace={errors}@action=DescribeVpcs"));
    output.falls_short(&["networks: failed: ec2:DescribeVpcs: the answer has <Errors> beside its list"]);
}

/// steampipe-plugin-aws 1283: what a region does not have made every scan incomplete.
#[test]
fn a_region_without_an_api_has_nothing_of_it() {
    let output = scan("links", "error=InvalidAction@action=Describe{TransitGateway,Vpn}*");
    let (outcome, detail) = fared(&output, "links");
    assert_eq!(outcome, "complete", "{detail}");
    assert!(detail.contains("ec2:DescribeVpnGateways does not exist in eu-west-1"), "{detail}");
    output.exits(0);
    // What else an API does not support says nothing of the region.
    let unsupported = scan("links", "error=UnsupportedOperation@action=DescribeVpnGateways");
    unsupported.falls_short(&["links: failed: ec2:DescribeVpnGateways: UnsupportedOperation"]);
    let networks = scan("networks", "error=InvalidAction@action=DescribeVpcs");
    networks.falls_short(&["networks: failed: ec2:DescribeVpcs: InvalidAction"]);
}

#[test]
fn credentials_that_are_not_valid_in_an_enabled_region_may_be_a_token_of_version_1() {
    let output = scan("networks", "error=AuthFailure:401@action=DescribeVpcs");
    assert!(!output.stderr.contains("may not be enabled"), "{}", output.stderr);
    output.falls_short(&[
        "networks: denied: AuthFailure",
        "token of version 1",
        "AWS_STS_REGIONAL_ENDPOINTS",
    ]);
}

#[test]
fn a_region_that_is_listed_twice_is_read_once() {
    let again = "<regionInfo>|<regionInfo><item><regionName>eu-west-1</regionName></item>";
    let cloud = Cloud::of(ESTATE, &[&format!("replace={again}@action=DescribeRegions")]);
    let output = cloud.netcensus("scan networks -o json --provider aws").run().exits(0);
    assert_eq!(
        output.json()["coverage"].as_array().unwrap().iter().filter(|entry| is_networks(entry)).count(),
        1
    );
    let asked = cloud.requests().into_iter().filter(|request| request.action == "DescribeVpcs");
    assert_eq!(asked.map(|request| request.count).sum::<u64>(), 3);
    let nameless = "<regionInfo>|<regionInfo><item><regionName/></item>";
    scan("networks", &format!("replace={nameless}@action=DescribeRegions"))
        .falls_short(&["ec2:DescribeRegions: the answer has a region without a name"]);
}

/// It was taken for a region that the account does not have enabled, or for one to ask, and nothing was said to be missing.
#[test]
fn a_region_that_no_host_can_be_called_after_is_no_list_of_regions() {
    for name in ["eu west 1", "../../x?y", "-eu", "eu-", "eu.west", "&#27;[31mred", &"e".repeat(64)] {
        let fault = format!("replace=<regionName>eu-west-1|<regionName>{name}@action=DescribeRegions");
        let output = scan("networks", &fault);
        assert!(!output.stderr.contains('\u{1b}'), "{}", output.stderr);
        output.falls_short(&["regions: failed: ec2:DescribeRegions: the answer names a region `"]);
        // It is taken as named then.
        assert_eq!(count(&scan("networks --region eu-west-1", &fault).exits(0), "networks"), 5, "{name}");
    }
}

/// A line of the log began with what a cloud's answer said, and had its commands to the terminal.
#[test]
fn what_an_answer_says_is_no_line_of_the_log() {
    let name = "&#27;[31mred&#10;FORGED&#x202e;";
    let fault = format!("replace=<accountId>111111111111|<accountId>{name}@action=DescribeVpc*");
    for fault in [fault, format!("replace=vpc-|{name}@action=DescribeVpcs")] {
        let cloud = Cloud::of(ESTATE, &[&fault]);
        let output = cloud.netcensus("scan networks -vv -o json --provider aws").run();
        assert!(!output.stderr.contains(['\u{1b}', '\u{202e}']), "{}", output.stderr);
        assert!(
            !output.stderr.lines().any(|line| line.trim_start().starts_with("FORGED")),
            "{}",
            output.stderr
        );
    }
}

/// Faults F16: with `-v`, names of regions were printed as an answer had them.
#[test]
fn names_of_regions_control_no_terminal() {
    let fault = "replace=<regionName>eu-west-1|<regionName>&#27;[31m&#x202e;@action=DescribeRegions";
    let cloud = Cloud::of(ESTATE, &[fault]);
    for flag in ["-v", "-vv", "-v -o json", "--dry-run -v"] {
        let output = cloud.netcensus(&format!("scan networks --provider aws {flag}")).run();
        assert!(output.stderr.contains("[31m"), "it is told: {}", output.stderr);
        for text in [&output.stderr, &output.stdout] {
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{flag}: {text}");
        }
    }
}

/// It was asked for eight times.
#[test]
fn an_answer_that_is_too_long_is_not_asked_for_again() {
    let cloud = Cloud::of(ESTATE, &["pad=68000000@action=DescribeVpcs"]);
    let output = cloud.netcensus("scan networks --region eu-west-1 -o json --provider aws").run();
    let asked = cloud.requests().into_iter().filter(|request| request.action == "DescribeVpcs");
    assert_eq!(asked.map(|request| request.count).sum::<u64>(), 1);
    output.falls_short(&["networks: failed: ec2:DescribeVpcs: the answer has more than 64 MiB"]);
}

/// Whatever is wrong with the answer is said as for any other request, and not that keys have to be renewed.
#[test]
fn a_role_whose_answer_cannot_be_read_is_no_fault_of_the_keys() {
    for (fault, words) in [
        ("reset=body", "sts:AssumeRole: the answer ended too early"),
        ("truncate=length", "sts:AssumeRole: the answer ended too early"),
        ("body=", "sts:AssumeRole: HTTP 200 with an answer that is not one of the API"),
        ("status=301", "sts:AssumeRole: HTTP 301"),
        ("not-http", "sts:AssumeRole: the endpoint does not answer with valid HTTP: invalid HTTP version"),
        (
            "huge-header",
            "sts:AssumeRole: the endpoint does not answer with valid HTTP: message head is too large",
        ),
        ("reset=before", "sts:AssumeRole: the endpoint cannot be reached"),
    ] {
        let cloud = Cloud::of(ESTATE, &[&format!("{fault}@action=AssumeRole")]);
        let run = cloud.netcensus("scan networks --aws-org --aws-org-role audit -o json");
        let output = run.env("AWS_MAX_ATTEMPTS", "1").run();
        assert!(!output.stderr.contains("renew the keys"), "{fault}: {}", output.stderr);
        output.falls_short(&["222222222222 credentials: failed", words]);
    }
}

/// It was retried until the time was up, and then only its status was said.
#[test]
fn why_an_answer_could_not_be_read_is_said_when_the_time_is_up() {
    let cloud = Cloud::of(ESTATE, &["reset=body@action=DescribeVpcs"]);
    let run = cloud.netcensus("scan networks --region eu-west-1 -o json --provider aws --timeout 2s");
    run.run().falls_short(&["not done within 2s: the last answer was HTTP 200, and could not be read: "]);
}

/// Each of these was a failure at once: the answers have no code of the API.
#[test]
fn an_answer_whose_status_may_pass_is_asked_for_again() {
    for status in [408, 425, 429, 501, 511] {
        let actions = ["GetCallerIdentity", "ListAccounts", "AssumeRole", "DescribeVpcs"];
        let faults = actions.map(|action| format!("status={status}@action={action},times=1"));
        let cloud = Cloud::of(ESTATE, &faults.each_ref().map(String::as_str));
        cloud.netcensus("scan networks --aws-org --aws-org-role audit -o json").run().exits(0);
    }
    let cloud = Cloud::of(ESTATE, &["status=429@action=DescribeVpcs"]);
    let run = cloud.netcensus("scan networks -o json --provider aws").env("AWS_MAX_ATTEMPTS", "1");
    run.run().falls_short(&["networks: throttled: ec2:DescribeVpcs: HTTP 429 after all retries"]);
}

/// It was said that the endpoint cannot be reached.
#[test]
fn an_endpoint_that_answers_with_something_else_than_http_was_reached() {
    for (fault, why) in [("not-http", "invalid HTTP version"), ("huge-header", "message head is too large")] {
        let cloud = Cloud::of(ESTATE, &[&format!("{fault}@action=DescribeVpcs")]);
        let run = cloud.netcensus("scan networks -o json --provider aws").env("AWS_MAX_ATTEMPTS", "1");
        let words = format!("ec2:DescribeVpcs: the endpoint does not answer with valid HTTP: {why}");
        run.run().falls_short(&[&words]);
    }
}

fn is_networks(entry: &Value) -> bool {
    entry["kind"] == "networks"
}

/// Each of these was an organization of the caller alone, complete.
#[test]
fn a_list_of_accounts_that_is_none_is_a_failure() {
    let organization = |change: &str| {
        let fault = format!("replace={change}@action=ListAccounts,times=1");
        scan("networks --aws-org --aws-org-role audit", &fault)
    };
    for change in [
        "\"Accounts\"|\"accounts\"",
        "\"Accounts\":|\"Accounts\":null,\"Others\":",
        "\"Accounts\":|\"__type\":\"TooManyRequestsException\",\"x\":",
        "\"Accounts\":[|\"Accounts\":[null,",
        "\"Accounts\":[|\"Accounts\":[],\"Accounts\":[",
        "\"Accounts\":|\"Accounts\":{},\"x\":",
    ] {
        organization(change).refuses(&["organizations:ListAccounts: the answer "]);
    }
    organization("\"Id\":\"111111111111\"|\"Id\":\"123123123123\"")
        .refuses(&["the answer lacks the calling account 111111111111"]);
}

#[test]
fn an_account_that_cannot_be_named_or_is_in_an_unknown_state_is_missed() {
    let organization = |change: &str| {
        let fault = format!("replace={change}@action=ListAccounts");
        scan("networks --aws-org --aws-org-role audit", &fault)
    };
    for change in ["\"Id\":\"222222222222\"|\"Id\":\"\"", "\"Id\":\"222222222222\",|"] {
        let words =
            "aws 111111111111 accounts: failed: organizations:ListAccounts: the account member has no id";
        organization(change).falls_short(&[words]);
    }
    organization("\"State\":\"SUSPENDED\"|\"State\":\"FROZEN\"")
        .falls_short(&["aws 333333333333 credentials: denied"]);
}
