//! Answers to test with.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Place;
use crate::clouds::azure::api::item;

/// The subscription of the tests.
pub const HERE: Place<'_> = Place { account: "aaaa-1", region: None };

/// Decodes one resource.
#[track_caller]
pub fn read<T: DeserializeOwned>(value: &Value) -> T {
    item(&value.to_string()).expect("can be decoded")
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
    page.value.iter().map(|raw| item(raw.get()).expect("can be decoded")).collect()
}

/// Writes prefixes or addresses as text.
pub fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}
