//! `netcensus free`, the binary: what reaches a script, its exit codes, pools, and its formats.

use netcensus::analysis::free::{FreeInput, FreeQuestion, HeldInput, answer};
use netcensus::model::{Inventory, Outcome, PlannedChanges, Provider};
use netcensus::output::{Format, Layout, free_schema, render};
use serde_json::Value;

use super::estate::{Estate, search, wanted};
use crate::find::estate::coverage;
use crate::find::history::keep;
use crate::overlap::estate::{range, vpc};
use crate::support::Home;

const POOLS: &str = r#"
[[pools]]
name = "all"
prefixes = ["10.0.0.0/8"]
reserved = ["10.0.0.0/16"]

[[pools]]
name = "eu"
prefixes = ["10.16.0.0/14"]
regions = ["eu-west-1"]
tags = { env = "prod" }

[[pools]]
name = "v6"
prefixes = ["fd12:3456:7800::/40"]
regions = ["eu-west-1"]
tags = { family = "v6" }
"#;

fn estate() -> Estate {
    let networks =
        vec![vpc("vpc-1", &["10.16.0.0/16"]), vpc("vpc-2", &["10.17.0.0/17", "fd12:3456:7800::/56"])];
    Estate { ranges: vec![range("office", "10.18.0.0/15")], ..Estate::of(networks) }
}

fn home(inventory: &Inventory, config: &str) -> Home {
    let home = Home::new();
    home.write("all.json", serde_json::to_vec(inventory).unwrap());
    home.write("netcensus.toml", config);
    home
}

fn incomplete() -> Inventory {
    let unread = coverage(Provider::Aws, "222222222222", Outcome::Denied);
    Estate { unread, ..estate() }.inventory()
}

#[test]
fn with_a_size_only_prefixes_that_are_free_reach_a_script() {
    let home = home(&estate().inventory(), "");
    let free = |arguments: &str| home.netcensus(&format!("free --from all.json {arguments}")).run();
    assert_eq!(free("10.16.0.0/14 --size 20 --planned 10.18.0.0/15").succeeds().stdout, "10.17.128.0/20\n");
    assert_eq!(
        free("10.16.0.0/15 --size /18 --count 2").succeeds().stdout,
        "10.17.128.0/18\n10.17.192.0/18\n"
    );
    assert_eq!(free("10.16.0.0/15 --size 4096 --from-end").succeeds().stdout, "10.17.240.0/20\n");
    assert_eq!(free("fd12:3456:7800::/40 --size 56").succeeds().stdout, "fd12:3456:7800:100::/56\n");
    assert_eq!(
        free("10.17.128.0/17 --size 20 --except 10.17.128.0/18").succeeds().stdout,
        "10.17.192.0/20\n"
    );
    let none = free("10.16.0.0/15 --size 16").exits(1);
    assert_eq!(none.stdout, "");
    none.says(&["no /16 is free in 10.16.0.0/15: the largest free prefix is 10.17.128.0/17"]);
    let few = free("10.16.0.0/15 --size 18 --count 3").exits(1);
    assert_eq!(few.stdout, "", "all or nothing");
    few.says(&["only 2 of 3 prefixes of /18"]);
    free("10.16.0.0/16 --size 20").exits(1).says(&["nothing is free there"]);
    free("10.16.0.0/24 --size 20").exits(1).says(&["a /20 does not fit in 10.16.0.0/24"]);
    free("all.json").refuses(&["`all.json` is not a prefix or a pool", "--from all.json"]);
    free("10.0.0.0/8 --size 56").exits(2).says(&["there is no IPv6 prefix to take a /56 from"]);
    free("nonsense").exits(2).says(&["`nonsense` is not a prefix, and netcensus.toml defines no pools"]);
}

#[test]
fn what_is_incomplete_is_not_free() {
    let home = home(&incomplete(), "");
    let free =
        |arguments: &str| home.netcensus(&format!("free 10.20.0.0/16 --from all.json {arguments}")).run();
    let held_back = free("--size 20").exits(3);
    assert_eq!(held_back.stdout, "");
    held_back.says(&["10.20.0.0/20 may be free", "(exit code 3)", "--allow-incomplete"]);
    let allowed = free("--size 20 --allow-incomplete").exits(0);
    assert_eq!(allowed.stdout, "10.20.0.0/20\n");
    allowed.says(&["what looks free may be in use"]);
    let holes = free("").exits(3);
    assert!(holes.stdout.starts_with("10.20.0.0/16: may be free in 1 block"), "{}", holes.stdout);
    let document = free("-o json --size 20").exits(3).json();
    assert_eq!(document["answers"][0]["status"], "not-known-to-be-held");
    assert_eq!(document["answers"][0]["offer"]["prefixes"][0], "10.20.0.0/20");
    // The next step of a pipe is told what is missing.
    let step = "free 10.20.0.0/16 --from all.json --size 20 --state - -o state --allow-incomplete";
    let state = home.netcensus(step).stdin("{}").run().exits(0).json();
    let step = &state["netcensus"]["steps"][0];
    assert_eq!((&step["status"], &step["complete"]), (&"done".into(), &false.into()));
    assert!(step["missing"][0].as_str().unwrap().contains("222222222222"), "{step}");
    free("--require 20").exits(3);
    free("--require 20 --allow-incomplete").exits(0);
}

