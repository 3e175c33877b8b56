//! What `find` finds: every kind of thing, what is around it, and what cannot be known.

mod addresses;
mod command;
pub mod estate;
pub mod history;
mod names;
mod oracle;
mod prefixes;
