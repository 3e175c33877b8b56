//! Credentials that this machine gives as JSON: a program prints them (`credential_process`), or the agent of a
//! container answers with them (ECS, EKS Pod Identity).
//!
//! The SDK asks for both too. But it leaves a program running when it is not waited for any more, and gives it five
//! seconds; and of a container it takes neither an expiry with an offset nor an empty variable for what it is:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, error::CredentialsError, future};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::process::Command;
use tokio::time::Instant;
use url::{Host, Url};

use crate::clouds::aws::requests::connection::AwsConnection;
use crate::clouds::aws::requests::errors::{connection_fault, root_cause};
use crate::clouds::aws::requests::pauses::{Pauses, pause_asked_by};
use crate::clouds::aws::requests::retries::is_futile;
use crate::clouds::aws::requests::sdk_settings::SdkVariables;
use crate::clouds::aws::requests::throttling::is_throttling;
use crate::clouds::causes::{shorten, unanswered};
use crate::clouds::child_process::{ChildProcess, ProcessGroup};
use crate::clouds::{Failure, Run, meter};
use crate::fs::paths::{LONGEST_SECRET, read_regular_text};
use crate::model::Outcome;
use crate::redact;

/// A program that prints credentials, run anew whenever it is asked.
pub struct CredentialProcess {
    command: String,
    profile: String,
    limit: Duration,
}

/// Without the command, whose arguments may be secrets.
impl std::fmt::Debug for CredentialProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CredentialProcess").field("profile", &self.profile).finish_non_exhaustive()
    }
}

impl CredentialProcess {
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
            Failure::new(outcome, format!("no credentials: its credential_process {why}"))
                .remedy(format!("run the credential_process of profile {profile} by hand to see why"))
        };
        // It may ask for a one-time password on the terminal, so it stays in our process group.
        let child = ChildProcess::spawn(shell_command(&self.command), ProcessGroup::Shared)
            .map_err(|error| failed(Outcome::Failed, &format!("could not be started: {error}")))?;
        let Ok(output) = tokio::time::timeout(*limit, child.output()).await else {
            let why = format!("did not finish within {limit:?} and was ended");
            return Err(failed(Outcome::TimedOut, &why).remedy("allow more time with --timeout"));
        };
        let output =
            output.map_err(|error| failed(Outcome::Failed, &format!("could not be waited for: {error}")))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            let said = text.lines().rev().find(|line| !line.trim().is_empty()).map(str::trim);
            let said = said.map(|line| format!(": {}", shorten(line))).unwrap_or_default();
            return Err(failed(Outcome::Failed, &format!("ended with {}{said}", output.status)));
        }
        parse_process_output(&output.stdout).map_err(|why| failed(Outcome::Failed, &why))
    }
}

impl ProvideCredentials for CredentialProcess {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(not(windows))]
fn shell_command(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

/// Quotes as cmd.exe wants it, which is not as programs are otherwise given their arguments.
#[cfg(windows)]
fn shell_command(command: &str) -> Command {
    let mut shell = Command::new("cmd.exe");
    shell.arg("/C");
    shell.raw_arg(format!("\"{command}\""));
    shell
}

/// Reads what the program printed:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.
fn parse_process_output(output: &[u8]) -> Result<Credentials, String> {
    let fields = CredentialJson::parse(output).ok_or("printed something that is not JSON")?;
    match fields.get("Version").and_then(Value::as_u64) {
        Some(1) => fields.credentials("credential_process").map_err(|why| format!("printed {why}")),
        Some(version) => Err(format!("printed Version {version}, and netcensus knows only version 1")),
        None => Err("printed no Version".to_owned()),
    }
}

/// A JSON object with credentials. What it is may be a secret, so that no error repeats it.
pub struct CredentialJson(Map<String, Value>);

impl CredentialJson {
    /// Reads it; `None` when it is none.
    pub fn parse(json: &[u8]) -> Option<Self> {
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
            Some(text) => Some(parse_time(text).ok_or("an Expiration that is not a time")?),
        };
        let token = self.text("SessionToken").or_else(|| self.text("Token")).map(str::to_owned);
        Ok(Credentials::new(needed("AccessKeyId")?, needed("SecretAccessKey")?, token, expiry, source))
    }
}

/// Reads a time with any offset.
fn parse_time(text: &str) -> Option<SystemTime> {
    text.parse::<Timestamp>().ok().map(SystemTime::from)
}

/// Where the relative address is.
const HOST: &str = "http://169.254.170.2";
/// The addresses of this machine's agents, which may be asked without TLS.
const AGENTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];

