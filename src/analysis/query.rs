//! JMESPath (<https://jmespath.org/specification.html>) over a document.

use std::collections::BTreeSet;

use jmespath::{Expression, JmespathError};
use schemars::schema_for;
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use super::columns::columns_of;
use crate::model::{Instance, Interface, Inventory, Kind, Link, Network, Subnet};
use crate::suggest::{meant, nearest};

/// A JMESPath expression that was parsed.
#[derive(Debug, Clone)]
pub struct DocumentQuery(Expression<'static>);

/// Why a query cannot be read or run.
#[derive(Debug, Error)]
pub enum QueryError {
    /// It is not JMESPath, or calls a function with what it does not take.
    #[error("the query is wrong at line {line}, column {column}: {reason}\n{expression}\n{caret:>column$}")]
    Expression {
        /// Line of the query, from 1.
        line: usize,
        /// Character of the line, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
        /// The line itself.
        expression: String,
        /// What points at the column under the line.
        caret: char,
    },
    /// It could nest deeper than the stack allows.
    #[error(
        "the query has more than {MAX_OPERATORS} brackets and operators; split it, or use jq on the JSON"
    )]
    TooLong,
    /// The document or the answer cannot be expressed in JSON.
    #[error("the query's answer is not JSON")]
    Answer(#[from] serde_json::Error),
}

impl From<JmespathError> for QueryError {
    fn from(error: JmespathError) -> Self {
        let expression = error.expression.lines().nth(error.line).unwrap_or_default().to_owned();
        let reason = match error.reason {
            jmespath::ErrorReason::Parse(text) => {
                bare_literal(&expression, error.column).unwrap_or_else(|| parse_reason(text.trim()))
            }
            jmespath::ErrorReason::Runtime(cause) => cause.to_string(),
        };
        Self::Expression { line: error.line + 1, column: error.column + 1, reason, expression, caret: '^' }
    }
}

/// Puts what the library says of a text that it cannot parse into words: it names its own tokens.
fn parse_reason(text: &str) -> String {
    if text.contains("Eof") {
        return "it ends too early".to_owned();
    }
    match text.split_once(" -- found ") {
        Some((_, found)) => format!("this is not allowed here ({found})"),
        None => text.to_owned(),
    }
}

/// Says what to write instead of text between backticks, which other tools take and JMESPath does not.
fn bare_literal(line: &str, column: usize) -> Option<String> {
    let literal = line.chars().skip(column).collect::<String>();
    let (text, _) = literal.strip_prefix('`')?.split_once('`')?;
    Some(format!("`{text}` is not JSON: put text in single quotes, '{text}'"))
}

/// The most operators that a query may have. Each may nest one level deeper, and the parser and the interpreter recurse, so
/// more of them could overflow the stack.
const MAX_OPERATORS: usize = 100;

/// Parses a query.
///
/// # Errors
/// If it is not JMESPath, or has too many brackets and operators.
pub fn compile(expression: &str) -> Result<DocumentQuery, QueryError> {
    if count_operators(expression) > MAX_OPERATORS {
        return Err(QueryError::TooLong);
    }
    Ok(DocumentQuery(jmespath::compile(expression)?))
}

fn count_operators(expression: &str) -> usize {
    let nesting = ['(', '[', '{', '!', '&', '.', '|', '<', '>'];
    expression.matches(nesting).count() + expression.matches("==").count()
}

impl DocumentQuery {
    /// Runs the query over a document. The keys of objects in the answer are in alphabetical order.
    ///
    /// # Errors
    /// If a function of the query does not accept what the document has there.
    pub fn run(&self, document: &impl Serialize) -> Result<Value, QueryError> {
        let answer = self.0.search(document)?;
        Ok(serde_json::to_value(&*answer)?)
    }

    /// Names a field among `names` that nothing in the document has, and the nearest that there is. Keys of tags may be any,
    /// and so may those that the query makes itself.
    fn explain_unknown_field(&self, names: &[&str]) -> Option<String> {
        let (text, fields) = (self.0.as_str(), document_fields());
        let is_made = |name: &str| ["(", ":"].iter().any(|end| text.contains(&format!("{name}{end}")));
        let is_number = |name: &str| name.starts_with(|first: char| first.is_ascii_digit());
        let is_known = |name: &str| fields.contains(name) || is_made(name) || is_number(name);
        let unknown =
            names.iter().copied().find(|name| !is_known(name)).filter(|_| !text.contains("tags"))?;
        if is_compared_text(text, unknown) {
            return Some(format!(
                "the document has no field `{unknown}`: put text in single quotes, '{unknown}'"
            ));
        }
        let meant = meant(nearest(unknown, fields.iter().map(String::as_str)));
        Some(format!("the document has no field `{unknown}`{meant}"))
    }

