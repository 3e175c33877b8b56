//! Messages from a queue of an Azure storage account.
//!
//! Each time that a message is received or hidden for longer it gets another pop receipt, and the older ones are refused.
//! <https://learn.microsoft.com/rest/api/storageservices/queue-service-rest-api>

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::{Error, ErrorKind};
use azure_core::http::{
    AsyncRawResponse, ClientOptions, ExponentialRetryOptions, HttpClient, Request, RetryOptions, StatusCode,
    Transport,
};
use azure_core::xml::from_xml;
use azure_storage_queue::models::{
    QueueClientGetPropertiesResultHeaders, QueueClientPeekMessagesOptions, QueueClientReceiveMessagesOptions,
    ReceivedMessage, ReceivedMessages,
};
use azure_storage_queue::{QueueClient, QueueClientOptions};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use tokio::time::{Instant, sleep};
use url::Url;

use crate::clouds::azure::authentication::authority::{Authority, read_bounded};
use crate::clouds::azure::authentication::credentials::{CredentialSource, EnvironmentVariables};
use crate::clouds::azure::authentication::sign_in::without_absent_vm_identity;
use crate::clouds::azure::authentication::tenant_token::{SignInError, TenantToken};
use crate::clouds::azure::requests::endpoints::AzureEndpoints;
use crate::clouds::causes::{root, shorten};
use crate::clouds::event_source::{EventSource, Message, MessageToken, SourceError, TokenFailure};
use crate::clouds::http_client::http_client;
use crate::clouds::receipts::Receipts;
use crate::clouds::step::bounded;
use crate::clouds::{CloudEnvironment, CloudError, Failure, Run, meter};
use crate::config::{AzureQueueName, AzureSettings, is_loopback};
use crate::diagnostic::Diagnostic;
use crate::redact::redact;

/// How many messages a call takes at most.
const BATCH: i32 = 32;
/// How many messages are removed or extended at once; there are no batches for that.
const CHANGES_AT_ONCE: usize = 32;
/// How long a message is hidden. A reading that takes longer has it extended.
const VISIBILITY: Duration = Duration::from_mins(2);
/// How long [`AzureQueue::receive`] waits for a message. A call does not wait, so it is repeated.
const WAIT: Duration = Duration::from_secs(20);
/// The first pause between calls for an empty queue, which doubles up to the last one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LAST_PAUSE: Duration = Duration::from_secs(5);
/// How often a call is repeated when the service is busy or does not answer.
const RETRIES: u32 = 2;
/// How long an answer may take to its end. The client bounds each silence, and not what comes byte by byte.
const MAX_ANSWER: Duration = Duration::from_secs(40);
/// The most bytes that an answer may have: one with a batch of messages, of 64 KiB each, has less than half of it.
const LARGEST_ANSWER: usize = 8 << 20;
/// The role that may receive and remove messages.
const ROLE: &str = "Storage Queue Data Message Processor";

/// A queue.
pub struct AzureQueue {
    client: QueueClient,
    name: String,
    account: String,
    queue: String,
    receipts: Receipts,
}

