//! Where secrets are. The file names the variable or the file that has one.

use std::fmt;
use std::path::PathBuf;

use toml::Value;

use super::problem::Fault;
use super::rules::{beside_place, filled};
use super::table_row::TableRow;

/// Where a secret is. It is read when it is needed, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretValue {
    /// In this environment variable.
    Variable(String),
    /// In this file.
    File(PathBuf),
    /// In the configuration file itself.
    Clear(String),
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "Variable({name:?})"),
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::Clear(_) => f.write_str("Clear(..)"),
        }
    }
}

/// What `config show` writes for a secret.
const HIDDEN: &str = "[hidden]";

/// Reads the name of an environment variable with a secret.
pub(super) fn variable(row: &mut TableRow<'_>, key: &'static str) -> Option<SecretValue> {
    row.text(key, variable_name)
}

/// Reads the name of a file with a secret.
pub(super) fn file(row: &mut TableRow<'_>, key: &'static str) -> Option<SecretValue> {
    let path = row.text(key, filled)?;
    Some(SecretValue::File(beside_place(&row.place(), &path)))
}

/// Reads the name of an environment variable. A secret that was put there by mistake is not repeated.
fn variable_name(text: &str) -> Result<SecretValue, Fault> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = text.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if begins && text.chars().all(is_plain) {
        return Ok(SecretValue::Variable(text.to_owned()));
    }
    Err(Fault::new("not the name of an environment variable; write one such as `SLACK_URL`, without `$`"))
}

/// Writes a secret `name` as the file has it, unless it is in clear text.
pub(super) fn show_secret(name: &str, secret: &SecretValue, put: &mut impl FnMut(&str, Value)) {
    match secret {
        SecretValue::Variable(variable) => put(&format!("{name}-env"), variable.clone().into()),
        SecretValue::File(path) => put(&format!("{name}-file"), path.display().to_string().into()),
        SecretValue::Clear(_) => put(name, HIDDEN.into()),
    }
}
