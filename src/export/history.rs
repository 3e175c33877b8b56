//! The history of an export: a CSV table that grows by the rows of each day.

use std::fs::File;
use std::io::ErrorKind as IoErrorKind;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use csv::{Reader, ReaderBuilder, StringRecord};
use jiff::civil::Date;

use super::guard::PreviousRows;
use super::target::{ExportTarget, day_of, is_directory_path};
use crate::analysis::streamed_table::StreamedTable;
use crate::error::Error;
use crate::fs::WriteError;
use crate::fs::atomic::PendingFile;
use crate::fs::paths::{canonical_path, parent_directory, refuse_non_file, require_directory};
use crate::model::{Inventory, Kind};
use crate::output::{CsvOptions, ExportFormat};
use crate::wording::{counted, counted_plural};

/// The first column: the day on which the inventory was taken, in UTC.
const DATE_COLUMN: &str = "date";
/// The most bytes that a table may have, since its rows are kept in memory until it is written anew.
const MAX_BYTES: u64 = 4 << 30;
/// The byte order mark of UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Refuses a history that cannot be written, before anything is read.
///
/// # Errors
/// When `kinds` are several, which have different columns; when `path` is not the name of a CSV file; or when `target`
/// writes the same file.
pub fn check_path(path: &Path, kinds: &[Kind], target: Option<&ExportTarget>) -> Result<(), Error> {
    let name = path.display();
    if kinds.len() != 1 {
        return Err(Error::usage("--append-history needs exactly one kind")
            .remedy("choose it with --kind, or with a --template for one kind"));
    }
    if path == Path::new("-") {
        return Err(Error::usage("--append-history cannot be used with standard output")
            .remedy("name a file, such as history.csv"));
    }
    if is_directory_path(path) {
        return Err(Error::usage(format!("--append-history: {name} is a directory"))
            .remedy(format!("name a file, such as {}", path.join("history.csv").display())));
    }
    if let Some(format) = ExportFormat::from_path(path).filter(|format| *format != ExportFormat::CSV) {
        return Err(Error::usage(format!(
            "--append-history writes csv, but {name} has the name of a {format} file"
        ))
        .remedy(format!("name it {}", path.with_extension("csv").display())));
    }
    let directory = parent_directory(path);
    if !is_created(target, directory) {
        require_directory(directory)?;
    }
    refuse_non_file(path)?;
    if target.is_some_and(|target| target.writes_to(path)) {
        return Err(Error::usage(format!(
            "--to and --append-history both write {name}: the rows of earlier days would be lost"
        ))
        .remedy("name another file with --append-history"));
    }
    Ok(())
}

/// Returns whether `directory` is the one that `target` creates where it does not exist.
fn is_created(target: Option<&ExportTarget>, directory: &Path) -> bool {
    let created = target.and_then(ExportTarget::directory);
    created.is_some_and(|created| canonical_path(created) == canonical_path(directory))
}

/// The existing table.
type ExistingTable = Reader<BufReader<File>>;

/// A history, with the rows of the other days.
pub struct HistoryTable<'a> {
    path: &'a Path,
    options: CsvOptions,
    header: Vec<String>,
    date: String,
    /// The rows of other days. Those of this day are replaced, so that a second run of a day adds nothing.
    others: Vec<StringRecord>,
    /// How many rows of this day are replaced.
    replaced: usize,
}

impl<'a> HistoryTable<'a> {
    /// Reads the table at `path`, to which the rows of `table` will be added.
    ///
    /// # Errors
    /// When the file is not such a table, or has other columns.
    pub fn read(
        path: &'a Path,
        table: &StreamedTable<'_>,
        inventory: &Inventory,
        mut options: CsvOptions,
    ) -> Result<Self, Error> {
        refuse_non_file(path)?;
        let date = day_of(inventory).to_string();
        let mut header = vec![DATE_COLUMN.to_owned()];
        header.extend(options.header(&table.columns));
        let (mut others, mut replaced) = (vec![], 0);
        if let Some((known, has_mark)) = open_table(path, options)? {
            options.byte_order_mark |= has_mark;
            let known = check_header(path, known, &header)?;
            // Where lines end in two characters, the reader is a line behind until it has read the second.
            let behind = known.as_ref().map_or(0, |known| 2_u64.saturating_sub(known.position().line()));
            for record in known.into_iter().flat_map(Reader::into_records) {
                let record = record.map_err(|error| not_a_table(path, &error))?;
                if day_of_row(path, &record, behind)? == date {
                    replaced += 1;
                } else {
                    others.push(record);
                }
            }
        }
        Ok(Self { path, options, header, date, others, replaced })
    }

