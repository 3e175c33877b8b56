//! The rows of the collisions among the networks: one for each member of each finding.

use crate::analysis::columns::DataType;
use crate::analysis::overlap::{Finding, Member};
use crate::analysis::value::Value;
use crate::model::Provider;

/// The columns, and what their values are.
pub(super) const COLUMNS: [(&str, DataType); 13] = [
    ("collision", DataType::Number),
    ("code", DataType::Text),
    ("class", DataType::Text),
    ("status", DataType::Text),
    ("fails", DataType::Bool),
    ("space", DataType::Cidrs),
    ("provider", DataType::Text),
    ("account", DataType::Text),
    ("region", DataType::Text),
    ("id", DataType::Text),
    ("name", DataType::Text),
    ("prefix", DataType::Text),
    ("what", DataType::Text),
];

/// Counts the rows of `findings`.
pub(super) fn count(findings: &[Finding]) -> usize {
    findings.iter().map(|finding| finding.members.len()).sum()
}

/// Makes the rows, the findings numbered from 1.
pub(super) fn rows(findings: &[Finding]) -> impl Iterator<Item = [Value; COLUMNS.len()]> {
    (1..)
        .zip(findings)
        .flat_map(|(number, finding)| finding.members.iter().map(move |member| row(number, finding, member)))
}

fn row(number: u64, finding: &Finding, member: &Member) -> [Value; COLUMNS.len()] {
    let of = |text: &str| Value::Text(text.to_owned());
    [
        Value::Number(number),
        of(&finding.code),
        of(finding.class.as_str()),
        of(finding.status.as_str()),
        Value::Bool(finding.fails),
        Value::Cidrs(finding.spaces.clone()),
        Value::text(member.provider.map(Provider::as_str)),
        Value::text(member.account.as_deref()),
        Value::text(member.region.as_deref()),
        of(&member.id),
        Value::text(member.name.as_deref()),
        Value::Text(member.prefix.to_string()),
        of(&finding.message),
    ]
}
