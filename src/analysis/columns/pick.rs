//! A column as the user named it: one of the table, or one tag.

use super::super::inventory_index::InventoryIndex;
use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType};
use super::record::{Record, columns_of, has_tags};
use crate::model::Kind;

/// What the name of a tag's column begins with.
const TAG: &str = "tag:";

/// A column of rows made from `T`, found by its name.
#[derive(Debug)]
pub enum ResolvedColumn<T: Record> {
    /// One of the table.
    Column(&'static Column<T>),
    /// The value of one tag, by its key.
    Tag(String),
}

impl<T: Record> ResolvedColumn<T> {
    /// Finds a column by its name; `None` when such rows have none of that name.
    pub fn find(name: &str) -> Option<Self> {
        match name.strip_prefix(TAG) {
            Some(key) => (T::HAS_TAGS && !key.is_empty()).then(|| Self::Tag(key.to_owned())),
            None => T::columns().iter().find(|column| column.spec.name == name).map(Self::Column),
        }
    }

    /// Returns the name, as in flags and headers.
    pub fn name(&self) -> String {
        match self {
            Self::Column(column) => column.spec.name.to_owned(),
            Self::Tag(key) => format!("{TAG}{key}"),
        }
    }

    /// Tells when it is shown.
    pub fn shown(&self) -> ColumnVisibility {
        match self {
            Self::Column(column) => column.spec.shown,
            Self::Tag(_) => ColumnVisibility::Wide,
        }
    }

    /// Tells what its values are, where they are known.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Column(column) => column.spec.data_type,
            Self::Tag(_) => DataType::Text,
        }
    }

    /// Reads the value of one row.
    pub fn value(&self, item: &T, index: &InventoryIndex<'_>) -> Value {
        match self {
            Self::Column(column) => (column.value)(item, index),
            Self::Tag(key) => Value::text(item.tags().and_then(|tags| tags.get(key)).map(String::as_str)),
        }
    }
}

/// Tells whether rows of `kind` have a column of that name.
pub fn has_column(kind: Kind, name: &str) -> bool {
    match name.strip_prefix(TAG) {
        Some(key) => has_tags(kind) && !key.is_empty(),
        None => columns_of(kind).iter().any(|spec| spec.name == name),
    }
}
