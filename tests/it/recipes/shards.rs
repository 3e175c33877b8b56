//! The recipes that read an estate by several machines.

use super::blocks::{scripts, steps};
use super::runner::Runner;
use super::{GITHUB_MATRIX, KUBERNETES, has_bash};
use crate::support::Output;

/// Parts that the recipes have.
const PARTS: u32 = 4;

/// Finds a script of the workflow.
fn step(name: &str) -> String {
    steps(GITHUB_MATRIX).into_iter().find(|step| step.name == name).expect("there is the step").script
}

/// Runs the matrix, but for the part `lost`, and the job after it; returns what came of the gate.
fn workflow(faults: &[&str], lost: Option<u32>, prepare: impl Fn(&mut Runner)) -> (Runner, Output) {
    let mut runner = Runner::new(faults);
    prepare(&mut runner);
    let file = |runner: &Runner, name: &str| runner.home().path().join(name).display().to_string();
    for (name, value) in
        [("GITHUB_ENV", file(&runner, "github.env")), ("GITHUB_STEP_SUMMARY", file(&runner, "summary.md"))]
    {
        runner.set(name, &value);
    }
    runner.set("PARTS", &PARTS.to_string());
    for part in (1..=PARTS).filter(|part| Some(*part) != lost) {
        runner.set("PART", &part.to_string());
        let output = runner.run(&step("Read a part")).exits(0);
        assert_eq!(output.stdout, "", "names are in no log");
    }
    runner.run("mkdir parts\nmv part-*.ncsnap parts\n").exits(0);
    for name in ["Join the parts", "Compare"] {
        runner.run(&step(name)).exits(0);
        let variables: Vec<String> = runner.read("github.env").lines().map(str::to_owned).collect();
        for line in variables {
            let (name, value) = line.split_once('=').expect("is a variable");
            runner.set(name, value);
        }
    }
    let gate = runner.run(&step("Gate"));
    assert!(runner.read("summary.md").starts_with("## netcensus overlap: "));
    (runner, gate)
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_matrix_of_machines_reads_the_estate_and_the_gate_judges_it() {
    if !has_bash() {
        return;
    }
    let (runner, gate) = workflow(&[], None, |_| ());
    gate.exits(1);
    let whole = runner.run("netcensus overlap --level all --summary || true").stdout;
    let joined = runner.run("netcensus overlap --from estate.ncsnap --level all --summary || true").stdout;
    assert_eq!(joined, whole, "the whole estate, by one machine");
    workflow(&[], None, Runner::write_baseline).1.exits(0);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_machine_that_fails_leaves_the_gate_open_to_doubt() {
    if !has_bash() {
        return;
    }
    workflow(&[], Some(2), |_| ()).1.exits(3);
    workflow(&["deny@region=eu-central-1"], None, |_| ()).1.exits(3);
}

/// Returns the scripts of the two jobs.
fn jobs() -> (String, String) {
    let scripts: Vec<String> = KUBERNETES
        .split("\n---\n")
        .filter(|document| document.contains("kind: Job"))
        .flat_map(|document| scripts(document, "args"))
        .collect();
    let [scan, merge] = <[String; 2]>::try_from(scripts).expect("there are two scripts");
    (scan, merge)
}

/// Runs the pods of the indexed job, but for the index `lost`, and then the other job.
fn run(runner: &mut Runner, lost: Option<u32>) -> Output {
    let (scan, merge) = jobs();
    let census = runner.home().path().join("census").display().to_string();
    runner.set("CENSUS", &census);
    runner.set("PARTS", &PARTS.to_string());
    for index in (0..PARTS).filter(|index| Some(*index) != lost) {
        runner.set("JOB_COMPLETION_INDEX", &index.to_string());
        assert_eq!(runner.run(&scan).exits(0).stdout, "");
    }
    runner.run(&merge)
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn an_indexed_job_leaves_parts_that_the_next_job_joins_and_keeps() {
    if !has_bash() {
        return;
    }
    let mut runner = Runner::new(&[]);
    run(&mut runner, None).exits(1).says(&["saved as @"]);
    let whole = runner.run("netcensus overlap --level all --summary || true").stdout;
    let kept = "netcensus overlap --from @latest --store census/snapshots --level all --summary || true";
    assert_eq!(runner.run(kept).stdout, whole);
    // The part of today does not stand for the one that is lost tomorrow.
    run(&mut runner, Some(3)).exits(3).says(&["shard 1-3/4 of a scan: 4/4 is missing"]);
    runner.run("ls census/parts").exits(0);
    run(&mut runner, None).exits(1);
}

#[test]
fn a_pod_whose_scan_cannot_be_used_fails() {
    if !has_bash() {
        return;
    }
    let mut runner = Runner::new(&[]);
    runner.home().write("netcensus.toml", "a = 1\n");
    runner.set("CENSUS", "census");
    runner.set("PARTS", "4");
    runner.set("JOB_COMPLETION_INDEX", "0");
    let (scan, merge) = jobs();
    runner.run(&scan).exits(2);
    runner.run("rm netcensus.toml").exits(0);
    runner.run(&merge).exits(2);
}
