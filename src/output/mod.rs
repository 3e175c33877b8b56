//! Renders reports; one file per format, one table of formats.

/// Tells whether a character of untrusted text must not reach a terminal as it is: control characters,
/// and the bidirectional and invisible ones that make text read as what it is not (Unicode TR 36).
#[must_use]
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
