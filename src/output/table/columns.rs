//! Aligned columns for people: no lines, capital headers, cut to the width of the terminal.

use std::io::{self, Write};
use std::net::IpAddr;
use std::ops::Range;

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Width};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::console_links::ConsoleLinks;
use crate::analysis::rows::{Completeness, Fit, Table};
use crate::analysis::value::Value;
use crate::output::cell_text;
use crate::output::layout::{self, Layout};

/// What ends a style.
const RESET: &str = "\x1b[0m";
/// Spaces between columns.
const GAP: u16 = 2;
/// How many rows are drawn at a time.
const BLOCK_ROWS: usize = 1_000;
/// The width that a column gets before another one gets more, so that one long name does not narrow all other columns.
const FAIR_WIDTH: usize = 24;
/// The width that a column of names keeps when space is scarce, which is that of an account id of AWS.
const LEAST_NAME_WIDTH: usize = 12;
/// The width that a column of ends of links keeps. A part of an end that is wider, such as a generated name, is cut in its
/// middle.
const LEAST_LINK_END_WIDTH: usize = 24;
/// The width that a column of names keeps as long as there is a less important column to drop.
const READABLE_NAME_WIDTH: usize = 16;

/// Writes every table, each with a title if there are several, and below them the names of the columns that did not fit.
pub(crate) fn write(tables: &[Table], layout: Layout, out: &mut dyn Write) -> io::Result<()> {
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
            // A table without rows hides nothing.
            if !table.rows.is_empty() && !hidden.contains(&name) {
                hidden.push(name);
            }
        }
    }
    write_hidden(&hidden, layout, out)
}

/// Says which columns a terminal does not show.
fn write_hidden(hidden: &[String], layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    if hidden.is_empty() {
        return Ok(());
    }
    let line = format!("... no room for {}; --wide shows them", hidden.join(", "));
    layout::write_lines(&layout::wrap(&line, layout.width), "", out)
}

/// Tells whether all values of a column are numbers, which are aligned to the right.
pub(crate) fn is_numeric(table: &Table, column: usize) -> bool {
    let mut known = table.rows.iter().map(|row| &row[column]).filter(|value| !value.is_blank()).peekable();
    known.peek().is_some() && known.all(|value| matches!(value, Value::Number(_) | Value::Percent(_)))
}

/// Says why a table is empty: there are none, none are known, or they were not scanned.
pub(crate) fn empty_note(completeness: Completeness) -> String {
    match completeness {
        Completeness::Complete => "(none)".to_owned(),
        Completeness::Partial(1) => "(none known: 1 read failed)".to_owned(),
        Completeness::Partial(unread) => format!("(none known: {unread} reads failed)"),
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
    let headers = headings(table);
    let laid_out = LaidOut::new(table, has_headers.then_some(&headers[..]), layout);
    let mut lines = laid_out.header.iter().cloned().chain(laid_out.rows().flatten());
    lines.try_for_each(|line| writeln!(out, "{line}"))
}

fn headings(table: &Table) -> Vec<String> {
    table.columns.iter().map(|column| cell_text::column_heading(&column.name)).collect()
}

fn write_one(table: &Table, layout: Layout, out: &mut dyn Write) -> io::Result<Vec<String>> {
    let laid_out = LaidOut::new(table, Some(&headings(table)), layout);
    let screen = layout.height.map_or(usize::MAX, usize::from);
    // Nothing is seen of a table that begins with the header in the last line of the screen.
    let (mut used, mut write) = (screen, |line: &String| writeln!(out, "{line}"));
    for row in laid_out.rows() {
        if used.saturating_add(row.len()) >= screen {
            laid_out.header.iter().try_for_each(&mut write)?;
            used = laid_out.header.len();
        }
        row.iter().try_for_each(&mut write)?;
        used += row.len();
    }
    if table.rows.is_empty() {
        laid_out.header.iter().try_for_each(&mut write)?;
        writeln!(out, "{}", empty_note(table.completeness))?;
    }
    Ok(laid_out.hidden.iter().map(|&index| table.columns[index].name.clone()).collect())
}

/// A table whose columns have their widths. Its rows are drawn in blocks, so that the lines of a long table are never in
/// memory all at once.
pub(super) struct LaidOut<'t> {
    /// The lines of the headers; none without headers.
    pub header: Vec<String>,
    /// The positions of the columns that did not fit.
    pub hidden: Vec<usize>,
    texts: CellTexts<'t>,
    shown: Vec<ShownColumn>,
    links: Option<ConsoleLinks>,
}

