//! Takes the text of filters apart: conditions joined by `and`, column, operator and value, values between commas.
//!
//! A backslash takes the meaning from the character after it. What is inside `[...]` or `{...}` belongs to a glob.

use super::condition_names::is_column;
use super::error::FilterError;

/// How a column is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The parts of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConditionText<'t> {
    /// All of it.
    pub text: &'t str,
    /// The name before the operator, without spaces around it and backslashes in it.
    pub column: String,
    pub operator: Operator,
    /// What follows the operator, without spaces around it.
    pub value: &'t str,
}

/// Takes `text` apart into its conditions.
///
/// # Errors
/// When it is not a condition, or conditions are joined otherwise than by `and` or `&&`.
pub(super) fn split_conditions(text: &str) -> Result<Vec<ConditionText<'_>>, FilterError> {
    let mut conditions = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (operator, column_end, value_start) = find_operator(text)?;
        let value = &text[value_start..];
        let value_end;
        (value_end, rest) = find_end(text, value)?;
        conditions.push(ConditionText {
            text: trim(&text[..value_start + value_end]),
            column: unescape(text[..column_end].trim()),
            operator,
            value: trim(&value[..value_end]),
        });
    }
    Ok(conditions)
}

/// Splits a value at its commas. Spaces around the parts do not count.
pub(super) fn split_alternatives(value: &str) -> Vec<&str> {
    let mut alternatives = Vec::new();
    let mut start = 0;
    for (at, _) in bare_characters(value).filter(|(_, character)| *character == ',') {
        alternatives.push(trim(&value[start..at]));
        start = at + 1;
    }
    alternatives.push(trim(&value[start..]));
    alternatives
}

/// Finds the operator of the first condition of `text`, with the end of the column before it and the beginning of the value
/// after it.
fn find_operator(text: &str) -> Result<(Operator, usize, usize), FilterError> {
    let shape = || FilterError::Shape(text.to_owned());
    let mut is_escaped = false;
    let is_sign = |character: char| {
        let is_sign = !is_escaped && matches!(character, '=' | '<' | '>');
        is_escaped = character == '\\' && !is_escaped;
        is_sign
    };
    let sign = text.find(is_sign).ok_or_else(shape)?;
    let column_end = text[..sign].trim_end_matches(['!', '~']).len();
    let tail = &text[column_end..];
    let written = &tail[..tail.len() - tail.trim_start_matches(['=', '<', '>', '!', '~']).len()];
    if text[..column_end].trim().is_empty() {
        return Err(shape());
    }
    let operator = match written {
        "=" | "==" => Operator::Equal,
        "!=" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        other => {
            return Err(FilterError::Operator { filter: text.to_owned(), operator: other.to_owned() });
        }
    };
    Ok((operator, column_end, column_end + written.len()))
}

/// Finds where the value at the beginning of `value` ends, and the conditions that follow it. `text` is for errors.
fn find_end<'t>(text: &str, value: &'t str) -> Result<(usize, Option<&'t str>), FilterError> {
    // What comes before is a value by itself: an `and` at its end means that a condition was forgotten.
    let end_before = |at, next| find_end(text, &value[..at]).map(|_| (at, Some(next)));
    for (at, character) in bare_characters(value) {
        let tail = &value[at..];
        if let Some(next) = tail.strip_prefix("&&") {
            return end_before(at, next);
        }
        if tail.starts_with("||") {
            return Err(FilterError::Or(text.to_owned()));
        }
        let is_separator = character.is_whitespace() || matches!(character, ',' | ';' | '&' | '|');
        if !is_separator {
            continue;
        }
        let next = tail[character.len_utf8()..].trim_start();
        let (word, after) = next.split_once(char::is_whitespace).unwrap_or((next, ""));
        if character.is_whitespace() && after.trim().is_empty() && word.eq_ignore_ascii_case("and") {
            // The condition that should follow was forgotten.
            return Err(FilterError::Shape(text.to_owned()));
        }
        if character.is_whitespace() && starts_condition(after, false) {
            if word.eq_ignore_ascii_case("and") {
                return end_before(at, after);
            }
            if word.eq_ignore_ascii_case("or") {
                return Err(FilterError::Or(text.to_owned()));
            }
        }
        if starts_condition(next, true) {
            return Err(FilterError::Unjoined { filter: text.to_owned(), second: next.to_owned() });
        }
    }
    Ok((value.len(), None))
}

/// Tells whether `text` begins with a name and an operator. A name of several words, and any name if `is_known` is
/// required, must be that of a column.
fn starts_condition(text: &str, is_known: bool) -> bool {
    let Some(sign) = text.find(['=', '<', '>']) else { return false };
    let name = text[..sign].trim_end_matches(['!', '~']).trim();
    let is_word = || name.chars().all(|character| character.is_alphanumeric() || "_-".contains(character));
    !name.is_empty() && (is_column(name) || (!is_known && is_word()))
}

