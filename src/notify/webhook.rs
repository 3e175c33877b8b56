//! Any HTTPS endpoint: a `CloudEvent` in JSON, signed if a key is configured.
//!
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>; events of up to 64 KiB are
//! forwarded by everything that knows `CloudEvents`.

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::channel::{Channel, SendError};
use super::fit::fit;
use super::notice::Notice;
use super::observation::Observation;
use super::part::Part;
#[cfg(feature = "channels")]
use super::post::IDEMPOTENCY_KEY;
use super::post::check_address;
use crate::config::SecretValue;
use crate::diagnostic::Diagnostic;
use crate::secret::read_secret;

/// The most bytes of an event.
const MAX_EVENT_BYTES: usize = 64 << 10;
/// The format of an event, and its encoding.
#[cfg(feature = "channels")]
const CLOUD_EVENT: &str = "application/cloudevents+json; charset=utf-8";
/// The header with the signature of the body.
#[cfg(feature = "channels")]
const SIGNATURE: &str = "X-Netcensus-Signature";

/// An endpoint.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Its address.
    pub url: SecretValue,
    /// The key that bodies are signed with.
    pub key: Option<SecretValue>,
}

impl Channel for Webhook {
    fn check(&self) -> Result<(), Diagnostic> {
        check_address(&self.url)?;
        self.key.as_ref().map(read_secret).transpose().map(drop)
    }

    fn render(&self, notice: Option<&Notice>, _: &Observation) -> Vec<Part> {
        let event = |notice: &Notice| Part::Json { body: event_within_limit(notice), id: notice.id.clone() };
        notice.map(event).into_iter().collect()
    }

    fn send<'a>(&'a self, part: &'a Part) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(self.post(part))
    }
}

#[cfg(feature = "channels")]
impl Webhook {
    async fn post(&self, part: &Part) -> Result<(), SendError> {
        let Part::Json { body, id } = part else { return Ok(()) };
        let mut headers = vec![(IDEMPOTENCY_KEY, id.clone())];
        if let Some(key) = &self.key {
            headers.push((SIGNATURE, format!("sha256={}", super::https::sign(key, body)?)));
        }
        super::https::post(&self.url, CLOUD_EVENT, &headers, body).await
    }
}

#[cfg(not(feature = "channels"))]
impl Webhook {
    #[expect(clippy::unused_async, reason = "a build with channels waits")]
    async fn post(&self, _: &Part) -> Result<(), SendError> {
        Err(SendError::new(super::post::not_built()))
    }
}

/// Returns the event of a notice, with as many of its events as fit.
pub(super) fn event_within_limit(notice: &Notice) -> String {
    fit(notice, MAX_EVENT_BYTES, |notice| cloud_event(notice).to_string())
}

fn cloud_event(notice: &Notice) -> Value {
    json!({
        "specversion": "1.0",
        "id": notice.id,
        "source": format!("netcensus/{}", notice.report.as_str()),
        "type": format!("netcensus.notice.{}", notice.report.as_str()),
        "time": notice.taken_at,
        "datacontenttype": "application/json",
        "data": notice,
    })
}
