//! The generated management clients over our own transport, and their pagers as streams of undecoded items.
//!
//! The clients know paths, API versions and how a list goes on. Their pagers decode a page as a whole, though, and
//! one odd item would lose all its neighbours: so the transport keeps each page's items for us, and hands the pager
//! the page without them. See `docs/design/azure.md`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use azure_core_legacy::auth::TokenCredential;
use azure_core_legacy::error::{Error as LegacyError, ErrorKind};
use azure_core_legacy::headers::Headers;
use azure_core_legacy::{
    Body, BytesStream, Continuable, HttpClient, Pageable, Request, Response, RetryOptions, StatusCode,
    TransportOptions,
};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::arm_error::{ArmError, start_of_body};
use super::arm_http::{ArmHttp, ArmRequest, Quota};
use super::tenant_token::TenantToken;
use crate::clouds::Failure;
use crate::clouds::causes::causes;
use crate::clouds::page_tokens::{EmptyPages, PageTokens};
use crate::model::Outcome;

/// The pages of a list as they come. An error is the end of the list.
pub type RawPages = BoxStream<'static, Result<RawItems, ArmError>>;

/// What a management client is made from.
pub struct ArmAccess {
    /// The token's source.
    pub credential: Arc<dyn TokenCredential>,
    /// The resource manager.
    pub endpoint: azure_core_legacy::Url,
    /// What the token is for.
    pub scope: String,
    /// Sends the requests of the client, and keeps the answers.
    pub transport: TransportOptions,
    /// No retries: the transport repeats what may be repeated.
    pub retry: RetryOptions,
}

/// Makes a management client: their builders have the same methods, and no trait in common.
macro_rules! client {
    ($of:ident, $access:expr) => {{
        let access: $crate::clouds::azure::arm_client::ArmAccess = $access;
        $of::Client::builder(access.credential)
            .endpoint(access.endpoint)
            .scopes(&[&access.scope])
            .transport(access.transport)
            .retry(access.retry)
            .build()
    }};
}
pub(super) use client;

/// Reads from the resource manager with the token of one tenant, on one quota.
#[derive(Debug, Clone)]
pub struct ArmClient {
    pub http: Arc<ArmHttp>,
    pub token: Arc<TenantToken>,
    pub scope: Arc<str>,
    pub quota: Quota,
}

impl ArmClient {
    /// Returns the same client for another quota.
    pub fn with_quota(&self, quota: Quota) -> Self {
        Self { quota, ..self.clone() }
    }

    /// Reads a list: `open` makes the generated pager of it, `action` is the call as Azure RBAC spells it.
    pub fn list<P>(
        &self,
        action: &'static str,
        open: impl FnOnce(ArmAccess) -> azure_core_legacy::Result<Pageable<P, LegacyError>>,
    ) -> RawPages
    where
        P: Continuable + 'static,
    {
        let transport = Arc::new(CapturingTransport::new(self.clone(), action, |body, action| {
            let (items, page) = ListPage::parse(body, action)?;
            Ok((items, page.without_items()))
        }));
        let pager = match open(self.access(Arc::clone(&transport) as Arc<dyn HttpClient>)) {
            Ok(pager) => pager,
            Err(error) => return stream::iter([Err(arm_error(&error, action))]).boxed(),
        };
        let first = Some((pager, transport, EmptyPages::default()));
        stream::unfold(first, move |next| async move {
            let (mut pager, transport, mut empty) = next?;
            let page = match pager.next().await? {
                Ok(_) => {
                    transport.take_page().ok_or_else(|| ArmError::unexpected_answer(action, "there was none"))
                }
                Err(error) => Err(arm_error(&error, action)),
            };
            let page = page.and_then(|items: RawItems| {
                empty.record(items.len(), action)?;
                Ok(items)
            });
            let next = page.is_ok().then_some((pager, transport, empty));
            Some((page, next))
        })
        .boxed()
    }

    /// Sends one request and takes its answer apart by `split`; `open` makes the generated request.
    ///
    /// # Errors
    /// When it is refused, or the answer is something else.
    pub async fn ask<T, R>(
        &self,
        action: &'static str,
        split: fn(&[u8], &str) -> Result<T, ArmError>,
        open: impl FnOnce(ArmAccess) -> azure_core_legacy::Result<R>,
    ) -> Result<T, ArmError>
    where
        T: Send + 'static,
        R: Future<Output = azure_core_legacy::Result<()>>,
    {
        let transport = Arc::new(CapturingTransport::new(self.clone(), action, move |body, action| {
            Ok((split(body, action)?, Bytes::from_static(b"{}")))
        }));
        let request = open(self.access(Arc::clone(&transport) as Arc<dyn HttpClient>));
        request
            .map_err(|error| arm_error(&error, action))?
            .await
            .map_err(|error| arm_error(&error, action))?;
        transport.take_page().ok_or_else(|| ArmError::unexpected_answer(action, "there was none"))
    }

