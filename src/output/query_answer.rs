//! The answer to a query as rows, as the clouds' own CLIs print it: an object or a list is a row, a scalar a cell.

use std::io::{self, Write};

use serde_json::Value as Json;

use super::csv::CsvOptions;
use super::layout::Layout;
use super::{markdown, table};
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;

/// Which answers get a line of headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Headers {
    /// None: what reads lines, such as a loop of a shell, would take it for one of them.
    Never,
    /// Answers of objects, by the names of their keys.
    OfObjects,
}

/// Writes an answer as aligned columns; those of objects have headers.
pub(super) fn write_table(answer: &Json, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let (table, has_names) = to_table(answer);
    if !table.rows.is_empty() {
        table::write_lines(&table, has_names, layout, out)?;
    }
    Ok(())
}

/// Writes an answer as comma-separated values; those of objects have a header.
pub(super) fn write_csv(answer: &Json, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_separated(answer, CsvOptions::CSV, Headers::OfObjects, out)
}

/// Writes an answer as tab-separated values without a header, as `-o tsv` of the Azure CLI and `--output text` of the AWS CLI.
pub(super) fn write_tsv(answer: &Json, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_separated(answer, CsvOptions::TSV, Headers::Never, out)
}

/// Writes an answer as a Markdown table, whose columns need a header in any case. `null` is an empty cell.
pub(super) fn write_markdown(answer: &Json, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let (table, _) = match answer {
        Json::Null => to_table(&Json::Array(vec![Json::Null])),
        answer => to_table(answer),
    };
    // A table without columns is none.
    if table.columns.is_empty() {
        return writeln!(out, "(none)");
    }
    markdown::write_rows(&[table], layout, out)
}

fn write_separated(
    answer: &Json,
    options: CsvOptions,
    headers: Headers,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (table, has_names) = to_table(answer);
    let mut writer = options.writer(out);
    if has_names && headers == Headers::OfObjects {
        writer.write_record(options.header(&table.columns))?;
    }
    table.rows.iter().try_for_each(|row| writer.write_record(options.cells(row)))?;
    writer.flush()
}

/// Makes a table of an answer, and tells whether its columns have names: those of the keys of objects. Other columns are
/// numbered.
fn to_table(answer: &Json) -> (Table, bool) {
    let items: &[Json] = match answer {
        Json::Null => &[],
        Json::Array(items) => items,
        single => std::slice::from_ref(single),
    };
    let has_names = !items.is_empty() && items.iter().all(Json::is_object);
    let columns = if has_names { keys(items) } else { numbers(items) };
    let cells = |item: &Json| match item {
        Json::Object(fields) if has_names => {
            columns.iter().map(|key| cell(fields.get(key).unwrap_or(&Json::Null))).collect()
        }
        Json::Array(cells) => {
            let missing = columns.len().saturating_sub(cells.len());
            cells.iter().map(cell).chain(std::iter::repeat_n(Value::Unknown, missing)).collect()
        }
        scalar => {
            let missing = columns.len().saturating_sub(1);
            std::iter::once(cell(scalar)).chain(std::iter::repeat_n(Value::Unknown, missing)).collect()
        }
    };
    let rows = items.iter().map(cells).collect();
    let heading = |name: &String| Heading { name: name.clone(), drop_rank: 0 };
    let table = Table {
        name: "answer",
        kind: None,
        columns: columns.iter().map(heading).collect(),
        rows,
        fit: Fit::Wrap,
        completeness: Completeness::Complete,
        places: Vec::new(),
    };
    (table, has_names)
}

/// Lists the keys of all objects, each once, in the order in which they come.
fn keys(objects: &[Json]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for key in objects.iter().filter_map(Json::as_object).flat_map(serde_json::Map::keys) {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys
}

/// Names as many columns as the longest row has.
fn numbers(rows: &[Json]) -> Vec<String> {
    let length = |row: &Json| row.as_array().map_or(1, Vec::len);
    (1..=rows.iter().map(length).max().unwrap_or_default()).map(|number| format!("column{number}")).collect()
}

/// Returns a cell: a text as it is, unknown for `null`, and anything nested as JSON on one line.
fn cell(value: &Json) -> Value {
    match value {
        Json::Null => Value::Unknown,
        Json::String(text) => Value::Text(text.clone()),
        Json::Number(number) => {
            number.as_u64().map_or_else(|| Value::Text(number.to_string()), Value::Number)
        }
        Json::Bool(yes) => Value::Bool(*yes),
        nested => Value::Text(nested.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn all(answer: &Json) -> [String; 4] {
        let layout = Layout { width: Some(80), ..Layout::default() };
        [
            written(|out| write_tsv(answer, layout, out)),
            written(|out| write_csv(answer, layout, out)),
            written(|out| write_table(answer, layout, out)),
            written(|out| write_markdown(answer, layout, out)),
        ]
    }

    #[test]
    fn scalars_are_lines() {
        let [tsv, csv, table, markdown] = all(&json!(["vpc-1", "vpc-2"]));
        for text in [tsv, csv, table] {
            assert_eq!(text, "vpc-1\nvpc-2\n");
        }
        assert_eq!(markdown, "| COLUMN1 |\n| --- |\n| vpc-1 |\n| vpc-2 |\n");
        assert_eq!(all(&json!(3))[0], "3\n");
        assert_eq!(all(&json!("=1+1"))[0], "'=1+1\n", "a spreadsheet would run it");
    }

    #[test]
    fn lists_are_rows_without_headers() {
        let [tsv, csv, table, _] = all(&json!([["a", 1], ["b"], "c", ["d", null, {"e": [1]}]]));
        assert_eq!(tsv, "a\t1\t\nb\t\t\nc\t\t\nd\t\t{\"e\":[1]}\n");
        assert_eq!(csv, "a,1,\nb,,\nc,,\nd,,\"{\"\"e\"\":[1]}\"\n");
        assert_eq!(table, "a  1\nb\nc\nd     {\"e\":[1]}\n");
    }

    #[test]
    fn objects_are_rows_with_their_keys_above() {
        let [tsv, csv, table, markdown] =
            all(&json!([{"id": "vpc-1", "n": 12}, {"id": "vpc-2", "up": true}]));
        assert_eq!(tsv, "vpc-1\t12\t\nvpc-2\t\ttrue\n");
        assert_eq!(csv, "id,n,up\nvpc-1,12,\nvpc-2,,true\n");
        assert_eq!(table, "ID      N  UP\nvpc-1  12\nvpc-2      true\n");
        assert!(markdown.starts_with("| ID | N | UP |\n| --- | ---: | --- |\n"));
        assert_eq!(all(&json!({"id": "vpc-1"}))[1], "id\nvpc-1\n", "one object is one row");
    }

    #[test]
    fn nothing_is_no_line() {
        for nothing in [json!(null), json!([])] {
            let [tsv, csv, table, _] = all(&nothing);
            assert_eq!([tsv, csv, table], ["", "", ""]);
        }
        let [.., null] = all(&json!(null));
        assert_eq!(null, "| COLUMN1 |\n| --- |\n|  |\n");
        let [.., empty] = all(&json!([]));
        assert_eq!(empty, "(none)\n");
    }
}
