//! Loads saved inventories, snapshots and JSON documents, and explains why a file is not one.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::check::{self, RowChecker};
use super::error::{InputError, InputErrorKind};
use super::text_file;
use crate::model::{Inventory, Kind, SCHEMA_VERSION, ScanRequest};
use crate::snapshot::{self, SnapshotEntry};
use crate::wording::parser_fault;
use serde_json::{Map, Value};

/// The versions of documents that are read.
const READ_VERSIONS: RangeInclusive<u64> = 1..=SCHEMA_VERSION as u64;

/// The most bytes that a document may have, since it is kept in memory: three million instances have about as many.
const MAX_DOCUMENT_BYTES: u64 = 2 << 30;

/// Where a saved inventory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, or a pipe.
    Path(PathBuf),
    /// A kept snapshot, which has to be a regular file.
    Kept(SnapshotEntry),
    /// Standard input, written `-`.
    Stdin,
}

impl<T: AsRef<OsStr> + ?Sized> From<&T> for Source {
    fn from(name: &T) -> Self {
        let name = name.as_ref();
        if name == "-" { Self::Stdin } else { Self::Path(name.into()) }
    }
}

impl Source {
    /// Opens the file, and returns what messages call it; `None` for standard input.
    pub(super) fn open(&self) -> Result<Option<(File, String)>, InputError> {
        match self {
            Self::Stdin => Ok(None),
            Self::Kept(entry) => Ok(Some((entry.open_file()?, entry.path.display().to_string()))),
            Self::Path(path) => {
                let name = path.display().to_string();
                Ok(Some((open_inventory(path, &name)?, name)))
            }
        }
    }
}

/// A saved inventory, and what was corrected in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The inventory, in canonical order, each resource once.
    pub inventory: Inventory,
    /// Sentences for the user, in the order of the document.
    pub warnings: Vec<String>,
    /// What the scan was asked for; `None` when that is unknown, as for a document.
    pub asked: Option<ScanRequest>,
}

/// Reads the inventory at `source`.
pub fn load(source: &Source) -> Result<Loaded, InputError> {
    load_kinds(source, &Kind::ALL)
}

/// Reads the inventory at `source`; of a snapshot the rows of `kinds` only, which is faster. The
/// coverage of the other kinds is kept.
pub fn load_kinds(source: &Source, kinds: &[Kind]) -> Result<Loaded, InputError> {
    OpenedInventory::new(source)?.load(kinds)
}

/// A saved inventory that could be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many rows it has.
    pub rows: usize,
    /// Whether it has a checksum, which was correct.
    pub has_checksum: bool,
    /// What would be corrected in it, a sentence each.
    pub warnings: Vec<String>,
}

/// Reads the inventory at `source` to its end, a snapshot without keeping it.
pub fn verify(source: &Source) -> Result<Verified, InputError> {
    match OpenedInventory::new(source)? {
        OpenedInventory::Snapshot(reader) => {
            let (name, has_checksum) = (reader.name().to_owned(), reader.has_checksum());
            check_time_in_name(source, reader.about().taken_at).map_err(|reason| invalid(&name, &reason))?;
            let mut checker = RowChecker::default();
            let rows = reader.verify(|rows| checker.check(rows))?;
            let warnings = checker.finish().map_err(|reason| invalid(&name, &reason))?;
            Ok(Verified { rows, has_checksum, warnings })
        }
        document @ OpenedInventory::Document(..) => {
            let Loaded { inventory, warnings, .. } = document.load(&Kind::ALL)?;
            let rows = Kind::ALL.into_iter().map(|kind| inventory.count(kind)).sum();
            Ok(Verified { rows, has_checksum: false, warnings })
        }
    }
}

/// Checks that the name of a kept snapshot, which it is found by, says when it was taken, to the second.
fn check_time_in_name(source: &Source, taken_at: Timestamp) -> Result<(), String> {
    match source {
        Source::Kept(entry) if entry.taken_at.as_second() != taken_at.as_second() => {
            Err(format!("its name says {}, and its first line {taken_at}", entry.taken_at))
        }
        _ => Ok(()),
    }
}

/// Reads an inventory from `reader`; `name` is what messages call it.
///
/// What cannot be a JSON object is refused after its first bytes, however long it is.
pub fn read(reader: impl Read + Send, name: &str) -> Result<Loaded, InputError> {
    OpenedInventory::from_reader(reader, name)?.load(&Kind::ALL)
}

/// A saved inventory of which only the first bytes were read.
pub(super) enum OpenedInventory<'r> {
    /// A snapshot.
    Snapshot(Box<snapshot::SnapshotReader<'r>>),
    /// A document, or something else.
    Document(Box<dyn Read + Send + 'r>, String),
}

impl OpenedInventory<'static> {
    /// Opens the inventory at `source`.
    pub fn new(source: &Source) -> Result<Self, InputError> {
        match source.open()? {
            None => Self::from_reader(io::stdin(), "standard input"),
            Some((file, name)) => Self::from_reader(file, &name),
        }
    }
}

impl<'r> OpenedInventory<'r> {
    /// Finds out by its first bytes what `reader` is; `name` is what messages call it.
    pub fn from_reader(reader: impl Read + Send + 'r, name: &str) -> Result<Self, InputError> {
        let mut reader = BufReader::new(reader);
        let start = reader.fill_buf().map_err(|error| InputError::io(name, &error))?;
        if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = start {
            return Err(not_json(name, "it is UTF-16").remedy("save it as UTF-8"));
        }
        if snapshot::is_snapshot(start) {
            return Ok(Self::Snapshot(Box::new(snapshot::SnapshotReader::new(reader, name)?)));
        }
        Ok(Self::Document(Box::new(reader), name.to_owned()))
    }

