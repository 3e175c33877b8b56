//! What a row may say, and the names that people give it.

/// Something that a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
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
const NAMES: [(&str, Field); 56] = [
    ("prefix", Field::Prefix),
    ("cidr", Field::Prefix),
    ("network", Field::Prefix),
    ("range", Field::Prefix),
    ("subnet", Field::Prefix),
    ("cidr_block", Field::Prefix),
    ("ip_prefix", Field::Prefix),
    ("ip_range", Field::Prefix),
    ("ip_network", Field::Prefix),
    ("ip_subnet", Field::Prefix),
    ("network_cidr", Field::Prefix),
    ("subnet_cidr", Field::Prefix),
    ("address_prefix", Field::Prefix),
    ("address_range", Field::Prefix),
    ("address_space", Field::Prefix),
    ("address", Field::Address),
    ("ip", Field::Address),
    ("ip_address", Field::Address),
    ("network_address", Field::Address),
    ("subnet_address", Field::Address),
    ("network_id", Field::Address),
    ("mask", Field::Mask),
    ("netmask", Field::Mask),
    ("network_mask", Field::Mask),
    ("subnet_mask", Field::Mask),
    ("subnetmask", Field::Mask),
    ("prefix_length", Field::Mask),
    ("prefixlength", Field::Mask),
    ("prefix_len", Field::Mask),
    ("prefixlen", Field::Mask),
    ("length", Field::Mask),
    ("start", Field::Start),
    ("start_address", Field::Start),
    ("start_ip", Field::Start),
    ("first", Field::Start),
    ("from", Field::Start),
    ("end", Field::End),
    ("end_address", Field::End),
    ("end_ip", Field::End),
    ("last", Field::End),
    ("to", Field::End),
    ("site", Field::Site),
    ("location", Field::Site),
    ("scope", Field::Site),
    ("data_center", Field::Site),
    ("datacenter", Field::Site),
    ("name", Field::Name),
    ("description", Field::Name),
    ("label", Field::Name),
    ("desc", Field::Name),
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
    /// The column of what no file calls by a name.
    pub const NETWORK: Self = Self(NAMES.len());

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
    pub fn field(self) -> Field {
        NAMES.get(self.0).map_or(Field::Network, |(_, field)| *field)
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

/// What one cell of a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Which field it is, and by which name.
    pub column: Column,
    /// The column as the file names it.
    pub header: String,
    /// What it says, never blank.
    pub text: String,
}

/// A row as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub place: Place,
    /// By rank of their columns, and of one column in the order of the file.
    cells: Vec<Cell>,
    /// The name and text of each column that does not count.
    others: Vec<(String, String)>,
}

impl Row {
    /// Makes a row that says nothing yet.
    pub const fn new(place: Place) -> Self {
        Self { place, cells: Vec::new(), others: Vec::new() }
    }

    /// Adds what a column that the file calls `header` says, unless it is blank.
    pub fn put(&mut self, column: Option<Column>, header: &str, text: &str) {
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
    pub fn put_field(&mut self, field: Field, text: &str) {
        let column = if field == Field::Network { Some(Column::NETWORK) } else { Column::of(field) };
        let header = column.and_then(|column| NAMES.get(column.0)).map_or("", |(name, _)| *name);
        self.put(column, header, text);
    }

    /// Returns what the row says of `field`.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.all(field).next().map(|cell| cell.text.as_str())
    }

    /// Lists the name and text of each column that should have no prefix.
    pub fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = [Field::Name, Field::Site, Field::Domain];
        let cells = self.cells.iter().filter(move |cell| labels.contains(&cell.column.field()));
        let labelled = cells.map(|cell| (cell.header.as_str(), cell.text.as_str()));
        labelled.chain(self.unknown())
    }

    /// Lists the name and text of each column that is of no field.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others.iter().map(|(header, text)| (header.as_str(), text.as_str()))
    }

    /// Lists what the columns of `field` say.
    pub fn all(&self, field: Field) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| cell.column.field() == field)
    }
}

/// A row that cannot be used, and a clause on what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Where it stands.
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// Its columns may have been misread, so that leaving it out could leave out a prefix that is in use.
    pub misread: bool,
}

impl BadRow {
    /// Makes a row that is wrong in itself.
    pub const fn new(place: Place, what: String) -> Self {
        Self { place, what, misread: false }
    }
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
        for (header, text) in [
            ("description", "second"),
            ("name", "first"),
            ("site", "  "),
            ("location", "hall 1"),
            ("name", "third"),
        ] {
            row.put(Column::named(header), header, text);
        }
        assert_eq!(row.get(Field::Name), Some("first"));
        assert_eq!(row.get(Field::Site), Some("hall 1"));
        assert_eq!(
            row.all(Field::Name).map(|cell| &*cell.text).collect::<Vec<_>>(),
            ["first", "third", "second"]
        );
    }
}
