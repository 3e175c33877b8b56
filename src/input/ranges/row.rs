//! A row of a file of ranges: its fields, the names that their columns may have, and its cells.

use crate::diagnostic::Diagnostic;

/// A field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeField {
    /// The prefix.
    Prefix,
    /// An address that the prefix begins with.
    Address,
    /// The length of the prefix, or its mask.
    Mask,
    /// The first address of a range.
    Start,
    /// The last address of a range.
    End,
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
    /// The id of the cloud's network; only documents of the clouds have it.
    Network,
}

/// Names of fields. Where a row has several of one field, the first that is not empty counts.
const NAMES: [(&str, RangeField); 56] = [
    ("prefix", RangeField::Prefix),
    ("cidr", RangeField::Prefix),
    ("network", RangeField::Prefix),
    ("range", RangeField::Prefix),
    ("subnet", RangeField::Prefix),
    ("cidr_block", RangeField::Prefix),
    ("ip_prefix", RangeField::Prefix),
    ("ip_range", RangeField::Prefix),
    ("ip_network", RangeField::Prefix),
    ("ip_subnet", RangeField::Prefix),
    ("network_cidr", RangeField::Prefix),
    ("subnet_cidr", RangeField::Prefix),
    ("address_prefix", RangeField::Prefix),
    ("address_range", RangeField::Prefix),
    ("address_space", RangeField::Prefix),
    ("address", RangeField::Address),
    ("ip", RangeField::Address),
    ("ip_address", RangeField::Address),
    ("network_address", RangeField::Address),
    ("subnet_address", RangeField::Address),
    ("network_id", RangeField::Address),
    ("mask", RangeField::Mask),
    ("netmask", RangeField::Mask),
    ("network_mask", RangeField::Mask),
    ("subnet_mask", RangeField::Mask),
    ("subnetmask", RangeField::Mask),
    ("prefix_length", RangeField::Mask),
    ("prefixlength", RangeField::Mask),
    ("prefix_len", RangeField::Mask),
    ("prefixlen", RangeField::Mask),
    ("length", RangeField::Mask),
    ("start", RangeField::Start),
    ("start_address", RangeField::Start),
    ("start_ip", RangeField::Start),
    ("first", RangeField::Start),
    ("from", RangeField::Start),
    ("end", RangeField::End),
    ("end_address", RangeField::End),
    ("end_ip", RangeField::End),
    ("last", RangeField::End),
    ("to", RangeField::End),
    ("site", RangeField::Site),
    ("location", RangeField::Site),
    ("scope", RangeField::Site),
    ("data_center", RangeField::Site),
    ("datacenter", RangeField::Site),
    ("name", RangeField::Name),
    ("description", RangeField::Name),
    ("label", RangeField::Name),
    ("desc", RangeField::Name),
    ("domain", RangeField::Domain),
    ("vrf", RangeField::Domain),
    ("routing_domain", RangeField::Domain),
    ("status", RangeField::Status),
    ("provider", RangeField::Provider),
    ("region", RangeField::Region),
];

/// One of the names of a field, as its rank among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RangeColumn(usize);

impl RangeColumn {
    /// The column of what no file calls by a name.
    pub const NETWORK: Self = Self(NAMES.len());

    /// Finds the column that `name` is of; case does not matter, and blanks and hyphens are underscores.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase().replace([' ', '-'], "_");
        NAMES.iter().position(|(accepted, _)| *accepted == name).map(Self)
    }

    /// Returns the first column of `field`.
    pub fn for_field(field: RangeField) -> Option<Self> {
        NAMES.iter().position(|(_, named)| *named == field).map(Self)
    }

    /// Returns the field that it is a name of.
    pub fn field(self) -> RangeField {
        NAMES.get(self.0).map_or(RangeField::Network, |(_, field)| *field)
    }
}

/// The position of a row in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowPosition {
    /// A line, from 1.
    Line(usize),
    /// An element of a list, from 1.
    Entry(usize),
}

impl RowPosition {
    /// Returns the beginning of a message about this position of `file`.
    pub fn in_message(self, file: &str) -> String {
        match self {
            Self::Line(line) => format!("{file}:{line}"),
            Self::Entry(entry) => format!("{file}: entry {entry}"),
        }
    }

    /// Returns what a prefix at this position is called.
    pub fn address(self, file: &str) -> String {
        match self {
            Self::Line(line) => format!("{file}:{line}"),
            Self::Entry(entry) => format!("{file} entry {entry}"),
        }
    }
}

