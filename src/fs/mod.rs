//! Files on disk: written atomically, at paths that were checked.

pub mod atomic;
mod error;
pub mod lock;
pub mod paths;
pub mod unfinished;

pub use error::{WriteError, cannot_read, cannot_read_directory};
