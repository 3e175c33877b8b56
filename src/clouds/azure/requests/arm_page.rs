//! Pages of lists and of Resource Graph, taken apart into undecoded items.

use std::fmt;

use bytes::Bytes;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::arm_error::{ArmError, start_of_body};

/// The items of a page, each as it came.
pub type RawItems = Vec<Box<RawValue>>;

/// A page of a list: `{"value": [...], "nextLink": "..."}`.
#[derive(Debug)]
pub struct ListPage {
    /// Where the list goes on.
    pub next_link: Option<String>,
}

impl ListPage {
    /// Takes `body` apart.
    ///
    /// # Errors
    /// When it is no such page. An answer without the array `value` is never an empty list: gateways, proxies and
    /// services in trouble answer with other objects and HTTP 200.
    pub fn parse(body: &[u8], action: &str) -> Result<(RawItems, Self), ArmError> {
        let members = AnswerMembers::parse(body, action)?;
        let items: Option<RawItems> = members.get("value")?;
        let items = items.ok_or_else(|| members.without_member("value", body))?;
        Ok((items, Self { next_link: members.get("nextLink")? }))
    }

    /// Writes the page without its items: what the generated pager has to see to go on. An empty link is the end
    /// for all of them, and some models insist that there is one.
    pub fn without_items(&self) -> Bytes {
        let next = self.next_link.as_deref().unwrap_or_default();
        serde_json::json!({ "value": [], "nextLink": next }).to_string().into()
    }
}

/// A page of the Resource Graph's answer, in object form:
/// <https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources>.
#[derive(Debug)]
pub struct GraphPage {
    /// The rows.
    pub data: RawItems,
    /// What brings the next page.
    pub skip_token: Option<String>,
    /// How many rows the page says it has.
    pub count: Option<u64>,
    /// How many rows the query has on all its pages.
    pub total_records: Option<u64>,
}

impl GraphPage {
    /// Takes `body` apart.
    ///
    /// # Errors
    /// When it is no such page, or rows are missing that cannot be asked for.
    pub fn parse(body: &[u8], action: &str) -> Result<Self, ArmError> {
        let members = AnswerMembers::parse(body, action)?;
        let data: Option<RawItems> = members.get("data")?;
        let skip_token: Option<String> = members.get("$skipToken")?;
        let page = Self {
            data: data.ok_or_else(|| members.without_member("data", body))?,
            skip_token: skip_token.filter(|token| !token.is_empty()),
            count: members.get("count")?,
            total_records: members.get("totalRecords")?,
        };
        let truncated: Option<Value> = members.get("resultTruncated")?;
        if truncated.is_some_and(|value| is_true(&value)) && page.skip_token.is_none() {
            return Err(ArmError::unexpected_answer(
                action,
                "it is truncated, and does not say how to read the rest",
            ));
        }
        Ok(page)
    }
}

/// Tells whether a flag is set, which is documented as a text and has been a boolean; any other value but "false" is
/// taken for set.
fn is_true(flag: &Value) -> bool {
    match flag {
        Value::Bool(flag) => *flag,
        Value::String(text) => !text.is_empty() && !text.eq_ignore_ascii_case("false"),
        _ => true,
    }
}

/// The members of an answer that is an object, and no error.
struct AnswerMembers<'a> {
    action: &'a str,
    members: Vec<(String, &'a RawValue)>,
}

impl<'a> AnswerMembers<'a> {
    fn parse(body: &'a [u8], action: &'a str) -> Result<Self, ArmError> {
        // Some Azure services begin their JSON with a byte order mark.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let pairs: RepeatableMembers<'a> = serde_json::from_slice(body)
            .map_err(|error| ArmError::unexpected_answer(action, &error.to_string()))?;
        let members = Self { action, members: pairs.0 };
        match members.get::<Value>("error")? {
            Some(error) => Err(ArmError::unexpected_answer(
                action,
                &format!("it is an error: {}", describe_error_object(&error)),
            )),
            None => Ok(members),
        }
    }

    /// Decodes the member `name`; `None` when it is absent or null.
    ///
    /// JSON leaves open what a second member of one name means, and names are compared exactly: either would hide rows.
    fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ArmError> {
        let mut found = None;
        for (other, value) in self.members.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)) {
            if other != name {
                return Err(ArmError::unexpected_answer(
                    self.action,
                    &format!("it has `{other}` in place of `{name}`"),
                ));
            }
            if found.replace(value).is_some() {
                return Err(ArmError::unexpected_answer(self.action, &format!("it has `{name}` twice")));
            }
        }
        let Some(value) = found else { return Ok(None) };
        serde_json::from_str(value.get())
            .map_err(|error| ArmError::unexpected_answer(self.action, &format!("`{name}`: {error}")))
    }

    fn without_member(&self, name: &str, body: &[u8]) -> ArmError {
        let why = format!("it has no list `{name}` (it begins: {})", start_of_body(body));
        ArmError::unexpected_answer(self.action, &why)
    }
}

/// Writes code and message of an error object.
fn describe_error_object(error: &Value) -> String {
    let text = |name: &str| error.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let parts: Vec<&str> = ["code", "message"].into_iter().filter_map(text).collect();
    let whole = if parts.is_empty() { error.to_string() } else { parts.join(": ") };
    start_of_body(whole.as_bytes())
}

