//! Whole numbers on the command line.

use std::fmt::Display;
use std::str::FromStr;

/// Reads a whole number from `least` to `most`.
///
/// # Errors
/// When it is none, in words that say which numbers are accepted.
pub fn parse_number<T: FromStr + PartialOrd + Display + Copy>(
    text: &str,
    least: T,
    most: T,
) -> Result<T, String> {
    match text.parse::<T>() {
        Ok(number) if (&least..=&most).contains(&&number) => Ok(number),
        _ => Err(format!("`{text}` is not a whole number from {least} to {most}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_such_number_is_refused_with_those_that_are() {
        assert_eq!(parse_number("7", 1_u16, 9), Ok(7));
        for wrong in ["0", "10", "-1", "x", "", "1.5", "70000"] {
            let refused = parse_number(wrong, 1_u16, 9).unwrap_err();
            assert_eq!(refused, format!("`{wrong}` is not a whole number from 1 to 9"));
        }
    }
}
