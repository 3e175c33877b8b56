//! Renders a tree as XML: members of objects become elements, those of arrays become `item` elements,
//! null becomes nothing.

use std::fmt::Write;

use quick_xml::escape::escape;
use serde_json::Value;

/// Renders a whole document.
pub fn document(root: &str, namespace: Option<&str>, content: &Value) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = match namespace {
        Some(namespace) => write!(xml, "<{root} xmlns=\"{namespace}\">"),
        None => write!(xml, "<{root}>"),
    };
    children(content, &mut xml);
    let _ = write!(xml, "</{root}>");
    xml
}

fn element(name: &str, value: &Value, xml: &mut String) {
    if !value.is_null() {
        let _ = write!(xml, "<{name}>");
        children(value, xml);
        let _ = write!(xml, "</{name}>");
    }
}

fn children(value: &Value, xml: &mut String) {
    match value {
        Value::Null => {}
        Value::Object(members) => members.iter().for_each(|(name, value)| element(name, value, xml)),
        Value::Array(items) => items.iter().for_each(|item| element("item", item, xml)),
        Value::String(text) => xml.push_str(&escape(text.replace(not_xml, "\u{fffd}"))),
        Value::Bool(_) | Value::Number(_) => {
            let _ = write!(xml, "{value}");
        }
    }
}

/// Tells whether XML 1.0 has no way to write a character: <https://www.w3.org/TR/xml/#charsets>.
const fn not_xml(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn trees_become_elements_and_text_is_escaped() {
        let tree = json!({ "a": [{ "b": "<&\">" }, { "b": null }], "c": true, "d": "\u{1b}[31m" });
        assert_eq!(
            document("R", Some("urn:x"), &tree),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<R xmlns=\"urn:x\"><a><item><b>&lt;&amp;&quot;&gt;</b></item>\
             <item></item></a><c>true</c><d>\u{fffd}[31m</d></R>"
        );
    }
}
