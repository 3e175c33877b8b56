//! The sheets of the kinds and of the coverage.

use std::collections::HashMap;
use std::io;

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::styles::{Mark, Styles};
use crate::analysis::columns::{DataType, columns_of};
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::value::Value;

/// Rows of a sheet, the header included (ECMA-376 has no limit, Excel does:
/// <https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3>).
const MAX_ROWS: usize = 1_048_576;
/// Columns of a sheet, by the same page.
const MAX_COLUMNS: usize = 16_384;
/// Those below the header.
pub(super) const ROWS_OF_SHEET: usize = MAX_ROWS - 1;
/// Characters beside each other on an A4 page of which each is about two millimetres high.
const READABLE: u32 = 220;
/// What tells rows apart comes first, in this order.
const FIRST: [&str; 6] = ["provider", "owner", "region", "zone", "name", "id"];
/// Columns that say what another one says: `owner` is the name of the account, or else its id.
const REPEATED: [&str; 2] = ["account_name", "ipv4_cidrs"];

/// Chooses the columns of a sheet, by their place in the rows of a listing. Columns that you chose stay as they are.
fn shown_columns(listing: &StreamedTable<'_>) -> Vec<usize> {
    let names: Vec<&str> = listing.columns.iter().map(|column| column.name.as_str()).collect();
    let all = listing.kind.map(columns_of).unwrap_or_default();
    // With a column for each tag, that of all tags is not there.
    let is_whole =
        !all.is_empty() && all.iter().all(|spec| spec.name == "tags" || names.contains(&spec.name));
    let mut shown: Vec<usize> = (0..names.len()).collect();
    if is_whole {
        shown.retain(|at| !REPEATED.contains(&names[*at]));
        shown.sort_by_key(|at| FIRST.iter().position(|name| *name == names[*at]).unwrap_or(FIRST.len()));
    }
    shown
}

/// Writes a listing, in several sheets when one has no room for all its rows.
pub(super) fn write(
    book: &mut Workbook,
    listing: &StreamedTable<'_>,
    failing: &HashMap<&str, Mark>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    if listing.columns.len() > MAX_COLUMNS {
        return Err(XlsxError::ParameterError(format!(
            "{} have {} columns, but a sheet can have only {MAX_COLUMNS}: choose tags with --tag-columns",
            listing.name,
            listing.columns.len()
        )));
    }
    let shown = shown_columns(listing);
    let id = listing.columns.iter().position(|column| column.name == "id");
    let of_network = matches!(listing.name, "networks" | "subnets");
    let mark = |values: &[Value]| match id.filter(|_| of_network).map(|at| &values[at]) {
        Some(Value::Text(id)) => failing.get(id.as_str()).copied().unwrap_or(Mark::None),
        _ => Mark::None,
    };
    let first = book.worksheets().len();
    for number in 0..listing.rows.div_ceil(ROWS_OF_SHEET).max(1) {
        let rows = ROWS_OF_SHEET.min(listing.rows - number * ROWS_OF_SHEET);
        set_up(book.add_worksheet_with_constant_memory()?, number, rows, listing, &shown, styles)?;
    }
    let mut index = 0;
    let mut put_row = |values: Vec<Value>| {
        let sheet = book.worksheet_from_index(first + index / ROWS_OF_SHEET)?;
        let row = u32::try_from(index % ROWS_OF_SHEET + 1).unwrap_or(u32::MAX);
        let mark = mark(&values);
        index += 1;
        (0..).zip(&shown).try_for_each(|(column, at)| styles.write(sheet, row, column, &values[*at], mark))
    };
    listing.each(|values| put_row(values).map_err(io::Error::other))?;
    Ok(())
}

fn set_up(
    sheet: &mut Worksheet,
    number: usize,
    rows: usize,
    listing: &StreamedTable<'_>,
    shown: &[usize],
    styles: &Styles,
) -> Result<(), XlsxError> {
    let name = if number == 0 { listing.name.to_owned() } else { format!("{} {}", listing.name, number + 1) };
    sheet.set_name(name)?;
    let last_row = u32::try_from(rows).unwrap_or(u32::MAX);
    let last = u16::try_from(shown.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last_row, last)?;
    for (column, at) in (0..).zip(shown) {
        let width = column_width(&listing.columns[*at].name, listing.data_types[*at]);
        sheet.set_column_width(column, width)?;
    }
    let names = || shown.iter().map(|at| listing.columns[*at].name.as_str());
    styles.write_headings(sheet, names())?;
    let width: u32 = shown
        .iter()
        .map(|at| u32::from(column_width(&listing.columns[*at].name, listing.data_types[*at])))
        .sum();
    let pages = pages_across(width);
    let place_of = |column: &str| names().position(|name| name == column);
    // Interfaces have no names.
    if let Some(last) = place_of("name").or_else(|| place_of("id")).filter(|_| pages > 1) {
        sheet.set_repeat_columns(0, u16::try_from(last).unwrap_or(u16::MAX))?;
    }
    sheet.set_print_fit_to_pages(pages, 0);
    Ok(())
}

/// Returns how many pages lie side by side if columns have this many characters together: so few on each that they can be
/// read.
fn pages_across(width: u32) -> u16 {
    u16::try_from(width.div_ceil(READABLE)).unwrap_or(u16::MAX).max(1)
}

/// Returns the width of a column, in characters: what it holds decides, since rows are not known beforehand.
fn column_width(name: &str, holds: DataType) -> u16 {
    let by_type = match holds {
        DataType::Number | DataType::Bool => 10,
        DataType::Time => 20,
        DataType::Tags => 40,
        DataType::Cidrs | DataType::Ips | DataType::Texts => 24,
        DataType::Text if matches!(name, "id" | "name" | "ends" | "detail" | "network" | "subnet") => 28,
        DataType::Text => 16,
    };
    by_type.max(u16::try_from(name.len() + 4).unwrap_or(by_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_wide_for_a_page_is_printed_on_several() {
        assert_eq!([0, 60, READABLE, READABLE + 1, 5 * READABLE].map(pages_across), [1, 1, 1, 2, 5]);
    }
}