impl AzureQueue {
    /// Signs in, and looks whether the queue is there.
    ///
    /// # Errors
    /// When there are no credentials, or the queue does not exist or may not be used.
    pub async fn open(
        queue: &AzureQueueName,
        settings: &AzureSettings,
        environment: &CloudEnvironment,
        run: &Run,
    ) -> Result<Self, SourceError> {
        let name = format!("azure:{}", queue.url);
        let cannot = |diagnostic: Diagnostic| SourceError::permanent(diagnostic.context(&name).map(redact));
        let token = sign_in_for_queue(queue.tenant.as_deref(), settings, environment, run).await;
        let token = Arc::new(token.map_err(|error| cannot(error.diagnostic))?);
        let credential = Arc::new(QueueCredential(Arc::clone(&token)));
        let is_here = is_loopback(&queue.url);
        let http = http_client(!is_here).map_err(|error| cannot(error.diagnostic))?;
        // The crate sends a token over TLS only; to an emulator on this machine the transport sends it as its URL says.
        let plain = (queue.url.scheme() == "http" && is_here).then(|| queue.url.clone());
        let mut url = queue.url.clone();
        if plain.is_some() {
            let port = url.port_or_known_default();
            let _ = url.set_scheme("https");
            let _ = url.set_port(port);
        }
        let sender = QueueSender { http, plain, max_answer: MAX_ANSWER };
        let transport = Transport::new(Arc::new(QueueTransport { sender, token }));
        let retry = ExponentialRetryOptions { max_retries: RETRIES, ..ExponentialRetryOptions::default() };
        let client_options = ClientOptions {
            transport: Some(transport),
            retry: RetryOptions::exponential(retry),
            ..ClientOptions::default()
        };
        let options = QueueClientOptions { client_options, ..QueueClientOptions::default() };
        let client = QueueClient::new(url, Some(credential), Some(options));
        let client = client.map_err(|error| cannot(Diagnostic::from_error(&error)))?;
        let (account, queue) = account_and_queue(&queue.url);
        let queue = Self { client, name, account, queue, receipts: Receipts::default() };
        match queue.check().await {
            Ok(()) => Ok(queue),
            Err(error) => Err(error.context(&queue.name)),
        }
    }

    /// Looks at the first message without taking it.
    async fn check(&self) -> Result<(), SourceError> {
        let options = QueueClientPeekMessagesOptions { number_of_messages: Some(1), ..Default::default() };
        let peeked = self.client.peek_messages(Some(options)).await;
        peeked.map(drop).map_err(|error| self.source_error(&error, "read"))
    }

