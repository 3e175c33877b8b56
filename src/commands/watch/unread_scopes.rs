//! What a watch cannot read: said on stderr when it begins and when it ends.

use std::collections::{HashMap, HashSet};

use crate::commands::summary::Summary;
use crate::model::{Coverage, Outcome, Subject};
use crate::redact::redact;
use crate::ui::Ui;
use crate::watch::AccountRegion;

/// The most lines in a problem of `/healthz`, and the most places in a message.
const MAX_SHOWN: usize = 3;

/// What cannot be read, as far as it was said.
#[derive(Debug, Default)]
pub struct UnreadScopes(Vec<Coverage>);

impl UnreadScopes {
    /// Takes note of all that cannot be read now. Warns of what is new, also with `--quiet`, and says what is no longer missing.
    /// Returns whether anything differs: mostly nothing does, and this follows every batch of reads.
    pub fn update<'c>(&mut self, unread: impl Iterator<Item = &'c Coverage>, ui: &Ui) -> bool {
        let unread: Vec<&Coverage> = unread.collect();
        if unread.iter().copied().eq(&self.0) {
            return false;
        }
        let known = std::mem::replace(&mut self.0, unread.into_iter().cloned().collect());
        // There may be thousands. Details may have the number of a request in them, and are not compared.
        let before: HashMap<_, Outcome> = known.iter().map(|entry| (key(entry), entry.outcome)).collect();
        let now: HashSet<_> = self.0.iter().map(key).collect();
        let is_new = |entry: &&Coverage| before.get(&key(entry)) != Some(&entry.outcome);
        let begun: Vec<_> = self.0.iter().filter(is_new).cloned().collect();
        if !begun.is_empty() {
            Summary::from_outcomes(&begun).report_causes(ui);
            ui.warn_always("the inventory is incomplete until these can be read; the watch goes on");
        }
        let over: Vec<String> = known.iter().filter(|entry| !now.contains(&key(entry))).map(place).collect();
        // Read again, or not in scope any more.
        if !over.is_empty() {
            ui.status(&format!("no longer missing: {}", first_of(&over, ", ")));
        }
        true
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
    let more = all.len().saturating_sub(MAX_SHOWN);
    let more = (more > 0).then(|| format!("{more} more"));
    all.iter().take(MAX_SHOWN).cloned().chain(more).collect::<Vec<_>>().join(separator)
}