    /// Says why an answer is or contains `null`, or is an empty list: most often since the query is about columns of `kinds`
    /// that are derived, and not in the document. `None` if nothing is missing, or an empty list needs no reason.
    #[must_use]
    pub fn explain(&self, answer: &Value, kinds: &[Kind]) -> Option<String> {
        let is_empty_list = answer.as_array().is_some_and(Vec::is_empty);
        if !is_empty_list && !contains_null(answer) {
            return None;
        }
        let names = fields_of_rows(self.0.as_str());
        let derived = kinds.iter().flat_map(|kind| derived_columns(*kind));
        let mut used: Vec<&str> = derived.filter(|column| names.contains(column)).collect();
        used.sort_unstable();
        used.dedup();
        if !used.is_empty() {
            return Some(format!(
                "the document that a query reads does not contain derived columns, such as {}: use --filter and --columns \
                 for these",
                used.join(", ")
            ));
        }
        // Whole rows have fields that are unknown; you asked for none of these by its name.
        if let Some(key) = blank_key(answer).filter(|key| self.0.as_str().contains(key)) {
            return Some(format!(
                "`{key}` is null in every row of the answer: the field does not exist, or is unknown everywhere"
            ));
        }
        if let Some(unknown) = is_empty_list.then(|| self.explain_unknown_field(&names)).flatten() {
            return Some(unknown);
        }
        let is_null = "the result of the query is null: there is no such field, or nothing matched";
        answer.is_null().then(|| is_null.to_owned())
    }
}

/// Tells whether `name` stands between double quotes behind a comparison: other tools take that for text.
fn is_compared_text(expression: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    expression.split_once(&quoted).is_some_and(|(before, _)| before.trim_end().ends_with(['=', '<', '>']))
}

