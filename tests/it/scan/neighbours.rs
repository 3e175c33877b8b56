//! A slow region, a dead region and a throttled account cost their own reads, and nothing of the others.

use serde_json::Value;

use crate::support::{Output, netcensus};

/// 12 accounts with 5 regions each. Networks are shown with counts of subnets and instances, so 180 reads.
const ESTATE: &str = "scan networks --sandbox --provider aws -o json \
                      --generate accounts=12,regions=5,networks=1,subnets=1,instances=0";

/// The calls of these reads, but not that which lists the regions.
const CALLS: &str = "action=Describe{Vpcs,Subnets,Instances}";

/// Counts the reads that ended so.
fn count(output: &Output, is_counted: impl Fn(&Value) -> bool) -> usize {
    let document = output.json();
    let coverage = document["coverage"].as_array().unwrap();
    coverage.iter().filter(|entry| entry["outcome"] != "skipped" && is_counted(entry)).count()
}

fn requests(entry: &Value) -> u64 {
    entry["requests"].as_u64().unwrap()
}

/// Returns the names of the regions and accounts that a calm scan reads.
fn places(field: &str) -> Vec<String> {
    let document = netcensus(ESTATE).succeeds().json();
    let coverage = document["coverage"].as_array().unwrap();
    let reads = coverage.iter().filter(|entry| entry["outcome"] == "complete");
    let mut names: Vec<String> = reads.map(|entry| entry[field].as_str().unwrap().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn a_dead_region_is_tried_a_few_times_and_the_others_are_read() {
    let regions = places("region");
    let dead = &regions[2];
    for concurrency in ["8", "auto"] {
        let fault = format!("--fault hang@region={dead},{CALLS}");
        let output = netcensus(&format!("{ESTATE} {fault} --timeout 1s --concurrency {concurrency}"));
        let output = output.falls_short(&[dead, "timed-out"]);
        let is_calm = |entry: &Value| entry["outcome"] == "complete" && requests(entry) == 1;
        assert_eq!(count(&output, |entry| entry["region"] != **dead && is_calm(entry)), 144, "{concurrency}");
        assert_eq!(count(&output, |entry| entry["region"] == **dead && entry["outcome"] == "timed-out"), 36);
        let tried = count(&output, |entry| entry["region"] == **dead && requests(entry) > 0);
        // 8 of them run when the first is given up, and a few more until three accounts got no answer.
        assert!(concurrency == "auto" || tried < 18, "{tried} were tried");
    }
}

#[test]
fn a_slow_region_is_read_and_costs_no_repeated_request() {
    let regions = places("region");
    let output =
        netcensus(&format!("{ESTATE} --fault latency=300ms@region={},{CALLS}", regions[2])).succeeds();
    assert_eq!(count(&output, |entry| entry["outcome"] == "complete" && requests(entry) == 1), 180);
}

#[test]
fn a_throttled_account_is_throttled_alone() {
    let accounts = places("account");
    let throttled = &accounts[5];
    let fault = format!("--fault error=RequestLimitExceeded:503@account={throttled},{CALLS}");
    let output = netcensus(&format!("{ESTATE} {fault} --timeout 3s")).falls_short(&[throttled, "throttled"]);
    assert_eq!(count(&output, |entry| entry["outcome"] == "complete" && requests(entry) == 1), 165);
    let is_tried_again = |entry: &Value| entry["account"] == **throttled && requests(entry) > 1;
    assert_eq!(count(&output, is_tried_again), 15, "all of its reads are tried");
}
