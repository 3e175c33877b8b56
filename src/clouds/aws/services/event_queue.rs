//! Messages from a queue of Amazon SQS.
//!
//! Batches have ten messages at most, and are answered with 200 even if some of them failed, so the answer is looked
//! through: what it does not list as done has failed.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html>

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_config::timeout::{TimeoutConfig, TimeoutConfigBuilder};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::operation::change_message_visibility_batch::ChangeMessageVisibilityBatchOutput;
use aws_sdk_sqs::operation::delete_message_batch::DeleteMessageBatchOutput;
use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    Message as SqsMessage, MessageSystemAttributeName, QueueAttributeName,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::future::{BoxFuture, join_all};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use super::service_login::ServiceLogin;
use crate::clouds::aws::answers::CheckAnswers;
use crate::clouds::aws::authentication::login::Login;
use crate::clouds::aws::requests::connection::AwsConnection;
use crate::clouds::aws::requests::errors::{classify_error, credentials_failure};
use crate::clouds::aws::requests::request_meter::MeterRequests;
use crate::clouds::aws::requests::retries::{NoFutileRetries, RetryStatuses, new_retry_budget};
use crate::clouds::event_source::{EventSource, Message, MessageToken, SourceError, TokenFailure};
use crate::clouds::receipts::Receipts;
use crate::clouds::{CloudEnvironment, Failure, Run};
use crate::config::SqsQueueName;
use crate::diagnostic::Diagnostic;
use crate::model::Outcome;
use crate::redact::redact;
use crate::wording::counted;

/// How many messages a call takes, removes or extends at most.
const BATCH: usize = 10;
/// How many batches are taken at once as soon as one was full. They double while they bring half of what they can hold, and are
/// halved when they bring less than a quarter.
const FIRST_BATCHES: usize = 4;
/// The most batches that are taken at once.
const MOST_BATCHES: usize = 16;
/// How many batches are removed or extended at once.
const CHANGES_AT_ONCE: usize = 16;
/// How long a call waits for a message; SQS allows no more.
const WAIT: Duration = Duration::from_secs(20);
/// How long a message is hidden. A reading that takes longer has it extended.
const VISIBILITY: Duration = Duration::from_mins(2);
/// An answer may begin as late as the wait ends.
const READ_TIMEOUT: Duration = Duration::from_secs(40);
/// How long an answer may take to its end. The SDK bounds each silence, and not what comes byte by byte.
const MAX_ATTEMPT: Duration = Duration::from_mins(1);
/// How long a call may take with all its attempts. After that it is a problem that `/healthz` tells.
const MAX_CALL: Duration = Duration::from_mins(3);
/// A queue that keeps messages for less than this forgets them in an outage of a weekend.
const SHORT_RETENTION: Duration = Duration::from_hours(4 * 24);

/// A queue.
pub struct SqsQueue {
    client: Client,
    url: String,
    name: String,
    login: Login,
    receipts: Receipts,
    notes: Vec<String>,
    /// How many batches the next call takes at once; with a single one it waits for messages.
    batches: AtomicUsize,
    /// When the call that waits for messages ends.
    waits_until: Mutex<Option<Instant>>,
}

/// Makes a client that checks its answers, and tries again what may pass.
fn connect(builder: aws_sdk_sqs::config::Builder) -> Client {
    let config = builder
        .retry_partition(new_retry_budget("sqs"))
        .retry_classifier(RetryStatuses)
        .retry_classifier(NoFutileRetries)
        .interceptor(MeterRequests)
        .interceptor(CheckAnswers)
        .build();
    Client::from_conf(config)
}

/// What is done with messages that were received.
#[derive(Clone, Copy)]
enum MessageAction {
    Delete,
    Visibility(Duration),
}

impl MessageAction {
    const fn permission(self) -> &'static str {
        match self {
            Self::Delete => "sqs:DeleteMessage",
            Self::Visibility(_) => "sqs:ChangeMessageVisibility",
        }
    }
}

