//! Aligned columns for people: no lines, capital headers, cut to the width of the terminal.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement};
use unicode_width::UnicodeWidthStr;

use super::cell;
use super::render::Layout;
use crate::analysis::select::{Fit, Read, Table};
use crate::analysis::value::Value;

/// Spaces between columns.
const GAP: u16 = 2;
/// The width at which a column counts when room is shared out: longer cells wrap, and one long name does
/// not drive every other column out.
const FAIR: usize = 28;

/// Writes every table, with a title each when there are several, and returns the names of the columns that
/// there was no room for.
pub(super) fn write(tables: &[Table], layout: Layout, out: &mut dyn Write) -> io::Result<Vec<String>> {
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

/// Tells whether a column holds numbers, and so stands on the right.
pub(super) fn is_numeric(table: &Table, column: usize) -> bool {
    let mut known = table.rows.iter().map(|row| &row[column]).filter(|value| !value.is_blank()).peekable();
    known.peek().is_some() && known.all(|value| matches!(value, Value::Number(_)))
}

/// Says what no rows means: none, none known, or not asked.
pub(super) fn nothing(read: Read) -> String {
    match read {
        Read::Complete => "(none)".to_owned(),
        Read::Partial(1) => "(none known: 1 scope could not be read)".to_owned(),
        Read::Partial(unread) => format!("(none known: {unread} scopes could not be read)"),
        Read::Nothing => "(not read)".to_owned(),
    }
}

fn write_one(table: &Table, layout: Layout, out: &mut dyn Write) -> io::Result<Vec<String>> {
    let headers: Vec<String> = table.columns.iter().map(|column| cell::header(&column.name)).collect();
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(cell::text).collect()).collect();
    let width = layout.width.filter(|_| table.fit != Fit::Never);
    let (shown, hidden) = match (width, table.fit) {
        (Some(width), Fit::Drop) => share_out(table, &natural_widths(&headers, &rows), width),
        _ => ((0..headers.len()).collect(), Vec::new()),
    };
    for line in arrange(table, &headers, &rows, &shown, width, layout.color) {
        writeln!(out, "{}", line.trim_end())?;
    }
    if rows.is_empty() {
        writeln!(out, "{}", nothing(table.read))?;
    }
    Ok(hidden.into_iter().map(|index| table.columns[index].name.clone()).collect())
}

fn arrange(
    table: &Table,
    headers: &[String],
    rows: &[Vec<String>],
    shown: &[usize],
    width: Option<u16>,
    color: bool,
) -> impl Iterator<Item = String> {
    let mut drawn = comfy_table::Table::new();
    drawn.load_style(NOTHING).force_no_tty();
    drawn.set_header(shown.iter().map(|&index| {
        let cell = Cell::new(&headers[index]);
        if color { cell.add_attribute(Attribute::Bold) } else { cell }
    }));
    if color {
        drawn.enforce_styling();
    }
    for row in rows {
        drawn.add_row(shown.iter().map(|&index| Cell::new(&row[index])));
    }
    for (position, column) in drawn.column_iter_mut().enumerate() {
        let last = position + 1 == shown.len();
        column.set_padding((0, if last { 0 } else { GAP }));
        if is_numeric(table, shown[position]) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    if let Some(width) = width {
        drawn.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    drawn.lines().collect::<Vec<_>>().into_iter()
}

fn natural_widths(headers: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let mut widths: Vec<usize> = headers.iter().map(|header| header.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    widths
}

/// Drops the least important columns until the others have a fair width; returns those shown and those
/// dropped, each in order.
fn share_out(table: &Table, natural: &[usize], width: u16) -> (Vec<usize>, Vec<usize>) {
    let mut shown: Vec<usize> = (0..natural.len()).collect();
    let needed = |shown: &[usize]| {
        let cells: usize = shown.iter().map(|&index| natural[index].min(FAIR)).sum();
        cells + usize::from(GAP) * shown.len().saturating_sub(1)
    };
    let rank = |index: usize| table.columns[index].droppable;
    let mut hidden = Vec::new();
    while needed(&shown) > usize::from(width) {
        let least = (0..shown.len()).filter(|&at| rank(shown[at]) > 0).max_by_key(|&at| rank(shown[at]));
        let Some(least) = least else { break };
        hidden.push(shown.remove(least));
    }
    hidden.sort_unstable();
    (shown, hidden)
}
