//! The Security Token Service: roles that are assumed, by other credentials or by a token in a file.
//!
//! The SDK's own provider shares one retry budget among all roles of the process: in an organisation of hundreds of
//! accounts, the faults of some use it up and the later accounts are refused their retries. So each role has a budget of its
//! own here. When the request for a role is sent, and sent again after throttling, is decided in `role_pacer.rs`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::attributes::AccountId;
use aws_credential_types::provider::{self, ProvideCredentials, error::CredentialsError, future};
use aws_sdk_sts::Client as StsClient;
use aws_sdk_sts::config::retry::{RetryConfig, RetryMode};
use aws_sdk_sts::operation::assume_role::builders::AssumeRoleInputBuilder;
use aws_sdk_sts::operation::assume_role::{AssumeRoleError, AssumeRoleOutput};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::login::Login;
use super::role_pacer::{RequestFault, RolePacer};
use crate::clouds::Failure;
use crate::clouds::aws::answers::CheckAnswers;
use crate::clouds::aws::reading::session::is_account_id;
use crate::clouds::aws::requests::errors::{ASSUME_ROLE_BY_TOKEN, classify_error};
use crate::clouds::aws::requests::pauses::pause_asked_by;
use crate::clouds::aws::requests::request_meter::MeterRequests;
use crate::clouds::aws::requests::retries::{
    NoFutileRetries, NoRetriesOfThrottled, RetryStatuses, new_retry_budget,
};
use crate::clouds::aws::requests::throttling::is_throttling;
use crate::fs::paths::{LONGEST_SECRET, read_regular_text};
use crate::model::Outcome;
use crate::redact;

/// Makes an STS client with a retry budget of its own.
pub fn sts_client(config: &SdkConfig) -> StsClient {
    StsClient::from_conf(client_config(config).build())
}

fn client_config(config: &SdkConfig) -> aws_sdk_sts::config::Builder {
    aws_sdk_sts::config::Builder::from(config)
        .retry_partition(new_retry_budget("sts"))
        .retry_classifier(RetryStatuses)
        .retry_classifier(NoFutileRetries)
        .interceptor(MeterRequests)
        .interceptor(CheckAnswers)
}

/// The longest pause between two attempts to assume a role that no answer asks for. Longer pauses would leave what STS
/// grants unused.
const MAX_ROLE_BACKOFF: Duration = Duration::from_secs(2);

/// Returns how often and after which waits the request for a role is sent again.
fn role_retries(config: &SdkConfig) -> RetryConfig {
    let retries = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    let longest = retries.max_backoff().min(MAX_ROLE_BACKOFF);
    retries.with_retry_mode(RetryMode::Standard).with_max_backoff(longest)
}

type AssumeRoleAnswer = Result<AssumeRoleOutput, SdkError<AssumeRoleError, HttpResponse>>;

/// Tells why a request did not lead to a role. An answer without a code is not one of STS.
fn fault(error: &SdkError<AssumeRoleError, HttpResponse>) -> RequestFault {
    let Some(answer) = error.raw_response() else { return RequestFault::Unanswered };
    let has_code = error.as_service_error().is_some_and(|error| error.code().is_some());
    match answer.status() {
        _ if is_throttling(answer) => RequestFault::Throttled(pause_asked_by(answer)),
        status if status.is_client_error() && has_code => RequestFault::Denied,
        _ => RequestFault::Unanswered,
    }
}

/// Tells whether STS gave all parts of temporary credentials; what its answer lacks is an empty text here.
pub fn has_all_parts(given: &aws_sdk_sts::types::Credentials) -> bool {
    let parts = [given.access_key_id(), given.secret_access_key(), given.session_token()];
    parts.iter().all(|part| !part.trim().is_empty())
}

/// A role, assumed anew whenever it is asked. Its credentials name their account, if STS does.
#[derive(Debug)]
pub struct AssumedRole {
    caller: SdkConfig,
    pacer: Arc<RolePacer>,
    request: AssumeRoleInputBuilder,
}

impl AssumedRole {
    /// Prepares to send `request` with the credentials of `caller`, whose roles all share the `pacer`.
    pub const fn new(caller: SdkConfig, pacer: Arc<RolePacer>, request: AssumeRoleInputBuilder) -> Self {
        Self { caller, pacer, request }
    }

    /// Sends the request now, with a one-time `code` if it needs one.
    async fn send(&self, code: Option<String>) -> AssumeRoleAnswer {
        // A client takes some 40 KB. It is needed once an hour, and an organization may have thousands of roles.
        let config = client_config(&self.caller)
            .retry_config(role_retries(&self.caller))
            .retry_classifier(NoRetriesOfThrottled);
        let client = StsClient::from_conf(config.build());
        Box::pin(self.request.clone().set_token_code(code).send_with(&client)).await
    }

    async fn credentials(&self) -> provider::Result {
        let answer = self.pacer.send(&role_retries(&self.caller), || self.send(None), fault).await;
        Self::given(answer.map_err(CredentialsError::provider_error)?)
    }

