//! What a column is.

use super::super::inventory_index::InventoryIndex;
use super::super::value::Value;

/// What is known of a column without any row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The name in flags, CSV headers and, for what the document contains, JSON.
    pub name: &'static str,
    /// When it is shown.
    pub shown: ColumnVisibility,
    /// What its values are, where they are known.
    pub data_type: DataType,
    /// One sentence without a final stop, for the documentation.
    pub doc: &'static str,
}

/// What the values of a column are, where they are known: each is a [`Value`] of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// Text.
    Text,
    /// Counts.
    Number,
    /// Yes or no.
    Bool,
    /// Moments, in UTC.
    Time,
    /// Prefixes.
    Cidrs,
    /// Addresses.
    Ips,
    /// Several texts.
    Texts,
    /// Labels.
    Tags,
}

/// When a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnVisibility {
    /// By default, and never dropped.
    Always,
    /// By default; in a narrow terminal the column with the highest number is dropped first.
    Default(u8),
    /// Only when asked for.
    Wide,
}

impl ColumnVisibility {
    /// Returns the order of dropping: the highest goes first, zero never.
    #[must_use]
    pub const fn drop_rank(self) -> u8 {
        match self {
            Self::Always => 0,
            Self::Default(rank) => rank,
            Self::Wide => u8::MAX,
        }
    }
}

/// A column of rows made from `T`.
#[derive(Debug)]
pub struct Column<T> {
    /// Its name, when it is shown and what it means.
    pub spec: ColumnSpec,
    pub(in crate::analysis) value: fn(&T, &InventoryIndex<'_>) -> Value,
}

impl<T> Column<T> {
    pub(super) const fn new(
        name: &'static str,
        shown: ColumnVisibility,
        data_type: DataType,
        doc: &'static str,
        value: fn(&T, &InventoryIndex<'_>) -> Value,
    ) -> Self {
        Self { spec: ColumnSpec { name, shown, data_type, doc }, value }
    }
}
