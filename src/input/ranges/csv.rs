//! Ranges in CSV, with a header or without.

use std::borrow::Cow;

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use super::csv_quotes::{StrayQuote, check_quotes};
use super::row::{BadRow, RangeColumn, RangeField, RangeFileError, Row, RowPosition};
use super::row_prefixes::{CellValue, row_prefixes};
use crate::diagnostic::Diagnostic;
use crate::suggest::nearest;

/// What may stand between cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Names for the column of prefixes, for a header in which it is misspelt.
const PREFIX_NAMES: [&str; 5] = ["prefix", "cidr", "network", "range", "subnet"];
/// Lines that are looked at to find the delimiter.
const SAMPLE: usize = 200;

/// Reads the rows of `bytes`; without a header, what is no prefix is of the field `other`.
pub fn rows(bytes: &[u8], other: RangeField) -> Result<Vec<Result<Row, BadRow>>, RangeFileError> {
    let bytes = with_line_feeds(bytes);
    let (declared, skipped) = declared_delimiter(&bytes);
    let (bytes, line) = (&bytes[skipped..], 1 + usize::from(skipped > 0));
    let delimiter = declared.unwrap_or_else(|| delimiter(bytes, other));
    if let Err(error) = str::from_utf8(bytes) {
        let line = line + bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count() - 1;
        let remedy =
            "save the file as UTF-8 (Excel: `CSV UTF-8`), or convert it: `iconv -f WINDOWS-1252 -t UTF-8`";
        return Err(flaw(Some(line), Diagnostic::new("the line is not UTF-8").remedy(remedy)));
    }
    let mut rows = Vec::new();
    DelimitedTable { bytes, line, delimiter, other }.read_into(&mut rows)?;
    Ok(rows)
}

/// Puts line feeds in the place of the carriage returns that old Macs, and Excel for Mac, end lines with.
fn with_line_feeds(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.contains(&b'\n') || !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
}

/// Reads the line `sep=;` that tells Excel the delimiter; also returns how long it is.
fn declared_delimiter(bytes: &[u8]) -> (Option<u8>, usize) {
    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
    let line = bytes[..end].trim_ascii_end();
    // A tab at the end is the delimiter, not a blank.
    let line = if bytes[..end].starts_with(b"sep=\t") { &bytes[..5] } else { line };
    let line = line.strip_prefix(b"\"").map_or(line, |line| line.strip_suffix(b"\"").unwrap_or(line));
    match line.split_at_checked(4) {
        Some((key, [delimiter])) if key.eq_ignore_ascii_case(b"sep=") => (Some(*delimiter), end),
        _ => (None, 0),
    }
}

/// Finds the delimiter: that by which most lines have a prefix, else the first that the first line has.
///
/// The first line alone would not do, since a name in it may have a comma.
fn delimiter(bytes: &[u8], other: RangeField) -> u8 {
    let end = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .nth(SAMPLE)
        .map_or(bytes.len(), |(at, _)| at);
    let usable = |delimiter: u8| {
        let mut rows = Vec::new();
        // What is wrong with the file is said when all of it is read. The sample may end inside a cell.
        let _ = DelimitedTable { bytes: &bytes[..end], line: 1, delimiter, other }.read_into(&mut rows);
        rows.iter().flatten().filter(|row| row_prefixes(row).is_ok()).count()
    };
    let counts = DELIMITERS.map(usable);
    let most = counts.into_iter().max().unwrap_or_default();
    if most > 0 {
        return DELIMITERS
            .into_iter()
            .zip(counts)
            .find(|(_, count)| *count == most)
            .map_or(b',', |(byte, _)| byte);
    }
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_start);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).unwrap_or_default();
    DELIMITERS.into_iter().find(|byte| first.contains(byte)).unwrap_or(b',')
}

/// A table, and how it is written.
struct DelimitedTable<'b> {
    bytes: &'b [u8],
    /// The number of its first line in the file.
    line: usize,
    delimiter: u8,
    other: RangeField,
}

