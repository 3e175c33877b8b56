//! Sends requests to the Azure Resource Manager: repeats them, and pauses when Azure throttles.
//!
//! Azure Resource Manager counts requests for each subscription and tells with `Retry-After` how long to keep away:
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, Method, Response, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use url::Url;

use super::arm_error::ArmError;
use crate::clouds::answer_memory::{SHORT_ANSWER, long_answers, permits};
use crate::clouds::causes::{certificate_remedy, root};
use crate::clouds::http_client::CA_VARIABLE;
use crate::clouds::waits::{FOR_EVER, random, retry_after_in, spread};
use crate::clouds::{Event, Observer, meter};

/// How long a metadata service may take to show that it exists. It is on the same host, or nowhere.
pub const PROBE: Duration = Duration::from_millis(500);
/// How often one request is sent at most.
const ATTEMPTS: u32 = 5;
/// How often it is sent to an endpoint that does not answer at all.
const UNANSWERED_ATTEMPTS: u32 = 2;
/// Bytes of an answer that are read at most: several times the largest page.
const LARGEST_ANSWER: usize = 256 * 1024 * 1024;
/// The shortest wait before a request is repeated.
const SHORTEST_BACKOFF: Duration = Duration::from_millis(400);
/// By how much the longest wait is longer than the shortest one, unless Azure asks for more.
const BACKOFF_GROWTH: u32 = 25;
/// The longest wait after an answer that refused nothing.
const LONGEST_UNREFUSED: Duration = Duration::from_secs(10);
/// The quota that a request counts against. Azure throttles each subscription and each tenant by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Quota {
    /// A subscription, by id.
    Subscription(String),
    /// A tenant: what is asked across subscriptions.
    Tenant(String),
}

impl Quota {
    /// Returns the id of the subscription or tenant.
    pub fn id(&self) -> &str {
        match self {
            Self::Subscription(id) | Self::Tenant(id) => id,
        }
    }
}

impl std::fmt::Display for Quota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Subscription(id) => write!(f, "subscription {id}"),
            Self::Tenant(id) => write!(f, "tenant {id}"),
        }
    }
}

/// One request to the resource manager, ready to be sent as often as it takes.
#[derive(Debug)]
pub struct ArmRequest {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What it does, as Azure RBAC spells it.
    pub action: &'static str,
    /// Whose quota it counts against.
    pub quota: Quota,
}

/// Sends requests to the resource manager.
#[derive(Debug)]
pub struct ArmHttp {
    client: Client,
    resource_manager: Url,
    pauses: Arc<Pauses>,
    backoff: Backoff,
}

impl ArmHttp {
    /// Prepares to send requests to the resource manager at this address.
    pub fn new(client: Client, resource_manager: Url, pauses: Arc<Pauses>, backoff: Backoff) -> Self {
        Self { client, resource_manager, pauses, backoff }
    }

    /// Returns the resource manager's address.
    pub const fn resource_manager(&self) -> &Url {
        &self.resource_manager
    }

    /// Sends `request` until it is answered for good, and returns the body of the answer.
    ///
    /// It is sent again after a 429, a 5xx, or if the endpoint cannot be reached. Every request only reads, so none can have
    /// an effect twice. It ends after `ATTEMPTS`, or `UNANSWERED_ATTEMPTS` if nothing answers. The caller's
    /// `--timeout` bounds the waits.
    ///
    /// # Errors
    /// When Azure refuses it, or has not answered after all attempts. Also when it would go to another host than the
    /// resource manager: that is not even sent, because the token would go there too.
    pub async fn send(&self, request: &ArmRequest) -> Result<Bytes, ArmError> {
        if request.url.origin() != self.resource_manager.origin() {
            return Err(ArmError::foreign_host(request, &self.resource_manager));
        }
        let (mut attempt, mut backoff) = (0, self.backoff.shortest);
        loop {
            // Here requests wait for a 429 that another request of the same quota got, as well as for their own.
            self.pauses.wait(request).await?;
            attempt += 1;
            let error = match self.send_once(request).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            // An endpoint that does not answer costs a time-out at each attempt, and is mostly a wrong address or a firewall.
            let last = if error.status.is_some() { ATTEMPTS } else { UNANSWERED_ATTEMPTS };
            let is_last = attempt >= last || !error.is_retryable();
            backoff = self.backoff.next(backoff, random());
            match (error.status, error.wait) {
                // Some services ask for no wait at all. That would use up all attempts at once. The other requests of the
                // quota wait even if this one is not sent again.
                (_, Some(wait)) => self.pauses.begin(&request.quota, wait.max(backoff)),
                (Some(StatusCode::TOO_MANY_REQUESTS), None) => self.pauses.begin(&request.quota, backoff),
                // A server that failed says nothing about the quota, so the others need not wait.
                _ if !is_last => tokio::time::sleep(backoff).await,
                _ => {}
            }
            if is_last {
                return Err(error);
            }
        }
    }

