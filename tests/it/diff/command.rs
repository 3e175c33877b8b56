//! `netcensus diff`, the binary: what it compares, what it refuses, what it says on stderr, and its exit codes.

use netcensus::model::{Account, Coverage, Inventory, Kind, Link, Network, Outcome, Provider};
use netcensus::snapshot::{self, ScanRequest};
use serde_json::Value;

use super::sides::{REGION, but, inventory, linked, number, participant_view, peering, read, vpc};
use crate::support::{Cloud, Home, Output, interrupt, wait_for};

/// A home with an older and a newer inventory.
fn home(old: &Inventory, new: &Inventory) -> Home {
    let home = Home::new();
    home.write("old.json", serde_json::to_vec(old).unwrap());
    home.write("new.json", serde_json::to_vec(&later(new)).unwrap());
    home
}

fn later(inventory: &Inventory) -> Inventory {
    Inventory { taken_at: "2026-03-02T08:00:00Z".parse().unwrap(), ..inventory.clone() }
}

fn diff(home: &Home, arguments: &str) -> Output {
    home.netcensus(&format!("diff old.json new.json -o json {arguments}")).run()
}

fn a_vpc() -> Network {
    vpc("vpc-a", 1, &["10.0.0.0/16"])
}

fn whole(networks: &[&Network]) -> Inventory {
    inventory(networks, &[read(1, REGION)])
}

fn denied() -> Vec<Coverage> {
    but(read(1, REGION), Kind::Networks, Outcome::Denied, "allow ec2:DescribeVpcs")
}

/// Lists what became of which resource.
#[track_caller]
fn told(output: &Output) -> Vec<String> {
    let document = output.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let changes = document["changes"].as_array().unwrap().iter();
    changes.map(|change| format!("{} {}", text(&change["change"]), text(&change["id"]))).collect()
}

#[test]
fn exit_codes_say_whether_something_differs_and_whether_that_is_known() {
    let same = home(&whole(&[&a_vpc()]), &whole(&[&a_vpc()]));
    diff(&same, "").succeeds();
    diff(&same, "--exit-code").succeeds();
    let different = home(&whole(&[&a_vpc()]), &whole(&[]));
    assert_eq!(told(&diff(&different, "").succeeds()), ["removed vpc-a"]);
    assert_eq!(diff(&different, "--exit-code").exits(1).stderr, "");
    diff(&different, "--exit-code --only added").succeeds();
    // Known changes beside unknown ones: incomplete outranks.
    let second = vpc("vpc-b", 2, &["10.1.0.0/16"]);
    let old = inventory(&[&a_vpc(), &second], &[read(1, REGION), read(2, REGION)]);
    let incomplete = home(&old, &inventory(&[], &[denied(), read(2, REGION)]));
    let output = diff(&incomplete, "--exit-code").exits(3);
    assert_eq!(told(&output), ["removed vpc-b"]);
    output.says(&[
        "warning: new (new.json): aws 111111111111 eu-west-1 networks: denied: allow ec2:DescribeVpcs\n",
        "warning: the comparison is incomplete: 1 read of new (new.json) failed; 1 resource may have \
         been added or removed (exit code 3)\n",
    ]);
    for narrower in
        ["--kind subnets,links", "--filter region=us-*", "--filter account=2*", "--filter provider=azure"]
    {
        diff(&incomplete, narrower).succeeds();
    }
}

