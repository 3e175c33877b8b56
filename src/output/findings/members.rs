//! The members of a finding, aligned.

use super::text;
use crate::analysis::overlap::{Finding, Member};
use crate::analysis::select::{Fit, Heading, Read, Table};
use crate::analysis::value::Value;
use crate::output::render::Layout;
use crate::output::table;

/// A column: the order of dropping when there is no room, as in a [`Heading`], and what is there.
type Column = (u8, fn(&Member, &str) -> Value);

const COLUMNS: [Column; 7] = [
    (4, |member, _| Value::text(Some(text::source(member)))),
    (2, |member, _| Value::text(text::account(member))),
    (3, |member, _| Value::text(member.region.as_deref())),
    (0, |member, _| Value::text(Some(&member.id))),
    (1, |member, _| Value::text(member.name.as_deref().filter(|name| *name != member.id))),
    (0, |member, _| Value::Cidrs(vec![member.prefix])),
    (0, |member, mark| Value::text(text::is_new(member).then_some(mark))),
];

/// Aligns the first `most` members, without the columns that none of them has; what is new has `mark` behind it.
pub(in crate::output) fn lines(
    finding: &Finding,
    most: usize,
    mark: &str,
    layout: Layout,
    wide: bool,
) -> Vec<String> {
    let members = &finding.members[..finding.members.len().min(most)];
    let has = |value: &fn(&Member, &str) -> Value| members.iter().any(|one| !value(one, mark).is_blank());
    let columns: Vec<_> = COLUMNS.iter().filter(|(_, value)| has(value)).collect();
    let row = |member| columns.iter().map(|(_, value)| value(member, mark)).collect();
    let table = Table {
        name: "members",
        kind: None,
        columns: columns.iter().map(|&&(droppable, _)| Heading { name: String::new(), droppable }).collect(),
        rows: members.iter().map(row).collect(),
        fit: if wide { Fit::Never } else { Fit::Drop },
        read: Read::Complete,
    };
    table::lay_out(&table, None, layout).0
}
