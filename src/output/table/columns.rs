//! Aligned columns for people: no lines, capital headers, cut to the width of the terminal.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::analysis::select::{Completeness, Fit, Table};
use crate::analysis::value::Value;
use crate::output::cell_text;
use crate::output::layout::Layout;

/// Spaces between columns.
const GAP: u16 = 2;
/// The width that a column gets before another one gets more, so that one long name does not narrow all other columns.
const FAIR: usize = 24;
/// The width that a column of names keeps when space is scarce, which is that of an account id of AWS.
const CUT: usize = 12;

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
    let LaidOut { header, rows, .. } = lay_out(table, has_headers.then_some(&headers[..]), layout);
    header.iter().chain(rows.iter().flatten()).try_for_each(|line| writeln!(out, "{line}"))
}

fn write_one(table: &Table, layout: Layout, out: &mut dyn Write) -> io::Result<Vec<String>> {
    let headers: Vec<String> =
        table.columns.iter().map(|column| cell_text::column_heading(&column.name)).collect();
    let LaidOut { header, rows, hidden } = lay_out(table, Some(&headers), layout);
    let screen = layout.height.map_or(usize::MAX, usize::from);
    // Nothing is seen of a table that begins with the header in the last line of the screen.
    let (mut used, mut write) = (screen, |line: &String| writeln!(out, "{line}"));
    for row in &rows {
        if used.saturating_add(row.len()) >= screen {
            header.iter().try_for_each(&mut write)?;
            used = header.len();
        }
        row.iter().try_for_each(&mut write)?;
        used += row.len();
    }
    if rows.is_empty() {
        header.iter().try_for_each(&mut write)?;
        writeln!(out, "{}", empty_note(table.completeness))?;
    }
    Ok(hidden.into_iter().map(|index| table.columns[index].name.clone()).collect())
}

/// A table in lines.
pub(super) struct LaidOut {
    /// The lines of the headers; none without headers.
    pub header: Vec<String>,
    /// The lines of each row.
    pub rows: Vec<Vec<String>>,
    /// The positions of the columns that did not fit.
    pub hidden: Vec<usize>,
}

/// Lays out `table`, below its headers if it has any.
pub(super) fn lay_out(table: &Table, headers: Option<&[String]>, layout: Layout) -> LaidOut {
    let text = if table.fit == Fit::Never { cell_text::format_value } else { cell_text::format_short };
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(text).collect()).collect();
    let limit = layout.width.map(usize::from).filter(|_| table.fit != Fit::Never);
    let columns: Vec<ColumnWidth> =
        (0..table.columns.len()).map(|column| ColumnWidth::measure(table, column, headers, &rows)).collect();
    let (shown, hidden) = match (limit, table.fit) {
        (Some(limit), Fit::Drop) => fit_columns(table, &columns, limit),
        _ => ((0..columns.len()).collect(), Vec::new()),
    };
    let widths = limit.map(|limit| share_width(&shown, &columns, limit));
    let fold = |cells: &[String]| -> Vec<String> {
        let fold = |(position, &index): (usize, &usize)| match &widths {
            Some(widths) => columns[index].fold(&cells[index], widths[position]),
            None => cells[index].clone(),
        };
        shown.iter().enumerate().map(fold).collect()
    };
    let headers = headers.map(fold);
    let rows: Vec<Vec<String>> = rows.iter().map(|row| fold(row)).collect();
    let is_numeric: Vec<bool> = shown.iter().map(|&index| is_numeric(table, index)).collect();
    let mut lines = draw(headers.as_deref(), &rows, &is_numeric, layout.color).into_iter();
    let mut take = |cells: &[String]| {
        let height = cells.iter().map(|cell| cell.lines().count()).max().unwrap_or_default().max(1);
        lines.by_ref().take(height).collect::<Vec<_>>()
    };
    let header = headers.as_deref().map(&mut take).unwrap_or_default();
    LaidOut { header, rows: rows.iter().map(|row| take(row)).collect(), hidden }
}

