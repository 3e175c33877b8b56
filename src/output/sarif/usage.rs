//! A result for each row that fails or is past a limit.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::log::{SarifRule, fingerprints, log, physical_location, plain, run_outcome};
use crate::analysis::usage::{UsageReport, UsageRow, UsageStatus};
use crate::output::json as document;
use crate::output::layout::Layout;
use crate::output::usage::usage_text;

const CRITICAL: SarifRule = SarifRule {
    code: "NC201",
    name: "usage-critical",
    meaning: "Address space is past a limit of what is critical",
};
const WARNING: SarifRule =
    SarifRule { code: "NC202", name: "usage-warning", meaning: "Address space is past a limit of a warning" };
const FORECAST: SarifRule = SarifRule {
    code: "NC203",
    name: "usage-forecast",
    meaning: "Address space will soon be full at the rate seen",
};
const RULES: [SarifRule; 3] = [CRITICAL, WARNING, FORECAST];

/// What the help of every rule says.
const HELP: &str = "docs/usage.md of netcensus says what is counted, and how to set limits.";

/// Writes a log of one run.
pub(crate) fn write(report: &UsageReport, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let results: Vec<Value> = report.rows.iter().filter_map(result).collect();
    let outcome = run_outcome(report.complete, report.exit.code(), &usage_text::gaps(report));
    let properties = json!({ "counts": report.counts, "failOn": report.fail_on });
    document::write(
        &log(&report.generator, &RULES.map(|rule| rule.to_json(HELP)), &outcome, &results, &properties),
        out,
    )
}

fn result(row: &UsageRow) -> Option<Value> {
    let rule = match (row.status, row.fails) {
        (UsageStatus::Critical, _) => CRITICAL,
        (UsageStatus::Warning, _) => WARNING,
        (UsageStatus::Ok | UsageStatus::Unknown, true) => FORECAST,
        (UsageStatus::Ok | UsageStatus::Unknown, false) => return None,
    };
    let text =
        format!("{}: {}\n{}", usage_text::title(row), usage_text::message(row), usage_text::place(row));
    let path =
        [row.provider.map(|provider| provider.as_str().to_owned()), row.account.clone(), row.region.clone()];
    let path: Vec<String> = path.into_iter().flatten().chain([row.id.clone()]).collect();
    let fingerprint = format!("{}/{}/{}", rule.code, row.kind.as_str(), path.join("/"));
    let logical =
        json!({ "name": usage_text::title(row), "fullyQualifiedName": path.join("/"), "kind": "resource" });
    Some(json!({
        "ruleId": rule.code,
        "ruleIndex": RULES.iter().position(|one| one.code == rule.code),
        "level": if row.fails { "error" } else { "warning" },
        "message": { "text": plain(&text) },
        "locations": [{ "physicalLocation": physical_location(), "logicalLocations": [logical] }],
        "partialFingerprints": fingerprints("Usage", &fingerprint),
    }))
}
