//! A result for each finding that is open.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::log::{fingerprints, log, physical_location, plain, run_outcome};
use crate::analysis::overlap::{Finding, FindingStatus, Findings, GateReport, Member};
use crate::model::Class;
use crate::output::findings::finding_text;
use crate::output::layout::Layout;
use crate::output::{cell_text, json as document};

/// The most members of a finding that are named in its message.
const MAX_NAMED: usize = 20;
/// The most members of a finding that are logical locations; code scanning shows a hundred.
const MAX_LOCATED: usize = 100;

/// Writes a log of one run. What is accepted or known to the baseline is left out: code scanning shows suppressed results
/// as open alerts (github/codeql-action#1230), and closes the alerts of results that are gone.
pub(crate) fn write(findings: &Findings, _: Layout, out: &mut dyn Write) -> io::Result<()> {
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

fn rule(class: Class, gate: &GateReport) -> Value {
    let level = match (gate.fail_on.contains(&class), Class::FAILING.contains(&class)) {
        (true, _) => "error",
        (false, true) => "warning",
        (false, false) => "note",
    };
    let (name, meaning) = (class.as_str(), class.meaning());
    let help =
        format!("docs/findings.md of netcensus says under `{name}` how to fix it, and how to accept it.");
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

fn result(finding: &Finding) -> Value {
    let logical: Vec<Value> = finding.members.iter().take(MAX_LOCATED).map(location).collect();
    let mut result = json!({
        "ruleId": finding.class.code(),
        "ruleIndex": Class::ALL.iter().position(|class| *class == finding.class),
        "level": if finding.fails { "error" } else { "note" },
        "message": { "text": message(finding) },
        "locations": [{ "physicalLocation": physical_location(), "logicalLocations": logical }],
        "partialFingerprints": fingerprints("Finding", &finding.fingerprint),
    });
    if let Some(state) = baseline(&finding.members) {
        result["baselineState"] = state.into();
    }
    result
}

fn message(finding: &Finding) -> String {
    let mut lines =
        vec![cell_text::escape_unprintable(&finding.message), cell_text::escape_unprintable(&finding.advice)];
    lines.extend(finding_text::members(finding, MAX_NAMED));
    plain(&lines.join("\n"))
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
