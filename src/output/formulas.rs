//! Where spreadsheet formulas are defused, for every format that a spreadsheet opens.

/// Characters at which one spreadsheet or another splits a line, whatever the delimiter of the file is.
pub(super) const SPLITTERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Characters that begin a formula in some spreadsheet; East Asian editions accept the full-width forms too.
const FORMULAS: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Puts an apostrophe before text that a spreadsheet would run as a formula
/// (<https://owasp.org/www-community/attacks/CSV_Injection>): at the beginning of the cell, and after each character at
/// which a spreadsheet may split the line, since quotes in the middle of a field mean nothing. Tabs and carriage returns
/// at the beginning, which OWASP names too, are escaped already.
pub(super) fn defuse_formulas(text: String) -> String {
    let is_at_start = is_formula(&text) && !is_negative_number(&text);
    if !is_at_start && !text.contains(is_splitter) {
        return text;
    }
    let mut defused = String::with_capacity(text.len() + 2);
    if is_at_start {
        defused.push('\'');
    }
    let mut rest = text.as_str();
    while let Some(at) = rest.find(is_splitter) {
        let (before, after) = rest.split_at(at + 1);
        defused.push_str(before);
        if is_formula(after.trim_start_matches(|c: char| c == '"' || c.is_whitespace())) {
            defused.push('\'');
        }
        rest = after;
    }
    defused + rest
}

/// Tells whether a text is a formula after the blanks at its beginning.
fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(FORMULAS)
}

fn is_splitter(character: char) -> bool {
    u8::try_from(character).is_ok_and(|byte| SPLITTERS.contains(&byte))
}

fn is_negative_number(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('-') else { return false };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_numbers_left_alone() {
        for formula in [
            "=1+1",
            "+1",
            "-1+1",
            "@SUM(A1)",
            "-",
            "--1",
            "-1.",
            "=cmd|' /C calc'!A0",
            "  =1+1",
            "\u{a0}@A1",
            "\u{ff1d}1",
            "\u{ff0b}1",
            "\u{ff0d}1",
            " \u{ff20}A1",
        ] {
            assert_eq!(defuse_formulas(formula.to_owned()), format!("'{formula}"));
        }
        for plain in
            ["-1", "-1.5", "012345678901", "a=b", "", "10.0.0.0/8", "'quoted", "a, b; c", "a -b", "x;'=1"]
        {
            assert_eq!(defuse_formulas(plain.to_owned()), plain);
        }
    }

    /// Split at `;`, the line `a,"x;=cmd"` has the cells `a,"x` and `=cmd"`: quotes in the middle do not protect.
    #[test]
    fn what_would_begin_a_cell_at_another_delimiter_is_defused() {
        for (text, defused) in [
            ("x;=cmd", "x;'=cmd"),
            ("x,+1", "x,'+1"),
            ("x\t-1", "x\t'-1"),
            ("x|@A1", "x|'@A1"),
            ("x;  =cmd", "x;'  =cmd"),
            ("x;\"=cmd\"", "x;'\"=cmd\""),
            ("x;\u{ff1d}cmd", "x;'\u{ff1d}cmd"),
            ("=a;=b|=c", "'=a;'=b|'=c"),
            ("a;;=b", "a;;'=b"),
            ("-1;=b", "'-1;'=b"),
        ] {
            assert_eq!(defuse_formulas(text.to_owned()), defused, "{text}");
        }
    }
}
