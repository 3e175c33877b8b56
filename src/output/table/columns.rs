//! Aligned columns for people: no lines, capital headers, cut to the width of the terminal.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement};
use unicode_width::UnicodeWidthStr;

use crate::analysis::select::{Completeness, Fit, Table};
use crate::analysis::value::Value;
use crate::output::cell_text;
use crate::output::layout::Layout;

/// Spaces between columns.
const GAP: u16 = 2;
/// The width that a column of text gets when space is scarce: longer cells wrap, so that one long name does not push out
/// every other column.
const FAIR: usize = 24;

/// Writes every table, each with a title if there are several, and returns the names of the columns that did not fit.
pub(crate) fn write(tables: &[Table], layout: Layout, out: &mut dyn Write) -> io::Result<Vec<String>> {
    let mut hidden: Vec<String> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        if tables.len() > 1 {
            let (bold, plain) = if layout.color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
            writeln!(out, "{bold}{} ({}){plain}", table.name, table.rows.len())?;
        }
        for name in write_one(table, layout, out)? {
            if !hidden.contains(&name) {
                hidden.push(name);
            }
        }
    }
    Ok(hidden)
}

/// Tells whether all values of a column are numbers, which are aligned to the right.
pub(crate) fn is_numeric(table: &Table, column: usize) -> bool {
    let mut known = table.rows.iter().map(|row| &row[column]).filter(|value| !value.is_blank()).peekable();
    known.peek().is_some() && known.all(|value| matches!(value, Value::Number(_)))
}

/// Says why a table is empty: there are none, none are known, or they were not scanned.
pub(crate) fn empty_note(completeness: Completeness) -> String {
    match completeness {
        Completeness::Complete => "(none)".to_owned(),
        Completeness::Partial(1) => "(none known: 1 scope could not be read)".to_owned(),
        Completeness::Partial(unread) => format!("(none known: {unread} scopes could not be read)"),
        Completeness::NotScanned => "(not read)".to_owned(),
    }
}

/// Writes the lines of a table, with headers above if `has_headers`.
pub(crate) fn write_lines(
    table: &Table,
    has_headers: bool,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let headers: Vec<String> =
        table.columns.iter().map(|column| cell_text::column_heading(&column.name)).collect();
    let (lines, _) = lay_out(table, has_headers.then_some(&headers[..]), layout);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn write_one(table: &Table, layout: Layout, out: &mut dyn Write) -> io::Result<Vec<String>> {
    let headers: Vec<String> =
        table.columns.iter().map(|column| cell_text::column_heading(&column.name)).collect();
    let (lines, hidden) = lay_out(table, Some(&headers), layout);
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    if table.rows.is_empty() {
        writeln!(out, "{}", empty_note(table.completeness))?;
    }
    Ok(hidden.into_iter().map(|index| table.columns[index].name.clone()).collect())
}

/// Returns the lines of `table`, below its headers if it has any, and the positions of the columns that did not fit.
pub(super) fn lay_out(
    table: &Table,
    headers: Option<&[String]>,
    layout: Layout,
) -> (Vec<String>, Vec<usize>) {
    let text = if table.fit == Fit::Drop { cell_text::format_short } else { cell_text::format_value };
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(text).collect()).collect();
    let widths: Vec<ColumnWidth> =
        (0..table.columns.len()).map(|column| ColumnWidth::measure(table, column, headers, &rows)).collect();
    let limit = layout.width.map(usize::from).filter(|_| table.fit != Fit::Never);
    let (shown, hidden) = match (limit, table.fit) {
        (Some(limit), Fit::Drop) => fit_columns(table, &widths, limit),
        _ => ((0..widths.len()).collect(), Vec::new()),
    };
    let mut drawn = comfy_table::Table::new();
    drawn.load_style(NOTHING).force_no_tty();
    if let Some(headers) = headers {
        drawn.set_header(shown.iter().map(|&index| {
            let cell = Cell::new(&headers[index]);
            if layout.color { cell.add_attribute(Attribute::Bold) } else { cell }
        }));
    }
    for row in &rows {
        drawn.add_row(shown.iter().map(|&index| Cell::new(&row[index])));
    }
    if layout.color {
        drawn.enforce_styling();
    }
    arrange(&mut drawn, table, &shown, &widths, limit);
    (drawn.lines().map(|line| line.trim_end().to_owned()).collect(), hidden)
}