#[test]
fn many_gaps_are_grouped_by_their_cause_and_their_side() {
    let regions: Vec<String> = (1..=9).map(|number| format!("eu-west-{number}")).collect();
    let refused = |account: u8| -> Vec<Coverage> {
        let of = |region: &String| but(read(account, region), Kind::Networks, Outcome::Denied, "allow it");
        regions.iter().flat_map(of).collect()
    };
    let all = |accounts: std::ops::RangeInclusive<u8>| accounts.flat_map(refused).collect::<Vec<_>>();
    let home = home(&inventory(&[], &[all(1..=1)]), &inventory(&[], &[all(1..=1)]));
    let output = diff(&home, "").exits(3);
    let expected = |side: &str| {
        format!("warning: {side}: aws 111111111111 {} networks: denied: allow it", regions.join(", "))
    };
    let lines: Vec<&str> = output.stderr.lines().collect();
    assert_eq!(lines[..2], [expected("old (old.json)"), expected("new (new.json)")]);
    assert_eq!(
        lines[2..],
        ["warning: the comparison is incomplete: 9 reads of old (old.json) failed; 9 reads of new \
          (new.json) failed (exit code 3)"]
    );
    let each = |account: u8, region: &String| {
        but(read(account, region), Kind::Networks, Outcome::Denied, &format!("allow it in {region}"))
    };
    let many = (1..=9).flat_map(|account| regions.iter().flat_map(move |region| each(account, region)));
    let many = inventory(&[], &[many.collect()]);
    let home = self::home(&many, &many);
    let output = diff(&home, "").exits(3).says(&["... and 142 more like these; --verbose lists all"]);
    assert_eq!(output.stderr.lines().count(), 22);
    assert_eq!(
        diff(&home, "--verbose").exits(3).stderr.lines().filter(|line| line.contains("allow it in")).count(),
        162
    );
}

#[test]
fn a_side_without_coverage_makes_it_incomplete() {
    let home = home(&whole(&[&a_vpc()]), &inventory(&[&a_vpc()], &[]));
    let said = "the comparison is incomplete: new (new.json) has no coverage, so what it lacks is not known";
    diff(&home, "").exits(3).says(&[said]);
}

#[test]
fn what_has_no_scope_in_common_is_refused_and_what_has_some_is_told_of() {
    let far = vpc("vpc-b", 2, &["10.1.0.0/16"]);
    let apart = home(&whole(&[&a_vpc()]), &inventory(&[&far], &[read(2, REGION)]));
    for arguments in ["", "--exit-code", "--filter account=1*", "--only added"] {
        diff(&apart, arguments).refuses(&[
            "there is nothing to compare: no resource is in the scope of both sides",
            "old.json has 0 accounts and 1 resource",
            "new.json has 0 accounts and 1 resource",
        ]);
    }
    // Nothing is there of what is looked at.
    diff(&apart, "--kind links").succeeds();
    let both = inventory(&[&a_vpc(), &far], &[read(1, REGION), read(2, REGION)]);
    let some = home(&whole(&[&a_vpc()]), &both);
    let output = diff(&some, "--exit-code").exits(0);
    let said = "warning: 1 resource was not compared: one side did not scan it (see the report)\n";
    assert_eq!(output.stderr, said);
    assert_eq!(output.json()["compared"], 1);
    // What the filters leave of it may be nothing.
    diff(&some, "--filter id=vpc-b --exit-code").exits(0);
}

/// Keeps an inventory as a snapshot that was asked for `scope`.
fn keep(home: &Home, name: &str, inventory: &Inventory, scope: &[&str]) {
    let asked = ScanRequest { scope: scope.iter().map(|text| (*text).to_owned()).collect(), signer: 7 };
    let mut bytes = Vec::new();
    snapshot::write_snapshot(inventory, Some(&asked), &mut bytes).unwrap();
    home.write(name, bytes);
}