/// Lists the characters that are neither escaped nor part of `[...]` or `{...}`, with their positions.
fn bare_characters(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut depth = 0_usize;
    let mut resume = 0;
    text.char_indices().filter(move |&(at, character)| {
        if at < resume {
            return false;
        }
        match character {
            '\\' => resume = at + 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
            '[' => resume = at + class_length(&text[at..]),
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    })
}

/// Returns the length of the character class that `text` begins with; all of it if the class is not closed. A `]` at its
/// beginning is one of its characters.
fn class_length(text: &str) -> usize {
    let negation = usize::from(text[1..].starts_with(['!', '^']));
    let first = 1 + negation + usize::from(text[1 + negation..].starts_with(']'));
    text[first..].find(']').map_or(text.len(), |closing| first + closing + 1)
}

/// Removes spaces around a value, except one that is escaped.
fn trim(value: &str) -> &str {
    let value = value.trim_start();
    let trimmed = value.trim_end();
    let backslashes = trimmed.len() - trimmed.trim_end_matches('\\').len();
    let kept =
        value[trimmed.len()..].chars().next().filter(|_| backslashes % 2 == 1).map_or(0, char::len_utf8);
    &value[..trimmed.len() + kept]
}

/// Removes backslashes that escape a character.
fn unescape(text: &str) -> String {
    let mut characters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(character) = characters.next() {
        plain.push(if character == '\\' { characters.next().unwrap_or('\\') } else { character });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(String, Operator, &str)> {
        let conditions = split_conditions(text).unwrap();
        conditions.into_iter().map(|part| (part.column, part.operator, part.value)).collect()
    }

    /// Each condition alone means what it means beside others.
    #[test]
    fn a_condition_that_was_forgotten_between_two_is_missed_as_one_at_the_end_is() {
        for text in [
            "name=a and",
            "name=a and and id=b",
            "name=a and  AND id=b",
            "name= and and id=b",
            "name=a and && id=b",
        ] {
            assert!(matches!(split_conditions(text), Err(FilterError::Shape(_))), "{text}");
        }
        assert_eq!(
            parts("name=and and id=a and b and region=c"),
            [
                one("name", Operator::Equal, "and"),
                one("id", Operator::Equal, "a and b"),
                one("region", Operator::Equal, "c"),
            ]
        );
        assert_eq!(parts("name=a\\ and and id=b")[0].2, "a\\ and");
    }

    fn one<'t>(column: &str, operator: Operator, value: &'t str) -> (String, Operator, &'t str) {
        (column.to_owned(), operator, value)
    }

    #[test]
    fn column_operator_and_value_may_have_spaces_around_them() {
        use Operator::{Equal, Greater, GreaterOrEqual, NotEqual};
        assert_eq!(parts("state = running "), [one("state", Equal, "running")]);
        assert_eq!(parts("state==running"), [one("state", Equal, "running")]);
        assert_eq!(parts("USED PERCENT >= 80"), [one("USED PERCENT", GreaterOrEqual, "80")]);
        assert_eq!(parts("vcpus>8"), [one("vcpus", Greater, "8")]);
        assert_eq!(parts("tag:Cost Center!=a=b"), [one("tag:Cost Center", NotEqual, "a=b")]);
        assert_eq!(parts(r"tag:a\=b=c"), [one("tag:a=b", Equal, "c")]);
        assert_eq!(parts(r"name=a\ "), [one("name", Equal, r"a\ ")]);
        assert_eq!(parts("name="), [one("name", Equal, "")]);
    }

    #[test]
    fn conditions_are_joined_by_and() {
        use Operator::{Equal, Greater};
        let both = [one("state", Equal, "running"), one("vcpus", Greater, "8")];
        for text in [
            "state=running and vcpus>8",
            "state=running AND vcpus>8",
            "state=running && vcpus>8",
            "state=running&&vcpus>8",
        ] {
            assert_eq!(parts(text), both, "{text}");
        }
        assert_eq!(
            parts("state=running and USED PERCENT>8").last(),
            Some(&one("USED PERCENT", Greater, "8"))
        );
        assert_eq!(parts("state=a and regoin=b").len(), 2, "the column will be refused, and not be a text");
        for literal in ["name=salt and pepper", r"name=a\ and b=c", "name=[a and b=c]", "name={a and b=c,d}"]
        {
            assert_eq!(parts(literal).len(), 1, "{literal}");
        }
    }

    #[test]
    fn an_and_that_nothing_follows_is_no_part_of_a_value() {
        for text in ["name=a and", "name!=a AND  "] {
            assert_eq!(split_conditions(text), Err(FilterError::Shape(text.to_owned())));
        }
        assert_eq!(parts(r"name=Fish \and"), [one("name", Operator::Equal, r"Fish \and")]);
    }

    #[test]
    fn a_second_condition_is_never_part_of_a_value() {
        for text in ["state=running,region=eu-*", "state=a region=b", "state=a; region!=b", "name=a,tag:b=c"]
        {
            let error = split_conditions(text).unwrap_err();
            assert!(matches!(error, FilterError::Unjoined { .. }), "{text}: {error}");
        }
        for text in ["state=a or state=b", "state=a || state=b", "state=a||b"] {
            assert_eq!(split_conditions(text).unwrap_err(), FilterError::Or(text.to_owned()));
        }
        for text in ["name=~web", "name!~web", "vcpus=>5", "state<>a", "state===a", "name=!a"] {
            assert!(split_conditions(text).is_err(), "{text}");
        }
        for literal in [r"name=a,region\=b", "tags=env=prod,team=x", r"name=\~web", "name=a or b"] {
            assert_eq!(parts(literal).len(), 1, "{literal}");
        }
    }

    #[test]
    fn values_are_separated_by_commas_outside_of_globs() {
        assert_eq!(split_alternatives("a, b,c"), ["a", "b", "c"]);
        assert_eq!(split_alternatives(r"a\,b,{c,d},[,],[]],e"), [r"a\,b", "{c,d}", "[,]", "[]]", "e"]);
        assert_eq!(split_alternatives("[!],],a"), ["[!],]", "a"]);
        assert_eq!(split_alternatives("a,"), ["a", ""]);
        assert_eq!(split_alternatives("[a,b"), ["[a,b"], "the glob is refused afterwards");
    }
}
