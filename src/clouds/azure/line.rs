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
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::emptiness::Emptiness;
use super::http::{Call, Manager, Quota};
use super::page::{Items, ListPage};
use super::refusal::Refusal;
use super::token::Token;
use crate::clouds::Failure;
use crate::clouds::causes::causes;
use crate::clouds::page_tokens::PageTokens;
use crate::model::Outcome;

/// Pages as they come; a refusal is the end of one list.
pub type Pages = BoxStream<'static, Result<Items, Refusal>>;

/// What a management client is made from.
pub struct Access {
    /// The token's source.
    pub credential: Arc<dyn TokenCredential>,
    /// The resource manager.
    pub endpoint: azure_core_legacy::Url,
    /// What the token is for.
    pub scope: String,
    /// Sends what the client says, and keeps what comes back.
    pub transport: TransportOptions,
    /// None: the transport repeats what may be repeated.
    pub retry: RetryOptions,
}

/// Makes a management client: their builders have the same methods, and no trait in common.
macro_rules! client {
    ($of:ident, $access:expr) => {{
        let access: $crate::clouds::azure::line::Access = $access;
        $of::Client::builder(access.credential)
            .endpoint(access.endpoint)
            .scopes(&[&access.scope])
            .transport(access.transport)
            .retry(access.retry)
            .build()
    }};
}
pub(super) use client;

/// The way to the resource manager with a tenant's token, for one quota.
#[derive(Debug, Clone)]
pub struct Line {
    pub manager: Arc<Manager>,
    pub token: Arc<Token>,
    pub scope: Arc<str>,
    pub quota: Quota,
    /// What was seen of a subscription in which nothing can be.
    pub emptiness: Arc<Emptiness>,
}

impl Line {
    /// Returns the same way for another quota.
    pub fn counting(&self, quota: Quota) -> Self {
        Self { quota, ..self.clone() }
    }

    /// Returns the same way to one subscription.
    pub fn to_subscription(&self, id: &str, emptiness: Emptiness) -> Self {
        Self { emptiness: Arc::new(emptiness), ..self.counting(Quota::Subscription(id.to_owned())) }
    }

    /// Reads a list: `open` makes the generated pager of it, `action` is the call as Azure RBAC spells it.
    pub fn list<P>(
        &self,
        action: &'static str,
        open: impl FnOnce(Access) -> azure_core_legacy::Result<Pageable<P, LegacyError>>,
    ) -> Pages
    where
        P: Continuable + 'static,
    {
        let tap = Arc::new(Tap::new(self.clone(), action, |body, action| {
            let (items, page) = ListPage::read(body, action)?;
            Ok((items, page.skeleton()))
        }));
        let pager = match open(self.access(Arc::clone(&tap) as Arc<dyn HttpClient>)) {
            Ok(pager) => pager,
            Err(error) => return stream::iter([Err(refusal(&error, action))]).boxed(),
        };
        let emptiness = Arc::clone(&self.emptiness);
        stream::unfold((pager, tap, emptiness), move |(mut pager, tap, emptiness)| async move {
            let page = match pager.next().await? {
                Ok(_) => tap.take().ok_or_else(|| Refusal::garbled(action, "there was none")),
                Err(error) => match refusal(&error, action) {
                    unused if unused.is_unused_service() => Ok(Items::new()),
                    refusal if emptiness.is_proved_by(&refusal) => Ok(Items::new()),
                    refusal => Err(refusal),
                },
            };
            Some((page, (pager, tap, emptiness)))
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
        split: fn(&[u8], &str) -> Result<T, Refusal>,
        open: impl FnOnce(Access) -> azure_core_legacy::Result<R>,
    ) -> Result<T, Refusal>
    where
        T: Send + 'static,
        R: Future<Output = azure_core_legacy::Result<()>>,
    {
        let tap = Arc::new(Tap::new(self.clone(), action, move |body, action| {
            Ok((split(body, action)?, Bytes::from_static(b"{}")))
        }));
        let request = open(self.access(Arc::clone(&tap) as Arc<dyn HttpClient>));
        request.map_err(|error| refusal(&error, action))?.await.map_err(|error| refusal(&error, action))?;
        tap.take().ok_or_else(|| Refusal::garbled(action, "there was none"))
    }

    fn access(&self, http: Arc<dyn HttpClient>) -> Access {
        Access {
            credential: Arc::clone(&self.token) as Arc<dyn TokenCredential>,
            endpoint: self.manager.home().clone(),
            scope: self.scope.as_ref().to_owned(),
            transport: TransportOptions::new(http),
            retry: RetryOptions::none(),
        }
    }
}

/// Takes a body apart: what we keep, and what the generated client gets to see.
type Split<T> = Box<dyn Fn(&[u8], &str) -> Result<(T, Bytes), Refusal> + Send + Sync>;

/// The transport of one list: sends through the [`Manager`], and keeps the latest page.
struct Tap<T> {
    line: Line,
    action: &'static str,
    split: Split<T>,
    seen: Mutex<Seen<T>>,
}

struct Seen<T> {
    page: Option<T>,
    /// The addresses of all pages so far.
    addresses: PageTokens,
}

impl<T> std::fmt::Debug for Tap<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tap").field("action", &self.action).finish_non_exhaustive()
    }
}