#[test]
fn a_new_account_is_a_change_between_snapshots_that_were_asked_for_the_same() {
    let account = |digit: u8, name: &str| Account {
        provider: Provider::Aws,
        id: number(digit),
        name: Some(name.into()),
        tenant: None,
        reached_by: vec![],
    };
    let far = vpc("vpc-d", 4, &["10.4.0.0/16"]);
    let old = Inventory { accounts: vec![account(1, "net")], ..whole(&[&a_vpc()]) };
    let new = inventory(&[&a_vpc(), &far], &[read(1, REGION), read(4, REGION)]);
    let new = later(&Inventory { accounts: vec![account(1, "net"), account(4, "shop")], ..new });
    let home = Home::new();
    keep(&home, "old", &old, &["aws.org=true", "providers=aws"]);
    keep(&home, "same", &new, &["aws.org=true", "providers=aws"]);
    keep(&home, "other", &new, &["aws.profiles=x", "providers=aws"]);
    let run = |new: &str, arguments: &str| home.netcensus(&format!("diff old {new} {arguments}")).run();
    let sentence =
        "aws account 444444444444 (shop) is only in the new inventory; its 1 resource is not compared";
    for format in ["table", "markdown", "csv", "tsv"] {
        let output = run("same", &format!("--exit-code -o {format}")).exits(1);
        assert!(
            output.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains(sentence),
            "{}",
            output.stdout
        );
    }
    let output = run("same", "--exit-code -o json").exits(1);
    assert_eq!(output.json()["accounts"][0]["id"], number(4));
    assert!(run("same", "-o ndjson").exits(0).stdout.contains(r#""record":"account","only_in":"new""#));
    let output = run("other", "--exit-code -o json").exits(0);
    let note = "the two sides have different scopes: they differ in aws.org, aws.profiles";
    output.says(&[&format!("warning: {note}\n")]);
    let output = run("other", "-o json").exits(0);
    assert_eq!(output.json()["notes"][0], note);
    assert_eq!(output.json()["accounts"].as_array().unwrap().len(), 1);
}

#[test]
fn what_moved_is_gone_from_its_place_for_whoever_asks_for_that() {
    let here = a_vpc();
    let there = Network { region: "us-east-1".into(), ..a_vpc() };
    let coverage = [read(1, REGION), read(1, "us-east-1")];
    let successor = Network { id: "vpc-new".into(), ..vpc("vpc-b", 1, &["10.7.0.0/16"]) };
    let before = vpc("vpc-b", 1, &["10.7.0.0/16"]);
    let old = inventory(&[&here, &before], &coverage);
    let home = home(&old, &inventory(&[&there, &successor], &coverage));
    assert_eq!(told(&diff(&home, "").exits(0)), ["replaced vpc-new", "moved vpc-a"]);
    let removed = diff(&home, "--only removed --exit-code").exits(1);
    assert_eq!(told(&removed), ["removed vpc-a", "removed vpc-b"]);
    assert_eq!(removed.json()["counts"][0]["removed"], 2);
    assert_eq!(told(&diff(&home, "--only added").exits(0)), ["added vpc-new", "added vpc-a"]);
    let some = diff(&home, "--only added,removed,moved").exits(0);
    assert_eq!(told(&some), ["removed vpc-b", "added vpc-new", "moved vpc-a"]);
    assert_eq!(told(&diff(&home, "--only changed --exit-code").exits(0)), [""; 0]);
}

#[test]
fn collisions_end_with_the_code_of_changes_unless_some_sort_of_change_is_looked_for() {
    let (one, other) = (a_vpc(), vpc("vpc-b", 1, &["10.0.0.0/24"]));
    let link = peering("pcx-1", &one, &other);
    let of = |links: &[&Link]| linked(&[&one, &other], links, &[read(1, REGION)]);
    let home = home(&of(&[]), &of(&[&link]));
    let output = diff(&home, "--kind networks --exit-code").exits(1);
    assert_eq!(output.json()["result"], "different");
    assert_eq!(output.json()["collisions"]["introduced"][0]["came"][1]["id"], "vpc-b");
    diff(&home, "--kind networks --exit-code --only removed").exits(0);
}

#[test]
fn a_part_of_the_estate_is_not_the_whole() {
    let part = Inventory { shard: Some("1/4".parse().unwrap()), ..whole(&[&a_vpc()]) };
    let home = home(&part, &whole(&[&a_vpc()]));
    let said = "the comparison is incomplete: old (old.json) is shard 1/4 of a scan: ";
    let output = diff(&home, "--exit-code").exits(3).says(&[said]);
    assert!(output.json()["missing"][0].as_str().unwrap().starts_with("old (old.json) is shard 1/4"));
    for format in ["table", "markdown"] {
        let text = home.netcensus(&format!("diff old.json new.json -o {format}")).run().exits(3).stdout;
        assert!(text.contains("is shard 1/4"), "{text}");
    }
}

#[test]
fn snapshots_and_documents_are_compared_alike() {
    let home = home(&whole(&[&a_vpc()]), &whole(&[&vpc("vpc-b", 1, &["10.0.0.0/16"])]));
    for side in ["old", "new"] {
        home.netcensus(&format!("scan all --from {side}.json --save {side}.snapshot")).run().exits(0);
    }
    let expected = diff(&home, "").succeeds().stdout;
    for (old, new) in
        [("old.snapshot", "new.snapshot"), ("old.json", "new.snapshot"), ("old.snapshot", "new.json")]
    {
        let output = home.netcensus(&format!("diff {old} {new} -o json")).run().succeeds();
        assert_eq!(output.stdout.replace(".snapshot", ".json"), expected);
    }
    let piped =
        home.netcensus("diff - new.json -o json").stdin(std::fs::read(home.path().join("old.json")).unwrap());
    assert_eq!(piped.run().succeeds().stdout.replace("\"-\"", "\"old.json\""), expected);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn without_arguments_the_previous_snapshot_is_compared_with_the_latest() {
    let home = Home::new();
    let scope = "--aws-profile {shop-prod,security}";
    let save =
        |arguments: &str| home.netcensus(&format!("scan all --sandbox {scope} {arguments} --save")).run();
    home.netcensus("diff").run().refuses(&["there is no snapshot", "--save"]);
    save("").exits(0);
    home.netcensus("diff").run().refuses(&["there is no `@previous`"]);
    save("--fault deny@region=eu-west-1").exits(3);
    let output = home.netcensus("diff -o json").run().exits(3);
    assert_eq!(told(&output), [""; 0], "what was denied was not removed");
    let document = output.json();
    assert!(document["unknown"].as_array().unwrap().len() > 5);
    assert_eq!(
        (&document["old"]["name"], &document["new"]["name"]),
        (&"@previous".into(), &"@latest".into())
    );
    output.says(&["warning: new (@latest): aws ", "eu-west-1", "denied"]);
    // The other way round nothing was added.
    assert_eq!(told(&home.netcensus("diff @latest @previous -o json").run().exits(3)), [""; 0]);
    home.netcensus("diff @nonsense").run().refuses(&["`@nonsense` is not the name of a snapshot"]);
    home.netcensus("diff @2020-01-01").run().refuses(&["no snapshot was taken on 2020-01-01"]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn one_argument_is_compared_with_the_clouds_as_they_are() {
    let home = Home::new();
    home.netcensus("scan all --sandbox --aws-profile {shop-prod,security} --save").run().exits(0);
    let output = home.netcensus("diff @latest --sandbox -o json").run().exits(0);
    assert_eq!(told(&output), [""; 0]);
    assert_eq!(output.json()["new"]["name"], "live");
    let output =
        home.netcensus("diff @latest live --sandbox --fault deny@region=eu-west-1 -o json").run().exits(3);
    assert_eq!(told(&output), [""; 0], "what was denied was not removed");
    assert!(!output.stdout.contains("\"removed\": 1"), "{}", output.stdout);
    output.says(&["warning: new (live): aws ", "the comparison is incomplete", "(exit code 3)"]);
    // Only what the older side has is read.
    let output = home.netcensus("diff @latest live --sandbox --aws-profile security -o json").run().exits(0);
    assert_eq!(told(&output), [""; 0]);
    let left = output.json()["not_compared"].to_string();
    assert!(left.contains("was not in its scope"), "{left}");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_comparison_that_the_user_stops_says_what_it_lacks() {
    let cloud = Cloud::sample(&["hang@action=DescribeVpcs,region=eu-central-1"]);
    let scan = cloud.home.netcensus("scan networks --sandbox --aws-profile security -o json");
    cloud.home.write("old.json", scan.run().succeeds().stdout);
    let mut child = cloud.netcensus("diff old.json --aws-profile security -o json -v").spawn();
    let mut rest = String::new();
    let mut stderr = wait_for(&mut child, "ok=true", 11);
    interrupt(&child);
    std::io::Read::read_to_string(&mut stderr, &mut rest).unwrap();
    let output = Output::of(child).exits(130);
    assert_eq!(told(&output), [""; 0]);
    assert!(rest.contains("new (live): aws 777777777777 eu-central-1 networks: interrupted"), "{rest}");
    assert!(rest.contains("the comparison is incomplete") && rest.contains("(exit code 130)"), "{rest}");
}

#[test]
fn sides_that_make_no_sense_are_refused() {
    let home = home(&whole(&[&a_vpc()]), &whole(&[]));
    let refused = |arguments: &str, words: &[&str]| {
        home.netcensus(arguments).run().refuses(words);
    };
    refused("diff live", &["`live` can only be the newer side", "netcensus diff @latest live"]);
    refused("diff live old.json", &["`live` can only be the newer side"]);
    refused("diff - -", &["standard input cannot be both sides"]);
    refused("diff old.json nowhere.json", &["there is no file nowhere.json"]);
    refused("diff old.json new.json --region eu-west-1", &["neither side is `live`", "leave out --region"]);
    refused("diff old.json new.json --sandbox", &["neither side is `live`"]);
    refused("diff old.json new.json --max-age 15m", &["neither side is `live`"]);
    refused("diff old.json new.json --filter subnets=0", &["does not count what is in a network"]);
    refused("diff old.json new.json --filter nmae=x", &["nmae", "did you mean `name`?"]);
    refused("diff old.json new.json --ignore stat", &["--ignore", "did you mean `state`?"]);
    refused("diff old.json new.json --ignore subnets.vcpus", &["--ignore", "no field `subnets.vcpus`"]);
    let with = |kind: &str| read(1, REGION).into_iter().filter(|entry| entry.kind.as_str() == kind).collect();
    let apart = self::home(&inventory(&[], &[with("networks")]), &inventory(&[], &[with("links")]));
    apart.netcensus("diff old.json new.json").run().refuses(&[
        "no kind was scanned on both sides",
        "old.json has networks",
        "new.json has links",
    ]);
}

#[test]
fn what_is_looked_at_can_be_chosen() {
    let mut busy = Network { state: Some("pending".into()), ..a_vpc() };
    busy.tags.insert("env".into(), "dev".into());
    let home = home(&whole(&[&a_vpc()]), &whole(&[&busy, &vpc("vpc-b", 1, &["10.1.0.0/16"])]));
    let fields = |arguments: &str| -> Vec<String> {
        let document = diff(&home, arguments).succeeds().json();
        let fields =
            document["changes"].as_array().unwrap().iter().filter_map(|change| change["fields"].as_array());
        fields.flatten().map(|field| field["field"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(fields(""), ["state", "tag:env"]);
    assert_eq!(fields("--ignore networks.state"), ["tag:env"]);
    assert_eq!(fields("--ignore tag:* --ignore subnets.state"), ["state"]);
    assert_eq!(told(&diff(&home, "--only added").succeeds()), ["added vpc-b"]);
    assert_eq!(told(&diff(&home, "--kind links").succeeds()), [""; 0]);
    assert_eq!(told(&diff(&home, "--filter id=vpc-b").succeeds()), ["added vpc-b"]);
    assert_eq!(told(&diff(&home, "--filter tag:env=prod").succeeds()), ["changed vpc-a", "added vpc-b"]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn fields_that_change_by_themselves_are_looked_at_when_asked_for() {
    let home = Home::new();
    let scan = home.netcensus("scan all --sandbox --aws-profile security -o json").run().succeeds().stdout;
    home.write("old.json", &scan);
    home.write("new.json", scan.replace("\"state\": \"running\"", "\"state\": \"stopped\""));
    assert_eq!(told(&diff(&home, "").succeeds()), [""; 0]);
    assert!(!told(&diff(&home, "--all-fields").succeeds()).is_empty());
    assert_eq!(told(&diff(&home, "--all-fields --ignore instances.state").succeeds()), [""; 0]);
}

#[test]
fn notes_say_what_a_side_could_not_see() {
    let owned = Network { visible_from: vec![super::sides::number(1)], ..vpc("vpc-s", 9, &["10.9.0.0/16"]) };
    let old = inventory(&[&owned], &[read(1, REGION), read(9, REGION)]);
    let home = home(&old, &whole(&[&participant_view(&owned, &[1])]));
    let output = diff(&home, "--exit-code").succeeds();
    assert_eq!(told(&output), [""; 0]);
    let notes = output.json()["notes"].to_string();
    assert!(notes.contains("fields of 1 resource are not compared"), "{notes}");
}

#[test]
fn one_run_writes_several_reports() {
    let home = home(&whole(&[]), &whole(&[&a_vpc()]));
    let run = |formats: &str| home.netcensus(&format!("diff old.json new.json {formats}")).run().succeeds();
    let several = run("-o json=report.json,markdown");
    assert_eq!(several.stdout, run("-o markdown").stdout);
    let written = std::fs::read_to_string(home.path().join("report.json")).unwrap();
    assert_eq!(written, run("-o json").stdout);
}
