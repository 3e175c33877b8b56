//! `snapshots list`: what is kept, by first lines alone.

use std::fs::{self, File};

use netcensus::model::{Inventory, Outcome, Resources, Subject};
use netcensus::snapshot;

use super::{keep, keep_one, kept, store_of};
use crate::output::sample;
use crate::support::{Home, compare};

/// The sample inventory of which nobody asked for instances, and all else was read.
fn without_instances(taken_at: &str) -> Inventory {
    let mut inventory = Inventory { taken_at: taken_at.parse().unwrap(), ..sample::inventory() };
    inventory.instances.clear();
    for entry in &mut inventory.coverage {
        entry.outcome = if entry.kind == Subject::Instances { Outcome::Skipped } else { Outcome::Complete };
    }
    inventory
}

fn home() -> Home {
    let home = Home::new();
    let folder = store_of(&home);
    keep(&folder, "2026-11-17T06:00:00Z", "aws.regions=[\"eu-*\"]");
    keep_one(&folder, &without_instances("2026-11-18T06:00:00Z"), "AWS_PROFILE=audit");
    keep(&folder, "2026-11-19T06:00:00Z", "aws.regions=[\"eu-*\"]");
    keep(&folder, "2026-11-20T06:00:00Z", "aws.regions=[\"eu-*\"]");
    home
}

/// Sizes depend on the compressor.
fn without_sizes(text: &str) -> String {
    let cut = |line: &str| match line.strip_suffix(" KiB").and_then(|line| line.rsplit_once(' ')) {
        Some((rest, _)) => rest.trim_end().to_owned(),
        None => line.to_owned(),
    };
    text.lines().map(cut).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn snapshots_are_listed_newest_first_with_what_is_known_of_them() {
    let home = home();
    let listed = home.netcensus("snapshots").env("COLUMNS", "160").run().succeeds().stdout;
    compare("tests/golden/snapshots.table.txt", &without_sizes(&listed));
    let narrow = home.netcensus("snapshots").env("COLUMNS", "80").run().exits(0).stdout;
    compare("tests/golden/snapshots.80.table.txt", &without_sizes(&narrow));
    assert_eq!(home.netcensus("snapshots list").env("COLUMNS", "160").run().succeeds().stdout, listed);
    let names: Vec<_> =
        home.netcensus("snapshots -o json").run().succeeds().json().as_array().unwrap().clone();
    let names: Vec<_> = names.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["@latest", "@previous", "@2026-11-18T06:00:00Z", "@~2"]);
}

#[test]
fn a_count_of_what_nobody_asked_for_is_unknown_and_not_zero() {
    let list = home().netcensus("snapshots -o json").run().succeeds().json();
    let one = &list[2];
    assert_eq!(one["counts"]["instances"], serde_json::Value::Null);
    assert!(one["counts"]["networks"].as_u64().unwrap() > 0);
    assert_eq!(one["coverage"]["unread"], 0);
    assert!(list[0]["coverage"]["unread"].as_u64().unwrap() > 0);
    assert_eq!(one["scope"]["asked"][0], "AWS_PROFILE=audit");
}

#[test]
fn every_format_lists_them() {
    let home = home();
    let lines = |arguments: &str| home.netcensus(arguments).run().succeeds().stdout.lines().count();
    assert_eq!(lines("snapshots -o ndjson"), 4);
    assert_eq!(lines("snapshots list -o csv"), 5);
    assert_eq!(lines("snapshots -o markdown"), 6);
    let refused = home.netcensus("snapshots -o sarif").run().exits(2);
    assert!(refused.stderr.contains("sarif"));
}

#[test]
fn what_is_damaged_or_newer_is_a_row_and_a_warning() {
    let home = home();
    let paths = kept(&store_of(&home));
    fs::write(&paths[0], b"\x28\xb5\x2f\xfdnonsense").unwrap();
    fs::write(&paths[1], "{\"snapshot_version\":99,\"schema_version\":1,\"novelty\":[]}\n").unwrap();
    let output = home.netcensus("snapshots -o json").run().exits(0);
    let problems: Vec<_> =
        output.json().as_array().unwrap().iter().map(|one| one["problem"].clone()).collect();
    assert_eq!(
        problems,
        [None, None, Some("newer version"), Some("damaged")].map(|one| serde_json::json!(one))
    );
    assert_eq!(output.json()[3]["counts"], serde_json::Value::Null);
    output.says(&["warning: ", "is damaged", "version 99.1", "upgrade"]);
    let table = home.netcensus("snapshots").run().exits(0).stdout;
    assert!(table.contains("damaged") && table.contains("newer version"), "{table}");
}

#[test]
fn a_listing_reads_no_further_than_the_first_line() {
    let home = Home::new();
    let folder = store_of(&home);
    let resources = Resources { networks: sample::inventory().networks, ..Resources::default() };
    let mut inventory = sample::inventory();
    let network = &resources.networks[0];
    inventory.networks = (0..5000)
        .map(|number| netcensus::model::Network { id: format!("vpc-{number:08x}"), ..network.clone() })
        .collect();
    let path = keep_one(&folder, &inventory, "a");
    let file = File::options().write(true).open(&path).unwrap();
    file.set_len(fs::metadata(&path).unwrap().len() - 100).unwrap();
    let listed = home.netcensus("snapshots -o json").run().succeeds().json();
    assert_eq!(listed[0]["counts"]["networks"], 5000);
    home.netcensus("snapshots verify").run().exits(1);
}

