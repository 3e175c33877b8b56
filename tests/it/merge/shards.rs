//! Scans of the parts of an estate, and what becomes of them together.

use std::collections::BTreeSet;

use netcensus::model::{Provider, Shard};
use serde_json::{Value, json};

use crate::support::{Cloud, Home, Output};

const MANAGEMENT: &str = "111111111111";
const MEMBERS: [&str; 8] = [
    MANAGEMENT,
    "222222222222",
    "333333333333",
    "444444444444",
    "555555555555",
    "666666666666",
    "777777777777",
    "888888888888",
];
const ORGANISATION: &str = "--aws-org --aws-org-role netcensus";

fn shard(text: &str) -> Shard {
    text.parse().unwrap()
}

/// Finds a part of a thousand to which no account of the sample falls.
fn empty_part() -> String {
    let holds_any = |part: &Shard| MEMBERS.iter().any(|account| part.contains(Provider::Aws, account));
    (1..=1000).map(|part| format!("{part}/1000")).find(|part| !holds_any(&shard(part))).unwrap()
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_parts_make_is_of_the_scope_of_a_scan_of_the_whole() {
    let cloud = Cloud::sample(&[]);
    let scan = "scan networks --columns id --all-aws-profiles --provider aws";
    for part in [1, 2] {
        cloud.netcensus(&format!("{scan} --shard {part}/2 --save part-{part}.ncsnap -q")).run().exits(0);
    }
    cloud.home.netcensus("merge part-1.ncsnap part-2.ncsnap --save").run().exits(0);
    let asked = cloud.requests().len();
    cloud.netcensus(&format!("{scan} --max-age 1h")).run().exits(0).says(&["using the snapshot"]);
    assert_eq!(cloud.requests().len(), asked, "nobody was asked");
    // A part that is missing makes it none.
    cloud.home.netcensus("merge part-2.ncsnap --save --store other").run().exits(3);
    let again = cloud.netcensus(&format!("{scan} --max-age 1h --store other -v")).run().exits(0);
    assert!(!again.stderr.contains("using the snapshot"), "{}", again.stderr);
}

/// What two ways to read one estate must agree on: everything but times, and how the steps went.
fn essence(mut document: Value) -> Value {
    document.as_object_mut().unwrap().remove("taken_at");
    let coverage = document["coverage"].as_array_mut().unwrap();
    coverage
        .retain(|entry| !["credentials", "accounts", "regions"].contains(&entry["kind"].as_str().unwrap()));
    for entry in coverage {
        entry["requests"] = json!(0);
        entry["duration_ms"] = json!(0);
    }
    document
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn the_parts_of_both_clouds_make_the_whole() {
    let cloud = Cloud::sample(&[]);
    let scope = "scan all --all-aws-profiles";
    let whole = cloud.both(&format!("{scope} -o json")).run().exits(0).json();
    for part in 1..=3 {
        let arguments = format!("{scope} --shard {part}/3 --save part-{part}.ncsnap -o json");
        let document = cloud.both(&arguments).run().exits(0).json();
        assert_eq!(document["shard"], json!({ "parts": [part], "of": 3 }));
    }
    let merged =
        cloud.home.netcensus("merge part-3.ncsnap part-1.ncsnap part-2.ncsnap").run().succeeds().json();
    assert_eq!(merged.get("shard"), None);
    assert_eq!(essence(merged), essence(whole));
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn other_parts_of_an_organisation_are_never_entered() {
    let scan = |arguments: &str| {
        let cloud = Cloud::sample(&[]);
        let output =
            cloud.netcensus(&format!("scan all {ORGANISATION} -o json {arguments}")).run().succeeds();
        (cloud, output.json())
    };
    let (_, whole) = scan("");
    let home = Home::new();
    for part in 1..=3 {
        let text = format!("{part}/3");
        let (cloud, document) = scan(&format!("--shard {text}"));
        let ours = |account: &str| shard(&text).contains(Provider::Aws, account);
        let entered: BTreeSet<String> = cloud.requests().into_iter().map(|request| request.account).collect();
        let expected = MEMBERS.into_iter().filter(|account| *account == MANAGEMENT || ours(account));
        assert_eq!(entered, expected.map(str::to_owned).collect(), "{text}");
        let read = cloud.requests().into_iter().filter(|request| request.action == "DescribeVpcs");
        assert!(read.map(|request| request.account).all(|account| ours(&account)), "{text}");
        let known =
            document["coverage"].as_array().unwrap().iter().map(|entry| entry["account"].as_str().unwrap());
        let known: Vec<&str> = known.filter(|account| account.len() == 12).collect();
        assert!(known.into_iter().all(ours), "the coverage is of its own accounts, closed ones too: {text}");
        home.write(&format!("part-{part}.json"), document.to_string());
    }
    let merged = home.netcensus("merge part-1.json part-2.json part-3.json").run().succeeds().json();
    let closed = |document: &Value| {
        document["coverage"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "accounts").count()
    };
    assert_eq!(closed(&merged), closed(&whole), "every closed account is named once");
    assert_eq!(essence(merged), essence(whole));
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_part_without_any_account_is_no_failure() {
    let cloud = Cloud::sample(&[]);
    let part = empty_part();
    let arguments = format!("scan networks {ORGANISATION} --shard {part} --region us-east-1");
    let document = cloud.netcensus(&format!("{arguments} -o json")).run().succeeds().json();
    assert_eq!((&document["accounts"], &document["networks"]), (&json!([]), &json!([])));
    let said = cloud.netcensus(&format!("{arguments} -v")).run().exits(0);
    said.says(&[&format!("the inventory is shard {part} of a scan, which contains no account")]);
    let dry = cloud.netcensus(&format!("{arguments} --dry-run -o json")).run().succeeds().json();
    assert_eq!(dry, json!([]));
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn names_are_checked_against_the_whole_estate() {
    let cloud = Cloud::sample(&[]);
    let part = empty_part();
    let aws = format!("scan {ORGANISATION} --shard {part}");
    cloud
        .netcensus(&format!("{aws} --region us-esat-1"))
        .run()
        .refuses(&["no AWS region matches `us-esat-1`"]);
    let profiles = format!("scan --all-aws-profiles --shard {part}");
    cloud.netcensus(&format!("{profiles} --region us-esat-1")).run().refuses(&["did you mean `us-east-1`?"]);
    cloud.netcensus(&format!("{profiles} --region us-east-1 -o json")).run().succeeds();
    let azure = format!("scan --shard {part} --azure-subscription");
    cloud.azure(&format!("{azure} shop-prdo")).run().refuses(&["no Azure subscription matches `shop-prdo`"]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_dry_run_shows_the_scopes_of_its_part() {
    let cloud = Cloud::sample(&[]);
    let mut seen = 0;
    for part in 1..=2 {
        let text = format!("{part}/2");
        let arguments =
            format!("scan --all-aws-profiles --region us-east-1 --shard {text} --dry-run -o json");
        let scopes = cloud.netcensus(&arguments).run().succeeds().json();
        for scope in scopes.as_array().unwrap() {
            assert!(shard(&text).contains(Provider::Aws, scope["account"].as_str().unwrap()), "{scope}");
            seen += usize::from(scope["kind"] == "networks");
        }
    }
    assert_eq!(seen, MEMBERS.len());
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_part_counts_no_instances_of_networks_that_others_may_share() {
    let scan = |shard: &str| {
        let arguments =
            format!("scan networks --sandbox --provider aws --columns account,instances -o csv {shard}");
        Home::new().netcensus(&arguments).run().exits(0)
    };
    let counted = |output: &Output| output.rows().iter().filter(|row| !row.ends_with(',')).count();
    assert!(counted(&scan("")) > 3);
    assert_eq!(counted(&scan("--shard 1/3")), 0);
    assert!(scan("--shard 1/3").rows().len() > 1);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn the_whole_counts_instances_again_those_of_shared_networks_too() {
    let home = Home::new();
    for part in 1..=3 {
        let arguments = format!("scan all --sandbox --shard {part}/3 --save part-{part}.ncsnap -q");
        home.netcensus(&arguments).run().exits(0);
    }
    let merge = "merge part-1.ncsnap part-2.ncsnap part-3.ncsnap --save whole.ncsnap -q";
    home.netcensus(merge).run().exits(0);
    let counts = |source: &str| {
        let columns = "account,id,visible_from,instances";
        let arguments = format!("scan networks {source} --columns {columns} --sort account,id -o csv");
        home.netcensus(&arguments).run().exits(0).stdout
    };
    let expected = counts("--sandbox");
    assert_eq!(counts("--from whole.ncsnap"), expected);
    let is_shared = |row: &&str| row.split(',').nth(2).is_some_and(|guests| !guests.is_empty());
    let shared = expected.lines().skip(1).find(is_shared).unwrap();
    assert!(!shared.ends_with(','), "{shared}");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn parts_of_other_kinds_or_regions_do_not_pass_for_the_whole() {
    let home = Home::new();
    let scan = |what: &str| {
        home.netcensus(&format!("scan {what} --sandbox --provider aws -q")).run().exits(0);
    };
    scan("all --shard 1/2 --save one.ncsnap");
    scan("subnets --shard 2/2 --save subnets.ncsnap");
    scan("all --region us-east-1 --shard 2/2 --save region.ncsnap");
    let words = ["aws shard 2/2 networks, instances, interfaces, links: failed: not scanned in this part"];
    let merged = home.netcensus("merge one.ncsnap subnets.ncsnap").run().falls_short(&words);
    home.write("merged.json", &merged.stdout);
    let counted = "scan networks --from merged.json --columns account,instances -o csv";
    assert!(home.netcensus(counted).run().rows().iter().skip(1).all(|row| row.ends_with(',')));
    home.netcensus("merge one.ncsnap region.ncsnap")
        .run()
        .exits(0)
        .says(&["region.ncsnap was scanned with other options than one.ncsnap: aws.regions ("]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn overlap_of_a_part_proves_nothing() {
    let words = ["the inventory is shard 1/3 of a scan", "`netcensus merge` joins the shards"];
    Home::new().netcensus("overlap --sandbox --shard 1/3").run().exits(3).says(&words);
    let home = Home::new();
    home.netcensus("scan all --sandbox --shard 1/3 --save part.ncsnap -q").run().exits(0);
    home.netcensus("overlap --from part.ncsnap").run().exits(3).says(&words);
    home.netcensus("scan networks --from part.ncsnap -v")
        .run()
        .exits(0)
        .says(&["the inventory is shard 1/3 of a scan"]);
    let whole = home.netcensus("scan networks --sandbox --shard 1/1 -o json").run().exits(0).json();
    assert_eq!(whole.get("shard"), None, "one of one is the whole");
}
