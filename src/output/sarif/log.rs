//! The log of one run, and its parts that every report has.

use serde_json::{Value, json};

/// A rule of a report whose results are all warnings by default.
#[derive(Clone, Copy)]
pub(super) struct SarifRule {
    pub code: &'static str,
    pub name: &'static str,
    pub meaning: &'static str,
}

impl SarifRule {
    /// Returns the rule as the log lists it; `help` says where you read more.
    pub(super) fn to_json(self, help: &str) -> Value {
        json!({
            "id": self.code,
            "name": self.name,
            "shortDescription": { "text": self.meaning },
            "help": { "text": help },
            "defaultConfiguration": { "level": "warning" },
        })
    }
}

/// Returns the log of one run.
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

/// Says how a run ended, and what it could not read.
pub(super) fn run_outcome(is_complete: bool, exit_code: u8, gaps: &[String]) -> Value {
    let notification = |gap: &String| json!({ "level": "error", "message": { "text": plain(gap) } });
    json!({
        "executionSuccessful": is_complete,
        "exitCode": exit_code,
        "toolExecutionNotifications": gaps.iter().map(notification).collect::<Vec<_>>(),
    })
}

/// Returns the file that results are shown in: code scanning shows nothing that is in no file. What is accepted, the limits
/// and the registries are written in this one.
pub(super) fn physical_location() -> Value {
    json!({ "artifactLocation": { "uri": "netcensus.toml" }, "region": { "startLine": 1 } })
}

/// Returns what a result is known again by. Code scanning knows an alert by the second; it would take the line's text, which
/// all share.
pub(super) fn fingerprints(report: &str, fingerprint: &str) -> Value {
    json!({ (format!("netcensus{report}/v1")): fingerprint, "primaryLocationLineHash": fingerprint })
}

/// Escapes what is no plain text in a message: braces stand for arguments (3.11.5), brackets before a parenthesis
/// are a link (3.11.6).
pub(super) fn plain(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_hold_no_arguments_and_no_links() {
        assert_eq!(plain("{0} [x](http://y) a[0]"), "{{0}} [x] (http://y) a[0]");
    }
}