    async fn send_once(&self, request: &ArmRequest) -> Result<Bytes, ArmError> {
        meter::count_request();
        let sent = Instant::now();
        let http = self.client.request(request.method.clone(), request.url.clone());
        let http = http.headers(request.headers.clone()).body(request.body.clone());
        let answer =
            http.send().await.map_err(|error| no_answer(request, &error, AnswerProgress::Waiting))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        meter::note_answer(status.as_u16(), sent.elapsed());
        tracing::trace!(status = status.as_u16(), action = request.action, "answer");
        let body = read_body(request, answer, LARGEST_ANSWER).await?;
        // Lists are answered with 200 only. Another 2xx has no list in it, and must not pass for an empty one.
        if status == StatusCode::OK {
            if let Some(wait) = wait_for_used_up_quota(&headers) {
                self.pauses.begin(&request.quota, wait);
            }
            Ok(body)
        } else if status.is_redirection() {
            let target = headers.get(LOCATION).and_then(|target| target.to_str().ok());
            Err(ArmError::redirect(request, status, target))
        } else {
            Err(ArmError::from_answer(request, status, requested_wait(&headers), &body))
        }
    }
}

/// How long to wait before a request is repeated, unless Azure asks for more.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    shortest: Duration,
    longest: Duration,
}

impl Backoff {
    /// Makes the waits that begin with `shortest`, or with the usual one.
    pub fn new(shortest: Option<Duration>) -> Self {
        let shortest = shortest.unwrap_or(SHORTEST_BACKOFF);
        Self { shortest, longest: shortest * BACKOFF_GROWTH }
    }

    /// Returns how long to wait after a wait of `previous`, where `random` is from 0 to 1.
    ///
    /// Requests that failed together must not come back together. So each wait is random, between the shortest one and
    /// three times the one before ("decorrelated jitter",
    /// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
    fn next(self, previous: Duration, random: f64) -> Duration {
        let highest = (previous * 3).clamp(self.shortest, self.longest);
        self.shortest + highest.saturating_sub(self.shortest).mul_f64(random)
    }
}

/// A long answer, and its part of the memory that long answers have.
struct LongAnswer {
    body: Bytes,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for LongAnswer {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

/// Reads the body of an answer up to `largest` bytes: one that never ends would fill the memory. Where it is long it waits
/// until there is memory for it.
async fn read_body(request: &ArmRequest, mut answer: Response, largest: usize) -> Result<Bytes, ArmError> {
    let (mut body, mut permit) = (BytesMut::new(), None);
    while let Some(chunk) =
        answer.chunk().await.map_err(|error| no_answer(request, &error, AnswerProgress::Answering))?
    {
        if body.len() + chunk.len() > largest {
            return Err(ArmError::oversized_answer(request, largest));
        }
        if body.len() + chunk.len() > SHORT_ANSWER && permit.is_none() {
            permit = long_answers().acquire_many_owned(permits(largest)).await.ok();
        }
        body.extend_from_slice(&chunk);
    }
    let body = body.freeze();
    // Until its rows are read and nothing of the body is held any more.
    Ok(match permit {
        Some(permit) => Bytes::from_owner(LongAnswer { body, _permit: permit }),
        None => body,
    })
}

/// How far an answer had come when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AnswerProgress {
    /// Nothing of it was there.
    Waiting,
    /// Its body had begun.
    Answering,
}

fn no_answer(request: &ArmRequest, error: &reqwest::Error, progress: AnswerProgress) -> ArmError {
    let why = root(error);
    tracing::trace!(why, action = request.action, "no answer");
    let failed = match progress {
        AnswerProgress::Answering if !error.is_timeout() => {
            meter::note_unreadable(why.clone());
            ArmError::broken_off(request, &why)
        }
        _ => {
            meter::note_unanswered(why.clone());
            ArmError::no_answer(request, error.is_timeout(), &why)
        }
    };
    match certificate_remedy(error, CA_VARIABLE) {
        Some(remedy) => failed.with_remedy(&remedy),
        None => failed,
    }
}

/// The pauses that Azure asked for: a 429, or another refusal with `Retry-After`, holds back every request of its subscription
/// or tenant, and no other.
pub struct Pauses {
    /// When the pause of a quota ends. An entry may be in the past.
    until: Mutex<HashMap<Quota, Instant>>,
    /// The longest pause that is waited for.
    longest: Duration,
    observer: Arc<dyn Observer>,
}

impl std::fmt::Debug for Pauses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pauses").field("longest", &self.longest).finish_non_exhaustive()
    }
}

