//! The commands from end to end, with a saved inventory.

use netcensus::model::{Coverage, Inventory, Kind, Outcome, Provider, Resources, Subject};
use serde_json::{Value, json};

use crate::overlap::estate::vpc;
use crate::support::{Home, Output};

/// Writes an inventory that was read completely, with one network.
fn home() -> Home {
    let read = |kind: Kind| Coverage {
        provider: Provider::Aws,
        account: "111111111111".to_owned(),
        region: Some("eu-west-1".to_owned()),
        kind: Subject::from(kind),
        outcome: Outcome::Complete,
        detail: None,
        requests: 1,
        duration_ms: 1,
    };
    let resources = Resources { networks: vec![vpc("vpc-1", &["10.0.0.0/24"])], ..Resources::default() };
    let taken_at = "2026-11-27T12:00:00Z".parse().unwrap();
    let coverage = Kind::ALL.map(read).into();
    let inventory = Inventory::assemble("test".to_owned(), taken_at, Vec::new(), resources, coverage);
    let home = Home::new();
    home.write("inventory.json", serde_json::to_vec(&inventory).unwrap());
    home
}

fn reserve(home: &Home, more: &str) -> Output {
    let of = "reserve 10.0.0.0/22 --size 24 --from inventory.json --reservations r.json";
    home.netcensus(&format!("{of} {more}")).run()
}

/// Two callers of a preview get the same prefix, and a second plan gets another one. Neither holds here.
#[test]
fn callers_get_different_prefixes_and_a_name_the_same_one_at_every_run() {
    let home = home();
    let first = reserve(&home, "--name a --owner team-a").exits(0).stdout;
    assert_eq!(first, "10.0.1.0/24\n", "alone on standard output");
    assert_eq!(reserve(&home, "--name b --owner team-b").exits(0).stdout, "10.0.2.0/24\n");
    assert_eq!(reserve(&home, "--name a --owner team-a").exits(0).stdout, first);
    let json = reserve(&home, "--name a --owner team-a -o json").exits(0).stdout;
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["reservations"][0]["prefix"], "10.0.1.0/24");
    assert_eq!(reserve(&home, "--name c --owner team-c").exits(0).stdout, "10.0.3.0/24\n");
    let full = reserve(&home, "--name d --owner team-d").exits(1);
    assert_eq!(full.stdout, "");
    assert!(full.stderr.contains("no /24 is free in 10.0.0.0/22"), "{}", full.stderr);
    home.netcensus("release b --reservations r.json").run().exits(0);
    assert_eq!(reserve(&home, "--name d --owner team-d").exits(0).stdout, "10.0.2.0/24\n");
    home.netcensus("release b --reservations r.json").run().exits(1);
}

#[test]
fn nothing_is_reserved_of_what_could_not_be_read() {
    let home = home();
    let text = std::fs::read_to_string(home.path().join("inventory.json")).unwrap();
    home.write("inventory.json", text.replace("\"complete\"", "\"denied\""));
    let refused = reserve(&home, "--name a --owner team-a").exits(3);
    assert_eq!(refused.stdout, "");
    assert!(!home.path().join("r.json").exists(), "nothing is written");
    reserve(&home, "--name a --owner team-a --allow-incomplete").exits(0);
}

/// What another shard has, or a filter left out, may have the prefix.
#[test]
fn nothing_is_reserved_of_a_part_of_an_inventory() {
    for (key, part, said) in [
        ("shard", json!({"parts": [1], "of": 2}), "shard 1/2"),
        ("filters", json!(["region=eu-west-1"]), "filtered by"),
    ] {
        let home = home();
        let text = std::fs::read_to_string(home.path().join("inventory.json")).unwrap();
        let mut document: Value = serde_json::from_str(&text).unwrap();
        document[key] = part;
        home.write("inventory.json", document.to_string());
        let refused =
            reserve(&home, "--name a --owner team-a").exits(3).says(&[said, "nothing was reserved"]);
        assert!(refused.stdout.is_empty() && !home.path().join("r.json").exists(), "{}", refused.stderr);
        reserve(&home, "--name a --owner team-a --allow-incomplete").exits(0).says(&[said]);
        // The rows are there to look at, and it is said that they are a part.
        home.netcensus("scan --from inventory.json -q").run().exits(0).says(&[said]);
        home.netcensus("reservations --from inventory.json --reservations r.json")
            .run()
            .exits(3)
            .says(&[said]);
    }
}

