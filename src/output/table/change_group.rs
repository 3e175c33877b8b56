//! The changes of one account and region for people: a line for each, its fields below.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::change_fields;
use crate::analysis::diff::{ChangeKind, RowChange};
use crate::output::changes::change_text;
use crate::output::layout::{Layout, flow, indented, pad, styled, wrap, write_left_out};

/// The most changes that are shown without `--wide`.
const MAX_CHANGES: usize = 20;
/// Columns that signs take, with the space behind them.
const SIGN_WIDTH: usize = 4;
/// Kinds, ids and names are aligned as far as they have so many columns at most.
const WIDTHS: [usize; 3] = [9, 28, 20];

/// Tells whether two changes stand in one group.
pub(super) fn is_same_place(one: &RowChange, other: &RowChange) -> bool {
    let (one, other) = (&one.location, &other.location);
    one.provider == other.provider && one.account == other.account && one.region == other.region
}

/// Writes a heading, and the changes below it.
pub(super) fn write(group: &[RowChange], layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let most = layout.most(MAX_CHANGES);
    for line in wrap(&heading(group, layout.wide), layout.width) {
        writeln!(out, "{}", styled(layout, "1", &line))?;
    }
    let shown = &group[..group.len().min(most)];
    let rows: Vec<[String; 3]> = shown.iter().map(|change| row(change, layout.wide)).collect();
    let widths: Vec<usize> = (0..WIDTHS.len()).map(|column| width(&rows, column)).collect();
    for (change, row) in shown.iter().zip(&rows) {
        write_change(change, row, &widths, layout, out)?;
        change_fields::write(&change.fields, layout, out)?;
    }
    write_left_out(group.len(), most, "    ", out)
}

/// Returns where the changes are, and how many there are of each sort.
fn heading(group: &[RowChange], wide: bool) -> String {
    let number = |what| group.iter().filter(|change| change.change == what).count();
    let numbers =
        ChangeKind::ALL.into_iter().map(|what| (number(what), what)).filter(|(number, _)| *number > 0);
    let numbers: Vec<String> = numbers.map(|(number, what)| format!("{number} {}", what.as_str())).collect();
    let mut words: Vec<String> = Vec::new();
    if let [first, ..] = group {
        words.push(first.location.provider.as_str().to_owned());
        words.extend(change_text::whereabouts(&first.location, first.account_name.as_deref(), wide));
    }
    format!("{}: {}", words.join(" "), numbers.join(", "))
}

/// Returns what is aligned: kind, id, name.
fn row(change: &RowChange, wide: bool) -> [String; 3] {
    let id = &change.location.id;
    let name = change_text::name(change.name.as_deref(), id).map(|name| change_text::shown(name, wide));
    [change.kind.singular().to_owned(), change_text::id(id, wide), name.unwrap_or_default()]
}

fn width(rows: &[[String; 3]], column: usize) -> usize {
    let widths = rows.iter().map(|row| row[column].width());
    widths.filter(|width| *width <= WIDTHS[column]).max().unwrap_or_default()
}

fn write_change(
    change: &RowChange,
    row: &[String; 3],
    widths: &[usize],
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let aligned = row.iter().zip(widths).map(|(text, width)| pad(text, *width));
    let rest = change_text::origin(change, layout.wide).into_iter();
    let rest = rest.chain(change_text::membership(change)).chain(change_text::facts(change, layout.wide));
    let segments: Vec<String> = aligned.chain(rest).filter(|segment| !segment.is_empty()).collect();
    let color = match change.change {
        ChangeKind::Added => "32",
        ChangeKind::Removed => "31",
        ChangeKind::Changed | ChangeKind::Moved | ChangeKind::Replaced => "33",
    };
    let sign = change_text::sign(change.change);
    let mut margin = styled(layout, color, sign) + &" ".repeat(SIGN_WIDTH - sign.len());
    for line in flow(&segments, indented(layout, SIGN_WIDTH).width) {
        writeln!(out, "{margin}{line}")?;
        margin = " ".repeat(SIGN_WIDTH);
    }
    Ok(())
}
