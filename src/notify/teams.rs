//! Microsoft Teams: a workflow that takes an adaptive card ("When a Teams webhook request is received").
//!
//! A message has 28 KB at most. Without `charset=utf-8` the service counts it in UTF-16, so that half of it fits.

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::channel::{Channel, SendError};
use super::fit::fit;
use super::notice::{Notice, NoticeEvent};
use super::observation::Observation;
use super::part::Part;
use super::post::{check_address, post_json};
use super::text::{body, clean, footer, heading};
use crate::config::SecretValue;
use crate::diagnostic::Diagnostic;

/// The most bytes of a message.
const MAX_MESSAGE_BYTES: usize = 27_000;

/// A workflow.
#[derive(Debug, Clone)]
pub struct Teams(pub SecretValue);

impl Channel for Teams {
    fn check(&self) -> Result<(), Diagnostic> {
        check_address(&self.0)
    }

    fn render(&self, notice: Option<&Notice>, _: &Observation) -> Vec<Part> {
        let message = |notice: &Notice| {
            let body = fit(notice, MAX_MESSAGE_BYTES, |notice| message(notice).to_string());
            Part::Json { body, id: notice.id.clone() }
        };
        notice.map(message).into_iter().collect()
    }

    fn send<'a>(&'a self, part: &'a Part) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(post_json(&self.0, part))
    }
}

fn message(notice: &Notice) -> Value {
    let mut rows = vec![row(&clean(&notice.summary, 200), true, "large")];
    rows.extend(notice.events.iter().flat_map(event_rows));
    rows.extend(footer(notice).iter().map(|line| row(line, false, "default")));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.2",
                "body": rows,
                "msteams": { "width": "Full" },
            },
        }],
    })
}

fn event_rows(event: &NoticeEvent) -> Vec<Value> {
    let mut rows = vec![row(&heading(event), true, "default")];
    rows.extend(body(event).iter().map(|line| row(line, false, "none")));
    rows
}

/// Makes a line. A text run has no markup, which a text block has: a tag can make no link.
fn row(text: &str, is_bold: bool, size_or_spacing: &str) -> Value {
    let mut run = json!({ "type": "TextRun", "text": text });
    if is_bold {
        run["weight"] = "bolder".into();
    }
    let mut row = json!({ "type": "RichTextBlock" });
    match size_or_spacing {
        "large" => run["size"] = "large".into(),
        "none" => row["spacing"] = "none".into(),
        _ => {}
    }
    row["inlines"] = json!([run]);
    row
}
