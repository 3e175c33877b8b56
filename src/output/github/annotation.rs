//! One annotation, in which nothing ends the command too early.

use std::io::{self, Write};

/// Writes an annotation of a level, which is `error`, `warning` or `notice`.
pub(super) fn write_annotation(
    level: &str,
    title: &str,
    message: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = escape_data(title).replace(':', "%3A").replace(',', "%2C");
    writeln!(out, "::{level} title={title}::{}", escape_data(message))
}

/// Escapes what would end the command; the percent sign first, since the others become one.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_before_its_end() {
        let mut bytes = Vec::new();
        write_annotation("error", "a: b, c%0A", "x\r\n::error::%0A::y", &mut bytes).unwrap();
        let line = String::from_utf8(bytes).unwrap();
        assert_eq!(line, "::error title=a%3A b%2C c%250A::x%0D%0A::error::%250A::y\n");
    }
}
