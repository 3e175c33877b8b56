//! The page as a whole, written part by part, so that no more than one part is held.

use std::io::{self, Write};

use askama::Template;

use super::address_space::Picture;
use super::collision_section::Collisions;
use super::data_tables;
use super::free_space::Free;
use super::page_context::Scene;
use super::page_header::Head;
use crate::output::export::Export;

/// What draws the tables.
pub(super) const SCRIPT: &str = include_str!("script.js");

/// Writes the page. The same export gives the same bytes.
///
/// # Errors
/// When `out` cannot be written.
pub(in crate::output) fn write(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    let scene = Scene::new(export);
    Head::new(&scene).write_into(out)?;
    Picture::new(&scene).write_into(out)?;
    Collisions::new(&scene).write_into(out)?;
    Free::new(&scene).write_into(out)?;
    for listing in export.listings {
        data_tables::write(listing, out)?;
    }
    write!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")
}
