//! A workbook: a summary, a sheet for each kind, the collisions, the coverage.

use std::collections::HashMap;
use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::collision_rows;
use super::export::Export;
use crate::analysis::columns::DataType;
use crate::analysis::overlap::{Finding, FindingStatus};
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::value::Value;
use crate::model::Class;
use crate::output::cell_text;
use crate::output::formulas::defuse_formulas;

/// Rows of a sheet, the header included (ECMA-376 has no limit, Excel does:
/// <https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3>).
const ROWS: usize = 1_048_576;
/// Columns of a sheet, by the same page.
const COLUMNS: usize = 16_384;
/// Those below the header.
const ROWS_OF_SHEET: usize = ROWS - 1;
/// Characters of a cell, by the same page.
const CHARACTERS: usize = 32_767;
/// The end of a text that was cut.
const CUT: &str = "...";

/// What the row of a network says about its collisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// None, or none that is open.
    None,
    /// Some that `overlap` reports and passes with.
    Reported,
    /// Some that fail.
    Fails,
}

/// How cells look, by their mark.
struct Styles {
    header: Format,
    plain: [Format; 3],
    time: [Format; 3],
    /// Whether texts are defused that a spreadsheet would run once the sheet is saved as CSV.
    defuse_formulas: bool,
}

impl Styles {
    fn new(defuse_formulas: bool) -> Self {
        let reported = Format::new().set_background_color("#EDEDED").set_font_color("#404040");
        let fails = Format::new().set_background_color("#FFC7CE").set_font_color("#9C0006");
        let plain = [Format::new(), reported, fails];
        Self {
            header: Format::new().set_bold().set_background_color("#D9E1F2").set_align(FormatAlign::Top),
            time: plain.clone().map(|format| format.set_num_format("yyyy-mm-dd hh:mm:ss")),
            plain,
            defuse_formulas,
        }
    }

    fn text(&self, text: String) -> String {
        cut_to_cell(if self.defuse_formulas { defuse_formulas(text) } else { text })
    }
}

/// Writes the workbook. The same export gives the same bytes: its time is that of the inventory.
///
/// # Errors
/// When `out` cannot be written, or a temporary file for a sheet.
pub(super) fn write(export: &Export<'_>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    workbook(export, out).map_err(io::Error::other)
}

fn workbook(export: &Export<'_>, out: &mut (dyn Write + Send)) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let taken = ExcelDateTime::from_timestamp(export.estate.inventory.taken_at.as_second())?;
    book.set_properties(&DocProperties::new().set_title("Network inventory").set_creation_datetime(&taken));
    let styles = Styles::new(export.csv.defuse_formulas);
    write_summary(book.add_worksheet(), export, &styles)?;
    let colliding = marks_by_id(export.collisions);
    for listing in export.listings.iter().filter(|listing| listing.kind.is_some()) {
        write_table(&mut book, listing, &colliding, &styles)?;
    }
    write_collisions(&mut book, export.collisions, &styles)?;
    for listing in export.listings.iter().filter(|listing| listing.kind.is_none()) {
        write_table(&mut book, listing, &colliding, &styles)?;
    }
    book.save_to_writer(out)
}

/// Lists the ids that are members of an open collision, with the mark of the gravest.
fn marks_by_id(findings: &[Finding]) -> HashMap<&str, Mark> {
    let mut marks = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.status == FindingStatus::Open) {
        let mark = if finding.fails { Mark::Fails } else { Mark::Reported };
        for member in &finding.members {
            let known = marks.entry(member.id.as_str()).or_insert(mark);
            *known = mark.max(*known);
        }
    }
    marks
}

fn write_summary(sheet: &mut Worksheet, export: &Export<'_>, styles: &Styles) -> Result<(), XlsxError> {
    let inventory = export.estate.inventory;
    sheet.set_name("summary")?.set_column_width(0, 24)?.set_column_width(1, 60)?;
    let complete = match export.missing.len() {
        0 => "yes".to_owned(),
        missing => format!("no: {missing} missing, as listed below"),
    };
    let open: Vec<Class> = export
        .collisions
        .iter()
        .filter(|finding| finding.status == FindingStatus::Open)
        .map(|finding| finding.class)
        .collect();
    let mut lines = vec![
        ("taken at (UTC)".to_owned(), Value::Time(inventory.taken_at)),
        ("complete".to_owned(), Value::Text(complete)),
        ("accounts".to_owned(), Value::Number(inventory.accounts.len() as u64)),
    ];
    for listing in export.listings.iter().filter(|listing| listing.kind.is_some()) {
        lines.push((listing.name.to_owned(), Value::Number(listing.rows as u64)));
    }
    lines.push(("collisions".to_owned(), Value::Number(open.len() as u64)));
    for class in Class::ALL {
        let count = open.iter().filter(|of| **of == class).count();
        if count > 0 {
            lines.push((format!("collisions, {class}"), Value::Number(count as u64)));
        }
    }
    let failing = export.collisions.iter().filter(|finding| finding.fails).count();
    lines.push(("collisions that fail".to_owned(), Value::Number(failing as u64)));
    lines.push(("collisions reported only".to_owned(), Value::Number((open.len() - failing) as u64)));
    lines.push(("written by".to_owned(), Value::Text(inventory.generator.clone())));
    if let Some(shard) = &inventory.shard {
        lines.push(("shard".to_owned(), Value::Text(shard.to_string())));
    }
    lines.extend(inventory.filters.iter().map(|filter| ("filter".to_owned(), Value::Text(filter.clone()))));
    lines.extend(export.missing.iter().map(|gap| ("missing".to_owned(), Value::Text(gap.clone()))));
    for (row, (name, value)) in (0..).zip(lines) {
        sheet.write_string_with_format(row, 0, name, &styles.header)?;
        write_cell(sheet, row, 1, &value, Mark::None, styles)?;
    }
    Ok(())
}

