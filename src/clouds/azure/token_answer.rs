//! Checks what an authority or a machine's identity endpoint answers, before `azure_identity` reads it.
//!
//! That crate takes an empty token for one, panics when a token is said to be good for thousands of years, and cannot
//! read numbers that are written as text, as older endpoints do.

use serde_json::{Map, Value, json};

/// Longer than any token is good for, in seconds; what is said beyond that is not a time.
const LONGEST: i64 = 10 * 366 * 24 * 3600;
/// What is shown of an answer that is something else.
const SHOWN: usize = 120;

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    /// Microsoft Entra, which says for how long a token is good (`expires_in`).
    Authority,
    /// The endpoint of a managed identity, which says until when (`expires_on`).
    Host,
}

/// Checks an answer that is to hold a token, and writes it as the crate reads it.
///
/// # Errors
/// With what is wrong with it.
pub fn checked(issuer: Issuer, body: &[u8]) -> Result<Vec<u8>, String> {
    let mut answer: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| format!("is not a token (it begins: {})", beginning(body)))?;
    let token = answer.get("access_token").and_then(Value::as_str).unwrap_or_default();
    if token.is_empty() {
        return Err("has no access_token".to_owned());
    }
    if token.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("has an access_token with blanks or control characters".to_owned());
    }
    match issuer {
        Issuer::Authority => {
            let seconds = whole(&answer, "expires_in")?;
            if !(-LONGEST..=LONGEST).contains(&seconds) {
                return Err(format!("says that the token expires in {seconds} seconds (expires_in)"));
            }
            answer.insert("expires_in".to_owned(), json!(seconds));
            // It has no part in anything, and must be a number.
            answer.remove("ext_expires_in");
        }
        Issuer::Host => {
            let seconds = whole(&answer, "expires_on")?;
            if jiff::Timestamp::from_second(seconds).is_err() {
                return Err(format!(
                    "says that the token expires at second {seconds} since 1970 (expires_on)"
                ));
            }
            answer.insert("expires_on".to_owned(), json!(seconds.to_string()));
        }
    }
    Ok(Value::Object(answer).to_string().into_bytes())
}

/// Reads a whole number, which some endpoints write as text.
fn whole(answer: &Map<String, Value>, name: &str) -> Result<i64, String> {
    let value = answer.get(name).ok_or_else(|| format!("does not say when the token expires ({name})"))?;
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64().or_else(|| value.as_f64().and_then(rounded)),
    };
    number.ok_or_else(|| format!("has {name} {value}, which is not a number of seconds"))
}

#[expect(clippy::cast_possible_truncation, reason = "what is out of range stays out of range")]
fn rounded(number: f64) -> Option<i64> {
    number.is_finite().then_some(number as i64)
}

/// Writes an authority's refusal as the crate can read it, which takes no text with escapes, such as quotes and line
/// ends. Of one that is not Entra's, such as a proxy's page, it would say only that it is no JSON.
pub fn readable_refusal(status: u16, body: &[u8]) -> Vec<u8> {
    let answer = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let codes = answer.get("error_codes").and_then(Value::as_array).into_iter().flatten();
    let codes: Vec<i32> =
        codes.filter_map(Value::as_i64).filter_map(|code| i32::try_from(code).ok()).collect();
    let text = match answer.get("error_description").and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => format!("HTTP {status} with an answer that is not Entra's (it begins: {})", beginning(body)),
    };
    let plain = |c: char| match c {
        '"' => '\'',
        '\\' => '/',
        c if c.is_control() => ' ',
        c => c,
    };
    let text: String = text.chars().map(plain).collect();
    json!({ "error_description": text, "error_codes": codes }).to_string().into_bytes()
}

fn beginning(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(body: &str) -> Result<Value, String> {
        checked(Issuer::Authority, body.as_bytes()).map(|body| serde_json::from_slice(&body).unwrap())
    }

    #[test]
    fn seconds_are_read_as_number_or_text_and_nonsense_is_refused() {
        // faults F6: these made azure_identity panic.
        for odd in
            ["300000000000", "1000000000000000000", "-1000000000000", "1e300", "\"soon\"", "null", "{}"]
        {
            let error = authority(&format!(r#"{{"access_token": "t", "expires_in": {odd}}}"#)).unwrap_err();
            assert!(error.contains("expires_in"), "{odd}: {error}");
        }
        for (text, seconds) in [("3599", 3599), ("\"3599\"", 3599), ("3599.0", 3599), ("0", 0), ("-5", -5)] {
            let answer = authority(&format!(
                r#"{{"access_token": "t", "expires_in": {text}, "ext_expires_in": "x"}}"#
            ));
            assert_eq!(answer.unwrap()["expires_in"], json!(seconds), "{text}");
        }
    }

    #[test]
    fn an_answer_without_a_token_is_refused() {
        let long = format!(r#"{{"expires_in": 1, "access_token": "{}"}}"#, "");
        for body in
            ["{}", &long, r#"{"access_token": null, "expires_in": 1}"#, "[]", "", "<html>sign in</html>"]
        {
            assert!(authority(body).is_err(), "{body}");
        }
        assert!(authority(r#"{"access_token": "t"}"#).unwrap_err().contains("when the token expires"));
        assert!(authority("{\"access_token\": \"a\\nb\", \"expires_in\": 1}").is_err());
    }

    #[test]
    fn the_endpoint_of_a_managed_identity_says_until_when() {
        let host = |value: &str| {
            let body = format!(r#"{{"access_token": "t", "expires_on": {value}}}"#);
            checked(Issuer::Host, body.as_bytes()).map(|body| serde_json::from_slice::<Value>(&body).unwrap())
        };
        assert_eq!(host("\"1893456000\"").unwrap()["expires_on"], "1893456000");
        assert_eq!(host("1893456000").unwrap()["expires_on"], "1893456000");
        assert!(host("1e18").is_err() && host("-1e18").is_err() && host("\"soon\"").is_err());
    }

    #[test]
    fn a_refusal_is_made_readable() {
        let text = |body: &[u8]| {
            let answer: Value = serde_json::from_slice(&readable_refusal(502, body)).unwrap();
            answer["error_description"].as_str().unwrap().to_owned()
        };
        let entra =
            br#"{"error": "x", "error_description": "AADSTS1: \"no\".\r\nTrace ID: 2", "error_codes": [1]}"#;
        assert_eq!(text(entra), "AADSTS1: 'no'.  Trace ID: 2");
        let body = readable_refusal(401, entra);
        assert!(!body.contains(&b'\\'), "the crate borrows the text from the body");
        for other in [&b"<html>\n Bad  Gateway"[..], b"{}", b"", br#"{"error_description": 7}"#] {
            assert!(
                text(other).starts_with("HTTP 502 with an answer that is not Entra's"),
                "{}",
                text(other)
            );
        }
    }
}
