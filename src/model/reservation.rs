//! Prefixes that are held for networks which do not exist yet.

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest name, in bytes: it is the value of a tag too, and Azure allows 256 characters there.
const LONGEST_NAME: usize = 128;
/// The longest owner or reason, in bytes.
const LONGEST_NOTE: usize = 512;

/// A prefix that is held for a network which does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reservation {
    /// What it is called; unique in a store.
    pub name: String,
    /// The prefix, canonical.
    #[schemars(with = "String")]
    pub prefix: IpNet,
    /// The pool that it was taken from; `null` if the prefix was named.
    pub pool: Option<String>,
    /// Who holds it, such as a team.
    pub owner: String,
    /// What it is for.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it holds nothing any more.
    pub expires_at: Timestamp,
}

impl Reservation {
    /// The key of the tag that marks the network a reservation is for; its value is the name of the reservation.
    pub const TAG: &str = "netcensus-reservation";

    /// Tells whether it has expired at this moment, and holds its prefix no more.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }
}

/// Checks the name of a reservation. It is a key in the store and the value of a tag, so it has only what both allow.
///
/// # Errors
/// With what is wrong with it.
pub fn check_reservation_name(name: &str) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(is_allowed) {
        return Err(format!(
            "`{}` is not a name: use letters, digits and `-_./:`, beginning with a letter or digit",
            name.escape_debug()
        ));
    }
    if name.len() > LONGEST_NAME {
        return Err(format!("the name is longer than {LONGEST_NAME} characters"));
    }
    Ok(())
}

/// Checks an owner or a reason: visible text on one line.
///
/// # Errors
/// With what is wrong with it.
pub fn check_reservation_note(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("the text is empty".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("the text has control characters: write it on one line".to_owned());
    }
    if text.len() > LONGEST_NOTE {
        return Err(format!("the text is longer than {LONGEST_NOTE} bytes"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_keys_and_tags_allow() {
        for name in ["payments-prod", "a", "team-a/eu-west-1/payments.2", "x:y_z", &"n".repeat(128)] {
            assert_eq!(check_reservation_name(name), Ok(()), "{name}");
        }
        for name in ["", "-x", "(fence)", "a b", "ä", "a\nb", "a*", &"n".repeat(129)] {
            assert!(check_reservation_name(name).is_err(), "{name}");
        }
        assert!(check_reservation_note("Payments, phase 2 (ask Ana)").is_ok());
        for note in ["", " ", "a\u{1b}[31m", "two\nlines", &"x".repeat(513)] {
            assert!(check_reservation_note(note).is_err(), "{note}");
        }
    }
}
