//! Batches of SQS: HTTP 200, and in it the entries that failed.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::response::ErrorAnswer;
use super::sqs::QueueCall;

/// The most entries of a batch.
const MAX_ENTRIES: usize = 10;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<T> {
    #[serde(default = "Vec::new")]
    entries: Vec<BatchEntry<T>>,
}

#[derive(Debug, Deserialize)]
struct BatchEntry<T> {
    #[serde(rename = "Id")]
    id: String,
    #[serde(flatten)]
    input: T,
}

/// Does what a batch asks for, one entry after the other, as the call for a single one does it.
pub fn answer<'a, T: DeserializeOwned>(
    call: &QueueCall<'a>,
    single: fn(&QueueCall<'a>, &T) -> Result<Value, ErrorAnswer>,
) -> Result<Value, ErrorAnswer> {
    let entries = call.input::<Batch<T>>()?.entries;
    if entries.is_empty() {
        let message = "There should be at least one entry in the request.";
        return Err(ErrorAnswer::bad_request("EmptyBatchRequest", message));
    }
    if entries.len() > MAX_ENTRIES {
        let message =
            format!("Maximum number of entries per request are 10. You have sent {}.", entries.len());
        return Err(ErrorAnswer::bad_request("TooManyEntriesInBatchRequest", message));
    }
    let ids: BTreeSet<&str> = entries.iter().map(|entry| &*entry.id).collect();
    if ids.len() < entries.len() {
        let message = "Two or more batch entries in the request have the same Id.";
        return Err(ErrorAnswer::bad_request("BatchEntryIdsNotDistinct", message));
    }
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (index, BatchEntry { id, input }) in entries.iter().enumerate() {
        let fails = call.call.fails_last_entry && index + 1 == entries.len();
        match if fails { Err(internal_error()) } else { single(call, input) } {
            Ok(mut done) => {
                done["Id"] = json!(id);
                successful.push(done);
            }
            Err(error) => failed.push(error.to_batch_entry(id)),
        }
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

fn internal_error() -> ErrorAnswer {
    ErrorAnswer::new(500, "InternalError", "The sandbox fails this entry because of --fault.")
}