impl SqsQueue {
    /// Signs in, and looks whether the queue is there.
    ///
    /// # Errors
    /// When there are no credentials or no region, or the queue does not exist or may not be used.
    pub async fn open(
        queue: &SqsQueueName,
        environment: &CloudEnvironment,
        run: &Run,
    ) -> Result<Self, SourceError> {
        let name = format!("aws:{}", queue.url);
        let cannot = |diagnostic: Diagnostic| SourceError::permanent(diagnostic.context(&name).map(redact));
        let connection = AwsConnection::new(environment).map_err(|error| cannot(error.diagnostic))?;
        let (profile, region) = (queue.profile.as_deref(), queue.region.as_deref());
        let signed_in = ServiceLogin::new(&connection, "SQS", profile, region, "the queue", run);
        let signed_in = Box::pin(signed_in).await;
        let ServiceLogin { config, login, has_region, .. } =
            signed_in.map_err(|error| cannot(error.diagnostic))?;
        if !has_region {
            return Err(cannot("no region is configured".into())
                .remedy(format!("write --queue {name}?region=REGION, or set AWS_REGION")));
        }
        let timeouts = config.timeout_config().map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
        let mut builder = aws_sdk_sqs::config::Builder::from(&config)
            .timeout_config(bounded_calls(timeouts, [READ_TIMEOUT, MAX_ATTEMPT, MAX_CALL]));
        if !queue.is_regional {
            builder = builder.endpoint_url(queue.url.origin().ascii_serialization());
        }
        let client = connect(builder);
        let url = queue.url.to_string();
        let mut queue = Self {
            client,
            url,
            name,
            login,
            receipts: Receipts::default(),
            notes: Vec::new(),
            batches: AtomicUsize::new(1),
            waits_until: Mutex::default(),
        };
        queue.notes = queue.check().await.map_err(|error| error.context(&queue.name))?;
        Ok(queue)
    }

    /// Asks what the queue is like, and returns what you should know of it.
    async fn check(&self) -> Result<Vec<String>, SourceError> {
        let wanted = [QueueAttributeName::MessageRetentionPeriod, QueueAttributeName::RedrivePolicy];
        let request = self.client.get_queue_attributes().queue_url(&self.url);
        let attributes = match request.set_attribute_names(Some(wanted.to_vec())).send().await {
            Ok(answer) => answer.attributes.unwrap_or_default(),
            Err(error) => {
                let error = self.source_error(&error, "sqs:GetQueueAttributes");
                // Reading the queue does not need this permission.
                return if error.is_denied { Ok(Vec::new()) } else { Err(error.error) };
            }
        };
        let mut notes = Vec::new();
        if !attributes.contains_key(&QueueAttributeName::RedrivePolicy) {
            notes.push(format!(
                "{}: the queue has no dead-letter queue, so a message that cannot be handled is removed after it was \
                 received several times",
                self.name
            ));
        }
        let retention = attributes.get(&QueueAttributeName::MessageRetentionPeriod);
        let retention = retention.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        if let Some(short) = retention.filter(|kept| *kept < SHORT_RETENTION) {
            notes.push(format!(
                "{}: the queue keeps messages for {} only; if netcensus is down for longer, events are lost \
                    until the next full scan",
                self.name,
                counted(usize::try_from(short.as_secs() / 3600).unwrap_or(usize::MAX), "hour")
            ));
        }
        Ok(notes)
    }

