//! The text of a cell, decided once for every format that has cells.

use std::fmt::Write;

use crate::analysis::value::Value;
use crate::model::AzureId;

/// Tells whether a character of untrusted text must not reach a terminal as it is: control characters,
/// and the bidirectional and invisible ones that make text read as what it is not (Unicode TR 36).
#[must_use]
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// Returns the text of a cell: lists joined by a space, tags by `;`, empty if unknown. Every unprintable character is
/// escaped, so that a cell is one line and cannot control a terminal.
pub(super) fn format_value(value: &Value) -> String {
    match value {
        Value::Unknown => String::new(),
        Value::Text(text) => escape_unprintable(text),
        Value::Tags(_) => escape_unprintable(&value.parts().join(";")),
        value => escape_unprintable(&value.parts().join(" ")),
    }
}

/// Returns the text of a cell where space is scarce: ids of Azure are cut to group and name, wherever they are in it.
pub(super) fn format_short(value: &Value) -> String {
    match value {
        Value::Text(text) if text.contains("/subscriptions/") => {
            let words = text
                .split(' ')
                .map(|word| AzureId::parse(word).map_or_else(|| word.to_owned(), |id| id.short()));
            escape_unprintable(&words.collect::<Vec<_>>().join(" "))
        }
        value => format_value(value),
    }
}

/// Writes every unprintable character of `text` as `\u{hex}`.
#[must_use]
pub fn escape_unprintable(text: &str) -> String {
    // Nearly every text, and ten times as fast as to look at each character.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unprintable(c) {
            let _ = write!(clean, "{}", c.escape_unicode());
        } else {
            clean.push(c);
        }
    }
    clean
}

/// Returns the heading of a column: its name in capitals, or the key of a tag as it is.
pub(super) fn column_heading(name: &str) -> String {
    if name.starts_with("tag:") { escape_unprintable(name) } else { name.replace('_', " ").to_uppercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_room_is_scarce_ids_of_azure_are_cut_and_others_are_not() {
        let cut = |id: &str| format_short(&Value::Text(id.into()));
        let network = "/subscriptions/0-0/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub";
        assert_eq!(cut(network), "rg/hub");
        assert_eq!(cut(&format!("{network}/subnets/app")), "rg/hub/app");
        assert_eq!(cut(&format!("{network} <-> {network}")), "rg/hub <-> rg/hub");
        let group = "/subscriptions/0-0/resourceGroups/rg";
        for whole in ["vpc-1", "", group, "/subscriptions/0-0", "/subscriptions/0/x/rg/providers/n/t/n"] {
            assert_eq!(cut(whole), whole);
        }
    }

    #[test]
    fn a_cell_is_one_printable_line() {
        let hostile = Value::Text("a\r\n\u{1b}[31m\u{9b}\u{202e}\u{feff}b".into());
        assert_eq!(format_value(&hostile), r"a\u{d}\u{a}\u{1b}[31m\u{9b}\u{202e}\u{feff}b");
        assert_eq!(format_value(&Value::Text("日本語 été 🚀".into())), "日本語 été 🚀");
        assert_eq!(format_value(&Value::Unknown), "");
        assert_eq!(format_value(&Value::List(vec!["a".into(), "b".into()])), "a b");
        let tags = [("a".to_owned(), "1".to_owned()), ("b".to_owned(), String::new())].into();
        assert_eq!(format_value(&Value::Tags(tags)), "a=1;b=");
    }
}
