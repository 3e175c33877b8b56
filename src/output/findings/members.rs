//! The members of findings, aligned.

use super::text;
use crate::analysis::overlap::{Finding, Member};
use crate::analysis::select::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::output::render::Layout;
use crate::output::table;

/// A member, and what is marked behind it.
pub(in crate::output) type Row<'m> = (&'m Member, Option<&'static str>);

/// A column: the order of dropping when there is no room, as in a [`Heading`], and what is there.
type Column = (u8, fn(&Row<'_>) -> Value);

/// Whose it is matters more than how it is called, and both more than where it is.
const COLUMNS: [Column; 7] = [
    (4, |(member, _)| Value::text(Some(text::source(member)))),
    (1, |(member, _)| Value::text(text::account(member))),
    (3, |(member, _)| Value::text(member.region.as_deref())),
    (0, |(member, _)| Value::text(Some(&member.id))),
    (2, |(member, _)| Value::text(member.name.as_deref().filter(|name| *name != member.id))),
    (0, |(member, _)| Value::Cidrs(vec![member.prefix])),
    (0, |(_, mark)| Value::text(*mark)),
];

/// Lists the first `most` members of a finding, the new ones with their mark.
pub(super) fn rows(finding: &Finding, most: usize) -> Vec<Row<'_>> {
    let row = |member| (member, text::is_new(member).then_some(text::NEW));
    finding.members.iter().take(most).map(row).collect()
}

/// The columns of a block of members, or of several, so that they are alike.
pub(in crate::output) struct Columns {
    shown: Vec<Column>,
    layout: Layout,
    fit: Fit,
}

impl Columns {
    /// Takes those for which there is room, whichever of `rows` the block has, and that any of them has a value for;
    /// `wide` takes all.
    pub fn of(rows: &[Row<'_>], layout: Layout, wide: bool) -> Self {
        let has = |(_, value): &Column| rows.iter().any(|row| !value(row).is_blank());
        let fit = if wide { Fit::Never } else { Fit::Drop };
        let mut columns = Self { shown: COLUMNS.into_iter().filter(has).collect(), layout, fit };
        let hidden = table::lay_out(&columns.table(rows), None, layout).1;
        let mut position = 0..;
        columns.shown.retain(|_| position.next().is_none_or(|position| !hidden.contains(&position)));
        columns
    }

    /// Aligns the members of a block.
    pub fn lines(&self, rows: &[Row<'_>]) -> Vec<String> {
        table::lay_out(&self.table(rows), None, self.layout).0
    }

    fn table(&self, rows: &[Row<'_>]) -> Table {
        Table {
            name: "members",
            kind: None,
            columns: self
                .shown
                .iter()
                .map(|&(drop_rank, _)| Heading { name: String::new(), drop_rank })
                .collect(),
            rows: rows.iter().map(|row| self.shown.iter().map(|(_, value)| value(row)).collect()).collect(),
            fit: self.fit,
            completeness: Completeness::Complete,
        }
    }
}
