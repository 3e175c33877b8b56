//! The Azure CLI and the Azure Developer CLI as sources of tokens.
//!
//! Both are run as children that we own, in a process group of their own: `az` is a script that starts Python, and a
//! call that hangs must not outlive netcensus. What they print is for people: the token is looked for in it, and only
//! the line with the reason is shown.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output};

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::{Error, ErrorKind};
use azure_core::time::OffsetDateTime;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::process::Command;

use crate::clouds::causes::causes;
use crate::clouds::child_process::{ChildProcess, ProcessGroup};
use crate::redact::redact;

/// A developer's tool that gives out tokens of its login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeveloperTool {
    /// The Azure CLI.
    Az,
    /// The Azure Developer CLI.
    Azd,
}

/// Why a tool gave no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolError {
    /// No user is logged in, so there is nothing to sign in with.
    #[error("{0}")]
    NotLoggedIn(String),
    /// It is signed in to one tenant, and cannot enter others.
    #[error("it is signed in to tenant {own} and cannot enter others: {reason}")]
    OtherTenant {
        /// The tenant that it is signed in to.
        own: String,
        /// What the tool printed.
        reason: String,
    },
    /// It gave a token of another tenant than the one that was asked for.
    #[error("{tool} returned a token for tenant {own} instead of tenant {wanted}")]
    ForeignToken {
        /// The tool's program.
        tool: &'static str,
        /// The tenant that the token is of.
        own: String,
        /// The tenant that was asked for.
        wanted: String,
    },
    /// It ended with an error.
    #[error("{0}")]
    Refused(String),
    /// The Azure CLI does not say when a token expires.
    #[error("Azure CLI 2.54.0 or newer is needed: this one does not say when the token expires")]
    TooOld,
    /// It could not be run, or printed no token that can be used.
    #[error("{0}")]
    Unusable(String),
}

impl ToolError {
    /// Finds it in what a credential's error was caused by.
    pub fn find(error: &Error) -> Option<&Self> {
        causes(error).find_map(|cause| cause.downcast_ref::<Self>())
    }
}

impl From<ToolError> for Error {
    fn from(error: ToolError) -> Self {
        Self::new(ErrorKind::Credential, error)
    }
}

impl DeveloperTool {
    /// Returns the program's name.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Az => "az",
            Self::Azd => "azd",
        }
    }

    /// Returns the command that logs in, to `tenant` if one is named.
    pub fn login(self, tenant: Option<&str>) -> String {
        let (command, flag) = match self {
            Self::Az => ("az login", "--tenant"),
            Self::Azd => ("azd auth login", "--tenant-id"),
        };
        tenant.map_or_else(|| command.to_owned(), |tenant| format!("{command} {flag} {tenant}"))
    }

    /// Finds the program in the directories of `path`. Relative ones are passed over: they would let the working
    /// directory decide what is run.
    pub fn find(self, path: &OsStr) -> Option<PathBuf> {
        let name = self.program();
        let names = if cfg!(windows) {
            vec![format!("{name}.cmd"), format!("{name}.exe")]
        } else {
            vec![name.to_owned()]
        };
        let directories = std::env::split_paths(path).filter(|directory| directory.is_absolute());
        directories
            .flat_map(|directory| names.iter().map(move |name| directory.join(name)).collect::<Vec<_>>())
            .find(|program| is_executable(program))
    }

    fn arguments<'a>(self, scope: &'a str, tenant: Option<&'a str>) -> Vec<&'a str> {
        let (mut arguments, flag) = match self {
            Self::Az => (vec!["account", "get-access-token", "-o", "json", "--scope", scope], "--tenant"),
            Self::Azd => {
                (vec!["auth", "token", "-o", "json", "--no-prompt", "--scope", scope], "--tenant-id")
            }
        };
        arguments.extend(tenant.into_iter().flat_map(|tenant| [flag, tenant]));
        arguments
    }

    fn is_not_logged_in(self, text: &str) -> bool {
        match self {
            Self::Az => text.contains("Please run 'az login' to setup account"),
            Self::Azd => text.contains("not logged in, run `azd auth login`"),
        }
    }

    /// Reads token and expiry: <https://learn.microsoft.com/cli/azure/account#az-account-get-access-token>.
    pub(super) fn parse_token(self, printed: &str) -> Result<ToolToken, ToolError> {
        let unusable = |why: &str| ToolError::Unusable(format!("{} {why}", self.program()));
        let (token, expiry) = match self {
            Self::Az => ("accessToken", "expires_on"),
            Self::Azd => ("token", "expiresOn"),
        };
        let answer = find_object(printed, token)
            .ok_or_else(|| unusable("ended without an error, but printed no token"))?;
        let secret = text(&answer, token).filter(|secret| !secret.is_empty());
        let secret = secret.ok_or_else(|| unusable("printed an empty token"))?;
        let seconds = answer.get(expiry).and_then(parse_seconds);
        let expires_on = seconds.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
        let expires_on = expires_on.ok_or_else(|| match self {
            Self::Az if !answer.contains_key(expiry) => ToolError::TooOld,
            _ => unusable("does not say when the token expires"),
        })?;
        // What is in the token counts: it decides which tenant's subscriptions are listed.
        let tenant = tenant_of(secret).or_else(|| text(&answer, "tenant").map(str::to_owned));
        Ok(ToolToken { token: AccessToken::new(secret.to_owned(), expires_on), tenant })
    }
}