    /// Asks until there is a message, with growing pauses.
    async fn next_messages(&self) -> Result<Vec<Message>, SourceError> {
        let (end, mut pause) = (Instant::now() + WAIT, FIRST_PAUSE);
        loop {
            let messages = self.take_messages().await?;
            if !messages.is_empty() || Instant::now() + pause > end {
                return Ok(messages);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    async fn take_messages(&self) -> Result<Vec<Message>, SourceError> {
        let options = QueueClientReceiveMessagesOptions {
            number_of_messages: Some(BATCH),
            visibility_timeout: Some(seconds(VISIBILITY)),
            ..Default::default()
        };
        let answer = self.client.receive_messages(Some(options)).await;
        let messages = answer.and_then(|answer| messages_in(answer.into_body().as_ref()));
        let messages = messages.map_err(|error| self.source_error(&error, "read"))?;
        Ok(messages.into_iter().filter_map(|message| self.accept(message)).collect())
    }

    /// Remembers the receipt of a message. One without id or receipt could never be removed.
    fn accept(&self, message: ReceivedMessage) -> Option<Message> {
        let (Some(id), Some(receipt)) = (message.message_id, message.pop_receipt) else {
            tracing::warn!(queue = self.name, "a message has no id or no pop receipt");
            return None;
        };
        let token = MessageToken::new(id);
        self.receipts.record(&token, receipt);
        Some(Message {
            token,
            body: message.message_text.unwrap_or_default().into_bytes(),
            receive_count: message.dequeue_count.and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
            sent_at: message.insertion_time.and_then(|at| Timestamp::from_second(at.unix_timestamp()).ok()),
        })
    }

    /// Removes a message (`None`), or hides it for some time.
    async fn change(&self, token: &MessageToken, visibility: Option<Duration>) -> Result<(), TokenFailure> {
        let Some(receipt) = self.receipts.get(token) else {
            return Err(gone(token, "it was not received here"));
        };
        let changed = match visibility {
            None => self.client.delete_message(token.as_str(), &receipt, None).await.map(|_| None),
            Some(time) => {
                let answer = self.client.update_message(token.as_str(), &receipt, seconds(time), None).await;
                let renewed = |headers: &azure_core::http::headers::Headers| {
                    headers.get_optional_string(&"x-ms-popreceipt".into())
                };
                answer.map(|answer| renewed(answer.headers()))
            }
        };
        match changed {
            Ok(Some(renewed)) => self.receipts.record(token, renewed),
            Ok(None) => self.receipts.forget(token),
            // It was hidden for longer, or received again, while this call was on its way.
            Err(error) if is_gone(&error) && self.receipts.get(token).is_some_and(|last| last != receipt) => {
                return Box::pin(self.change(token, visibility)).await;
            }
            Err(error) if is_gone(&error) => {
                self.receipts.forget(token);
                return Err(gone(token, &describe(&error)));
            }
            Err(error) => {
                let diagnostic = self.source_error(&error, "change").diagnostic;
                return Err(TokenFailure { token: token.clone(), diagnostic, is_gone: false });
            }
        }
        Ok(())
    }

    async fn change_all(&self, tokens: &[MessageToken], visibility: Option<Duration>) -> Vec<TokenFailure> {
        let changes: Vec<_> = tokens.iter().map(|token| self.change(token, visibility)).collect();
        let results = stream::iter(changes).buffer_unordered(CHANGES_AT_ONCE);
        results.filter_map(|result| std::future::ready(result.err())).collect().await
    }

    async fn count_waiting(&self) -> Option<u64> {
        let properties = self.client.get_properties(None).await.ok()?;
        properties.approximate_messages_count().ok()?.and_then(|count| u64::try_from(count).ok())
    }

    fn source_error(&self, error: &Error, what: &str) -> SourceError {
        let diagnostic = Diagnostic::new(format!("cannot {what} the queue"));
        let diagnostic = diagnostic.with_cause(describe(error)).map(redact);
        let Self { account, queue, .. } = self;
        if let Some(failure) = credential_failure(error) {
            let remedies = failure.reasons.iter().flat_map(|reason| reason.remedies.clone());
            return SourceError::permanent(diagnostic.with_remedies(remedies));
        }
        match error.http_status().map(u16::from) {
            Some(404) => SourceError::permanent(diagnostic).remedy(format!(
                "create it: az storage queue create --auth-mode login --account-name {account} --name {queue}; \
                 `netcensus watch --setup bicep` prints all that is needed"
            )),
            Some(401) => SourceError::permanent(diagnostic).remedy(
                "the storage account may belong to another tenant: write ?tenant=TENANT after the URL of the queue",
            ),
            Some(403) => SourceError::permanent(diagnostic).remedy(format!(
                "assign the role `{ROLE}` for the queue, and see that the network rules of {account} allow this machine"
            )),
            Some(408 | 429 | 500..) | None => SourceError::transient(diagnostic),
            Some(_) => SourceError::permanent(diagnostic),
        }
    }
}

/// Reads the messages of an answer. One that cannot be read holds up no other: those beside it would be received with it again and
/// again, until they count as messages that cannot be handled.
///
/// # Errors
/// When the answer cannot be read, and no message in it can be removed.
pub fn messages_in(body: &[u8]) -> azure_core::Result<Vec<ReceivedMessage>> {
    let text = String::from_utf8_lossy(body);
    // The crate takes any other element for a list without messages.
    if text.contains("<QueueMessagesList")
        && let Ok(answer) = from_xml::<_, ReceivedMessages>(body)
    {
        return Ok(answer.items.unwrap_or_default());
    }
    let elements = text.split("<QueueMessage>").skip(1).filter_map(|part| part.split_once("</QueueMessage>"));
    let mut messages = Vec::new();
    for (element, _) in elements {
        let Some(message) = message_in(element).or_else(|| unreadable_message(element)) else {
            // Not why: that may quote what is in it.
            tracing::warn!("a message of an Azure queue cannot be read, and has no id or no pop receipt");
            continue;
        };
        messages.push(message);
    }
    if messages.is_empty() { Err(unreadable_list(&text)) } else { Ok(messages) }
}

/// The error for an answer without a message that can be removed. It quotes nothing: a message may be private.
fn unreadable_list(text: &str) -> Error {
    let (begins, ends) = (text.contains("<QueueMessagesList"), text.contains("</QueueMessagesList>"));
    let why = match (begins, ends) {
        (true, false) => "the answer was cut short",
        (true, true) => "the answer is not well-formed",
        (false, _) => "the answer is not a list of messages, perhaps from a proxy",
    };
    Error::with_message(ErrorKind::DataConversion, why)
}

/// Reads what is in the element of a message; `None` if that cannot be read.
fn message_in(element: &str) -> Option<ReceivedMessage> {
    if element.contains(char::REPLACEMENT_CHARACTER) {
        return None;
    }
    let list = format!("<QueueMessagesList><QueueMessage>{element}</QueueMessage></QueueMessagesList>");
    from_xml::<_, ReceivedMessages>(list.as_bytes()).ok()?.items?.pop()
}

/// Returns what is needed to remove a message that cannot be read, with nothing in it: it is then refused and counted as an event
/// that cannot be read. `None` if it could not be removed.
fn unreadable_message(element: &str) -> Option<ReceivedMessage> {
    let field = |name: &str| {
        let (_, rest) = element.split_once(format!("<{name}>").as_str())?;
        let (value, _) = rest.split_once(format!("</{name}>").as_str())?;
        let is_plain = !value.contains(['<', '&', char::REPLACEMENT_CHARACTER]);
        (is_plain && !value.is_empty()).then(|| value.to_owned())
    };
    let mut unreadable = ReceivedMessage::default();
    unreadable.message_id = Some(field("MessageId")?);
    unreadable.pop_receipt = Some(field("PopReceipt")?);
    unreadable.dequeue_count = field("DequeueCount").and_then(|count| count.parse().ok());
    Some(unreadable)
}

/// Returns the account and the queue in a URL; an emulator has both in its path.
fn account_and_queue(url: &Url) -> (String, String) {
    let mut segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let queue = segments.pop().unwrap_or_default().to_owned();
    let host = url.host_str().unwrap_or_default();
    let account = segments.pop().unwrap_or_else(|| host.split('.').next().unwrap_or_default());
    (account.to_owned(), queue)
}

/// Says what an error is: the code of the service, or why there is no answer.
fn describe(error: &Error) -> String {
    match error.kind() {
        ErrorKind::HttpResponse { status, error_code, .. } => {
            let status = u16::from(*status).to_string();
            // The crate repeats the status where an answer has no code.
            let code = error_code.as_deref().filter(|code| *code != status).unwrap_or_default();
            format!("HTTP {status} {}", shorten(code)).trim_end().to_owned()
        }
        _ => shorten(&root(error)).to_owned(),
    }
}

/// Finds what failed about the credentials.
fn credential_failure(error: &Error) -> Option<&Failure> {
    crate::clouds::causes::causes(error).find_map(|cause| cause.downcast_ref::<Failure>())
}

/// Tells whether a message was removed, or received again by another.
fn is_gone(error: &Error) -> bool {
    let ErrorKind::HttpResponse { error_code: Some(code), .. } = error.kind() else { return false };
    ["MessageNotFound", "PopReceiptMismatch"].contains(&code.as_str())
}

fn gone(token: &MessageToken, why: &str) -> TokenFailure {
    let diagnostic = Diagnostic::new(format!("message {token}: {why}"));
    TokenFailure { token: token.clone(), diagnostic, is_gone: true }
}

fn seconds(time: Duration) -> i32 {
    i32::try_from(time.as_secs()).unwrap_or(i32::MAX)
}

impl EventSource for AzureQueue {
    fn name(&self) -> &str {
        &self.name
    }

    fn visibility(&self) -> Option<Duration> {
        Some(VISIBILITY)
    }

    fn receive(&self) -> BoxFuture<'_, Result<Vec<Message>, SourceError>> {
        Box::pin(self.next_messages())
    }

    fn complete<'a>(&'a self, tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        Box::pin(self.change_all(tokens, None))
    }

    fn extend<'a>(&'a self, tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        Box::pin(self.change_all(tokens, Some(VISIBILITY)))
    }

