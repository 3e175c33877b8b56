//! `netcensus find`, the binary: its formats, its exit codes, and what it says on stderr.

use netcensus::model::{Inventory, Outcome, Provider};
use netcensus::output::{Format, Layout, find_schema, render};
use netcensus::snapshot;
use serde_json::Value;

use super::estate::{Estate, coverage, sample};
use crate::support::{Home, netcensus};

const EVERY_THING: [&str; 12] = [
    "10.0.1.10",
    "52.0.0.1",
    "10.0.1.1",
    "10.0.1.99",
    "10.0.0.0/15",
    "10.5.0.0/16",
    "02:1a:2b:3c:4d:5e",
    "tgw-1",
    "pcx-far",
    "prod",
    "shop*",
    "no-such-name",
];

fn home(inventory: &Inventory) -> Home {
    let home = Home::new();
    home.write("all.json", serde_json::to_vec(inventory).unwrap());
    home
}

fn rendered(estate: &Estate, things: &[&str], format: Format, width: u16, wide: bool) -> String {
    let mut bytes = Vec::new();
    let layout = Layout { width: Some(width), ..Layout::default() };
    estate.ask(things, |report| render(report, format, layout.with_wide(wide), &mut bytes)).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn exit_codes_say_whether_everything_was_found_and_whether_that_is_known() {
    let mut estate = sample();
    let home = home(&estate.inventory);
    let find = |arguments: &str| home.netcensus(&format!("find --from all.json {arguments}")).run();
    find("10.0.1.10 web-1").succeeds();
    assert_eq!(find("10.0.1.10 10.7.0.0/16").exits(1).stderr, "");
    find("no-such-name").exits(1);
    find("10.0.0.256").exits(2).says(&["`10.0.0.256` is not an address: 256 is more than 255"]);
    estate.inventory.coverage.extend(coverage(Provider::Aws, "333333333333", Outcome::Denied));
    home.write("gaps.json", serde_json::to_vec(&estate.inventory).unwrap());
    let find = |arguments: &str| home.netcensus(&format!("find --from gaps.json {arguments}")).run();
    find("10.0.1.10").exits(0).says(&["4 of 20 reads failed (there may be more matches)"]);
    find("10.0.1.10 10.7.0.0/16").exits(3).says(&["(exit code 3)"]);
}

#[test]
fn reservations_are_searched() {
    let home = home(&sample().inventory);
    let run = |command: &str| home.netcensus(command).run();
    run("reserve 172.20.0.0/16 --name payments --owner team-a --for 14d --from all.json --reservations held.json")
        .exits(0);
    let found = run("find 172.20.4.0/24 --from all.json --reservations held.json").succeeds();
    assert!(
        found.stdout.contains("reservation  172.20.0.0/16  contains it  payments  team-a"),
        "{}",
        found.stdout
    );
    run("find 172.20.4.0/24 --from all.json --reservations other.json")
        .exits(1)
        .says(&["other.json does not exist, so no reservation is taken into account"]);
    run("release payments --reservations other.json").exits(1).says(&["in other.json, which does not exist"]);
    home.write("broken.json", "{");
    run("find 172.20.4.0/24 --from all.json --reservations broken.json")
        .exits(3)
        .says(&["the reservations could not be read"]);
}

#[test]
fn ranges_and_plans_of_flags_are_searched() {
    let home = home(&sample().inventory);
    home.write("sites.csv", "prefix,name\n10.7.0.0/16,warehouse\n");
    let output = home
        .netcensus(
            "find 10.7.0.1 10.8.8.0/24 --from all.json --external sites.csv --planned 10.8.0.0/16 -o csv",
        )
        .run()
        .succeeds();
    let rows: Vec<&str> = output.stdout.lines().skip(1).collect();
    assert!(rows[0].starts_with("10.7.0.1,found,range,contains,10.7.0.0/16,warehouse,"), "{rows:?}");
    assert!(rows[1].starts_with("10.8.8.0/24,taken,planned,contains,10.8.0.0/16,"), "{rows:?}");
}

#[test]
fn a_snapshot_is_searched_row_by_row_with_the_same_answers() {
    let inventory = sample().inventory;
    let home = home(&inventory);
    let mut bytes = Vec::new();
    snapshot::write_snapshot(&inventory, None, &mut bytes).unwrap();
    home.write("all.ncsnap", &bytes);
    let things = EVERY_THING.join(" ");
    let find =
        |file: &str| home.netcensus(&format!("find {things} --from {file} -o json")).run().exits(1).json();
    assert_eq!(find("all.ncsnap"), find("all.json"));
}

#[test]
fn the_document_is_as_the_schema_says() {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("find.json", find_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("find.json", &mut schemas).unwrap();
    let text = rendered(&sample(), &EVERY_THING, Format::Json, 100, false);
    let document: Value = serde_json::from_str(&text).unwrap();
    schemas.validate(&document, schema).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(document["answers"].as_array().unwrap().len(), EVERY_THING.len());
}

#[test]
fn every_line_of_ndjson_is_an_object_and_the_last_is_the_report() {
    let text = rendered(&sample(), &EVERY_THING, Format::Ndjson, 100, false);
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |kind: &str| records.iter().filter(|record| record["record"] == kind).count();
    assert_eq!((count("answer"), count("find")), (EVERY_THING.len(), 1));
    assert_eq!(records.last().unwrap()["record"], "find");
    assert!(
        records.iter().filter(|record| record["record"] == "match").all(|record| record["query"].is_string())
    );
}

#[test]
fn a_thing_without_a_match_has_a_row_too() {
    for format in [Format::Csv, Format::Tsv, Format::Markdown] {
        let text = rendered(&sample(), &["no-such-name", "web-1"], format, 100, false);
        assert!(text.contains("not-found") && text.contains("i-web"), "{text}");
    }
}

/// Lines may be longer than the terminal only where one word is.
#[test]
fn tables_fit_the_terminal() {
    for width in [80, 120, 200] {
        for wide in [false, true] {
            let text = rendered(&sample(), &EVERY_THING, Format::Table, width, wide);
            let long: Vec<&str> = text
                .lines()
                .filter(|line| line.chars().count() > usize::from(width) && !line.contains("/subscriptions/"))
                .collect();
            assert!(long.is_empty() || wide, "{width}: {long:#?}");
        }
    }
}

#[test]
fn the_table_shows_what_is_around_an_address() {
    let text = rendered(&sample(), &["10.0.1.10"], Format::Table, 120, false);
    let expected = "\
10.0.1.10  found in 3 places
  interface  eni-web  in-use  10.0.1.10, 2001:db8:1::10  public 52.0.0.1  02:1a:2b:3c:4d:5e
  machine    web-1  i-web  running  m7g.large  team=shop
  subnet     subnet-app  10.0.1.0/24
  network    shop  vpc-shop  10.0.0.0/16, 2001:db8:1::/56
  owner      aws prod (111111111111)  eu-west-1
  joined to  tgw-1  by transit-gateway vpc-shop-tgw-1, available  with shop-copy
             lake (vpc-lake)  10.1.0.0/16  prod eu-west-1  by vpc-peering vpc-shop-vpc-lake, active

  machine    db-1  i-db  running  m7g.large  10.0.1.10  team=shop
  subnet     subnet-copy  10.0.1.0/24
  network    shop-copy  vpc-copy  10.0.0.0/16
  owner      aws staging (222222222222)  eu-west-1
  joined to  tgw-1  by transit-gateway vpc-copy-tgw-1, available  with shop

  range      10.0.0.0/8  at everything
";
    assert_eq!(text, expected);
}

#[test]
fn flags_about_scans_are_refused_with_a_file() {
    netcensus("find 10.0.0.1 --from all.json --region eu-west-1").exits(2);
    netcensus("find").exits(2);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn quick_finds_the_interface_of_an_address_and_says_what_it_did_not_look_at() {
    let quick = |things: &str| netcensus(&format!("find {things} --quick --sandbox --provider aws"));
    let found = quick("10.20.16.6").exits(0).says(&["not at delegated prefixes"]);
    for what in ["shop-app-us-old", "shop-prod-us", "subnet", "10.20.16.0/22"] {
        assert!(found.stdout.contains(what), "{what}: {}", found.stdout);
    }
    quick("10.20.16.6 10.99.99.99").exits(3).says(&["without --quick, everything is looked at"]);
    quick("shop-prod").exits(2).says(&["--quick finds addresses, and `shop-prod` is not an address"]);
}

/// Interfaces that were not scanned may have the address in the other network.
#[test]
fn an_address_is_not_unassigned_where_not_everything_was_read() {
    let mut estate = sample();
    let home = home(&estate.inventory);
    let find = |file: &str| home.netcensus(&format!("find 10.0.1.40 --from {file}")).run();
    let whole = find("all.json").exits(0).stdout;
    assert!(whole.starts_with("10.0.1.40  found, unassigned in 1 other network\n"), "{whole}");
    estate.inventory.coverage.extend(coverage(Provider::Aws, "333333333333", Outcome::Denied));
    home.write("gaps.json", serde_json::to_vec(&estate.inventory).unwrap());
    let part = find("gaps.json").exits(0).stdout;
    assert!(part.starts_with("10.0.1.40  found, unknown in 1 other network\n"), "{part}");
}
