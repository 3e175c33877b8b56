//! What an SDK error means: denied, expired, throttled out, silent, broken.

use std::error::Error as StdError;

use aws_config::imds::client::error::{ImdsError, TokenError};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::denial::policy_remedy;
use super::http::AWS_CA_VARIABLE;
use super::pauses::pause_asked_by;
use super::throttling::{is_throttling, is_throttling_code};
use crate::clouds::Failure;
use crate::clouds::aws::answers::xml_scan::{AnswerError, is_whole_refusal};
use crate::clouds::aws::authentication::login::Login;
use crate::clouds::causes::{self, causes, certificate_remedy, shorten, unanswered};
use crate::model::Outcome;

/// The action that the trust policy of a role may forbid, whatever permissions the caller has.
pub const ASSUME_ROLE: &str = "sts:AssumeRole";
/// The same action with a web identity token.
pub const ASSUME_ROLE_BY_TOKEN: &str = "sts:AssumeRoleWithWebIdentity";
/// The action that gives the credentials of a role by SSO.
pub const GET_ROLE_CREDENTIALS: &str = "sso:GetRoleCredentials";
/// The action that renews the token of SSO.
pub const CREATE_TOKEN: &str = "sso-oidc:CreateToken";
/// The action that renews the token of `aws login`.
pub const CREATE_LOGIN_TOKEN: &str = "signin:CreateOAuth2Token";

/// The actions whose answers have a secret.
const SECRET_ACTIONS: [&str; 5] =
    [ASSUME_ROLE, ASSUME_ROLE_BY_TOKEN, GET_ROLE_CREDENTIALS, CREATE_TOKEN, CREATE_LOGIN_TOKEN];
/// What the names of fields of answers end in whose values are secrets.
const SECRET_NAMES: [&str; 4] = ["ecretAccessKey", "essionToken", "ccessToken", "efreshToken"];

/// A clock that is off by less than this does not explain a refusal: AWS allows five minutes.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

/// Turns the error of `action` (as IAM spells it) into an outcome, a reason and a remedy.
pub fn classify_error<E>(error: &SdkError<E, HttpResponse>, action: &str, login: &Login) -> Failure
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    if let Some(failure) = credentials_failure(error, login) {
        return failure;
    }
    if let Some(flaw) = AnswerError::find_in(error) {
        return Failure::new(Outcome::Failed, format!("{action}: {flaw}"));
    }
    match error {
        SdkError::ServiceError(context) => match context.err().code() {
            Some(code) => {
                let date = answered_at(context.raw());
                let failure = if is_throttling(context.raw()) {
                    throttled(action, code)
                } else {
                    classify_code(code, context.err().message(), action, login, date)
                };
                Failure { retry_after: pause_asked_by(context.raw()), ..failure }
            }
            None => unreadable_answer(context.raw(), action),
        },
        SdkError::ResponseError(context) if context.raw().body().bytes().is_none() => Failure::new(
            Outcome::Failed,
            format!("{action}: the answer ended too early: {}", root_cause(error)),
        ),
        SdkError::ResponseError(context) => unreadable_answer(context.raw(), action),
        SdkError::TimeoutError(_) => silent(Outcome::TimedOut, format!("{action}: no answer in time")),
        SdkError::DispatchFailure(failure) => failure.as_connector_error().map_or_else(
            || Failure::new(Outcome::Failed, format!("{action}: {}", root_cause(error))),
            |connector| undelivered(connector, action, "the endpoint"),
        ),
        _ => Failure::new(Outcome::Failed, format!("{action}: {}", root_cause(error))),
    }
}

/// The same for a region; what a refusal of the credentials means depends on whether the account `lists_it` as
/// enabled.
pub fn classify_in_region<E>(
    error: &SdkError<E, HttpResponse>,
    action: &str,
    login: &Login,
    lists_it: bool,
) -> Failure
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    let failure = classify_error(error, action, login);
    match error.as_service_error() {
        Some(refusal) if lists_it && refusal.code() == Some(AUTH_FAILURE) => {
            let reason = format!("{AUTH_FAILURE}{}", quoted_message(refusal.message()));
            Failure::new(failure.outcome, reason).remedy(format!(
                "the account lists this region as enabled. A session token of version 1, as the global STS endpoint \
                 issues it, is not valid in a region that is not enabled by default: set \
                 AWS_STS_REGIONAL_ENDPOINTS=regional where the token is made. Otherwise {}",
                login.remedy()
            ))
        }
        _ => failure,
    }
}

