//! `netcensus usage`, the binary: its formats, its exit codes, and what it refuses.

use netcensus::analysis::usage::UsageKind;
use netcensus::output::{Content, Format, Layout, render, usage_schema};
use serde_json::Value;

use super::estate::{assess, of_subnets, policy, subnet};
use crate::support::{Home, netcensus};

fn rendered(format: Format) -> String {
    let subnets = vec![subnet("s", "10.0.0.0/24", Some(240)), subnet("t", "10.0.1.0/24", None)];
    let report = assess(&of_subnets(subnets, vec![]), UsageKind::Subnet, &policy());
    let mut bytes = Vec::new();
    render(&report, format, Layout::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_document_is_as_the_schema_says() {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("usage.json", usage_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("usage.json", &mut schemas).unwrap();
    let document: Value = serde_json::from_str(&rendered(Format::Json)).unwrap();
    schemas.validate(&document, schema).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(document["rows"][0]["used_percent"], 95.61);
    assert_eq!(document["rows"][1]["used_percent"], Value::Null);
}

#[test]
fn every_format_has_every_row() {
    for spec in Format::for_content(Content::Usage) {
        let text = rendered(spec.format);
        assert!(text.contains("name of s"), "{}: {text}", spec.name);
    }
    let records: Vec<Value> =
        rendered(Format::Ndjson).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((records.len(), &records[2]["record"]), (3, &Value::from("usage")));
}

#[test]
fn exit_codes_say_what_is_full() {
    let home = Home::new();
    let full = of_subnets(vec![subnet("s", "10.0.0.0/24", Some(220))], vec![]);
    home.write("all.json", serde_json::to_vec(&full).unwrap());
    let usage = |arguments: &str| home.netcensus(&format!("usage --from all.json {arguments}")).run();
    usage("").exits(0);
    usage("--fail-on warning").exits(1);
    usage("--critical 87").exits(1);
    usage("--critical 87 --fail-on none").exits(0);
    usage("--critical 50").exits(1);
    usage("--critical free<32 -o csv=usage.csv").exits(1);
    assert_eq!(std::fs::read_to_string(home.path().join("usage.csv")).unwrap().lines().count(), 2);
    home.write("netcensus.toml", "[usage]\nwarn = [50]\nfail-on = [\"warning\"]\n");
    usage("").exits(1);
    home.write("netcensus.toml", "[[usage.thresholds]]\nprefix = \"10.0.0.0/8\"\ncritical = 80\n");
    usage("").exits(1);
    home.write("netcensus.toml", "[[usage.thresholds]]\ncritical = 80\n");
    usage("").exits(2).says(&["nothing is selected"]);
    home.write("netcensus.toml", "[[usage.thresholds]]\nprefix = \"10.0.0.0/8\"\n");
    usage("").exits(2).says(&["sets no threshold"]);
}

#[test]
fn wrong_limits_are_refused_before_anything_is_read() {
    for (arguments, words) in [
        ("--warn 101", ["101 % is out of range", "1 to 100"]),
        ("--critical used<3", ["`used<3` is not a threshold", "free<32"]),
        ("--warn 95 --critical 90", ["the warning at 95% can never come", "90% is critical already"]),
        ("--warn free<8 --critical free<16", ["the warning at free<8 can never come", "free<16"]),
        ("--reservations r.json", ["only `usage pools` counts reservations", "--reservations"]),
        ("--fail-on soon", ["`soon` is not accepted", "full-in=30d"]),
        ("--fail-on full-in=30d", ["needs a forecast", "--forecast"]),
        ("zones", ["zones", "subnets"]),
    ] {
        netcensus(&format!("usage {arguments} --from none.json")).refuses(&words);
    }
}
