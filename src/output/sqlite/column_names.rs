//! Names of columns: SQLite takes names that differ in the case of ASCII letters alone for one.

use std::collections::HashSet;

use crate::output::cell_text;

/// Makes names that SQLite tells apart: what stands there already, whatever its case, gets ` (2)`, ` (3)` at its end.
/// Characters that no statement could hold are escaped, as in the headers of CSV.
pub(super) fn distinct<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let free = |name: &'n str| {
        let name = cell_text::escape(name);
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        let mut free = std::iter::once(name.clone())
            .chain(numbered)
            .skip_while(|name| !taken.insert(name.to_ascii_lowercase()));
        free.next().unwrap_or_default()
    };
    names.into_iter().map(free).collect()
}

/// Quotes a name for a statement.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_alone_are_numbered() {
        let names = ["id", "tag:Env", "tag:env", "tag:ENV (2)", "tag:ENV", "tag:É", "tag:é", "id"];
        assert_eq!(
            distinct(names),
            ["id", "tag:Env", "tag:env (2)", "tag:ENV (2) (2)", "tag:ENV (3)", "tag:É", "tag:é", "id (2)"]
        );
    }

    #[test]
    fn names_are_quoted_and_hold_no_zero() {
        assert_eq!(quoted("tag:a\"b"), "\"tag:a\"\"b\"");
        assert_eq!(distinct(["tag:a\0b"]), ["tag:a\\u{0}b"]);
    }
}
