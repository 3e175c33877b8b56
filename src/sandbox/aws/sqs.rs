//! Amazon SQS, in its JSON protocol: a queue that was made before, and its messages.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::request::AwsRequest;
use super::response::{ErrorAnswer, Service};
use super::sqs_batch;
use crate::sandbox::queues::{Message, QUEUE_NAME, RETENTION, ReceiptError, SqsQueue};
use crate::sandbox::state::State;

/// How long a received message is hidden, unless the request says otherwise.
const HIDDEN_FOR: u64 = 30;

/// The longest time that a message can be hidden.
const MAX_HIDDEN: u64 = 43_200;

/// The longest time that a request waits for messages, and a message is delayed.
const MAX_WAIT: u64 = 20;
const MAX_DELAY: u64 = 900;

/// The most messages of one request.
const MAX_MESSAGES: u64 = 10;

/// A call, and the queue that it is about.
pub struct QueueCall<'a> {
    pub call: &'a AwsRequest<'a>,
    pub queue: &'a SqsQueue,
    body: &'a [u8],
}

/// Answers a call.
pub async fn answer(state: &State, call: &AwsRequest<'_>, body: &[u8]) -> Result<String, ErrorAnswer> {
    let queue = find_queue(state, call, body)?;
    let queue_call = QueueCall { call, queue, body };
    let content = match call.action {
        "GetQueueUrl" => json!({ "QueueUrl": queue.url(&state.server.url) }),
        "GetQueueAttributes" => queue_call.attributes()?,
        "SendMessage" => queue_call.send(&queue_call.input()?)?,
        "ReceiveMessage" => queue_call.receive().await?,
        "DeleteMessage" => queue_call.delete(&queue_call.input()?)?,
        "ChangeMessageVisibility" => queue_call.change_visibility(&queue_call.input()?)?,
        "DeleteMessageBatch" => sqs_batch::answer(&queue_call, QueueCall::delete)?,
        "ChangeMessageVisibilityBatch" => sqs_batch::answer(&queue_call, QueueCall::change_visibility)?,
        "SendMessageBatch" => sqs_batch::answer(&queue_call, QueueCall::send)?,
        _ => return Err(ErrorAnswer::unknown_action(Service::Sqs, call.action)),
    };
    Ok(content.to_string())
}

/// The queue that a request names.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueueTarget {
    queue_url: Option<String>,
    queue_name: Option<String>,
    #[serde(rename = "QueueOwnerAWSAccountId")]
    owner: Option<String>,
}

