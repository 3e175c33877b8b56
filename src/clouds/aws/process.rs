//! Credentials that a program prints (`credential_process`).
//!
//! The SDK runs it too, but leaves it running when it is not waited for any more, and gives it five seconds.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, error::CredentialsError, future};
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::process::Command;

use super::failure::shorten;
use crate::clouds::Failure;
use crate::clouds::child_process::{ChildProcess, ProcessGroup};
use crate::model::Outcome;

/// A program that prints credentials, run anew whenever it is asked.
pub struct Process {
    command: String,
    profile: String,
    limit: Duration,
}

/// Without the command, whose arguments may be secrets.
impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process").field("profile", &self.profile).finish_non_exhaustive()
    }
}

impl Process {
    /// Prepares to run `command` for `profile`, for as long as `limit`.
    pub fn new(command: &str, profile: &str, limit: Duration) -> Self {
        Self { command: command.to_owned(), profile: profile.to_owned(), limit }
    }

    async fn credentials(&self) -> provider::Result {
        self.run().await.map_err(CredentialsError::provider_error)
    }

    async fn run(&self) -> Result<Credentials, Failure> {
        let Self { profile, limit, .. } = self;
        let failed = |outcome, why: &str| {
            let remedy = format!("run the credential_process of profile {profile} by hand to see why");
            Failure::new(outcome, format!("no credentials: its credential_process {why} ({remedy})"))
        };
        // It may ask for a one-time password on the terminal, so it stays in our process group.
        let child = ChildProcess::spawn(shell(&self.command), ProcessGroup::Shared)
            .map_err(|error| failed(Outcome::Failed, &format!("could not be started: {error}")))?;
        let Ok(output) = tokio::time::timeout(*limit, child.output()).await else {
            let why =
                format!("did not finish within {limit:?} and was ended, or give it more with --timeout");
            return Err(failed(Outcome::TimedOut, &why));
        };
        let output =
            output.map_err(|error| failed(Outcome::Failed, &format!("could not be waited for: {error}")))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            let said = text.lines().rev().find(|line| !line.trim().is_empty()).map(str::trim);
            let said = said.map(|line| format!(": {}", shorten(line))).unwrap_or_default();
            return Err(failed(Outcome::Failed, &format!("ended with {}{said}", output.status)));
        }
        parse(&output.stdout).map_err(|why| failed(Outcome::Failed, &why))
    }
}

impl ProvideCredentials for Process {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(not(windows))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

/// Quotes as cmd.exe wants it, which is not as programs are otherwise given their arguments.
#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd.exe");
    shell.arg("/C");
    shell.raw_arg(format!("\"{command}\""));
    shell
}

/// Reads what the program printed:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.
fn parse(output: &[u8]) -> Result<Credentials, String> {
    let fields = Fields::read(output).ok_or("printed something that is not JSON")?;
    match fields.get("Version").and_then(Value::as_u64) {
        Some(1) => fields.credentials("credential_process").map_err(|why| format!("printed {why}")),
        Some(version) => Err(format!("printed Version {version}, and 1 is what is known")),
        None => Err("printed no Version".to_owned()),
    }
}

/// A JSON object with credentials. What it is may be a secret, so that no error repeats it.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads it; `None` when it is none.
    pub fn read(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok().map(Self)
    }

    /// Returns a field, whatever the case of its name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    }

    /// Returns a text that is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Makes credentials of it, those of `source`.
    ///
    /// # Errors
    /// With what is missing or wrong: `no SecretAccessKey`.
    pub fn credentials(&self, source: &'static str) -> Result<Credentials, String> {
        let needed = |name: &str| self.text(name).ok_or_else(|| format!("no {name}"));
        let expiry = match self.text("Expiration") {
            None => None,
            Some(text) => Some(moment(text).ok_or("an Expiration that is not a time")?),
        };
        let token = self.text("SessionToken").or_else(|| self.text("Token")).map(str::to_owned);
        Ok(Credentials::new(needed("AccessKeyId")?, needed("SecretAccessKey")?, token, expiry, source))
    }
}

/// Reads a time with any offset.
fn moment(text: &str) -> Option<SystemTime> {
    text.parse::<Timestamp>().ok().map(SystemTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(command: &str, limit: Duration) -> Result<Credentials, Failure> {
        Process::new(command, "p", limit).run().await
    }

    const ENOUGH: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn what_is_printed_is_read_whatever_the_case_and_the_offset() {
        let json = r#"{"version":1,"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"2030-01-01T02:00:00+02:00"}"#;
        let read = run(&format!("echo '{json}'"), ENOUGH).await.unwrap();
        assert_eq!((read.access_key_id(), read.secret_access_key(), read.session_token()), ("A", "S", None));
        assert_eq!(read.expiry(), moment("2030-01-01T00:00:00Z"));
    }

    #[tokio::test]
    async fn what_is_wrong_is_said_without_repeating_it() {
        for (command, why) in [
            ("echo last >&2; exit 3", "ended with exit status: 3: last"),
            ("echo hello", "printed something that is not JSON"),
            ("echo '{\"Version\":2}'", "printed Version 2"),
            ("echo '{\"Version\":1,\"AccessKeyId\":\"SEKRIT\"}'", "printed no SecretAccessKey"),
        ] {
            let failure = run(command, ENOUGH).await.unwrap_err();
            assert!(failure.detail().contains(why) && failure.detail().contains("profile p"), "{failure}");
            assert!(!failure.detail().contains("SEKRIT"));
        }
    }

    // faults F17: a hung credential_process lived on.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_what_it_started() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("pids");
        let command = format!("echo $$ >> {0}; sh -c 'echo $$ >> {0}; sleep 300; :'; :", file.display());
        let failure = run(&command, Duration::from_secs(1)).await.unwrap_err();
        assert_eq!(failure.outcome, Outcome::TimedOut);
        assert!(failure.detail().contains("did not finish within 1s and was ended"), "{failure}");
        let ids = std::fs::read_to_string(&file).unwrap();
        assert_eq!(ids.lines().count(), 2, "both had begun");
        let lives = |id: &str| {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            // A zombie has ended, and waits for the runtime to collect it.
            stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
        };
        for _ in 0..50 {
            if !ids.lines().any(lives) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("still running: {ids}");
    }
}
