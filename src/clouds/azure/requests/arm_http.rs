//! Sends requests to the Azure Resource Manager, and repeats them. How long Azure asks to wait is known by `pauses.rs`.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::LOCATION;
use reqwest::{Client, Response, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use url::Url;

use super::arm_error::ArmError;
use super::arm_request::ArmRequest;
use super::pauses::{Pauses, Quota, requested_wait, wait_for_used_up_quota};
use crate::clouds::answer_memory::{SHORT_ANSWER, long_answers, permits};
use crate::clouds::causes::{certificate_remedy, root, unanswered};
use crate::clouds::http_client::SYSTEM_CA_VARIABLE;
use crate::clouds::meter;
use crate::clouds::random;

/// How often one request is sent at most.
const MAX_ATTEMPTS: u32 = 5;
/// How often it is sent to an endpoint that does not answer at all.
const UNANSWERED_ATTEMPTS: u32 = 2;
/// Bytes of an answer that are read at most: several times the largest page.
const MAX_ANSWER_BYTES: usize = 256 * 1024 * 1024;
/// The shortest wait before a request is repeated.
const SHORTEST_BACKOFF: Duration = Duration::from_millis(400);
/// By how much the longest wait is longer than the shortest one, unless Azure asks for more.
const BACKOFF_GROWTH: u32 = 25;

/// Sends requests to the resource manager.
#[derive(Debug)]
pub struct ArmHttp {
    client: Client,
    resource_manager: Url,
    pauses: Arc<Pauses<Quota>>,
    backoff: Backoff,
}

impl ArmHttp {
    /// Prepares to send requests to the resource manager at this address.
    pub fn new(client: Client, resource_manager: Url, pauses: Arc<Pauses<Quota>>, backoff: Backoff) -> Self {
        Self { client, resource_manager, pauses, backoff }
    }

    /// Returns the resource manager's address.
    pub const fn resource_manager(&self) -> &Url {
        &self.resource_manager
    }

    /// Sends `request` until it is answered for good, and returns the body of the answer.
    ///
    /// It is sent again after a 429, a 5xx, or if the endpoint cannot be reached. Every request only reads, so none can have
    /// an effect twice. It ends after `MAX_ATTEMPTS`, or `UNANSWERED_ATTEMPTS` if nothing answers. The caller's
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
            self.pauses.wait(&request.quota, || format!("Azure throttles {}", request.quota)).await?;
            attempt += 1;
            let error = match self.send_once(request).await {
                Ok(body) => return Ok(body),
                Err(error) => error,
            };
            // An endpoint that does not answer costs a time-out at each attempt, and is mostly a wrong address or a firewall.
            let last = if error.failure.unreachable { UNANSWERED_ATTEMPTS } else { MAX_ATTEMPTS };
            let is_last = attempt >= last || !error.is_retryable();
            backoff = self.backoff.next(backoff, random());
            match (error.status, error.retry_after) {
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
        let body = read_body(request, answer, MAX_ANSWER_BYTES).await?;
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
    Ok(match permit {
        // The permit is given back when the last part of the body is dropped.
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
            let why = format!("{}: {why}", unanswered(error));
            meter::note_unanswered(why.clone());
            if error.is_timeout() {
                ArmError::timed_out(request)
            } else {
                ArmError::unreachable(request, &why)
            }
        }
    };
    match certificate_remedy(error, SYSTEM_CA_VARIABLE) {
        Some(remedy) => failed.with_remedy(&remedy),
        None => failed,
    }
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

    /// An answer that never ends.
    #[tokio::test]
    async fn an_answer_that_never_ends_is_given_up() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let url = endless(head, "10\r\n[[[[[[[[[[[[[[[[\r\n").await;
        let answer = http_client(false).unwrap().get(url.clone()).send().await.unwrap();
        let request = ArmRequest::for_test(url.as_str(), "x/read", "s");
        let error = read_body(&request, answer, 1024 * 1024).await.unwrap_err();
        assert_eq!((error.failure.outcome, error.is_retryable()), (Outcome::Failed, false));
        assert_eq!(error.to_string(), "x/read: the answer does not end: it is larger than 1 MiB");
    }
}

#[cfg(test)]
mod attempt_tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::clouds::{Event, Observer, http_client};

    #[derive(Debug)]
    struct Silent;

    impl Observer for Silent {
        fn event(&self, _: Event<'_>) {}

        fn ask(&self, _: &str) -> Option<String> {
            None
        }
    }

    /// Answers every request with `answer` and closes the connection. Returns how often a request was sent, and what went wrong.
    async fn attempts(answer: &'static str) -> (u32, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let requests = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&requests);
        let server = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let _ = stream.read(&mut [0; 4096]).await;
                count.fetch_add(1, Ordering::Relaxed);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let pauses = Arc::new(Pauses::new(Duration::from_mins(1), Arc::new(Silent)));
        let backoff = Backoff::new(Some(Duration::from_millis(1)));
        let http = ArmHttp::new(http_client(false).unwrap(), url.clone(), pauses, backoff);
        let error = http.send(&ArmRequest::for_test(url.as_str(), "x/read", "s")).await.unwrap_err();
        server.abort();
        (requests.load(Ordering::Relaxed), error.to_string())
    }

    /// An endpoint that begins to answer is there, and gets as many attempts as one that answers with an error.
    #[tokio::test]
    async fn an_answer_that_breaks_off_is_asked_for_as_often_as_one_that_fails() {
        let broken = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n[";
        let failed = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        assert_eq!((attempts(broken).await.0, attempts(failed).await.0), (MAX_ATTEMPTS, MAX_ATTEMPTS));
        assert_eq!(attempts("").await.0, UNANSWERED_ATTEMPTS, "one that says nothing");
    }

    #[tokio::test]
    async fn an_endpoint_that_answers_with_something_else_than_http_was_reached() {
        for answer in ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 200 OK\r\nno header\r\n\r\n"] {
            let (_, said) = attempts(answer).await;
            assert!(said.contains(" does not answer with valid HTTP: invalid HTTP "), "{said}");
        }
    }
}

#[cfg(test)]
mod backoff_tests {
    use super::*;

    #[test]
    fn backoffs_grow_at_random_within_their_bounds() {
        let waits = Backoff::new(None);
        let (mut lowest, mut highest) = (SHORTEST_BACKOFF, SHORTEST_BACKOFF);
        for _ in 1..MAX_ATTEMPTS {
            let backoff = waits.next(highest, random());
            (lowest, highest) = (waits.next(lowest, 0.0), waits.next(highest, 1.0));
            assert_eq!(lowest, SHORTEST_BACKOFF);
            assert!((lowest..=highest).contains(&backoff) && highest <= waits.longest, "{backoff:?}");
        }
        assert_eq!(highest, Duration::from_secs(10), "three times as long each time");
    }
}
