//! The tables: their rows as JSON, of which the script draws those in sight.

use std::io::{self, Write};

use askama::Template;
use serde_json::json;

use super::numbers::count_of;
use crate::analysis::columns::DataType;
use crate::analysis::rows::Completeness;
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::value::Value;
use crate::output::cell_text;

/// The markup around the rows of a table.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section id="{{ id }}" class="data" aria-labelledby="{{ id }}-h">
<h2 id="{{ id }}-h">{{ title }} <span class="count">{{ rows }}</span></h2>
{%- if let Some(missing) = missing %}
<p class="bad">{{ missing }}</p>
{%- endif %}
<noscript><p>This table needs JavaScript; the picture, the collisions and the free space above do not.</p></noscript>
<div class="table"></div>
"##
)]
struct TableFrame {
    id: &'static str,
    title: String,
    rows: String,
    missing: Option<String>,
}

/// Returns the heading of a table.
pub(super) fn title(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Writes a table, row by row.
pub(super) fn write(listing: &StreamedTable<'_>, out: &mut dyn Write) -> io::Result<()> {
    let missing = match listing.completeness {
        Completeness::Complete => None,
        Completeness::NotScanned => {
            Some("These were not scanned: the inventory does not say whether there are any.".to_owned())
        }
        Completeness::Partial(scopes) => {
            Some(format!("{} failed: rows may be missing.", count_of(scopes, "read")))
        }
    };
    let rows = count_of(listing.rows, "row");
    TableFrame { id: listing.name, title: title(listing.name), rows, missing }.write_into(out)?;
    let names: Vec<String> =
        listing.columns.iter().map(|column| cell_text::escape_unprintable(&column.name)).collect();
    let numeric: Vec<bool> = listing.data_types.iter().map(|holds| *holds == DataType::Number).collect();
    let head = json!({"columns": names, "numeric": numeric}).to_string();
    let head = escape_for_script(head.trim_end_matches('}'));
    write!(out, "<script type=\"application/json\">{head},\"rows\":[")?;
    let mut between = "";
    listing.each(|row| {
        let values: Vec<serde_json::Value> = row.iter().map(json).collect();
        write!(out, "{between}\n{}", escape_for_script(&serde_json::Value::Array(values).to_string()))?;
        between = ",";
        Ok(())
    })?;
    out.write_all(b"]}</script>\n</section>\n")
}

/// Returns a value as the script shows it: numbers as such, so that they are sorted by size.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Unknown => serde_json::Value::Null,
        Value::Number(number) => json!(number),
        Value::Percent(percent) => json!(percent.printed()),
        value => json!(cell_text::format_value(value)),
    }
}

/// Escapes JSON so that no name of a resource in it can end the script or begin a comment. JSON has these characters in
/// strings only.
fn escape_for_script(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_script_and_all_mean_what_they_meant() {
        let hostile = "</script><!-- <script> & \u{2028}\u{2029}";
        let guarded = escape_for_script(&json!([hostile]).to_string());
        assert!(!guarded.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{guarded}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&guarded).unwrap(), json!([hostile]));
    }

    #[test]
    fn the_unknown_is_not_an_empty_text_and_numbers_are_numbers() {
        assert_eq!(json(&Value::Unknown), serde_json::Value::Null);
        assert_eq!(json(&Value::Number(0)), json!(0));
        assert_eq!(json(&Value::Text("012".into())), json!("012"));
        assert_eq!(json(&Value::Bool(false)), json!("false"));
    }
}
