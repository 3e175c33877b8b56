//! What every credential of Azure needs: the authority, and a way to it that counts requests.

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::error::{Error, ErrorKind};
use azure_core::http::{
    AsyncRawResponse, ClientOptions, ExponentialRetryOptions, HttpClient, RawResponse, Request, RetryOptions,
    Transport,
};
use reqwest::Client;
use url::Url;

use super::environment::Environment;
use super::token_answer::{self, Issuer};
use crate::clouds::causes::{causes, root};
use crate::clouds::{PlanError, meter};
use crate::config;

/// The public cloud's authority.
const PUBLIC: &str = "https://login.microsoftonline.com";

/// How often a token is asked for again when the authority is busy, breaks or does not answer: one that hiccups must
/// not cost a tenant, and one that is not there must not hold the others up.
const RETRIES: u32 = 2;

/// The authority, and the way to it.
#[derive(Debug)]
pub struct Identity {
    authority: Url,
    through_proxies: Arc<Watched>,
    direct: Arc<Watched>,
}

impl Identity {
    /// Prepares the way to `authority`, or to the one that `AZURE_AUTHORITY_HOST` names.
    ///
    /// # Errors
    /// When that is no address.
    pub fn new(
        authority: Option<Url>,
        environment: &Environment,
        http: Client,
        direct: Client,
    ) -> Result<Self, PlanError> {
        let authority = match (authority, environment.get("AZURE_AUTHORITY_HOST")) {
            (Some(authority), _) => authority,
            (None, Some(text)) => Url::parse(text).map_err(|error| {
                PlanError::bad_setting(format!(
                    "AZURE_AUTHORITY_HOST is `{text}`, which is not an address: {error}"
                ))
                .remedy(format!("it looks like {PUBLIC}"))
            })?,
            (None, None) => Url::parse(PUBLIC).expect("the address is written above"),
        };
        if !authority.username().is_empty() || authority.password().is_some() {
            return Err(PlanError::bad_setting("AZURE_AUTHORITY_HOST has a user name or password in it")
                .remedy(format!("name the address alone, such as {PUBLIC}")));
        }
        let http = if config::is_loopback(&authority) { direct.clone() } else { http };
        let plain = (authority.scheme() == "http").then(|| authority.clone());
        if let Some(plain) = plain.as_ref().filter(|plain| !config::is_loopback(plain)) {
            return Err(PlanError::bad_setting(format!(
                "the authority {plain} would get secrets without encryption"
            ))
            .remedy("use https; http is for emulators on a loopback address only"));
        }
        Ok(Self {
            authority,
            through_proxies: Arc::new(Watched {
                client: http,
                plain: plain.clone(),
                issuer: Issuer::Authority,
            }),
            direct: Arc::new(Watched { client: direct, plain, issuer: Issuer::Host }),
        })
    }

    /// Returns the authority as messages name it: scheme, host and port.
    pub fn origin(&self) -> String {
        self.authority.origin().ascii_serialization()
    }

    /// Returns the address at which `tenant` gives out tokens.
    pub fn token_endpoint(&self, tenant: &str) -> String {
        format!("{}/{tenant}/oauth2/v2.0/token", self.authority.as_str().trim_end_matches('/'))
    }

    /// Returns the options of a credential that asks the authority.
    pub fn options(&self) -> ClientOptions {
        // The crate takes no authority without TLS; on loopback the transport takes it back (see `Watched`).
        let mut authority = self.authority.clone();
        let _ = authority.set_scheme("https");
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = authority.to_string();
        let cloud = Some(Arc::new(CloudConfiguration::Custom(cloud)));
        ClientOptions { cloud, ..options(&self.through_proxies) }
    }

    /// Returns the options of a credential that asks the host it runs on, where no proxy has a part.
    pub fn direct(&self) -> ClientOptions {
        options(&self.direct)
    }
}

fn options(http: &Arc<Watched>) -> ClientOptions {
    let transport = Some(Transport::new(Arc::clone(http) as Arc<dyn HttpClient>));
    let retry = ExponentialRetryOptions { max_retries: RETRIES, ..ExponentialRetryOptions::default() };
    ClientOptions { transport, retry: RetryOptions::exponential(retry), ..ClientOptions::default() }
}