/// The code for credentials that EC2 does not know in a region.
const AUTH_FAILURE: &str = "AuthFailure";

/// The code by which EC2 says that a region does not have an API; `UnsupportedOperation` is about what was asked of
/// one: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
const NOT_OFFERED: &str = "InvalidAction";

/// Tells whether EC2 says that the region does not have this API. An answer that was cut short says nothing.
pub fn is_not_offered<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    code == Some(NOT_OFFERED)
        && error.raw_response().and_then(|response| response.body().bytes()).is_some_and(is_whole_refusal)
}

/// Says what a service said, cut to a readable length.
fn quoted_message(message: Option<&str>) -> String {
    message.map(|text| format!(": {}", shorten(without_encoded_message(text)))).unwrap_or_default()
}

/// Says of an `endpoint` that did not answer which one it is, and where it may come from; `None` for any other error.
#[cfg(feature = "dynamodb")]
pub fn unreachable_endpoint<E>(
    error: &SdkError<E, HttpResponse>,
    action: &str,
    endpoint: &str,
) -> Option<Failure>
where
    E: StdError + 'static,
{
    let SdkError::DispatchFailure(failure) = error else { return None };
    let connector = failure.as_connector_error()?;
    // What is wrong with credentials is wrapped so too.
    let is_of_credentials = causes(error).any(|link| link.is::<CredentialsError>() || link.is::<Failure>());
    (!is_of_credentials).then(|| {
        undelivered(connector, action, endpoint).remedy(
            "check the region and the network; AWS_ENDPOINT_URL, the profile's endpoint_url and HTTPS_PROXY change \
             where requests go",
        )
    })
}

/// Says that a request for `action` got no answer of `endpoint`.
pub fn undelivered(error: &ConnectorError, action: &str, endpoint: &str) -> Failure {
    let why = connection_fault(error);
    if error.is_timeout() {
        return silent(Outcome::TimedOut, format!("{action}: {endpoint} did not answer in time: {why}"));
    }
    let failure = silent(Outcome::Failed, format!("{action}: {endpoint} {}: {why}", unanswered(error)));
    match certificate_remedy(error, AWS_CA_VARIABLE) {
        Some(remedy) => failure.remedy(remedy),
        None => failure,
    }
}

/// Says why a request got no answer. Of a time-out the SDK's last cause says only that time was up; which one it was, the
/// cause before says.
pub fn connection_fault(error: &ConnectorError) -> String {
    let time_out = |link: &(dyn StdError + 'static)| {
        let text = link.to_string();
        let within = |kind: &str| {
            text.strip_prefix(&format!("HTTP {kind} timeout occurred after ")).map(str::to_owned)
        };
        within("connect")
            .map(|time| format!("no connection within {time}, TLS included"))
            .or_else(|| within("read").map(|time| format!("no answer within {time}")))
    };
    causes(error).find_map(time_out).unwrap_or_else(|| root_cause(error))
}

fn silent(outcome: Outcome, detail: String) -> Failure {
    Failure::unreachable(outcome, detail)
}

