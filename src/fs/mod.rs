//! Files and directories: written whole or not at all, and made only where it is safe.

pub mod atomic;
pub mod directories;
