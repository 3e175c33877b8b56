//! A table that grows by a day's rows, for pivot tables.

use std::fs::File;
use std::io::ErrorKind as IoErrorKind;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use csv::{Reader, ReaderBuilder, StringRecord};
use jiff::civil::Date;

use super::days;
use super::guard::Before;
use super::target::{self, Target};
use crate::analysis::streamed_table::StreamedTable;
use crate::error::Error;
use crate::fs::atomic::Draft;
use crate::fs::directories;
use crate::model::{Inventory, Kind};
use crate::output::{CsvOptions, ExportFormat};

/// The first column: the day on which the inventory was taken, in UTC.
const DATE: &str = "date";
/// The byte order mark in UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Refuses a history that cannot be, before anything is read.
///
/// # Errors
/// When it is of several kinds, whose rows have other columns, when its name is not that of a table, or when `target`
/// has a file of that name.
pub fn check(path: &Path, kinds: &[Kind], target: Option<&Target>) -> Result<(), Error> {
    let name = path.display();
    if kinds.len() != 1 {
        return Err(Error::usage("--append-history adds rows of one kind")
            .remedy("choose it with --kind, or by a --template of one"));
    }
    if path == Path::new("-") {
        return Err(Error::usage("--append-history needs a file: rows are added to those that it has")
            .remedy("name one, such as history.csv"));
    }
    if target::is_folder(path) {
        return Err(Error::usage(format!("--append-history: {name} is a folder"))
            .remedy(format!("name a file, such as {}", path.join("history.csv").display())));
    }
    if let Some(format) = ExportFormat::of_path(path).filter(|format| *format != ExportFormat::Csv) {
        return Err(Error::usage(format!(
            "--append-history writes csv, and {name} has the name of {format}"
        ))
        .remedy(format!("name it {}", path.with_extension("csv").display())));
    }
    let folder = target::folder_of(path);
    if target.and_then(Target::folder).is_none_or(|made| target::real(made) != target::real(folder)) {
        directories::need(folder)?;
    }
    target::refuse_other(path)?;
    if target.is_some_and(|target| target.has(path)) {
        return Err(Error::usage(format!("--to writes {name} too, and would take the days before from it"))
            .remedy("name another file with --append-history"));
    }
    Ok(())
}

/// The table that is there.
type Known = Reader<BufReader<File>>;

/// What is there already, and where a day's rows go.
pub struct History<'a> {
    path: &'a Path,
    options: CsvOptions,
    header: Vec<String>,
    date: String,
    /// The rows of other days. Those of this one are replaced, so that a second run of a day leaves what the first
    /// would.
    others: Vec<StringRecord>,
}

impl<'a> History<'a> {
    /// Reads the table at `path`, to which the rows of `listing` are to be added.
    ///
    /// # Errors
    /// When what is there is not such a table, or has other columns.
    pub fn read(
        path: &'a Path,
        listing: &StreamedTable<'_>,
        inventory: &Inventory,
        mut options: CsvOptions,
    ) -> Result<Self, Error> {
        target::refuse_other(path)?;
        let date = days::date_of(inventory).to_string();
        let mut header = vec![DATE.to_owned()];
        header.extend(options.header(&listing.columns));
        let mut others = vec![];
        if let Some((known, has_mark)) = open(path, options)? {
            options.byte_order_mark |= has_mark;
            let known = compared(path, known, &header)?;
            // Where lines end in two characters, the reader is a line behind until it has read the second.
            let behind = known.as_ref().map_or(0, |known| 2_u64.saturating_sub(known.position().line()));
            for record in known.into_iter().flat_map(Reader::into_records) {
                let record = record.map_err(|error| no_table(path, &error))?;
                if day(path, &record, behind)? != date {
                    others.push(record);
                }
            }
        }
        Ok(Self { path, options, header, date, others })
    }

