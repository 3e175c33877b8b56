//! Every format, and the one line.

use quick_xml::events::Event;
use serde_json::Value;

use super::{formats, paper};
use crate::support::{Output, netcensus};

/// Holds that `text` is what a format promises.
fn hold(format: &str, text: &str) {
    let parses = |text: &str| serde_json::from_str::<Value>(text).is_ok();
    let lines = || text.lines();
    let valid = match format {
        "json" | "sarif" => parses(text),
        "ndjson" => lines().count() > 0 && lines().all(parses),
        "csv" | "tsv" => {
            let delimiter = if format == "csv" { b',' } else { b'\t' };
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
            reader.headers().unwrap().len() == 22 && reader.records().all(|record| record.is_ok())
        }
        "junit" => text.starts_with("<?xml") && well_formed(text),
        "github" => lines().all(|line| line.starts_with("::") || line.starts_with("overlap: ")),
        "markdown" => text.starts_with("## netcensus overlap"),
        _ => text.contains("overlap: "),
    };
    assert!(valid, "{format}\n{text}");
}

fn well_formed(text: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

#[test]
fn every_format_is_valid_and_alone_on_stdout() {
    for (inventory, code) in [(paper::tidy(), 0), (paper::colliding(), 1)] {
        let home = paper::home(&inventory);
        for format in formats() {
            let output = home.netcensus(&format!("overlap --from i.json -o {format} --color always")).run();
            let output = output.exits(code);
            assert_eq!(output.stderr, "", "{format}");
            hold(format, &output.stdout);
            assert_eq!(output.stdout.contains('\u{1b}'), format == "table" && code == 1, "{format}");
            let again = home.netcensus(&format!("overlap --from i.json -o {format} --color always")).run();
            assert_eq!(again.stdout, output.stdout, "{format}");
        }
    }
}

#[test]
fn the_summary_is_one_line_that_says_what_counts() {
    let home = paper::home(&paper::colliding());
    let line = home.netcensus("overlap --from i.json --summary").run().exits(1);
    assert_eq!(line.stdout, "overlap: 2 findings fail (1 connected, 1 latent); 4 prefixes compared\n");
    assert_eq!(line.stderr, "");
    let some = home.netcensus("overlap --from i.json --summary --fail-on connected").run().exits(1).stdout;
    assert_eq!(some, "overlap: 1 finding fails (1 connected); 1 latent reported; 4 prefixes compared\n");
    let clean = paper::home(&paper::tidy()).netcensus("overlap --from i.json --summary").run().succeeds();
    assert_eq!(clean.stdout, "overlap: clean; 1 prefix compared\n");
}

#[test]
fn the_file_names_the_format_and_the_flag_wins() {
    let home = paper::home(&paper::tidy());
    home.write("netcensus.toml", "[output]\nformat = \"json\"\n");
    home.netcensus("overlap --from i.json").run().succeeds().json();
    hold("github", &home.netcensus("overlap --from i.json -o github").run().succeeds().stdout);
    let line = home.netcensus("overlap --from i.json --summary").run().succeeds().stdout;
    assert!(line.starts_with("overlap: clean"), "{line}");
}

#[test]
fn nothing_is_wider_than_the_terminal_but_what_cannot_be_cut() {
    let home = paper::home(&paper::colliding());
    let output = home.netcensus("overlap --from i.json").env("COLUMNS", "80").run().exits(1);
    for line in output.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_reader_that_goes_away_changes_nothing() {
    let home = paper::home(&paper::colliding());
    for format in formats() {
        let mut child = home.netcensus(&format!("overlap --from i.json -o {format}")).spawn();
        drop(child.stdout.take());
        let output = Output::of(child).exits(1);
        assert_eq!(output.stderr, "", "{format}");
    }
}

#[test]
fn help_names_every_class_and_format() {
    let help = netcensus("overlap --help").succeeds().stdout;
    for word in
        ["- outside-network:", "- reserved:", "- sarif:", "Exit codes: 0", "netcensus overlap --sandbox"]
    {
        assert!(help.contains(word), "{word}\n{help}");
    }
    assert!(!help.contains("which every command reads with --from"), "a report is no inventory\n{help}");
}
