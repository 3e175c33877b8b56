//! Saved inventories: read from a file or standard input, checked, and put in order.

mod check;
mod load;

pub use load::{LoadError, Loaded, Source, load, read};
