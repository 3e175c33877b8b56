//! The tables: their rows as JSON, which the script draws as far as they are in sight.

use std::io::{self, Write};

use askama::Template;
use serde_json::json;

use super::numbers::counted;
use crate::analysis::columns::DataType;
use crate::analysis::select::Completeness;
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::value::Value;
use crate::output::cell_text;

/// What stands around the rows of a table.
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
struct Frame {
    id: &'static str,
    title: String,
    rows: String,
    missing: Option<String>,
}

/// Returns what a table is called above it.
pub(super) fn title(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Writes a table, row by row.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(listing: &StreamedTable<'_>, out: &mut dyn Write) -> io::Result<()> {
    let missing = match listing.completeness {
        Completeness::Complete => None,
        Completeness::NotScanned => {
            Some("Nobody asked for these when the inventory was taken: they are unknown.".to_owned())
        }
        Completeness::Partial(scopes) => {
            Some(format!("{} that may hold some could not be read.", counted(scopes, "scope")))
        }
    };
    let rows = counted(listing.rows, "row");
    Frame { id: listing.name, title: title(listing.name), rows, missing }.write_into(out)?;
    let names: Vec<String> = listing.columns.iter().map(|column| cell_text::escape(&column.name)).collect();
    let numeric: Vec<bool> = listing.data_types.iter().map(|holds| *holds == DataType::Number).collect();
    let head = json!({"columns": names, "numeric": numeric}).to_string();
    let head = guard(head.trim_end_matches('}'));
    write!(out, "<script type=\"application/json\">{head},\"rows\":[")?;
    let mut between = "";
    listing.each(|row| {
        let values: Vec<serde_json::Value> = row.iter().map(json).collect();
        write!(out, "{between}\n{}", guard(&serde_json::Value::Array(values).to_string()))?;
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
        value => json!(cell_text::text(value)),
    }
}

/// Writes JSON so that nothing in it ends a script or begins a comment, whatever somebody called a resource. Outside
/// of texts JSON has none of these characters.
fn guard(json: &str) -> String {
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
        let guarded = guard(&json!([hostile]).to_string());
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
