//! One page that needs nothing but itself: numbers, a picture of the address space, collisions, free space, tables.
//!
//! All but the tables works without JavaScript. Texts are escaped twice over: what a browser would take for markup by
//! the templates, what would drive or mislead a reader by [`cell::escape`](crate::output::cell::escape).

mod collisions;
mod free;
mod head;
mod holders;
mod line;
mod page;
mod picture;
mod scene;
mod tables;
mod words;

pub(super) use page::write;