#[test]
fn an_empty_folder_says_how_to_keep_one() {
    let home = Home::new();
    let output = home.netcensus("snapshots").run().exits(0);
    assert!(output.stdout.ends_with("(none)\n"), "{}", output.stdout);
    output.says(&["there is no snapshot in", "`netcensus scan all --save`"]);
    let save = "`netcensus scan all --save --store D`";
    for command in ["snapshots", "scan --from @latest"] {
        let words = ["the directory of snapshots D does not exist", save];
        home.netcensus(&format!("{command} --store D")).run().refuses(&words);
    }
    let spaced = home.netcensus("snapshots --store a&b").run();
    spaced.refuses(&[
        "the directory of snapshots a&b does not exist",
        "`netcensus scan all --save --store 'a&b'`",
    ]);
    assert_eq!(home.netcensus("snapshots -o json").run().exits(0).stdout, "[]\n");
    assert_eq!(super::files(&store_of(&home)), [""; 0], "looking makes no folder");
    home.write("file", "");
    home.netcensus("snapshots --store file").run().refuses(&["file is not a directory"]);
    home.netcensus("snapshots list --store file").run().refuses(&["file is not a directory"]);
}

#[test]
fn of_two_of_one_second_each_has_a_name_by_which_it_is_found() {
    let home = Home::new();
    let folder = store_of(&home);
    for scope in ["a", "b", "c"] {
        keep(&folder, "2026-11-19T06:00:00Z", scope);
    }
    keep(&folder, "2026-11-20T06:00:00Z", "a");
    let list = home.netcensus("snapshots -o json").run().succeeds().json();
    for one in list.as_array().unwrap() {
        let name = one["name"].as_str().unwrap();
        let output = home.netcensus(&format!("snapshots verify {name} -o json")).run().exits(0);
        assert_eq!(output.json()[0]["name"], name);
        // A copy of the one that the name means is the one that was listed.
        home.netcensus(&format!("scan --from {name} --save copy.ncsnap")).run();
        let copy = super::read(&home.path().join("copy.ncsnap"));
        assert_eq!(copy, super::read(one["path"].as_str().unwrap().as_ref()));
    }
    let names = list.as_array().unwrap().iter().filter(|one| one["name"] == one["path"]).count();
    assert_eq!(names, 1, "{list:#}");
}

#[test]
fn hostile_text_drives_no_terminal() {
    let home = Home::new();
    let folder = store_of(&home);
    keep(&folder, "2026-11-19T06:00:00Z", "AWS_PROFILE=\u{1b}[31m\u{202e}=cmd()");
    for format in ["table", "markdown", "csv", "tsv", "json", "ndjson"] {
        let output =
            home.netcensus(&format!("snapshots -o {format}")).env("COLUMNS", "200").run().succeeds().stdout;
        assert!(!output.contains(['\u{1b}', '\u{202e}']), "{format}: {output}");
        assert!(output.contains("PROF"), "{format}: {output}");
    }
}

#[test]
fn a_snapshot_of_a_file_says_that_nobody_knows_what_was_asked() {
    let home = Home::new();
    let path = home.write("a.ncsnap", "");
    snapshot::write_snapshot(&sample::inventory(), None, &mut File::create(&path).unwrap()).unwrap();
    home.netcensus("scan --from a.ncsnap --save").run();
    let output = home.netcensus("snapshots -o csv").run().succeeds().stdout;
    assert!(output.contains("from a file"), "{output}");
}

#[test]
fn what_is_not_the_whole_estate_is_not_called_complete() {
    let home = Home::new();
    let mut inventory = without_instances("2026-11-18T06:00:00Z");
    inventory.shard = Some(netcensus::model::Shard { parts: [1, 2, 4].into(), of: 4 });
    keep_one(&store_of(&home), &inventory, "a");
    inventory.filters = vec!["region=eu-*".into()];
    inventory.coverage[0].outcome = Outcome::Denied;
    keep_one(&store_of(&home), &inventory, "b");
    let output = home.netcensus("snapshots -o csv").run().succeeds().stdout;
    assert!(output.contains(",part: shard 1+2+4/4,"), "{output}");
    assert!(output.contains(" unread; part: shard 1+2+4/4; filtered\","), "{output}");
    let part = kept(&store_of(&home)).remove(0);
    let shown = home.netcensus(&format!("scan --from {}", part.display())).run();
    shown.says(&["the inventory is shard 1+2+4/4 of a scan", "netcensus merge"]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn the_sandbox_is_named_as_it_was_asked_for() {
    let home = Home::new();
    let generated = "accounts=1,regions=1,networks=1,subnets=1,instances=0";
    home.netcensus("scan --sandbox --aws-profile security --save").run().exits(0);
    home.netcensus(&format!("scan --sandbox --generate {generated} --provider aws --save")).run().exits(0);
    let list = home.netcensus("snapshots -o json").run().exits(0).json().to_string();
    for asked in ["\"sandbox\"".to_owned(), format!("\"sandbox={generated},subscriptions=0,vms=0\"")] {
        assert!(list.contains(&asked), "{list}");
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn an_external_id_is_in_no_snapshot() {
    let home = Home::new();
    let scan = "scan --sandbox --aws-org --aws-org-role netcensus --aws-org-external-id";
    home.netcensus(&format!("{scan} agreed-on-7 --save a.ncsnap")).run();
    let text = zstd::decode_all(&fs::read(home.path().join("a.ncsnap")).unwrap()[..]).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("aws.org-external-id=#") && !text.contains("agreed-on-7"), "{text}");
}