    /// Waits for messages. While there are many, takes several batches at once and does not wait.
    async fn next_messages(&self) -> Result<Vec<Message>, SourceError> {
        let batches = self.batches.load(Ordering::Relaxed);
        if batches > 1 {
            let taken = join_all((0..batches).map(|_| Box::pin(self.take_batch(Duration::ZERO)))).await;
            // What one of them could not take, the next call does.
            let messages: Vec<Message> = taken.into_iter().flatten().flatten().collect();
            self.batches.store(next_batches(batches, messages.len()), Ordering::Relaxed);
            if !messages.is_empty() {
                return Ok(messages);
            }
        }
        *self.lock_waits_until() = Some(Instant::now() + WAIT);
        let messages = Box::pin(self.take_batch(WAIT)).await;
        *self.lock_waits_until() = None;
        self.batches.store(next_batches(1, messages.as_ref().map_or(0, Vec::len)), Ordering::Relaxed);
        messages
    }

    async fn take_batch(&self, wait: Duration) -> Result<Vec<Message>, SourceError> {
        let request = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(to_i32(BATCH as u64))
            .wait_time_seconds(to_i32(wait.as_secs()))
            .visibility_timeout(to_i32(VISIBILITY.as_secs()))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp);
        let answer = request.send().await;
        let answer = answer.map_err(|error| self.source_error(&error, "sqs:ReceiveMessage").error)?;
        Ok(answer
            .messages
            .unwrap_or_default()
            .into_iter()
            .filter_map(|message| self.accept(message))
            .collect())
    }

    /// Remembers the receipt of a message. One without id or receipt could never be removed.
    fn accept(&self, message: SqsMessage) -> Option<Message> {
        let (Some(id), Some(receipt)) = (message.message_id, message.receipt_handle) else {
            tracing::warn!(queue = self.name, "a message has no id or no receipt");
            return None;
        };
        let attributes = message.attributes.unwrap_or_default();
        let number = |name| attributes.get(&name).and_then(|text: &String| text.parse::<i64>().ok());
        let token = MessageToken::new(id);
        self.receipts.record(&token, receipt);
        Some(Message {
            token,
            body: message.body.unwrap_or_default().into_bytes(),
            receive_count: number(MessageSystemAttributeName::ApproximateReceiveCount)
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or(1),
            sent_at: number(MessageSystemAttributeName::SentTimestamp)
                .and_then(|at| Timestamp::from_millisecond(at).ok()),
        })
    }

    fn lock_waits_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.waits_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how long a call that waited for messages when it was dropped may still wait at the queue. What can be received
    /// during that time may go there, and is lost from sight for [`VISIBILITY`].
    fn abandoned_wait(&self) -> Duration {
        let until = *self.lock_waits_until();
        let left = until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()));
        if left.is_zero() { left } else { Duration::from_secs(left.as_secs() + 1) }
    }

    /// Changes messages, ten by ten, and returns those with which it failed.
    async fn change(&self, tokens: &[MessageToken], action: MessageAction) -> Vec<TokenFailure> {
        let (mut known, mut failures) = (Vec::new(), Vec::new());
        for token in tokens {
            match self.receipts.get(token) {
                Some(receipt) => known.push((token, receipt)),
                None => failures.push(gone(token, "it was not received here")),
            }
        }
        let changes: Vec<_> = known.chunks(BATCH).map(|batch| self.change_batch(batch, action)).collect();
        failures.extend(stream::iter(changes).buffer_unordered(CHANGES_AT_ONCE).concat().await);
        failures
    }

    async fn change_batch(
        &self,
        batch: &[(&MessageToken, String)],
        action: MessageAction,
    ) -> Vec<TokenFailure> {
        let answer = match action {
            MessageAction::Delete => self.delete_batch(batch).await.map(|answer| BatchAnswer::from(&answer)),
            MessageAction::Visibility(time) => {
                self.hide_batch(batch, time).await.map(|answer| BatchAnswer::from(&answer))
            }
        };
        let mut failures = Vec::new();
        for (index, (token, _)) in batch.iter().enumerate() {
            let failure = match &answer {
                Ok(answer) => answer.failure(index, token, action),
                Err(diagnostic) => Some(TokenFailure {
                    token: (*token).clone(),
                    diagnostic: diagnostic.clone(),
                    is_gone: false,
                }),
            };
            let is_over =
                failure.as_ref().map_or(matches!(action, MessageAction::Delete), |failure| failure.is_gone);
            if is_over {
                self.receipts.forget(token);
            }
            failures.extend(failure);
        }
        failures
    }

    async fn delete_batch(
        &self,
        batch: &[(&MessageToken, String)],
    ) -> Result<DeleteMessageBatchOutput, Diagnostic> {
        let mut request = self.client.delete_message_batch().queue_url(&self.url);
        for (index, (_, receipt)) in batch.iter().enumerate() {
            let entry =
                DeleteMessageBatchRequestEntry::builder().id(index.to_string()).receipt_handle(receipt);
            request = request.entries(entry.build().map_err(|error| Diagnostic::from_error(&error))?);
        }
        let answer = request.send().await;
        answer.map_err(|error| self.source_error(&error, MessageAction::Delete.permission()).error.diagnostic)
    }

    async fn hide_batch(
        &self,
        batch: &[(&MessageToken, String)],
        time: Duration,
    ) -> Result<ChangeMessageVisibilityBatchOutput, Diagnostic> {
        let mut request = self.client.change_message_visibility_batch().queue_url(&self.url);
        for (index, (_, receipt)) in batch.iter().enumerate() {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(index.to_string())
                .receipt_handle(receipt)
                .visibility_timeout(to_i32(time.as_secs()));
            request = request.entries(entry.build().map_err(|error| Diagnostic::from_error(&error))?);
        }
        let answer = request.send().await;
        answer.map_err(|error| {
            self.source_error(&error, MessageAction::Visibility(time).permission()).error.diagnostic
        })
    }

    async fn count_waiting(&self) -> Option<u64> {
        let request = self.client.get_queue_attributes().queue_url(&self.url);
        let request = request.attribute_names(QueueAttributeName::ApproximateNumberOfMessages);
        let answer = request.send().await.ok()?;
        answer.attributes?.get(&QueueAttributeName::ApproximateNumberOfMessages)?.parse().ok()
    }

    fn source_error<E>(&self, error: &SdkError<E, HttpResponse>, action: &str) -> ClassifiedError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default();
        let failure = match code {
            _ if is_missing_queue(code) => Failure::new(Outcome::Failed, "there is no such queue").remedy(format!(
                "check the URL: aws sqs list-queues --region {}; `netcensus watch --setup` prints what creates one",
                self.client.config().region().map(ToString::to_string).unwrap_or_default()
            )),
            code if code.ends_with("KmsAccessDenied") => classify_error(error, action, &self.login)
                .remedy("allow kms:Decrypt with the key that the queue is encrypted with"),
            _ => classify_error(error, action, &self.login),
        };
        let is_denied = failure.outcome == Outcome::Denied;
        let is_permanent = is_denied
            || is_missing_queue(code)
            || PERMANENT.iter().any(|part| code.contains(part))
            || credentials_failure(error, &self.login).is_some();
        let diagnostic = describe(failure).map(redact);
        let error = SourceError { diagnostic, is_transient: !is_permanent };
        ClassifiedError { error, is_denied }
    }
}

