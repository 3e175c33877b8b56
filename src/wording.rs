//! Numbers and ages in the words of messages, and bytes in hexadecimal digits.

#[cfg(feature = "aws")]
use std::fmt::Write;

use jiff::SignedDuration;

/// Writes bytes in hexadecimal digits, lower case: `00ff`.
#[cfg(feature = "aws")]
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Counts things, whose name is given in the singular: `1 snapshot`, `3 snapshots`.
#[must_use]
pub fn counted(number: usize, singular: &str) -> String {
    counted_as(number, singular, &format!("{singular}s"))
}

/// Counts things whose plural is irregular, or whose verb changes with it: `1 prefix`, `3 prefixes`.
#[must_use]
pub fn counted_as(number: usize, singular: &str, plural: &str) -> String {
    format!("{number} {}", if number == 1 { singular } else { plural })
}

/// Counts things, whose name is given in the plural, such as that of a kind: `1 network`, `3 networks`.
#[must_use]
pub fn counted_plural(number: usize, plural: &str) -> String {
    counted(number, plural.strip_suffix('s').unwrap_or(plural))
}

/// Writes an age in the largest unit of which there are at least two: `90 s`, `15 min`, `13 h`, `3 days`. A moment in the
/// future, by another machine's clock, has the age `0 s`.
#[must_use]
pub fn age(since: SignedDuration) -> String {
    let seconds = since.as_secs().max(0);
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_the_unit_that_fits() {
        let ages = [-5, 0, 119, 120, 7_199, 7_200, 172_799, 172_800, 864_000];
        let said = ages.map(|seconds| age(SignedDuration::from_secs(seconds)));
        assert_eq!(said, ["0 s", "0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 days", "10 days"]);
        assert_eq!([counted(1, "account"), counted(0, "account")], ["1 account", "0 accounts"]);
    }
}
