//! A page of Markdown that stays below a number of bytes: GitHub refuses a comment of more than 65,536 characters.

use std::fmt::Write as _;

use super::tables;
use crate::output::cell_text;

/// A page that takes a piece only if it fits.
pub(super) struct Page(pub String);

impl Page {
    /// Adds `piece` unless the page would be longer than `limit` bytes; tells whether it did.
    pub fn add(&mut self, piece: &str, limit: usize) -> bool {
        let fits = self.0.len() + piece.len() <= limit;
        if fits {
            self.0.push_str(piece);
        }
        fits
    }

    /// Adds a piece for each item that fits, and returns how many did not fit.
    pub fn add_each<'i, T: 'i>(
        &mut self,
        items: impl IntoIterator<Item = &'i T>,
        piece: impl Fn(&T) -> String,
        limit: usize,
    ) -> usize {
        items.into_iter().filter(|item| !self.add(&piece(item), limit)).count()
    }

    /// Says how many items did not fit.
    pub fn note(&mut self, left_out: usize, what: &str) {
        if left_out > 0 {
            let _ = writeln!(self.0, "\n… {left_out} more {what}; `-o json` lists all.");
        }
    }
}

/// Returns a row of a table; its cells are escaped already.
pub(super) fn cells(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Escapes at most `most` characters of untrusted text, so that it stays in its cell and mentions no user. GitHub notifies
/// the user after an `@` and links the issue after a `#`, unless a zero-width space comes between.
pub(super) fn quiet(text: &str, most: usize) -> String {
    let mut cut: String = text.chars().take(most).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    tables::escape(&cell_text::escape_unprintable(&cut))
        .replace('#', "#\0")
        .replace('@', "@\0")
        .replace('\0', "&#8203;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_calls_nobody() {
        assert_eq!(quiet("</details>@all #1", 99), "&lt;/details&gt;@&#8203;all #&#8203;1");
        assert_eq!(quiet("日本語", 2), "日本…");
        assert_eq!(quiet("a\n\0", 9), r"a\\u{a}\\u{0}");
    }
}
