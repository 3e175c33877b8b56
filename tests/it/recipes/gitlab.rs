//! The job for GitLab CI.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::blocks::scripts;
use super::runner::Runner;
use super::{GITLAB, has_bash};
use crate::support::Output;

/// Runs the job on a runner that `prepare` has prepared: GitLab gives all scripts to one shell.
fn job(source: &str, faults: &[&str], prepare: impl Fn(&mut Runner)) -> (Runner, Output) {
    let mut runner = Runner::new(faults);
    prepare(&mut runner);
    let home = runner.home().path().display().to_string();
    for (name, value) in [
        ("CI_PIPELINE_SOURCE", source),
        ("CI_PROJECT_DIR", &format!("{home}/project")),
        ("CI_PROJECT_ID", "5"),
        ("CI_API_V4_URL", "https://gitlab.example/api/v4"),
        ("TERRAFORM_DIRECTORY", "terraform"),
        ("AWS_ID_TOKEN", "for-aws"),
        ("AZURE_ID_TOKEN", "for-azure"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", &format!("{home}/project.tmp/aws-token")),
        ("AZURE_FEDERATED_TOKEN_FILE", &format!("{home}/project.tmp/azure-token")),
    ] {
        runner.set(name, value);
    }
    let all: String = ["before_script", "script"].into_iter().flat_map(|key| scripts(GITLAB, key)).collect();
    let output = runner.run(&all);
    (runner, output)
}

/// Counts the failures and errors of a report, all of which must be well-formed.
#[track_caller]
fn problems(runner: &Runner) -> usize {
    let text = runner.read("overlap.xml");
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let mut problems = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(tag) => problems += usize::from(matches!(tag.name().as_ref(), "failure" | "error")),
            _ => {}
        }
    }
    assert!(text.contains("<testsuites "), "{text}");
    problems
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_merge_request_fails_with_its_reports_and_a_note() {
    if !has_bash() {
        return;
    }
    let (runner, output) = job("merge_request_event", &[], |runner| {
        runner.set("NETCENSUS_NOTE_TOKEN", "note-token");
        runner.set("CI_MERGE_REQUEST_IID", "7");
    });
    let output = output.exits(1);
    assert!(output.stdout.contains("NC103 planned  10.42.0.0/16  FAILS"), "{}", output.stdout);
    assert!(problems(&runner) > 10);
    let note = runner.calls().pop().unwrap();
    assert!(note.ends_with("https://gitlab.example/api/v4/projects/5/merge_requests/7/notes"), "{note}");
    assert!(note.contains("--request POST --data-urlencode body@note.md"), "{note}");
    assert_eq!(runner.read("note.md"), format!("<!-- netcensus overlap -->\n{}", runner.read("overlap.md")));
    let tokens = ["aws", "azure"].map(|cloud| runner.read(&format!("project.tmp/{cloud}-token")));
    assert_eq!(tokens, ["for-aws", "for-azure"]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn the_note_of_the_run_before_is_written_anew() {
    if !has_bash() {
        return;
    }
    let (runner, output) = job("merge_request_event", &[], |runner| {
        runner.set("NETCENSUS_NOTE_TOKEN", "note-token");
        runner.set("CI_MERGE_REQUEST_IID", "7");
        runner.home().write("earlier", "101\n");
    });
    output.exits(1);
    let note = runner.calls().pop().unwrap();
    assert!(note.contains("--request PUT") && note.ends_with("/merge_requests/7/notes/101"), "{note}");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_note_that_cannot_be_written_changes_nothing() {
    if !has_bash() {
        return;
    }
    let (_, output) = job("merge_request_event", &[], |runner| {
        runner.set("NETCENSUS_NOTE_TOKEN", "note-token");
        runner.set("CI_MERGE_REQUEST_IID", "7");
        runner.home().write("bin/curl", "#!/bin/sh\nexit 22\n");
    });
    output.exits(1).says(&["The note on the merge request could not be written."]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn with_a_baseline_the_night_passes_and_a_plan_that_collides_fails() {
    if !has_bash() {
        return;
    }
    let (runner, output) = job("schedule", &[], Runner::write_baseline);
    output.exits(0);
    assert_eq!(problems(&runner), 0);
    assert!(runner.calls().is_empty(), "nobody plans or comments: {:?}", runner.calls());
    let (runner, output) = job("merge_request_event", &[], Runner::write_baseline);
    output.exits(1);
    assert_eq!(problems(&runner), 2, "the plan collides at both levels, and nothing else is new");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_region_that_is_denied_leaves_the_gate_open_to_doubt() {
    if !has_bash() {
        return;
    }
    let (runner, output) = job("schedule", &["deny@region=eu-central-1"], |_| ());
    output.exits(3);
    assert!(runner.read("overlap.xml").contains("the scan is incomplete, so nothing is proven"));
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_cannot_be_used_stops_the_job_at_once() {
    if !has_bash() {
        return;
    }
    let (runner, output) =
        job("schedule", &[], |runner| drop(runner.home().write("netcensus.toml", "a = 1\n")));
    output.exits(2);
    assert_eq!(runner.read("overlap.md"), "");
    let (runner, output) = job("schedule", &[], |runner| runner.set("BASELINE", "gone.json"));
    output.exits(2).says(&["there is no file gone.json"]);
    assert_eq!(runner.read("overlap.md"), "");
}
