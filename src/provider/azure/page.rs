//! Takes pages apart without understanding their items: those are decoded one by one, each for itself.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::refusal::Refusal;

/// The items of a page, each as it came.
pub type Items = Vec<Box<RawValue>>;

/// A page of a list: `{"value": [...], "nextLink": "..."}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListPage {
    /// What is on it; Azure leaves the array out of some empty answers.
    #[serde(default)]
    value: Option<Items>,
    /// Where the list goes on.
    pub next_link: Option<String>,
}

impl ListPage {
    /// Takes `body` apart.
    ///
    /// # Errors
    /// When it is no such page.
    pub fn read(body: &[u8], action: &str) -> Result<(Items, Self), Refusal> {
        let mut page: Self = read(body, action)?;
        Ok((page.value.take().unwrap_or_default(), page))
    }

    /// Writes the page without its items: what the generated pager has to see to go on. An empty link is the end
    /// for all of them, and some models insist that there is one.
    pub fn skeleton(&self) -> Bytes {
        let next = self.next_link.as_deref().unwrap_or_default();
        serde_json::json!({ "value": [], "nextLink": next }).to_string().into()
    }
}

/// A page of the Resource Graph's answer, in object form:
/// <https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources>.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphPage {
    /// The rows.
    pub data: Items,
    /// What brings the next page.
    #[serde(rename = "$skipToken")]
    pub skip_token: Option<String>,
    /// `"true"` when rows are missing; without a token there is no way to them.
    result_truncated: Option<String>,
}

impl GraphPage {
    /// Takes `body` apart.
    ///
    /// # Errors
    /// When it is no such page, or rows are missing that cannot be asked for.
    pub fn read(body: &[u8], action: &str) -> Result<Self, Refusal> {
        let page: Self = read(body, action)?;
        let truncated = page.result_truncated.as_deref() == Some("true");
        if truncated && page.skip_token.is_none() {
            return Err(Refusal::garbled(action, "it is truncated, and names no way to the rest"));
        }
        Ok(page)
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8], action: &str) -> Result<T, Refusal> {
    // Some Azure services begin their JSON with a byte order mark.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(body).map_err(|error| Refusal::garbled(action, &error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart_and_the_pager_sees_the_way_on() {
        let body = b"\xef\xbb\xbf{\r\n \"value\": [ {\"id\": 1}, \"odd\" ],\r\n \"nextLink\": \"https://h/next\"\r\n}";
        let (items, page) = ListPage::read(body, "x/read").unwrap();
        let items: Vec<&str> = items.iter().map(|item| item.get()).collect();
        assert_eq!(items, ["{\"id\": 1}", "\"odd\""]);
        assert_eq!(page.skeleton(), r#"{"nextLink":"https://h/next","value":[]}"#);
        for last in [r#"{"value": []}"#, "{}", r#"{"value": null, "nextLink": ""}"#] {
            let (items, page) = ListPage::read(last.as_bytes(), "x/read").unwrap();
            assert!(items.is_empty());
            assert_eq!(page.skeleton(), r#"{"nextLink":"","value":[]}"#);
        }
    }

    #[test]
    fn what_is_no_page_is_refused_by_name() {
        let error = ListPage::read(b"<html>", "x/read").unwrap_err();
        assert!(error.to_string().starts_with("x/read: the answer is not the API's"), "{error}");
        assert!(GraphPage::read(br#"{"value": []}"#, "x/read").is_err(), "rows are never left out");
    }

    #[test]
    fn a_truncated_graph_answer_without_a_way_on_is_not_complete() {
        let page = |more: &str| GraphPage::read(format!(r#"{{"data": []{more}}}"#).as_bytes(), "x/read");
        assert!(page(r#", "resultTruncated": "false""#).is_ok());
        assert!(page(r#", "resultTruncated": "true", "$skipToken": "t""#).is_ok());
        assert!(page(r#", "resultTruncated": "true""#).is_err());
    }
}
