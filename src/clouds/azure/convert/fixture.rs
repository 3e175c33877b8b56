//! Answers to test with.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::AnswerContext;
use crate::clouds::azure::api::decode_item;

/// The subscription of the tests.
pub const HERE: AnswerContext<'_> = AnswerContext { account: "aaaa-1", region: None };

/// Decodes one resource.
#[track_caller]
pub fn read<T: DeserializeOwned>(value: &Value) -> T {
    decode_item(&value.to_string()).expect("can be decoded")
}

/// Decodes the items of a page of a list, as Azure indents it: with carriage returns.
#[track_caller]
pub fn page<T: DeserializeOwned>(text: &str) -> Vec<T> {
    #[derive(serde::Deserialize)]
    struct Page {
        #[serde(alias = "data")]
        value: Vec<Box<RawValue>>,
    }
    let indented = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let page: Page = serde_json::from_str(&indented).expect("is a page");
    page.value.iter().map(|raw| decode_item(raw.get()).expect("can be decoded")).collect()
}

/// Writes prefixes or addresses as text.
pub fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}
