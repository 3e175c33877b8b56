//! Ranges in CSV, with a header or without.

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use std::net::IpAddr;

use ipnet::IpNet;

use super::fields::{BadRow, Column, Field, Flaw, Place, Row};

/// Reads the rows of `bytes`; without a header, what is no prefix is of the field `other`.
pub fn rows(bytes: &[u8], other: Field) -> Result<Vec<Result<Row, BadRow>>, Flaw> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .delimiter(delimiter(bytes))
        .from_reader(bytes);
    let mut lines = Lines { bytes, at: 0, line: 1 };
    let mut record = ByteRecord::new();
    let mut layout = None;
    let mut rows = Vec::new();
    loop {
        let from = offset(&reader);
        let more = reader.read_byte_record(&mut record).map_err(|error| flaw(None, &error.to_string()))?;
        if !more {
            return Ok(rows);
        }
        let line = lines.advance(from);
        if is_open(&bytes[lines.at..offset(&reader)]) && offset(&reader) == bytes.len() {
            return Err(flaw(Some(line), "a quote that is opened here is never closed; close it"));
        }
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        if let Some(layout) = &layout {
            rows.push(row(layout, &record, line));
            continue;
        }
        let first = Layout::of(&record, other).map_err(|what| flaw(Some(line), what))?;
        if let Layout::Bare(_) = first {
            rows.push(row(&first, &record, line));
        }
        layout = Some(first);
    }
}

fn flaw(line: Option<usize>, what: &str) -> Flaw {
    Flaw { line, what: what.to_owned() }
}

fn offset(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// Tells whether a record of several lines has a quote without its pair. On one line it is a mark of inches.
fn is_open(record: &[u8]) -> bool {
    let quotes = record.split(|byte| *byte == b'"').count() - 1;
    !quotes.is_multiple_of(2) && record.trim_ascii_end().contains(&b'\n')
}

/// Finds the delimiter by the first line that says something.
fn delimiter(bytes: &[u8]) -> u8 {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_start);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).unwrap_or_default();
    [b',', b';', b'\t'].into_iter().find(|byte| first.contains(byte)).unwrap_or(b',')
}

/// Counts lines. The reader's own count is of where it stopped before blank lines and comments.
struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// Goes to the record that the reader found from `offset` on, and returns its line.
    fn advance(&mut self, offset: usize) -> usize {
        self.line += self.bytes[self.at..offset].split(|byte| *byte == b'\n').count() - 1;
        self.at = offset;
        while let [first, rest @ ..] = &self.bytes[self.at..] {
            let skipped = match first {
                b'\n' | b'\r' => 1,
                b'#' => 1 + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
                _ => break,
            };
            self.line += usize::from(*first == b'\n');
            self.at += skipped;
        }
        self.line
    }
}

/// What the cells of a row are.
enum Layout {
    /// As a header names them.
    Named(Vec<Option<Column>>),
    /// A prefix, and perhaps one value of this field, in either order.
    Bare(Field),
}

impl Layout {
    fn of(first: &ByteRecord, other: Field) -> Result<Self, &'static str> {
        let cells: Vec<_> = first.iter().map(String::from_utf8_lossy).collect();
        if cells.iter().any(|cell| is_like_prefix(cell)) {
            return Ok(Self::Bare(other));
        }
        let columns: Vec<_> = cells.iter().map(|cell| Column::named(cell)).collect();
        if columns.iter().flatten().any(|column| column.field() == Field::Prefix) {
            return Ok(Self::Named(columns));
        }
        Err("this line has no prefix and, as a header, no column for it; call that column `prefix`, `cidr`, \
             `network`, `range` or `subnet`")
    }
}

/// Tells whether a cell is a prefix or was meant to be one, which the name of a column never is.
fn is_like_prefix(cell: &str) -> bool {
    let cell = cell.trim();
    let address = cell.split_once('/').map_or(cell, |(address, _)| address);
    cell.parse::<IpNet>().is_ok() || address.parse::<IpAddr>().is_ok()
}

fn row(layout: &Layout, record: &ByteRecord, line: usize) -> Result<Row, BadRow> {
    let place = Place::Line(line);
    let bad = |what: String| BadRow { place, what };
    let record = StringRecord::from_byte_record(record.clone())
        .map_err(|_| bad("the line is not UTF-8; save the file as UTF-8".to_owned()))?;
    match layout {
        Layout::Named(columns) => named(columns, &record, place).map_err(bad),
        Layout::Bare(other) => bare(*other, &record, place).map_err(bad),
    }
}

fn named(columns: &[Option<Column>], record: &StringRecord, place: Place) -> Result<Row, String> {
    if record.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        let (cells, columns) = (record.len(), columns.len());
        return Err(format!(
            "the line has {cells} cells and the header {columns}; quote a value that has the delimiter in it"
        ));
    }
    let mut row = Row::new(place);
    for (column, cell) in columns.iter().zip(record) {
        row.put(*column, cell);
    }
    Ok(row)
}

fn bare(other: Field, record: &StringRecord, place: Place) -> Result<Row, String> {
    let cells: Vec<_> = record.iter().filter(|cell| !cell.trim().is_empty()).collect();
    if cells.len() > 2 {
        let cells = cells.len();
        return Err(format!(
            "the line has {cells} cells and no header names them; begin with one, such as `prefix,site,name`"
        ));
    }
    if cells.len() == 2 && cells.iter().all(|cell| is_like_prefix(cell)) {
        return Err("the line has two prefixes; give each its own".to_owned());
    }
    let prefix = cells.iter().position(|cell| is_like_prefix(cell)).unwrap_or_default();
    let mut row = Row::new(place);
    for (position, cell) in cells.iter().enumerate() {
        row.put(Column::of(if position == prefix { Field::Prefix } else { other }), cell);
    }
    Ok(row)
}