/// Parts of error codes that stay until you do something.
const PERMANENT: [&str; 6] = [
    "AccessDenied",
    "ExpiredToken",
    "InvalidClientTokenId",
    "InvalidAddress",
    "InvalidSecurity",
    "Signature",
];

struct ClassifiedError {
    error: SourceError,
    is_denied: bool,
}

/// The same error has one name in the protocol of today, and another in the one before.
fn is_missing_queue(code: &str) -> bool {
    ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"].contains(&code)
}

fn describe(failure: Failure) -> Diagnostic {
    let detail = failure.detail();
    let mut reasons = failure.reasons.into_iter();
    match (reasons.next(), reasons.next()) {
        (Some(reason), None) => reason,
        _ => Diagnostic::new(detail),
    }
}

fn gone(token: &MessageToken, why: &str) -> TokenFailure {
    let diagnostic = Diagnostic::new(format!("message {token}: {why}"));
    TokenFailure { token: token.clone(), diagnostic, is_gone: true }
}

/// What an answer to a batch says of its entries, whose ids are their indexes.
struct BatchAnswer {
    done: Vec<String>,
    failed: HashMap<String, (String, String)>,
}

impl BatchAnswer {
    fn new<'a>(done: impl Iterator<Item = &'a str>, failed: &[BatchResultErrorEntry]) -> Self {
        let failed = failed.iter().map(|entry| {
            let message = entry.message.clone().unwrap_or_default();
            (entry.id.clone(), (entry.code.clone(), message))
        });
        Self { done: done.map(str::to_owned).collect(), failed: failed.collect() }
    }

    fn failure(&self, index: usize, token: &MessageToken, action: MessageAction) -> Option<TokenFailure> {
        let index = index.to_string();
        let (why, is_gone) = match self.failed.get(&index) {
            Some((code, message)) => (format!("{code}: {message}"), is_gone(code)),
            None if self.done.contains(&index) => return None,
            None => ("the answer does not say what became of it".to_owned(), false),
        };
        let diagnostic =
            Diagnostic::new(format!("message {token}: {}: {why}", action.permission())).map(redact);
        Some(TokenFailure { token: token.clone(), diagnostic, is_gone })
    }
}

