//! What became of a run: the document that every format renders.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::steps::{Action, Conflict, ExceededLimit, FieldDifference, LeftAlone, Step, SyncPlan};
use super::target::AppliedStep;
use crate::diagnostic::Diagnostic;
use crate::exit::Exit;
use crate::model::{Coverage, Provider};

/// The version of the document's format.
pub const SYNC_VERSION: u32 = 1;

/// What is to be done to registries, and what was done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SyncReport {
    /// Version of this format.
    pub schema_version: u32,
    /// What wrote the inventory, such as `netcensus 0.1.0`.
    pub generator: String,
    /// When the inventory was read, in UTC.
    pub taken_at: Timestamp,
    /// Whether everything was read that the registries are about.
    pub complete: bool,
    /// Whether the plans were to be carried out (`--apply`).
    pub apply: bool,
    /// The exit code of the command.
    #[serde(rename = "exit_code")]
    #[schemars(with = "u8")]
    pub exit: Exit,
    /// A plan for each registry, in the order in which you named them.
    pub targets: Vec<TargetReport>,
    /// Why it is not complete, a sentence each, apart from the scopes in `coverage`.
    pub missing: Vec<String>,
    /// The scopes that could not be read.
    pub coverage: Vec<Coverage>,
}

/// What is to be done to one registry, and what was done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TargetReport {
    /// Its name in `netcensus.toml`.
    pub name: String,
    /// What it is, such as `dynamodb`.
    pub r#type: String,
    /// Where it is.
    pub location: String,
    /// Why there is no plan; `null` if there is one.
    pub error: Option<String>,
    /// Why the plan was not carried out, although it was asked for, a sentence each.
    pub refused: Vec<String>,
    /// How many records there are of each sort.
    pub counts: SyncCounts,
    /// What to do, in the order in which it is done.
    pub steps: Vec<StepReport>,
    /// Records that cannot be written, because something that is not ours is in their place.
    pub conflicts: Vec<Conflict>,
    /// Records of the registry that are not touched.
    pub left_alone: Vec<LeftAloneReport>,
    /// Kinds of which more records would go than is allowed.
    pub exceeded_limits: Vec<ExceededLimit>,
    /// What else there is to know, a sentence each.
    pub notes: Vec<String>,
}

/// How many records there are of each sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SyncCounts {
    /// To be created.
    pub create: usize,
    /// To be taken over.
    pub adopt: usize,
    /// To be changed.
    pub change: usize,
    /// To be marked as deleted.
    pub mark: usize,
    /// To be deleted.
    pub delete: usize,
    /// In conflict.
    pub conflicts: usize,
    /// Not touched.
    pub left_alone: usize,
    /// As they should be.
    pub unchanged: usize,
    /// Steps that were done.
    pub done: usize,
    /// Steps that failed.
    pub failed: usize,
    /// Steps that were left, because the record was changed since it was read.
    pub overtaken: usize,
    /// Steps that were not tried.
    pub not_tried: usize,
}

/// What is to be done to one record, and what became of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepReport {
    /// What to do.
    pub action: Action,
    /// The kind of the record.
    pub kind: String,
    /// The key of the record.
    pub key: String,
    /// The cloud.
    pub provider: Provider,
    /// The account or subscription that it is about.
    pub account: String,
    /// The region that it is about.
    pub region: Option<String>,
    /// The id in the registry; `null` of one to be created.
    pub id: Option<String>,
    /// The fields that change; of a record to be created all that have a value.
    pub fields: Vec<FieldDifference>,
    /// What became of it; `null` if it was not to be done.
    pub outcome: Option<OutcomeWord>,
    /// Why it failed.
    pub error: Option<String>,
}

/// What became of a step, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeWord {
    /// It was done.
    Done,
    /// The record was changed since it was read, and was left.
    Overtaken,
    /// It failed.
    Failed,
    /// It was not tried.
    NotTried,
}

impl OutcomeWord {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Overtaken => "overtaken",
            Self::Failed => "failed",
            Self::NotTried => "not-tried",
        }
    }
}

/// A record that is not touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftAloneReport {
    /// Its kind.
    pub kind: String,
    /// Its key, or its id where it has no key of ours.
    pub key: String,
    /// Why, in a word.
    pub code: String,
    /// Why, in a sentence.
    pub reason: String,
}

