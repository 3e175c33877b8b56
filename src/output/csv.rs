//! CSV as RFC 4180 quotes it, lines ending in a line feed; spreadsheet formulas defused.

use std::io::{self, Write};

use super::cell;
use crate::analysis::select::Table;

/// Writes one table; [`super::Format::check`] has refused several.
pub(super) fn write(tables: &[Table], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for table in tables {
        writer.write_record(table.columns.iter().map(|column| defuse(cell::escape(&column.name))))?;
        for row in &table.rows {
            writer.write_record(row.iter().map(|value| defuse(cell::text(value))))?;
        }
    }
    writer.flush()
}

/// Puts an apostrophe before what a spreadsheet would run as a formula
/// (<https://owasp.org/www-community/attacks/CSV_Injection>). Tabs and carriage returns, which OWASP names
/// too, are escaped already.
fn defuse(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@']) && !is_negative_number(&text) {
        format!("'{text}")
    } else {
        text
    }
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
        for formula in ["=1+1", "+1", "-1+1", "@SUM(A1)", "-", "--1", "-1.", "=cmd|' /C calc'!A0"] {
            assert_eq!(defuse(formula.to_owned()), format!("'{formula}"));
        }
        for plain in ["-1", "-1.5", "012345678901", "a=b", "", "10.0.0.0/8", "'quoted"] {
            assert_eq!(defuse(plain.to_owned()), plain);
        }
    }
}
