//! Inventories that are kept: the form of their files, and the folder they are in.
//!
//! A snapshot is a text in lines, compressed with Zstandard (RFC 8878), its checksum included:
//!
//! 1. what it is, in one short line ([`About`]), so that a listing reads no further;
//! 2. accounts and coverage ([`Head`]), so that what is unknown is known before the first row;
//! 3. the rows, a line each: networks, subnets, instances, interfaces, links, as many as the first line says, each
//!    kind in canonical order.
//!
//! Equal rows are equal bytes, and both files list them in one order, so two snapshots are compared by walking over
//! their lines side by side, and only what differs is ever decoded ([`reduce()`]).

mod about;
mod error;
mod lines;
mod name;
mod read;
mod reduce;
mod store;
mod write;

pub use about::{About, Asked, Head, SNAPSHOT_VERSION};
pub use error::SnapshotError;
pub use name::{Name, NameError, duration, is_of_future, names, of_future};
pub use read::{Reader, is_snapshot};
pub use reduce::{Reduced, reduce};
pub use store::{Entry, Store};
pub use write::write;
