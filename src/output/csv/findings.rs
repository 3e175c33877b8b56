//! Findings: a row for each member of each finding.

use std::io::{self, Write};

use ipnet::IpNet;

use super::writer::{CsvOptions, write_records};
use crate::analysis::addresses::overlaps;
use crate::analysis::overlap::{Finding, Findings, Member};
use crate::analysis::value::Value;
use crate::model::Provider;
use crate::output::findings::finding_text;

/// The most spaces of a member that are listed.
const MAX_SPACES: usize = 10;

/// A column: its name, and where its value comes from.
type Column = (&'static str, fn(&Finding, &Member) -> Value);

const COLUMNS: [Column; 22] = [
    ("code", |finding, _| word(finding.class.code())),
    ("class", |finding, _| word(finding.class.as_str())),
    ("level", |finding, _| word(finding.level.as_str())),
    ("status", |finding, _| word(finding.status.as_str())),
    ("fails", |finding, _| Value::Bool(finding.fails)),
    ("fingerprint", |finding, _| word(&finding.fingerprint)),
    ("within", |finding, _| Value::Cidrs(vec![finding.within])),
    ("spaces", |finding, member| Value::Cidrs(disputed(finding, member))),
    ("origin", |_, member| word(finding_text::origin(member.origin))),
    ("provider", |_, member| Value::text(member.provider.map(Provider::as_str))),
    ("account", |_, member| Value::text(member.account.as_deref())),
    ("account_name", |_, member| Value::text(member.account_name.as_deref())),
    ("region", |_, member| Value::text(member.region.as_deref())),
    ("network", |_, member| Value::text(member.network.as_deref())),
    ("id", |_, member| word(&member.id)),
    ("name", |_, member| Value::text(member.name.as_deref())),
    ("prefix", |_, member| Value::Cidrs(vec![member.prefix])),
    ("domain", |_, member| Value::text(member.domain.as_deref())),
    ("is_new", |_, member| member.is_new.map_or(Value::Unknown, Value::Bool)),
    ("message", |finding, _| word(&finding.message)),
    ("advice", |finding, _| word(&finding.advice)),
    ("accepted_by", |finding, _| word(&finding.accepted_by.join("; "))),
];

/// Writes a header, and the rows in the order of the document.
pub(crate) fn write(findings: &Findings, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    let pairs = findings
        .findings
        .iter()
        .flat_map(|finding| finding.members.iter().map(move |member| (finding, member)));
    let row = |(finding, member)| COLUMNS.map(|(_, value)| value(finding, member));
    write_records(COLUMNS.map(|(name, _)| name), pairs.map(row), options, out)
}

/// Lists the spaces that a member has a part in, as many as a cell can do with: a row for each member of a cluster with
/// all its spaces would be their square.
fn disputed(finding: &Finding, member: &Member) -> Vec<IpNet> {
    let is_disputed = |space: &&IpNet| overlaps(**space, member.prefix);
    finding.spaces.iter().filter(is_disputed).take(MAX_SPACES).copied().collect()
}

fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}