impl<'t> LaidOut<'t> {
    /// Lays out `table`, below its headers if it has any.
    pub fn new(table: &'t Table, headers: Option<&[String]>, layout: Layout) -> Self {
        let mut texts = CellTexts::new(table);
        let limit = layout.width.map(usize::from).filter(|_| table.fit != Fit::Never);
        let mut columns = texts.measure(headers);
        let fit = |columns: &[ColumnWidth]| match (limit, table.fit) {
            (Some(limit), Fit::Drop) => fit_columns(table, columns, limit),
            _ => ((0..columns.len()).collect(), Vec::new()),
        };
        let (mut shown, mut hidden) = fit(&columns);
        if texts.name_by_ids(&hidden) {
            columns = texts.measure(headers);
            (shown, hidden) = fit(&columns);
        }
        let rooms = match limit {
            Some(limit) => share_width(&shown, &columns, limit),
            None => shown.iter().map(|&index| columns[index].natural).collect(),
        };
        let shown: Vec<ShownColumn> = shown
            .into_iter()
            .zip(rooms)
            .map(|(index, room)| {
                let header = headers.map(|headers| &headers[index]);
                ShownColumn::new(&texts, index, columns[index], room, header)
            })
            .collect();
        let header = headers.map(|headers| draw_headers(headers, &shown, layout.color)).unwrap_or_default();
        let links = ConsoleLinks::new(table).filter(|_| layout.hyperlinks);
        Self { header, hidden, texts, shown, links }
    }

    /// Returns the lines of each row.
    pub fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        let count = self.texts.table.rows.len();
        (0..count)
            .step_by(BLOCK_ROWS)
            .flat_map(move |first| self.draw_block(first..count.min(first + BLOCK_ROWS)))
    }

    fn draw_block(&self, block: Range<usize>) -> Vec<Vec<String>> {
        let cell = |row, column: &ShownColumn| column.fold(&self.texts.get(row, column.index));
        let rows: Vec<Vec<String>> =
            block.clone().map(|row| self.shown.iter().map(|column| cell(row, column)).collect()).collect();
        let mut drawn = comfy_table::Table::new();
        for row in &rows {
            drawn.add_row(row.iter().map(Cell::new));
        }
        let mut lines = draw(drawn, &self.shown).into_iter();
        let mut take = |cells: &Vec<String>| {
            let height = cells.iter().map(|cell| cell.lines().count()).max().unwrap_or_default().max(1);
            lines.by_ref().take(height).collect::<Vec<_>>()
        };
        let mut laid_out: Vec<Vec<String>> = rows.iter().map(&mut take).collect();
        if let Some(links) = &self.links {
            let places = self.texts.table.places.iter().skip(block.start);
            for ((lines, cells), place) in laid_out.iter_mut().zip(&rows).zip(places) {
                let position = |column| self.shown.iter().position(|shown| shown.index == column);
                links.add(place, lines, |column| position(column).map(|at| cells[at].as_str()));
            }
        }
        laid_out
    }
}

/// The texts of the cells of a table, made when they are asked for.
struct CellTexts<'t> {
    table: &'t Table,
    format: fn(&Value) -> String,
    /// The columns of names and ids, where a row without a name shows its id.
    named_by: Option<(usize, usize)>,
}

impl<'t> CellTexts<'t> {
    fn new(table: &'t Table) -> Self {
        let format = if table.fit == Fit::Never { cell_text::format_value } else { cell_text::format_short };
        Self { table, format, named_by: None }
    }

    fn get(&self, row: usize, column: usize) -> String {
        let cells = &self.table.rows[row];
        let text = (self.format)(&cells[column]);
        match self.named_by {
            Some((name, id)) if column == name && text.is_empty() => (self.format)(&cells[id]),
            _ => text,
        }
    }

    fn column(&self, column: usize) -> impl Iterator<Item = String> {
        (0..self.table.rows.len()).map(move |row| self.get(row, column))
    }