    fn release<'a>(&'a self, tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        Box::pin(self.change_all(tokens, Some(Duration::ZERO)))
    }

    fn depth(&self) -> BoxFuture<'_, Option<u64>> {
        Box::pin(self.count_waiting())
    }
}

/// The token of a tenant as the crate of queues asks for it.
#[derive(Debug)]
struct QueueCredential(Arc<TenantToken>);

#[async_trait]
impl TokenCredential for QueueCredential {
    async fn get_token(
        &self,
        _: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        self.0.fetch(STORAGE_SCOPE).await.map_err(credential_error)
    }
}

fn credential_error(failure: Failure) -> Error {
    Error::new(ErrorKind::Credential, failure)
}

/// Sends requests with the token of the tenant, and once more with another if it is refused: it may have been revoked. The crate
/// would send it until it expires.
#[derive(Debug)]
struct QueueTransport {
    sender: QueueSender,
    token: Arc<TenantToken>,
}

#[async_trait]
impl HttpClient for QueueTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let token = self.token.fetch(STORAGE_SCOPE).await.map_err(credential_error)?;
        let answer = self.sender.send(&with_token(request, &token)).await?;
        if answer.status() != StatusCode::Unauthorized {
            return Ok(answer);
        }
        let other =
            self.token.replace(token.token.secret(), STORAGE_SCOPE).await.map_err(credential_error)?;
        match other {
            Some(other) => self.sender.send(&with_token(request, &other)).await,
            None => Ok(answer),
        }
    }
}

