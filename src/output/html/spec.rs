//! The row of `html` in the table of formats.

use super::write;
use crate::model::Kind;
use crate::output::format::{ExportSpec, FileLayout, Format, FormatSpec, export_spec, format_spec};

/// What `html` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
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
