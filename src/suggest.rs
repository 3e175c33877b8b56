//! Suggests the name that the user probably meant, in the same way for keys, columns, profiles and regions.

/// Finds the name that `typed` is probably a misspelling of: at most a third of it differs. Case, and `-` for
/// `_`, do not count.
#[must_use]
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = fold(typed);
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&typed, &fold(name)), name))
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Says in brackets what was probably meant, if anything.
#[must_use]
pub fn meant(suggestion: Option<&str>) -> String {
    suggestion.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

fn fold(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_near() {
        let names = ["regions", "exclude-regions", "org", "org-role", "private_ips"];
        assert_eq!(nearest("regoins", names), Some("regions"));
        assert_eq!(nearest("ORG_ROLE", names), Some("org-role"));
        assert_eq!(nearest("private-ip", names), Some("private_ips"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest("x", []), None);
    }
}
