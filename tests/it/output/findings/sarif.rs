//! SARIF, held against the schema of OASIS, and what code scanning makes of it.

use std::path::Path;

use netcensus::analysis::overlap::{FindingStatus, Findings};
use netcensus::output::Format;
use serde_json::{Value, json};

use super::{rendered, sample};

const SCHEMA: &str = "tests/fixtures/sarif/sarif-schema-2.1.0.json";

fn log(findings: &Findings) -> Value {
    serde_json::from_str(&rendered(findings, Format::Sarif)).unwrap()
}

/// Returns the only run of a log.
fn run(findings: &Findings) -> Value {
    log(findings)["runs"][0].take()
}

#[test]
fn every_log_is_what_oasis_says() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(SCHEMA)).unwrap();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("sarif.json", serde_json::from_str(&text).unwrap()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("sarif.json", &mut schemas).unwrap();
    for findings in [
        sample::clean(),
        sample::incomplete(),
        sample::allowed(),
        sample::full(),
        sample::many(),
        sample::flood(),
    ] {
        let mut log = log(&findings);
        schemas.validate(&log, schema).unwrap_or_else(|error| panic!("{error:#}"));
        log["runs"][0]["invocations"][0]["executionSuccessful"] = "perhaps".into();
        assert!(schemas.validate(&log, schema).is_err());
    }
}

#[test]
fn what_fails_is_an_error_and_what_is_accepted_or_known_is_left_out() {
    let mut findings = sample::full();
    let run = run(&findings);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    // Code scanning shows suppressed results as open alerts (github/codeql-action#1230).
    assert!(!run.to_string().contains("suppress"));
    assert_eq!(run["properties"]["leftOut"], json!({ "accepted": 1, "known": 1 }));
    findings.findings.retain(|finding| finding.status == FindingStatus::Open);
    assert_eq!(run["results"].as_array().unwrap().len(), findings.findings.len());
    for (result, finding) in run["results"].as_array().unwrap().iter().zip(&findings.findings) {
        assert_eq!(result["level"], if finding.fails { "error" } else { "note" });
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], finding.code);
        assert_eq!(result["ruleId"], finding.code);
    }
    let of = |field: &str| -> Vec<&Value> {
        run["results"].as_array().unwrap().iter().map(|result| &result[field]).collect()
    };
    let unchanged = "unchanged";
    let expected = ["updated", "new", unchanged, "new", "new", unchanged, unchanged];
    assert_eq!(of("baselineState"), expected);
    let levels: Vec<&Value> = rules.iter().map(|rule| &rule["defaultConfiguration"]["level"]).collect();
    assert_eq!(levels, ["error", "error", "error", "error", "error", "error", "note", "note"]);
}

#[test]
fn a_class_that_was_let_off_is_a_warning() {
    let mut findings = sample::clean();
    findings.gate.fail_on.retain(|class| class.as_str() != "latent");
    assert_eq!(run(&findings)["tool"]["driver"]["rules"][4]["defaultConfiguration"]["level"], "warning");
}

#[test]
fn without_a_baseline_nothing_is_new_or_old() {
    let run = run(&sample::many());
    assert_eq!(run["results"][0].get("baselineState"), None);
    assert_eq!(run["results"][0]["locations"][0]["logicalLocations"].as_array().unwrap().len(), 100);
}

#[test]
fn what_was_not_read_is_told_as_a_failure_of_the_run() {
    let run = run(&sample::incomplete());
    let invocation = &run["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(false), &json!(3)));
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 3);
    assert_eq!(run["properties"]["gate"]["result"], "incomplete");
}