/// Classifies by the error code alone, as EC2, STS and Organizations document them.
///
/// `date` is the time at AWS when it answered.
fn classify_code(
    code: &str,
    message: Option<&str>,
    action: &str,
    login: &Login,
    date: Option<Timestamp>,
) -> Failure {
    let said = quoted_message(message);
    match code {
        "UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException" => {
            let remedy = policy_remedy(action, message.unwrap_or_default()).unwrap_or_else(|| {
                if [ASSUME_ROLE, ASSUME_ROLE_BY_TOKEN].contains(&action) {
                    login.role_remedy().to_owned()
                } else {
                    format!("allow {action}; a service control policy may forbid it too")
                }
            });
            Failure::new(Outcome::Denied, format!("{code}{said}")).remedy(remedy)
        }
        AUTH_FAILURE | "OptInRequired" => Failure::new(Outcome::Denied, format!("{code}{said}"))
            .remedy(format!("the region may not be enabled for this account, or {}", login.remedy())),
        "InvalidClientTokenId" | "UnrecognizedClientException" => {
            Failure::new(Outcome::Failed, format!("{code}{said}")).remedy(login.unknown_key_remedy())
        }
        "ExpiredToken" | "ExpiredTokenException" | "InvalidToken" | "TokenRefreshRequired" => {
            Failure::new(Outcome::Failed, format!("{code}{said}")).remedy(login.remedy())
        }
        "RequestExpired" | "RequestInTheFuture" | "SignatureDoesNotMatch" | "InvalidSignatureException" => {
            let remedy = signature_remedy(code, message, login, date, Timestamp::now());
            Failure::new(Outcome::Failed, format!("{code}{said}")).remedy(remedy)
        }
        code if is_throttling_code(code) => throttled(action, code),
        _ => Failure::new(Outcome::Failed, format!("{action}: {code}{said}")),
    }
}

/// The failure of `action` whose last refusal was `said`: a code of the API, or the status of an answer without one.
fn throttled(action: &str, said: &str) -> Failure {
    Failure::new(Outcome::Throttled, format!("{action}: {said} after all retries"))
        .remedy("try later, or use a lower --concurrency")
}

/// Says what to do about a signature that AWS finds too old, too new or wrong. Its codes do not tell these apart, and
/// EC2 says of an expired session that the request has.
fn signature_remedy(
    code: &str,
    message: Option<&str>,
    login: &Login,
    date: Option<Timestamp>,
    now: Timestamp,
) -> String {
    let clocks = |date: Timestamp| {
        format!("this machine's clock says {}, and that of AWS {}", to_the_second(now), to_the_second(date))
    };
    let is_skewed = date.is_some_and(|date| now.duration_since(date).abs() > SKEW);
    if let Some(date) = date.filter(|_| is_skewed) {
        return format!("{}: set this machine's clock", clocks(date));
    }
    let words = ["Signature expired", "Signature not yet current"];
    let is_of_time = code.starts_with("Request")
        || message.is_some_and(|text| words.iter().any(|words| text.contains(words)));
    if !is_of_time {
        return format!("the secret access key does not belong to the access key id: {}", login.remedy());
    }
    let clocks = date.map_or_else(|| "this machine's clock may be wrong".to_owned(), clocks);
    let otherwise = if login.expires() {
        format!("if they agree, the session has expired: {}", login.remedy())
    } else {
        format!("the keys of {} do not expire", login.owner())
    };
    format!("{clocks}: set this machine's clock if they differ; {otherwise}")
}

fn to_the_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// Reads when AWS answered.
fn answered_at(response: &HttpResponse) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(response.headers().get("date")?).ok().map(|time| time.timestamp())
}

/// An answer that is not the API's: a proxy's or an emulator's HTML page, a redirect.
pub fn unreadable_answer(response: &HttpResponse, action: &str) -> Failure {
    let status = response.status().as_u16();
    if is_throttling(response) {
        let failure = throttled(action, &format!("HTTP {status}"));
        return Failure { retry_after: pause_asked_by(response), ..failure };
    }
    let header = |name| response.headers().get(name).filter(|value| !value.is_empty());
    let what = match (header("location"), header("content-encoding")) {
        (Some(place), _) if (300..400).contains(&status) => format!(
            "redirects to {}, and redirects are not followed (AWS_ENDPOINT_URL, HTTPS_PROXY and the profile's \
             endpoint_url say where requests go)",
            redirect_host(place)
        ),
        (_, Some(encoding)) => format!(
            "with an answer in {}, which netcensus does not ask for (a proxy may have encoded it)",
            shorten(encoding)
        ),
        _ => format!(
            "with an answer that is not one of the API, perhaps from a proxy ({})",
            description(response, action)
        ),
    };
    Failure::new(Outcome::Failed, format!("{action}: HTTP {status} {what}"))
}