    /// Counts the rows, each a `kind`, of the last day before; where there is none, of the last one after, which a wrong
    /// clock may have written.
    pub fn before(&self, kind: &str) -> Option<Before> {
        let days = || self.others.iter().filter_map(|record| record.get(0));
        let day = days().filter(|day| *day < self.date.as_str()).max().or_else(|| days().max())?;
        let rows = self.others.iter().filter(|record| record.get(0) == Some(day)).count();
        Some(Before { kind: kind.to_owned(), rows, place: format!("on {day} in {}", self.path.display()) })
    }

    /// Writes the table with the rows of `listing` beside its place.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn draft(&self, listing: &StreamedTable<'_>) -> Result<Draft, Error> {
        Draft::write(self.path, |out| {
            if self.options.byte_order_mark {
                out.write_all(MARK)?;
            }
            let mut writer = self.options.writer(out);
            writer.write_record(&self.header)?;
            for record in &self.others {
                writer.write_record(record)?;
            }
            listing.each(|row| {
                writer.write_record(std::iter::once(&self.date).chain(&self.options.cells(&row)))
            })?;
            writer.flush()
        })
    }
}

/// Opens what is there, and tells whether it begins with the byte order mark.
fn open(path: &Path, options: CsvOptions) -> Result<Option<(Known, bool)>, Error> {
    let cannot_read =
        |error: &io::Error| Error::usage(format!("cannot read {}", path.display())).caused_by(error);
    let mut file = match File::open(path) {
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == IoErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot_read(&error)),
    };
    let has_mark = file.fill_buf().map_err(|error| cannot_read(&error))?.starts_with(MARK);
    Ok(Some((ReaderBuilder::new().delimiter(options.delimiter).from_reader(file), has_mark)))
}

/// Compares the columns of what is there with `header`; `None` when it is empty.
fn compared(path: &Path, mut known: Known, header: &[String]) -> Result<Option<Known>, Error> {
    let found = known.headers().cloned().map_err(|error| no_table(path, &error))?;
    if found.is_empty() {
        return Ok(None);
    }
    if found.iter().ne(header.iter()) {
        return Err(other_columns(path, &found, header));
    }
    Ok(Some(known))
}

/// Returns the day of a row, whose line is `behind` that which it calls its own.
fn day<'r>(path: &Path, record: &'r StringRecord, behind: u64) -> Result<&'r str, Error> {
    let day = record.get(0).unwrap_or_default();
    // A day that is written otherwise would not be found by the next run of that day, and be there twice.
    if day.parse::<Date>().is_ok_and(|date| date.to_string() == day) {
        return Ok(day);
    }
    let line = record.position().map_or(0, csv::Position::line) + behind;
    Err(Error::usage(format!(
        "{}: line {line}: `{day}` is no date as YYYY-MM-DD; nothing was written",
        path.display()
    ))
    .remedy("write it so; a spreadsheet that saved the file may have changed all of them"))
}

fn no_table(path: &Path, error: &csv::Error) -> Error {
    Error::usage(format!("{} is not a table as RFC 4180 has it", path.display())).caused_by(error)
}

fn other_columns(path: &Path, found: &StringRecord, header: &[String]) -> Error {
    let missing: Vec<&str> =
        header.iter().map(String::as_str).filter(|name| !found.iter().any(|known| known == *name)).collect();
    let more: Vec<&str> = found.iter().filter(|name| !header.iter().any(|known| known == name)).collect();
    let mut error = Error::usage(format!("{} has other columns; nothing was written", path.display()));
    if !missing.is_empty() {
        error = error.cause(format!("it lacks {}", missing.join(", ")));
    }
    if !more.is_empty() {
        error = error.cause(format!("it has besides {}", more.join(", ")));
    }
    if missing.is_empty() && more.is_empty() {
        error = error.cause("they stand in another order");
    }
    error.remedy(
        "a template of netcensus.toml (--template) keeps the columns as they are; or name another file",
    )
}
