//! Reads secrets from where the configuration says they are, and notes them so that no message shows them.

use std::path::Path;

use crate::config::SecretValue;
use crate::diagnostic::Diagnostic;
use crate::fs::paths::{LONGEST_SECRET, read_regular_text};
use crate::redact;

/// Reads a secret.
///
/// # Errors
/// When there is none.
pub fn read_secret(secret: &SecretValue) -> Result<String, Diagnostic> {
    let text = match secret {
        SecretValue::Variable(name) => std::env::var(name).unwrap_or_default(),
        SecretValue::File(path) => read_file(path)?,
        SecretValue::Clear(text) => text.clone(),
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(Diagnostic::new(match secret {
            SecretValue::Variable(name) => format!("the environment variable {name} is not set"),
            SecretValue::File(path) => format!("{} is empty", path.display()),
            SecretValue::Clear(_) => "the secret is empty".to_owned(),
        }));
    }
    redact::remember(text);
    Ok(text.to_owned())
}

fn read_file(path: &Path) -> Result<String, Diagnostic> {
    read_regular_text(path, LONGEST_SECRET)
        .map_err(|error| Diagnostic::new(format!("cannot read {}", path.display())).with_source(&error))
}