fn text<'a>(answer: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    answer.get(name).and_then(Value::as_str)
}

/// A token, and its tenant if the tool or the token itself names it.
pub struct ToolToken {
    /// The token.
    pub token: AccessToken,
    /// The tenant's id.
    pub tenant: Option<String>,
}

/// The login of a tool, for one tenant or for the one that the tool chooses.
#[derive(Debug)]
pub struct ToolCredential {
    tool: DeveloperTool,
    program: PathBuf,
    tenant: Option<String>,
}

impl ToolCredential {
    /// Asks `program` for tokens of `tenant`.
    pub const fn new(tool: DeveloperTool, program: PathBuf, tenant: Option<String>) -> Self {
        Self { tool, program, tenant }
    }

    /// Gets a token, and the tenant that it is of.
    ///
    /// # Errors
    /// When the tool cannot be run or gives none.
    pub async fn token(&self, scope: &str) -> Result<ToolToken, ToolError> {
        let wanted = self.tenant.as_deref();
        if let Some(odd) = wanted.filter(|tenant| !is_tenant_name(tenant)) {
            return Err(ToolError::Unusable(format!("`{odd}` is not the id or domain of a tenant")));
        }
        match self.request_token(scope, wanted).await {
            // In Azure Cloud Shell, and with a managed identity, az refuses `--tenant`: its login has only one.
            Err(ToolError::Refused(reason)) if is_of_one_tenant(&reason) => {
                let token = self.request_token(scope, None).await?;
                match (&token.tenant, wanted) {
                    (Some(own), Some(wanted)) if !own.eq_ignore_ascii_case(wanted) => {
                        Err(ToolError::OtherTenant { own: own.clone(), reason })
                    }
                    (None, _) => Err(ToolError::Refused(reason)),
                    _ => Ok(token),
                }
            }
            Ok(ToolToken { tenant: Some(own), .. })
                if wanted.is_some_and(|wanted| is_other_tenant(&own, wanted)) =>
            {
                let wanted = wanted.unwrap_or_default().to_owned();
                Err(ToolError::ForeignToken { tool: self.tool.program(), own, wanted })
            }
            other => other,
        }
    }