impl TargetReport {
    /// Makes one of a registry that could not be read.
    #[must_use]
    pub fn failed(name: &str, type_name: &str, location: &str, error: &Diagnostic) -> Self {
        Self {
            name: name.to_owned(),
            r#type: type_name.to_owned(),
            location: location.to_owned(),
            error: Some(error.to_line()),
            refused: Vec::new(),
            counts: SyncCounts::default(),
            steps: Vec::new(),
            conflicts: Vec::new(),
            left_alone: Vec::new(),
            exceeded_limits: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Makes one of a plan, and of what became of its steps if it was carried out.
    #[must_use]
    pub fn new(type_name: &str, location: &str, plan: &SyncPlan, outcomes: Option<&[AppliedStep]>) -> Self {
        let steps: Vec<StepReport> = plan
            .steps
            .iter()
            .enumerate()
            .map(|(at, step)| step_report(step, outcomes.and_then(|outcomes| outcomes.get(at))))
            .collect();
        Self {
            name: plan.target.clone(),
            r#type: type_name.to_owned(),
            location: location.to_owned(),
            error: None,
            refused: Vec::new(),
            counts: counts(plan, &steps),
            steps,
            conflicts: plan.conflicts.clone(),
            left_alone: plan.left_alone.iter().map(left_alone_report).collect(),
            exceeded_limits: plan.exceeded_limits.clone(),
            notes: Vec::new(),
        }
    }

    /// Tells whether the registry differs from what it is to be, now that the steps that were done are done.
    #[must_use]
    pub fn differs(&self) -> bool {
        let is_left = |step: &StepReport| step.outcome != Some(OutcomeWord::Done);
        !self.conflicts.is_empty() || self.steps.iter().any(is_left)
    }

    /// Tells whether something went wrong that the next run may not.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        self.error.is_some() || self.counts.failed > 0 || !self.refused.is_empty()
    }

    /// Groups what is left alone by its reason: by the word, then by the sentence.
    #[must_use]
    pub fn left_alone_by_reason(&self) -> BTreeMap<(&str, &str), Vec<&LeftAloneReport>> {
        let mut groups: BTreeMap<(&str, &str), Vec<&LeftAloneReport>> = BTreeMap::new();
        for left in &self.left_alone {
            groups.entry((&left.code, &left.reason)).or_default().push(left);
        }
        groups
    }
}

fn step_report(step: &Step, outcome: Option<&AppliedStep>) -> StepReport {
    let (word, error) = match outcome {
        None => (None, None),
        Some(AppliedStep::Done) => (Some(OutcomeWord::Done), None),
        Some(AppliedStep::Overtaken) => (Some(OutcomeWord::Overtaken), None),
        Some(AppliedStep::NotTried) => (Some(OutcomeWord::NotTried), None),
        Some(AppliedStep::Failed(diagnostic)) => (Some(OutcomeWord::Failed), Some(diagnostic.to_line())),
    };
    let scope = &step.record.scope;
    StepReport {
        action: step.action,
        kind: step.record.kind.clone(),
        key: step.record.key.clone(),
        provider: scope.provider,
        account: scope.account.clone(),
        region: scope.region.clone(),
        id: step.place.as_ref().map(|place| place.id.clone()),
        fields: step.differences.clone(),
        outcome: word,
        error,
    }
}

fn left_alone_report(left: &LeftAlone) -> LeftAloneReport {
    LeftAloneReport {
        kind: left.kind.clone(),
        key: left.key.clone(),
        code: left.reason.code().to_owned(),
        reason: left.reason.to_string(),
    }
}

fn counts(plan: &SyncPlan, steps: &[StepReport]) -> SyncCounts {
    let with_action = |action| plan.with_action(action).count();
    let with_outcome = |outcome| steps.iter().filter(|step| step.outcome == Some(outcome)).count();
    SyncCounts {
        create: with_action(Action::Create),
        adopt: with_action(Action::Adopt),
        change: with_action(Action::Change),
        mark: with_action(Action::Mark),
        delete: with_action(Action::Delete),
        conflicts: plan.conflicts.len(),
        left_alone: plan.left_alone.len(),
        unchanged: plan.confirmed.len(),
        done: with_outcome(OutcomeWord::Done),
        failed: with_outcome(OutcomeWord::Failed),
        overtaken: with_outcome(OutcomeWord::Overtaken),
        not_tried: with_outcome(OutcomeWord::NotTried),
    }
}