/// Why no answer can be used that an authority, or the identity endpoint of a machine, was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is there, and did not answer.
    #[error("{0} did not answer in time")]
    Silent(String),
    /// No connection, or it broke off.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// Scheme, host and port.
        host: String,
        /// Why.
        why: String,
    },
    /// It answered, and not with a token.
    #[error("the token answer of {host} {why}")]
    Answer {
        /// Scheme, host and port.
        host: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Unusable {
    /// Finds it in what a credential's error was caused by.
    pub fn find(error: &Error) -> Option<&Self> {
        causes(error).find_map(|cause| cause.downcast_ref::<Self>())
    }
}

impl From<Unusable> for Error {
    fn from(unusable: Unusable) -> Self {
        // The kind decides whether the crate asks again.
        let kind = match unusable {
            Unusable::Silent(_) | Unusable::Unreachable { .. } => ErrorKind::Io,
            Unusable::Answer { .. } => ErrorKind::DataConversion,
        };
        Self::new(kind, unusable)
    }
}

/// Sends what credentials ask, counts it, and checks what comes back.
#[derive(Debug)]
struct Watched {
    client: Client,
    /// An authority on loopback that speaks plain HTTP, such as the sandbox.
    plain: Option<Url>,
    issuer: Issuer,
}

impl Watched {
    async fn send(&self, request: &Request) -> azure_core::Result<RawResponse> {
        let asked = request.url();
        let plain = self.plain.as_ref().filter(|plain| {
            (asked.host_str(), asked.port_or_known_default())
                == (plain.host_str(), plain.port_or_known_default())
        });
        let answer = if plain.is_some() {
            let mut request = request.clone();
            let _ = request.url_mut().set_scheme("http");
            HttpClient::execute_request(&self.client, &request).await
        } else {
            HttpClient::execute_request(&self.client, request).await
        };
        answer?.try_into_raw_response().await
    }

    /// Returns who is asked, as messages name it.
    fn host(&self, request: &Request) -> String {
        let mut asked = request.url().clone();
        if let Some(plain) = &self.plain {
            let _ = asked.set_scheme(plain.scheme());
        }
        asked.origin().ascii_serialization()
    }

    fn unanswered(&self, request: &Request, error: &Error) -> Unusable {
        let host = self.host(request);
        let is_timeout = causes(error)
            .filter_map(|cause| cause.downcast_ref::<reqwest::Error>())
            .any(|error| error.is_timeout() && !error.is_connect());
        if is_timeout { Unusable::Silent(host) } else { Unusable::Unreachable { host, why: root(error) } }
    }

    /// Sees to it that the crate reads no answer that it cannot stand.
    fn check(&self, request: &Request, answer: RawResponse) -> azure_core::Result<AsyncRawResponse> {
        let (status, headers, body) = answer.deconstruct();
        let code = u16::from(status);
        let is_redirect = (300..400).contains(&code);
        let body: Vec<u8> = if status.is_success() || is_redirect {
            let host = self.host(request);
            let why = if is_redirect {
                Err(format!("is HTTP {code}, which leads elsewhere, as of a proxy"))
            } else {
                token_answer::checked(self.issuer, body.as_ref())
            };
            why.map_err(|why| Unusable::Answer { host, why })?
        } else {
            match self.issuer {
                Issuer::Authority => token_answer::readable_refusal(code, body.as_ref()),
                Issuer::Host => body.as_ref().to_vec(),
            }
        };
        Ok(AsyncRawResponse::from_bytes(status, headers, body))
    }
}

#[async_trait]
impl HttpClient for Watched {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        meter::count_request();
        match self.send(request).await {
            Ok(answer) => {
                meter::note_answer(answer.status().into());
                self.check(request, answer)
            }
            Err(error) => {
                meter::note_unanswered(root(&error));
                Err(self.unanswered(request, &error).into())
            }
        }
    }
}
