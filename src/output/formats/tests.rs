//! Tests of the table of formats, and of what can be asked of it.

use super::super::export_format::ExportFormat;
use super::*;

#[test]
fn the_table_of_formats_is_in_the_order_of_the_formats() {
    for spec in &FORMATS {
        assert_eq!(spec.format.spec().name, spec.name);
        assert_eq!(spec.name.parse(), Ok(spec.format));
        assert_eq!(spec.format.to_string(), spec.name);
    }
    let error = "yaml".parse::<Format>().unwrap_err();
    let all = "table, json, ndjson, csv, tsv, markdown, sarif, junit, github, xlsx, parquet, sqlite, ansible, \
               prometheus, openmetrics, html, tfvars, cloudformation, arm-parameters, terraform-external, state";
    assert_eq!(error.to_string(), "there is no format `yaml`");
    assert_eq!(error.remedies(), [format!("the formats are {all}")]);
}

#[test]
fn only_csv_and_tsv_have_one_kind_only() {
    assert_eq!(Format::Csv.check_kinds(2).err(), Some(FormatError::OneKind(Format::Csv)));
    assert_eq!(Format::Tsv.check_kinds(2).err(), Some(FormatError::OneKind(Format::Tsv)));
    assert_eq!(Format::Csv.check_kinds(1).err(), None);
    assert_eq!(Format::Json.check_kinds(5).err(), None);
}

#[test]
fn rows_cannot_be_written_in_the_formats_of_findings() {
    let names: Vec<_> = Format::for_content(Content::Rows).map(|spec| spec.name).collect();
    assert_eq!(names, ["table", "json", "ndjson", "csv", "tsv", "markdown"]);
    let error = FormatError::Unsupported(Format::Sarif, Content::Rows);
    assert_eq!(Format::Sarif.check_kinds(1).err(), Some(error));
}

/// `output.format` of the configuration is for all commands.
#[test]
fn what_can_write_rows_can_write_reports_too() {
    for spec in Format::for_content(Content::Rows) {
        assert!(
            spec.changes.is_some()
                && spec.findings.is_some()
                && spec.answers.is_some()
                && spec.usage.is_some(),
            "{}",
            spec.name
        );
    }
}

#[test]
fn an_extension_tells_one_format_whatever_its_case() {
    let of = |path: &str| Format::from_path(Path::new(path));
    assert_eq!(of("x/networks.TSV"), Some(Format::Tsv));
    assert_eq!(of("night.jsonl"), Some(Format::Ndjson));
    assert_eq!(of("night.ncsnap"), None);
    assert_eq!(of("csv"), None);
    for format in ExportFormat::all() {
        for extension in format.extensions() {
            let path = Path::new("inventory").with_extension(extension);
            assert_eq!(ExportFormat::from_path(&path), Some(format), "{extension}");
        }
    }
}