fn with_token(request: &Request, token: &AccessToken) -> Request {
    let mut request = request.clone();
    request.insert_header("authorization", format!("Bearer {}", token.token.secret()));
    request
}

/// Sends requests, and counts them.
#[derive(Debug)]
struct QueueSender {
    http: reqwest::Client,
    /// The URL of a queue on this machine that speaks plain HTTP.
    plain: Option<Url>,
    /// [`MAX_ANSWER`], and less in tests.
    max_answer: Duration,
}

impl QueueSender {
    async fn send(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        meter::count_request();
        let answer = tokio::time::timeout(self.max_answer, self.answer(request)).await;
        answer.unwrap_or_else(|_| {
            let why = format!("the answer was not there to its end after {:?}", self.max_answer);
            Err(Error::with_message(ErrorKind::Io, why))
        })
    }

    async fn answer(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let Some(plain) = &self.plain else {
            return bounded_answer(HttpClient::execute_request(&self.http, request).await?).await;
        };
        let mut request = request.clone();
        let _ = request.url_mut().set_scheme("http");
        let _ = request.url_mut().set_port(plain.port_or_known_default());
        bounded_answer(HttpClient::execute_request(&self.http, &request).await?).await
    }
}

/// Reads an answer to its end.
async fn bounded_answer(answer: AsyncRawResponse) -> azure_core::Result<AsyncRawResponse> {
    let (status, headers, stream) = answer.deconstruct();
    let body = read_bounded(stream, LARGEST_ANSWER).await?.ok_or_else(|| {
        let why = format!("the answer does not end: it is larger than {} MiB", LARGEST_ANSWER >> 20);
        Error::with_message(ErrorKind::DataConversion, why)
    })?;
    Ok(AsyncRawResponse::from_bytes(status, headers, body))
}

/// What a token is asked for, in all clouds of Azure.
const STORAGE_SCOPE: &str = "https://storage.azure.com/.default";

