//! `netcensus overlap`, the binary, from end to end: what lets a pipeline pass, what stops it, and what is said.

mod baseline;
mod between;
mod codes;
mod declared;
mod formats;
mod inputs;
mod mistakes;
mod paper;
mod ranges;
mod saved;
mod terraform;
mod usage;

use netcensus::output::{Content, Format};
use serde_json::Value;

use crate::support::Output;

/// Lists every format of findings.
fn formats() -> impl Iterator<Item = &'static str> {
    Format::for_content(Content::Findings).map(|spec| spec.name)
}

/// Returns the code, level and status of each finding of a report in JSON, and its members' ids.
#[track_caller]
fn findings(output: &Output) -> Vec<String> {
    let document = output.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let brief = |finding: &Value| {
        let members = finding["members"].as_array().unwrap();
        let ids: Vec<String> = members.iter().map(|member| text(&member["id"])).collect();
        let mark = if finding["fails"] == true { "!" } else { "" };
        format!("{}{mark} {} {}", text(&finding["code"]), text(&finding["status"]), ids.join(" "))
    };
    document["findings"].as_array().unwrap().iter().map(brief).collect()
}

/// Returns what the gate of a report in JSON says: the result, how many fail, and what else is missing.
#[track_caller]
fn gate(output: &Output) -> (String, u64, Vec<String>) {
    let gate = &output.json()["gate"];
    let missing = gate["missing"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned());
    (gate["result"].as_str().unwrap().to_owned(), gate["failing"].as_u64().unwrap(), missing.collect())
}
