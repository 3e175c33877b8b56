//! The token of an SSO session, which all profiles of the session share.
//!
//! Where it expires soon, the SDK has it renewed. If that fails, it hands out the old one all the same, even when that has
//! expired.

use std::time::{Duration, SystemTime};

use aws_config::sso::SsoTokenProvider;
use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::token::ProvideToken;
use aws_smithy_runtime_api::client::identity::http::Token;

use super::credentials::source_limit;
use crate::clouds::aws::requests::errors::{CREATE_TOKEN, root_cause};
use crate::clouds::aws::requests::token_endpoint::TokenEndpoint;
use crate::clouds::causes::causes;
use crate::clouds::{Failure, Run};
use crate::model::Outcome;

/// The SDK does not ask for another token sooner after the last attempt.
const BETWEEN_RENEWALS: Duration = Duration::from_secs(30);

/// The token of an SSO session, renewed when it expires.
#[derive(Debug)]
pub struct SsoToken {
    provider: SsoTokenProvider,
    endpoint: TokenEndpoint,
    limit: Duration,
}

impl SsoToken {
    /// Prepares to read the token whose file is named after `name`, and to renew it in the region of `config`.
    pub async fn new(config: &SdkConfig, region: Region, name: &str, start_url: &str, run: &Run) -> Self {
        let http = config.http_client().expect("every configuration has our client");
        let endpoint = TokenEndpoint::new(http, CREATE_TOKEN, run);
        let config = config.to_builder().http_client(endpoint.clone()).build();
        let provider = SsoTokenProvider::builder()
            .configure(&config)
            .region(region)
            .session_name(name)
            .start_url(start_url);
        Self { provider: provider.build().await, endpoint, limit: source_limit(run) }
    }

    /// Returns a token that has not expired.
    ///
    /// # Errors
    /// When there is none, or it has expired and was not renewed; the error says why.
    pub async fn current(&self) -> Result<Token, Failure> {
        let asked = self.endpoint.within(self.limit, self.provider.provide_token()).await?;
        let not_renewed = || self.endpoint.failure(BETWEEN_RENEWALS);
        let token = asked.map_err(|error| {
            not_renewed().unwrap_or_else(|| Failure::new(Outcome::Failed, token_error_cause(&error)))
        })?;
        if token.expiration().is_none_or(|expiry| SystemTime::now() < expiry) {
            return Ok(token);
        }
        Err(not_renewed().unwrap_or_else(|| Failure::new(Outcome::Failed, "it has expired")))
    }
}

/// Says what is wrong with a token. The SDK's error keeps the reason where the old method of errors finds it alone.
fn token_error_cause(error: &(dyn std::error::Error + 'static)) -> String {
    #[expect(deprecated, reason = "`source` ends before it")]
    let reason = causes(error).last().and_then(std::error::Error::cause);
    match reason {
        Some(reason) => match reason.source() {
            Some(source) => format!("{reason}: {source}"),
            None => reason.to_string(),
        },
        None => root_cause(error),
    }
}
