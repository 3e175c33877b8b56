//! The generated management clients over our own transport, and their pagers as streams of undecoded items.
//!
//! The clients know paths, API versions and how a list goes on. Their pagers decode a page as a whole, though, and
//! one odd item would lose all its neighbours: so the transport keeps each page's items for us, and hands the pager
//! the page without them. See `docs/design/azure.md`.

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

use super::arm_error::ArmError;
use super::arm_http::ArmHttp;
use super::arm_page::{ListPage, RawItems};
use super::arm_request::ArmRequest;
use super::pauses::Quota;
use crate::clouds::Failure;
use crate::clouds::azure::authentication::tenant_token::TenantToken;
use crate::clouds::causes::causes;
use crate::clouds::page_tokens::{PageTokens, RowCount};
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
        let access: $crate::clouds::azure::requests::arm_client::ArmAccess = $access;
        $of::Client::builder(access.credential)
            .endpoint(access.endpoint)
            .scopes(&[&access.scope])
            .transport(access.transport)
            .retry(access.retry)
            .build()
    }};
}
pub(in crate::clouds::azure) use client;

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
        let first = Some((pager, transport, RowCount::default()));
        stream::unfold(first, move |next| async move {
            let (mut pager, transport, mut counted) = next?;
            let page = match pager.next().await? {
                // The pager's own page has no items: the transport kept them, since one odd item would lose all others.
                Ok(_) => {
                    transport.take_page().ok_or_else(|| ArmError::unexpected_answer(action, "there was none"))
                }
                Err(error) => Err(arm_error(&error, action)),
            };
            let page = page.and_then(|items: RawItems| {
                counted.record(items.len(), action)?;
                Ok(items)
            });
            // After an error the pager would ask for the same page again.
            let next = page.is_ok().then_some((pager, transport, counted));
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
            endpoint: self.http.resource_manager().clone(),
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
        // A query of Resource Graph is a POST, whose next page has the same address and a token in its body.
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
