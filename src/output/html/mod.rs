//! One page that needs nothing but itself: numbers, a picture of the address space, collisions, free space, tables.
//!
//! All but the tables works without JavaScript. Texts are escaped twice over: what a browser would take for markup by
//! the templates, what would drive or mislead a reader by
//! [`cell_text::escape_unprintable`](crate::output::cell_text::escape_unprintable).

mod address_line;
mod address_space;
mod collision_section;
mod data_tables;
mod free_space;
mod numbers;
mod page;
mod page_context;
mod page_header;
mod prefix_owners;
mod spec;
mod usage_section;

use page::write;
pub(super) use spec::SPEC;
