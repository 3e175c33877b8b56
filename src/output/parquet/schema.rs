//! The types of columns, as Parquet has them
//! (<https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>).

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::Result;
use parquet::schema::types::{Type, TypePtr};

use crate::analysis::columns::DataType;

/// Makes the schema of a table. Every column may be NULL, which is unknown; what is in lists and maps never is.
///
/// # Errors
/// When Parquet refuses it.
pub(super) fn schema<'n>(columns: impl IntoIterator<Item = (&'n str, DataType)>) -> Result<TypePtr> {
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
