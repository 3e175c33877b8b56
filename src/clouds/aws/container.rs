//! Credentials of a container, as ECS and EKS Pod Identity give them.
//!
//! The SDK asks for them too, but takes neither an expiry with an offset nor an empty variable for what it is:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, error::CredentialsError, future};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use url::{Host, Url};

use super::connection::Connection;
use super::failure::{root, shorten};
use super::process::Fields;
use super::settings::Variables;
use crate::clouds::Failure;
use crate::model::Outcome;
use crate::redact;

/// Where the relative address is.
const HOST: &str = "http://169.254.170.2";
/// The addresses of this machine's agents, which may be asked without TLS.
const AGENTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];

/// How often it is asked, and how long is waited between.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);

/// The variables that say where the credentials are: a path on the agent, or an address.
pub const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
pub const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// The credentials that the agent of a container gives.
#[derive(Debug)]
pub struct Container {
    connection: Connection,
    variables: Variables,
}

impl Container {
    /// Prepares to ask.
    pub fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone(), variables: connection.variables() }
    }

    async fn credentials(&self) -> provider::Result {
        self.ask().await.map_err(CredentialsError::provider_error)
    }

    async fn ask(&self) -> Result<Credentials, Failure> {
        let (name, url) = address(|name| self.variables.get(name))?;
        let failed = |why: String| {
            let why = format!("no credentials of the container: {url}, which {name} names, {why}");
            Failure::new(Outcome::Failed, why)
        };
        let token = self.token()?;
        if let Some(token) = &token {
            redact::remember(token);
        }
        let mut attempt = 1;
        let body = loop {
            match self.get(&url, token.as_deref()).await {
                Ok((200..300, body)) => break body,
                Ok((status @ 500.., _)) if attempt == ATTEMPTS => {
                    return Err(failed(format!("answered HTTP {status}")));
                }
                Err(why) if attempt == ATTEMPTS => return Err(failed(format!("could not be read: {why}"))),
                Ok((500.., _)) | Err(_) => {}
                Ok((status, body)) => {
                    let said =
                        Fields::read(&body).and_then(|fields| fields.text("Message").map(str::to_owned));
                    let said = said.map(|text| format!(": {}", shorten(&text))).unwrap_or_default();
                    return Err(failed(format!("answered HTTP {status}{said}")));
                }
            }
            tokio::time::sleep(PAUSE * attempt).await;
            attempt += 1;
        };
        let fields = Fields::read(&body).ok_or_else(|| failed("did not answer with JSON".to_owned()))?;
        fields.credentials("container").map_err(|why| failed(format!("answered with {why}")))
    }

    async fn get(&self, url: &Url, token: Option<&str>) -> Result<(u16, Vec<u8>), String> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(url.as_str()).map_err(|error| error.to_string())?;
        request.headers_mut().insert("accept", "application/json");
        if let Some(token) = token {
            request
                .headers_mut()
                .try_insert("authorization", token.to_owned())
                .map_err(|error| root(&error))?;
        }
        let response = self.connection.to_neighbours().call(request).await.map_err(|error| root(&error))?;
        let status = response.status().as_u16();
        let body = ByteStream::new(response.into_body()).collect().await.map_err(|error| root(&error))?;
        Ok((status, body.to_vec()))
    }

    /// Reads what the agent knows this container by.
    fn token(&self) -> Result<Option<String>, Failure> {
        let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
        let failed = |why| Failure::new(Outcome::Failed, why);
        let (name, token) = match self.variables.get(name) {
            Some(file) => {
                let unread =
                    |error| failed(format!("{file}, which {name} names, could not be read: {error}"));
                (name, std::fs::read_to_string(&file).map_err(unread)?)
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

impl ProvideCredentials for Container {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// Finds where the credentials are, and the variable that says so. Without TLS they may come from this machine only.
fn address(variables: impl Fn(&str) -> Option<String>) -> Result<(&'static str, Url), Failure> {
    let (name, text) = match (variables(RELATIVE), variables(FULL)) {
        (Some(path), _) => (RELATIVE, format!("{HOST}/{}", path.trim_start_matches('/'))),
        (None, Some(url)) => (FULL, url),
        (None, None) => {
            let why = format!("this is no container with a role: neither {RELATIVE} nor {FULL} is set");
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
        _ => Err(failed(
            "and credentials must not travel in the clear (use https, or the agent's address)".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<String, String> {
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        address(value).map(|(_, url)| url.to_string()).map_err(|failure| failure.detail())
    }

    #[test]
    fn credentials_come_from_this_machine_or_by_tls() {
        assert_eq!(
            of(&[(RELATIVE, "/v2/x"), (FULL, "https://a/")]).as_deref(),
            Ok("http://169.254.170.2/v2/x")
        );
        for url in [
            "https://example.com/x",
            "http://127.0.0.2:80/",
            "http://169.254.170.23/v1",
            "http://[fd00:ec2::23]/",
        ] {
            assert!(of(&[(FULL, url)]).is_ok(), "{url}");
        }
        for url in [
            "http://example.com/",
            "http://169.254.169.254/",
            "ftp://127.0.0.1/",
            "http://127.0.0.1.evil.com/",
        ] {
            assert!(of(&[(FULL, url)]).unwrap_err().contains("must not travel in the clear"), "{url}");
        }
        assert!(of(&[(FULL, "nonsense")]).unwrap_err().contains("which is not an address"));
        assert!(of(&[]).is_err());
    }
}
