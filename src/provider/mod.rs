//! Asks the clouds, or a saved document, for an inventory.

pub mod file;
