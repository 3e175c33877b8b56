//! The page, written section by section so that only one is in memory.

use std::io::{self, Write};

use askama::Template;

use super::address_space::AddressSpaceSection;
use super::collision_section::CollisionSection;
use super::data_tables;
use super::free_space::FreeSpaceSection;
use super::page_context::PageContext;
use super::page_header::PageHeader;
use super::usage_section::UsageSection;
use crate::analysis::streamed_table::StreamedTable;
use crate::output::export::Export;

/// The script that draws the tables.
pub(super) const SCRIPT: &str = include_str!("script.js");

/// Writes the page. The same export gives the same bytes.
pub(in crate::output) fn write(
    export: &Export<'_>,
    _: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let page = PageContext::new(export);
    PageHeader::new(&page).write_into(out)?;
    AddressSpaceSection::new(&page).write_into(out)?;
    CollisionSection::new(&page).write_into(out)?;
    FreeSpaceSection::new(&page).write_into(out)?;
    if let Some(report) = export.usage {
        UsageSection::new(&page, report).write_into(out)?;
    }
    for listing in export.listings {
        data_tables::write(listing, out)?;
    }
    write!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")
}