/// Bounds the beginning of an answer, an attempt and a call.
fn bounded_calls(timeouts: TimeoutConfigBuilder, [read, attempt, call]: [Duration; 3]) -> TimeoutConfig {
    timeouts.read_timeout(read).operation_attempt_timeout(attempt).operation_timeout(call).build()
}

/// Returns how many batches to take at once after so many brought so many messages. Each asks only some of the servers that the
/// queue is on, so batches that are not full do not mean that it is empty.
const fn next_batches(batches: usize, messages: usize) -> usize {
    let full = BATCH * batches;
    if messages < BATCH {
        1
    } else if batches == 1 {
        FIRST_BATCHES
    } else if messages * 4 < full && batches > FIRST_BATCHES {
        batches / 2
    } else if messages * 2 < full || batches * 2 > MOST_BATCHES {
        batches
    } else {
        batches * 2
    }
}

/// Tells whether an error of one message means that it is not ours any more.
fn is_gone(code: &str) -> bool {
    ["ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue"]
        .iter()
        .any(|part| code.contains(part))
}

impl From<&DeleteMessageBatchOutput> for BatchAnswer {
    fn from(answer: &DeleteMessageBatchOutput) -> Self {
        Self::new(answer.successful.iter().map(|entry| entry.id.as_str()), &answer.failed)
    }
}

impl From<&ChangeMessageVisibilityBatchOutput> for BatchAnswer {
    fn from(answer: &ChangeMessageVisibilityBatchOutput) -> Self {
        Self::new(answer.successful.iter().map(|entry| entry.id.as_str()), &answer.failed)
    }
}