impl DelimitedTable<'_> {
    /// Adds the rows to `rows`, until there is an error that concerns more than one row.
    fn read_into(&self, rows: &mut Vec<Result<Row, BadRow>>) -> Result<(), RangeFileError> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .delimiter(self.delimiter)
            .from_reader(self.bytes);
        let mut lines = LineCounter { bytes: self.bytes, at: 0, line: self.line, comments: Vec::new() };
        let mut record = ByteRecord::new();
        let mut layout = self.numbered_header();
        loop {
            let from = offset(&reader);
            let more = reader.read_byte_record(&mut record).map_err(|error| flaw(None, error.to_string()))?;
            let line = lines.advance(from);
            if let Some(layout) = &layout {
                rows.extend(self.rows_in(&lines.comments, layout).map(Err));
                lines.comments.clear();
            }
            if !more {
                return Ok(());
            }
            let written = &self.bytes[lines.at..offset(&reader)];
            if let Err(StrayQuote { line: below, may_swallow_rows, what }) =
                check_quotes(written, self.delimiter)
            {
                if may_swallow_rows || layout.is_none() {
                    return Err(flaw(Some(line + below), what));
                }
                rows.push(Err(BadRow::new(RowPosition::Line(line + below), what)));
                continue;
            }
            if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                continue;
            }
            if let Some(layout) = &layout {
                rows.push(row(layout, &record, line));
                continue;
            }
            let first =
                CellLayout::from_first_row(&record, self.other).map_err(|what| flaw(Some(line), what))?;
            if let CellLayout::Bare(..) = first {
                rows.push(row(&first, &record, line));
            } else {
                lines.comments.clear();
            }
            layout = Some(first);
        }
    }

    /// Finds a header whose first column is called `#`, which numbers the rows, among the comments of the beginning.
    fn numbered_header(&self) -> Option<CellLayout> {
        let lines = self.bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let mut comments = lines.take_while(|line| line.is_empty() || line.starts_with(b"#"));
        comments.find_map(|line| {
            let cells = self.cells_of(line)?;
            if cells.get(0)?.trim_ascii() != b"#" {
                return None;
            }
            CellLayout::from_first_row(&cells, self.other)
                .ok()
                .filter(|layout| matches!(layout, CellLayout::Named(_)))
        })
    }

    /// Finds rows among comments, and says of each that it may be one: `#4 Lyon,10.0.0.0/16` is a row of hall 4.
    fn rows_in(&self, comments: &[(usize, &[u8])], layout: &CellLayout) -> impl Iterator<Item = BadRow> {
        let columns = match layout {
            CellLayout::Named(columns) => columns.len(),
            CellLayout::Bare(_, cells) => *cells,
        };
        let is_row = |line: &[u8]| {
            let cells = self.cells_of(line)?;
            let is_prefix = |cell: &[u8]| {
                let text = String::from_utf8_lossy(cell);
                matches!(CellValue::new(text.trim_start_matches('#')), CellValue::Prefixes(_))
            };
            Some(columns > 1 && cells.len() == columns && cells.iter().any(is_prefix))
        };
        let found = comments.iter().filter(|(_, line)| is_row(line) == Some(true)).map(|(line, _)| {
            let what =
                Diagnostic::new("the line begins with `#`, as a comment does, and has the cells of a row")
                    .remedy("put its first cell in quotes if it is a row")
                    .remedy("remove the line if it is a comment");
            BadRow::new(RowPosition::Line(*line), what)
        });
        found.collect::<Vec<_>>().into_iter()
    }

    /// Takes a comment apart as if it were none.
    fn cells_of(&self, line: &[u8]) -> Option<ByteRecord> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(line);
        let mut cells = ByteRecord::new();
        reader.read_byte_record(&mut cells).ok().filter(|more| *more)?;
        Some(cells)
    }
}

fn flaw(line: Option<usize>, what: impl Into<Diagnostic>) -> RangeFileError {
    RangeFileError { line, what: what.into() }
}

fn offset(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// Counts lines. The reader's own count is of where it stopped before blank lines and comments.
struct LineCounter<'b> {
    bytes: &'b [u8],
    at: usize,
    line: usize,
    /// The comments that were passed, each with its line.
    comments: Vec<(usize, &'b [u8])>,
}

impl LineCounter<'_> {
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
            if *first == b'#' {
                self.comments.push((self.line, self.bytes[self.at..self.at + skipped].trim_ascii_end()));
            }
            self.line += usize::from(*first == b'\n');
            self.at += skipped;
        }
        self.line
    }
}