    fn measure(&self, headers: Option<&[String]>) -> Vec<ColumnWidth> {
        let header = |column: usize| headers.map(|headers| headers[column].as_str());
        (0..self.table.columns.len())
            .map(|column| ColumnWidth::measure(self, column, header(column)))
            .collect()
    }

    /// Shows the id of a resource without a name in the column of names, if that of ids is hidden. Returns whether it is.
    fn name_by_ids(&mut self, hidden: &[usize]) -> bool {
        let position = |name| self.table.columns.iter().position(|column| column.name == name);
        let (Some(name), Some(id)) = (position("name"), position("id")) else { return false };
        if self.table.kind.is_none() || hidden.contains(&name) || !hidden.contains(&id) {
            return false;
        }
        self.named_by = Some((name, id));
        true
    }
}

/// A column that fits.
struct ShownColumn {
    /// Its position in the table.
    index: usize,
    measured: ColumnWidth,
    /// The room that it has, in terminal cells.
    room: usize,
    /// The width of its widest line.
    width: usize,
    /// Whether it is aligned to the right.
    is_numeric: bool,
}

impl ShownColumn {
    fn new(
        texts: &CellTexts<'_>,
        index: usize,
        measured: ColumnWidth,
        room: usize,
        header: Option<&String>,
    ) -> Self {
        let is_numeric = is_numeric(texts.table, index);
        let mut column = Self { index, measured, room, width: measured.natural, is_numeric };
        if room < measured.natural {
            let folded = texts.column(index).chain(header.cloned()).map(|text| column.fold(&text));
            column.width = folded.map(|text| widest_line(&text)).max().unwrap_or_default();
        }
        column
    }

    fn fold(&self, text: &str) -> String {
        self.measured.fold(text, self.room)
    }
}

fn widest_line(text: &str) -> usize {
    text.lines().map(UnicodeWidthStr::width).max().unwrap_or_default()
}

fn draw_headers(headers: &[String], columns: &[ShownColumn], color: bool) -> Vec<String> {
    let mut drawn = comfy_table::Table::new();
    let bold = |cell: Cell| if color { cell.add_attribute(Attribute::Bold) } else { cell };
    drawn.set_header(columns.iter().map(|column| bold(Cell::new(column.fold(&headers[column.index])))));
    if color {
        drawn.enforce_styling();
    }
    draw(drawn, columns)
}

/// Aligns cells, which may have several lines.
fn draw(mut drawn: comfy_table::Table, columns: &[ShownColumn]) -> Vec<String> {
    drawn.load_style(NOTHING).force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
    for (position, (cells, column)) in drawn.column_iter_mut().zip(columns).enumerate() {
        let gap = if position + 1 == columns.len() { 0 } else { GAP };
        let width = u16::try_from(column.width).unwrap_or(u16::MAX).saturating_add(gap);
        // A block is as wide as the table, though its own cells may be narrower.
        cells.set_padding((0, gap)).set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        if column.is_numeric {
            cells.set_cell_alignment(CellAlignment::Right);
        }
    }
    drawn.lines().map(|line| trim_end(&line)).collect()
}

/// Takes the padding off the end of a line, also where a style includes it: a line that is too wide breaks on a terminal.
fn trim_end(line: &str) -> String {
    match line.trim_end().strip_suffix(RESET) {
        Some(styled) => format!("{}{RESET}", styled.trim_end()),
        None => line.trim_end().to_owned(),
    }
}

/// How wide a column may be, in terminal cells.
#[derive(Debug, Clone, Copy)]
struct ColumnWidth {
    /// The smallest width. What is longer does not fit the terminal.
    least: usize,
    /// The width that it keeps as long as there is a less important column to drop.
    readable: usize,
    /// The width that it gets before another column gets more.
    fair: usize,
    /// The width that shows every cell in one line.
    natural: usize,
    /// Whether longer cells end in an ellipsis. Otherwise they are broken at spaces and behind slashes.
    is_cut: bool,
    /// Whether parts that are too wide are cut in their middle.
    is_of_ends: bool,
}