/// The members of an object in their order, repeated ones too.
struct RepeatableMembers<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for RepeatableMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct MemberVisitor;
        impl<'de> Visitor<'de> for MemberVisitor {
            type Value = RepeatableMembers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(RepeatableMembers(pairs))
            }
        }
        from.deserialize_map(MemberVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart_and_the_pager_sees_the_way_on() {
        let body = b"\xef\xbb\xbf{\r\n \"value\": [ {\"id\": 1}, \"odd\" ],\r\n \"nextLink\": \"https://h/next\"\r\n}";
        let (items, page) = ListPage::parse(body, "x/read").unwrap();
        let items: Vec<&str> = items.iter().map(|item| item.get()).collect();
        assert_eq!(items, ["{\"id\": 1}", "\"odd\""]);
        assert_eq!(page.without_items(), r#"{"nextLink":"https://h/next","value":[]}"#);
        for last in
            [r#"{"value": []}"#, r#"{"value": [], "nextLink": null}"#, r#"{"nextLink": "", "value": []}"#]
        {
            let (items, page) = ListPage::parse(last.as_bytes(), "x/read").unwrap();
            assert!(items.is_empty());
            assert_eq!(page.without_items(), r#"{"nextLink":"","value":[]}"#);
        }
    }

    /// HTTP 200 without the list that was asked for.
    #[test]
    fn an_answer_without_its_list_is_no_empty_list() {
        for (body, why) in [
            ("{}", "it has no list `value` (it begins: {})"),
            (r#"{"value": null}"#, "it has no list `value`"),
            (r#"{"value": {}}"#, "`value`: invalid type: map"),
            (r#"{"value": "[]"}"#, "`value`: invalid type: string"),
            (r#"{"message": "please sign in"}"#, r#"(it begins: {"message": "please sign in"})"#),
            (r#"{"Value": [{"id": 1}]}"#, "it has `Value` in place of `value`"),
            (r#"{"VALUE": [], "value": []}"#, "it has `VALUE` in place of `value`"),
            (r#"{"value": [{"id": 1}], "value": []}"#, "it has `value` twice"),
            (r#"{"value": [], "NextLink": "https://h/2"}"#, "it has `NextLink` in place of `nextLink`"),
            (r#"{"id": "/subscriptions/s", "name": "net"}"#, "it has no list `value`"),
            (
                r#"{"error": {"code": "InternalServerError", "message": "later"}}"#,
                "it is an error: InternalServerError: later",
            ),
            (r#"{"value": [], "error": {"code": "PartialError"}}"#, "it is an error: PartialError"),
            (r#"{"error": "no"}"#, r#"it is an error: "no""#),
            ("[]", "expected an object"),
            ("null", "expected an object"),
            ("", "EOF"),
        ] {
            let error = ListPage::parse(body.as_bytes(), "x/read").unwrap_err().to_string();
            assert!(
                error.starts_with("x/read: the answer is not one of the API: ") && error.contains(why),
                "{body}: {error}"
            );
            assert!(GraphPage::parse(body.as_bytes(), "x/read").is_err(), "{body}: nor are there no rows");
        }
    }

    #[test]
    fn what_is_no_page_is_refused_by_name() {
        let error = ListPage::parse(b"<html>", "x/read").unwrap_err();
        assert!(error.to_string().starts_with("x/read: the answer is not one of the API"), "{error}");
        assert!(GraphPage::parse(br#"{"value": []}"#, "x/read").is_err(), "rows are never left out");
    }

    /// Casings and types of the flag that answers have had (elastic/cloudbeat#7424).
    #[test]
    fn a_truncated_graph_answer_without_a_way_on_is_not_complete() {
        let page = |more: &str| GraphPage::parse(format!(r#"{{"data": []{more}}}"#).as_bytes(), "x/read");
        for whole in ["", r#", "resultTruncated": null"#, r#", "resultTruncated": false"#] {
            assert!(page(whole).is_ok(), "{whole}");
        }
        for whole in ["false", "False", "FALSE", ""] {
            assert!(page(&format!(r#", "resultTruncated": "{whole}""#)).is_ok(), "{whole}");
        }
        for cut in [r#""true""#, r#""True""#, r#""TRUE""#, "true", "1", r#""yes""#] {
            let flag = format!(r#", "resultTruncated": {cut}"#);
            assert!(page(&flag).is_err(), "{cut}");
            assert!(page(&format!(r#"{flag}, "$skipToken": """#)).is_err(), "{cut}: an empty token is none");
            assert!(page(&format!(r#"{flag}, "$skipToken": "t""#)).is_ok(), "{cut}");
        }
    }

    #[test]
    fn counts_are_numbers() {
        let page = |more: &str| GraphPage::parse(format!(r#"{{"data": []{more}}}"#).as_bytes(), "x/read");
        let counted = page(r#", "count": 3, "totalRecords": 7"#).unwrap();
        assert_eq!((counted.count, counted.total_records), (Some(3), Some(7)));
        assert!(page(r#", "count": -1"#).is_err() && page(r#", "totalRecords": "many""#).is_err());
    }
}