/// Aligns the columns, and wraps their cells to `limit` if there is one.
fn arrange(
    drawn: &mut comfy_table::Table,
    table: &Table,
    shown: &[usize],
    widths: &[ColumnWidth],
    limit: Option<usize>,
) {
    let fits = limit.is_none_or(|limit| needed(shown, widths) <= limit);
    for (position, column) in drawn.column_iter_mut().enumerate() {
        let gap = if position + 1 == shown.len() { 0 } else { GAP };
        column.set_padding((0, gap));
        let index = shown[position];
        if is_numeric(table, index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        // Half a prefix reads as another prefix, so such a column may be too wide but is never split.
        if limit.is_some() && (fits || widths[index].atomic) {
            let fair = u16::try_from(widths[index].fair).unwrap_or(u16::MAX).saturating_add(gap);
            column.set_constraint(ColumnConstraint::LowerBoundary(comfy_table::Width::Fixed(fair)));
        }
    }
    if let Some(limit) = limit {
        drawn.set_content_arrangement(ContentArrangement::Dynamic);
        drawn.set_width(u16::try_from(limit).unwrap_or(u16::MAX));
    }
}

/// How wide a column is, in terminal cells.
#[derive(Debug, Clone, Copy)]
struct ColumnWidth {
    /// What it gets when space is scarce.
    fair: usize,
    /// Whether its words must not be split: addresses, numbers, times.
    atomic: bool,
}

impl ColumnWidth {
    fn measure(table: &Table, column: usize, headers: Option<&[String]>, rows: &[Vec<String>]) -> Self {
        let atomic = table
            .rows
            .iter()
            .all(|row| !matches!(row[column], Value::Text(_) | Value::List(_) | Value::Tags(_)));
        let header = headers.map(|headers| &headers[column]);
        let texts = || header.into_iter().chain(rows.iter().map(|row| &row[column]));
        let words = texts().flat_map(|text| text.split(' '));
        let longest = words.map(UnicodeWidthStr::width).max().unwrap_or_default();
        let natural = texts().map(|text| text.width()).max().unwrap_or_default();
        let fair = if atomic { longest } else { natural.min(FAIR) };
        Self { fair, atomic }
    }
}

/// Adds up the fair widths of columns and the gaps between them.
fn needed(shown: &[usize], widths: &[ColumnWidth]) -> usize {
    let cells: usize = shown.iter().map(|&index| widths[index].fair).sum();
    cells + usize::from(GAP) * shown.len().saturating_sub(1)
}

/// Drops the least important columns until the others have their fair width, then takes back those that fit. Returns the
/// positions of the columns shown and dropped, each in order.
fn fit_columns(table: &Table, widths: &[ColumnWidth], limit: usize) -> (Vec<usize>, Vec<usize>) {
    let mut shown: Vec<usize> = (0..widths.len()).collect();
    let mut hidden = Vec::new();
    while needed(&shown, widths) > limit {
        let rank = |&at: &usize| table.columns[shown[at]].drop_rank;
        let Some(least) = (0..shown.len()).filter(|at| rank(at) > 0).max_by_key(rank) else { break };
        hidden.push(shown.remove(least));
    }
    for index in hidden.clone().into_iter().rev() {
        let mut more = shown.clone();
        more.push(index);
        if needed(&more, widths) <= limit {
            more.sort_unstable();
            shown = more;
            hidden.retain(|&dropped| dropped != index);
        }
    }
    hidden.sort_unstable();
    (shown, hidden)
}
