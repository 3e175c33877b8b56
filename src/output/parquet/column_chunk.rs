//! The values of one column of a row group, with the levels that distinguish unknown from empty.

use std::fmt::Display;
use std::io::{self, Write};
use std::mem;

use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType as ParquetType, Int64Type};
use parquet::errors::Result;
use parquet::file::writer::SerializedRowGroupWriter;

use crate::analysis::columns::DataType;
use crate::analysis::value::Value;

/// The definition level of an unknown value.
const UNKNOWN: i16 = 0;
/// The definition level of a single value, and of an empty list or map.
const HERE: i16 = 1;
/// The definition level of a value in a list or map.
const INSIDE: i16 = 2;

/// The values of one column.
#[derive(Debug)]
pub(super) struct Chunk {
    holds: DataType,
    values: Values,
    definition: Vec<i16>,
    /// 1 for a value that continues the list or map before it, 0 at the beginning of a row; empty for other columns.
    repetition: Vec<i16>,
}

#[derive(Debug)]
enum Values {
    Texts(Texts),
    Numbers(Vec<i64>),
    Bools(Vec<bool>),
    /// Microseconds since 1970.
    Times(Vec<i64>),
    Lists(Texts),
    Maps {
        keys: Texts,
        values: Texts,
    },
}

impl Chunk {
    /// Returns an empty chunk.
    pub(super) fn new(holds: DataType) -> Self {
        let values = match holds {
            DataType::Text => Values::Texts(Texts::default()),
            DataType::Number => Values::Numbers(Vec::new()),
            DataType::Bool => Values::Bools(Vec::new()),
            DataType::Time => Values::Times(Vec::new()),
            DataType::Cidrs | DataType::Ips | DataType::Texts => Values::Lists(Texts::default()),
            DataType::Tags => Values::Maps { keys: Texts::default(), values: Texts::default() },
        };
        Self { holds, values, definition: Vec::new(), repetition: Vec::new() }
    }

    /// Adds the value of a row.
    ///
    /// # Errors
    /// If a number is larger than 2^63 - 1, or the value has another type than the column.
    pub(super) fn push(&mut self, value: &Value) -> io::Result<()> {
        let length = match (&mut self.values, value) {
            (values, Value::Unknown) => {
                let is_nested = matches!(values, Values::Lists(_) | Values::Maps { .. });
                self.repetition.extend(is_nested.then_some(0));
                self.definition.push(UNKNOWN);
                return Ok(());
            }
            (Values::Texts(texts), Value::Text(text)) => {
                texts.push(text);
                None
            }
            (Values::Numbers(numbers), Value::Number(number)) => {
                let too_large =
                    |_| io::Error::other(format!("{number} is too large for a number of Parquet"));
                numbers.push(i64::try_from(*number).map_err(too_large)?);
                None
            }
            (Values::Numbers(numbers), Value::Percent(percent)) => {
                numbers.push(i64::try_from(percent.whole()).map_err(io::Error::other)?);
                None
            }
            (Values::Bools(bools), Value::Bool(yes)) => {
                bools.push(*yes);
                None
            }
            (Values::Times(times), Value::Time(time)) => {
                times.push(time.as_microsecond());
                None
            }
            (Values::Lists(texts), Value::Cidrs(cidrs)) => Some(texts.extend(cidrs)),
            (Values::Lists(texts), Value::Ips(ips)) => Some(texts.extend(ips)),
            (Values::Lists(texts), Value::List(list)) => Some(texts.extend(list)),
            (Values::Maps { keys, values }, Value::Tags(tags)) => {
                keys.extend(tags.keys());
                Some(values.extend(tags.values()))
            }
            (_, value) => {
                let holds = self.holds;
                return Err(io::Error::other(format!("a column of {holds:?} cannot contain {value:?}")));
            }
        };
        match length {
            None => self.definition.push(HERE),
            Some(length) => self.nest(length),
        }
        Ok(())
    }

    /// Records the levels of a list or map with this many values.
    fn nest(&mut self, length: usize) {
        if length == 0 {
            self.definition.push(HERE);
            self.repetition.push(0);
        }
        for index in 0..length {
            self.definition.push(INSIDE);
            self.repetition.push(i16::from(index > 0));
        }
    }

    /// Counts the bytes of the texts.
    pub(super) fn bytes(&self) -> usize {
        match &self.values {
            Values::Texts(texts) | Values::Lists(texts) => texts.bytes.len(),
            Values::Maps { keys, values } => keys.bytes.len() + values.bytes.len(),
            Values::Numbers(_) | Values::Bools(_) | Values::Times(_) => 0,
        }
    }

    /// Writes the values as the next column of `group`, and clears the chunk.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn write<W: Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<()> {
        let definition = mem::take(&mut self.definition);
        let repetition = mem::take(&mut self.repetition);
        let mut leaf = Leaf { group, definition: &definition, repetition: &repetition };
        match &mut self.values {
            Values::Texts(texts) | Values::Lists(texts) => leaf.write::<ByteArrayType>(&texts.take()),
            Values::Numbers(values) | Values::Times(values) => leaf.write::<Int64Type>(&mem::take(values)),
            Values::Bools(values) => leaf.write::<BoolType>(&mem::take(values)),
            Values::Maps { keys, values } => {
                leaf.write::<ByteArrayType>(&keys.take())?;
                leaf.write::<ByteArrayType>(&values.take())
            }
        }
    }
}

/// A column of the file: a map has two.
struct Leaf<'l, 'g, W: Write> {
    group: &'l mut SerializedRowGroupWriter<'g, W>,
    definition: &'l [i16],
    repetition: &'l [i16],
}

impl<W: Write + Send> Leaf<'_, '_, W> {
    fn write<T: ParquetType>(&mut self, values: &[T::T]) -> Result<()> {
        let Some(mut column) = self.group.next_column()? else { return Ok(()) };
        let repetition = (!self.repetition.is_empty()).then_some(self.repetition);
        column.typed::<T>().write_batch(values, Some(self.definition), repetition)?;
        column.close()
    }
}

/// Texts one after the other: a million small ones would need several times their size.
#[derive(Debug, Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: impl Display) {
        // Writing to memory cannot fail.
        let _ = write!(self.bytes, "{text}");
        self.ends.push(self.bytes.len());
    }

    /// Adds several, and counts them.
    fn extend(&mut self, texts: impl IntoIterator<Item = impl Display>) -> usize {
        let before = self.ends.len();
        texts.into_iter().for_each(|text| self.push(text));
        self.ends.len() - before
    }

    fn take(&mut self) -> Vec<ByteArray> {
        let all = ByteArray::from(mem::take(&mut self.bytes));
        let mut start = 0;
        let cut = |end| {
            let from = mem::replace(&mut start, end);
            all.slice(from, end - from)
        };
        mem::take(&mut self.ends).into_iter().map(cut).collect()
    }
}