impl ColumnWidth {
    fn measure(texts: &CellTexts<'_>, column: usize, header: Option<&str>) -> Self {
        // The user named the columns of `Fit::Wrap`, and wants to see what is in them. Only resources have names that
        // people gave; that of a snapshot is typed.
        let table = texts.table;
        let is_resource = table.kind.is_some();
        let name = table.columns[column].name.as_str();
        let is_cut = table.fit == Fit::Drop && is_resource && may_be_cut(name);
        let is_of_ends = table.fit == Fit::Drop && is_resource && matches!(name, "from" | "to");
        let longest_part =
            |text: &str| parts(text).map(str::trim_end).map(UnicodeWidthStr::width).max().unwrap_or_default();
        let mut least = header.map(longest_part).unwrap_or_default();
        let mut natural = header.map(UnicodeWidthStr::width).unwrap_or_default();
        let mut longest_text = 0;
        for (row, text) in table.rows.iter().zip(texts.column(column)) {
            let width = text.width();
            let part =
                if is_cut && !is_id(&text) { width.min(LEAST_NAME_WIDTH) } else { longest_part(&text) };
            least = least.max(if is_of_ends { part.min(LEAST_LINK_END_WIDTH) } else { part });
            natural = natural.max(width);
            if is_sentence(&row[column]) {
                longest_text = longest_text.max(width);
            }
        }
        let readable = if is_cut { natural.min(READABLE_NAME_WIDTH) } else { longest_text }.max(least);
        Self { least, readable, fair: natural.min(FAIR_WIDTH).max(least), natural, is_cut, is_of_ends }
    }

    /// Returns the text in lines of at most `width`, if it can be broken so.
    fn fold(self, text: &str, width: usize) -> String {
        if text.width() <= width {
            return text.to_owned();
        }
        if self.is_cut && !is_id(text) {
            return shorten(text, width);
        }
        let broken = break_lines(text, width);
        if !self.is_of_ends {
            return broken;
        }
        broken.lines().map(|line| cut_middle(line, width)).collect::<Vec<_>>().join("\n")
    }
}

/// Tells whether a value is a text that is hard to read in several lines, unlike a list or a path.
fn is_sentence(value: &Value) -> bool {
    matches!(value, Value::Text(text) if !text.contains('/'))
}

/// Tells whether the column has names that people gave, which are readable in part. Half an id or a prefix is wrong.
fn may_be_cut(column: &str) -> bool {
    matches!(column, "name" | "owner" | "account_name" | "description") || column.starts_with("tag:")
}

