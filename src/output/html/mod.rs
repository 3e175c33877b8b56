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
mod usage_section;

use crate::model::Kind;
use crate::output::format::{ExportSpec, FileLayout, Format, FormatSpec, export_spec, format_spec};
use page::write;

/// What `html` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
    extensions: &["html", "htm"],
    export: Some(ExportSpec {
        shows_collisions: true,
        needs: &[Kind::Networks, Kind::Subnets, Kind::Links],
        flags: &["--kind", "--template", "--tag-columns", "--all-tags", "--forecast"],
        ..export_spec(
            "A page: a picture of the address space, collisions, free space, tables to search",
            FileLayout::Whole("inventory.html"),
            write,
        )
    }),
    ..format_spec(Format::Html, "html", "Web page that needs no other file")
};
