//! How cells look, how values are written, and how sheets are printed.

use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::analysis::value::Value;
use crate::output::cell_text;
use crate::output::formulas::defuse_formulas;

/// Characters of a cell
/// (<https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3>).
const MAX_CHARACTERS: usize = 32_767;
/// The end of a text that was cut.
const CUT: &str = "...";
/// A4, in the numbers of the format.
const A4: u8 = 9;

/// Whether a row is of something that fails. Nothing else has a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// It does not.
    None,
    /// It does.
    Fails,
}

/// How cells look.
pub(super) struct Styles {
    /// The name of the workbook.
    pub title: Format,
    /// The headings of columns and of parts of the summary.
    pub header: Format,
    /// The names of what is said in the summary.
    pub label: Format,
    /// A day in a heading.
    pub day: Format,
    /// The time in the summary.
    pub summary_time: Format,
    /// Words beside a number.
    pub note: Format,
    /// Texts that are wider than a column.
    pub wrapped: Format,
    /// Values in the summary, where words follow numbers.
    beside_words: [Format; 2],
    /// By mark.
    plain: [Format; 2],
    /// Numbers, which end before the words of the next column begin.
    number: [Format; 2],
    yes_or_no: [Format; 2],
    time: [Format; 2],
    /// Whether texts are defused that a spreadsheet would run once the sheet is saved as CSV.
    defuse_formulas: bool,
}

impl Styles {
    pub fn new(defuse_formulas: bool) -> Self {
        let fails = Format::new().set_background_color("#FFC7CE").set_font_color("#9C0006");
        let plain = [Format::new(), fails];
        let top = Format::new().set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(18),
            header: top.clone().set_bold().set_border_bottom(FormatBorder::Medium),
            label: top.clone().set_bold(),
            day: top.clone().set_bold().set_border_bottom(FormatBorder::Medium).set_num_format("yyyy-mm-dd"),
            summary_time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss").set_align(FormatAlign::Left),
            note: top.clone().set_align(FormatAlign::Left).set_indent(1),
            wrapped: top.set_text_wrap(),
            time: plain.clone().map(|format| format.set_num_format("yyyy-mm-dd hh:mm:ss")),
            beside_words: plain.clone().map(|format| format.set_align(FormatAlign::Left)),
            number: plain.clone().map(|format| format.set_align(FormatAlign::Right).set_indent(1)),
            // LibreOffice shows 1 and 0 without it.
            yes_or_no: plain.clone().map(|format| {
                format.set_num_format("\"TRUE\";\"TRUE\";\"FALSE\"").set_align(FormatAlign::Center)
            }),
            plain,
            defuse_formulas,
        }
    }

    /// Returns how a cell looks that has no time in it.
    pub const fn format_of(&self, mark: Mark) -> &Format {
        &self.plain[mark as usize]
    }

    /// Returns how a value of the summary looks.
    pub const fn beside_words(&self, mark: Mark) -> &Format {
        &self.beside_words[mark as usize]
    }

    /// Makes a text fit for a cell.
    pub fn text(&self, text: String) -> String {
        cut_to_cell(if self.defuse_formulas { defuse_formulas(text) } else { text })
    }

    /// Writes a value as what it is: numbers and times as such, ids and account numbers as text.
    pub fn write(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        value: &Value,
        mark: Mark,
    ) -> Result<(), XlsxError> {
        let format = self.format_of(mark);
        match value {
            Value::Unknown if mark != Mark::None => sheet.write_blank(row, column, format)?,
            Value::Unknown => return Ok(()),
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
            Value::Number(number) => {
                let format = &self.number[mark as usize];
                sheet.write_number_with_format(row, column, *number as f64, format)?
            }
            Value::Percent(percent) => {
                let format = &self.number[mark as usize];
                sheet.write_number_with_format(row, column, percent.printed(), format)?
            }
            Value::Bool(yes) => {
                sheet.write_boolean_with_format(row, column, *yes, &self.yes_or_no[mark as usize])?
            }
            Value::Time(time) => {
                let time = ExcelDateTime::from_timestamp(time.as_second())?;
                sheet.write_datetime_with_format(row, column, &time, &self.time[mark as usize])?
            }
            Value::Text(_) | Value::Cidrs(_) | Value::Ips(_) | Value::List(_) | Value::Tags(_) => {
                let text = self.text(cell_text::format_value(value));
                sheet.write_string_with_format(row, column, text, format)?
            }
        };
        Ok(())
    }

    /// Writes the headings of a sheet, which stay in sight and are printed on each page.
    pub fn write_headings<'n>(
        &self,
        sheet: &mut Worksheet,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<(), XlsxError> {
        set_up_print(sheet).set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        for (column, name) in (0..).zip(names) {
            let name = self.text(cell_text::escape_unprintable(name));
            sheet.write_string_with_format(0, column, name, &self.header)?;
        }
        Ok(())
    }
}

/// Prints a sheet on A4 paper, sideways, all columns on a page, with its name and the number of the page.
pub(super) fn set_up_print(sheet: &mut Worksheet) -> &mut Worksheet {
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_footer("&L&F&C&A&R&P / &N")
}

/// Cuts text that is longer than a cell can be.
fn cut_to_cell(text: String) -> String {
    if text.chars().count() <= MAX_CHARACTERS {
        return text;
    }
    text.chars().take(MAX_CHARACTERS - CUT.len()).collect::<String>() + CUT
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
        assert_eq!(text(true, &long).chars().count(), MAX_CHARACTERS);
        assert!(text(true, &long).ends_with(CUT));
    }
}
