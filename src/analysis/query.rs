//! JMESPath (<https://jmespath.org/specification.html>) over a document.

use jmespath::{Expression, JmespathError};
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

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
        "the query has more than {MOST_OPERATORS} brackets and operators; split it, or use jq on the JSON"
    )]
    TooLong,
    /// The document or the answer cannot be expressed in JSON.
    #[error("the query's answer is not JSON")]
    Answer(#[from] serde_json::Error),
}

impl From<JmespathError> for QueryError {
    fn from(error: JmespathError) -> Self {
        let reason = match error.reason {
            jmespath::ErrorReason::Parse(text) => text.trim().to_owned(),
            jmespath::ErrorReason::Runtime(cause) => cause.to_string(),
        };
        let expression = error.expression.lines().nth(error.line).unwrap_or_default().to_owned();
        Self::Expression { line: error.line + 1, column: error.column + 1, reason, expression, caret: '^' }
    }
}

/// The most operators that a query may have. Each may nest one level deeper, and the parser and the interpreter recurse, so
/// more of them could overflow the stack.
const MOST_OPERATORS: usize = 100;

/// Parses a query.
///
/// # Errors
/// If it is not JMESPath, or has too many brackets and operators.
pub fn compile(expression: &str) -> Result<DocumentQuery, QueryError> {
    if count_operators(expression) > MOST_OPERATORS {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Inventory, Resources, SCHEMA_VERSION};

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
    fn deep_nesting_is_refused() {
        for open in ["(", "[", "!", "&", "a.", "a|", "a||", "[?", "{a:", "a==", "[]"] {
            assert!(matches!(compile(&open.repeat(60_000)), Err(QueryError::TooLong)), "{open}");
            // Within the limit it may be wrong or not, but it ends.
            if let Ok(query) = compile(&open.repeat(MOST_OPERATORS / count_operators(open))) {
                let _ = query.run(&serde_json::json!({"a": []}));
            }
        }
        let chain = format!("a{}", ".a".repeat(MOST_OPERATORS));
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
