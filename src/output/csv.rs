//! CSV as RFC 4180 quotes it, lines ending in a line feed; spreadsheet formulas defused.

use std::io::{self, Write};

use super::cell;
use crate::analysis::select::Table;
use crate::analysis::value::Value;

/// Writes one table; [`super::Format::check`] has refused several.
pub(super) fn write(tables: &[Table], out: &mut dyn Write) -> io::Result<()> {
    tables.iter().try_for_each(|table| {
        let names = table.columns.iter().map(|column| column.name.as_str());
        write_rows(names, &table.rows, out)
    })
}

/// Writes a header, and rows of as many values.
pub(super) fn write_rows<'n, R: AsRef<[Value]>>(
    names: impl IntoIterator<Item = &'n str>,
    rows: impl IntoIterator<Item = R>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(names.into_iter().map(|name| defuse(cell::escape(name))))?;
    for row in rows {
        writer.write_record(row.as_ref().iter().map(|value| defuse(cell::text(value))))?;
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
