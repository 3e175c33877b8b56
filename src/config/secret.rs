//! Where secrets are. The file names the variable or the file that has one.

use std::fmt;
use std::path::PathBuf;

use toml::Value;

use super::problem::ValueFault;
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

/// Names of so many letters and digits have something between their words.
const LONG_WORD: usize = 20;
/// What `config show` writes for a secret.
const HIDDEN: &str = "[hidden]";

/// Reads the name of an environment variable with a secret.
pub(super) fn variable(row: &mut TableRow<'_>, key: &'static str) -> Option<SecretValue> {
    row.text(key, variable_name)
}

/// Reads the name of a file with a secret.
pub(super) fn file(row: &mut TableRow<'_>, key: &'static str) -> Option<SecretValue> {
    let path = row.text(key, file_name)?;
    Some(SecretValue::File(beside_place(&row.place(), &path)))
}

/// Reads the name of an environment variable. A secret that was put there by mistake is not repeated.
fn variable_name(text: &str) -> Result<SecretValue, ValueFault> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = text.chars().next().is_some_and(|c| !c.is_ascii_digit());
    if begins && text.chars().all(is_plain) && !looks_like_secret(text) {
        return Ok(SecretValue::Variable(text.to_owned()));
    }
    Err(ValueFault::new(
        "not the name of an environment variable; write one such as `SLACK_URL`, without `$`",
    ))
}

fn file_name(text: &str) -> Result<String, ValueFault> {
    if looks_like_secret(text) {
        return Err(ValueFault::new("looks like the secret itself; write the name of the file that has it"));
    }
    filled(text)
}

/// Tells whether a text is the secret rather than the name of what has it: a token of NetBox, an address, base64, or a long
/// word with digits. Errors about a name repeat it.
fn looks_like_secret(text: &str) -> bool {
    let has = |of: fn(&u8) -> bool| text.as_bytes().iter().any(of);
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    let is_encoded = is_word && text.ends_with('=');
    let is_random = is_word
        && text.len() >= LONG_WORD
        && !text.contains('/')
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase);
    text.starts_with("nbt_") || text.contains("://") || is_encoded || is_random
}

/// Writes a secret `name` as the file has it, unless it is in clear text.
pub(super) fn show_secret(name: &str, secret: &SecretValue, put: &mut impl FnMut(&str, Value)) {
    match secret {
        SecretValue::Variable(variable) => put(&format!("{name}-env"), variable.clone().into()),
        SecretValue::File(path) => put(&format!("{name}-file"), path.display().to_string().into()),
        SecretValue::Clear(_) => put(name, HIDDEN.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::looks_like_secret;

    #[test]
    fn secrets_are_not_taken_for_names() {
        for secret in [
            "0123456789abcdef0123456789abcdef01234567",
            "abcdef0123456789abcdef0123456789abcdef01",
            "nbt_kGd1Lp2.s3cr3t",
            "c2VjcmV0/2VjcmV0c2VjcmV0c2VjcmV0==",
            "c2VjcmV0c2VjcmV0c2VjcmV0U0VDUkVUMTIz",
            "https://hooks.example.com/services/T0/B0/x",
        ] {
            assert!(looks_like_secret(secret), "{secret}");
        }
        for name in [
            "NETBOX_TOKEN",
            "netbox_token_of_production_2",
            "NETBOXTOKENOFPRODUCTION2",
            "netcensus.key",
            "/run/secrets/netboxtokenofproduction2",
            "Knetcensus.+163+12345.private",
            "token",
        ] {
            assert!(!looks_like_secret(name), "{name}");
        }
    }
}
