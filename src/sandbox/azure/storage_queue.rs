//! Azure Storage queues: a queue of each tenant that was made before, and its messages.
//! <https://learn.microsoft.com/rest/api/storageservices/operations-on-messages>

use std::time::Duration;

use hyper::Method;
use jiff::Timestamp;
use quick_xml::escape::unescape;

use super::entra;
use super::faults::{AzureService, GatedRequest};
use super::request::AzureRequest;
use super::storage_answer::{self, Listed, error};
use crate::sandbox::answer::Answer;
use crate::sandbox::estate::azure::Tenant;
use crate::sandbox::queues::{EventQueue, QUEUE_NAME, ReceiptError, StorageQueue};
use crate::sandbox::state::State;

/// How long a received message is hidden, and the longest time that one can be.
const HIDDEN_FOR: u64 = 30;
const MAX_HIDDEN: u64 = 7 * 24 * 3600;

/// The most messages of one request.
const MAX_MESSAGES: u64 = 32;

/// The most bytes of a message.
const LARGEST_MESSAGE: usize = 64 << 10;

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
enum Operation<'a> {
    Properties,
    Receive,
    Peek,
    Put,
    Clear,
    Update(&'a str),
    Delete(&'a str),
}

/// Tells whether a path leads to the storage account of a queue.
pub fn is_path(state: &State, path: &str) -> bool {
    queue_of_account(state, path).is_some()
}

fn queue_of_account<'a>(state: &'a State, path: &str) -> Option<&'a StorageQueue> {
    let account = path.strip_prefix('/')?.split('/').next()?;
    state.server.queues.azure.iter().find(|queue| queue.account == account)
}

/// Answers a request.
pub async fn answer(state: &State, request: &AzureRequest<'_>, id: &str) -> Answer {
    let answer = try_answer(state, request, id).await.unwrap_or_else(|refused| refused);
    answer.with("x-ms-version", request.header("x-ms-version").unwrap_or("2026-04-06"))
}

async fn try_answer(state: &State, request: &AzureRequest<'_>, id: &str) -> Result<Answer, Answer> {
    let not_found = |code: &str, message: &str| error(404, code, message);
    let queue = queue_of_account(state, request.path)
        .ok_or_else(|| not_found("ResourceNotFound", "The specified resource does not exist."))?;
    let tenant = authorized_tenant(state, request, queue)?;
    let mut segments = request.path.trim_matches('/').split('/').skip(1);
    let name = segments.next().unwrap_or_default();
    let rest: Vec<&str> = segments.collect();
    let operation = operation(request, &rest).ok_or_else(|| {
        error(400, "InvalidUri", "The requested URI does not represent any resource on the server.")
    })?;
    let (action, scope) = (operation.action(), request.path);
    let gated =
        GatedRequest { state, service: AzureService::Queue, tenant, account: &tenant.id, action, scope, id };
    let run = || {
        if name != QUEUE_NAME {
            return Err(not_found("QueueNotFound", "The specified queue does not exist."));
        }
        run(&queue.queue, request, operation)
    };
    Ok(gated.answer(|_| run()).await)
}

/// Checks that a request comes from the tenant of the queue: by its token, or signed with the key of the account. As
/// elsewhere, signatures are not verified.
fn authorized_tenant<'a>(
    state: &'a State,
    request: &AzureRequest<'_>,
    queue: &StorageQueue,
) -> Result<&'a Tenant, Answer> {
    let header = request.header("authorization").unwrap_or_default();
    let is_signed = request.parameter("sig").is_some()
        || header
            .strip_prefix("SharedKey ")
            .and_then(|rest| rest.split_once(':'))
            .is_some_and(|(name, _)| name == queue.account);
    let own = state.estate.azure.tenants.iter().find(|tenant| tenant.id == queue.tenant);
    if is_signed {
        return own.ok_or_else(|| storage_answer::unauthorized(state));
    }
    let tenant = entra::tenant_of_request(state, request).map_err(|_| storage_answer::unauthorized(state))?;
    if tenant.id == queue.tenant {
        return Ok(tenant);
    }
    let message = "This request is not authorized to perform this operation.";
    Err(error(403, "AuthorizationFailure", message))
}

fn operation<'a>(request: &AzureRequest<'_>, rest: &[&'a str]) -> Option<Operation<'a>> {
    let is = |name: &str, value: &str| request.parameter(name).is_some_and(|given| given == value);
    Some(match (request.method, rest) {
        (&Method::GET | &Method::HEAD, []) if is("comp", "metadata") => Operation::Properties,
        (&Method::GET, ["messages"]) if is("peekonly", "true") => Operation::Peek,
        (&Method::GET, ["messages"]) => Operation::Receive,
        (&Method::POST, ["messages"]) => Operation::Put,
        (&Method::DELETE, ["messages"]) => Operation::Clear,
        (&Method::PUT, ["messages", id]) => Operation::Update(id),
        (&Method::DELETE, ["messages", id]) => Operation::Delete(id),
        _ => return None,
    })
}

impl Operation<'_> {
    /// Returns the permission that it takes:
    /// <https://learn.microsoft.com/azure/role-based-access-control/permissions/storage>.
    const fn action(self) -> &'static str {
        match self {
            Self::Properties => "Microsoft.Storage/storageAccounts/queueServices/queues/read",
            Self::Receive => "Microsoft.Storage/storageAccounts/queueServices/queues/messages/process/action",
            Self::Peek => "Microsoft.Storage/storageAccounts/queueServices/queues/messages/read",
            Self::Put => "Microsoft.Storage/storageAccounts/queueServices/queues/messages/add/action",
            Self::Update(_) => "Microsoft.Storage/storageAccounts/queueServices/queues/messages/write",
            Self::Clear | Self::Delete(_) => {
                "Microsoft.Storage/storageAccounts/queueServices/queues/messages/delete"
            }
        }
    }
}

