//! Exit codes, and what is said of what could not be read.

use std::io::Read;

use serde_json::{Value, json};

use super::{findings, formats, gate, paper};
use crate::support::{Cloud, Output, interrupt, netcensus, wait_for};

/// Two networks that collide, in two accounts, with a subnet each; an unjoined third account has room for faults.
const ESTATE: &str = r#"
[[region]]
name = "eu-west-1"

[[account]]
name = "shop"
id = "111111111111"

[[account]]
name = "lab"
id = "222222222222"

[[network]]
name = "main"
account = "shop"
region = "eu-west-1"
cidrs = ["10.0.0.0/16"]
subnets = [{ name = "app", cidr = "10.0.0.0/24" }]

[[network]]
name = "copy"
account = "lab"
region = "eu-west-1"
cidrs = ["10.0.0.0/16"]
subnets = [{ name = "app", cidr = "10.0.0.0/24" }]
"#;

/// An inventory in which something was denied.
fn torn(mut inventory: Value, kind: &str) -> Value {
    let coverage = inventory["coverage"].as_array_mut().unwrap();
    coverage.retain(|entry| entry["kind"] != kind);
    coverage.push(paper::scope(kind, "denied"));
    inventory
}

#[test]
fn every_outcome_has_its_code() {
    let clean = paper::home(&paper::tidy()).netcensus("overlap --from i.json").run().succeeds();
    assert!(clean.stdout.contains("no collisions"), "{}", clean.stdout);
    let home = paper::home(&paper::colliding());
    let found = home.netcensus("overlap --from i.json").run().exits(1);
    assert_eq!(found.stderr, "", "findings are data");
    assert!(found.stdout.contains("NC101 connected  10.1.128.0/17  FAILS"), "{}", found.stdout);
    let idle = home.netcensus("overlap --from i.json --fail-on planned").run().exits(0);
    assert!(
        idle.stderr.starts_with("note: nothing can fail: --fail-on names only planned"),
        "{}",
        idle.stderr
    );
    home.netcensus("overlap --from nowhere.json").run().refuses(&["there is no file nowhere.json"]);
}

#[test]
fn what_fails_can_be_all_nothing_or_a_code() {
    let home = paper::home(&paper::colliding());
    for (classes, code) in
        [("none", 0), ("all", 1), ("NC101", 1), ("nc103", 0), ("none,NC102", 2), ("Latent", 1)]
    {
        home.netcensus(&format!("overlap --from i.json --summary --fail-on {classes}")).run().exits(code);
        let configured = format!(
            "[overlap]\nfail-on = [{}]\n",
            classes.split(',').map(|class| format!("{class:?}")).collect::<Vec<_>>().join(", ")
        );
        home.write("netcensus.toml", &configured);
        home.netcensus("overlap --from i.json --summary").run().exits(code);
        home.write("netcensus.toml", "");
    }
}

#[test]
fn incomplete_outranks_findings_and_the_report_has_both() {
    let home = paper::home(&torn(paper::colliding(), "links"));
    let output = home.netcensus("overlap --from i.json -o json").run();
    let output = output.falls_short(&["links: denied: not allowed", "1 of 3 reads", "(exit code 3)"]);
    assert_eq!(gate(&output), ("incomplete".to_owned(), 2, vec![]));
    let document = output.json();
    assert_eq!((&document["gate"]["exit_code"], &document["gate"]["complete"]), (&json!(3), &json!(false)));
    assert_eq!(document["coverage"][0]["outcome"], "denied");
    assert_eq!(document["coverage"].as_array().unwrap().len(), 1, "what was read is not missing");
}

#[test]
fn an_incomplete_scan_passes_where_somebody_says_so_and_the_report_tells() {
    let home = paper::home(&torn(paper::tidy(), "networks"));
    for format in formats() {
        home.netcensus(&format!("overlap --from i.json -o {format}")).run().exits(3);
        let allowed = home.netcensus(&format!("overlap --from i.json --allow-incomplete -o {format}")).run();
        let allowed = allowed.exits(0).says(&["networks: denied", "(allowed by --allow-incomplete)"]);
        // Rows of findings have no room for it.
        if !matches!(format, "csv" | "tsv") {
            let shown = allowed.stdout.to_lowercase();
            assert!(shown.contains("incomplete"), "{format}\n{shown}");
            let gap = if format == "table" { "1 read failed" } else { "denied" };
            assert!(shown.contains(gap), "{format}\n{shown}");
        }
    }
    let home = paper::home(&torn(paper::colliding(), "networks"));
    let output = home.netcensus("overlap --from i.json --allow-incomplete -o json").run().exits(1);
    assert_eq!(gate(&output).0, "findings");
    let gate = &output.json()["gate"];
    assert_eq!((&gate["complete"], &gate["incomplete_allowed"]), (&json!(false), &json!(true)));
    let line = home.netcensus("overlap --from i.json --allow-incomplete --summary").run().exits(1).stdout;
    assert!(line.contains("incomplete, allowed by --allow-incomplete"), "{line}");
}

