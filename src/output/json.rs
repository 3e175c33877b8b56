//! JSON documents and their schemas: the value exactly, unprintable characters as `\uXXXX` so that it may be shown on a
//! terminal.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::cell_text::is_unprintable;
use super::export::Export;
use super::format::{
    AnswersFormat, ChangesFormat, ExportSpec, ExportedContent, FileLayout, FindingsFormat, Format,
    FormatSpec, FreeFormat, RowFormat, RowWriter, SyncFormat, UsageFormat, export_spec, format_spec,
};
use super::layout::Layout;
use crate::analysis::default_vpcs::DefaultVpcsReport;
use crate::analysis::diff::Changes;
use crate::analysis::find::{FindHistory, FindReport};
use crate::analysis::free::FreeReport;
use crate::analysis::groups::GroupsReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::overlap::Findings;
use crate::analysis::reservations::ReservationReport;
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::usage::UsageReport;
use crate::model::{Inventory, InventoryView, Kind};
use crate::sync::SyncReport;

/// What `json` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    extensions: &["json"],
    rows: Some(RowFormat {
        help: "The whole inventory document, which --from reads",
        writer: RowWriter::Objects { write: write_document, write_answer: write_report },
    }),
    changes: Some(ChangesFormat { help: "The whole report as one document", write: write_report }),
    findings: Some(FindingsFormat {
        help: "The whole report as one document",
        has_notes: false,
        write: write_report,
    }),
    answers: Some(AnswersFormat {
        help: "The whole report as one document",
        write: write_answers,
        write_history: write_report,
    }),
    free: Some(FreeFormat {
        help: "The whole report as one document",
        write: write_free,
        write_plan: write_report,
        is_for_tools: false,
    }),
    usage: Some(UsageFormat {
        help: "The whole report as one document",
        has_notes: true,
        write: write_report,
    }),
    sync: Some(SyncFormat { help: "The plans as one document", write: write_report }),
    export: Some(ExportSpec {
        content: ExportedContent::Document,
        flags: &[],
        ..export_spec(
            "The whole inventory document, which --from reads",
            FileLayout::Whole("inventory.json"),
            write_export,
        )
    }),
    ..format_spec(Format::Json, "json", "One JSON document")
};

/// Writes the whole document, whatever `kinds` were asked for: the others are skipped in its coverage.
fn write_document(view: InventoryView<'_>, _: &[Kind], out: &mut dyn Write) -> io::Result<()> {
    write(&view, out)
}

/// Writes the whole document, which no table is a part of.
fn write_export(
    export: &Export<'_>,
    _: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    write(&export.view, out)
}

/// Writes the answers of `find`.
fn write_answers(report: &FindReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write(report, out)
}

/// Writes the answers of `free`.
fn write_free(report: &FreeReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write(report, out)
}

/// Writes any other report.
fn write_report<R: Serialize>(report: &R, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write(report, out)
}

/// Writes `value` over several lines, indented by two spaces, with a final newline.
pub(super) fn write<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    // Every bracket, space and key is a write of its own.
    let mut out = BufWriter::new(out);
    value.serialize(&mut Serializer::with_formatter(&mut out, Printable(PrettyFormatter::new())))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes `value` as one line.
pub(super) fn write_line<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    write_compact(value, out)?;
    out.write_all(b"\n")
}

/// Writes `value` on one line, and does not end it.
pub(super) fn write_compact<T: Serialize + ?Sized>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Printable(CompactFormatter)))?;
    Ok(())
}

/// Escapes unprintable characters, which JSON would allow unescaped; an escape means the same.
struct Printable<F>(F);

impl<F: Formatter> Formatter for Printable<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        // Nearly every text has nothing to escape, and looking at bytes is quicker.
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return self.0.write_string_fragment(out, text);
        }
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unprintable(*c)) {
            self.0.write_string_fragment(out, &rest[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        self.0.write_string_fragment(out, rest)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

/// Returns the JSON Schema (draft 2020-12) of the inventory document.
#[must_use]
pub fn inventory_schema() -> serde_json::Value {
    schemars::schema_for!(Inventory).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `overlap`.
#[must_use]
pub fn findings_schema() -> serde_json::Value {
    schemars::schema_for!(Findings).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `diff`.
#[must_use]
pub fn changes_schema() -> serde_json::Value {
    schemars::schema_for!(Changes).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `usage`.
#[must_use]
pub fn usage_schema() -> serde_json::Value {
    schemars::schema_for!(UsageReport).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `default-vpcs`.
#[must_use]
pub fn default_vpcs_schema() -> serde_json::Value {
    schemars::schema_for!(DefaultVpcsReport).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the plans of `sync`.
#[must_use]
pub fn sync_schema() -> serde_json::Value {
    schemars::schema_for!(SyncReport).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `find`.
#[must_use]
pub fn find_schema() -> serde_json::Value {
    schemars::schema_for!(FindReport<'static>).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `groups`.
#[must_use]
pub fn groups_schema() -> serde_json::Value {
    schemars::schema_for!(GroupsReport).to_value()
}

/// Writes the report of `reservations` as one document.
pub fn write_reservations(report: &ReservationReport, out: &mut dyn Write) -> io::Result<()> {
    write(report, out)
}

/// Returns the JSON Schema (draft 2020-12) of the report of `reservations`.
#[must_use]
pub fn reservations_schema() -> serde_json::Value {
    schemars::schema_for!(ReservationReport).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `find --history`.
#[must_use]
pub fn find_history_schema() -> serde_json::Value {
    schemars::schema_for!(FindHistory).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `free`.
#[must_use]
pub fn free_schema() -> serde_json::Value {
    schemars::schema_for!(FreeReport<'static>).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of a network plan.
#[must_use]
pub fn network_plan_schema() -> serde_json::Value {
    schemars::schema_for!(NetworkPlan).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_exact_and_printable() {
        let text = "a\u{1b}[0m\u{9b}\u{202e}\u{e0041}\n\"é";
        let mut bytes = Vec::new();
        write_line(text, &mut bytes).unwrap();
        let line = String::from_utf8(bytes).unwrap();
        assert_eq!(line, "\"a\\u001b[0m\\u009b\\u202e\\udb40\\udc41\\n\\\"é\"\n");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }

    #[test]
    fn the_layout_is_that_of_serde_json() {
        let value = serde_json::json!({"a": [1, {"b": null}], "c": {}, "d": []});
        let mut bytes = Vec::new();
        write(&value, &mut bytes).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), serde_json::to_string_pretty(&value).unwrap() + "\n");
    }
}