fn find_queue<'a>(state: &'a State, call: &AwsRequest<'_>, body: &[u8]) -> Result<&'a SqsQueue, ErrorAnswer> {
    let target: QueueTarget = read(body)?;
    let unknown = || ErrorAnswer::bad_request("QueueDoesNotExist", "The specified queue does not exist.");
    let queue = state.server.queues.aws.as_ref().ok_or_else(unknown)?;
    let (owner, name) = match (&target.queue_url, &target.queue_name) {
        (Some(url), _) => {
            let mut parts = url.rsplit('/');
            let name = parts.next().unwrap_or_default();
            (parts.next().unwrap_or_default(), name)
        }
        (None, Some(name)) => (target.owner.as_deref().unwrap_or(&call.account.id), &**name),
        (None, None) => return Err(missing("QueueUrl")),
    };
    (owner == queue.account && name == QUEUE_NAME).then_some(queue).ok_or_else(unknown)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetAttributes {
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Send {
    message_body: Option<String>,
    #[serde(default)]
    delay_seconds: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Receive {
    max_number_of_messages: Option<u64>,
    visibility_timeout: Option<u64>,
    wait_time_seconds: Option<u64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Delete {
    receipt_handle: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangeVisibility {
    receipt_handle: Option<String>,
    visibility_timeout: Option<u64>,
}

/// Attributes that a queue has only if they were set: SQS leaves them out of its answer, and does not refuse the question.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html>
const UNSET_ATTRIBUTES: [&str; 6] = [
    "FifoQueue",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "Policy",
    "RedriveAllowPolicy",
    "RedrivePolicy",
];

impl QueueCall<'_> {
    /// Reads the parameters.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, ErrorAnswer> {
        read(self.body)
    }

    fn attributes(&self) -> Result<Value, ErrorAnswer> {
        let wanted = self.input::<GetAttributes>()?.attribute_names;
        let depth = self.queue.queue.depth();
        let (region, account) = (self.call.region, &self.queue.account);
        let all = BTreeMap::from([
            ("ApproximateNumberOfMessages", depth.visible.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", depth.in_flight.to_string()),
            ("ApproximateNumberOfMessagesDelayed", depth.delayed.to_string()),
            ("DelaySeconds", "0".into()),
            ("MaximumMessageSize", "1048576".into()),
            ("MessageRetentionPeriod", RETENTION.as_secs().to_string()),
            ("QueueArn", format!("arn:aws:sqs:{region}:{account}:{QUEUE_NAME}")),
            ("ReceiveMessageWaitTimeSeconds", "0".into()),
            ("SqsManagedSseEnabled", "true".into()),
            ("VisibilityTimeout", HIDDEN_FOR.to_string()),
        ]);
        let is_known =
            |name: &str| name == "All" || all.contains_key(name) || UNSET_ATTRIBUTES.contains(&name);
        if let Some(unknown) = wanted.iter().find(|name| !is_known(name)) {
            return Err(ErrorAnswer::bad_request(
                "InvalidAttributeName",
                format!("Unknown Attribute {unknown}."),
            ));
        }
        let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == "All" || wanted == name);
        let attributes: Map<String, Value> = all
            .into_iter()
            .filter(|(name, _)| is_wanted(name))
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        Ok(json!({ "Attributes": attributes }))
    }

    fn send(&self, input: &Send) -> Result<Value, ErrorAnswer> {
        let body = input.message_body.as_ref().filter(|body| !body.is_empty());
        let body = body.ok_or_else(|| missing("MessageBody"))?;
        let delay = seconds("DelaySeconds", Some(input.delay_seconds), 0, MAX_DELAY)?;
        let message = self.queue.queue.send(body.clone(), delay);
        Ok(json!({ "MessageId": message.id }))
    }

    async fn receive(&self) -> Result<Value, ErrorAnswer> {
        let input: Receive = self.input()?;
        let most = input.max_number_of_messages.unwrap_or(1);
        if !(1..=MAX_MESSAGES).contains(&most) {
            return Err(out_of_range("MaxNumberOfMessages", most, 1, MAX_MESSAGES));
        }
        let hidden_for = seconds("VisibilityTimeout", input.visibility_timeout, HIDDEN_FOR, MAX_HIDDEN)?;
        let wait = seconds("WaitTimeSeconds", input.wait_time_seconds, 0, MAX_WAIT)?;
        let most = usize::try_from(most).unwrap_or_default();
        let messages = self.queue.queue.receive_until(most, hidden_for, Instant::now() + wait).await;
        let wanted = [input.attribute_names, input.message_system_attribute_names].concat();
        if messages.is_empty() {
            return Ok(json!({}));
        }
        let messages: Vec<Value> =
            messages.iter().map(|message| self.render_message(message, &wanted)).collect();
        Ok(json!({ "Messages": messages }))
    }

    fn render_message(&self, message: &Message, wanted: &[String]) -> Value {
        let first = message.first_received.unwrap_or(message.sent);
        let all = [
            ("ApproximateFirstReceiveTimestamp", first.as_millisecond().to_string()),
            ("ApproximateReceiveCount", message.receive_count.to_string()),
            ("SenderId", format!("AIDA0000{}", self.queue.account)),
            ("SentTimestamp", message.sent.as_millisecond().to_string()),
        ];
        let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == "All" || wanted == name);
        let attributes: Map<String, Value> = all
            .into_iter()
            .filter(|(name, _)| is_wanted(name))
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let mut rendered = json!({
            "MessageId": message.id,
            "ReceiptHandle": message.receipt,
            "Body": message.body,
        });
        if !attributes.is_empty() {
            rendered["Attributes"] = attributes.into();
        }
        rendered
    }

    /// As in AWS, a receipt that is no longer good deletes nothing, and that is no error.
    fn delete(&self, input: &Delete) -> Result<Value, ErrorAnswer> {
        let receipt = input.receipt_handle.as_ref().ok_or_else(|| missing("ReceiptHandle"))?;
        match self.queue.queue.delete(receipt) {
            Err(ReceiptError::Invalid) => Err(invalid_receipt(receipt)),
            Ok(()) | Err(ReceiptError::Gone | ReceiptError::Stale) => Ok(json!({})),
        }
    }

    fn change_visibility(&self, input: &ChangeVisibility) -> Result<Value, ErrorAnswer> {
        let receipt = input.receipt_handle.as_ref().ok_or_else(|| missing("ReceiptHandle"))?;
        if input.visibility_timeout.is_none() {
            return Err(missing("VisibilityTimeout"));
        }
        let hidden_for = seconds("VisibilityTimeout", input.visibility_timeout, 0, MAX_HIDDEN)?;
        let queue = &self.queue.queue;
        let changed = queue.is_in_flight(receipt).and_then(|is_in_flight| {
            if is_in_flight { queue.hide(receipt, hidden_for, false, None).map(Some) } else { Ok(None) }
        });
        match changed {
            Ok(Some(_)) => Ok(json!({})),
            Ok(None) => {
                let message = "The specified message isn't in flight.";
                Err(ErrorAnswer::bad_request("MessageNotInflight", message))
            }
            Err(ReceiptError::Invalid) => Err(invalid_receipt(receipt)),
            Err(ReceiptError::Gone | ReceiptError::Stale) => {
                let message = format!(
                    "Value {receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is \
                     not available for visibility timeout change."
                );
                Err(ErrorAnswer::bad_request("InvalidParameterValue", message))
            }
        }
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ErrorAnswer> {
    serde_json::from_slice(body).map_err(|error| {
        ErrorAnswer::bad_request("SerializationException", format!("The request is not valid: {error}"))
    })
}

fn seconds(name: &str, value: Option<u64>, otherwise: u64, most: u64) -> Result<Duration, ErrorAnswer> {
    let value = value.unwrap_or(otherwise);
    if value > most {
        return Err(out_of_range(name, value, 0, most));
    }
    Ok(Duration::from_secs(value))
}

fn out_of_range(name: &str, value: u64, least: u64, most: u64) -> ErrorAnswer {
    let message = format!(
        "Value {value} for parameter {name} is invalid. Reason: Must be between {least} and {most}, if provided."
    );
    ErrorAnswer::bad_request("InvalidParameterValue", message)
}

fn missing(name: &str) -> ErrorAnswer {
    let message = format!("The request must contain the parameter {name}.");
    ErrorAnswer::bad_request("MissingParameter", message)
}

fn invalid_receipt(receipt: &str) -> ErrorAnswer {
    let message = format!("The input receipt handle \"{receipt}\" is not a valid receipt handle.");
    ErrorAnswer::bad_request("ReceiptHandleIsInvalid", message)
}