    async fn request_token(&self, scope: &str, tenant: Option<&str>) -> Result<ToolToken, ToolError> {
        let (status, stdout, stderr) = self.run_tool(&self.tool.arguments(scope, tenant)).await?;
        if status.success() {
            return self.tool.parse_token(&stdout);
        }
        let printed = strip_escapes(&stderr);
        let reason = find_reason(&printed)
            .unwrap_or_else(|| format!("{} ended with {status} and gave no reason", self.tool.program()));
        Err(if self.tool.is_not_logged_in(&printed) {
            ToolError::NotLoggedIn(reason)
        } else {
            ToolError::Refused(reason)
        })
    }

    async fn run_tool(&self, arguments: &[&str]) -> Result<(ExitStatus, String, String), ToolError> {
        let program = &self.program;
        let failed = |error: std::io::Error| {
            ToolError::Unusable(format!("{} could not be run: {error}", program.display()))
        };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(root_directory());
        let output = ChildProcess::spawn(command, ProcessGroup::Own).map_err(failed)?.output().await;
        let Output { status, stdout, stderr } = output.map_err(failed)?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok((status, text(stdout), text(stderr)))
    }
}

#[async_trait]
impl TokenCredential for ToolCredential {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let scope = scopes.first().copied().unwrap_or_default();
        Ok(self.token(scope).await?.token)
    }
}

/// A list of tenants comes from outside: what it names must not read as an option of the tool.
fn is_tenant_name(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric) && text.chars().all(|c| c.is_alphanumeric() || ".-_".contains(c))
}

/// Tells whether a token of the tenant with the id `own` is of another tenant than `wanted`. A domain does not tell.
pub fn is_other_tenant(own: &str, wanted: &str) -> bool {
    let is_id = wanted.len() == 36 && wanted.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    is_id && !own.trim().eq_ignore_ascii_case(wanted)
}

/// Tells whether az refuses because its login is of one tenant, which is not to be named.
fn is_of_one_tenant(reason: &str) -> bool {
    reason.contains("Tenant shouldn't be specified for")
}