/// How often it is asked, and how long is waited between where it asks for no pause.
const MAX_ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);

/// The variables that say where the credentials are: a path on the agent, or an address.
pub const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
pub const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// The credentials that the agent of a container gives.
#[derive(Debug)]
pub struct ContainerCredentials {
    connection: AwsConnection,
    variables: SdkVariables,
    pauses: Pauses,
}

/// What the agent of a container answered.
struct AgentAnswer {
    status: u16,
    /// Whether it refuses the request because too many were sent.
    is_throttling: bool,
    /// How long it asks to wait.
    pause: Option<Duration>,
    body: Vec<u8>,
}

/// Why the agent of a container gave no answer.
struct AgentFault {
    why: String,
    /// Whether another request would end in the same way.
    is_final: bool,
}

impl ContainerCredentials {
    /// Prepares to ask. Pauses that the agent asks for are waited for as long as `run` bounds a sign-in.
    pub fn new(connection: &AwsConnection, run: &Run) -> Self {
        let pauses = Pauses::new(run);
        Self { connection: connection.clone(), variables: connection.variables(), pauses }
    }

    async fn credentials(&self) -> provider::Result {
        self.request_credentials().await.map_err(CredentialsError::provider_error)
    }

    async fn request_credentials(&self) -> Result<Credentials, Failure> {
        let (name, url) = find_endpoint(|name| self.variables.get(name))?;
        let failed = |why: String| Failure::new(Outcome::Failed, agent_failed(&url, name, &why));
        let token = self.token()?;
        if let Some(token) = &token {
            redact::remember(token);
        }
        let body = self.ask(&url, name, token.as_deref()).await?;
        let fields =
            CredentialJson::parse(&body).ok_or_else(|| failed("did not answer with JSON".to_owned()))?;
        fields.credentials("container").map_err(|why| failed(format!("answered with {why}")))
    }

    /// Asks the agent until it answers, a few times at most; returns the body.
    async fn ask(&self, url: &Url, name: &str, token: Option<&str>) -> Result<Vec<u8>, Failure> {
        let failed = |why: String| Failure::new(Outcome::Failed, agent_failed(url, name, &why));
        let mut attempt = 1;
        loop {
            let is_last = attempt == MAX_ATTEMPTS;
            let mut pause = None;
            match self.get(url, token).await {
                Ok(answer) if (200..300).contains(&answer.status) => return Ok(answer.body),
                Ok(answer) if is_last || !(answer.is_throttling || answer.status >= 500) => {
                    return Err(answer.failure(url, name));
                }
                Ok(answer) => pause = answer.pause,
                Err(fault) if is_last || fault.is_final => {
                    return Err(failed(format!("could not be read: {}", fault.why)));
                }
                Err(_) => {}
            }
            match pause {
                Some(pause) => {
                    let throttles = "the agent of the container throttles its credentials";
                    self.pauses.wait_until(Instant::now() + pause, throttles).await?;
                }
                None => tokio::time::sleep(PAUSE * attempt).await,
            }
            attempt += 1;
        }
    }

    async fn get(&self, url: &Url, token: Option<&str>) -> Result<AgentAnswer, AgentFault> {
        let mut request = HttpRequest::new(SdkBody::empty());
        let unsent = |why: String| AgentFault { why, is_final: true };
        request.set_uri(url.as_str()).map_err(|error| unsent(error.to_string()))?;
        request.headers_mut().insert("accept", "application/json");
        if let Some(token) = token {
            request
                .headers_mut()
                .try_insert("authorization", token.to_owned())
                .map_err(|error| unsent(root_cause(&error)))?;
        }
        meter::count_request();
        let sent = Instant::now();
        let response = self.connection.local_connector().call(request).await.map_err(|error| {
            let why = connection_fault(&error);
            meter::note_unanswered(format!("{}: {why}", unanswered(&error)));
            AgentFault { why, is_final: is_futile(&error) }
        })?;
        let (status, pause) = (response.status().as_u16(), pause_asked_by(&response));
        let is_throttling = is_throttling(&response);
        meter::note_answer(status, sent.elapsed());
        let body = ByteStream::new(response.into_body()).collect().await.map_err(|error| {
            let why = root_cause(&error);
            meter::note_unreadable(why.clone());
            AgentFault { why, is_final: is_futile(&error) }
        })?;
        Ok(AgentAnswer { status, is_throttling, pause, body: body.to_vec() })
    }

