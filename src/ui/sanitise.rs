//! Texts of others, such as tags and errors of servers, made harmless for a terminal and for a runner of pipelines.

use crate::output::is_unprintable;

/// Escapes control and bidirectional characters, so that no tag or error text controls the terminal.
///
/// Line feeds stay, indented, since our own messages have several lines.
#[must_use]
pub fn sanitise(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            clean.push_str("\n  ");
        }
        // GitHub's runner takes `::` at the beginning of a line, and `##[` anywhere, for a command.
        let line = line.replace("##[", "#\\u{23}[");
        let is_command = number > 0 && line.trim_start().starts_with("::");
        let line = if is_command { line.replacen("::", ":\\u{3a}", 1) } else { line };
        for character in line.chars() {
            if is_unprintable(character) {
                clean.extend(character.escape_unicode());
            } else {
                clean.push(character);
            }
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_control_neither_a_terminal_nor_a_runner() {
        assert_eq!(sanitise("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb\n  c");
        assert_eq!(
            sanitise("no\n ::add-mask::x\n##[error]y"),
            "no\n   :\\u{3a}add-mask::x\n  #\\u{23}[error]y"
        );
        assert_eq!(sanitise("::1 is loopback"), "::1 is loopback", "our own words come before it");
    }
}
