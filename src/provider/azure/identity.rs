//! What every credential of Azure needs: the authority, and a way to it that counts requests.

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::http::{
    AsyncRawResponse, ClientOptions, ExponentialRetryOptions, HttpClient, Request, RetryOptions, Transport,
};
use reqwest::Client;
use url::Url;

use super::environment::Environment;
use crate::config;
use crate::provider::causes::root;
use crate::provider::{NoAccount, meter};

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
    ) -> Result<Self, NoAccount> {
        let authority = match (authority, environment.get("AZURE_AUTHORITY_HOST")) {
            (Some(authority), _) => authority,
            (None, Some(text)) => Url::parse(text).map_err(|error| {
                NoAccount::misnamed(format!(
                    "AZURE_AUTHORITY_HOST is `{text}`, which is not an address: {error}"
                ))
                .hint(format!("it looks like {PUBLIC}"))
            })?,
            (None, None) => Url::parse(PUBLIC).expect("the address is written above"),
        };
        let http = if config::is_loopback(&authority) { direct.clone() } else { http };
        let plain = (authority.scheme() == "http").then(|| authority.clone());
        if let Some(plain) = plain.as_ref().filter(|plain| !config::is_loopback(plain)) {
            return Err(NoAccount::misnamed(format!(
                "the authority {plain} would get secrets without encryption"
            ))
            .hint("use https; http is for emulators on a loopback address only"));
        }
        Ok(Self {
            authority,
            through_proxies: Arc::new(Watched { client: http, plain: plain.clone() }),
            direct: Arc::new(Watched { client: direct, plain }),
        })
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

/// Sends what credentials ask, and counts it.
#[derive(Debug)]
struct Watched {
    client: Client,
    /// An authority on loopback that speaks plain HTTP, such as the sandbox.
    plain: Option<Url>,
}

#[async_trait]
impl HttpClient for Watched {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        meter::count_request();
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
        match &answer {
            Ok(answer) => meter::note_answer(answer.status().into()),
            Err(error) => meter::note_unanswered(root(error)),
        }
        answer
    }
}
