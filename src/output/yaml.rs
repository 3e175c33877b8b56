//! Strings of YAML, such that every reader takes them for what they are, and Ansible runs none of them.

use std::fmt::Write;

use crate::output::cell_text::is_unprintable;

/// How long a key may be to stand on the line of its value, in characters: YAML 1.2.2, 7.4, sets 1024.
const SIMPLE_KEY: usize = 1000;

/// Returns a text that stands between quotes, with everything escaped that a reader refuses or a person cannot see.
///
/// JSON's pairs of surrogates for what is above U+FFFF are no characters in YAML, which has `\U` for these.
pub(super) fn escaped(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            clean.extend(['\\', c]);
        } else if !is_unprintable(c) && !matches!(c, '\u{fffe}' | '\u{ffff}') {
            clean.push(c);
        } else if c <= '\u{ffff}' {
            let _ = write!(clean, "\\u{:04x}", u32::from(c));
        } else {
            let _ = write!(clean, "\\U{:08x}", u32::from(c));
        }
    }
    clean
}

/// Returns a string, marked `!unsafe` where Ansible might take it for a template, or a part of one.
///
/// Templates have `{{`, `{%` or `{#`. A header `#jinja2:` chooses other marks, so what begins like one is marked too:
/// <https://docs.ansible.com/ansible/latest/collections/ansible/builtin/template_module.html>.
pub(super) fn scalar(text: &str) -> String {
    let mark = if text.contains('{') || text.starts_with('#') { "!unsafe " } else { "" };
    format!("{mark}\"{}\"", escaped(text))
}

/// Returns a list of strings, on one line.
pub(super) fn list(texts: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = texts.into_iter().map(|text| scalar(&text)).collect();
    format!("[{}]", items.join(", "))
}

/// Returns a key that is YAML already, its value to follow on the line or below it, indented further.
pub(super) fn key(indent: &str, key: &str) -> String {
    if key.chars().count() < SIMPLE_KEY {
        format!("{indent}{key}:")
    } else {
        format!("{indent}? {key}\n{indent}:")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_and_what_no_reader_takes_is_escaped() {
        assert_eq!(scalar("no"), "\"no\"");
        assert_eq!(scalar("a\"b\\c"), "\"a\\\"b\\\\c\"");
        assert_eq!(scalar("日本 🚀"), "\"日本 🚀\"");
        assert_eq!(scalar("\n\u{7f}\u{85}\u{feff}\u{ffff}"), "\"\\u000a\\u007f\\u0085\\ufeff\\uffff\"");
        assert_eq!(scalar("\u{e0041}"), "\"\\U000e0041\"", "a pair of surrogates is no character in YAML");
    }

    #[test]
    fn whatever_may_be_a_template_is_marked() {
        for text in ["{{ x }}", "a {% b %}", "{# c #}", "#jinja2:variable_start_string:'[%'\n[% x %]", "{"] {
            assert!(scalar(text).starts_with("!unsafe \""), "{text}");
        }
        assert_eq!(scalar("a #1 }}"), "\"a #1 }}\"");
        assert_eq!(list(["a".to_owned(), "{{".to_owned()]), "[\"a\", !unsafe \"{{\"]");
        assert_eq!(list([]), "[]");
    }

    #[test]
    fn long_keys_are_written_as_such() {
        assert_eq!(key("  ", "a"), "  a:");
        let long = "a".repeat(SIMPLE_KEY);
        assert_eq!(key("  ", &long), format!("  ? {long}\n  :"));
    }
}
