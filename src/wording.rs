//! Numbers, ages and faults of parsers in the words of messages, arguments of commands in them, and bytes in hexadecimal
//! digits.

use std::fmt::Display;
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

/// Quotes an argument for a POSIX shell where it has to be: ids, names and paths are written by others.
#[must_use]
pub fn shell_quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./@%+:,=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Says in plain words what a parser of JSON or TOML found wrong, which names types of Rust: `expected a list, found
/// string "x", at line 2, column 5`.
#[must_use]
pub fn parser_fault(error: &impl Display) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        // Where a text ends is the end of the file.
        Some((what, _)) if what.starts_with(EARLY_END) => plain_fault(what),
        Some((what, place)) => {
            format!("{}, at line {}", plain_fault(what), place.replacen(" column", ", column", 1))
        }
        None => plain_fault(&text),
    }
}

/// What a parser of JSON says of a text that ends too early.
const EARLY_END: &str = "EOF while parsing";

fn plain_fault(what: &str) -> String {
    match what {
        "expected value" | "expected ident" => return "it is not JSON".to_owned(),
        "trailing characters" => return "there is more after its end".to_owned(),
        _ if what.starts_with(EARLY_END) => return "it ends too early".to_owned(),
        _ => {}
    }
    let after = |begin: &str| what.strip_prefix(begin);
    let accepted = |names: &str| names.trim_start_matches("one of ").replace(" or ", ", ");
    if let Some((found, expected)) =
        after("invalid type: ").or(after("invalid value: ")).and_then(|rest| rest.split_once(", expected "))
    {
        return format!("expected {}, found {}", plain_type(expected), plain_type(found));
    }
    if let Some((name, names)) = after("unknown field ").and_then(|rest| rest.split_once(", expected ")) {
        return format!("unknown key {name}; accepted: {}", accepted(names));
    }
    if let Some((name, names)) = after("unknown variant ").and_then(|rest| rest.split_once(", expected ")) {
        return format!("{name} is not accepted; accepted: {}", accepted(names));
    }
    if let Some(name) = after("missing field ") {
        return format!("{name} is missing");
    }
    if let Some(name) = after("duplicate field ") {
        return format!("{name} is there twice");
    }
    what.to_owned()
}

fn plain_type(name: &str) -> &str {
    match name {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number of 0 or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "`true` or `false`",
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "an object",
        _ if name.starts_with("struct ") || name.starts_with("internally tagged enum") => "an object",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_parsers_are_in_plain_words() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only its errors matter")]
        struct Document {
            count: u32,
            names: Vec<String>,
        }
        let json = |text: &str| parser_fault(&serde_json::from_str::<Document>(text).unwrap_err());
        for (text, said) in [
            (
                r#"{"count": "x"}"#,
                "expected a whole number from 0 to 4294967295, found string \"x\", at line 1, column 13",
            ),
            (r#"{"count": 1, "names": 2}"#, "expected a list, found integer `2`, at line 1, column 23"),
            (r#"{"cuont": 1}"#, "unknown key `cuont`; accepted: `count`, `names`, at line 1, column 8"),
            (r#"{"count": 1}"#, "`names` is missing, at line 1, column 12"),
            (r#"{"count": 1, "count": 2}"#, "`count` is there twice, at line 1, column 20"),
            ("", "it ends too early"),
            ("{\"count\": 1,\n", "it ends too early"),
            ("hello", "it is not JSON, at line 1, column 1"),
            ("name = 1", "it is not JSON, at line 1, column 2"),
            (r#"{"count": 1, "names": []} x"#, "there is more after its end, at line 1, column 27"),
        ] {
            assert_eq!(json(text), said, "{text}");
        }
        assert_eq!(parser_fault(&"key must be a string"), "key must be a string");
    }

    #[test]
    fn arguments_are_quoted_only_where_a_shell_needs_it() {
        assert_eq!(shell_quoted("http://127.0.0.1:80"), "http://127.0.0.1:80");
        assert_eq!(shell_quoted("a b"), "'a b'");
        assert_eq!(shell_quoted("it's"), r"'it'\''s'");
        assert_eq!(shell_quoted("dynamodb:t?region=r"), "'dynamodb:t?region=r'");
        assert_eq!(shell_quoted("~/é"), "'~/é'");
        assert_eq!(shell_quoted(""), "''");
    }

    #[test]
    fn ages_have_the_unit_that_fits() {
        let ages = [-5, 0, 119, 120, 7_199, 7_200, 172_799, 172_800, 864_000];
        let said = ages.map(|seconds| age(SignedDuration::from_secs(seconds)));
        assert_eq!(said, ["0 s", "0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 days", "10 days"]);
        assert_eq!([counted(1, "account"), counted(0, "account")], ["1 account", "0 accounts"]);
    }
}
