//! The first sheet: what the workbook is, what fails, and where to find what.

use rust_xlsxwriter::{ExcelDateTime, Url, Worksheet, XlsxError};

use super::styles::{Mark, Styles, set_up_print};
use super::usage_sheet;
use crate::analysis::overlap::{Finding, FindingStatus};
use crate::analysis::value::Value;
use crate::output::cell_text;
use crate::output::export::Export;
use crate::output::findings::finding_summary;
use crate::wording::counted;

/// The widths of the columns, in characters.
const WIDTHS: [u16; 3] = [26, 24, 90];

/// Writes the sheet from above.
struct SummarySheet<'s> {
    sheet: &'s mut Worksheet,
    styles: &'s Styles,
    row: u32,
}

/// Writes the summary.
pub(super) fn write(sheet: &mut Worksheet, export: &Export<'_>, styles: &Styles) -> Result<(), XlsxError> {
    set_up_print(sheet).set_name("summary")?.set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let mut summary = SummarySheet { sheet, styles, row: 0 };
    summary.write_head(export)?;
    summary.write_collisions(export)?;
    summary.write_sheets(export)?;
    summary.write_legend()?;
    summary.write_missing(export)?;
    if let Some(chart) = export.usage.and_then(usage_sheet::chart) {
        summary.sheet.insert_chart(summary.row + 1, 0, &chart)?;
    }
    Ok(())
}

impl SummarySheet<'_> {
    fn write_head(&mut self, export: &Export<'_>) -> Result<(), XlsxError> {
        let inventory = export.view.inventory;
        self.sheet.write_string_with_format(0, 0, "Network inventory", &self.styles.title)?;
        self.sheet.set_row_height(0, 28)?;
        self.row = 1;
        let (complete, mark) = match export.missing.len() {
            0 => ("yes".to_owned(), Mark::None),
            missing => (format!("no: {} below", counted(missing, "gap")), Mark::Fails),
        };
        self.line("taken at (UTC)", &Value::Time(inventory.taken_at), Mark::None, "")?;
        self.line("complete", &Value::Text(complete), mark, "")?;
        self.line("accounts", &number(inventory.accounts.len()), Mark::None, "")?;
        self.line("written by", &text(&inventory.generator), Mark::None, "")?;
        if let Some(shard) = &inventory.shard {
            self.line("shard", &Value::Text(shard.to_string()), Mark::None, "")?;
        }
        for filter in &inventory.filters {
            self.line("filter", &text(filter), Mark::None, "")?;
        }
        Ok(())
    }

    /// Says what fails and what is only reported, as `overlap` says it.
    fn write_collisions(&mut self, export: &Export<'_>) -> Result<(), XlsxError> {
        let findings = export.collisions;
        let open = findings.iter().filter(|finding| finding.status == FindingStatus::Open);
        let (failing, reported): (Vec<&Finding>, Vec<&Finding>) = open.partition(|finding| finding.fails);
        self.heading(["Collisions", "", ""])?;
        let mark = if failing.is_empty() { Mark::None } else { Mark::Fails };
        let classes = finding_summary::failing_classes(findings).join(", ");
        self.line("collisions that fail", &number(failing.len()), mark, &classes)?;
        let classes = finding_summary::reported_classes(findings).join(", ");
        self.line("collisions reported only", &number(reported.len()), Mark::None, &classes)
    }

    /// Lists the other sheets, with links to them.
    fn write_sheets(&mut self, export: &Export<'_>) -> Result<(), XlsxError> {
        self.heading(["Sheet", "rows", "what is in it"])?;
        for listing in export.listings.iter().filter(|listing| listing.kind.is_some()) {
            let what = match listing.name {
                "networks" => "VPCs, virtual networks and virtual hubs, with their prefixes",
                "subnets" => "Subnets, with their free addresses",
                "instances" => "Machines, with their addresses",
                "interfaces" => "Network interfaces, and what they are attached to",
                _ => "Peerings, attachments and VPN connections",
            };
            self.link(listing.name, listing.rows, what)?;
        }
        if let Some(report) = export.usage {
            let what = "How full subnets are, day by day, and when they will be full";
            self.link(usage_sheet::NAME, report.rows.len(), what)?;
        }
        let members = export.collisions.iter().map(|finding| finding.members.len()).sum();
        self.link("collisions", members, "Networks that use the same addresses, a row for each")?;
        for listing in export.listings.iter().filter(|listing| listing.kind.is_none()) {
            self.link(
                listing.name,
                listing.rows,
                "What was read of each account and region, and what was not",
            )?;
        }
        Ok(())
    }

    fn write_legend(&mut self) -> Result<(), XlsxError> {
        self.heading(["Legend", "", ""])?;
        self.sheet.write_string_with_format(self.row, 0, "red", self.styles.format_of(Mark::Fails))?;
        self.note(
            "It fails: the network or subnet is in a collision that fails, or the inventory is incomplete",
        )?;
        self.sheet.write_string(self.row, 0, "empty cell")?;
        self.note("The value is not known, or there is none. It is never 0")?;
        self.sheet.write_string(self.row, 0, "owner")?;
        self.note("The name of the account or subscription, or its id if it has none")
    }

    fn write_missing(&mut self, export: &Export<'_>) -> Result<(), XlsxError> {
        if export.missing.is_empty() {
            return Ok(());
        }
        self.heading(["What is missing, and why", "", ""])?;
        for gap in export.missing {
            let gap = self.styles.text(cell_text::escape_unprintable(gap));
            self.sheet.write_string(self.row, 0, "missing")?;
            self.sheet.write_string_with_format(self.row, 2, gap, &self.styles.wrapped)?;
            self.row += 1;
        }
        Ok(())
    }

    /// Writes a heading below an empty row.
    fn heading(&mut self, texts: [&str; 3]) -> Result<(), XlsxError> {
        self.row += 1;
        for (column, text) in (0..).zip(texts) {
            self.sheet.write_string_with_format(self.row, column, text, &self.styles.header)?;
        }
        self.row += 1;
        Ok(())
    }

    fn line(&mut self, name: &str, value: &Value, mark: Mark, note: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, name, &self.styles.label)?;
        if let Value::Time(time) = value {
            let time = ExcelDateTime::from_timestamp(time.as_second())?;
            self.sheet.write_datetime_with_format(self.row, 1, &time, &self.styles.summary_time)?;
        } else if let Value::Number(number) = value {
            self.number(*number, mark)?;
        } else {
            self.styles.write(self.sheet, self.row, 1, value, mark)?;
        }
        self.note(note)
    }

    fn link(&mut self, sheet: &str, rows: usize, what: &str) -> Result<(), XlsxError> {
        self.sheet.write_url(self.row, 0, Url::new(format!("internal:'{sheet}'!A1")).set_text(sheet))?;
        self.number(rows as u64, Mark::None)?;
        self.note(what)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn number(&mut self, number: u64, mark: Mark) -> Result<(), XlsxError> {
        let format = self.styles.beside_words(mark);
        self.sheet.write_number_with_format(self.row, 1, number as f64, format).map(drop)
    }

    /// Ends a row with words.
    fn note(&mut self, words: &str) -> Result<(), XlsxError> {
        if !words.is_empty() {
            self.sheet.write_string_with_format(self.row, 2, words, &self.styles.note)?;
        }
        self.row += 1;
        Ok(())
    }
}

fn number(number: usize) -> Value {
    Value::Number(number as u64)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
