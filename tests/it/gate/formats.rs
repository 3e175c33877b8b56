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
fn one_run_writes_several_reports() {
    let home = paper::home(&paper::colliding());
    let by_itself =
        |format: &str| home.netcensus(&format!("overlap --from i.json -o {format}")).run().exits(1).stdout;
    let (github, sarif, junit) = (by_itself("github"), by_itself("sarif"), by_itself("junit"));
    let read = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    let several = home.netcensus("overlap --from i.json -o sarif=a.sarif,github,junit=b.xml").run().exits(1);
    assert_eq!(several.stdout, github);
    assert_eq!((read("a.sarif"), read("b.xml")), (sarif.clone(), junit));
    let table = home.netcensus("overlap --from i.json -o SARIF=c.sarif").run().exits(1).stdout;
    assert_eq!((table, read("c.sarif")), (by_itself("table"), sarif));
    let line = home.netcensus("overlap --from i.json --summary -o json=d.json").run().exits(1).stdout;
    assert_eq!(line.lines().count(), 1);
    assert_eq!(read("d.json"), by_itself("json"));
}

#[test]
fn reports_that_cannot_be_written_are_refused_before_anything_is_read() {
    let home = paper::home(&paper::tidy());
    for (reports, words) in [
        ("json,sarif", ["two formats for standard output", "-o github,sarif="].as_slice()),
        ("json=a,sarif=a", &["names `a` twice"]),
        ("json=a,sarif=./a", &["names `./a` twice"]),
        ("json=none/a", &["none/a"]),
        ("json=.", &["directory"]),
        ("json=", &["names no file"]),
        ("yaml=a", &["yaml"]),
    ] {
        home.netcensus(&format!("overlap --from nowhere.json -o {reports}")).run().refuses(words);
        assert!(!home.path().join("a").exists(), "{reports}");
    }
}

#[test]
fn a_finding_is_explained_by_its_code_or_class() {
    let by_code = netcensus("overlap --explain nc102").succeeds().stdout;
    assert!(by_code.starts_with("NC102 latent\n") && by_code.contains("What to do."), "{by_code}");
    assert_eq!(netcensus("overlap --explain latent").succeeds().stdout, by_code);
    netcensus("overlap --explain NC999").refuses(&["NC999"]);
    netcensus("overlap --explain NC102 --sandbox").refuses(&["--explain", "cannot be used with"]);
}

#[test]
fn a_prefix_alone_is_a_question_about_it() {
    let home = paper::home(&paper::colliding());
    let report = |arguments: &str, code| {
        let output = home.netcensus(&format!("overlap --from i.json -o json {arguments}")).run().exits(code);
        (serde_json::from_str::<Value>(&output.stdout).unwrap(), output.stderr)
    };
    let findings = |report: &Value| report["findings"].as_array().unwrap().clone();
    let (all, _) = report("--planned 10.1.0.0/24", 1);
    let (about, said) = report("10.1.0.0/24", 1);
    let planned: Vec<Value> = findings(&all).into_iter().filter(|one| one["code"] == "NC103").collect();
    assert_eq!(findings(&about), planned, "only what is about the prefix");
    assert!(planned.len() == 1 && findings(&all).len() > 1, "{all:#}");
    assert_eq!(about["about"]["prefixes"], serde_json::json!(["10.1.0.0/24"]));
    assert_eq!(about["about"]["other_findings"], findings(&all).len() - 1);
    assert_eq!(about["gate"]["failing"], 1);
    assert!(all["about"].is_null());
    assert!(said.contains("1 finding is about 10.1.0.0/24 (NC103)"), "{said}");
    // What fails elsewhere is said, and does not fail the question.
    let (free, said) = report("10.99.0.0/16", 0);
    assert!(findings(&free).is_empty() && said.contains("10.99.0.0/16 is free"), "{said}");
    assert!(said.contains("about other prefixes") && said.contains("without a prefix lists"), "{said}");
    // A container bridge is free for `find`, which says what `overlap` reports.
    let (_, said) = report("172.17.0.0/24", 0);
    assert!(said.contains("1 finding is about 172.17.0.0/24 (NC106)"), "{said}");
    let found = home.netcensus("find --from i.json 172.17.0.0/24").run().exits(1);
    assert!(
        found.stderr.contains("which is meant for something else: a container bridge (NC106"),
        "{}",
        found.stderr
    );
}

#[test]
fn what_is_no_prefix_is_answered_with_find() {
    let home = paper::home(&paper::colliding());
    home.netcensus("overlap --from i.json 10.1.0.1/24").run().refuses(&["host bits are set"]);
    for typed in ["10.1.0.7", "vpc-0a1b2c3d", "web-1"] {
        let words = [typed, "`netcensus find"];
        let output = home.netcensus(&format!("overlap --from i.json {typed}")).run().refuses(&words);
        assert!(!output.stderr.contains("--planned:"), "{}", output.stderr);
    }
    home.netcensus("overlap --from i.json 10.1.0.0/24 --baseline b.json --write-baseline")
        .run()
        .refuses(&["--write-baseline"]);
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

/// The only reason is in the line, so it is not repeated beside it.
#[test]
fn the_summary_names_the_only_reason_once() {
    let mut part = paper::tidy();
    part["coverage"].as_array_mut().unwrap().retain(|entry| entry["kind"] != "links");
    let output = paper::home(&part).netcensus("overlap --from i.json --summary").run().exits(3);
    let reason = "the inventory contains no links";
    assert!(output.stdout.contains(&format!("INCOMPLETE: {reason}")), "{}", output.stdout);
    assert!(!output.stderr.contains(reason), "{}", output.stderr);
    output.says(&["the comparison is incomplete: see above (exit code 3)"]);
    let report = paper::home(&part).netcensus("overlap --from i.json").run().exits(3);
    report.says(&[reason]);
}
