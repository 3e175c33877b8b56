//! The report of `diff` in every format: golden files, and what holds whatever the report says.

mod command;
mod golden;
mod properties;
mod sample;

use netcensus::analysis::diff::Changes;
use netcensus::output::{Format, Layout, render};

fn rendered(changes: &Changes, format: Format) -> String {
    laid_out(changes, format, Layout::default(), false)
}

fn laid_out(changes: &Changes, format: Format, layout: Layout, wide: bool) -> String {
    let mut bytes = Vec::new();
    render(changes, format, layout.with_wide(wide), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn table(changes: &Changes, width: Option<u16>, wide: bool) -> String {
    laid_out(changes, Format::Table, Layout { width, color: false, ..Layout::default() }, wide)
}
