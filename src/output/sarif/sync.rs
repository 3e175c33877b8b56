//! A result for each record in which a registry differs from the inventory.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::log::{SarifRule, fingerprints, log, physical_location, plain, run_outcome};
use crate::output::json as document;
use crate::output::layout::Layout;
use crate::output::sync::sync_text;
use crate::sync::{Action, OutcomeWord, StepReport, SyncReport, TargetReport};

const MISSING: SarifRule = SarifRule {
    code: "NC301",
    name: "sync-missing",
    meaning: "A registry lacks a record of something that exists",
};
const DIFFERENT: SarifRule = SarifRule {
    code: "NC302",
    name: "sync-different",
    meaning: "A record of a registry differs from what exists",
};
const STALE: SarifRule = SarifRule {
    code: "NC303",
    name: "sync-stale",
    meaning: "A registry has a record of something that does not exist",
};
const CONFLICT: SarifRule = SarifRule {
    code: "NC304",
    name: "sync-conflict",
    meaning: "A record that netcensus does not manage is in the place of one that it would write",
};
const UNREADABLE: SarifRule =
    SarifRule { code: "NC305", name: "sync-unreadable", meaning: "A registry could not be read" };
const RULES: [SarifRule; 5] = [MISSING, DIFFERENT, STALE, CONFLICT, UNREADABLE];

/// What the help of every rule says.
const HELP: &str = "docs/sync.md of netcensus says what is compared, and how to fix it.";

/// Writes a log of one run. What was repaired by it is left out.
pub(crate) fn write(report: &SyncReport, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let results: Vec<Value> = report.targets.iter().flat_map(results).collect();
    let outcome = run_outcome(report.complete, report.exit.code(), &sync_text::gaps(report));
    let counts: Vec<Value> =
        report.targets.iter().map(|it| json!({ "name": it.name, "counts": it.counts })).collect();
    let properties = json!({ "targets": counts });
    document::write(
        &log(&report.generator, &RULES.map(|rule| rule.to_json(HELP)), &outcome, &results, &properties),
        out,
    )
}

fn results(target: &TargetReport) -> Vec<Value> {
    let open = target.steps.iter().filter(|step| step.outcome != Some(OutcomeWord::Done));
    let steps = open.map(|step| result(target, rule_of(step), &step.key, &describe(step)));
    let conflicts = target.conflicts.iter().map(|conflict| {
        let fields = sync_text::changed(&conflict.differences);
        result(target, CONFLICT, &conflict.key, &format!("{}: {}\n{fields}", conflict.key, conflict.reason))
    });
    let error = target.error.iter().map(|error| result(target, UNREADABLE, "", error));
    error.chain(steps).chain(conflicts).collect()
}

const fn rule_of(step: &StepReport) -> SarifRule {
    match step.action {
        Action::Create => MISSING,
        Action::Adopt | Action::Change => DIFFERENT,
        Action::Mark | Action::Delete => STALE,
    }
}

fn describe(step: &StepReport) -> String {
    format!("{} {}: {}\n{}", step.kind, step.key, step.action.as_str(), sync_text::fields(step))
}

fn result(target: &TargetReport, rule: SarifRule, key: &str, text: &str) -> Value {
    let path = format!("{}/{key}", target.name);
    let fingerprint = format!("{}/{path}", rule.code);
    let logical = json!({ "name": key, "fullyQualifiedName": path, "kind": "resource" });
    json!({
        "ruleId": rule.code,
        "ruleIndex": RULES.iter().position(|one| one.code == rule.code),
        "level": "warning",
        "message": { "text": plain(text.trim_end()) },
        "locations": [{ "physicalLocation": physical_location(), "logicalLocations": [logical] }],
        "partialFingerprints": fingerprints("Sync", &fingerprint),
    })
}
