//! The notice: what is told, as one document that every channel renders.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::overlap::Member;
use crate::model::{Provider, stable_hash};

/// The version of the document's shape.
pub const NOTICE_VERSION: u32 = 1;

/// What became of the conditions of a report since they were last told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Version of this shape.
    pub schema_version: u32,
    /// What wrote it, such as `netcensus 0.1.0`.
    pub generator: String,
    /// Identifies the notice: the same events of the same inventory have the same id.
    pub id: String,
    /// The command whose report it is about.
    pub report: ReportKind,
    /// When the inventory was read, in UTC.
    pub taken_at: Timestamp,
    /// Whether everything that matters was read.
    pub complete: bool,
    /// What happened, in a line.
    pub summary: String,
    /// The events: the worst ones first, twenty at most.
    pub events: Vec<NoticeEvent>,
    /// How many more events there are.
    pub left_out: usize,
    /// What else you should know, a sentence each.
    pub notes: Vec<String>,
    /// The command that shows the report.
    pub command: String,
}

/// The command whose report is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportKind {
    /// `netcensus overlap`.
    Overlap,
    /// `netcensus diff`.
    Diff,
    /// `netcensus usage`.
    Usage,
}

impl ReportKind {
    /// Returns the name used in documents, which is that of the command.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Diff => "diff",
            Self::Usage => "usage",
        }
    }
}

/// How bad a condition is; the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Look at it soon.
    Warning,
    /// Look at it now.
    Critical,
}

impl Severity {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// What became of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// It began.
    New,
    /// It became worse.
    Worse,
    /// It is a change between two inventories, which neither lasts nor ends.
    Changed,
    /// It lasts, and was told long ago.
    Reminder,
    /// It became better, and is not over.
    Better,
    /// It is over.
    Over,
}

impl EventKind {
    /// Every kind, in the order in which they are counted.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Worse, Self::Changed, Self::Reminder, Self::Better, Self::Over];

    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worse => "worse",
            Self::Changed => "changed",
            Self::Reminder => "reminder",
            Self::Better => "better",
            Self::Over => "over",
        }
    }
}

/// An event: what became of one condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeEvent {
    /// What became of it.
    pub event: EventKind,
    /// How bad it is; how bad it was, if it is over.
    pub severity: Severity,
    /// Identifies the condition for as long as it lasts.
    pub key: String,
    /// The code of the finding, such as `NC101`; null where there are no codes.
    pub code: Option<String>,
    /// What it is, in a sentence.
    pub what: String,
    /// Where it is: the first few places.
    pub places: Vec<Place>,
    /// How many more places there are.
    pub places_left_out: usize,
    /// When the first inventory was taken that had it.
    pub since: Timestamp,
    /// The command that shows more.
    pub command: String,
}

/// Where a condition is: a network, a subnet or another resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The cloud; null outside the clouds.
    pub provider: Option<Provider>,
    /// Account or subscription id; the site of an external range.
    pub account: Option<String>,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// Native id.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Its prefix, where it has one.
    pub prefix: Option<String>,
}

impl From<&Member> for Place {
    fn from(member: &Member) -> Self {
        Self {
            provider: member.provider,
            account: member.account.clone(),
            account_name: member.account_name.clone(),
            region: member.region.clone(),
            id: member.id.clone(),
            name: member.name.clone(),
            prefix: Some(member.prefix.to_string()),
        }
    }
}

impl Notice {
    /// Returns the id of these events of an inventory, read in `scope`.
    pub(super) fn make_id(
        report: ReportKind,
        scope: &str,
        taken_at: Timestamp,
        events: &[NoticeEvent],
    ) -> String {
        let words = events.iter().flat_map(|event| {
            [event.event.as_str(), event.severity.as_str(), &event.key].map(str::as_bytes).concat()
        });
        let time = taken_at.strftime("%Y%m%dT%H%M%SZ");
        format!("{}-{scope}-{time}-{:08x}", report.as_str(), stable_hash(words))
    }

    /// Returns the notice with the first `most` events only.
    #[must_use]
    pub fn with_events(&self, most: usize) -> Self {
        let mut notice = self.clone();
        notice.left_out += notice.events.len().saturating_sub(most);
        notice.events.truncate(most);
        notice
    }

    /// Returns the worst severity of the events; `Info` when everything is over.
    #[must_use]
    pub fn severity(&self) -> Severity {
        let lasting = self.events.iter().filter(|event| event.event != EventKind::Over);
        lasting.map(|event| event.severity).max().unwrap_or(Severity::Info)
    }
}

/// Returns the JSON Schema of a notice.
#[must_use]
pub fn notice_schema() -> serde_json::Value {
    schemars::schema_for!(Notice).to_value()
}