/// Writes a listing, in several sheets when one has no room for all its rows.
fn write_table(
    book: &mut Workbook,
    listing: &StreamedTable<'_>,
    colliding: &HashMap<&str, Mark>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    if listing.columns.len() > COLUMNS {
        return Err(XlsxError::ParameterError(format!(
            "{} have {} columns, but a sheet can have only {COLUMNS}: choose tags with --tag-columns",
            listing.name,
            listing.columns.len()
        )));
    }
    let id = listing.columns.iter().position(|column| column.name == "id");
    let of_network = matches!(listing.name, "networks" | "subnets");
    let mark = |values: &[Value]| match id.filter(|_| of_network).map(|at| &values[at]) {
        Some(Value::Text(id)) => colliding.get(id.as_str()).copied().unwrap_or(Mark::None),
        _ => Mark::None,
    };
    let first = book.worksheets().len();
    for number in 0..listing.rows.div_ceil(ROWS_OF_SHEET).max(1) {
        let rows = ROWS_OF_SHEET.min(listing.rows - number * ROWS_OF_SHEET);
        set_up_sheet(book.add_worksheet_with_constant_memory()?, number, rows, listing, styles)?;
    }
    let mut index = 0;
    let mut put_row = |values: Vec<Value>| {
        let sheet = book.worksheet_from_index(first + index / ROWS_OF_SHEET)?;
        let row = u32::try_from(index % ROWS_OF_SHEET + 1).unwrap_or(u32::MAX);
        let mark = mark(&values);
        index += 1;
        (0..).zip(&values).try_for_each(|(column, value)| write_cell(sheet, row, column, value, mark, styles))
    };
    listing.each(|values| put_row(values).map_err(io::Error::other))?;
    Ok(())
}

fn set_up_sheet(
    sheet: &mut Worksheet,
    number: usize,
    rows: usize,
    listing: &StreamedTable<'_>,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let name = if number == 0 { listing.name.to_owned() } else { format!("{} {}", listing.name, number + 1) };
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    let (last_row, columns) = (u32::try_from(rows).unwrap_or(u32::MAX), listing.columns.len());
    let last = u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last_row, last)?;
    for (column, (heading, holds)) in (0..).zip(listing.columns.iter().zip(&listing.data_types)) {
        sheet.set_column_width(column, column_width(&heading.name, *holds))?;
    }
    for (column, heading) in (0..).zip(&listing.columns) {
        sheet.write_string_with_format(
            0,
            column,
            styles.text(cell_text::escape_unprintable(&heading.name)),
            &styles.header,
        )?;
    }
    Ok(())
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

/// Writes a value as what it is: numbers and times as such, ids and account numbers as text.
fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value,
    mark: Mark,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let format = &styles.plain[mark as usize];
    match value {
        Value::Unknown if mark != Mark::None => sheet.write_blank(row, column, format)?,
        Value::Unknown => return Ok(()),
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        Value::Number(number) => sheet.write_number_with_format(row, column, *number as f64, format)?,
        Value::Bool(yes) => sheet.write_boolean_with_format(row, column, *yes, format)?,
        Value::Time(time) => {
            let time = ExcelDateTime::from_timestamp(time.as_second())?;
            sheet.write_datetime_with_format(row, column, &time, &styles.time[mark as usize])?
        }
        Value::Text(_) | Value::Cidrs(_) | Value::Ips(_) | Value::List(_) | Value::Tags(_) => sheet
            .write_string_with_format(row, column, styles.text(cell_text::format_value(value)), format)?,
    };
    Ok(())
}

/// Cuts text that is longer than a cell can be.
fn cut_to_cell(text: String) -> String {
    if text.chars().count() <= CHARACTERS {
        return text;
    }
    text.chars().take(CHARACTERS - CUT.len()).collect::<String>() + CUT
}

/// The widths of the columns of collisions, in characters.
const COLLISION_WIDTHS: [u16; collision_rows::COLUMNS.len()] =
    [10, 8, 16, 10, 8, 24, 10, 16, 16, 28, 28, 20, 60];

fn write_collisions(book: &mut Workbook, findings: &[Finding], styles: &Styles) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("collisions")?.set_freeze_panes(1, 0)?;
    let members = collision_rows::count(findings).min(ROWS_OF_SHEET);
    let last = u16::try_from(COLLISION_WIDTHS.len() - 1).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, u32::try_from(members).unwrap_or(u32::MAX), last)?;
    for (column, width) in (0..).zip(COLLISION_WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    for (column, (name, _)) in (0..).zip(collision_rows::COLUMNS) {
        sheet.write_string_with_format(0, column, name, &styles.header)?;
    }
    for (row, values) in (1..).zip(collision_rows::rows(findings)).take(ROWS_OF_SHEET) {
        for (column, value) in (0..).zip(&values) {
            write_cell(sheet, row, column, value, Mark::None, styles)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_defused_unless_somebody_wants_them_raw_and_cut_where_a_cell_ends() {
        let text = |defuse, text: &str| Styles::new(defuse).text(text.to_owned());
        assert_eq!(text(true, "=1+1"), "'=1+1");
        assert_eq!(text(false, "=1+1"), "=1+1");
        assert_eq!(text(true, "012345678901"), "012345678901");
        let long = "ü".repeat(40_000);
        assert_eq!(text(true, &long).chars().count(), CHARACTERS);
        assert!(text(true, &long).ends_with(CUT));
    }
}
