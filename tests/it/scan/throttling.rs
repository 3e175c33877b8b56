//! `Retry-After` of AWS: waited for as long as it says, by the request that was refused, and never for ever.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Cloud, Output};

/// Networks of two accounts in one region.
const SCAN: &str =
    "scan networks --aws-profile network-hub --aws-profile security --region eu-west-1 -o json";

/// The account of the profile `network-hub`.
const STRUCK: &str = "222222222222";

/// Returns how many milliseconds the reads of networks took: in the struck account, and in the other one.
fn durations(output: &Output) -> (u64, u64) {
    let document = output.json();
    let coverage = document["coverage"].as_array().unwrap();
    let duration = |is_struck: bool| {
        let is_it = |entry: &&Value| entry["kind"] == "networks" && (entry["account"] == STRUCK) == is_struck;
        coverage.iter().find(is_it).unwrap()["duration_ms"].as_u64().unwrap()
    };
    (duration(true), duration(false))
}

/// Counts the requests for `action`.
fn asked(cloud: &Cloud, action: &str) -> u64 {
    let requests = cloud.requests();
    requests.iter().filter(|request| request.action == action).map(|request| request.count).sum()
}

#[test]
fn a_wait_is_honoured_and_shown_and_holds_back_no_other_account() {
    let cloud = Cloud::sample(&[&format!("retry-after=4s@account={STRUCK},action=DescribeVpcs,times=1")]);
    let output = cloud.netcensus(&format!("{SCAN} -v")).run().exits(0);
    // A part of the wait is the SDK's own, of which a second at most is left to chance.
    let output = output.says(&["AWS throttles ec2:DescribeVpcs: waiting "]);
    let (struck, other) = durations(&output);
    assert!(struck >= 4000 && other < 4000, "{struck} ms and {other} ms");
    assert_eq!(asked(&cloud, "DescribeVpcs"), 3);
}

#[test]
fn a_wait_longer_than_the_timeout_is_not_begun() {
    let cloud = Cloud::sample(&[&format!("retry-after=date:300s@account={STRUCK},action=DescribeVpcs")]);
    let output = cloud.netcensus(&format!("{SCAN} --timeout 20s")).run();
    output.falls_short(&[
        STRUCK,
        "throttled",
        "AWS throttles ec2:DescribeVpcs for ",
        "longer than the 20 s that netcensus waits",
        "use a longer --timeout",
    ]);
    assert_eq!(asked(&cloud, "DescribeVpcs"), 2);
}

/// A sign-in that is throttled is tried again while there is time: not before the time that STS asks for.
#[test]
fn a_sign_in_is_not_tried_again_before_the_time_that_sts_asks_for() {
    let cloud = Cloud::sample(&["retry-after=5m@action=GetCallerIdentity"]);
    let output = cloud.netcensus("scan networks --aws-profile security --timeout 20s").run();
    output.refuses(&[
        "netcensus could not sign in to any AWS account",
        "AWS throttles sts:GetCallerIdentity for ",
        "longer than the 20 s that netcensus waits",
    ]);
    assert_eq!(asked(&cloud, "GetCallerIdentity"), 1);
}

/// The role of each member is assumed by a client with shorter waits of its own.
#[test]
fn a_role_is_assumed_after_the_wait_that_sts_asks_for() {
    let cloud = Cloud::sample(&["retry-after=4s@action=AssumeRole,times=1"]);
    let begin = Instant::now();
    let arguments = "scan networks --aws-org --aws-org-role netcensus --region eu-west-1 -o json";
    cloud.netcensus(arguments).run().exits(0);
    assert!(begin.elapsed() >= Duration::from_secs(4), "{:?}", begin.elapsed());
}

/// STS takes ten roles a second.
const TEN_A_SECOND: &str = "throttle=10/10@action=AssumeRole";

/// An organization whose management account is 100000000000, with 60 members. All 61 accounts have the role `audit`.
fn large_organization() -> String {
    let account = |number: u64| {
        let id = 100_000_000_000 + number;
        format!("[[account]]\nname = \"a{number}\"\nid = \"{id}\"\nroles = [\"audit\"]\n")
    };
    let organization =
        "[organization]\nid = \"o-1\"\nmanagement = \"a0\"\n[[region]]\nname = \"eu-west-1\"\n";
    format!("{organization}{}", (0..=60).map(account).collect::<String>())
}

/// The last of them took longer than a sign-in may, most of it in the queue, and were lost.
#[test]
fn an_organization_whose_sts_is_slow_loses_no_account() {
    let cloud = Cloud::of(&large_organization(), &[TEN_A_SECOND]);
    let scan = "scan networks --aws-org --aws-org-role audit --region eu-west-1 --timeout 2s -o json";
    let document = cloud.netcensus(scan).run().exits(0).json();
    assert_eq!(document["accounts"].as_array().unwrap().len(), 61);
}

/// The profile `name`, whose role is that of the member with this `number`, assumed by the profile `source`.
fn role_profile(name: &str, number: u64, source: &str) -> String {
    let account = 100_000_000_000 + number;
    format!(
        "[profile {name}]\nregion = eu-west-1\nrole_arn = arn:aws:iam::{account}:role/audit\nsource_profile = {source}\n"
    )
}

#[test]
fn profiles_whose_roles_one_caller_assumes_are_all_signed_in_to_where_sts_is_slow() {
    let cloud = Cloud::of(&large_organization(), &[TEN_A_SECOND]);
    let role = |number: u64| role_profile(&format!("role-{number}"), number, "a0");
    cloud.configure(&(1..=60).map(role).collect::<String>());
    let scan = "scan networks --aws-profile role-* --region eu-west-1 --timeout 2s -o json";
    let document = cloud.netcensus(scan).run().exits(0).json();
    assert_eq!(document["accounts"].as_array().unwrap().len(), 60);
}

/// The role of the hub is assumed after those of the first 40 profiles. Of the others, which wait for it, all but one ran out
/// of time.
#[test]
fn profiles_that_wait_for_a_role_that_waits_for_its_turn_are_all_signed_in_to() {
    let cloud = Cloud::of(&large_organization(), &[TEN_A_SECOND]);
    let hub = role_profile("hub", 60, "a0");
    let direct = (1..=40).map(|number| role_profile(&format!("role-{number}"), number, "a0"));
    let chained = (41..=59).map(|number| role_profile(&format!("role-{number}"), number, "hub"));
    cloud.configure(&direct.chain(chained).chain([hub]).collect::<String>());
    let scan = "scan networks --aws-profile role-* --region eu-west-1 --timeout 2s -o json";
    let document = cloud.netcensus(scan).run().exits(0).json();
    assert_eq!(document["accounts"].as_array().unwrap().len(), 59);
}

/// It was `timed-out: no credentials came in time`, as if the credentials were the cause.
#[test]
fn accounts_whose_roles_sts_never_grants_are_throttled() {
    let cloud = Cloud::of(&large_organization(), &["error=Throttling:400@action=AssumeRole"]);
    let scan =
        "scan networks --provider aws --aws-org --aws-org-role audit --region eu-west-1 --timeout 2s -o json";
    let output = cloud.netcensus(scan).run();
    let output = output.falls_short(&["AWS throttled every request for 2 s", "use a longer --timeout"]);
    let document = output.json();
    let coverage = document["coverage"].as_array().unwrap();
    let lost = coverage.iter().filter(|entry| entry["kind"] == "credentials");
    let outcomes: Vec<&str> = lost.map(|entry| entry["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["throttled"; 60]);
}