/// Describes an answer by how it begins. Nothing of its text is shown where it may have a secret, even if it is cut short.
fn description(response: &HttpResponse, action: &str) -> String {
    let body = response.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
    let gives_secret = response.status().is_success() && SECRET_ACTIONS.contains(&action);
    if gives_secret || SECRET_NAMES.iter().any(|name| body.contains(name)) {
        return response.headers().get("content-type").map_or("of no type", shorten).to_owned();
    }
    let begins = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if begins.is_empty() { "it is empty".to_owned() } else { format!("it begins: {}", shorten(&begins)) }
}

/// Returns the scheme and host of a place; the rest of it may be secret.
fn redirect_host(place: &str) -> String {
    match Url::parse(place) {
        Ok(url) if url.has_host() => url.origin().ascii_serialization(),
        _ => "another path".to_owned(),
    }
}

/// Finds what is wrong with the credentials, when that is what failed.
pub fn credentials_failure(error: &(dyn StdError + 'static), login: &Login) -> Option<Failure> {
    let links = || causes(error);
    // What our own sources of credentials say of themselves.
    if let Some(failure) = links().find_map(|link| link.downcast_ref::<Failure>()) {
        return Some(failure.clone());
    }
    let credentials = links().find_map(|link| link.downcast_ref::<CredentialsError>())?;
    let request = links().find_map(|link| link.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>());
    if let Some(answered @ (SdkError::ServiceError(_) | SdkError::ResponseError(_))) = request {
        return Some(classify_error(answered, ASSUME_ROLE, login));
    }
    if let Some(connector) = request.and_then(undelivered_request) {
        return Some(Failure { unreachable: false, ..undelivered(connector, ASSUME_ROLE, "the endpoint") });
    }
    if let Some(flaw) = AnswerError::find_in(error) {
        let asked = match request {
            Some(_) => ASSUME_ROLE,
            None if links().any(is_of_metadata_service) => "this machine's metadata service",
            None => "signing in",
        };
        return Some(Failure::new(Outcome::Failed, format!("{asked}: {flaw}")));
    }
    // The SDK wraps other failures of credentials in connector errors too; only these are the network's.
    let connector = links()
        .find_map(|link| link.downcast_ref::<ConnectorError>())
        .filter(|connector| connector.is_timeout() || connector.is_io());
    match (credentials, connector) {
        // The chain tries the metadata service too, whose silence is not what went wrong.
        (CredentialsError::CredentialsNotLoaded(_), _) => {
            Some(Failure::new(Outcome::Failed, "no credentials found").remedy(login.remedy()))
        }
        (_, Some(connector)) => {
            Some(Failure { unreachable: false, ..undelivered(connector, "signing in", "the endpoint") })
        }
        (CredentialsError::ProviderTimedOut(_), None) => {
            Some(Failure::new(Outcome::TimedOut, "no credentials in time").remedy(login.remedy()))
        }
        _ if causes(error).any(is_token_refused) => {
            let reason = "no credentials found: this machine's metadata service gives none, because it is \
                switched off or not that of AWS";
            Some(Failure::new(Outcome::Failed, reason).remedy(login.remedy()))
        }
        _ => {
            let reason = format!("no credentials: {}", root_cause(error));
            Some(Failure::new(Outcome::Failed, reason).remedy(login.remedy()))
        }
    }
}

/// Returns why a request to assume a role got no answer that is HTTP. The SDK wraps what is wrong with the credentials that
/// sign it, and answers that are too long, in errors of the connector too: these are none.
fn undelivered_request(error: &SdkError<AssumeRoleError, HttpResponse>) -> Option<&ConnectorError> {
    let SdkError::DispatchFailure(failure) = error else { return None };
    let is_of_credentials = causes(error).any(<dyn StdError>::is::<CredentialsError>);
    failure.as_connector_error().filter(|_| !is_of_credentials && AnswerError::find_in(error).is_none())
}

/// Tells whether a request to assume a role got no answer.
pub fn is_role_undelivered(error: &(dyn StdError + 'static)) -> bool {
    let request =
        causes(error).find_map(|link| link.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>());
    matches!(request, Some(SdkError::DispatchFailure(_) | SdkError::TimeoutError(_)))
}

/// Tells whether the chain of credentials found none, rather than some that do not work.
pub fn has_no_credentials(error: &(dyn StdError + 'static)) -> bool {
    let outermost = causes(error).find_map(|link| link.downcast_ref::<CredentialsError>());
    matches!(outermost, Some(CredentialsError::CredentialsNotLoaded(_)))
        || causes(error).any(is_token_refused)
}

/// Tells whether a link of an error is about a request to the metadata service.
fn is_of_metadata_service(link: &(dyn StdError + 'static)) -> bool {
    link.is::<ImdsError>() || link.is::<TokenError>() || link.is::<SdkError<TokenError, HttpResponse>>()
}

/// Tells whether the last source of the chain, the metadata service, is none of AWS'. Other clouds have theirs at
/// the same address, and refuse the request for a token that begins the conversation with EC2's:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>. So does EC2's own where
/// it is switched off (403).
fn is_token_refused(link: &(dyn StdError + 'static)) -> bool {
    let refused = link.downcast_ref::<SdkError<TokenError, HttpResponse>>();
    refused.and_then(SdkError::raw_response).is_some_and(|response| response.status().is_client_error())
}

/// Says what is at the bottom of an error. What wraps it are the SDK's own names for its parts, and dumps of
/// whole requests.
pub fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let Some(metadata) = causes(error).last().and_then(|link| link.downcast_ref::<ErrorMetadata>()) else {
        return shorten(&causes::root(error)).to_owned();
    };
    // An answer that the SDK has no type for; it would show its own structure.
    let said = match (metadata.code(), metadata.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(said), None) | (None, Some(said)) => said.to_owned(),
        (None, None) => "the answer could not be understood".to_owned(),
    };
    shorten(&said).to_owned()
}

/// Leaves out the blob that EC2 ends its denials with, which is for `sts:DecodeAuthorizationMessage` and
/// differs each time: <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>
fn without_encoded_message(message: &str) -> &str {
    message.split(" Encoded authorization failure message:").next().unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use aws_config::imds::{self, credentials::ImdsCredentialsProvider};
    use aws_config::provider_config::ProviderConfig;
    use aws_credential_types::provider::ProvideCredentials;
    use aws_smithy_types::body::SdkBody;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::clouds::CloudEnvironment;
    use crate::clouds::aws::requests::connection::AwsConnection;

    /// Asks a metadata service that answers everything with `status`; returns what the SDK makes of it.
    async fn metadata_service(status: &'static str) -> CredentialsError {
        metadata_answer(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"), 0)
            .await
    }

    /// Asks a metadata service whose answer begins with `head` and goes on with `rest` MiB.
    async fn metadata_answer(head: String, rest: usize) -> CredentialsError {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
            let piece = vec![b'a'; 1 << 20];
            for _ in 0..rest {
                if stream.write_all(&piece).await.is_err() {
                    break;
                }
            }
        });
        let sandbox = CloudEnvironment::Sandbox {
            endpoint: endpoint.clone(),
            aws_config: String::new(),
            azure: Vec::new(),
        };
        let http = AwsConnection::new(&sandbox).unwrap().http().clone();
        let config = ProviderConfig::without_region().with_http_client(http);
        let client =
            imds::Client::builder().configure(&config).max_attempts(1).endpoint(endpoint).unwrap().build();
        let provider = ImdsCredentialsProvider::builder().configure(&config).imds_client(client).build();
        let error = provider.provide_credentials().await.unwrap_err();
        server.await.unwrap();
        error
    }

    #[tokio::test]
    async fn the_metadata_service_of_another_cloud_has_no_credentials_to_fail() {
        for elsewhere in
            ["400 Bad Request", "403 Forbidden", "404 Not Found", "405 CredentialMethod Not Allowed"]
        {
            let refused = metadata_service(elsewhere).await;
            assert!(has_no_credentials(&refused), "{elsewhere}");
            let said = credentials_failure(&refused, &login()).unwrap().detail();
            assert!(
                said.starts_with("no credentials found: this machine's metadata service gives none"),
                "{said}"
            );
        }
        assert!(
            !has_no_credentials(&metadata_service("503 Service Unavailable").await),
            "EC2's own, out of order"
        );
    }

    #[test]
    fn credentials_that_do_not_work_are_there() {
        assert!(has_no_credentials(&CredentialsError::not_loaded("nothing")));
        let inner = CredentialsError::not_loaded("the source of the role has none");
        for broken in [
            CredentialsError::provider_error(inner),
            CredentialsError::invalid_configuration("half a profile"),
            CredentialsError::provider_timed_out(std::time::Duration::from_secs(5)),
        ] {
            assert!(!has_no_credentials(&broken), "{broken}");
        }
    }

    fn login() -> Login {
        Login::new("profile:p", "renew p")
    }

    #[tokio::test]
    async fn a_metadata_service_whose_answer_does_not_end_is_named() {
        let head = "HTTP/1.1 200 OK\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\r\n";
        let error = metadata_answer(head.to_owned(), 80).await;
        let said = credentials_failure(&error, &login()).unwrap().detail();
        assert!(said.starts_with("this machine's metadata service: the answer has more than"), "{said}");
    }

    // "sign in again" for what a clock does.
    #[test]
    fn a_clock_that_is_wrong_is_said_so_with_both_times() {
        let now: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
        let said = |code: &str, message: &str, date: Option<&str>, login: &Login| {
            signature_remedy(code, Some(message), login, date.map(|text| text.parse().unwrap()), now)
        };
        for code in ["RequestExpired", "SignatureDoesNotMatch", "InvalidSignatureException"] {
            let skewed = said(code, "x", Some("2026-11-27T11:30:00Z"), &login());
            assert_eq!(
                skewed,
                "this machine's clock says 2026-11-27T12:00:00Z, and that of AWS 2026-11-27T11:30:00Z: set this \
                 machine's clock"
            );
        }
        let agree = Some("2026-11-27T12:00:01Z");
        let expired = said("RequestExpired", "x", agree, &login());
        assert!(expired.contains("set this machine's clock if they differ") && expired.ends_with("renew p"));
        let lasting = said("RequestExpired", "x", agree, &login().without_expiry());
        assert!(!lasting.contains("renew"), "{lasting}");
        for message in ["Signature expired: a is now earlier than b", "Signature not yet current: a"] {
            let signed = said("SignatureDoesNotMatch", message, None, &login().without_expiry());
            assert!(signed.starts_with("this machine's clock may be wrong") && !signed.contains("renew"));
        }
        let other = said("SignatureDoesNotMatch", "The request signature does not match", agree, &login());
        assert_eq!(other, "the secret access key does not belong to the access key id: renew p");
    }

    #[test]
    fn keys_that_are_not_known_may_be_another_partitions() {
        let login = login().without_region("AWS_REGION");
        let unknown =
            classify_code("InvalidClientTokenId", None, "sts:GetCallerIdentity", &login, None).detail();
        assert!(unknown.contains("renew p; keys of GovCloud or China need a region"), "{unknown}");
        let expired = classify_code("ExpiredToken", None, "sts:GetCallerIdentity", &login, None).detail();
        assert_eq!(expired, "ExpiredToken (renew p)");
    }

    #[test]
    fn what_the_sdk_has_no_type_for_is_said_without_its_structure() {
        let metadata = ErrorMetadata::builder().code("ForbiddenException").message("No access").build();
        let error = CredentialsError::provider_error(metadata);
        assert_eq!(root_cause(&error), "ForbiddenException: No access");
        let empty = CredentialsError::provider_error(ErrorMetadata::builder().build());
        assert_eq!(root_cause(&empty), "the answer could not be understood");
    }

    /// Signing in begins anew when all retries are used up, after the pause that the last answer asked for.
    #[test]
    fn a_refusal_has_the_pause_that_it_asks_for() {
        let mut answer = HttpResponse::new(503.try_into().unwrap(), SdkBody::from(""));
        answer.headers_mut().insert("retry-after", "7");
        let metadata = ErrorMetadata::builder().code("Throttling").build();
        let error = SdkError::service_error(AssumeRoleError::generic(metadata), answer);
        let failure = classify_error(&error, ASSUME_ROLE, &login());
        assert_eq!(failure.outcome, Outcome::Throttled);
        assert_eq!(failure.retry_after, Some(std::time::Duration::from_secs(7)));
    }

    /// What a proxy or gateway sends has no code of the API.
    #[test]
    fn too_many_requests_are_throttling_whatever_the_rest_of_the_answer_is() {
        let html = ErrorMetadata::builder().build();
        let other = ErrorMetadata::builder().code("Busy").build();
        for (metadata, said) in [(html, "HTTP 429"), (other, "Busy")] {
            let mut answer = HttpResponse::new(429.try_into().unwrap(), SdkBody::from("<html>slow down"));
            answer.headers_mut().insert("retry-after", "7");
            let error = SdkError::service_error(AssumeRoleError::generic(metadata), answer);
            let failure = classify_error(&error, ASSUME_ROLE, &login());
            assert_eq!(failure.outcome, Outcome::Throttled);
            assert_eq!(failure.retry_after, Some(std::time::Duration::from_secs(7)));
            let detail = failure.detail();
            assert!(detail.starts_with(&format!("sts:AssumeRole: {said} after all retries (")), "{detail}");
        }
    }

    fn outcome(code: &str) -> Outcome {
        classify_code(code, None, "ec2:DescribeVpcs", &login(), None).outcome
    }

    /// A proxy may also send the credentials with another status, or in the answer to another action.
    #[test]
    fn of_an_answer_with_credentials_nothing_is_shown() {
        let given = "<Credentials><SecretAccessKey>SEKRIT</SecretAccessKey></Credentials>";
        for (status, action, body) in [
            (200, ASSUME_ROLE, given),
            (200, ASSUME_ROLE_BY_TOKEN, "SEKRIT cut"),
            (500, ASSUME_ROLE, given),
            (200, "ec2:DescribeVpcs", r#"{"sessionToken":"SEKRIT"}"#),
        ] {
            let answer = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            let undecoded = ErrorMetadata::builder().build();
            let error = SdkError::response_error(AssumeRoleError::generic(undecoded), answer);
            let failure = classify_error::<AssumeRoleError>(&error, action, &login());
            let said = failure.detail();
            assert!(said.starts_with(&format!("{action}: HTTP {status} with an answer that is not one")));
            assert!(!said.contains("SEKRIT"), "{said}");
        }
        let page = HttpResponse::new(403.try_into().unwrap(), SdkBody::from("<html>sign in</html>"));
        let said = unreadable_answer(&page, ASSUME_ROLE).detail();
        assert!(said.ends_with("(it begins: <html>sign in</html>)"), "{said}");
    }

    #[test]
    fn codes_decide_not_words() {
        assert_eq!(outcome("UnauthorizedOperation"), Outcome::Denied);
        assert_eq!(outcome("AccessDenied"), Outcome::Denied);
        assert_eq!(outcome("RequestLimitExceeded"), Outcome::Throttled);
        assert_eq!(outcome("ExpiredToken"), Outcome::Failed);
        assert_eq!(outcome("InternalError"), Outcome::Failed);
    }

    #[test]
    fn a_denial_names_the_permission_to_add() {
        let failure = classify_code("UnauthorizedOperation", Some("no"), "ec2:DescribeVpcs", &login(), None);
        assert!(failure.detail().contains("allow ec2:DescribeVpcs"), "{}", failure.detail());
    }

    #[test]
    fn denials_end_before_the_encoded_message() {
        let message = "You are not authorized. Encoded authorization failure message: aGVsbG8gd29ybGQ";
        let failure =
            classify_code("UnauthorizedOperation", Some(message), "ec2:DescribeVpcs", &login(), None);
        assert!(
            failure.detail().starts_with("UnauthorizedOperation: You are not authorized. (allow"),
            "{failure}"
        );
    }
}