/// Aligns cells, which may have several lines.
fn draw(headers: Option<&[String]>, rows: &[Vec<String>], is_numeric: &[bool], color: bool) -> Vec<String> {
    let mut drawn = comfy_table::Table::new();
    drawn.load_style(NOTHING).force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
    if let Some(headers) = headers {
        let bold = |cell: Cell| if color { cell.add_attribute(Attribute::Bold) } else { cell };
        drawn.set_header(headers.iter().map(|header| bold(Cell::new(header))));
    }
    for row in rows {
        drawn.add_row(row.iter().map(Cell::new));
    }
    if color {
        drawn.enforce_styling();
    }
    for (position, column) in drawn.column_iter_mut().enumerate() {
        column.set_padding((0, if position + 1 == is_numeric.len() { 0 } else { GAP }));
        if is_numeric[position] {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    drawn.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// How wide a column may be, in terminal cells.
#[derive(Debug, Clone, Copy)]
struct ColumnWidth {
    /// The smallest width. What is longer does not fit the terminal.
    least: usize,
    /// The width that it gets before another column gets more.
    fair: usize,
    /// The width that shows every cell in one line.
    natural: usize,
    /// Whether longer cells end in an ellipsis. Otherwise they are broken at spaces and behind slashes.
    is_cut: bool,
}

impl ColumnWidth {
    fn measure(table: &Table, column: usize, headers: Option<&[String]>, rows: &[Vec<String>]) -> Self {
        // The user named the columns of `Fit::Wrap`, and wants to see what is in them.
        let is_cut = table.fit == Fit::Drop && may_be_cut(&table.columns[column].name);
        let header = headers.map(|headers| headers[column].as_str());
        let cells = || rows.iter().map(|row| row[column].as_str());
        let longest_part =
            |text: &str| parts(text).map(str::trim_end).map(UnicodeWidthStr::width).max().unwrap_or_default();
        let least = cells()
            .map(|text| if is_cut && !is_id(text) { text.width().min(CUT) } else { longest_part(text) });
        let least = least.chain(header.map(longest_part)).max().unwrap_or_default();
        let natural = cells().chain(header).map(UnicodeWidthStr::width).max().unwrap_or_default();
        Self { least, fair: natural.min(FAIR).max(least), natural, is_cut }
    }

    /// Returns the text in lines of at most `width`, if it can be broken so.
    fn fold(self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        if self.is_cut && !is_id(text) { shorten(text, width) } else { break_lines(text, width) }
    }
}

/// Tells whether the column has names that people gave, which are readable in part. Half an id or a prefix is wrong.
fn may_be_cut(column: &str) -> bool {
    matches!(column, "name" | "owner" | "account_name" | "description") || column.starts_with("tag:")
}

/// Tells whether a text in a column of names is an id, which stands there if there is no name.
fn is_id(text: &str) -> bool {
    let is_hexadecimal = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.len() >= CUT && text.split('-').all(is_hexadecimal)
}

/// Splits a text at spaces and behind slashes: into parts that stay whole.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(' ').flat_map(|word| {
        // A prefix has one slash, and is one part.
        let is_path =
            word.matches('/').count() > 1 || !word.trim_end().ends_with(|c: char| c.is_ascii_digit());
        let mut rest = Some(word);
        std::iter::from_fn(move || {
            let word = rest.take()?;
            match word.find('/').filter(|_| is_path) {
                Some(slash) if slash + 1 < word.len() => {
                    rest = Some(&word[slash + 1..]);
                    Some(&word[..=slash])
                }
                _ => Some(word),
            }
        })
    })
}

/// Breaks a text between its [`parts`] into lines of at most `width`.
fn break_lines(text: &str, width: usize) -> String {
    let (mut broken, mut used) = (String::with_capacity(text.len()), 0);
    for part in parts(text) {
        if used > 0 && used + part.trim_end().width() > width {
            broken.truncate(broken.trim_end().len());
            broken.push('\n');
            used = 0;
        }
        broken.push_str(part);
        used += part.width();
    }
    broken
}

/// Ends a text in an ellipsis where it is wider than `width`.
fn shorten(text: &str, width: usize) -> String {
    let mut room = width.saturating_sub(1);
    let fits = |c: &char| {
        let width = c.width().unwrap_or_default();
        let fits = width <= room;
        room = room.saturating_sub(width);
        fits
    };
    let begin: String = text.chars().take_while(fits).collect();
    format!("{}…", begin.trim_end())
}

/// Adds up widths and the gaps between columns.
fn needed(widths: impl ExactSizeIterator<Item = usize>) -> usize {
    let gaps = usize::from(GAP) * widths.len().saturating_sub(1);
    widths.sum::<usize>() + gaps
}

/// Shares the room in a terminal: first each column gets its least width, then its fair one, then its natural one, in
/// steps that are as large as the room allows for all of them.
fn share_width(shown: &[usize], columns: &[ColumnWidth], limit: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = shown.iter().map(|&index| columns[index].least).collect();
    let mut room = limit.saturating_sub(needed(widths.iter().copied()));
    let goals: [fn(&ColumnWidth) -> usize; 2] = [|column| column.fair, |column| column.natural];
    for goal in goals {
        // The narrowest first, so that no column gets more than another one needs.
        let mut wanting: Vec<usize> =
            (0..shown.len()).filter(|&at| widths[at] < goal(&columns[shown[at]])).collect();
        wanting.sort_by_key(|&at| goal(&columns[shown[at]]) - widths[at]);
        let mut left = wanting.len();
        for at in wanting {
            let more = (goal(&columns[shown[at]]) - widths[at]).min(room / left);
            widths[at] += more;
            room -= more;
            left -= 1;
        }
    }
    widths
}

/// Drops the least important columns until the others have their least width, then takes back those that fit. Returns the
/// positions of the columns shown and dropped, each in order.
fn fit_columns(table: &Table, columns: &[ColumnWidth], limit: usize) -> (Vec<usize>, Vec<usize>) {
    let fits = |shown: &[usize]| needed(shown.iter().map(|&index| columns[index].least)) <= limit;
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    let mut hidden = Vec::new();
    while !fits(&shown) {
        let rank = |&at: &usize| table.columns[shown[at]].drop_rank;
        let Some(least) = (0..shown.len()).filter(|at| rank(at) > 0).max_by_key(rank) else { break };
        hidden.push(shown.remove(least));
    }
    for index in hidden.clone().into_iter().rev() {
        let mut more = shown.clone();
        more.push(index);
        if fits(&more) {
            more.sort_unstable();
            shown = more;
            hidden.retain(|&dropped| dropped != index);
        }
    }
    hidden.sort_unstable();
    (shown, hidden)
}