/// Lists the names of all fields that something in an inventory may have.
fn document_fields() -> BTreeSet<String> {
    fn collect(schema: &Value, names: &mut BTreeSet<String>) {
        match schema {
            Value::Object(keywords) => {
                let fields = keywords.get("properties").and_then(Value::as_object);
                names.extend(fields.into_iter().flat_map(|fields| fields.keys().cloned()));
                keywords.values().for_each(|value| collect(value, names));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    collect(schema_for!(Inventory).as_value(), &mut names);
    names
}

/// Returns a key of the objects of a list that is `null` in all of them.
fn blank_key(answer: &Value) -> Option<&str> {
    let rows: Vec<_> = answer.as_array()?.iter().filter_map(Value::as_object).collect();
    let is_blank = |key: &&String| rows.iter().all(|row| row.get(*key).is_none_or(Value::is_null));
    rows.first()?.keys().find(is_blank).map(String::as_str)
}

fn contains_null(answer: &Value) -> bool {
    match answer {
        Value::Null => true,
        Value::Array(items) => items.iter().any(contains_null),
        Value::Object(fields) => fields.values().any(contains_null),
        _ => false,
    }
}

/// Lists the columns of a kind that are not fields of its rows in the document.
fn derived_columns(kind: Kind) -> Vec<&'static str> {
    let schema = match kind {
        Kind::Networks => schema_for!(Network),
        Kind::Subnets => schema_for!(Subnet),
        Kind::Instances => schema_for!(Instance),
        Kind::Interfaces => schema_for!(Interface),
        Kind::Links => schema_for!(Link),
    };
    let fields = schema.get("properties").and_then(Value::as_object);
    let is_field = |name: &str| fields.is_some_and(|fields| fields.contains_key(name));
    columns_of(kind).into_iter().map(|spec| spec.name).filter(|name| !is_field(name)).collect()
}

/// Lists the names in an expression that can only be fields of something: behind a dot or `&`, within brackets, or values of
/// a hash of something. Others
/// may be fields of the document, such as `subnets`, which is a derived column of networks too.
fn fields_of_rows(expression: &str) -> Vec<&str> {
    let is_of_name = |character: char| character.is_alphanumeric() || character == '_';
    let mut names = Vec::new();
    let (mut depth, mut hashes, mut before) = (0_usize, 0_usize, ' ');
    let mut rest = expression;
    while let Some(character) = rest.chars().next() {
        let quoted = matches!(character, '\'' | '`' | '"').then(|| rest[1..].find(character)).flatten();
        let length = match quoted {
            Some(closing) => closing + 2,
            None if is_of_name(character) => rest.find(|other| !is_of_name(other)).unwrap_or(rest.len()),
            None => character.len_utf8(),
        };
        let is_value = before == ':' && hashes > 0;
        let name = match quoted {
            Some(closing) if character == '"' => Some(&rest[1..=closing]),
            _ => is_of_name(character).then(|| &rest[..length]),
        };
        if depth > 0 || is_value || matches!(before, '.' | '&') {
            names.extend(name);
        }
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '{' if before == '.' => hashes += 1,
            '}' => hashes = hashes.saturating_sub(1),
            _ => {}
        }
        if !character.is_whitespace() {
            before = character;
        }
        rest = &rest[length..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Resources, SCHEMA_VERSION};

    fn inventory() -> Inventory {
        let taken_at = "2026-11-20T08:00:00Z".parse().unwrap();
        Inventory::assemble("netcensus".into(), taken_at, vec![], Resources::default(), vec![])
    }

    #[test]
    fn a_query_reads_the_document() {
        let answer = compile("{version: schema_version, networks: length(networks)}").unwrap();
        assert_eq!(
            answer.run(&inventory()).unwrap(),
            serde_json::json!({"version": SCHEMA_VERSION, "networks": 0})
        );
    }

    #[test]
    fn text_between_backticks_is_answered_with_quotes() {
        let error = compile("instances[?state==`stopped`].id").unwrap_err().to_string();
        assert!(error.contains("`stopped` is not JSON: put text in single quotes, 'stopped'\n"), "{error}");
        assert!(compile("instances[?state==`\"stopped\"`].id").is_ok());
        let other = compile("networks[?").unwrap_err().to_string();
        assert!(!other.contains("single quotes"), "{other}");
    }

    #[test]
    fn derived_columns_are_named_where_they_are_missed() {
        let explain = |query: &str, answer: Value| {
            compile(query).unwrap().explain(&answer, &[Kind::Networks, Kind::Subnets])
        };
        let empty = || serde_json::json!([]);
        for (query, column) in [
            ("networks[?subnets>`5`].id", "subnets"),
            ("networks[].cidrs", "cidrs"),
            ("subnets[?\"used_percent\">`80` || id=='x']", "used_percent"),
            ("sort_by(networks, &owner)", "owner"),
        ] {
            let text = explain(query, empty()).unwrap();
            assert!(text.contains(&format!("such as {column}: use --filter")), "{query}: {text}");
        }
        assert!(explain("networks[].[id, instances]", serde_json::json!([["vpc-1", null]])).is_some());
        for query in ["subnets[?id=='used_percent']", "networks[?is_default].name", "instances"] {
            assert_eq!(explain(query, empty()), None, "{query}");
        }
        assert_eq!(explain("networks[].[id, cidrs]", serde_json::json!([["vpc-1"]])), None);
        let rows = |blank: Value| serde_json::json!([{"a": "vpc-1", "b": null}, {"a": "vpc-2", "b": blank}]);
        let hash = "networks[].{a: id, b: nosuch}";
        assert!(explain(hash, rows(Value::Null)).unwrap().starts_with("`b` is null in every row"));
        assert_eq!(explain(hash, rows(Value::from(1))), None);
        let owner = explain("networks[].{a: id, b: owner}", rows(Value::Null)).unwrap();
        assert!(owner.contains("such as owner: use --filter"), "{owner}");
        assert!(explain("nosuch", Value::Null).unwrap().starts_with("the result of the query is null"));
    }

    #[test]
    fn a_field_that_nothing_has_is_named_where_nothing_matches() {
        let explain = |query: &str| compile(query).unwrap().explain(&serde_json::json!([]), &Kind::ALL);
        let text = explain("instances[?stat=='running'].id").unwrap();
        assert_eq!(text, "the document has no field `stat` (did you mean `state`?)");
        assert_eq!(
            explain("networks[].nothing_like_it").unwrap(),
            "the document has no field `nothing_like_it`"
        );
        assert_eq!(
            explain("networks[?region==\"eu-west-1\"].name").unwrap(),
            "the document has no field `eu-west-1`: put text in single quotes, 'eu-west-1'"
        );
        assert_eq!(
            explain("networks[].\"regionn\"").unwrap(),
            "the document has no field `regionn` (did you mean `region`?)"
        );
        for query in [
            "instances[?state=='x']",
            "instances[?tags.nosuch=='x']",
            "networks[?contains(id, 'x')].blocks[0].cidr",
            "networks[].{n: id} | [?n=='x']",
        ] {
            assert_eq!(explain(query), None, "{query}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        for open in ["(", "[", "!", "&", "a.", "a|", "a||", "[?", "{a:", "a==", "[]"] {
            assert!(matches!(compile(&open.repeat(60_000)), Err(QueryError::TooLong)), "{open}");
            // Within the limit it may be wrong or not, but it ends.
            if let Ok(query) = compile(&open.repeat(MAX_OPERATORS / count_operators(open))) {
                let _ = query.run(&serde_json::json!({"a": []}));
            }
        }
        let chain = format!("a{}", ".a".repeat(MAX_OPERATORS));
        assert_eq!(compile(&chain).unwrap().run(&serde_json::json!({})).unwrap(), Value::Null);
    }

    #[test]
    fn a_wrong_query_says_where() {
        let error = compile("networks[?region=='x'").unwrap_err().to_string();
        assert!(error.starts_with("the query is wrong at line 1, column "), "{error}");
        assert!(error.contains("\nnetworks[?region=='x'\n"), "{error}");
        let error = compile("nosuch(networks)").unwrap().run(&inventory()).unwrap_err().to_string();
        assert!(error.contains("nosuch"), "{error}");
    }
}