    /// Sends a request, once more with another token if Azure refuses the one it has: it may have been revoked, or be
    /// older than a change of the caller's rights.
    async fn send(&self, mut request: ArmRequest) -> Result<Bytes, ArmError> {
        let refusal = match self.http.send(&request).await {
            Err(refusal) if refusal.is_refused_token() => refusal,
            answer => return answer.map_err(|refusal| self.token.explain(refusal, &request)),
        };
        let used = request.headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
        let used = used.and_then(|header| header.strip_prefix("Bearer ")).unwrap_or_default();
        let Some(token) = self.token.replace(used, &self.scope).await? else {
            return Err(self.token.explain(refusal, &request));
        };
        let header = HeaderValue::try_from(format!("Bearer {}", token.token.secret()))
            .map_err(|_| ArmError::unexpected_answer(request.action, "a header cannot be sent"))?;
        request.headers.insert(AUTHORIZATION, header);
        self.http.send(&request).await.map_err(|refusal| self.token.explain(refusal, &request))
    }

    fn access(&self, http: Arc<dyn HttpClient>) -> ArmAccess {
        ArmAccess {
            credential: Arc::clone(&self.token) as Arc<dyn TokenCredential>,
            endpoint: self.http.home().clone(),
            scope: self.scope.as_ref().to_owned(),
            transport: TransportOptions::new(http),
            retry: RetryOptions::none(),
        }
    }
}

/// Splits a body into what we keep and what the generated client sees.
type SplitBody<T> = Box<dyn Fn(&[u8], &str) -> Result<(T, Bytes), ArmError> + Send + Sync>;

/// The transport of one list: sends through the [`ArmHttp`], and keeps the latest page.
struct CapturingTransport<T> {
    client: ArmClient,
    action: &'static str,
    split: SplitBody<T>,
    captured: Mutex<Captured<T>>,
}

struct Captured<T> {
    page: Option<T>,
    /// The addresses of all pages so far.
    addresses: PageTokens,
}

impl<T> std::fmt::Debug for CapturingTransport<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CapturingTransport").field("action", &self.action).finish_non_exhaustive()
    }
}

impl<T> CapturingTransport<T> {
    fn new(
        client: ArmClient,
        action: &'static str,
        split: impl Fn(&[u8], &str) -> Result<(T, Bytes), ArmError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            client,
            action,
            split: Box::new(split),
            captured: Mutex::new(Captured { page: None, addresses: PageTokens::default() }),
        }
    }

    fn take_page(&self) -> Option<T> {
        self.captured().page.take()
    }

    fn captured(&self) -> std::sync::MutexGuard<'_, Captured<T>> {
        self.captured.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn to_arm_request(&self, request: &Request) -> Result<ArmRequest, ArmError> {
        let mut headers = HeaderMap::new();
        for (name, value) in request.headers().iter() {
            let pair = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()));
            let (Ok(name), Ok(value)) = pair else {
                return Err(ArmError::unexpected_answer(self.action, "a header cannot be sent"));
            };
            headers.insert(name, value);
        }
        let body = match request.body() {
            Body::Bytes(bytes) => bytes.clone(),
            Body::SeekableStream(_) => {
                return Err(ArmError::unexpected_answer(self.action, "a stream cannot be sent"));
            }
        };
        let method = Method::from_bytes(request.method().as_ref().as_bytes())
            .map_err(|_| ArmError::unexpected_answer(self.action, "the method is unknown"))?;
        let (url, quota) = (request.url().clone(), self.client.quota.clone());
        Ok(ArmRequest { method, url, headers, body, action: self.action, quota })
    }

    async fn send(&self, request: &Request) -> Result<Bytes, ArmError> {
        let request = self.to_arm_request(request)?;
        if request.method == Method::GET {
            self.captured()
                .addresses
                .follow(Some(request.url.as_str()), self.action)
                .map_err(ArmError::from)?;
        }
        let body = self.client.send(request).await?;
        let (page, rest) = (self.split)(&body, self.action)?;
        self.captured().page = Some(page);
        Ok(rest)
    }
}

#[async_trait]
impl<T: Send + 'static> HttpClient for CapturingTransport<T> {
    async fn execute_request(&self, request: &Request) -> azure_core_legacy::Result<Response> {
        let rest = self.send(request).await.map_err(|refusal| LegacyError::new(ErrorKind::Other, refusal))?;
        Ok(Response::new(StatusCode::Ok, Headers::new(), Box::pin(BytesStream::new(rest))))
    }
}

/// Finds our own error, or the failure of a credential, inside the error of the generated client.
fn arm_error(error: &LegacyError, action: &str) -> ArmError {
    for cause in causes(error) {
        if let Some(refusal) = cause.downcast_ref::<ArmError>() {
            return refusal.clone();
        }
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            return ArmError::from(failure.clone());
        }
    }
    ArmError::from(Failure::new(Outcome::Failed, format!("{action}: {error}")))
}

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
            return Err(ArmError::unexpected_answer(action, "it is truncated, and names no way to the rest"));
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

    /// HTTP 200 without the list that was asked for (faults F4).
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
                error.starts_with("x/read: the answer is not the API's: ") && error.contains(why),
                "{body}: {error}"
            );
            assert!(GraphPage::parse(body.as_bytes(), "x/read").is_err(), "{body}: nor are there no rows");
        }
    }

    #[test]
    fn what_is_no_page_is_refused_by_name() {
        let error = ListPage::parse(b"<html>", "x/read").unwrap_err();
        assert!(error.to_string().starts_with("x/read: the answer is not the API's"), "{error}");
        assert!(GraphPage::parse(br#"{"value": []}"#, "x/read").is_err(), "rows are never left out");
    }

    /// Casings and types of the flag that answers have had (faults F4, cloudbeat 7424).
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