    /// Assumes the role with a one-time code. `ask` asks for it as late as possible: it is valid for a minute or so.
    ///
    /// # Errors
    /// What `ask` fails with, and why the role was not granted.
    pub async fn credentials_by_code(
        &self,
        ask: impl Future<Output = Result<String, Failure>>,
    ) -> provider::Result {
        let retries = role_retries(&self.caller);
        let answer = self.pacer.send_prepared(&retries, ask, |code| self.send(Some(code)), fault).await;
        Self::given(answer.map_err(CredentialsError::provider_error)?)
    }

    /// Reads the credentials in an answer.
    fn given(answer: AssumeRoleAnswer) -> provider::Result {
        let answer = answer.map_err(CredentialsError::provider_error)?;
        let given = answer
            .credentials
            .filter(has_all_parts)
            .ok_or_else(|| CredentialsError::unhandled("STS answered without credentials"))?;
        let mut credentials = Credentials::builder()
            .access_key_id(given.access_key_id)
            .secret_access_key(given.secret_access_key)
            .session_token(given.session_token)
            .provider_name("netcensus");
        credentials.set_expiry(given.expiration.try_into().ok());
        credentials.set_account_id(answer.assumed_role_user.and_then(|user| account_of(&user.arn)));
        Ok(credentials.build())
    }
}

/// Returns the account in the ARN of an assumed role, `arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION`, if it is one:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumedRoleUser.html>
fn account_of(arn: &str) -> Option<AccountId> {
    let mut parts = arn.split(':').skip(2);
    let (service, _, account) = (parts.next()?, parts.next()?, parts.next()?);
    (service == "sts" && is_account_id(account)).then(|| AccountId::from(account))
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// A role that is assumed by the token in a file, which is read anew each time: it is replaced when it expires.
#[derive(Debug)]
pub struct WebIdentityCredentials {
    file: PathBuf,
    role: String,
    session: String,
    sts: StsClient,
    login: Login,
}

impl WebIdentityCredentials {
    /// Prepares to assume `role`.
    pub fn new(file: &str, role: &str, session: Option<&str>, config: &SdkConfig, login: &Login) -> Self {
        Self {
            file: file.into(),
            role: role.to_owned(),
            session: session.unwrap_or("netcensus").to_owned(),
            sts: sts_client(config),
            login: login.clone(),
        }
    }

    async fn request_credentials(&self) -> Result<Credentials, Failure> {
        let file = self.file.display();
        let failed = |why: String| Failure::new(Outcome::Failed, format!("no credentials: {why}"));
        let token = read_regular_text(&self.file, LONGEST_SECRET).map_err(|error| {
            failed(format!("the web identity token file {file} could not be read: {error}"))
                .remedy(self.login.remedy())
        })?;
        redact::remember(token.trim_end());
        let request = self.sts.assume_role_with_web_identity().role_arn(&self.role);
        let request = request.role_session_name(&self.session).web_identity_token(token.trim_end());
        let answer = request
            .send()
            .await
            .map_err(|error| classify_error(&error, ASSUME_ROLE_BY_TOKEN, &self.login))?;
        let given = answer
            .credentials
            .filter(has_all_parts)
            .ok_or_else(|| failed(format!("{ASSUME_ROLE_BY_TOKEN} answered without credentials")))?;
        Ok(Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            given.expiration.try_into().ok(),
            "web identity",
        ))
    }

    async fn credentials(&self) -> provider::Result {
        self.request_credentials().await.map_err(CredentialsError::provider_error)
    }
}

impl ProvideCredentials for WebIdentityCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;
    use aws_smithy_types::error::metadata::Builder as MetadataBuilder;

    use super::*;

    #[test]
    fn only_answers_of_sts_say_how_many_requests_it_takes() {
        let fault_of = |status: u16, code: Option<&str>| {
            let metadata = code.into_iter().fold(ErrorMetadata::builder(), MetadataBuilder::code);
            let body = code.map(|code| format!("<Code>{code}</Code>")).unwrap_or_default();
            let answer = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            fault(&SdkError::service_error(AssumeRoleError::generic(metadata.build()), answer))
        };
        assert_eq!(fault_of(400, Some("Throttling")), RequestFault::Throttled(None));
        assert_eq!(fault_of(429, None), RequestFault::Throttled(None));
        assert_eq!(fault_of(403, Some("AccessDenied")), RequestFault::Denied);
        for (status, code) in [(403, None), (500, Some("InternalFailure")), (503, None)] {
            assert_eq!(fault_of(status, code), RequestFault::Unanswered, "{status}");
        }
        assert_eq!(fault(&SdkError::timeout_error("late")), RequestFault::Unanswered);
    }

    #[test]
    fn the_arn_of_an_assumed_role_names_its_account() {
        let account = |arn: &str| account_of(arn).map(|account| account.as_str().to_owned());
        let role = "arn:aws-cn:sts::111122223333:assumed-role/reader/netcensus";
        assert_eq!(account(role).as_deref(), Some("111122223333"));
        for odd in [
            "",
            "111122223333",
            "arn:aws:iam::111122223333:role/reader",
            "arn:aws:sts::1111:x",
            "arn:aws:sts::",
        ] {
            assert_eq!(account(odd), None, "{odd}");
        }
    }
}
