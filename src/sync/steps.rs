//! A plan: what is to be done to a registry, and what is left alone and why.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::record::{FieldValue, Record, RecordPlace};
use crate::diagnostic::Diagnostic;

/// What is to be done to a registry.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncPlan {
    /// The name of the target in `netcensus.toml`.
    pub target: String,
    /// When the inventory was taken. No record is overwritten that was confirmed by a newer one.
    pub seen_at: Timestamp,
    /// When the plan was made; the time of marks.
    pub planned_at: Timestamp,
    /// What to do, in the order in which it is done: records that others refer to are created first and deleted last.
    pub steps: Vec<Step>,
    /// Our records that are as they should be ([`confirm`](super::SyncTarget::confirm)).
    pub confirmed: Vec<Seen>,
    /// Our records that are marked as deleted, and that this inventory lacks too ([`confirm`](super::SyncTarget::confirm)).
    pub marked: Vec<Seen>,
    /// Wanted records that cannot be written, because something that is not ours is in their place.
    pub conflicts: Vec<Conflict>,
    /// Records of the registry that are not touched.
    pub left_alone: Vec<LeftAlone>,
    /// Why nothing of the plan may be applied: more records would go than is allowed.
    pub exceeded_limits: Vec<ExceededLimit>,
}

/// What is to be done to one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What to do.
    pub action: Action,
    /// The record as it is wanted; of one that goes, as it was read.
    pub record: Record,
    /// Where it is; `None` of one to be created.
    pub place: Option<RecordPlace>,
    /// The fields that change; of a record to be created all that have a value.
    pub differences: Vec<FieldDifference>,
    /// Whether people made the record, so that its mark stays that of an adopted one.
    pub is_adopted: bool,
    /// When a record that is being marked may be deleted; `None` if people added something to it.
    pub delete_after: Option<Timestamp>,
}

/// What to do to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Create it.
    Create,
    /// Write our mark into one that people made and that contradicts nothing, and the fields that it lacks.
    Adopt,
    /// Write the fields that differ, and the owner mark. A record that was marked as deleted and is back loses the
    /// mark. Such a record is changed even if no field differs, and so is one whose scope is another than before.
    Change,
    /// Mark it as deleted, and delete it later.
    Mark,
    /// Delete it.
    Delete,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 5] = [Self::Create, Self::Adopt, Self::Change, Self::Mark, Self::Delete];

    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Adopt => "adopt",
            Self::Change => "change",
            Self::Mark => "mark",
            Self::Delete => "delete",
        }
    }
}

/// A field that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldDifference {
    /// The field.
    pub field: String,
    /// What the registry has.
    pub from: FieldValue,
    /// What the inventory has.
    pub to: FieldValue,
}

/// A record of ours of which the registry only needs to know that this inventory was compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its kind.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// Where it is.
    pub place: RecordPlace,
    /// The time of the newest inventory that was compared with it before, where the registry keeps that.
    pub seen_at: Option<Timestamp>,
}

/// A wanted record that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Conflict {
    /// The kind of the record.
    pub kind: String,
    /// The key of the record.
    pub key: String,
    /// Why, in a sentence.
    pub reason: String,
    /// The fields in which what is there differs; empty if that is not what hinders.
    pub differences: Vec<FieldDifference>,
}

impl Conflict {
    /// Makes the conflict of a wanted record. Reports have the reason on one line, with what to do.
    pub fn new(
        kind: impl Into<String>,
        key: impl Into<String>,
        reason: impl Into<Diagnostic>,
        differences: Vec<FieldDifference>,
    ) -> Self {
        Self { kind: kind.into(), key: key.into(), reason: reason.into().to_line(), differences }
    }
}

/// A record of the registry that is not touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAlone {
    /// Its kind.
    pub kind: String,
    /// Its key, or its id where it has no key of ours.
    pub key: String,
    /// The reason for that.
    pub reason: LeftAloneReason,
}

