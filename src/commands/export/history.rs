//! A table that grows by a day's rows, for pivot tables.

use std::fs::File;
use std::io::BufReader;
use std::io::ErrorKind as IoErrorKind;
use std::path::Path;

use csv::{Reader, ReaderBuilder, StringRecord};
use jiff::tz::TimeZone;

use super::target;
use crate::analysis::listing::Listing;
use crate::commands::sink::Draft;
use crate::error::Error;
use crate::model::Inventory;
use crate::output::CsvOptions;

/// The first column: the day on which the inventory was taken, in UTC.
const DATE: &str = "date";

/// Adds the rows of `listing` to the table at `path`. Rows of the same day are replaced, so that a second run of a day
/// leaves what the first would.
///
/// # Errors
/// When what is there is not such a table, or has other columns, or it cannot be written. It stays as it was then.
pub fn append(
    path: &Path,
    listing: &Listing<'_>,
    inventory: &Inventory,
    options: CsvOptions,
) -> Result<(), Error> {
    target::refuse_other(path)?;
    let date = inventory.taken_at.to_zoned(TimeZone::UTC).date().to_string();
    let mut header = vec![DATE.to_owned()];
    header.extend(options.header(&listing.columns));
    let mut records = vec![];
    let known = known(path, &header, options)?;
    for record in known.into_iter().flat_map(Reader::into_records) {
        let record = record.map_err(|error| {
            Error::usage(format!("{} is not a table as RFC 4180 has it", path.display())).caused_by(&error)
        })?;
        if record.get(0) != Some(&date) {
            records.push(record);
        }
    }
    Draft::write(path, |out| {
        let mut writer = options.writer(out);
        writer.write_record(&header)?;
        for record in records {
            writer.write_record(&record)?;
        }
        listing.each(|row| Ok(writer.write_record(std::iter::once(&date).chain(&options.cells(&row)))?))?;
        writer.flush()
    })?
    .keep()
}

/// Opens what is there, and compares its columns.
fn known(
    path: &Path,
    header: &[String],
    options: CsvOptions,
) -> Result<Option<Reader<BufReader<File>>>, Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == IoErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Error::usage(format!("cannot read {}", path.display())).caused_by(&error));
        }
    };
    let mut reader = ReaderBuilder::new().delimiter(options.delimiter).from_reader(BufReader::new(file));
    let found = reader.headers().cloned().unwrap_or_default();
    if found.is_empty() {
        return Ok(None);
    }
    if found.iter().ne(header.iter()) {
        return Err(other_columns(path, &found, header));
    }
    Ok(Some(reader))
}

fn other_columns(path: &Path, found: &StringRecord, header: &[String]) -> Error {
    let missing: Vec<&str> =
        header.iter().map(String::as_str).filter(|name| !found.iter().any(|known| known == *name)).collect();
    let more: Vec<&str> = found.iter().filter(|name| !header.iter().any(|known| known == name)).collect();
    let mut error = Error::usage(format!("{} has other columns; nothing was added", path.display()));
    if !missing.is_empty() {
        error = error.detail(format!("it lacks {}", missing.join(", ")));
    }
    if !more.is_empty() {
        error = error.detail(format!("it has besides {}", more.join(", ")));
    }
    if missing.is_empty() && more.is_empty() {
        error = error.detail("they stand in another order");
    }
    error
        .hint("a template of netcensus.toml (--template) keeps the columns as they are; or name another file")
}
