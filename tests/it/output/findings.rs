//! The report of `overlap` in every format: golden files, and what holds whatever the report says.

mod golden;
mod properties;
pub mod sample;
mod sarif;

use netcensus::analysis::overlap::Findings;
use netcensus::output::{Format, Layout, render};

fn rendered(findings: &Findings, format: Format) -> String {
    laid_out(findings, format, Layout::default(), false)
}

fn laid_out(findings: &Findings, format: Format, layout: Layout, wide: bool) -> String {
    let mut bytes = Vec::new();
    render(findings, format, layout.with_wide(wide), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}
