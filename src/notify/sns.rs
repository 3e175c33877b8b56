//! Amazon SNS: a topic, whose subscribers are mailboxes, queues, functions and HTTPS endpoints.
//!
//! Limits of `Publish`: a message is never empty and has 262,144 bytes at most, attributes included; a subject has less
//! than 100 ASCII characters and no line break.
//! <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>

use futures_util::future::BoxFuture;
use serde_json::json;

use super::channel::{Channel, SendError};
use super::fit::fit;
use super::notice::Notice;
use super::observation::Observation;
use super::part::{Part, Publication};
use super::text::full_text;
#[cfg(feature = "channels")]
use crate::clouds::aws::{ChannelAccess, TopicMessage};
use crate::config::SnsTarget;
use crate::diagnostic::Diagnostic;

/// The most bytes of a message, less what its attributes take.
const MAX_MESSAGE_BYTES: usize = 262_144 - 1_024;
/// The most characters of a subject.
const MAX_SUBJECT: usize = 99;
/// The protocols whose subscribers are programs.
const PROGRAMS: [&str; 4] = ["http", "https", "lambda", "sqs"];

/// A topic.
#[derive(Debug)]
pub struct Sns {
    target: SnsTarget,
    #[cfg(feature = "channels")]
    access: ChannelAccess,
}

impl Sns {
    /// Makes the channel; connects to nothing yet.
    #[must_use]
    pub fn new(target: SnsTarget) -> Self {
        Self {
            #[cfg(feature = "channels")]
            access: ChannelAccess::new(target.profile.clone(), Some(target.region.clone())),
            target,
        }
    }

    fn publication(&self, notice: &Notice) -> Publication {
        let structured = self.target.structured;
        let message = fit(notice, MAX_MESSAGE_BYTES, |notice| {
            if structured { for_protocols(notice) } else { full_text(notice) }
        });
        Publication {
            subject: subject(&notice.summary),
            message,
            structured,
            attributes: vec![
                ("report", notice.report.as_str().to_owned()),
                ("severity", notice.severity().as_str().to_owned()),
            ],
            id: notice.id.clone(),
        }
    }
}

impl Channel for Sns {
    fn check(&self) -> Result<(), Diagnostic> {
        Ok(())
    }

    fn render(&self, notice: Option<&Notice>, _: &Observation) -> Vec<Part> {
        notice.map(|notice| Part::Publication(self.publication(notice))).into_iter().collect()
    }

    fn send<'a>(&'a self, part: &'a Part) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let Part::Publication(publication) = part else { return Ok(()) };
            self.publish(publication).await
        })
    }
}

#[cfg(feature = "channels")]
impl Sns {
    async fn publish(&self, publication: &Publication) -> Result<(), SendError> {
        let message = TopicMessage {
            topic: &self.target.topic,
            subject: &publication.subject,
            message: &publication.message,
            structured: publication.structured,
            attributes: &publication.attributes,
            // Other topics refuse it.
            deduplication: is_fifo(&self.target.topic).then_some(publication.id.as_str()),
        };
        self.access.publish(message).await.map_err(SendError::new)
    }
}

#[cfg(not(feature = "channels"))]
impl Sns {
    #[expect(clippy::unused_async, reason = "a build with channels waits")]
    async fn publish(&self, _: &Publication) -> Result<(), SendError> {
        Err(SendError::new(super::post::not_built()))
    }
}

/// Tells whether a topic keeps the order of messages, and sends each once.
#[cfg(feature = "channels")]
fn is_fifo(topic: &str) -> bool {
    topic.rsplit_once('.').is_some_and(|(_, end)| end == "fifo")
}

/// Makes a subject of a text: less than 100 ASCII characters in a line, and never empty.
fn subject(text: &str) -> String {
    let ascii = text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' });
    let cut: String = ascii.take(MAX_SUBJECT).collect();
    let cut = cut.trim();
    if cut.is_empty() { "netcensus".to_owned() } else { cut.to_owned() }
}

/// Writes a text for people and the notice as JSON for programs.
fn for_protocols(notice: &Notice) -> String {
    let document = serde_json::to_string(notice).unwrap_or_default();
    let mut message = json!({ "default": full_text(notice) });
    for protocol in PROGRAMS {
        message[protocol] = document.clone().into();
    }
    message.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_short_line_of_ascii() {
        assert_eq!(subject("netcensus overlap: 2 new"), "netcensus overlap: 2 new");
        assert_eq!(subject("grün\nand \u{202e}back"), "gr?n?and ?back");
        assert_eq!(subject(" \t"), "?");
        assert_eq!(subject(""), "netcensus");
        assert_eq!(subject(&"x".repeat(500)).len(), 99);
    }
}
