//! From the bytes of a saved inventory to the inventory, or one sentence on what is wrong with them.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use serde_json::{Map, Value};
use thiserror::Error;

use super::check::{self, Rows};
use super::raw::{self, ReadError};
use crate::model::{Asked, Inventory, Kind, SCHEMA_VERSION};
use crate::snapshot::{self, SnapshotError};

/// The versions of documents that are read.
const READ_VERSIONS: RangeInclusive<u64> = 1..=SCHEMA_VERSION as u64;

/// Where a saved inventory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    Path(PathBuf),
    /// Standard input, written `-`.
    Stdin,
}

impl<T: AsRef<OsStr> + ?Sized> From<&T> for Source {
    fn from(name: &T) -> Self {
        let name = name.as_ref();
        if name == "-" { Self::Stdin } else { Self::Path(name.into()) }
    }
}

/// A saved inventory, and what had to be put right in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The inventory, in canonical order, each resource once.
    pub inventory: Inventory,
    /// Sentences for the user, in the order of the document.
    pub warnings: Vec<String>,
    /// What the scan was asked for; `None` when nobody knows, as for a document.
    pub asked: Option<Asked>,
}

/// Why a saved inventory cannot be read. Each names the file and says what to do.
#[derive(Debug, Error)]
pub enum LoadError {
    /// There is no such file.
    #[error("there is no file {0}; `netcensus scan` makes one")]
    Missing(String),
    /// It is a directory.
    #[error("{0} is a directory; name the inventory file in it")]
    Directory(String),
    /// It cannot be opened or read.
    #[error("cannot read {name}")]
    Io {
        /// The file.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// It has no bytes, or blank ones only.
    #[error("{0} is empty; perhaps the command that writes it failed")]
    Empty(String),
    /// It does not begin as a JSON object does.
    #[error("{name} is not a JSON document: {reason}")]
    NotJson {
        /// The file.
        name: String,
        /// What it begins with, and what to do.
        reason: String,
    },
    /// It ends in the middle.
    #[error("{name} ends too early, at line {line}, column {column}; perhaps it was not written completely")]
    Truncated {
        /// The file.
        name: String,
        /// Line, from 1.
        line: usize,
        /// Byte of the line, from 1.
        column: usize,
    },
    /// It is not well-formed JSON, or a field is not what an inventory has there.
    #[error("{name} is not a valid inventory: {reason}")]
    Invalid {
        /// The file.
        name: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// It is an inventory of another version.
    #[error(
        "{name} has schema version {found}; this netcensus reads versions 1 to {SCHEMA_VERSION}; {}",
        remedy(*found)
    )]
    Version {
        /// The file.
        name: String,
        /// The version it has.
        found: u64,
    },
    /// It is JSON of something else.
    #[error("{name} is not a netcensus inventory: {what}")]
    NotInventory {
        /// The file.
        name: String,
        /// What it seems to be, and what to do.
        what: String,
    },
    /// Somebody wrote to it meanwhile.
    #[error(
        "{0} changed while it was read; run it again, and let what writes it move a whole file to its place"
    )]
    Changed(String),
    /// It is a snapshot, or compressed like one.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

impl From<ReadError> for LoadError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Missing(name) => Self::Missing(name),
            ReadError::Directory(name) => Self::Directory(name),
            ReadError::Io { name, source } => Self::Io { name, source },
            ReadError::Empty(name) => Self::Empty(name),
            ReadError::NotText { name, reason } => Self::NotJson { name, reason },
            ReadError::TooLong { name, most } => {
                Self::NotJson { name, reason: format!("it has more than {most} MiB") }
            }
        }
    }
}

const fn remedy(found: u64) -> &'static str {
    if found > SCHEMA_VERSION as u64 {
        "a newer netcensus wrote it: upgrade"
    } else {
        "an older netcensus wrote it: scan again"
    }
}

/// Reads the inventory at `source`.
pub fn load(source: &Source) -> Result<Loaded, LoadError> {
    load_kinds(source, &Kind::ALL)
}

/// Reads the inventory at `source`; of a snapshot the rows of `kinds` only, which takes as long as they are many. It is
/// for those who look at nothing else: the coverage still tells of the other kinds.
pub fn load_kinds(source: &Source, kinds: &[Kind]) -> Result<Loaded, LoadError> {
    Opened::new(source)?.load(kinds)
}

/// What is to be said of a saved inventory that could be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many rows it has.
    pub rows: usize,
    /// Whether a checksum says that these are the bytes that were written.
    pub has_checksum: bool,
    /// What would have to be put right in it, a sentence each.
    pub warnings: Vec<String>,
}

/// Reads the inventory at `source` to its end, a snapshot without keeping it.
pub fn verify(source: &Source) -> Result<Verified, LoadError> {
    match Opened::new(source)? {
        Opened::Snapshot(reader) => {
            let (name, has_checksum) = (reader.name().to_owned(), reader.has_checksum());
            let mut looked = Rows::default();
            let rows = reader.verify(|some| looked.look(some))?;
            let warnings = looked.end().map_err(|reason| LoadError::Invalid { name, reason })?;
            Ok(Verified { rows, has_checksum, warnings })
        }
        document @ Opened::Document(..) => {
            let Loaded { inventory, warnings, .. } = document.load(&Kind::ALL)?;
            let rows = Kind::ALL.into_iter().map(|kind| inventory.count(kind)).sum();
            Ok(Verified { rows, has_checksum: false, warnings })
        }
    }
}