impl Pauses {
    /// Waits for `longest` at most, and tells `observer` of every wait.
    pub fn new(longest: Duration, observer: Arc<dyn Observer>) -> Self {
        Self { until: Mutex::default(), longest, observer }
    }

    /// Begins a pause for all requests that count against `quota`. It never shortens a pause that has begun already:
    /// answers overtake each other.
    pub fn begin(&self, quota: &Quota, pause: Duration) {
        let until = Instant::now() + pause;
        let mut pauses = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let known = pauses.entry(quota.clone()).or_insert(until);
        *known = until.max(*known);
    }

    /// Waits until no pause of `request`'s quota is left.
    ///
    /// # Errors
    /// When the pause is longer than the longest one that is waited for. The scope is throttled then, and says so at
    /// once rather than when its time is up.
    pub async fn wait(&self, request: &ArmRequest) -> Result<(), ArmError> {
        // Another answer may have prolonged the pause meanwhile.
        while let Some(pause) = self.remaining(&request.quota) {
            if pause > self.longest {
                return Err(ArmError::pause_too_long(request, pause, self.longest));
            }
            let seconds = pause.as_secs_f64().ceil();
            let waiting = format!("Azure throttles {}: waiting {seconds} s", request.quota);
            self.observer.event(Event::Doing(&waiting));
            tokio::time::sleep(spread(pause)).await;
        }
        Ok(())
    }

    /// Returns what is left of a quota's pause; `None` when it is over.
    fn remaining(&self, quota: &Quota) -> Option<Duration> {
        let pauses = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = pauses.get(quota)?.saturating_duration_since(Instant::now());
        (!pause.is_zero()).then_some(pause)
    }
}

/// Reads `Retry-After`, or the Resource Graph's own header (`hh:mm:ss`):
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>.
fn requested_wait(headers: &HeaderMap) -> Option<Duration> {
    retry_after_in(headers).or_else(|| quota_resets_after(headers)).map(|wait| wait.min(FOR_EVER))
}

/// Returns how long to wait after a query of Resource Graph that was answered, and used up the quota: the next one
/// would be refused.
fn wait_for_used_up_quota(headers: &HeaderMap) -> Option<Duration> {
    let remaining = headers.get("x-ms-user-quota-remaining")?.to_str().ok()?;
    let wait = quota_resets_after(headers).filter(|_| remaining.trim() == "0")?;
    // No request was refused yet. A header that names a very long wait by mistake may not end the reading.
    Some(wait.min(LONGEST_UNREFUSED))
}

fn quota_resets_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("x-ms-user-quota-resets-after")?.to_str().ok()?;
    parse_clock(text).map(Duration::from_secs)
}

fn parse_clock(text: &str) -> Option<u64> {
    text.split(':').try_fold(0_u64, |sum, part| {
        // Parts of a second round up.
        let part: f64 = part.trim().parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is checked to be small"
        )]
        let whole = (0.0..=3600.0).contains(&part).then(|| part.ceil() as u64)?;
        Some(sum.saturating_mul(60).saturating_add(whole))
    })
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::clouds::http_client;
    use crate::model::Outcome;

    /// Serves one answer: `head`, and then `part` again and again until the other side goes away.
    async fn endless(head: &'static str, part: &'static str) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            stream.write_all(head.as_bytes()).await.unwrap();
            while stream.write_all(part.as_bytes()).await.is_ok() {}
        });
        url
    }

    /// An answer that never ends (faults F14).
    #[tokio::test]
    async fn an_answer_that_never_ends_is_given_up() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let url = endless(head, "10\r\n[[[[[[[[[[[[[[[[\r\n").await;
        let answer = http_client(false).unwrap().get(url.clone()).send().await.unwrap();
        let request = ArmRequest {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            action: "x/read",
            quota: Quota::Tenant("t".to_owned()),
        };
        let error = read_body(&request, answer, 1024 * 1024).await.unwrap_err();
        assert_eq!((error.failure.outcome, error.is_retryable()), (Outcome::Failed, false));
        assert_eq!(error.to_string(), "x/read: the answer does not end: it is larger than 1 MiB");
    }
}

#[cfg(test)]
mod pause_tests {
    use bytes::Bytes;
    use reqwest::Method;
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::model::Outcome;