/// Signs in to `tenant`, or to the first one that is configured, or to that of the credentials.
///
/// # Errors
/// When no credential source exists, or the first one that does fails.
async fn sign_in_for_queue(
    tenant: Option<&str>,
    settings: &AzureSettings,
    environment: &CloudEnvironment,
    run: &Run,
) -> Result<TenantToken, CloudError> {
    let is_sandbox = matches!(environment, CloudEnvironment::Sandbox { .. });
    let variables =
        if is_sandbox { EnvironmentVariables::default() } else { EnvironmentVariables::from_process() };
    let (direct, http) = (http_client(false)?, http_client(!is_sandbox)?);
    let authority = AzureEndpoints::new(settings, environment)?.authority;
    let authority_host = variables.get("AZURE_AUTHORITY_HOST");
    let authority = Authority::new(authority, authority_host, http, direct.clone(), run)?;
    let tenant = tenant.or_else(|| settings.tenants.value.first().map(String::as_str));
    let sources = match environment {
        CloudEnvironment::Sandbox { azure, .. } => {
            let of_tenant = azure.iter().filter(|one| tenant.is_none_or(|tenant| one.tenant == tenant));
            of_tenant.map(CredentialSource::from_principal).collect()
        }
        CloudEnvironment::System => {
            without_absent_vm_identity(variables.credential_sources()?, &variables, &direct).await
        }
    };
    let signed_in = first_existing(sources, tenant, &authority, run).await;
    signed_in.map_err(|error| variables.explain_half_set(error))
}

/// Tries the sources in turn. The first that exists is used, whether it works or not.
async fn first_existing(
    sources: Vec<CredentialSource>,
    tenant: Option<&str>,
    authority: &Authority,
    run: &Run,
) -> Result<TenantToken, CloudError> {
    let mut absent = CloudError::not_configured("no Azure login was found");
    for source in sources {
        let mut is_absent = false;
        let sign_in = async {
            let token = TenantToken::sign_in(&source, tenant, authority, STORAGE_SCOPE).await;
            token.map_err(|error: SignInError| {
                is_absent = error.absent;
                error.failure
            })
        };
        let signed_in = bounded(run, Box::pin(sign_in)).await;
        match signed_in {
            Ok(token) => return Ok(token),
            Err(failure) if is_absent => {
                absent = failure.reasons.into_iter().fold(absent, CloudError::with_cause);
            }
            Err(failure) => {
                let reasons = failure.reasons.into_iter();
                return Err(reasons
                    .fold(CloudError::new("cannot sign in to Azure"), CloudError::with_cause_and_remedies));
            }
        }
    }
    Err(absent.remedy("sign in: az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"))
}

#[cfg(test)]
mod tests {
    use azure_core::http::headers::Headers;

    use super::*;

    #[tokio::test]
    async fn an_answer_without_an_end_is_given_up() {
        let answer = |pieces: usize| {
            let piece = || azure_core::Result::Ok(vec![b'a'; 1 << 20].into());
            let body = Box::pin(stream::iter(std::iter::repeat_with(piece).take(pieces)));
            bounded_answer(AsyncRawResponse::new(StatusCode::Ok, Headers::new(), body))
        };
        assert!(answer(8).await.is_ok());
        let error = answer(9).await.unwrap_err().to_string();
        assert!(error.contains("larger than 8 MiB"), "{error}");
    }

    /// One held up those beside it, which were set aside in the end as if they could not be handled.
    #[test]
    fn a_message_that_cannot_be_read_holds_up_no_other() {
        let message = |id: &str, at: &str| {
            format!(
                "<QueueMessage><MessageId>{id}</MessageId><InsertionTime>{at}</InsertionTime>\
                 <PopReceipt>r</PopReceipt><DequeueCount>1</DequeueCount><MessageText>t</MessageText></QueueMessage>"
            )
        };
        let time = "Fri, 27 Nov 2026 12:00:00 GMT";
        let answer = |messages: &[String]| {
            let messages = messages.concat();
            format!("<?xml version=\"1.0\"?><QueueMessagesList>{messages}</QueueMessagesList>")
        };
        let ids = |answer: &str| {
            let read = messages_in(answer.as_bytes()).ok()?;
            Some(read.into_iter().filter_map(|message| message.message_id).collect::<Vec<_>>())
        };
        let good = answer(&[message("a", time), message("b", time)]);
        assert_eq!(ids(&good).unwrap(), ["a", "b"]);
        assert_eq!(ids(&answer(&[message("a", "once"), message("b", time)])).unwrap(), ["a", "b"]);
        assert_eq!(ids(&good[..good.len() - 40]).unwrap(), ["a"], "cut short");
        assert_eq!(ids(&good.replacen("</DequeueCount>", "</Count>", 1)).unwrap(), ["a", "b"], "misspelt");
        assert_eq!(ids(&answer(&[])).unwrap(), [""; 0]);
        assert_eq!(ids(&answer(&[message("a", "once")])).unwrap(), ["a"]);
        let without_receipt = message("a", "once").replace("PopReceipt", "Receipt");
        assert_eq!(ids(&answer(&[without_receipt.clone(), message("b", time)])).unwrap(), ["b"]);
        assert_eq!(ids(&answer(&[without_receipt])), None, "it cannot be removed");
        assert_eq!(ids("<html>"), None);
    }

