//! The members of findings, aligned.

use super::columns;

use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::output::findings::finding_text::{self, MarkedMember};
use crate::output::layout::Layout;

/// A column: when it is dropped if space is scarce, as in a [`Heading`], and its value.
type Column = (u8, fn(&MarkedMember<'_>) -> Value);

/// The account matters more than the name, and both more than the region.
const COLUMNS: [Column; 7] = [
    (4, |(member, _)| Value::text(Some(finding_text::source(member)))),
    (1, |(member, _)| Value::text(finding_text::account(member))),
    (3, |(member, _)| Value::text(member.region.as_deref())),
    (0, |(member, _)| Value::text(Some(&member.id))),
    (2, |(member, _)| Value::text(member.name.as_deref().filter(|name| *name != member.id))),
    (0, |(member, _)| Value::Cidrs(vec![member.prefix])),
    (0, |(_, mark)| Value::text(*mark)),
];

/// The columns of one or several blocks of members, which all have the same ones.
pub(super) struct Columns {
    shown: Vec<Column>,
    layout: Layout,
    fit: Fit,
}

impl Columns {
    /// Chooses the columns that fit and that have a value in any of `rows`; a wide layout chooses all that have a value.
    pub fn new(rows: &[MarkedMember<'_>], layout: Layout) -> Self {
        let has = |(_, value): &Column| rows.iter().any(|row| !value(row).is_blank());
        let fit = if layout.wide { Fit::Never } else { Fit::Drop };
        let mut columns = Self { shown: COLUMNS.into_iter().filter(has).collect(), layout, fit };
        let hidden = columns::LaidOut::new(&columns.table(rows), None, layout).hidden;
        let mut position = 0..;
        columns.shown.retain(|_| position.next().is_none_or(|position| !hidden.contains(&position)));
        columns
    }

    /// Aligns the members of a block.
    pub fn lines(&self, rows: &[MarkedMember<'_>]) -> Vec<String> {
        columns::LaidOut::new(&self.table(rows), None, self.layout).rows().flatten().collect()
    }

    fn table(&self, rows: &[MarkedMember<'_>]) -> Table {
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
            places: Vec::new(),
        }
    }
}
