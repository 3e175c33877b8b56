//! Writes a table in row groups, each of which is all that is in memory.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use super::column_chunk::Chunk;
use super::schema::schema;
use crate::analysis::columns::DataType;
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::value::Value;
use crate::model::GENERATOR;
use crate::output::export::Export;

/// The most rows of a row group. Readers skip whole ones by the least and greatest values in them, and read several
/// at a time.
const GROUP_ROWS: usize = 1 << 16;
/// What ends a row group before, in bytes of its texts.
const GROUP_BYTES: usize = 64 << 20;

/// Writes a listing. Texts are exact: nothing that reads it is a spreadsheet or a terminal.
///
/// # Errors
/// When `out` cannot be written.
pub(in crate::output) fn write(
    export: &Export<'_>,
    listing: &StreamedTable<'_>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let names = listing.columns.iter().map(|column| column.name.as_str());
    let columns: Vec<(&str, DataType)> = names.zip(listing.data_types.iter().copied()).collect();
    let notes = vec![
        ("netcensus.taken_at", export.estate.inventory.taken_at.to_string()),
        ("netcensus.complete", export.missing.is_empty().to_string()),
    ];
    write_rows(&columns, |take| listing.each(take), notes, out)
}

/// Writes the rows that `each` hands over, of as many values as there are columns, and notes about them.
fn write_rows(
    columns: &[(&str, DataType)],
    each: impl FnOnce(&mut dyn FnMut(Vec<Value>) -> io::Result<()>) -> io::Result<()>,
    notes: Vec<(&str, String)>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let schema = schema(columns.iter().copied()).map_err(into_io)?;
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties(notes))).map_err(into_io)?;
    let mut group: Vec<Chunk> = columns.iter().map(|(_, holds)| Chunk::new(*holds)).collect();
    let mut held = 0;
    each(&mut |row| {
        for (chunk, value) in group.iter_mut().zip(&row) {
            chunk.push(value)?;
        }
        held += 1;
        if held == GROUP_ROWS || group.iter().map(Chunk::bytes).sum::<usize>() >= GROUP_BYTES {
            flush(&mut file, &mut group).map_err(into_io)?;
            held = 0;
        }
        Ok(())
    })?;
    if held > 0 {
        flush(&mut file, &mut group).map_err(into_io)?;
    }
    file.close().map(drop).map_err(into_io)
}

fn flush<W: Write + Send>(
    file: &mut SerializedFileWriter<W>,
    group: &mut [Chunk],
) -> Result<(), ParquetError> {
    let mut writer = file.next_row_group()?;
    for chunk in group {
        chunk.write(&mut writer)?;
    }
    writer.close().map(drop)
}

/// Dictionaries and statistics are on unless somebody says otherwise.
fn properties(notes: Vec<(&str, String)>) -> WriterProperties {
    // Parquet's own form, by which readers know the bugs of writers: NAME version NUMBER.
    let creator = GENERATOR.replacen(' ', " version ", 1);
    let notes = notes.into_iter().map(|(key, value)| KeyValue::new(key.to_owned(), value)).collect();
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(creator)
        .set_key_value_metadata(Some(notes))
        .build()
}

/// Returns what the disk said, where it did, as for all other formats.
fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests;