/// Tells whether a text in a column of names is an id, which stands there if there is no name: that of an account or a
/// subscription, or one such as `vpc-0a1b2c3d4e5f60718`.
fn is_id(text: &str) -> bool {
    let number = text.rsplit('-').next().unwrap_or_default();
    number.len() >= 8 && number.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Splits a text at spaces and behind slashes: into parts that stay whole.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(' ').flat_map(|word| {
        // A prefix has one slash, and is one part.
        let begin = word.split('/').next().unwrap_or_default();
        let is_path = word.matches('/').count() > 1 || begin.parse::<IpAddr>().is_err();
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

/// Puts an ellipsis into the middle of a text that is wider than `width`: generated names begin alike, and end alike.
fn cut_middle(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let begin = shorten(text, width.div_ceil(2));
    let mut room = width.saturating_sub(begin.width());
    let fits = |c: &char| {
        let width = c.width().unwrap_or_default();
        let fits = width <= room;
        room = room.saturating_sub(width);
        fits
    };
    let end: Vec<char> = text.chars().rev().take_while(fits).collect();
    begin + &end.into_iter().rev().collect::<String>()
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

/// Drops the least important columns until the others are readable, then takes back those that fit. Returns the positions
/// of the columns shown and dropped, each in order.
fn fit_columns(table: &Table, columns: &[ColumnWidth], limit: usize) -> (Vec<usize>, Vec<usize>) {
    let fits = |shown: &[usize]| needed(shown.iter().map(|&index| columns[index].readable)) <= limit;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::columns::ResourcePlace;
    use crate::analysis::rows::Heading;

    fn table(columns: &[(&str, u8)], rows: &[&[&str]]) -> Table {
        let heading =
            |(name, drop_rank): &(&str, u8)| Heading { name: (*name).to_owned(), drop_rank: *drop_rank };
        let value = |text: &&str| Value::Text((*text).to_owned());
        Table {
            name: "networks",
            kind: Some(crate::model::Kind::Networks),
            columns: columns.iter().map(heading).collect(),
            rows: rows.iter().map(|row| row.iter().map(value).collect()).collect(),
            fit: Fit::Drop,
            completeness: Completeness::Complete,
            places: Vec::new(),
        }
    }

    fn written(table: &Table, layout: Layout) -> (String, Vec<String>) {
        let mut text = Vec::new();
        let hidden = write_one(table, layout, &mut text).unwrap();
        (String::from_utf8(text).unwrap(), hidden)
    }

    fn wide(width: u16) -> Layout {
        Layout { width: Some(width), ..Layout::default() }
    }

    #[test]
    fn a_long_name_is_cut_before_a_column_is_dropped() {
        let table = table(
            &[("name", 0), ("type", 1)],
            &[&["a-name-that-somebody-made-too-long", "m7g.2xlarge"], &["short", "t3.micro"]],
        );
        let (text, hidden) = written(&table, wide(29));
        assert_eq!(
            text,
            "NAME              TYPE\na-name-that-som…  m7g.2xlarge\nshort             t3.micro\n"
        );
        assert!(hidden.is_empty());
        // A name is readable with sixteen characters, so a column that matters less goes before more is cut.
        let (text, hidden) = written(&table, wide(28));
        assert_eq!(text, "NAME\na-name-that-somebody-made-t…\nshort\n");
        assert_eq!(hidden, ["type"]);
    }

    #[test]
    fn ids_and_prefixes_are_never_broken() {
        let id = "/subscriptions/0000/virtualNetworks/hub";
        let rows: [&[&str]; 2] = [&["vpc-0a1b2c3d4e5f60718", "2001:db8:1200::/56"], &[id, "10.0.0.0/16"]];
        let (text, hidden) = written(&table(&[("id", 0), ("cidrs", 0)], &rows), wide(12));
        for whole in ["vpc-0a1b2c3d4e5f60718", "2001:db8:1200::/56", "10.0.0.0/16", "virtualNetworks/"] {
            assert!(text.contains(whole), "{text}");
        }
        assert!(hidden.is_empty());
    }

    #[test]
    fn a_generated_name_at_the_end_of_a_link_is_cut_in_its_middle() {
        let far = "HV_hub-weu_208f59dd-e84b-4b8e-a37c-ebcabc2a1400";
        let rows: [&[&str]; 2] = [&["shop/neu", far], &["shop/shared-services", "hub/tgw-0e8ce2a06790e2ba1"]];
        let (text, hidden) = written(&table(&[("from", 0), ("to", 0)], &rows), wide(48));
        assert!(hidden.is_empty() && text.lines().all(|line| line.width() <= 48), "{text}");
        assert!(text.contains("HV_hub-weu_") && text.contains("…") && text.contains("a1400"), "{text}");
        assert!(text.contains("tgw-0e8ce2a06790e2ba1"), "an id fits: {text}");
        let (text, _) = written(&table(&[("from", 0), ("to", 0)], &rows), wide(80));
        assert!(text.contains(far), "there is room: {text}");
    }

    #[test]
    fn the_line_of_headers_is_not_wider_than_what_is_in_it() {
        let rows: [&[&str]; 1] = [&["2001:db8:0:1001::4"]];
        let (text, _) = written(&table(&[("ips", 0)], &rows), Layout { color: true, ..wide(12) });
        assert_eq!(text.lines().next(), Some("\x1b[1mIPS\x1b[0m"), "{text:?}");
    }

    #[test]
    fn an_id_in_a_column_of_names_is_not_cut() {
        let id = "00000000-0000-0000-0000-00000000000a";
        let (text, _) = written(&table(&[("owner", 0), ("cidrs", 0)], &[&[id, "10.0.0.0/16"]]), wide(30));
        assert!(text.contains(id), "{text}");
    }

    #[test]
    fn what_has_no_name_is_shown_by_its_id() {
        let rows: [&[&str]; 2] = [&["vpc-0a1b2c3d4e5f60718", "hub"], &["vpc-0dd4d2c58b9e71d9a", ""]];
        let table = table(&[("id", 1), ("name", 0)], &rows);
        let (text, hidden) = written(&table, wide(23));
        assert_eq!((text.as_str(), hidden.len()), ("NAME\nhub\nvpc-0dd4d2c58b9e71d9a\n", 1));
        let (text, _) = written(&table, wide(27));
        assert!(
            text.ends_with("vpc-0dd4d2c58b9e71d9a\n") && text.contains("vpc-0a1b2c3d4e5f60718  hub"),
            "{text}"
        );
    }

    #[test]
    fn an_id_is_a_link_where_the_terminal_can_follow_it() {
        let rows: [&[&str]; 1] = [&["eu-west-1", "vpc-1", "hub"]];
        let place = ResourcePlace { id: "vpc-1".to_owned(), region: Some("eu-west-1".to_owned()) };
        let table = Table { places: vec![place], ..table(&[("region", 0), ("id", 1), ("name", 0)], &rows) };
        let can_follow = |width| Layout { hyperlinks: true, ..wide(width) };
        let url = "https://console.aws.amazon.com/vpcconsole/home?region=eu-west-1#VpcDetails:VpcId=vpc-1";
        let link = |text: &str| format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\");
        let (text, _) = written(&table, can_follow(80));
        assert!(text.ends_with(&format!("eu-west-1  {}  hub\n", link("vpc-1"))), "{text:?}");
        let (text, hidden) = written(&table, can_follow(15));
        assert_eq!(hidden, ["id"]);
        assert!(text.ends_with(&format!("{}\n", link("hub"))), "the name has it then: {text:?}");
        let (text, _) = written(&table, wide(80));
        assert!(!text.contains('\x1b'));
    }

    #[test]
    fn a_table_says_which_columns_it_has_no_room_for() {
        let rows: [&[&str]; 1] = [&["vpc-0a1b2c3d4e5f60718", "hub", "10.0.0.0/16"]];
        let other = Table { kind: None, ..table(&[("id", 1), ("name", 0), ("cidrs", 2)], &rows) };
        let written = |width| {
            let mut text = Vec::new();
            super::write(std::slice::from_ref(&other), wide(width), &mut text).unwrap();
            String::from_utf8(text).unwrap()
        };
        let text = written(30);
        assert!(text.ends_with("\n... no room for cidrs; --wide\nshows them\n"), "{text}");
        assert!(!written(80).contains("no room"));
        let mut text = Vec::new();
        super::write(&[Table { rows: Vec::new(), ..other.clone() }], wide(10), &mut text).unwrap();
        assert!(!String::from_utf8(text).unwrap().contains("no room"), "without rows");
    }

    #[test]
    fn rows_of_every_block_are_aligned_alike() {
        let names: Vec<String> = (0..=2 * BLOCK_ROWS).map(|number| format!("n{number}")).collect();
        let mut rows: Vec<[&str; 2]> = names.iter().map(|name| [name.as_str(), "x"]).collect();
        rows[2 * BLOCK_ROWS] = ["one-long-name-at-the-end", "and two words"];
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        let other = Table { kind: None, ..table(&[("name", 0), ("note", 0)], &rows) };
        let (text, _) = written(&other, Layout::default());
        assert_eq!(text.lines().count(), rows.len() + 1);
        let begin = "one-long-name-at-the-end".len() + usize::from(GAP);
        for line in text.lines() {
            assert!(["NOTE", "x", "and two words"].contains(&&line[begin..]), "{line}");
        }
        let (text, _) = written(&other, wide(34));
        assert!(text.ends_with("and two\n                          words\n"), "folded in its block: {text}");
    }

    #[test]
    fn headers_are_on_every_screen() {
        let names: Vec<String> = (0..7).map(|number| format!("network-{number}")).collect();
        let rows: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        let (text, _) = written(&table(&[("name", 0)], &rows), Layout { height: Some(4), ..wide(80) });
        let headers: Vec<usize> =
            text.lines().enumerate().filter(|(_, line)| *line == "NAME").map(|(at, _)| at).collect();
        assert_eq!(headers, [0, 3, 6, 9], "the last line is the prompt: {text}");
        let (text, _) = written(&table(&[("name", 0)], &rows), wide(80));
        assert_eq!(text.matches("NAME").count(), 1, "a file has no screens");
    }
}
