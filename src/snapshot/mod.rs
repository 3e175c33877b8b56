//! Snapshots: inventories that are kept, the form of their files, their directory and their names.
//!
//! A snapshot is a text in lines, compressed with Zstandard (RFC 8878), its checksum included:
//!
//! 1. what it is, in one short line ([`SnapshotHeader`]), so that a listing reads nothing else;
//! 2. accounts and coverage ([`SnapshotCoverage`]), so that it is clear what is unknown before the first row;
//! 3. the rows, a line each: networks, subnets, instances, interfaces, links, as many as the first line says, each
//!    kind in canonical order.
//!
//! Equal rows are equal bytes, and every file has them in the same order. So two snapshots are compared line by line, side
//! by side, and only rows that differ are decoded ([`read_differences`]).

mod differences;
mod error;
mod form;
mod line_reader;
mod names;
mod reader;
mod store;

pub use differences::{SnapshotDifferences, read_differences};
pub use error::SnapshotError;
pub use form::{SNAPSHOT_VERSION, ScanRequest, SnapshotCoverage, SnapshotHeader, write_snapshot};
pub use names::{
    NameError, ScopesSetAside, SnapshotName, dated_in_future, foreign_scopes, name_snapshots,
    scopes_set_aside,
};
pub use reader::{SnapshotReader, is_snapshot};
pub use store::{SnapshotEntry, SnapshotStore};
