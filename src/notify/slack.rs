//! Slack: an incoming webhook that takes blocks.
//!
//! Limits: <https://docs.slack.dev/reference/block-kit/blocks/>, 50 blocks, a section of 3,000 characters, a header of
//! 150; a message a second, else 429 with `Retry-After`.

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::channel::{Channel, SendError};
use super::notice::Notice;
use super::observation::Observation;
use super::part::Part;
use super::post::{check_address, post_json};
use super::text::{body, clean, footer, heading};
use crate::config::SecretValue;
use crate::diagnostic::Diagnostic;

/// The most characters of a section, without the three dots that [`clean`] adds.
const MAX_SECTION: usize = 2_990;
/// The most characters of a header.
const MAX_HEADER: usize = 140;

/// An incoming webhook.
#[derive(Debug, Clone)]
pub struct Slack(pub SecretValue);

impl Channel for Slack {
    fn check(&self) -> Result<(), Diagnostic> {
        check_address(&self.0)
    }

    fn render(&self, notice: Option<&Notice>, _: &Observation) -> Vec<Part> {
        let message =
            |notice: &Notice| Part::Json { body: message(notice).to_string(), id: notice.id.clone() };
        notice.map(message).into_iter().collect()
    }

    fn send<'a>(&'a self, part: &'a Part) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(post_json(&self.0, part))
    }
}

/// Makes a message. Names are in texts without markup, so that a tag can mention no one.
fn message(notice: &Notice) -> Value {
    let summary = clean(&notice.summary, MAX_HEADER);
    let mut blocks = vec![json!({ "type": "header", "text": plain(&summary) })];
    blocks.extend(
        notice.events.iter().map(|event| section(&format!("{}\n{}", heading(event), body(event).join("\n")))),
    );
    blocks.push(section(&footer(notice).join("\n")));
    // Shown where blocks are not, as in notifications. It has markup, in which these three are special.
    let text = summary.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    json!({ "text": text, "blocks": blocks, "unfurl_links": false })
}

fn section(text: &str) -> Value {
    let cut: String = text.chars().take(MAX_SECTION).collect();
    json!({ "type": "section", "text": plain(&cut) })
}

fn plain(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text, "emoji": false })
}