/// What one cell of a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Which field it is, and by which name.
    pub column: RangeColumn,
    /// The column as the file names it.
    pub header: String,
    /// What it says, never blank.
    pub text: String,
}

/// A row as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its position in the file.
    pub place: RowPosition,
    /// By rank of their columns, and of one column in the order of the file.
    cells: Vec<Cell>,
    /// The name and text of each column that does not count.
    others: Vec<(String, String)>,
}

impl Row {
    /// Makes a row without cells.
    pub const fn new(place: RowPosition) -> Self {
        Self { place, cells: Vec::new(), others: Vec::new() }
    }

    /// Adds what a column that the file calls `header` says, unless it is blank.
    pub fn put(&mut self, column: Option<RangeColumn>, header: &str, text: &str) {
        let (header, text) = (header.trim().to_owned(), text.trim().to_owned());
        match column {
            _ if text.is_empty() => {}
            None => self.others.push((header, text)),
            Some(column) => {
                let at = self.cells.partition_point(|cell| cell.column <= column);
                self.cells.insert(at, Cell { column, header, text });
            }
        }
    }

    /// Adds what the row says of `field`.
    pub fn put_field(&mut self, field: RangeField, text: &str) {
        let column = if field == RangeField::Network {
            Some(RangeColumn::NETWORK)
        } else {
            RangeColumn::for_field(field)
        };
        let header = column.and_then(|column| NAMES.get(column.0)).map_or("", |(name, _)| *name);
        self.put(column, header, text);
    }

    /// Returns what the row says of `field`.
    pub fn get(&self, field: RangeField) -> Option<&str> {
        self.all(field).next().map(|cell| cell.text.as_str())
    }

    /// Lists the name and text of each column that should have no prefix.
    pub fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = [RangeField::Name, RangeField::Site, RangeField::Domain];
        let cells = self.cells.iter().filter(move |cell| labels.contains(&cell.column.field()));
        let labelled = cells.map(|cell| (cell.header.as_str(), cell.text.as_str()));
        labelled.chain(self.unknown())
    }

    /// Lists the name and text of each column that is of no field.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others.iter().map(|(header, text)| (header.as_str(), text.as_str()))
    }

    /// Lists what the columns of `field` say.
    pub fn all(&self, field: RangeField) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| cell.column.field() == field)
    }
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its position in the file.
    pub place: RowPosition,
    /// What is wrong, and what to do.
    pub what: Diagnostic,
    /// Its columns may have been misread, so that leaving it out could leave out a prefix that is in use.
    pub misread: bool,
}

impl BadRow {
    /// Makes a row that is wrong in itself.
    pub fn new(place: RowPosition, what: impl Into<Diagnostic>) -> Self {
        Self { place, what: what.into(), misread: false }
    }

    /// Makes a row whose columns may have been misread.
    pub const fn misread(place: RowPosition, what: Diagnostic) -> Self {
        Self { place, what, misread: true }
    }

    /// Says what is wrong, with the position in `file` before it.
    pub fn in_file(self, file: &str) -> Diagnostic {
        self.what.context(self.place.in_message(file))
    }
}

/// Why a whole file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeFileError {
    /// The line, from 1, if it is one.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub what: Diagnostic,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_alike_however_they_are_spelt() {
        for name in ["routing domain", "Routing-Domain", " ROUTING_DOMAIN "] {
            assert_eq!(
                RangeColumn::from_name(name).map(RangeColumn::field),
                Some(RangeField::Domain),
                "{name}"
            );
        }
        assert_eq!(RangeColumn::from_name("scope_id"), None);
    }

    #[test]
    fn the_first_name_that_has_a_value_counts() {
        let mut row = Row::new(RowPosition::Line(1));
        for (header, text) in [
            ("description", "second"),
            ("name", "first"),
            ("site", "  "),
            ("location", "hall 1"),
            ("name", "third"),
        ] {
            row.put(RangeColumn::from_name(header), header, text);
        }
        assert_eq!(row.get(RangeField::Name), Some("first"));
        assert_eq!(row.get(RangeField::Site), Some("hall 1"));
        assert_eq!(
            row.all(RangeField::Name).map(|cell| &*cell.text).collect::<Vec<_>>(),
            ["first", "third", "second"]
        );
    }
}