/// A caller that took the answer for one of its pool would use addresses of another.
#[test]
fn a_name_that_reserves_a_prefix_of_one_pool_gets_none_of_another() {
    let home = home();
    let pool = |name: &str, prefix: &str| format!("[[pools]]\nname = '{name}'\nprefixes = ['{prefix}']\n");
    home.write("netcensus.toml", pool("cloud", "10.64.0.0/10") + &pool("eu", "10.80.0.0/12"));
    let reserve = |place: &str| {
        let arguments = "--name n --owner o --from inventory.json --reservations r.json";
        home.netcensus(&format!("reserve {place} {arguments}")).run()
    };
    assert_eq!(reserve("eu --size 20").exits(0).stdout, "10.80.0.0/20\n");
    reserve("cloud --size 20").exits(1).says(&["10.80.0.0/20 of pool eu", "choose another name"]);
    assert_eq!(reserve("eu --size 20").exits(0).stdout, "10.80.0.0/20\n");
    assert_eq!(reserve("10.80.0.0/20").exits(0).stdout, "10.80.0.0/20\n", "a prefix may be of any pool");
}

#[test]
fn a_prefix_comes_from_a_pool_and_is_no_longer_free() {
    let home = home();
    home.write(
        "netcensus.toml",
        "reservations = 'r.json'\n[[pools]]\nname = 'eu'\nprefixes = ['10.0.0.0/22']\nreserved = ['10.0.1.0/24']\n",
    );
    let free = |more: &str| home.netcensus(&format!("free eu --size 24 --from inventory.json {more}")).run();
    assert_eq!(free("").exits(0).stdout, "10.0.2.0/24\n");
    let reserve = |more: &str| {
        home.netcensus(&format!("reserve eu --name a --owner team-a --from inventory.json {more}")).run()
    };
    reserve("").refuses(&["eu is a pool", "--size 20"]);
    assert_eq!(reserve("--size 24").exits(0).stdout, "10.0.2.0/24\n");
    let report = reserve("--size 24 -o json").exits(0).stdout;
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["reservations"][0]["pool"], "eu");
    assert_eq!(free("").exits(0).stdout, "10.0.3.0/24\n", "a reservation holds its prefix");
    let why = home.netcensus("free --why 10.0.2.0/24 --from inventory.json -o json").run().stdout;
    assert!(why.contains("\"reservation\"") && why.contains("team-a"), "{why}");
    home.netcensus("reserve us --size 24 --name b --owner c --from inventory.json")
        .run()
        .refuses(&["pool `us`", "eu"]);
}

/// Runs `reserve` as a step of a pipe, behind one that passes this on.
fn step(home: &Home, before: &Value, more: &str) -> Output {
    let of = "reserve 10.0.0.0/22 --size 24 --reservations r.json --state - -o state";
    let from = if more.contains("--from") { "" } else { "--from inventory.json" };
    home.netcensus(&format!("{of} {from} {more}")).stdin(before.to_string()).run()
}

#[test]
fn a_step_of_a_pipe_keeps_what_it_does_not_know_and_says_what_it_reserved() {
    let home = home();
    let before = json!({"ticket": "NET-42", "netcensus": {"version": 1, "steps": []}});
    let first = step(&home, &before, "--name shop --owner team-a").exits(0).json();
    assert_eq!(
        (&first["ticket"], &first["reservation"]["prefix"]),
        (&json!("NET-42"), &json!("10.0.1.0/24"))
    );
    let done = &first["netcensus"]["steps"][0];
    assert_eq!(
        (&done["step"], &done["status"], &done["complete"]),
        (&json!("reserve"), &json!("done"), &json!(true))
    );
    assert!(done["inventory"].is_string() && done["taken_at"] == "2026-11-27T12:00:00Z", "{done}");
    // The next step takes the prefix that is reserved for the network.
    home.write("network.toml", "name = 'shop'\nprovider = 'aws'\nregion = 'eu-west-1'\nzones = 1\n[[subnets]]\nname = 'app'\nsize = 26\n");
    let plan =
        "free 10.0.0.0/22 --plan network.toml --from inventory.json --reservations r.json --state - -o state";
    let planned = home.netcensus(plan).stdin(first.to_string()).run().exits(0).json();
    assert_eq!(planned["plan"]["prefixes"], json!(["10.0.1.0/24"]));
    assert_eq!(planned["netcensus"]["steps"].as_array().unwrap().len(), 2);
    // Asked again it gives the same, and no inventory is needed for that.
    let again = step(&home, &first, "--name shop --owner team-a").exits(0).json();
    assert_eq!(again["reservation"]["prefix"], "10.0.1.0/24");
    assert_eq!(again["netcensus"]["steps"][1]["inventory"], Value::Null);
}

