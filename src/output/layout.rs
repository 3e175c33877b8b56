//! Text for terminals and other readers: counted nouns, lists that are cut, wrapped lines, styles.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

/// How tables are laid out: the size and colour of the terminal, and whether anything is cut to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// Columns of the terminal; `None` for no limit.
    pub width: Option<u16>,
    /// Lines of the terminal, after which headers are repeated; `None` for never.
    pub height: Option<u16>,
    /// Whether to use colours and bold; only tables do.
    pub color: bool,
    /// Whether the terminal can follow links (OSC 8).
    pub hyperlinks: bool,
    /// Whether nothing is cut short, neither lists nor texts (`--wide`).
    pub wide: bool,
}

impl Layout {
    /// Returns this layout, with or without `--wide`.
    #[must_use]
    pub const fn with_wide(self, wide: bool) -> Self {
        Self { wide, ..self }
    }

    /// Returns how many items of a list are shown that is cut after `most` without `--wide`.
    pub(super) const fn most(self, most: usize) -> usize {
        if self.wide { usize::MAX } else { most }
    }
}

/// Says how many of `all` items follow the first `most`; `None` if there are no more.
pub(super) fn left_out(all: usize, most: usize) -> Option<String> {
    (all > most).then(|| format!("... and {} more; -o json lists all", all - most))
}

/// Writes how many of `all` items a terminal does not show, of a list cut after `most`.
pub(super) fn write_left_out(all: usize, most: usize, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    match left_out(all, most) {
        Some(line) => writeln!(out, "{indent}{line}, --wide shows all"),
        None => Ok(()),
    }
}

/// Writes lines, each after `indent`.
pub(super) fn write_lines(lines: &[String], indent: &str, out: &mut dyn Write) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(out, "{indent}{line}"))
}

/// Gives `text` a terminal style (an SGR code) if the layout has colour.
pub(super) fn styled(layout: Layout, code: &str, text: &str) -> String {
    if layout.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Pads `text` with spaces to this many columns of the terminal.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// Returns a layout that is narrower by `columns`, for indented text.
pub(super) fn indented(layout: Layout, columns: usize) -> Layout {
    let columns = u16::try_from(columns).unwrap_or(u16::MAX);
    Layout { width: layout.width.map(|width| width.saturating_sub(columns)), ..layout }
}

/// Breaks `text` at spaces into lines of at most `width` columns; a longer word keeps its line, since half a prefix
/// reads as another prefix.
pub(super) fn wrap(text: &str, width: Option<u16>) -> Vec<String> {
    let limit = width.map_or(usize::MAX, usize::from);
    let (mut lines, mut used) = (Vec::<String>::new(), 0);
    for word in text.split(' ') {
        let width = word.width();
        match lines.last_mut() {
            Some(line) if used + 1 + width <= limit => {
                line.push(' ');
                line.push_str(word);
                used += 1 + width;
            }
            _ => {
                lines.push(word.to_owned());
                used = width;
            }
        }
    }
    lines
}

/// Puts segments side by side with two spaces between; one that does not fit begins a new line, indented by two.
pub(super) fn flow(segments: &[String], width: Option<u16>) -> Vec<String> {
    let limit = width.map_or(usize::MAX, usize::from);
    let mut lines = vec![String::new()];
    for (index, segment) in segments.iter().enumerate() {
        let line = lines.last_mut().filter(|line| {
            index == 0 || line.width().saturating_add(2 + segment.trim_end().width()) <= limit
        });
        if let Some(line) = line {
            line.push_str(if index == 0 { "" } else { "  " });
            line.push_str(segment);
        } else {
            let inner = width.map(|width| width.saturating_sub(2));
            lines.extend(wrap(segment.trim_end(), inner).iter().map(|line| format!("  {line}")));
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_break_at_spaces_and_words_stay_whole() {
        assert_eq!(wrap("a bc def", Some(4)), ["a bc", "def"]);
        assert_eq!(wrap("日本 語", Some(5)), ["日本", "語"]);
        assert_eq!(wrap("in 2001:db8::/32 too", Some(4)), ["in", "2001:db8::/32", "too"]);
        assert_eq!(wrap("a bc def", None), ["a bc def"]);
    }

    #[test]
    fn what_has_no_room_goes_on_below() {
        let segments = ["network", "vpc-1 ", "shop", "10.0.0.0/16 10.1.0.0/16"].map(str::to_owned);
        assert_eq!(flow(&segments, None), ["network  vpc-1   shop  10.0.0.0/16 10.1.0.0/16"]);
        assert_eq!(flow(&segments, Some(30)), ["network  vpc-1   shop", "  10.0.0.0/16 10.1.0.0/16"]);
        assert_eq!(flow(&segments, Some(14)), ["network  vpc-1", "  shop", "  10.0.0.0/16", "  10.1.0.0/16"]);
    }
}
