//! `--notify` from the command line: what is told when, exit codes, and that the report is never lost.

use jiff::Timestamp;
use netcensus::model::Inventory;
use netcensus::snapshot::{ScanRequest, SnapshotStore, write_snapshot};
use serde_json::Value;

use super::super::support::{Home, Output, sample_document};
use super::receiver::{Receiver, cloud_events, slack};

const FILE: &str = "[notify.log]\ntype = \"file\"\npath = \"alerts.ndjson\"\n";

fn lines(home: &Home) -> Vec<Value> {
    let text = std::fs::read_to_string(home.path().join("alerts.ndjson")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Runs `overlap` on a document, taken at this hour, and returns how it ended.
fn overlap(home: &Home, hour: u8, edit: impl Fn(&mut Value), flags: &str) -> Output {
    let mut document: Value = serde_json::from_str(sample_document()).unwrap();
    document["taken_at"] = format!("2026-11-20T{hour:02}:00:00Z").into();
    edit(&mut document);
    home.write("inventory.json", document.to_string());
    home.netcensus(&format!("overlap --from inventory.json --store store {flags}")).run()
}

fn remove_networks(document: &mut Value) {
    for kind in ["networks", "subnets"] {
        document[kind] = Value::Array(Vec::new());
    }
}

fn deny_networks(document: &mut Value) {
    remove_networks(document);
    for entry in document["coverage"].as_array_mut().unwrap() {
        if entry["kind"] == "networks" {
            entry["outcome"] = "denied".into();
            entry["detail"] = "no right".into();
        }
    }
}

/// Not only those that `--from` names.
#[test]
fn saved_inventories_that_the_configuration_names_are_told_apart() {
    let home = Home::new();
    for name in ["one.json", "two.json"] {
        home.write(name, sample_document());
        home.write("netcensus.toml", format!("from = \"{name}\"\n{FILE}"));
        home.netcensus("overlap --store store --notify log").run().exits(1);
    }
    assert_eq!(lines(&home).len(), 2, "each is told of for the first time");
}

#[test]
fn collisions_are_told_once_and_an_incomplete_run_ends_none() {
    let home = Home::new();
    home.write("netcensus.toml", FILE);
    overlap(&home, 6, |_| {}, "--notify log").exits(1);
    let first = lines(&home);
    let summary = first[0]["data"]["summary"].as_str().unwrap().to_owned();
    assert!(summary.starts_with("netcensus overlap: ") && summary.contains(" new; "), "{summary}");
    assert_eq!(first[0]["type"], "netcensus.notice.overlap");
    let event = &first[0]["data"]["events"][0];
    assert_eq!((&event["event"], &event["severity"]), (&"new".into(), &"critical".into()));
    assert!(event["command"].as_str().unwrap().starts_with("netcensus find "), "{event}");
    // The same inventory, and a newer one that is the same.
    overlap(&home, 6, |_| {}, "--notify log").exits(1);
    overlap(&home, 7, |_| {}, "--notify log").exits(1);
    assert_eq!(lines(&home).len(), 1);
    // Nothing could be read: that is told, and nothing is over.
    overlap(&home, 8, deny_networks, "--notify log").exits(3);
    let second = lines(&home).remove(1);
    let kinds: Vec<_> =
        second["data"]["events"].as_array().unwrap().iter().map(|one| &one["event"]).collect();
    assert_eq!((kinds, &second["data"]["complete"]), (vec![&Value::from("new")], &Value::from(false)));
    assert_eq!(second["data"]["events"][0]["key"], "incomplete");
    // Everything was read, and nothing is there.
    overlap(&home, 9, remove_networks, "--notify log").exits(0);
    let third = lines(&home).remove(2);
    let over = third["data"]["events"].as_array().unwrap();
    assert!(over.iter().all(|one| one["event"] == "over") && over.len() > 1, "{third}");
    // An older inventory is not news.
    let output = overlap(&home, 6, |_| {}, "--notify log").exits(1);
    assert!(output.stderr.contains("a newer inventory than that of"), "{}", output.stderr);
    assert_eq!(lines(&home).len(), 3);
}

#[test]
fn runs_at_once_tell_a_channel_once() {
    let home = Home::new();
    home.write("netcensus.toml", FILE);
    home.write("inventory.json", sample_document());
    let runs: Vec<_> = (0..4)
        .map(|_| home.netcensus("overlap --from inventory.json --store store --notify log").spawn())
        .collect();
    for run in runs {
        Output::of(run).exits(1);
    }
    assert_eq!(lines(&home).len(), 1);
}

/// Keeps the sample as a snapshot of this hour.
fn keep(home: &Home, hour: i64, edit: impl Fn(&mut Value)) {
    let mut document: Value = serde_json::from_str(sample_document()).unwrap();
    edit(&mut document);
    let mut inventory: Inventory = serde_json::from_value(document).unwrap();
    inventory.taken_at = Timestamp::from_second(1_795_000_000 + hour * 3_600).unwrap();
    let asked = ScanRequest { scope: vec!["sandbox".to_owned()], signer: 0 };
    let store = SnapshotStore::new(home.path().join("store"));
    let kept = store.new_path(&inventory, Some(&asked), inventory.taken_at).unwrap();
    write_snapshot(&inventory, Some(&asked), &mut std::fs::File::create(kept).unwrap()).unwrap();
}

/// A channel that was told nothing yet is compared with the older snapshot, which has nothing to do with the baseline.
#[test]
fn an_incomplete_older_snapshot_does_not_deny_the_baseline_that_was_written() {
    let home = Home::new();
    home.write("netcensus.toml", FILE);
    keep(&home, 1, deny_networks);
    keep(&home, 2, |_| {});
    let flags = "--store store --notify log --baseline known.json --write-baseline";
    let output = home.netcensus(&format!("overlap --from @latest {flags}")).run().exits(0);
    assert!(home.path().join("known.json").exists());
    assert!(!output.stderr.contains("was not written"), "{}", output.stderr);
}

#[test]
fn what_an_older_snapshot_of_the_scope_had_is_not_new_and_a_snapshot_is_told_once() {
    let home = Home::new();
    home.write("netcensus.toml", FILE);
    let tell = |flags: &str| {
        home.netcensus(&format!("overlap --from @latest --store store --notify log {flags}")).run().exits(1)
    };
    keep(&home, 1, |_| {});
    keep(&home, 2, |_| {});
    let first = tell("");
    assert_eq!(lines(&home), [Value::Null; 0], "the one before had all of it");
    first.says(&["channel `log` gets its first message", "will not be sent as new"]);
    assert!(!tell("").stderr.contains("first time"));
    // Another scope of the report, whose older snapshot has nothing.
    keep(&home, 3, remove_networks);
    keep(&home, 4, |_| {});
    for _ in 0..2 {
        tell("--fail-on connected");
    }
    let told = lines(&home);
    assert_eq!(told.len(), 1);
    assert!(told[0]["data"]["events"].as_array().unwrap().iter().all(|event| event["event"] == "new"));
    assert_eq!(told[0]["data"]["command"], "netcensus overlap --from @latest");
}

/// Sets how full a subnet of the document is, in percent of its addresses.
fn fill(document: &mut Value, id: &str, percent: u64) {
    let subnets = document["subnets"].as_array_mut().unwrap();
    let subnet = subnets.iter_mut().find(|subnet| subnet["id"] == id).unwrap();
    let total = subnet["addresses_total"].as_u64().unwrap();
    subnet["addresses_available"] = (total - (total * percent).div_ceil(100)).into();
}

#[test]
fn a_subnet_is_told_when_it_is_full_and_when_it_is_clearly_not() {
    let home = Home::new();
    home.write("netcensus.toml", FILE);
    let mut document: Value = serde_json::from_str(sample_document()).unwrap();
    let large = |subnet: &&Value| subnet["addresses_total"].as_u64() > Some(200);
    let id = document["subnets"].as_array().unwrap().iter().find(large).unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    // The sample has full subnets of its own.
    for subnet in document["subnets"].as_array_mut().unwrap() {
        subnet["addresses_available"] = subnet["addresses_total"].clone();
    }
    // Interfaces would contradict the numbers that the test makes up.
    document["interfaces"] = Value::Array(Vec::new());
    let mut tell = |hour: u8, percent: u64, code: i32| {
        document["taken_at"] = format!("2026-11-20T{hour:02}:00:00Z").into();
        fill(&mut document, &id, percent);
        home.write("inventory.json", document.to_string());
        home.netcensus("usage --from inventory.json --store store --notify log").run().exits(code);
        let events = lines(&home).last().map(|line| line["data"]["events"].clone()).unwrap_or_default();
        let of_subnet = |event: &&Value| event["places"][0]["id"] == id.as_str();
        let event = events.as_array().and_then(|events| events.iter().find(of_subnet).cloned());
        let words = event.map(|event| format!("{} {}", event["event"], event["severity"]).replace('"', ""));
        (lines(&home).len(), words.unwrap_or_default())
    };
    assert_eq!(tell(1, 50, 0), (0, String::new()));
    assert_eq!(tell(2, 79, 0), (0, String::new()));
    assert_eq!(tell(3, 80, 0), (1, "new warning".to_owned()));
    assert_eq!(tell(4, 95, 1), (2, "worse critical".to_owned()));
    assert_eq!(tell(5, 100, 1), (2, "worse critical".to_owned()), "it is as critical as it was");
    assert_eq!(tell(6, 88, 0), (2, "worse critical".to_owned()), "not clearly below 90");
    assert_eq!(tell(7, 95, 1), (2, "worse critical".to_owned()));
    assert_eq!(tell(8, 84, 0), (3, "better warning".to_owned()));
    assert_eq!(tell(9, 76, 0), (3, "better warning".to_owned()), "not clearly below 80");
    assert_eq!(tell(10, 50, 0), (4, "over warning".to_owned()));
}

#[test]
fn a_channel_that_fails_ends_with_2_and_the_report_is_there() {
    let home = Home::new();
    let receiver = Receiver::new(&[(403, "", "invalid_token"); 3], slack);
    home.write("hook.url", receiver.address());
    let hook = "[notify.hook]\ntype = \"slack\"\nurl-file = \"hook.url\"\n";
    home.write("netcensus.toml", hook);
    let output = overlap(&home, 6, |_| {}, "-o json --notify hook").exits(2);
    assert!(output.stdout.contains("\"findings\""), "the report");
    assert!(output.stderr.contains("channel `hook`: 127.0.0.1 answered 403"), "{}", output.stderr);
    assert!(!output.stderr.contains("very-secret"), "{}", output.stderr);
    // What did not arrive is told again.
    home.write("netcensus.toml", format!("{hook}optional = true\n"));
    let output = overlap(&home, 6, |_| {}, "--notify hook").exits(1);
    assert!(output.stderr.contains("(the channel is optional)"), "{}", output.stderr);
    overlap(&home, 6, |_| {}, "--notify hook").exits(1);
    overlap(&home, 6, |_| {}, "--notify hook").exits(1);
    overlap(&home, 6, |_| {}, "--notify hook").exits(1);
    assert_eq!(receiver.received().len(), 4, "until it was taken");
}

#[test]
fn a_dry_run_prints_and_changes_nothing() {
    let home = Home::new();
    let metrics = "[notify.metrics]\ntype = \"cloudwatch\"\nnamespace = \"Netcensus\"\n";
    let clear = "[notify.clear]\ntype = \"webhook\"\nurl = \"https://hooks.example/very-secret\"\n";
    home.write("netcensus.toml", format!("{FILE}{metrics}{clear}"));
    let output =
        overlap(&home, 6, |_| {}, "-o json --notify log,metrics --notify clear --notify-dry-run").exits(1);
    serde_json::from_str::<Value>(&output.stdout).unwrap();
    for expected in [
        "would be sent to `log` (file):",
        "would be sent to `metrics` (cloudwatch):",
        "OpenCollisions",
        "Class=connected",
        "netcensus.notice.overlap",
        "notify.clear.url: the URL is a secret and stands here in clear text",
    ] {
        assert!(output.stderr.contains(expected), "{expected}: {}", output.stderr);
    }
    assert!(!output.stderr.contains("very-secret"));
    assert!(!home.path().join("store").exists() && lines(&home).is_empty());
}

#[test]
fn wrong_channels_cost_a_second_and_not_a_scan() {
    let home = Home::new();
    home.write("netcensus.toml", format!("{FILE}[notify.ops]\ntype = \"slack\"\nurl-env = \"UNSET_URL\"\n"));
    for (flags, expected) in [
        ("--notify lag", "there is no channel `lag` (did you mean `log`?)"),
        ("--notify ops", "channel `ops`: the environment variable UNSET_URL is not set"),
    ] {
        let output = overlap(&home, 6, |_| {}, flags).exits(2);
        assert!(output.stderr.contains(expected) && output.stdout.is_empty(), "{}", output.stderr);
    }
}

#[test]
fn changes_are_told_once() {
    let home = Home::new();
    let receiver = Receiver::new(&[], cloud_events);
    home.write("netcensus.toml", "[notify.hook]\ntype = \"webhook\"\nurl-env = \"HOOK\"\n");
    let mut document: Value = serde_json::from_str(sample_document()).unwrap();
    document["taken_at"] = "2026-11-20T06:00:00Z".into();
    home.write("old.json", document.to_string());
    document["taken_at"] = "2026-11-20T07:00:00Z".into();
    document["instances"].as_array_mut().unwrap().remove(0);
    home.write("new.json", document.to_string());
    let diff = |sides: &str| {
        let run = home.netcensus(&format!("diff {sides} --store store --notify hook"));
        run.env("HOOK", receiver.address()).run().exits(0)
    };
    diff("old.json new.json");
    diff("old.json new.json");
    diff("new.json new.json");
    let requests = receiver.received();
    assert_eq!(requests.len(), 1);
    let event = requests[0].json();
    assert_eq!(event["data"]["events"][0]["event"], "changed");
    assert_eq!(event["data"]["summary"], "netcensus diff: 1 changed; 1 removed");
}
