//! Finds a token, or the reason why there is none, in what a command-line tool prints for people.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Reasons are shown on one line, and their start says it.
const REASON_LENGTH: usize = 400;

/// Takes out escape sequences of terminals (ECMA-48) and other control characters, but for line feeds.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip_sequence(&mut rest),
            '\n' => cleaned.push(c),
            '\t' => cleaned.push(' '),
            c if c.is_control() => {}
            c => cleaned.push(c),
        }
    }
    cleaned
}

fn skip_sequence(rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        Some('[') => drop(rest.find(|c| ('\u{40}'..='\u{7e}').contains(c))),
        // A title or a link: up to the bell, or to the string terminator.
        Some(']') => {
            while let Some(c) = rest.next() {
                if c == '\u{7}' || (c == '\u{1b}' && rest.next() == Some('\\')) {
                    return;
                }
            }
        }
        _ => {}
    }
}

/// Finds the first JSON object in `text` that has `key`, whatever is printed before and after it.
pub fn find_object(text: &str, key: &str) -> Option<Map<String, Value>> {
    let text = clean(text);
    text.match_indices('{').find_map(|(at, _)| {
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>();
        match values.next() {
            Some(Ok(Value::Object(object))) if object.contains_key(key) => Some(object),
            _ => None,
        }
    })
}

/// Reads a time as tools write it: seconds since 1970 as a number or text, or as RFC 3339 has it.
pub fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| text.parse().ok().map(|time: Timestamp| time.as_second()))
        }
        _ => None,
    }
}

/// Reads the tenant in a token of Entra (the claim `tid`); the token is not checked, which is the receiver's part.
pub fn tenant_of(token: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims.get("tid").and_then(Value::as_str).map(str::to_owned)
}

/// Finds the line of cleaned error output that says why: Entra's own words before those around them, the end of a
/// Python traceback and not its beginning, an error and not the warnings beside it.
pub fn reason(text: &str) -> Option<String> {
    let text = messages(text).unwrap_or_else(|| text.to_owned());
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let line = lines
        .iter()
        .find(|line| line.contains("AADSTS"))
        .or_else(|| end_of_traceback(&lines))
        .or_else(|| lines.iter().rev().find(|line| line.trim_start().starts_with("ERROR:")))
        .or_else(|| lines.iter().rev().find(|line| !is_noise(line)))?;
    let line = line.trim().trim_start_matches("ERROR:").trim_start();
    // Entra's messages go on with identifiers for its support.
    let line = line.split(" Trace ID:").next().unwrap_or(line).trim_end_matches(['.', ' ']);
    let words: Vec<&str> = line.split_whitespace().map(without_token).collect();
    Some(words.join(" ").chars().take(REASON_LENGTH).collect())
}

/// azd writes its messages as JSON, a line each.
fn messages(text: &str) -> Option<String> {
    let message = |line: &str| {
        let value: Value = serde_json::from_str(line).ok()?;
        value.get("data")?.get("message")?.as_str().map(clean)
    };
    let messages: Vec<String> = text.lines().filter_map(message).collect();
    (!messages.is_empty()).then(|| messages.join("\n"))
}

/// Python ends a traceback with what was raised, which is not indented; az adds where to report it.
fn end_of_traceback<'a, 'b>(lines: &'a [&'b str]) -> Option<&'a &'b str> {
    let start = lines.iter().position(|line| line.contains("Traceback (most recent call last)"))?;
    let is_raised = |line: &&&str| {
        let is_of_az =
            ["To check existing issues", "To open an issue"].iter().any(|begin| line.starts_with(begin));
        !line.starts_with(char::is_whitespace) && !is_of_az && !is_noise(line)
    };
    lines[start + 1..].iter().rev().find(is_raised)
}

fn is_noise(line: &str) -> bool {
    ["WARNING:", "DEBUG:", "INFO:"].iter().any(|level| line.trim_start().starts_with(level))
}

/// A tool that logs too much may print the token itself: its parts are Base64 of JSON, which begins so.
fn without_token(word: &str) -> &str {
    if word.contains("eyJ") { "[token]" } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_in_colours_and_between_warnings() {
        // azure-sdk-for-python 18664, pulumi-azure-native 1685.
        let token = r#"{"accessToken": "t", "expires_on": 1}"#;
        let coloured = "\u{1b}[33m{\n \u{1b}[94m\"accessToken\"\u{1b}[39;49;00m: \"t\"}\u{1b}[0m\r\n";
        let title = format!("\u{1b}]0;az {{\u{7}{token}\u{1b}]8;;http://x\u{1b}\\");
        for printed in [
            token.to_owned(),
            format!("{token}\u{1b}[0m"),
            format!("\u{1b}[K{token}\u{1b}[0m\r\n"),
            coloured.to_owned(),
            format!("WARNING: you have 2 update(s) {{see}} available\n{token}"),
            format!("{token}\n{{\"warning\": \"old\"}}\nThis command is deprecated"),
            format!("{{\"warning\": \"old\"}}\n{token}"),
            title,
        ] {
            let object = find_object(&printed, "accessToken").unwrap_or_else(|| panic!("{printed:?}"));
            assert_eq!(object["accessToken"], "t", "{printed:?}");
        }
        assert_eq!(find_object("no { json", "accessToken"), None);
        assert_eq!(find_object("[]", "accessToken"), None);
    }

    #[test]
    fn the_line_with_the_reason_is_shown() {
        let traceback = "Traceback (most recent call last):\n  File \"/opt/az/runpy.py\", line 198, in main\n\
                         ModuleNotFoundError: No module named 'azure.cli.core'\n";
        let unexpected = "ERROR: The command failed with an unexpected error. Here is the traceback:\n\
                          ERROR: [Errno 28] No space left on device\nTraceback (most recent call last):\n  File \"x\"\n\
                          OSError: [Errno 28] No space left on device\n\
                          To check existing issues, please visit: https://github.com/Azure/azure-cli/issues\n";
        let entra = "WARNING: old\nERROR: AADSTS700082: The refresh token has expired. Trace ID: 1 Correlation ID: 2\n\
                     Interactive authentication is needed. Please run:\naz login\n";
        let azd = "{\"type\":\"consoleMessage\",\"data\":{\"message\":\"\\nERROR: not logged in, run `azd auth login`\"}}";
        for (printed, expected) in [
            (traceback, "ModuleNotFoundError: No module named 'azure.cli.core'"),
            (unexpected, "OSError: [Errno 28] No space left on device"),
            (entra, "AADSTS700082: The refresh token has expired"),
            ("ERROR: first\nERROR: second\n", "second"),
            ("x.py:78: RequestsDependencyWarning\naz: error: bad\nWARNING: late", "az: error: bad"),
            (azd, "not logged in, run `azd auth login`"),
            ("ERROR: got eyJhbGciOi.eyJhdWQ.sig back", "got [token] back"),
        ] {
            assert_eq!(reason(printed).as_deref(), Some(expected));
        }
        assert_eq!(reason("DEBUG: Authorization: secret\n"), None, "debug text is not shown");
        assert_eq!(reason(""), None);
    }

    #[test]
    fn escapes_of_a_terminal_do_not_reach_the_user() {
        assert_eq!(clean("\u{1b}[31mred\u{1b}[0m\r\n\u{9b}x\u{8}"), "red\nx");
    }

    #[test]
    fn a_token_tells_its_tenant() {
        let token = format!("h.{}.s", URL_SAFE_NO_PAD.encode(r#"{"tid": "t-1"}"#));
        assert_eq!(tenant_of(&token).as_deref(), Some("t-1"));
        assert_eq!(tenant_of("opaque"), None);
    }
}
