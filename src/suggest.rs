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

/// Finds the first name of which `typed` is a word, or the beginning of one: `used` is one of `used_percent`.
#[must_use]
pub fn nearest_word<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = fold(typed);
    let has_word = |name: &&str| fold(name).split('-').any(|word| word.starts_with(&typed));
    // A single letter begins too many words.
    names.into_iter().find(has_word).filter(|_| typed.chars().count() > 1)
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

    #[test]
    fn a_word_stands_for_a_name_that_has_it() {
        let names = ["exclude-regions", "org", "private_ips", "used_percent"];
        assert_eq!(nearest_word("used", names), Some("used_percent"));
        assert_eq!(nearest_word("ip", names), Some("private_ips"));
        assert_eq!(nearest_word("ed", names), None);
        assert_eq!(nearest_word("u", names), None);
    }
}
