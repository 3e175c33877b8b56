//! The sheet of the collisions: a row for each member of each.

use std::collections::HashMap;

use rust_xlsxwriter::{Workbook, XlsxError};

use super::listing_sheet::ROWS_OF_SHEET;
use super::styles::{Mark, Styles};
use crate::analysis::overlap::Finding;
use crate::analysis::value::Value;
use crate::output::collision_rows;
use crate::output::findings::finding_text;

/// The column before which that of the owners is.
const BEFORE: &str = "account";
/// The widths of the columns, in characters.
const WIDTHS: [u16; collision_rows::COLUMNS.len() + 1] =
    [10, 8, 16, 10, 8, 24, 10, 20, 16, 16, 28, 28, 20, 60];

/// Lists the ids that are members of a collision that fails.
pub(super) fn failing_ids(findings: &[Finding]) -> HashMap<&str, Mark> {
    let failing = findings.iter().filter(|finding| finding.fails);
    failing.flat_map(|finding| &finding.members).map(|member| (member.id.as_str(), Mark::Fails)).collect()
}

/// Writes the sheet. The names of collisions that fail have the colour of failure.
pub(super) fn write(book: &mut Workbook, findings: &[Finding], styles: &Styles) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("collisions")?;
    let members = collision_rows::count(findings).min(ROWS_OF_SHEET);
    let last = u16::try_from(WIDTHS.len() - 1).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, u32::try_from(members).unwrap_or(u32::MAX), last)?;
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let mut names: Vec<&str> = collision_rows::COLUMNS.iter().map(|(name, _)| *name).collect();
    let place = names.iter().position(|name| *name == BEFORE).unwrap_or_default();
    names.insert(place, "owner");
    styles.write_headings(sheet, names)?;
    let members = findings.iter().flat_map(|finding| finding.members.iter().map(move |it| (finding, it)));
    let rows = (1..).zip(collision_rows::rows(findings).zip(members)).take(ROWS_OF_SHEET);
    for (row, (values, (finding, member))) in rows {
        let mut values = values.to_vec();
        values.insert(place, Value::text(finding_text::account(member)));
        for (column, value) in (0..).zip(&values) {
            let is_name = matches!(column, 0..=2);
            let mark = if finding.fails && is_name { Mark::Fails } else { Mark::None };
            styles.write(sheet, row, column, value, mark)?;
        }
    }
    Ok(())
}