/// What the cells of a row are.
enum CellLayout {
    /// As a header names them.
    Named(Vec<(Option<RangeColumn>, String)>),
    /// A prefix, and perhaps one value of this field, in either order; the first row has so many cells.
    Bare(RangeField, usize),
}

impl CellLayout {
    fn from_first_row(first: &ByteRecord, other: RangeField) -> Result<Self, Diagnostic> {
        let cells: Vec<_> = first.iter().map(String::from_utf8_lossy).collect();
        if cells.iter().any(|cell| is_like_prefix(cell)) {
            return Ok(Self::Bare(other, cells.len()));
        }
        let columns: Vec<_> =
            cells.iter().map(|cell| (RangeColumn::from_name(cell), cell.to_string())).collect();
        let has =
            |field| columns.iter().any(|(column, _)| column.is_some_and(|column| column.field() == field));
        if has(RangeField::Prefix)
            || has(RangeField::Address)
            || (has(RangeField::Start) && has(RangeField::End))
        {
            return Ok(Self::Named(columns));
        }
        let misspelt = cells.iter().find_map(|cell| Some((cell, nearest(cell, PREFIX_NAMES)?)));
        let remedy = match misspelt {
            Some((cell, name)) => format!("rename the column `{cell}` to `{name}`, if it has the prefixes"),
            None => "name one `prefix` or `cidr`".to_owned(),
        };
        Err(Diagnostic::new("there is no column with prefixes").remedy(remedy))
    }
}

/// Tells whether a cell is a range or was meant to be one, which the name of a column never is.
pub fn is_like_prefix(cell: &str) -> bool {
    matches!(CellValue::new(cell), CellValue::Prefixes(_) | CellValue::Address(_) | CellValue::Wrong(_))
}

fn row(layout: &CellLayout, record: &ByteRecord, line: usize) -> Result<Row, BadRow> {
    let place = RowPosition::Line(line);
    let bad = |what: Diagnostic| BadRow::new(place, what);
    // The whole file is UTF-8, but half a character may stand at the end of the sample.
    let record =
        StringRecord::from_byte_record(record.clone()).map_err(|_| bad("the line is not UTF-8".into()))?;
    match layout {
        CellLayout::Named(columns) => named(columns, &record, place).map_err(bad),
        CellLayout::Bare(other, _) => bare(*other, &record, place).map_err(bad),
    }
}

fn named(
    columns: &[(Option<RangeColumn>, String)],
    record: &StringRecord,
    place: RowPosition,
) -> Result<Row, Diagnostic> {
    if record.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        let (cells, columns) = (record.len(), columns.len());
        return Err(Diagnostic::new(format!("the line has {cells} cells and the header {columns}"))
            .remedy("quote a value that has the delimiter in it"));
    }
    let mut row = Row::new(place);
    for ((column, header), cell) in columns.iter().zip(record) {
        row.put(*column, header, cell);
    }
    Ok(row)
}

fn bare(other: RangeField, record: &StringRecord, place: RowPosition) -> Result<Row, Diagnostic> {
    let cells: Vec<_> = record.iter().filter(|cell| !cell.trim().is_empty()).collect();
    let mut row = Row::new(place);
    if let [address, length] = cells[..]
        && is_in_two_cells(address, length)
    {
        row.put_field(RangeField::Address, address);
        row.put_field(RangeField::Mask, length);
        return Ok(row);
    }
    if cells.len() > 2 {
        let cells = cells.len();
        return Err(Diagnostic::new(format!("the line has {cells} cells and no header names them"))
            .remedy("begin with one, such as `prefix,site,name`"));
    }
    if cells.len() == 2 && cells.iter().all(|cell| is_like_prefix(cell)) {
        return Err(Diagnostic::new("the line has two prefixes").remedy("give each its own line"));
    }
    let prefix = cells.iter().position(|cell| is_like_prefix(cell)).unwrap_or_default();
    for (position, cell) in cells.iter().enumerate() {
        row.put_field(if position == prefix { RangeField::Prefix } else { other }, cell);
    }
    Ok(row)
}

/// Tells whether two cells are an address and its mask or length.
fn is_in_two_cells(address: &str, length: &str) -> bool {
    let is_mask =
        || length.trim().starts_with("255.") && matches!(CellValue::new(length), CellValue::Address(_));
    matches!(CellValue::new(address), CellValue::Address(_))
        && (matches!(CellValue::new(length), CellValue::Length(_)) || is_mask())
}