fn run(queue: &EventQueue, request: &AzureRequest<'_>, operation: Operation<'_>) -> Result<Answer, Answer> {
    match operation {
        Operation::Properties => {
            let depth = queue.depth();
            let all = depth.visible + depth.in_flight + depth.delayed;
            Ok(storage_answer::empty(200).with("x-ms-approximate-messages-count", all.to_string()))
        }
        Operation::Receive => {
            let most = number(request, "numofmessages", 1, 1, MAX_MESSAGES)?;
            let hidden_for = number(request, "visibilitytimeout", HIDDEN_FOR, 1, MAX_HIDDEN)?;
            let hidden_for = Duration::from_secs(hidden_for);
            let received = queue.receive(usize::try_from(most).unwrap_or_default(), hidden_for);
            let next_visible = Timestamp::now() + hidden_for;
            Ok(storage_answer::messages(200, &received, next_visible, Listed::Received))
        }
        Operation::Peek => {
            let most = number(request, "numofmessages", 1, 1, MAX_MESSAGES)?;
            let seen = queue.peek(usize::try_from(most).unwrap_or_default());
            Ok(storage_answer::messages(200, &seen, Timestamp::now(), Listed::Peeked))
        }
        Operation::Put => {
            let delay = Duration::from_secs(number(request, "visibilitytimeout", 0, 0, MAX_HIDDEN)?);
            let body = message_text(request.body)?.unwrap_or_default();
            let message = queue.send(body, delay);
            Ok(storage_answer::messages(201, &[message], Timestamp::now() + delay, Listed::Put))
        }
        Operation::Clear => {
            queue.clear();
            Ok(storage_answer::empty(204))
        }
        Operation::Update(id) => update(queue, request, id),
        Operation::Delete(id) => {
            let receipt = receipt(queue, request, id)?;
            queue.delete(&receipt).map_err(|error| refuse_receipt(queue, id, error))?;
            Ok(storage_answer::empty(204))
        }
    }
}

fn update(queue: &EventQueue, request: &AzureRequest<'_>, id: &str) -> Result<Answer, Answer> {
    let receipt = receipt(queue, request, id)?;
    required(request, "visibilitytimeout")?;
    let hidden_for = Duration::from_secs(number(request, "visibilitytimeout", 0, 0, MAX_HIDDEN)?);
    let body = message_text(request.body)?;
    let message =
        queue.hide(&receipt, hidden_for, true, body).map_err(|error| refuse_receipt(queue, id, error))?;
    let next_visible = storage_answer::date(Timestamp::now() + hidden_for);
    Ok(storage_answer::empty(204)
        .with("x-ms-popreceipt", message.receipt)
        .with("x-ms-time-next-visible", next_visible))
}

/// Returns the receipt of a request about the message with this id.
fn receipt(queue: &EventQueue, request: &AzureRequest<'_>, id: &str) -> Result<String, Answer> {
    let receipt = required(request, "popreceipt")?;
    if !queue.contains(id) {
        return Err(refuse_receipt(queue, id, ReceiptError::Gone));
    }
    Ok(receipt)
}

fn refuse_receipt(queue: &EventQueue, id: &str, refused: ReceiptError) -> Answer {
    if refused == ReceiptError::Gone && !queue.contains(id) {
        return error(404, "MessageNotFound", "The specified message does not exist.");
    }
    let message = "The specified pop receipt did not match the pop receipt for a dequeued message.";
    error(400, "PopReceiptMismatch", message)
}

fn required(request: &AzureRequest<'_>, name: &str) -> Result<String, Answer> {
    let message = "A required query parameter was not specified for this request.";
    let value = request.parameter(name).map(std::borrow::Cow::into_owned);
    value.ok_or_else(|| error(400, "MissingRequiredQueryParameter", message))
}

fn number(
    request: &AzureRequest<'_>,
    name: &str,
    otherwise: u64,
    least: u64,
    most: u64,
) -> Result<u64, Answer> {
    let Some(text) = request.parameter(name) else { return Ok(otherwise) };
    let number: i64 = text.parse().map_err(|_| {
        let message = "Value for one of the query parameters specified in the request URI is invalid.";
        error(400, "InvalidQueryParameterValue", message)
    })?;
    let number = u64::try_from(number).ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| {
        let message =
            "One of the query parameters specified in the request URI is outside the permissible range.";
        error(400, "OutOfRangeQueryParameterValue", message)
    })
}

/// Reads the text of a message; `None` when there is no body.
fn message_text(body: &[u8]) -> Result<Option<String>, Answer> {
    if body.is_empty() {
        return Ok(None);
    }
    let invalid = || error(400, "InvalidXmlDocument", "XML specified is not syntactically valid.");
    let text = str::from_utf8(body).map_err(|_| invalid())?;
    let inner = text.split_once("<MessageText>").and_then(|(_, rest)| rest.split_once("</MessageText>"));
    let inner = match inner {
        Some((inner, _)) => unescape(inner).map_err(|_| invalid())?.into_owned(),
        None if text.contains("<MessageText/>") || text.contains("<MessageText />") => String::new(),
        None => return Err(invalid()),
    };
    if inner.len() > LARGEST_MESSAGE {
        let message = "The request body is too large and exceeds the maximum permissible limit.";
        return Err(error(413, "RequestBodyTooLarge", message));
    }
    Ok(Some(inner))
}