    /// These were said in the words of a library, with its types, and at the length of the answer.
    #[test]
    fn why_an_answer_cannot_be_read_is_said_in_words() {
        let why = |body: &str| describe(&messages_in(body.as_bytes()).unwrap_err());
        let other = "the answer is not a list of messages, perhaps from a proxy";
        for body in ["", "<html>sign in</html>", "<A/>", "<".repeat(300_000).as_str()] {
            assert_eq!(why(body), other);
        }
        assert_eq!(why("<QueueMessagesList><QueueMessage>"), "the answer was cut short");
        assert_eq!(why("<QueueMessagesList></Queue></QueueMessagesList>"), "the answer is not well-formed");
        let refused = |status: StatusCode, code: &str| {
            let error_code = Some(code.to_owned());
            describe(&Error::from(ErrorKind::HttpResponse { status, error_code, raw_response: None }))
        };
        assert_eq!(refused(StatusCode::Forbidden, "403"), "HTTP 403");
        assert_eq!(refused(StatusCode::Forbidden, "AuthorizationFailure"), "HTTP 403 AuthorizationFailure");
        assert!(refused(StatusCode::BadRequest, &"[".repeat(300_000)).len() < 300);
    }

    /// It was only logged: nothing was counted or scanned, and it came again until it expired.
    #[test]
    fn a_message_that_cannot_be_read_is_handed_on_with_nothing_in_it() {
        let answer = "<QueueMessagesList><QueueMessage><MessageId>a</MessageId><InsertionTime>once</InsertionTime>\
                      <PopReceipt>r/+=</PopReceipt><DequeueCount>7</DequeueCount><MessageText>t</MessageText>\
                      </QueueMessage></QueueMessagesList>";
        let messages = messages_in(answer.as_bytes()).unwrap();
        let [message] = messages.as_slice() else { panic!("{} messages", messages.len()) };
        assert_eq!(message.message_id.as_deref(), Some("a"));
        assert_eq!(message.pop_receipt.as_deref(), Some("r/+="));
        assert_eq!((message.dequeue_count, message.message_text.as_deref()), (Some(7), None));
    }

    /// Each byte began the time anew, so that a watch neither began nor ended, and was well.
    #[tokio::test]
    async fn an_answer_that_comes_byte_by_byte_is_given_up() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/acme/events", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\n\r\n").await.unwrap();
            while stream.write_all(b" ").await.is_ok() {
                sleep(Duration::from_millis(10)).await;
            }
        });
        let http = http_client(false).unwrap();
        let sender = QueueSender { http, plain: Some(url.clone()), max_answer: Duration::from_millis(200) };
        let request = Request::new(url, azure_core::http::Method::Get);
        let error = sender.send(&request).await.unwrap_err();
        assert!(error.to_string().starts_with("the answer was not there to its end"), "{error}");
    }

    #[test]
    fn an_account_is_in_the_host_or_in_the_path() {
        let parts = |url| account_and_queue(&Url::parse(url).unwrap());
        let expected = ("acme".to_owned(), "events".to_owned());
        assert_eq!(parts("https://acme.queue.core.windows.net/events"), expected);
        assert_eq!(parts("https://127.0.0.1:10001/acme/events"), expected);
    }
}