    /// Reads what the agent knows this container by.
    fn token(&self) -> Result<Option<String>, Failure> {
        let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
        let failed = |why| Failure::new(Outcome::Failed, why);
        let (name, token) = match self.variables.get(name) {
            Some(file) => {
                let unread =
                    |error| failed(format!("{file}, which {name} names, could not be read: {error}"));
                (name, read_regular_text(file.as_ref(), LONGEST_SECRET).map_err(unread)?)
            }
            None => match self.variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
                Some(token) => ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token),
                None => return Ok(None),
            },
        };
        let token = token.trim_end();
        if token.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Ok(Some(token.to_owned()));
        }
        Err(failed(format!("the token of {name} has a line end or another character that no token has")))
    }
}

impl AgentAnswer {
    /// Says what an answer means that is a refusal.
    fn failure(&self, url: &Url, name: &str) -> Failure {
        let fields = CredentialJson::parse(&self.body);
        let said =
            fields.and_then(|fields| fields.text("Message").map(|text| format!(": {}", shorten(text))));
        let why = format!("answered HTTP {}{}", self.status, said.unwrap_or_default());
        let outcome = if self.is_throttling { Outcome::Throttled } else { Outcome::Failed };
        let failure = Failure::new(outcome, agent_failed(url, name, &why));
        let failure = if self.is_throttling { failure.remedy("try later") } else { failure };
        Failure { retry_after: self.pause, ..failure }
    }
}

fn agent_failed(url: &Url, name: &str, why: &str) -> String {
    format!("no credentials of the container: {url}, which {name} names, {why}")
}

impl ProvideCredentials for ContainerCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// Finds where the credentials are, and the variable that says so. Without TLS they may come from this machine only.
fn find_endpoint(variables: impl Fn(&str) -> Option<String>) -> Result<(&'static str, Url), Failure> {
    let (name, text) = match (variables(RELATIVE), variables(FULL)) {
        (Some(path), _) => (RELATIVE, format!("{HOST}/{}", path.trim_start_matches('/'))),
        (None, Some(url)) => (FULL, url),
        (None, None) => {
            let why = format!("this is not a container with a role: neither {RELATIVE} nor {FULL} is set");
            return Err(Failure::new(Outcome::Failed, why));
        }
    };
    let failed = |why: String| Failure::new(Outcome::Failed, format!("{name} is `{text}`, {why}"));
    let url = Url::parse(&text).map_err(|error| failed(format!("which is not an address: {error}")))?;
    let is_local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback() || AGENTS.contains(&address.to_string().as_str()),
        Some(Host::Ipv6(address)) => address.is_loopback() || AGENTS.contains(&address.to_string().as_str()),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok((name, url)),
        "http" if is_local => Ok((name, url)),
        _ => Err(failed("and credentials must not be sent unencrypted".to_owned())
            .remedy("use https, or the agent's address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(command: &str, limit: Duration) -> Result<Credentials, Failure> {
        CredentialProcess::new(command, "p", limit).run().await
    }

    const ENOUGH: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn what_is_printed_is_read_whatever_the_case_and_the_offset() {
        let json = r#"{"version":1,"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"2030-01-01T02:00:00+02:00"}"#;
        let read = run(&format!("echo '{json}'"), ENOUGH).await.unwrap();
        assert_eq!((read.access_key_id(), read.secret_access_key(), read.session_token()), ("A", "S", None));
        assert_eq!(read.expiry(), parse_time("2030-01-01T00:00:00Z"));
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

    // A hung credential_process lived on.
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

    fn endpoint(variables: &[(&str, &str)]) -> Result<String, String> {
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        find_endpoint(value).map(|(_, url)| url.to_string()).map_err(|failure| failure.detail())
    }

    #[test]
    fn credentials_come_from_this_machine_or_by_tls() {
        assert_eq!(
            endpoint(&[(RELATIVE, "/v2/x"), (FULL, "https://a/")]).as_deref(),
            Ok("http://169.254.170.2/v2/x")
        );
        for url in [
            "https://example.com/x",
            "http://127.0.0.2:80/",
            "http://169.254.170.23/v1",
            "http://[fd00:ec2::23]/",
        ] {
            assert!(endpoint(&[(FULL, url)]).is_ok(), "{url}");
        }
        for url in [
            "http://example.com/",
            "http://169.254.169.254/",
            "ftp://127.0.0.1/",
            "http://127.0.0.1.evil.com/",
        ] {
            assert!(endpoint(&[(FULL, url)]).unwrap_err().contains("must not be sent unencrypted"), "{url}");
        }
        assert!(endpoint(&[(FULL, "nonsense")]).unwrap_err().contains("which is not an address"));
        assert!(endpoint(&[]).is_err());
    }
}