    #[derive(Default)]
    struct Recorder(Mutex<Vec<String>>);

    impl Observer for Recorder {
        fn event(&self, event: Event<'_>) {
            if let Event::Doing(what) = event {
                self.0.lock().unwrap().push(what.to_owned());
            }
        }

        fn ask(&self, _: &str) -> Option<String> {
            None
        }
    }

    fn request(subscription: &str) -> ArmRequest {
        ArmRequest {
            method: Method::GET,
            url: "https://h/".parse().unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            action: "x/read",
            quota: Quota::Subscription(subscription.to_owned()),
        }
    }

    #[tokio::test]
    async fn one_subscription_waits_and_says_so_while_others_go_on() {
        let told = Arc::new(Recorder::default());
        let pauses = Pauses::new(Duration::from_mins(1), Arc::clone(&told) as Arc<dyn Observer>);
        let wait = Duration::from_millis(40);
        pauses.begin(&request("a").quota, wait);
        let begun = Instant::now();
        pauses.wait(&request("b")).await.unwrap();
        assert_eq!(told.0.lock().unwrap().len(), 0);
        pauses.wait(&request("a")).await.unwrap();
        assert!(begun.elapsed() >= wait);
        assert_eq!(*told.0.lock().unwrap(), ["Azure throttles subscription a: waiting 1 s"]);
    }

    #[tokio::test]
    async fn a_longer_pause_than_anybody_waits_is_the_end() {
        let pauses = Pauses::new(Duration::from_mins(1), Arc::new(Recorder::default()));
        pauses.begin(&request("a").quota, Duration::from_mins(17));
        // A later and shorter one does not end the first.
        pauses.begin(&request("a").quota, Duration::from_secs(1));
        let failure = pauses.wait(&request("a")).await.unwrap_err().failure;
        assert_eq!(failure.outcome, Outcome::Throttled);
        let expected = "Azure throttles subscription a for 1020 s more, longer than the 60 s that are waited \
                        for (try later, or allow more with --timeout)";
        assert_eq!(failure.detail(), expected);
    }
}

#[cfg(test)]
mod retry_after_tests {
    use super::*;

    #[test]
    fn both_headers_tell_how_long_to_wait() {
        let of = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            requested_wait(&headers).map(|time| time.as_secs())
        };
        assert_eq!(of("retry-after", "17"), Some(17));
        assert_eq!(of("x-ms-user-quota-resets-after", "00:00:05"), Some(5));
        assert_eq!(of("x-ms-user-quota-resets-after", "01:00:01.2"), Some(3602));
        assert_eq!(
            of("x-ms-user-quota-resets-after", "3600:".repeat(20).trim_end_matches(':')),
            Some(FOR_EVER.as_secs())
        );
        for odd in ["soon", "-1", "1e9:00:00", "::"] {
            assert_eq!(of("x-ms-user-quota-resets-after", odd), None, "{odd}");
        }
        assert_eq!(requested_wait(&HeaderMap::new()), None);
    }

    #[test]
    fn the_last_query_of_a_quota_is_followed_by_a_pause() {
        let after = |remaining: &'static str, resets: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-ms-user-quota-remaining", remaining.parse().unwrap());
            headers.insert("x-ms-user-quota-resets-after", resets.parse().unwrap());
            wait_for_used_up_quota(&headers)
        };
        assert_eq!(after("0", "00:00:05"), Some(Duration::from_secs(5)));
        assert_eq!(after("0", "24:00:00"), Some(LONGEST_UNREFUSED), "a refusal may ask for more");
        for (remaining, resets) in [("1", "00:00:05"), ("14", "00:00:05"), ("0", "soon"), ("", "00:00:05")] {
            assert_eq!(after(remaining, resets), None, "{remaining} {resets}");
        }
        assert_eq!(wait_for_used_up_quota(&HeaderMap::new()), None);
    }
}

#[cfg(test)]
mod backoff_tests {
    use super::*;

    #[test]
    fn backoffs_grow_at_random_within_their_bounds() {
        let waits = Backoff::new(None);
        let (mut lowest, mut highest) = (SHORTEST_BACKOFF, SHORTEST_BACKOFF);
        for _ in 1..ATTEMPTS {
            let backoff = waits.next(highest, random());
            (lowest, highest) = (waits.next(lowest, 0.0), waits.next(highest, 1.0));
            assert_eq!(lowest, SHORTEST_BACKOFF);
            assert!((lowest..=highest).contains(&backoff) && highest <= waits.longest, "{backoff:?}");
        }
        assert_eq!(highest, Duration::from_secs(10), "three times as long each time");
    }
}