#[test]
fn a_step_that_fails_passes_that_on_and_nothing_is_reserved_behind_it() {
    let home = home();
    let failed = step(&home, &json!({"ticket": 7}), "--name big --owner team-a --from none.json").json();
    assert_eq!(
        (&failed["ticket"], &failed["netcensus"]["steps"][0]["status"]),
        (&json!(7), &json!("failed"))
    );
    let refused = step(&home, &failed, "--name shop --owner team-a").exits(2);
    refused.says(&["the step `reserve` before this one failed"]);
    assert!(!home.path().join("r.json").exists());
    for name in ["a", "b", "c"] {
        reserve(&home, &format!("--name {name} --owner team-a")).exits(0);
    }
    let full = step(&home, &json!({}), "--name d --owner team-a").exits(1).json();
    let error = full["netcensus"]["steps"][0]["error"].as_str().unwrap();
    assert!(error.starts_with("no /24 is free in ") && error.contains(": nothing is free there"), "{error}");
}

/// The disk of a log may be full, or a redirection wrong: the prefix is reserved all the same.
#[cfg(target_os = "linux")]
#[test]
fn a_prefix_that_cannot_be_printed_is_reserved_and_that_is_said() {
    let home = home();
    let to_full = |more: &str| {
        let of = "reserve 10.0.0.0/22 --size 24 --name a --owner team-a --from inventory.json --reservations r.json";
        home.shell(&format!("\"$0\" {of} {more} > /dev/full")).run().exits(2)
    };
    for more in ["", "-o state"] {
        to_full(more).says(&["10.0.1.0/24 is reserved as `a` nevertheless", "netcensus release a"]);
    }
    assert_eq!(reserve(&home, "--name a --owner team-a").exits(0).stdout, "10.0.1.0/24\n");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_store_stays_and_one_to_a_disk_that_is_away_is_no_empty_store() {
    let home = home();
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, home.path().join(at)).unwrap();
    link("real.json", "r.json");
    reserve(&home, "--name a --owner team-a").exits(0);
    let listed = home.netcensus("reservations --unchecked --reservations real.json").run().exits(0);
    assert!(listed.stdout.contains("10.0.1.0/24"), "{}", listed.stdout);
    link("mnt/r.json", "away.json");
    let of = "--name b --owner team-b --from inventory.json --reservations away.json";
    let refused = home.netcensus(&format!("reserve 10.0.0.0/22 --size 24 {of}")).run().exits(2);
    refused.says(&["mnt does not exist"]);
}

#[test]
fn a_plan_for_exactly_a_reserved_prefix_is_no_finding_but_is_said() {
    let home = home();
    reserve(&home, "--name a --owner team-a").exits(0);
    let overlap = |planned: &str| {
        let of = "overlap --from inventory.json --reservations r.json -o json --planned";
        home.netcensus(&format!("{of} {planned}")).run()
    };
    let report = overlap("10.0.1.0/24").exits(0).json();
    let note = report["notes"][0].as_str().unwrap();
    assert!(note.starts_with("planned 10.0.1.0/24 is reserved by team-a as `a`"), "{note}");
    assert_eq!(overlap("10.0.1.0/25").exits(1).json()["findings"][0]["code"], "NC108");
}

#[test]
fn public_addresses_can_be_reserved_and_still_belong_to_their_owners() {
    let home = home();
    let reserve = |prefix: &str, name: &str| {
        let of =
            format!("reserve {prefix} --name {name} --owner me --from inventory.json --reservations r.json");
        home.netcensus(&of).run().exits(0)
    };
    reserve("8.8.8.0/24", "public").says(&["8.8.8.0/24 is not all private address space"]);
    assert!(!reserve("10.0.9.0/24", "private").stderr.contains("private address space"));
}

#[test]
fn a_refusal_names_the_command_that_finds_the_reservation() {
    let home = home();
    reserve(&home, "--name a --owner team-a").exits(0);
    let refused = home
        .netcensus("reserve 10.0.0.0/22 --size 25 --from inventory.json --reservations r.json --name a --owner team-a")
        .run()
        .exits(1);
    assert!(
        refused.stderr.contains("release this one first: netcensus release a --reservations r.json\n"),
        "{}",
        refused.stderr
    );
    let of = |arguments: &str| {
        let flags = "--from inventory.json --reservations r&s.json --name a --owner team-a";
        home.netcensus(&format!("reserve {arguments} {flags}")).run()
    };
    of("10.0.0.0/22 --size 26").exits(0);
    of("10.0.0.0/22 --size 25").exits(1).says(&["netcensus release a --reservations 'r&s.json'"]);
}
