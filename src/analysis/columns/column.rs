//! What a column is, and how one is found by the name that the user gave.

use ipnet::IpNet;

use super::super::inventory_index::InventoryIndex;
use super::super::short_ids::table_id;
use super::super::value::Value;
use crate::model::{Instance, Interface, Kind, Link, Network, Provider, Subnet, Tags};

/// What is known of a column without any row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The name in flags and CSV headers; in JSON too, unless the column is derived.
    pub name: &'static str,
    /// When it is shown.
    pub shown: ColumnVisibility,
    /// What its values are, where they are known.
    pub data_type: DataType,
    /// One sentence without a final stop, for the documentation.
    pub doc: &'static str,
}

/// What the values of a column are, where they are known: each is the [`Value`] of the same name.
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
    /// Only when the user asks for it.
    Wide,
}

impl ColumnVisibility {
    /// Returns the order of dropping: the highest is dropped first, zero never.
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
    value: fn(&T, &InventoryIndex<'_>) -> Value,
    /// Other texts that a filter finds the row by.
    also: Option<fn(&T, &InventoryIndex<'_>) -> Vec<String>>,
}

impl<T> Column<T> {
    pub(super) const fn new(
        name: &'static str,
        shown: ColumnVisibility,
        data_type: DataType,
        doc: &'static str,
        value: fn(&T, &InventoryIndex<'_>) -> Value,
    ) -> Self {
        Self { spec: ColumnSpec { name, shown, data_type, doc }, value, also: None }
    }

    /// Lets filters find a row by other texts too.
    pub(super) const fn also_matching(self, also: fn(&T, &InventoryIndex<'_>) -> Vec<String>) -> Self {
        Self { also: Some(also), ..self }
    }
}

/// Where a cloud has the resource of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePlace {
    /// Its native id.
    pub id: String,
    /// Its region, where known; of a link that of one of its ends.
    pub region: Option<String>,
}

/// What makes a row of a table.
pub trait Tabular: Sized + 'static {
    /// What the rows are called, in the plural.
    const NAME: &'static str;
    /// Whether rows carry tags, and with them the columns `tag:KEY`.
    const HAS_TAGS: bool;

    /// Returns every column, in the documented order.
    fn columns() -> &'static [Column<Self>];

    /// Returns the cloud that it belongs to.
    fn provider(&self) -> Provider;

    /// Returns the tags.
    fn tags(&self) -> Option<&Tags> {
        None
    }

    /// Returns which resource the row is, if it is one.
    fn place(&self) -> Option<ResourcePlace> {
        None
    }

    /// Returns the prefixes that the row occupies, each address as a prefix of full length.
    fn prefixes(&self) -> Vec<IpNet> {
        Vec::new()
    }
}

/// Returns the columns of `kind`, in the documented order.
#[must_use]
pub fn columns_of(kind: Kind) -> Vec<ColumnSpec> {
    match kind {
        Kind::Networks => specs::<Network>(),
        Kind::Subnets => specs::<Subnet>(),
        Kind::Instances => specs::<Instance>(),
        Kind::Interfaces => specs::<Interface>(),
        Kind::Links => specs::<Link>(),
    }
}

fn specs<T: Tabular>() -> Vec<ColumnSpec> {
    T::columns().iter().map(|column| column.spec).collect()
}

/// Tells whether rows of `kind` carry tags, and with them the columns `tag:KEY`.
#[must_use]
pub const fn has_tags(kind: Kind) -> bool {
    match kind {
        Kind::Networks => Network::HAS_TAGS,
        Kind::Subnets => Subnet::HAS_TAGS,
        Kind::Instances => Instance::HAS_TAGS,
        Kind::Interfaces => Interface::HAS_TAGS,
        Kind::Links => Link::HAS_TAGS,
    }
}

/// What the name of a tag's column begins with.
const TAG: &str = "tag:";

/// Returns the name of the column that the user means: in any case, with spaces or hyphens as in the headers of tables
/// (`USED PERCENT`, `used-percent`). What is no column of any kind stays as it is typed.
#[must_use]
pub fn canonical_name(typed: &str) -> String {
    let typed = typed.trim();
    if let Some(key) = typed.get(..TAG.len()).filter(|start| start.eq_ignore_ascii_case(TAG)) {
        return format!("{TAG}{}", &typed[key.len()..]);
    }
    let folded = typed.to_lowercase().replace([' ', '-'], "_");
    if find_spec(&folded).is_some() { folded } else { typed.to_owned() }
}

/// Returns what the values of a column are; `None` when no kind has the column. Columns of one name have the same type in
/// all kinds.
pub(in crate::analysis) fn data_type_of(name: &str) -> Option<DataType> {
    match name.strip_prefix(TAG) {
        Some(key) => (!key.is_empty()).then_some(DataType::Text),
        None => find_spec(name).map(|spec| spec.data_type),
    }
}

fn find_spec(name: &str) -> Option<ColumnSpec> {
    Kind::ALL.into_iter().flat_map(columns_of).find(|spec| spec.name == name)
}

/// A column of rows made from `T`, found by the name that the user gave.
///
/// Look columns up once for a table or filter, and not for every row.
#[derive(Debug)]
pub enum ResolvedColumn<T: Tabular> {
    /// One of the table.
    Column(&'static Column<T>),
    /// The value of one tag, by its key.
    Tag(String),
}

impl<T: Tabular> ResolvedColumn<T> {
    /// Finds a column by its name; `None` when such rows have none of that name.
    pub fn find(name: &str) -> Option<Self> {
        #[cfg(test)]
        tests::LOOKUPS.set(tests::LOOKUPS.get() + 1);
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

    /// Returns when tables show it.
    pub fn visibility(&self) -> ColumnVisibility {
        match self {
            Self::Column(column) => column.spec.shown,
            Self::Tag(_) => ColumnVisibility::Wide,
        }
    }

    /// Returns what its values are, where they are known.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Column(column) => column.spec.data_type,
            Self::Tag(_) => DataType::Text,
        }
    }

    /// Returns the value of one row.
    pub fn value(&self, row: &T, index: &InventoryIndex<'_>) -> Value {
        match self {
            Self::Column(column) => (column.value)(row, index),
            Self::Tag(key) => Value::text(tag_value(row, key)),
        }
    }

    /// Returns the value that filters compare: that of the row, and what else it is found by.
    pub fn filtered_value(&self, row: &T, index: &InventoryIndex<'_>) -> Value {
        let value = self.value(row, index);
        let Self::Column(column) = self else { return value };
        let mut others = short_forms(&value);
        others.extend(column.also.into_iter().flat_map(|also| also(row, index)));
        if others.is_empty() {
            return value;
        }
        let mut texts = value.parts();
        for text in others {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        Value::List(texts)
    }
}

/// Lists what tables show for the ids of Azure in a value.
fn short_forms(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => table_id(text).into_iter().collect(),
        Value::List(texts) => texts.iter().filter_map(|text| table_id(text)).collect(),
        _ => Vec::new(),
    }
}

/// Returns the value of a tag. In Azure, names of tags have no case:
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations>.
fn tag_value<'r, T: Tabular>(row: &'r T, key: &str) -> Option<&'r str> {
    let tags = row.tags()?;
    let in_any_case =
        || tags.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value);
    let exact = tags.get(key);
    let value = if row.provider() == Provider::Azure { exact.or_else(in_any_case) } else { exact };
    value.map(String::as_str)
}

/// Tells whether rows of `kind` have a column of that name.
pub fn has_column(kind: Kind, name: &str) -> bool {
    match name.strip_prefix(TAG) {
        Some(key) => has_tags(kind) && !key.is_empty(),
        None => columns_of(kind).iter().any(|spec| spec.name == name),
    }
}

#[cfg(test)]
pub(in crate::analysis) mod tests {
    use std::cell::Cell;

    thread_local! {
        /// How often this thread has looked a column up by its name.
        pub(in crate::analysis) static LOOKUPS: Cell<usize> = const { Cell::new(0) };
    }
}