#[test]
fn a_pool_is_named_or_chosen_by_what_it_is_for() {
    let home = home(&estate().inventory(), POOLS);
    let free = |arguments: &str| home.netcensus(&format!("free --from all.json {arguments}")).run();
    assert_eq!(free("eu --size 20").succeeds().stdout, "10.17.128.0/20\n");
    assert_eq!(free("--for region=eu-west-1,env=prod --size 20").succeeds().stdout, "10.17.128.0/20\n");
    assert_eq!(free("--for family=v6 --size 56").succeeds().stdout, "fd12:3456:7800:100::/56\n");
    // The pool around has neither what it reserves nor the pool in it.
    assert_eq!(free("all --size 14 --first-fit").succeeds().stdout, "10.4.0.0/14\n");
    let holes = free("all -o json").succeeds().json();
    assert_eq!(holes["answers"][0]["holes"][0]["before"]["kind"], "pool-reserved");
    assert_eq!(holes["answers"][0]["holes"][0]["after"]["id"], "eu");
    free("--size 20")
        .exits(2)
        .says(&["there are several pools, and --size does not say which one to use", "all, eu, v6"]);
    free("euu --size 20").exits(2).says(&["there is no pool `euu`", "all, eu, v6"]);
    free("--for zone=a --size 20").exits(2).says(&["no pool has a value for `zone`"]);
    free("--require 14").exits(1).says(&["no /14 is free in eu: the largest free prefix is 10.18.0.0/15"]);
    free("eu --require 15").succeeds();
}

#[test]
fn a_pool_that_cannot_be_is_refused_where_it_is_written() {
    let wrong = r#"
[[pools]]
name = "a/b"
prefixes = ["10.0.0.1/8"]
reserved = ["10.1.0.0/16"]
region = ["eu-west-1"]

[[pools]]
name = "one"
prefixes = ["10.0.0.0/8"]
reserved = ["11.0.0.0/16"]

[[pools]]
name = "One"
prefixes = ["10.0.0.0/8"]
tags = { env = 1 }

[[pools]]
name = "empty"
prefixes = []
"#;
    let home = home(&estate().inventory(), wrong);
    home.netcensus("config check").run().exits(2).says(&[
        "must not contain `/`, `,` or `=`",
        "did you mean 10.0.0.0/8?",
        "unknown key `region`",
        "11.0.0.0/16 lies in no prefix of the pool",
        "the pool `One` is defined twice",
        "10.0.0.0/8 is a prefix of the pool `one` too",
        "expected a string, found integer",
        "`prefixes` is empty",
    ]);
}

#[test]
fn why_a_prefix_is_held_and_since_when() {
    let inventory = estate().inventory();
    let home = home(&inventory, "");
    home.write("sites.csv", "prefix,name\n10.18.0.0/16,warehouse\n");
    let why = || {
        let flags = "--from all.json --external sites.csv --store store -o json";
        home.netcensus(&format!("free --why 10.16.0.0/14 {flags}")).run().succeeds().json()
    };
    std::fs::create_dir_all(home.path().join("store")).unwrap();
    assert!(why()["answers"][0]["held"][0]["since"].is_null(), "no snapshot is kept");
    let later = Inventory {
        taken_at: inventory.taken_at + jiff::SignedDuration::from_hours(24),
        ..inventory.clone()
    };
    keep(&home, &[inventory, later]);
    let document = why();
    let held = document["answers"][0]["held"].as_array().unwrap();
    let line = |one: &Value| {
        let since = one["since"]["first"]["at"].as_str().unwrap_or("-");
        let [prefix, kind, source] = ["prefix", "kind", "source"].map(|key| one[key].as_str().unwrap());
        format!("{prefix} {kind}, {source}, {since}")
    };
    assert_eq!(
        held.iter().map(line).collect::<Vec<_>>(),
        [
            "10.16.0.0/16 network, inventory, 1970-01-01T00:00:00Z",
            "10.17.0.0/17 network, inventory, 1970-01-01T00:00:00Z",
            "10.18.0.0/16 range, external ranges, -",
        ]
    );
    assert_eq!(
        (&held[0]["account_name"], &held[0]["since"]["last"]["at"]),
        (&"prod".into(), &"1970-01-02T00:00:00Z".into())
    );
}

