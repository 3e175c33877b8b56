//! Writes a table row group by row group, so that only one is in memory, with the types of its columns
//! (<https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>).

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::column_chunk::Chunk;
use crate::analysis::columns::DataType;
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::value::Value;
use crate::model::GENERATOR;
use crate::output::export::Export;

/// The most rows of a row group. Readers skip whole ones by the least and greatest values in them, and read several
/// at a time.
const MAX_GROUP_ROWS: usize = 1 << 16;
/// The most bytes of text in a row group.
const MAX_GROUP_BYTES: usize = 64 << 20;

/// Writes a table. Texts are exact: no terminal or spreadsheet reads them.
///
/// # Errors
/// If `out` cannot be written, or there is no table.
pub(in crate::output) fn write(
    export: &Export<'_>,
    table: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let listing = table.ok_or_else(|| io::Error::other("a file of parquet has one kind"))?;
    let names = listing.columns.iter().map(|column| column.name.as_str());
    let columns: Vec<(&str, DataType)> = names.zip(listing.data_types.iter().copied()).collect();
    let notes = vec![
        ("netcensus.taken_at", export.view.inventory.taken_at.to_string()),
        ("netcensus.complete", export.missing.is_empty().to_string()),
    ];
    write_rows(&columns, |take| listing.each(take), notes, out)
}

/// Writes the rows from `each`, with a value for each column, and notes to the metadata of the file.
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
        if held == MAX_GROUP_ROWS || group.iter().map(Chunk::bytes).sum::<usize>() >= MAX_GROUP_BYTES {
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

fn flush<W: Write + Send>(file: &mut SerializedFileWriter<W>, group: &mut [Chunk]) -> Result<()> {
    let mut writer = file.next_row_group()?;
    for chunk in group {
        chunk.write(&mut writer)?;
    }
    writer.close().map(drop)
}

/// Returns the settings of the file; dictionaries and statistics are on by default.
fn properties(notes: Vec<(&str, String)>) -> WriterProperties {
    // Readers work around the bugs of writers by this text: NAME version NUMBER.
    let creator = GENERATOR.replacen(' ', " version ", 1);
    let notes = notes.into_iter().map(|(key, value)| KeyValue::new(key.to_owned(), value)).collect();
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(creator)
        .set_key_value_metadata(Some(notes))
        .build()
}

/// Returns the error of the disk, if there was one, as the other formats do.
fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}

/// Makes the schema of a table. Every column may be NULL, which is unknown; what is in lists and maps never is.
///
/// # Errors
/// When Parquet refuses it.
fn schema<'n>(columns: impl IntoIterator<Item = (&'n str, DataType)>) -> Result<TypePtr> {
    let fields: Result<Vec<TypePtr>> =
        columns.into_iter().map(|(name, holds)| field(name, holds).map(Arc::new)).collect();
    Type::group_type_builder("schema").with_fields(fields?).build().map(Arc::new)
}

fn field(name: &str, holds: DataType) -> Result<Type> {
    let one = Repetition::OPTIONAL;
    match holds {
        DataType::Text => text(name, one),
        DataType::Number => single(name, Physical::INT64, one, None),
        DataType::Bool => single(name, Physical::BOOLEAN, one, None),
        DataType::Time => {
            let moment = LogicalType::timestamp(true, TimeUnit::MICROS);
            single(name, Physical::INT64, one, Some(moment))
        }
        DataType::Cidrs | DataType::Ips | DataType::Texts => {
            let inner = vec![text("element", Repetition::REQUIRED)?];
            nested(name, LogicalType::List, repeated("list", inner)?)
        }
        DataType::Tags => {
            let inner = vec![text("key", Repetition::REQUIRED)?, text("value", Repetition::REQUIRED)?];
            nested(name, LogicalType::Map, repeated("key_value", inner)?)
        }
    }
}

fn text(name: &str, repetition: Repetition) -> Result<Type> {
    single(name, Physical::BYTE_ARRAY, repetition, Some(LogicalType::String))
}

fn single(name: &str, of: Physical, repetition: Repetition, logical: Option<LogicalType>) -> Result<Type> {
    Type::primitive_type_builder(name, of).with_repetition(repetition).with_logical_type(logical).build()
}

fn repeated(name: &str, fields: Vec<Type>) -> Result<Type> {
    let fields = fields.into_iter().map(Arc::new).collect();
    Type::group_type_builder(name).with_repetition(Repetition::REPEATED).with_fields(fields).build()
}

fn nested(name: &str, logical: LogicalType, inner: Type) -> Result<Type> {
    Type::group_type_builder(name)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(logical))
        .with_fields(vec![Arc::new(inner)])
        .build()
}

#[cfg(test)]
mod tests;
