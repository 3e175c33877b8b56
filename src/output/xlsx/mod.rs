//! A workbook: a summary, a sheet for each kind, how full subnets are, the collisions, the coverage.

mod collision_sheet;
mod listing_sheet;
mod styles;
mod summary_sheet;
mod usage_sheet;
mod workbook;

use crate::model::Kind;
use crate::output::format::{ExportSpec, FileLayout, Format, FormatSpec, export_spec, format_spec};
use workbook::write;

/// What `xlsx` can write, and the functions that write it.
pub(super) const SPEC: FormatSpec = FormatSpec {
    extensions: &["xlsx"],
    export: Some(ExportSpec {
        is_text: false,
        shows_collisions: true,
        needs: &[Kind::Networks, Kind::Links],
        flags: &["--kind", "--template", "--tag-columns", "--all-tags", "--raw-formulas", "--forecast"],
        ..export_spec(
            "A workbook: a sheet for each kind, a summary, the collisions, the coverage",
            FileLayout::Whole("inventory.xlsx"),
            write,
        )
    }),
    ..format_spec(Format::Xlsx, "xlsx", "Excel workbook")
};