/// Returns a working directory for a tool. A tool looks there for plug-ins and configuration, so it is a directory that
/// no user can write to.
fn root_directory() -> PathBuf {
    if cfg!(windows) {
        std::env::var_os("SYSTEMROOT").map_or_else(|| r"C:\".into(), PathBuf::from)
    } else {
        "/".into()
    }
}

#[cfg(unix)]
fn is_executable(program: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    program.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(program: &Path) -> bool {
    program.is_file()
}

/// Characters of a reason that are shown, on one line.
const REASON_LENGTH: usize = 400;

/// Removes escape sequences of terminals (ECMA-48) and control characters other than line feeds.
fn strip_escapes(text: &str) -> String {
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
fn find_object(text: &str, key: &str) -> Option<Map<String, Value>> {
    let text = strip_escapes(text);
    text.match_indices('{').find_map(|(at, _)| {
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>();
        match values.next() {
            Some(Ok(Value::Object(object))) if object.contains_key(key) => Some(object),
            _ => None,
        }
    })
}

/// Reads a time as tools write it: seconds since 1970 as a number or text, or as RFC 3339 has it.
fn parse_seconds(value: &Value) -> Option<i64> {
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

/// Finds the line with the reason in error output without escapes: a message of Entra first, then the end of a Python
/// traceback, then an error, then the last line that is no warning.
fn find_reason(text: &str) -> Option<String> {
    let text = azd_messages(text).unwrap_or_else(|| text.to_owned());
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let line = lines
        .iter()
        .find(|line| line.contains("AADSTS"))
        .or_else(|| end_of_traceback(&lines))
        .or_else(|| lines.iter().rev().find(|line| line.trim_start().starts_with("ERROR:")))
        .or_else(|| lines.iter().rev().find(|line| !is_noise(line)))?;
    let line = line.trim().trim_start_matches("ERROR:").trim_start();
    let words: Vec<&str> = without_support_ids(line).split_whitespace().collect();
    // A tool that logs too much may print the token itself.
    Some(redact(&words.join(" ")).chars().take(REASON_LENGTH).collect())
}

/// Cuts off the identifiers for Microsoft's support that Entra's messages end with.
pub fn without_support_ids(message: &str) -> &str {
    message.split(" Trace ID:").next().unwrap_or(message).trim_end_matches(['.', ' '])
}

/// azd writes its messages as JSON, a line each.
fn azd_messages(text: &str) -> Option<String> {
    let message = |line: &str| {
        let value: Value = serde_json::from_str(line).ok()?;
        value.get("data")?.get("message")?.as_str().map(strip_escapes)
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

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn the_least_version_is_named_when_az_is_too_old() {
        // azure-sdk-for-python 37841.
        let old = r#"{"accessToken": "t", "expiresOn": "2030-01-01 00:00:00.000000", "tokenType": "Bearer"}"#;
        let error = DeveloperTool::Az.parse_token(old).map(drop).unwrap_err();
        assert!(error.to_string().contains("Azure CLI 2.54.0 or newer"), "{error}");
    }

    #[test]
    fn expiry_is_read_as_each_tool_writes_it() {
        let expires = |tool: DeveloperTool, text: &str| {
            tool.parse_token(text).map(|got| got.token.expires_on.unix_timestamp())
        };
        let az = |value: &str| {
            expires(DeveloperTool::Az, &format!(r#"{{"accessToken": "t", "expires_on": {value}}}"#))
        };
        assert_eq!(az("1893456000"), Ok(1_893_456_000));
        assert_eq!(az("\"1893456000\""), Ok(1_893_456_000));
        for odd in ["null", "\"soon\"", "1e30", "99999999999999"] {
            assert!(matches!(az(odd), Err(ToolError::Unusable(_))), "{odd}");
        }
        let azd = r#"{"token": "t", "expiresOn": "2030-01-01T00:00:00Z"}"#;
        assert_eq!(expires(DeveloperTool::Azd, azd), Ok(1_893_456_000));
    }

    #[test]
    fn the_tenant_in_the_token_counts_and_a_domain_does_not_tell() {
        let [one, two] = ["aaaaaaaa-0000-4000-8000-000000000001", "AAAAAAAA-0000-4000-8000-000000000002"];
        assert!(is_other_tenant(one, two) && !is_other_tenant(&one.to_uppercase(), one));
        assert!(!is_other_tenant(one, "contoso.com"));
        let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"tid": "{one}"}}"#));
        let printed =
            format!(r#"{{"accessToken": "h.{claims}.s", "expires_on": 1893456000, "tenant": "{two}"}}"#);
        assert_eq!(DeveloperTool::Az.parse_token(&printed).map(|got| got.tenant), Ok(Some(one.to_owned())));
    }

    #[test]
    fn a_token_that_is_empty_or_missing_is_no_token_and_is_never_shown() {
        for printed in ["", "{}", r#"{"accessToken": "", "expires_on": 1893456000}"#, "Bearer secret"] {
            let error = DeveloperTool::Az.parse_token(printed).map(drop).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}

#[cfg(test)]
mod output_tests {
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
            ("ERROR: got eyJhbGciOi.eyJhdWQ.sig back", "got [redacted] back"),
        ] {
            assert_eq!(find_reason(printed).as_deref(), Some(expected));
        }
        assert_eq!(find_reason("DEBUG: Authorization: secret\n"), None, "debug text is not shown");
        assert_eq!(find_reason(""), None);
    }

    #[test]
    fn escapes_of_a_terminal_do_not_reach_the_user() {
        assert_eq!(strip_escapes("\u{1b}[31mred\u{1b}[0m\r\n\u{9b}x\u{8}"), "red\nx");
    }

    #[test]
    fn a_token_tells_its_tenant() {
        let token = format!("h.{}.s", URL_SAFE_NO_PAD.encode(r#"{"tid": "t-1"}"#));
        assert_eq!(tenant_of(&token).as_deref(), Some("t-1"));
        assert_eq!(tenant_of("opaque"), None);
    }
}
