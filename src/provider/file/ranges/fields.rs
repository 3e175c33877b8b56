//! What a row may say, and the names that people give it.

use std::collections::BTreeMap;

/// Something that a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The prefix.
    Prefix,
    /// Where it is in use.
    Site,
    /// What it is for.
    Name,
    /// The routing domain.
    Domain,
    /// Whether it is in use, as NetBox says it.
    Status,
    /// The cloud.
    Provider,
    /// The region of the cloud.
    Region,
}

/// Names of fields. Where a row has several of one field, the first that is not empty counts.
const NAMES: [(&str, Field); 19] = [
    ("prefix", Field::Prefix),
    ("cidr", Field::Prefix),
    ("network", Field::Prefix),
    ("range", Field::Prefix),
    ("subnet", Field::Prefix),
    ("site", Field::Site),
    ("location", Field::Site),
    ("scope", Field::Site),
    ("data_center", Field::Site),
    ("datacenter", Field::Site),
    ("name", Field::Name),
    ("description", Field::Name),
    ("label", Field::Name),
    ("domain", Field::Domain),
    ("vrf", Field::Domain),
    ("routing_domain", Field::Domain),
    ("status", Field::Status),
    ("provider", Field::Provider),
    ("region", Field::Region),
];

/// One of the names of a field, as its rank among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column(usize);

impl Column {
    /// Finds the column that `name` is of; case does not matter, and blanks and hyphens are underscores.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase().replace([' ', '-'], "_");
        NAMES.iter().position(|(known, _)| *known == name).map(Self)
    }

    /// Returns the first column of `field`.
    pub fn of(field: Field) -> Option<Self> {
        NAMES.iter().position(|(_, of)| *of == field).map(Self)
    }

    /// Returns the field that it is a name of.
    pub const fn field(self) -> Field {
        NAMES[self.0].1
    }
}

/// Where a row stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A line, from 1.
    Line(usize),
    /// An element of a list, from 1.
    Entry(usize),
}

impl Place {
    /// Returns how a message that begins with the place of `file` names it.
    pub fn in_message(self, file: &str) -> String {
        match self {
            Self::Line(line) => format!("{file}:{line}"),
            Self::Entry(entry) => format!("{file}: entry {entry}"),
        }
    }

    /// Returns what a prefix that stands there is called.
    pub fn address(self, file: &str) -> String {
        match self {
            Self::Line(line) => format!("{file}:{line}"),
            Self::Entry(entry) => format!("{file} entry {entry}"),
        }
    }
}

/// A row as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub place: Place,
    values: BTreeMap<Column, String>,
}

impl Row {
    /// Makes a row that says nothing yet.
    pub const fn new(place: Place) -> Self {
        Self { place, values: BTreeMap::new() }
    }

    /// Adds a value, unless it is blank or the column has one.
    pub fn put(&mut self, column: Option<Column>, value: &str) {
        let value = value.trim();
        if let Some(column) = column.filter(|_| !value.is_empty()) {
            self.values.entry(column).or_insert_with(|| value.to_owned());
        }
    }

    /// Returns what the row says of `field`.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.all(field).next()
    }

    /// Lists what the columns of `field` say.
    pub fn all(&self, field: Field) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(column, _)| column.field() == field).map(|(_, value)| value.as_str())
    }
}

/// A row that cannot be used, and a clause on what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Where it stands.
    pub place: Place,
    /// What is wrong.
    pub what: String,
}

/// What makes a whole file useless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1, if it is one.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub what: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_alike_however_they_are_spelt() {
        for name in ["routing domain", "Routing-Domain", " ROUTING_DOMAIN "] {
            assert_eq!(Column::named(name).map(Column::field), Some(Field::Domain), "{name}");
        }
        assert_eq!(Column::named("scope_id"), None);
    }

    #[test]
    fn the_first_name_that_has_a_value_counts() {
        let mut row = Row::new(Place::Line(1));
        row.put(Column::named("description"), "second");
        row.put(Column::named("name"), "first");
        row.put(Column::named("site"), "  ");
        row.put(Column::named("location"), "hall 1");
        assert_eq!(row.get(Field::Name), Some("first"));
        assert_eq!(row.get(Field::Site), Some("hall 1"));
    }
}
