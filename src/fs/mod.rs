//! Files on disk: written atomically, at paths that were checked.

pub mod atomic;
pub mod paths;
