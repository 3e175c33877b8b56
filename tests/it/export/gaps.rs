//! What is said of an inventory that is incomplete, loud or quiet.

use std::fs;
use std::io::Read;

use netcensus::model::{Inventory, Outcome};

use super::{export, files, save};
use crate::support::{Cloud, Home, Output, interrupt, wait_for};

const REASON: &str = "UnauthorizedOperation: You are not authorized (allow ec2:DescribeVpcs)";

fn deny(inventory: &mut Inventory) {
    let entry = inventory.coverage.iter_mut().find(|entry| entry.outcome == Outcome::Complete).unwrap();
    entry.outcome = Outcome::Denied;
    entry.detail = Some(REASON.to_owned());
}

#[test]
fn an_incomplete_night_is_never_silent() {
    let home = Home::new();
    save(&home, "a.json", deny);
    for place in ["--to out/", "--to n.csv --kind networks", "--to a.json"] {
        let quiet = export(&home, &format!("{place} --quiet")).run().exits(3);
        let quiet = quiet.says(&[
            "error: nothing was written: the inventory is incomplete: 1 of ",
            "reads failed",
            REASON,
            "hint: to export it anyway, with its coverage, use --allow-incomplete",
        ]);
        assert_eq!(quiet.stderr.lines().count(), 3, "{}", quiet.stderr);
    }
    let allowed = export(&home, "--to out/ --quiet --allow-incomplete").run().exits(3);
    let allowed = allowed.says(&["warning: the export is incomplete: 1 of ", REASON]);
    assert_eq!(allowed.stderr.lines().count(), 2, "{}", allowed.stderr);
}

#[test]
fn the_verdict_comes_last_and_long_reasons_are_cut() {
    let home = Home::new();
    let long = format!("{} (allow ec2:DescribeVpcs)", "very long ".repeat(200));
    save(&home, "a.json", |inventory| {
        deny(inventory);
        inventory.coverage.iter_mut().for_each(|entry| {
            entry.detail = entry.detail.take().map(|_| long.clone());
        });
        inventory.filters = vec!["region=eu-*".into()];
    });
    let refused = export(&home, "--to out/").run().exits(3);
    let lines: Vec<&str> = refused.stderr.lines().collect();
    assert!(lines[0].starts_with("warning: the inventory is filtered by"), "{lines:?}");
    assert!(
        lines[1].starts_with("warning: aws ") && lines[1].ends_with("(allow ec2:DescribeVpcs)"),
        "{lines:?}"
    );
    assert!(lines[1].len() < 400, "{lines:?}");
    assert!(lines[2].starts_with("error: nothing was written"), "{lines:?}");
    let verbose = export(&home, "--to out/ -v").run().exits(3);
    assert!(verbose.stderr.contains(&long), "all of it");
    let allowed = export(&home, "--to out/ --allow-incomplete").run().exits(3);
    let last = allowed.stderr.lines().last().unwrap().to_owned();
    assert!(last.starts_with("warning: the export is incomplete"), "{last}");
    let manifest = fs::read_to_string(home.path().join("out/manifest.json")).unwrap();
    assert!(manifest.contains("(allow ec2:DescribeVpcs)") && !manifest.contains(&long), "{manifest}");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn nothing_that_could_be_read_replaces_nothing_even_when_that_is_allowed() {
    let home = Home::new();
    export(&home, "--to out/ -q").run().succeeds();
    let before = files(&home.path().join("out"));
    let words = ["nothing was written: none of the selected kinds could be read", "denied"];
    home.netcensus("export --sandbox --aws-profile security --fault deny --to out/ --allow-incomplete -q")
        .run()
        .refuses(&words);
    // Of the kinds asked for: that others were read is no help.
    save(&home, "a.json", |inventory| {
        inventory.links.clear();
        for entry in inventory.coverage.iter_mut().filter(|entry| entry.kind.as_str() == "links") {
            entry.outcome = Outcome::Denied;
        }
    });
    export(&home, "--to out/ --kind links --allow-incomplete -q").run().refuses(&words);
    assert_eq!(files(&home.path().join("out")), before);
    export(&home, "--to out/ --kind links,subnets --allow-incomplete -q").run().exits(3);
    // What was read and is empty is known to be.
    save(&home, "a.json", |inventory| inventory.links.clear());
    export(&home, "--to out/ --kind links -q").run().succeeds();
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_run_that_is_stopped_writes_nothing_whatever_is_allowed() {
    let cloud = Cloud::sample(&["hang@action=DescribeSubnets,region=eu-central-1"]);
    let line = "export --to s.csv --kind subnets --aws-profile security --allow-incomplete -v";
    let mut child = cloud.netcensus(line).spawn();
    let mut stderr = wait_for(&mut child, "ok=true", 3);
    interrupt(&child);
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    Output::of(child).exits(130);
    assert!(said.trim_end().ends_with("error: nothing was written: the run was stopped"), "{said}");
    assert!(!said.contains("--allow-incomplete"), "{said}");
    assert!(!cloud.home.path().join("s.csv").exists());
}