/// Why a record is not touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftAloneReason {
    /// People made it, and the inventory has nothing that it would be.
    ByHand,
    /// People made it, and it is as it should be: `--adopt` takes it over.
    EqualByHand,
    /// Another target of this name owns it.
    OtherTarget(String),
    /// The inventory lacks it, but people made it before it was adopted.
    Adopted,
    /// The inventory lacks it, but where it would be could not be read, for this reason.
    NotRead(String),
    /// The inventory lacks it, but where it would be was not in scope, for this reason.
    OutOfScope(String),
    /// A newer inventory than this one, of this time, was applied to its scope.
    Newer(Timestamp),
    /// The inventory lacks it, but people added these fields to it.
    Additions(Vec<String>),
    /// It is marked as deleted, and stays until then.
    KeptUntil(Timestamp),
    /// It is marked as deleted, and without `--keep-deleted` is not decided how long it stays.
    Marked,
    /// The configuration leaves out records of its kind.
    LeftOut,
    /// The inventory lacks it, but this record that stays refers to it.
    InUse(String),
    /// There is another record of ours with the same key, which is the one that is kept up to date.
    Duplicate,
}

impl LeftAloneReason {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ByHand => "by-hand",
            Self::EqualByHand => "equal-by-hand",
            Self::OtherTarget(_) => "other-target",
            Self::Adopted => "adopted",
            Self::NotRead(_) => "not-read",
            Self::OutOfScope(_) => "out-of-scope",
            Self::Newer(_) => "newer",
            Self::Additions(_) => "additions",
            Self::KeptUntil(_) => "kept",
            Self::Marked => "marked",
            Self::LeftOut => "left-out",
            Self::InUse(_) => "in-use",
            Self::Duplicate => "duplicate",
        }
    }
}

impl fmt::Display for LeftAloneReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByHand => f.write_str("not made by netcensus, and not in the inventory"),
            Self::EqualByHand => f.write_str("not made by netcensus, and correct: --adopt takes it over"),
            Self::OtherTarget(name) => write!(f, "belongs to the registry `{name}`"),
            Self::Adopted => {
                f.write_str("not in the inventory any more, but adopted: netcensus never deletes it")
            }
            Self::NotRead(reason) => write!(f, "not in the inventory, but that is not complete: {reason}"),
            Self::OutOfScope(reason) => write!(f, "not in the inventory, but not in its scope: {reason}"),
            Self::Newer(at) => write!(f, "a newer inventory of {at} was applied there"),
            Self::Additions(fields) => {
                write!(f, "not in the inventory any more, but people added {} to it", fields.join(", "))
            }
            Self::KeptUntil(until) => write!(f, "marked as deleted, and kept until {until}"),
            Self::Marked => f.write_str("marked as deleted, and kept: --keep-deleted says for how long"),
            Self::LeftOut => f.write_str("records of its kind are left out"),
            Self::InUse(by) => write!(f, "not in the inventory any more, but {by} refers to it"),
            Self::Duplicate => f.write_str("has the key of another record"),
        }
    }
}

/// How large a part of the records may go in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// In percent.
    pub percent: u8,
}

impl Default for Share {
    fn default() -> Self {
        Self { percent: 20 }
    }
}

/// More records of a kind would go than is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExceededLimit {
    /// The kind.
    pub kind: String,
    /// How many would be marked or deleted.
    pub removed: usize,
    /// How many of ours there are.
    pub total: usize,
    /// The percentage that is allowed.
    pub max_delete: u8,
}

impl fmt::Display for ExceededLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, removed, total, max_delete } = self;
        write!(
            f,
            "{removed} of {total} records of the kind {kind} would be removed, more than {max_delete} %"
        )
    }
}

impl SyncPlan {
    /// Tells whether the registry is as it should be: nothing to do, and nothing that hinders.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.conflicts.is_empty()
    }

    /// Lists the steps with this action.
    pub fn with_action(&self, action: Action) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.action == action)
    }
}
