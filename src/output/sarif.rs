//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), as code scanning reads it.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::findings::finding_text;
use crate::analysis::overlap::{Finding, FindingStatus, Findings, GateReport, Member};
use crate::model::Class;
use crate::output::{cell_text, json as document};

/// So many members of a finding are named in its message.
const NAMED: usize = 20;
/// So many members of a finding are logical locations; code scanning shows a hundred.
const LOCATED: usize = 100;

/// Writes a log of one run. What is accepted or known to the baseline is left out: code scanning shows suppressed results
/// as open alerts (codeql-action 1230), and closes the alerts of results that are gone.
pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let open = findings.findings.iter().filter(|finding| finding.status == FindingStatus::Open);
    let left_out = |status| findings.findings.iter().filter(|finding| finding.status == status).count();
    let left_out =
        json!({ "accepted": left_out(FindingStatus::Accepted), "known": left_out(FindingStatus::Known) });
    let log = log(
        &findings.generator,
        &Class::ALL.map(|class| rule(class, &findings.gate)),
        &invocation(findings),
        &open.map(result).collect::<Vec<_>>(),
        &json!({ "gate": findings.gate, "leftOut": left_out }),
    );
    document::write(&log, out)
}

/// Makes the log of one run.
pub(super) fn log(
    generator: &str,
    rules: &[Value],
    invocation: &Value,
    results: &[Value],
    properties: &Value,
) -> Value {
    let version = generator.rsplit(' ').next().unwrap_or_default();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "netcensus", "version": version, "rules": rules } },
            "invocations": [invocation],
            "results": results,
            "properties": properties,
        }],
    })
}

fn rule(class: Class, gate: &GateReport) -> Value {
    let level = match (gate.fail_on.contains(&class), Class::FAILING.contains(&class)) {
        (true, _) => "error",
        (false, true) => "warning",
        (false, false) => "note",
    };
    let (name, meaning) = (class.as_str(), class.meaning());
    let help =
        format!("docs/findings.md of netcensus says under `{name}` how to repair it, and how to accept it.");
    json!({
        "id": class.code(),
        "name": name,
        "shortDescription": { "text": format!("Address collision: {name}") },
        "fullDescription": { "text": format!("{name}: {meaning}.") },
        "help": { "text": help },
        "defaultConfiguration": { "level": level },
    })
}

fn invocation(findings: &Findings) -> Value {
    run_outcome(findings.gate.complete, findings.gate.exit.code(), &finding_text::gaps(findings))
}

/// Says how a run ended, and what it could not read.
pub(super) fn run_outcome(is_complete: bool, exit_code: u8, gaps: &[String]) -> Value {
    let notification = |gap: &String| json!({ "level": "error", "message": { "text": plain(gap) } });
    json!({
        "executionSuccessful": is_complete,
        "exitCode": exit_code,
        "toolExecutionNotifications": gaps.iter().map(notification).collect::<Vec<_>>(),
    })
}

fn result(finding: &Finding) -> Value {
    let logical: Vec<Value> = finding.members.iter().take(LOCATED).map(location).collect();
    // Code scanning shows nothing that is in no file: what is accepted is written in this one.
    let file = json!({ "artifactLocation": { "uri": "netcensus.toml" }, "region": { "startLine": 1 } });
    let mut result = json!({
        "ruleId": finding.class.code(),
        "ruleIndex": Class::ALL.iter().position(|class| *class == finding.class),
        "level": if finding.fails { "error" } else { "note" },
        "message": { "text": message(finding) },
        "locations": [{ "physicalLocation": file, "logicalLocations": logical }],
        // By the second, code scanning knows an alert again; it would take the line's text, which all share.
        "partialFingerprints": {
            "netcensusFinding/v1": finding.fingerprint,
            "primaryLocationLineHash": finding.fingerprint,
        },
    });
    if let Some(state) = baseline(&finding.members) {
        result["baselineState"] = state.into();
    }
    result
}

fn message(finding: &Finding) -> String {
    let mut lines =
        vec![cell_text::escape_unprintable(&finding.message), cell_text::escape_unprintable(&finding.advice)];
    lines.extend(finding_text::members(finding, NAMED));
    plain(&lines.join("\n"))
}

/// Escapes what is no plain text in a message: braces stand for arguments (3.11.5), brackets before a parenthesis
/// are a link (3.11.6).
pub(super) fn plain(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

fn location(member: &Member) -> Value {
    let path = [
        Some(finding_text::source(member)),
        member.account.as_deref(),
        member.region.as_deref(),
        Some(&member.id),
    ];
    json!({
        "name": member.name.as_ref().unwrap_or(&member.id),
        "fullyQualifiedName": path.into_iter().flatten().collect::<Vec<_>>().join("/"),
        "kind": "resource",
        "properties": { "prefix": member.prefix },
    })
}

/// Compares with the baseline, where there is one: a finding with another member than before is an updated one.
fn baseline(members: &[Member]) -> Option<&'static str> {
    let new: Vec<bool> = members.iter().filter_map(|member| member.is_new).collect();
    match (new.contains(&true), new.contains(&false)) {
        (true, true) => Some("updated"),
        (true, false) => Some("new"),
        (false, true) => Some("unchanged"),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_hold_no_arguments_and_no_links() {
        assert_eq!(plain("{0} [x](http://y) a[0]"), "{{0}} [x] (http://y) a[0]");
    }
}
