//! Hardware addresses, in any of the usual spellings.

/// The length of a hardware address in hexadecimal digits.
const DIGITS: usize = 12;

/// Reads a hardware address and returns its twelve digits in lower case, without separators.
///
/// Understood are `02:1a:2b:3c:4d:5e`, `02-1A-2B-3C-4D-5E`, `021a.2b3c.4d5e`, `021a2b-3c4d5e`, `2:1a:2b:3c:4d:5e` and
/// `021a2b3c4d5e`. Twelve decimal digits without separators are an account id rather than a hardware address.
pub(super) fn parse(text: &str) -> Option<String> {
    let is_hex = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = match text.find([':', '-', '.']).map(|at| &text[at..=at]) {
        None => is_mixed(text).then(|| text.to_owned())?,
        Some(separator) => {
            let groups: Vec<&str> = text.split(separator).collect();
            if !groups.iter().all(|group| is_hex(group) && !group.is_empty()) {
                return None;
            }
            match groups.len() {
                // As macOS and Solaris write it, without leading zeros.
                6 if groups.iter().all(|group| group.len() <= 2) && separator != "." => {
                    groups.iter().map(|group| format!("{group:0>2}")).collect::<Vec<_>>().concat()
                }
                3 if groups.iter().all(|group| group.len() == 4) => groups.concat(),
                2 if groups.iter().all(|group| group.len() == 6) && separator == "-" => groups.concat(),
                _ => return None,
            }
        }
    };
    (digits.len() == DIGITS && is_hex(&digits)).then(|| digits.to_ascii_lowercase())
}

/// Tells whether a text has letters: an account id has none.
fn is_mixed(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_is_the_same_address() {
        for spelling in [
            "02:1a:2b:3c:4d:5e",
            "02-1A-2B-3C-4D-5E",
            "021a.2b3c.4d5e",
            "021A-2B3C-4D5E",
            "021a:2b3c:4d5e",
            "021a2b-3c4d5e",
            "2:1a:2b:3c:4d:5e",
            "021A2B3C4D5E",
        ] {
            assert_eq!(parse(spelling).as_deref(), Some("021a2b3c4d5e"), "{spelling}");
        }
    }

    #[test]
    fn other_texts_are_no_hardware_addresses() {
        for text in [
            "",
            "111111111111",
            "02:1a:2b:3c:4d",
            "02:1a:2b:3c:4d:5g",
            "02:1a-2b:3c-4d:5e",
            "10.0.0.1",
            "1.2.3.4.5.6",
            "2001:db8::1",
            "::1",
            "021a2b3c4d5",
            "web-1",
            "prod-2-eu",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