    /// Reads everything except the rows of a snapshot that are not of `kinds`, and normalizes it.
    pub fn load(self, kinds: &[Kind]) -> Result<Loaded, InputError> {
        match self {
            Self::Snapshot(reader) => {
                let (name, asked) = (reader.name().to_owned(), reader.about().asked.clone());
                normalize(reader.read_kinds(kinds)?, asked, &name)
            }
            Self::Document(reader, name) => load_document(reader, &name),
        }
    }
}

fn load_document(reader: impl Read, name: &str) -> Result<Loaded, InputError> {
    let text = text_file::read_text(reader, name, MAX_DOCUMENT_BYTES, |start| check_start(start, name));
    let text = &text.map_err(|error| match error.kind {
        InputErrorKind::TooLarge => {
            error.remedy("save a larger inventory as a snapshot, which may have any size")
        }
        _ => error,
    })?;
    let mut inventory: Inventory =
        serde_json::from_slice(text).map_err(|error| explain(text, name, &error))?;
    if !READ_VERSIONS.contains(&u64::from(inventory.schema_version)) {
        return Err(other_version(name, u64::from(inventory.schema_version)));
    }
    inventory.upgrade();
    normalize(inventory, None, name)
}

/// Checks what the types do not check, and corrects what can be corrected.
pub(super) fn normalize(
    inventory: Inventory,
    asked: Option<ScanRequest>,
    name: &str,
) -> Result<Loaded, InputError> {
    check::normalize(inventory)
        .map(|(inventory, warnings)| Loaded { inventory, warnings, asked })
        .map_err(|reason| invalid(name, &reason))
}

/// The remedy when the file is something else.
const GIVE_THE_INVENTORY: &str = "give a file that `netcensus scan -o json` wrote, or a snapshot";

/// Opens the file of an inventory; `name` is what messages call it.
fn open_inventory(path: &Path, name: &str) -> Result<File, InputError> {
    text_file::open_file(path, name).map_err(|error| {
        if error.is_missing() {
            error.remedy("create one: `netcensus scan all --save inventory.json`")
        } else {
            error
        }
    })
}

fn invalid(name: &str, reason: &str) -> InputError {
    InputError::invalid(format!("{name} is not a valid inventory: {reason}"))
}

fn not_json(name: &str, reason: &str) -> InputError {
    InputError::new(InputErrorKind::NotInventory, format!("{name} is not a JSON document: {reason}"))
}

fn not_inventory(name: &str, what: &str) -> InputError {
    InputError::new(InputErrorKind::NotInventory, format!("{name} is not a netcensus inventory: {what}"))
}

fn other_version(name: &str, found: u64) -> InputError {
    let (kind, remedy) = if found > u64::from(SCHEMA_VERSION) {
        (InputErrorKind::NewerVersion, "a newer netcensus wrote it: upgrade")
    } else {
        (InputErrorKind::OlderVersion, "an older netcensus wrote it: scan again")
    };
    let message =
        format!("{name} has schema version {found}; this netcensus reads versions 1 to {SCHEMA_VERSION}");
    InputError::new(kind, message).remedy(remedy)
}

/// Refuses what cannot be a JSON object by its first bytes.
fn check_start(start: &[u8], name: &str) -> Result<(), InputError> {
    match start {
        [b'[', ..] => {
            Err(not_json(name, "it begins with `[`, an inventory with `{`").remedy(GIVE_THE_INVENTORY))
        }
        [b'{', rest @ ..] if matches!(rest.trim_ascii_start(), [] | [b'"' | b'}', ..]) => Ok(()),
        [b'{', ..] => Err(not_json(name, "`{` is not followed by a field")),
        _ => Err(not_json(name, "it does not begin with `{`").remedy(GIVE_THE_INVENTORY)),
    }
}

/// Finds the most useful thing to say about a document that is not an inventory.
fn explain(text: &[u8], name: &str, error: &serde_json::Error) -> InputError {
    if error.is_eof() {
        return InputError::truncated(name, error.line(), error.column());
    }
    if text.trim_ascii_start().starts_with(b"{\"record\":") {
        return not_inventory(name, "it is NDJSON").remedy("write the inventory with `--output json`");
    }
    let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(text) else {
        return invalid(name, &parser_fault(error));
    };
    if fields.contains_key("gate") && fields.contains_key("findings") {
        return not_inventory(name, "it is a report of `netcensus overlap`").remedy(GIVE_THE_INVENTORY);
    }
    match fields.get("schema_version").map(Value::as_u64) {
        None => without_version(&fields, name),
        Some(Some(found)) if !READ_VERSIONS.contains(&found) => other_version(name, found),
        Some(_) => invalid(name, &parser_fault(error)).remedy(GIVE_THE_INVENTORY),
    }
}

/// Says what a JSON object without a schema version seems to be.
fn without_version(fields: &Map<String, Value>, name: &str) -> InputError {
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
        Some(field) => not_inventory(name, &format!("`{field}` is the AWS CLI's output"))
            .remedy("use `netcensus scan` instead of the AWS CLI"),
        None => not_inventory(name, "it has no `schema_version`").remedy(GIVE_THE_INVENTORY),
    }
}
