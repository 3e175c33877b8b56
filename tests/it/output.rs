//! From an inventory to bytes and back: golden files, properties, the schema and the documentation.

mod changes;
mod documents;
mod file;
mod findings;
mod golden;
mod properties;
mod rows;
pub mod sample;

use netcensus::analysis::rows::{Table, TableRequest, filter_document, select_tables};
use netcensus::model::{Inventory, Kind};
use netcensus::output::{Format, Layout, Report, is_unprintable, render_rows};

/// Renders `request` on `inventory` as a command does: tables of the whole document first, then the document.
fn rendered(inventory: &Inventory, request: &TableRequest, format: Format, width: Option<u16>) -> String {
    let tables = select_tables(inventory, request).unwrap();
    let mut inventory = inventory.clone();
    filter_document(&mut inventory, request).unwrap();
    written(&inventory, &tables, format, width)
}

fn written(inventory: &Inventory, tables: &[Table], format: Format, width: Option<u16>) -> String {
    let mut bytes = Vec::new();
    let layout = Layout { width, color: false, ..Layout::default() };
    let kinds: Vec<Kind> = tables.iter().filter_map(|table| table.kind).collect();
    render_rows(&Report { view: (inventory).into(), kinds: &kinds, tables }, format, layout, &mut bytes)
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Finds a character that would drive or mislead a terminal. In TSV, tabs stand between cells.
fn unprintable(text: &str, format: Format) -> Option<char> {
    let is_between = |c| c == '\n' || (c == '\t' && format == Format::Tsv);
    // Nearly every character, and an unoptimised build takes seconds to ask about each.
    let is_plain = |c: char| matches!(c, ' '..='~');
    text.chars().find(|&c| !is_plain(c) && !is_between(c) && is_unprintable(c))
}

/// Asks for kinds as the formats want them.
fn ask(kinds: &[Kind], format: Format) -> TableRequest {
    TableRequest { kinds: kinds.to_vec(), wide: format.has_all_columns(), ..TableRequest::default() }
}
