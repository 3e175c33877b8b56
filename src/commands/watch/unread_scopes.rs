//! What a watch cannot read: said on stderr when it begins and when it ends.

use crate::commands::summary::Summary;
use crate::model::{Coverage, Subject};
use crate::redact::redact;
use crate::ui::Ui;
use crate::watch::AccountRegion;

/// So many lines are in a problem of `/healthz`, and so many places in a message.
const SHOWN: usize = 3;

/// What cannot be read, as far as it was said.
#[derive(Debug, Default)]
pub struct UnreadScopes(Vec<Coverage>);

impl UnreadScopes {
    /// Takes note of all that cannot be read now. Warns of what is new, also with `--quiet`, and says what can be read again.
    pub fn update(&mut self, unread: Vec<Coverage>, ui: &Ui) {
        let known = std::mem::replace(&mut self.0, unread);
        // Details may have the number of a request in them, and are not compared.
        let is_in = |entry: &Coverage, list: &[Coverage]| {
            list.iter().any(|other| (key(other), other.outcome) == (key(entry), entry.outcome))
        };
        let begun: Vec<_> = self.0.iter().filter(|entry| !is_in(entry, &known)).cloned().collect();
        if !begun.is_empty() {
            Summary::from_outcomes(&begun).report_causes(ui);
            ui.warn_always("the inventory is incomplete until these can be read; the watch goes on");
        }
        let is_over = |entry: &&Coverage| !self.0.iter().any(|other| key(other) == key(entry));
        let over: Vec<String> = known.iter().filter(is_over).map(place).collect();
        if !over.is_empty() {
            ui.status(&format!("can be read again: {}", first_of(&over, ", ")));
        }
    }

    /// Describes what cannot be read in a line; `None` if everything can.
    pub fn describe(&self) -> Option<String> {
        let lines = Summary::from_outcomes(&self.0).describe_unread();
        (!lines.is_empty()).then(|| redact(&first_of(&lines, "; ")))
    }
}

fn key(entry: &Coverage) -> (AccountRegion, Subject) {
    (AccountRegion::from(entry), entry.kind)
}

/// Names what is read, such as `aws 111111111111 eu-west-1 networks`.
fn place(entry: &Coverage) -> String {
    let Coverage { provider, account, region, kind, .. } = entry;
    let region = region.as_deref().map(|region| format!(" {region}")).unwrap_or_default();
    format!("{provider} {account}{region} {}", kind.as_str())
}

/// Joins the first of them, and says how many more there are.
fn first_of(all: &[String], separator: &str) -> String {
    let more = all.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| format!("{more} more"));
    all.iter().take(SHOWN).cloned().chain(more).collect::<Vec<_>>().join(separator)
}
