//! SARIF 2.1.0: a result for each record in which a registry differs from the inventory.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::sync_text;
use crate::output::json as document;
use crate::output::sarif::{log, plain, run_outcome};
use crate::sync::{Action, OutcomeWord, StepReport, SyncReport, TargetReport};

/// What a result is about: code, name and meaning.
type DriftRule = (&'static str, &'static str, &'static str);

const MISSING: DriftRule = ("NC301", "sync-missing", "A registry lacks a record of something that exists");
const DIFFERENT: DriftRule = ("NC302", "sync-different", "A record of a registry differs from what exists");
const STALE: DriftRule = ("NC303", "sync-stale", "A registry has a record of something that does not exist");
const CONFLICT: DriftRule =
    ("NC304", "sync-conflict", "Something that is not ours is in the place of a record of a registry");
const UNREADABLE: DriftRule = ("NC305", "sync-unreadable", "A registry could not be read");
const RULES: [DriftRule; 5] = [MISSING, DIFFERENT, STALE, CONFLICT, UNREADABLE];

/// Writes a log of one run. What was repaired by it is left out.
pub(in crate::output) fn write(report: &SyncReport, out: &mut dyn Write) -> io::Result<()> {
    let results: Vec<Value> = report.targets.iter().flat_map(results).collect();
    let outcome = run_outcome(report.complete, report.exit.code(), &sync_text::gaps(report));
    let counts: Vec<Value> =
        report.targets.iter().map(|it| json!({ "name": it.name, "counts": it.counts })).collect();
    let properties = json!({ "targets": counts });
    document::write(&log(&report.generator, &RULES.map(rule), &outcome, &results, &properties), out)
}

fn rule((code, name, meaning): DriftRule) -> Value {
    json!({
        "id": code,
        "name": name,
        "shortDescription": { "text": meaning },
        "help": { "text": "docs/sync.md of netcensus says what is compared, and how to repair it." },
        "defaultConfiguration": { "level": "warning" },
    })
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

const fn rule_of(step: &StepReport) -> DriftRule {
    match step.action {
        Action::Create => MISSING,
        Action::Adopt | Action::Change => DIFFERENT,
        Action::Mark | Action::Delete => STALE,
    }
}

fn describe(step: &StepReport) -> String {
    format!("{} {}: {}\n{}", step.kind, step.key, step.action.as_str(), sync_text::fields(step))
}

fn result(target: &TargetReport, rule: DriftRule, key: &str, text: &str) -> Value {
    let path = format!("{}/{key}", target.name);
    let fingerprint = format!("{}/{path}", rule.0);
    // Code scanning shows nothing that is in no file: the registry is described in this one.
    let file = json!({ "artifactLocation": { "uri": "netcensus.toml" }, "region": { "startLine": 1 } });
    let logical = json!({ "name": key, "fullyQualifiedName": path, "kind": "resource" });
    json!({
        "ruleId": rule.0,
        "ruleIndex": RULES.iter().position(|one| one.0 == rule.0),
        "level": "warning",
        "message": { "text": plain(text.trim_end()) },
        "locations": [{ "physicalLocation": file, "logicalLocations": [logical] }],
        "partialFingerprints": { "netcensusSync/v1": fingerprint, "primaryLocationLineHash": fingerprint },
    })
}
