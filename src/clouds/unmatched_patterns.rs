//! Refuses patterns that match nothing: a typo would read as *nothing there*.

use crate::clouds::CloudError;
#[cfg(feature = "aws")]
use crate::config::Patterns;
use crate::suggest::nearest;

/// Checks that each of `wanted` matches one of `names`, which are `what` (singular).
///
/// # Errors
/// For the first pattern that matches none.
#[cfg(feature = "aws")]
pub fn require_matches(wanted: &Patterns, names: &[&str], what: &str) -> Result<(), CloudError> {
    let matched = |pattern: &crate::config::Pattern| names.iter().any(|name| pattern.matches(name));
    let Some(pattern) = wanted.iter().find(|pattern| !matched(pattern)) else { return Ok(()) };
    Err(unknown(pattern.as_str(), names, what))
}

/// Says that no name is `wanted`, with the nearest one or all of them.
pub fn unknown(wanted: &str, names: &[&str], what: &str) -> CloudError {
    if names.is_empty() {
        return CloudError::bad_setting(format!("no {what} matches `{wanted}`: there is none"));
    }
    let error = CloudError::bad_setting(format!("no {what} matches `{wanted}`"));
    match nearest(wanted, names.iter().copied()) {
        Some(name) => error.remedy(format!("did you mean `{name}`?")),
        None => error.remedy(format!("accepted: {}", names.join(", "))),
    }
}