    /// Says what was done with `rows` rows of `kind`, in a line.
    pub fn describe_added(&self, rows: usize, kind: &str) -> String {
        let added = format!("added {} to {}", counted_plural(rows, kind), self.path.display());
        match self.replaced {
            0 => added,
            replaced => format!("{added}, in place of {} of {}", counted(replaced, "row"), self.date),
        }
    }

    /// Counts the rows of the last day before this one. Without one, it counts those of the last day after, which a wrong
    /// clock may have written.
    pub fn previous_rows(&self, kind: &str) -> Option<PreviousRows> {
        let days = || self.others.iter().filter_map(|record| record.get(0));
        let day = days().filter(|day| *day < self.date.as_str()).max().or_else(|| days().max())?;
        let rows = self.others.iter().filter(|record| record.get(0) == Some(day)).count();
        let source = format!("on {day} in {}", self.path.display());
        Some(PreviousRows { kind: kind.to_owned(), rows, source })
    }

    /// Writes the whole table, with the rows of `table`, to a file that is not yet in its place.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_pending(&self, table: &StreamedTable<'_>) -> Result<PendingFile, WriteError> {
        PendingFile::write(self.path, |out| {
            if self.options.byte_order_mark {
                out.write_all(BYTE_ORDER_MARK)?;
            }
            let mut writer = self.options.writer(out);
            writer.write_record(&self.header)?;
            for record in &self.others {
                writer.write_record(record)?;
            }
            table.each(|row| {
                writer.write_record(std::iter::once(&self.date).chain(&self.options.cells(&row)))
            })?;
            writer.flush()
        })
    }
}

/// Opens the table, and returns whether it begins with the byte order mark; `None` when it does not exist.
fn open_table(path: &Path, options: CsvOptions) -> Result<Option<(ExistingTable, bool)>, Error> {
    let cannot_read =
        |error: &io::Error| Error::usage(format!("cannot read {}", path.display())).with_source(error);
    let mut file = match File::open(path) {
        Ok(file) if file.metadata().is_ok_and(|found| found.len() > MAX_BYTES) => {
            let message =
                format!("{} is larger than {} GiB; nothing was written", path.display(), MAX_BYTES >> 30);
            return Err(Error::usage(message).remedy("begin another file, such as one for each year"));
        }
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == IoErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot_read(&error)),
    };
    let has_mark = file.fill_buf().map_err(|error| cannot_read(&error))?.starts_with(BYTE_ORDER_MARK);
    Ok(Some((ReaderBuilder::new().delimiter(options.delimiter).from_reader(file), has_mark)))
}

/// Compares the columns of the table with `header`; `None` when it is empty.
fn check_header(
    path: &Path,
    mut known: ExistingTable,
    header: &[String],
) -> Result<Option<ExistingTable>, Error> {
    let found = known.headers().cloned().map_err(|error| not_a_table(path, &error))?;
    if found.is_empty() {
        return Ok(None);
    }
    if found.iter().ne(header.iter()) {
        return Err(other_columns(path, &found, header));
    }
    Ok(Some(known))
}

/// Returns the day of a row; `behind` is how many lines the position of the row is too small.
fn day_of_row<'r>(path: &Path, record: &'r StringRecord, behind: u64) -> Result<&'r str, Error> {
    let day = record.get(0).unwrap_or_default();
    // Another spelling of a day would not be recognised by the next run of that day, which would add its rows twice.
    if day.parse::<Date>().is_ok_and(|date| date.to_string() == day) {
        return Ok(day);
    }
    let line = record.position().map_or(0, csv::Position::line) + behind;
    Err(Error::usage(format!(
        "{}: line {line}: `{day}` is not a date as YYYY-MM-DD; nothing was written",
        path.display()
    ))
    .remedy("fix the dates; a spreadsheet that saved the file may have changed all of them"))
}

fn not_a_table(path: &Path, error: &csv::Error) -> Error {
    Error::usage(format!("{} is not a CSV table (RFC 4180)", path.display())).with_source(error)
}

fn other_columns(path: &Path, found: &StringRecord, header: &[String]) -> Error {
    let missing: Vec<&str> =
        header.iter().map(String::as_str).filter(|name| !found.iter().any(|known| known == *name)).collect();
    let more: Vec<&str> = found.iter().filter(|name| !header.iter().any(|known| known == name)).collect();
    let mut error =
        Error::usage(format!("{} has other columns than this export; nothing was written", path.display()));
    if !missing.is_empty() {
        error = error.with_cause(format!("missing columns: {}", missing.join(", ")));
    }
    if !more.is_empty() {
        error = error.with_cause(format!("additional columns: {}", more.join(", ")));
    }
    if missing.is_empty() && more.is_empty() {
        error = error.with_cause("the columns have another order");
    }
    error.remedy(
        "use a template of netcensus.toml (--template), which keeps the columns the same; or name another file",
    )
}
