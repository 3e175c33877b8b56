//! Assuming a role, with a retry budget of its own.
//!
//! The SDK's own provider shares one budget among all roles of the process: in an organisation of hundreds of
//! accounts, throttling uses it up and the later accounts are refused their retries.

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, error::CredentialsError, future};
use aws_sdk_sts::Client as Sts;
use aws_sdk_sts::config::retry::RetryPartition;
use aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder;

use super::answers::CheckAnswers;
use super::connection::WatchRequests;

/// Makes an STS client for one account or way in, named by `whose`.
pub fn sts(config: &SdkConfig, whose: &str) -> Sts {
    let config = aws_sdk_sts::config::Builder::from(config)
        .retry_partition(RetryPartition::new(format!("sts-{whose}")))
        .interceptor(WatchRequests)
        .interceptor(CheckAnswers)
        .build();
    Sts::from_conf(config)
}

/// Tells whether STS gave all parts of temporary credentials; what its answer lacks is an empty text here.
pub fn is_complete(given: &aws_sdk_sts::types::Credentials) -> bool {
    let parts = [given.access_key_id(), given.secret_access_key(), given.session_token()];
    parts.iter().all(|part| !part.trim().is_empty())
}

/// A role, assumed anew whenever it is asked.
#[derive(Debug)]
pub struct Assumed {
    request: AssumeRoleFluentBuilder,
}

impl Assumed {
    /// Prepares to send `request`.
    pub const fn by(request: AssumeRoleFluentBuilder) -> Self {
        Self { request }
    }

    async fn credentials(&self) -> provider::Result {
        let answer = self.request.clone().send().await.map_err(CredentialsError::provider_error)?;
        let given = answer
            .credentials
            .filter(is_complete)
            .ok_or_else(|| CredentialsError::unhandled("STS answered without credentials"))?;
        let expiry = given.expiration.try_into().ok();
        Ok(Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            expiry,
            "netcensus",
        ))
    }
}

impl ProvideCredentials for Assumed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