fn to_i32(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl EventSource for SqsQueue {
    fn name(&self) -> &str {
        &self.name
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }

    fn visibility(&self) -> Option<Duration> {
        Some(VISIBILITY)
    }

    fn receive(&self) -> BoxFuture<'_, Result<Vec<Message>, SourceError>> {
        Box::pin(self.next_messages())
    }

    fn is_waiting(&self) -> bool {
        self.lock_waits_until().is_some()
    }

    fn complete<'a>(&'a self, tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        Box::pin(self.change(tokens, MessageAction::Delete))
    }

    fn extend<'a>(&'a self, tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        Box::pin(self.change(tokens, MessageAction::Visibility(VISIBILITY)))
    }

    fn release<'a>(&'a self, tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        let hidden_for = self.abandoned_wait();
        Box::pin(self.change(tokens, MessageAction::Visibility(hidden_for)))
    }

    fn depth(&self) -> BoxFuture<'_, Option<u64>> {
        Box::pin(self.count_waiting())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use aws_credential_types::Credentials;
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;
    use http_body_util::StreamBody;
    use hyper::body::{Bytes, Frame};

    use super::*;
    use crate::clouds::aws::services::scripted_http::same_answer;

    fn answer(done: &[&str], failed: &[(&str, &str)]) -> BatchAnswer {
        let failed = failed.iter().map(|(id, code)| {
            let entry = BatchResultErrorEntry::builder().id(*id).code(*code).sender_fault(true);
            entry.build().unwrap()
        });
        BatchAnswer::new(done.iter().copied(), &failed.collect::<Vec<_>>())
    }

    #[test]
    fn more_batches_are_taken_at_once_while_they_are_full() {
        let mut batches = 1;
        let mut taken = Vec::new();
        for messages in [0, 9, 10, 40, 75, 160, 70, 30, 10, 10, 9, 10] {
            batches = next_batches(batches, messages);
            taken.push(batches);
        }
        assert_eq!(taken, [1, 1, 4, 8, 16, 16, 16, 8, 4, 4, 1, 4]);
    }

    /// Answers byte by byte, without an end.
    #[derive(Debug)]
    struct Drip;

    impl HttpConnector for Drip {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let drops = stream::repeat(()).then(|()| async {
                tokio::time::sleep(Duration::from_millis(10)).await;
                Ok::<_, Infallible>(Frame::data(Bytes::from_static(b" ")))
            });
            let body = SdkBody::from_body_1_x(StreamBody::new(Box::pin(drops)));
            HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body)))
        }
    }

    /// Each byte began the time anew, so that a watch saw no events, and was well.
    #[tokio::test]
    async fn an_answer_that_comes_byte_by_byte_is_given_up() {
        let limits = [1000, 100, 300].map(Duration::from_millis);
        let config = aws_sdk_sqs::Config::builder()
            .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
            .region(aws_sdk_sqs::config::Region::from_static("eu-west-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .timeout_config(bounded_calls(TimeoutConfig::builder(), limits))
            .http_client(http_client_fn(|_, _| SharedHttpConnector::new(Drip)))
            .build();
        let answer = Client::from_conf(config).receive_message().queue_url("https://x/1/q").send().await;
        assert!(matches!(answer, Err(SdkError::TimeoutError(_))), "{answer:?}");
    }

    /// Each of these was an empty queue.
    #[tokio::test]
    async fn an_answer_with_another_status_than_200_is_no_empty_queue() {
        for (status, body) in [(201, "{}"), (204, ""), (206, "{}")] {
            let builder = aws_sdk_sqs::Config::builder()
                .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
                .region(aws_sdk_sqs::config::Region::from_static("eu-west-1"))
                .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
                .http_client(same_answer(status, body));
            let answer = connect(builder).receive_message().queue_url("https://x/1/q").send().await;
            let failure =
                classify_error(&answer.unwrap_err(), "sqs:ReceiveMessage", &Login::new("test", "none"));
            assert_eq!(failure.detail(), format!("sqs:ReceiveMessage: HTTP {status} is not a whole answer"));
        }
    }

    // A batch is answered with HTTP 200 even if it has `Failed` entries.
    #[test]
    fn what_an_answer_does_not_list_as_done_has_failed() {
        let answer = answer(&["0"], &[("1", "ReceiptHandleIsInvalid"), ("2", "InternalError")]);
        let failure = |index| answer.failure(index, &MessageToken::new("m"), MessageAction::Delete);
        assert!(failure(0).is_none());
        assert!(failure(1).unwrap().is_gone);
        assert!(!failure(2).unwrap().is_gone);
        let silent = failure(3).unwrap();
        assert!(!silent.is_gone && silent.diagnostic.message.ends_with("what became of it"));
    }
}
