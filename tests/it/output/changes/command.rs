//! The formats as the command takes them.

use netcensus::output::FORMATS;

use super::super::sample;
use crate::support::{Home, Output};

/// Compares the sample with itself after a network was renamed.
fn diff(home: &Home, options: &str) -> Output {
    let mut inventory = sample::inventory();
    home.write("old.json", serde_json::to_string(&inventory).unwrap());
    inventory.networks[0].name = Some("renamed".into());
    home.write("new.json", serde_json::to_string(&inventory).unwrap());
    home.netcensus(&format!("diff old.json new.json {options}")).run()
}

#[test]
fn changes_come_in_every_format_that_holds_listings_and_in_no_other() {
    for info in &FORMATS {
        let output = diff(&Home::new(), &format!("-o {}", info.name));
        if info.changes.is_none() {
            output.refuses(&[info.name, "table, json, ndjson, csv, tsv, markdown"]);
        } else {
            let output = output.exits(3);
            assert!(output.stdout.contains("renamed"), "{}: {}", info.name, output.stdout);
        }
    }
}

#[test]
fn the_format_of_the_configuration_is_that_of_changes_too() {
    let home = Home::new();
    home.write("netcensus.toml", "[output]\nformat = \"csv\"\n");
    assert!(diff(&home, "").exits(3).stdout.starts_with("change,kind,provider,"));
    home.write("netcensus.toml", "[output]\nformat = \"sarif\"\n");
    diff(&home, "").refuses(&["netcensus.toml:2", "sarif", "markdown"]);
}