fn rendered(question: FreeQuestion, format: Format, width: u16, wide: bool) -> String {
    let mut bytes = Vec::new();
    let (estate, layout) = (estate(), Layout { width: Some(width), ..Layout::default() });
    let (inventory, plan) = (estate.inventory(), PlannedChanges::default());
    let searches = [search("10.0.0.0/8"), search("10.16.0.0/16")];
    let input = FreeInput {
        held: HeldInput {
            inventory: &inventory,
            ranges: &estate.ranges,
            plan: &plan,
            bridges: &[],
            others: &[],
        },
        question,
        searches: &searches,
        wanted: matches!(question, FreeQuestion::Size | FreeQuestion::Require).then(|| wanted("20", 2)),
        joined: None,
        history: None,
        interrupted: false,
    };
    let report = answer(input).unwrap();
    render(&report, format, layout.with_wide(wide), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

const QUESTIONS: [FreeQuestion; 4] =
    [FreeQuestion::Holes, FreeQuestion::Size, FreeQuestion::Require, FreeQuestion::Why];

#[test]
fn every_document_is_as_the_schema_says() {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("free.json", free_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("free.json", &mut schemas).unwrap();
    for question in QUESTIONS {
        let document: Value = serde_json::from_str(&rendered(question, Format::Json, 100, false)).unwrap();
        schemas.validate(&document, schema).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(document["schema_version"], 1);
    }
}

#[test]
fn every_line_of_ndjson_is_an_object_and_the_last_is_the_report() {
    let text = rendered(FreeQuestion::Holes, Format::Ndjson, 100, false);
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |kind: &str| records.iter().filter(|record| record["record"] == kind).count();
    assert_eq!((count("hole"), count("answer"), count("free")), (3, 2, 1));
    assert_eq!(records.last().unwrap()["record"], "free");
}

#[test]
fn an_answer_without_holes_has_a_row_too() {
    let text = rendered(FreeQuestion::Holes, Format::Csv, 100, false);
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[0].starts_with("query,status,first,last,addresses,widest,prefixes,before,"), "{text}");
    assert!(rows[1].starts_with("10.0.0.0/8,free,10.0.0.0,10.15.255.255,1048576,10.0.0.0/12,"), "{text}");
    assert!(rows.last().unwrap().starts_with("10.16.0.0/16,full,,,"), "{text}");
    let markdown = rendered(FreeQuestion::Require, Format::Markdown, 100, false);
    assert!(markdown.contains("| 10.0.0.0/8 | free | 20 | true |"), "{markdown}");
    assert_eq!(rendered(FreeQuestion::Size, Format::Table, 100, false).lines().count(), 2, "prefixes alone");
}

#[test]
fn tables_fit_the_terminal() {
    for question in QUESTIONS {
        for width in [80_u16, 120, 200] {
            let text = rendered(question, Format::Table, width, false);
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(longest <= usize::from(width), "{question:?} {width}\n{text}");
        }
    }
}

#[test]
fn what_is_free_of_public_space_is_not_yours() {
    let home = home(&estate().inventory(), "[[pools]]\nname = 'ours'\nprefixes = ['8.0.0.0/8']\n");
    let free = |arguments: &str| home.netcensus(&format!("free --from all.json {arguments}")).run().exits(0);
    let warning = "is not all private address space";
    for public in ["8.8.0.0/16 --size 20", "0.0.0.0/0", "2000::/3 --size 32", "::/0"] {
        free(public).says(&[warning]);
    }
    for yours in ["10.0.0.0/8 --size 20", "100.64.0.0/10", "fd12:3456:7800::/40 --size 56", "ours --size 20"]
    {
        assert!(!free(yours).stderr.contains(warning), "{yours}");
    }
    // What is set aside is held, and what no network can have too.
    assert!(free("169.254.0.0/16").stdout.starts_with("169.254.0.0/16: full"));
    for (held, size) in
        [("169.254.7.0/24", 32), ("224.0.0.0/4", 32), ("::/8", 128), ("4000::/3", 128), ("fec0::/10", 128)]
    {
        let none = home.netcensus(&format!("free {held} --size {size} --from all.json")).run().exits(1);
        none.says(&["nothing is free there", &format!("free --why {held}`")]);
    }
}