#[test]
fn only_what_is_compared_has_to_be_read() {
    let home = paper::home(&torn(paper::tidy(), "subnets"));
    home.netcensus("overlap --from i.json").run().succeeds();
    for level in ["subnets", "all"] {
        let output = home.netcensus(&format!("overlap --from i.json --level {level}")).run();
        output.falls_short(&["subnets: denied"]);
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_a_cloud_denies_is_named_and_the_rest_is_compared() {
    for (action, level, words) in [
        ("DescribeVpcs", "networks", ["networks: denied", "denies ec2:DescribeVpcs"]),
        ("DescribeVpcPeeringConnections", "networks", ["links: denied", "ec2:DescribeVpcPeeringConnections"]),
        ("DescribeSubnets", "subnets", ["subnets: denied", "denies ec2:DescribeSubnets"]),
    ] {
        let cloud = Cloud::of(ESTATE, &[&format!("deny@account=222222222222,action={action}")]);
        let arguments = format!("overlap --aws-profile * -o json --level {level}");
        let output = cloud.netcensus(&arguments).run().falls_short(&words);
        assert_eq!(gate(&output).0, "incomplete", "{action}");
        let document = output.json();
        assert_eq!(document["coverage"][0]["account"], "222222222222");
        let failing = u64::from(action == "DescribeVpcPeeringConnections");
        assert_eq!(gate(&output).1, failing, "{action}");
    }
    let cloud = Cloud::of(ESTATE, &["deny@action=DescribeSubnets"]);
    cloud.netcensus("overlap --aws-profile *").run().exits(1);
    assert!(cloud.requests().iter().all(|request| request.action != "DescribeSubnets"), "nobody needs them");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_cloud_that_cannot_be_entered_may_hold_collisions() {
    let arguments = "overlap --sandbox --aws-profile security --region us-east-1";
    let arguments = format!("{arguments} --all-azure-subscriptions --fault deny@action=token -o json");
    let output = netcensus(&arguments)
        .falls_short(&["azure all accounts credentials", "netcensus could not sign in to"]);
    assert_eq!(gate(&output), ("incomplete".to_owned(), 0, vec![]));
    assert_eq!(output.json()["coverage"][0]["kind"], "credentials");
    netcensus(&format!("{arguments} --allow-incomplete")).exits(0).says(&["(allowed by --allow-incomplete)"]);
    let alone = netcensus("overlap --sandbox --provider azure --fault deny@action=token");
    alone.refuses(&["netcensus could not sign in to any Azure tenant"]);
}

/// Runs a scan that hangs, with these arguments more, and stops it.
fn stopped(arguments: &str) -> (Output, String, Cloud) {
    let cloud = Cloud::of(ESTATE, &["hang@account=222222222222,action=DescribeVpcs"]);
    let arguments = format!("overlap --aws-profile * -o json -v {arguments}");
    let mut child = cloud.netcensus(&arguments).spawn();
    // Networks of one, links of both.
    let mut stderr = wait_for(&mut child, "ok=true", 3);
    interrupt(&child);
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    (Output::of(child).exits(130), said, cloud)
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_run_that_is_stopped_proves_nothing_whatever_is_allowed() {
    let (output, said, cloud) =
        stopped("--allow-incomplete --baseline b.json --write-baseline -o sarif=report.sarif");
    assert!(said.contains("report.sarif was not written, because the run was stopped"), "{said}");
    assert!(!cloud.home.path().join("report.sarif").exists(), "it would look like a whole report");
    assert!(said.contains("networks: interrupted") && said.contains("(exit code 130)"), "{said}");
    assert!(said.contains("the baseline was not written"), "{said}");
    assert!(!cloud.home.path().join("b.json").exists());
    assert_eq!(findings(&output), [""; 0]);
    let (result, _, missing) = gate(&output);
    assert_eq!((result.as_str(), missing.len()), ("incomplete", 1));
    assert!(missing[0].contains("interrupted"), "{missing:?}");
}