/// Reads an inventory from `reader`; `name` is what messages call it.
///
/// What cannot be a JSON object is refused after its first bytes, however long it is.
pub fn read(reader: impl Read + Send, name: &str) -> Result<Loaded, LoadError> {
    Opened::of(reader, name)?.load(&Kind::ALL)
}

/// A saved inventory of which no more than its first bytes were read.
pub(super) enum Opened<'r> {
    /// A snapshot.
    Snapshot(Box<snapshot::Reader<'r>>),
    /// A document, or something else.
    Document(Box<dyn Read + Send + 'r>, String),
}

impl Opened<'static> {
    /// Opens the inventory at `source`.
    pub fn new(source: &Source) -> Result<Self, LoadError> {
        match source {
            Source::Stdin => Self::of(io::stdin(), "standard input"),
            Source::Path(path) => {
                let name = path.display().to_string();
                Self::of(raw::open(path, &name)?, &name)
            }
        }
    }
}

impl<'r> Opened<'r> {
    /// Looks at what `reader` begins with; `name` is what messages call it.
    pub fn of(reader: impl Read + Send + 'r, name: &str) -> Result<Self, LoadError> {
        let mut reader = BufReader::new(reader);
        let io_error = |source| LoadError::Io { name: name.to_owned(), source };
        let start = reader.fill_buf().map_err(io_error)?;
        if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = start {
            let reason = "it is UTF-16; save it as UTF-8".to_owned();
            return Err(LoadError::NotJson { name: name.to_owned(), reason });
        }
        if snapshot::is_snapshot(start) {
            return Ok(Self::Snapshot(Box::new(snapshot::Reader::new(reader, name)?)));
        }
        Ok(Self::Document(Box::new(reader), name.to_owned()))
    }

    /// Reads everything, but for the rows of a snapshot that are not of `kinds`, and puts it right.
    pub fn load(self, kinds: &[Kind]) -> Result<Loaded, LoadError> {
        match self {
            Self::Snapshot(reader) => {
                let (name, asked) = (reader.name().to_owned(), reader.about().asked.clone());
                put_right(reader.read_kinds(kinds)?, asked, &name)
            }
            Self::Document(reader, name) => document(reader, &name),
        }
    }
}

fn document(reader: impl Read, name: &str) -> Result<Loaded, LoadError> {
    let text = &raw::read(reader, name, u64::MAX, |start| look(start, name))?;
    let mut inventory: Inventory =
        serde_json::from_slice(text).map_err(|error| explain(text, name, &error))?;
    if !READ_VERSIONS.contains(&u64::from(inventory.schema_version)) {
        let found = u64::from(inventory.schema_version);
        return Err(LoadError::Version { name: name.to_owned(), found });
    }
    inventory.upgrade();
    put_right(inventory, None, name)
}

/// Checks what the types do not, and corrects what can be.
pub(super) fn put_right(inventory: Inventory, asked: Option<Asked>, name: &str) -> Result<Loaded, LoadError> {
    check::put_right(inventory)
        .map(|(inventory, warnings)| Loaded { inventory, warnings, asked })
        .map_err(|reason| LoadError::Invalid { name: name.to_owned(), reason })
}

/// Refuses what cannot be a JSON object by its first bytes.
fn look(start: &[u8], name: &str) -> Result<(), LoadError> {
    let not_json =
        |reason: &str| Err(LoadError::NotJson { name: name.to_owned(), reason: reason.to_owned() });
    match start {
        [b'[', ..] => {
            not_json("it begins with `[`, an inventory with `{`; give the file that `netcensus scan` wrote")
        }
        [b'{', rest @ ..] if matches!(rest.trim_ascii_start(), [] | [b'"' | b'}', ..]) => Ok(()),
        [b'{', ..] => not_json("`{` is not followed by a field"),
        _ => not_json("it does not begin with `{`; give the file that `netcensus scan` wrote"),
    }
}

/// Finds the most useful thing to say about a document that is not an inventory.
fn explain(text: &[u8], name: &str, error: &serde_json::Error) -> LoadError {
    let name = name.to_owned();
    if error.is_eof() {
        return LoadError::Truncated { name, line: error.line(), column: error.column() };
    }
    if text.trim_ascii_start().starts_with(b"{\"record\":") {
        let what = "it is NDJSON; write the inventory with `--output json`".to_owned();
        return LoadError::NotInventory { name, what };
    }
    let invalid = |name| LoadError::Invalid { name, reason: error.to_string() };
    let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(text) else {
        return invalid(name);
    };
    if fields.contains_key("gate") && fields.contains_key("findings") {
        let what =
            "it is a report of `netcensus overlap`; give the file that `netcensus scan` wrote".to_owned();
        return LoadError::NotInventory { name, what };
    }
    match fields.get("schema_version").map(Value::as_u64) {
        None => LoadError::NotInventory { name, what: stranger(&fields) },
        Some(Some(found)) if !READ_VERSIONS.contains(&found) => LoadError::Version { name, found },
        Some(_) => invalid(name),
    }
}

/// Says what a JSON object without a schema version seems to be.
fn stranger(fields: &Map<String, Value>) -> String {
    const AWS: [&str; 7] = [
        "Vpcs",
        "Subnets",
        "Reservations",
        "NetworkInterfaces",
        "VpcPeeringConnections",
        "TransitGatewayAttachments",
        "Accounts",
    ];
    match AWS.iter().find(|field| fields.contains_key(**field)) {
        Some(field) => {
            format!("`{field}` is the AWS CLI's output; use `netcensus scan` instead of the AWS CLI")
        }
        None => "it has no `schema_version`; give the file that `netcensus scan` wrote".to_owned(),
    }
}