impl<T> Tap<T> {
    fn new(
        line: Line,
        action: &'static str,
        split: impl Fn(&[u8], &str) -> Result<(T, Bytes), Refusal> + Send + Sync + 'static,
    ) -> Self {
        Self {
            line,
            action,
            split: Box::new(split),
            seen: Mutex::new(Seen { page: None, addresses: PageTokens::default() }),
        }
    }

    fn take(&self) -> Option<T> {
        self.seen().page.take()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen<T>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, request: &Request) -> Result<Call, Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in request.headers().iter() {
            let pair = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()));
            let (Ok(name), Ok(value)) = pair else {
                return Err(Refusal::garbled(self.action, "a header cannot be sent"));
            };
            headers.insert(name, value);
        }
        let body = match request.body() {
            Body::Bytes(bytes) => bytes.clone(),
            Body::SeekableStream(_) => return Err(Refusal::garbled(self.action, "a stream cannot be sent")),
        };
        let method = Method::from_bytes(request.method().as_ref().as_bytes())
            .map_err(|_| Refusal::garbled(self.action, "the method is unknown"))?;
        let (url, quota) = (request.url().clone(), self.line.quota.clone());
        Ok(Call { method, url, headers, body, action: self.action, quota })
    }

    async fn pass(&self, request: &Request) -> Result<Bytes, Refusal> {
        let call = self.call(request)?;
        if call.method == Method::GET {
            self.seen().addresses.follow(Some(call.url.as_str()), self.action).map_err(Refusal::of)?;
        }
        let body =
            self.line.manager.send(&call).await.map_err(|refusal| self.line.token.explain(refusal, &call))?;
        let (page, rest) = (self.split)(&body, self.action)?;
        self.seen().page = Some(page);
        Ok(rest)
    }
}

#[async_trait]
impl<T: Send + 'static> HttpClient for Tap<T> {
    async fn execute_request(&self, request: &Request) -> azure_core_legacy::Result<Response> {
        let rest = self.pass(request).await.map_err(|refusal| LegacyError::new(ErrorKind::Other, refusal))?;
        Ok(Response::new(StatusCode::Ok, Headers::new(), Box::pin(BytesStream::new(rest))))
    }
}

/// Finds our own refusal, or a credential's failure, in what the generated client wrapped around it.
fn refusal(error: &LegacyError, action: &str) -> Refusal {
    for cause in causes(error) {
        if let Some(refusal) = cause.downcast_ref::<Refusal>() {
            return refusal.clone();
        }
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            return Refusal::of(failure.clone());
        }
    }
    Refusal::of(Failure::new(Outcome::Failed, format!("{action}: {error}")))
}
