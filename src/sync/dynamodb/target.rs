//! The table of VPCs as a registry.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use serde_json::{Map, Value};

use super::items::{existing, time_text};
use super::mapping::{VPC, map};
use crate::clouds::Run;
use crate::clouds::aws::{
    DELETED, EXPIRES_AT, ItemCondition, ItemOutcome, ItemUpdate, MANAGED_BY, MISSING_AT, OWNER_ID, SEEN_AT,
    VPC_ID, VpcKey, VpcTable,
};
use crate::config::TableName;
use crate::diagnostic::Diagnostic;
use crate::model::{Inventory, Kind};
use crate::sync::{
    Action, AppliedStep, ApplyProgress, ExistingRecord, FieldDifference, FieldValue, MappedRecords,
    OwnerMark, Record, Seen, Step, SyncPlan, SyncTarget,
};

/// So many items are written at once.
const CONCURRENCY: usize = 16;
/// After so many failures and no success nothing more is tried: the rest would fail in the same way.
const HOPELESS: usize = 10;

/// How many writes were answered, and how many failed.
#[derive(Debug, Default)]
struct Attempts {
    answered: AtomicUsize,
    failed: AtomicUsize,
}

impl Attempts {
    fn done(&self) -> usize {
        self.answered.load(Ordering::Relaxed) + self.failed.load(Ordering::Relaxed)
    }

    fn are_hopeless(&self) -> bool {
        self.answered.load(Ordering::Relaxed) == 0 && self.failed.load(Ordering::Relaxed) >= HOPELESS
    }
}

/// A table of VPCs.
pub struct VpcTableTarget {
    name: String,
    table: VpcTable,
}

impl VpcTableTarget {
    /// Names a table, for the target `name`. Nothing is asked yet.
    #[must_use]
    pub fn new(name: &str, table: &TableName, run: Run) -> Self {
        Self { name: name.to_owned(), table: VpcTable::new(table.clone(), run) }
    }

    async fn try_step(
        &self,
        step: &Step,
        plan: &SyncPlan,
        attempts: &Attempts,
        progress: &dyn ApplyProgress,
    ) -> AppliedStep {
        if attempts.are_hopeless() || progress.is_stopped() {
            return AppliedStep::NotTried;
        }
        let applied = self.apply_step(step, plan).await;
        let counter = if applied.is_ok() { &attempts.answered } else { &attempts.failed };
        counter.fetch_add(1, Ordering::Relaxed);
        progress.steps_done(attempts.done(), plan.steps.len());
        match applied {
            Ok(ItemOutcome::Written) => AppliedStep::Done,
            Ok(ItemOutcome::Refused) => AppliedStep::Overtaken,
            Err(diagnostic) => AppliedStep::Failed(diagnostic),
        }
    }

    async fn apply_step(&self, step: &Step, plan: &SyncPlan) -> Result<ItemOutcome, Diagnostic> {
        let key = vpc_key(step);
        let condition = condition(step, plan);
        if step.action == Action::Delete {
            let is_ours = |item: &Map<String, Value>| existing(item, &self.name).additions.is_empty();
            return self.table.delete(&key, &condition, is_ours).await;
        }
        let (set, remove) = attributes(step, plan);
        self.table.update(&ItemUpdate { key, set, remove, condition }).await
    }

    /// Writes into the attribute `name` when the inventory was taken that has a VPC, or lacks it. A newer run or people may
    /// have been faster.
    async fn confirm_item(&self, seen: &Seen, name: &str, plan: &SyncPlan) -> Result<(), Diagnostic> {
        let (vpc, owner) = seen.place.id.split_once('/').unwrap_or((&seen.place.id, ""));
        let update = ItemUpdate {
            key: VpcKey { vpc: vpc.to_owned(), owner: owner.to_owned() },
            set: Map::from_iter([(name.to_owned(), Value::from(time_text(plan.seen_at)))]),
            remove: Vec::new(),
            condition: marked(seen.place.version.as_deref(), plan, Vec::new()),
        };
        self.table.update(&update).await.map(drop)
    }
}

impl SyncTarget for VpcTableTarget {
    fn location(&self) -> &str {
        self.table.location()
    }

    fn kinds(&self) -> &[&'static str] {
        &[VPC]
    }

    fn inventory_kinds(&self) -> &[Kind] {
        &[Kind::Networks, Kind::Links]
    }

    fn maintained_fields(&self, _: &str) -> &[String] {
        &[]
    }

    fn map(&self, inventory: &Inventory) -> MappedRecords {
        map(inventory)
    }

    fn check(&self) -> BoxFuture<'_, Result<(), Diagnostic>> {
        Box::pin(self.table.sign_in())
    }

    fn prepare(&self) -> BoxFuture<'_, Result<Vec<String>, Diagnostic>> {
        Box::pin(self.table.create())
    }

    fn read<'a>(&'a self, _: &'a [Record]) -> BoxFuture<'a, Result<Vec<ExistingRecord>, Diagnostic>> {
        Box::pin(async {
            let items = self.table.items().await?;
            Ok(items.iter().map(|item| existing(item, &self.name)).collect())
        })
    }

    fn apply<'a>(
        &'a self,
        plan: &'a SyncPlan,
        progress: &'a dyn ApplyProgress,
    ) -> BoxFuture<'a, Vec<AppliedStep>> {
        Box::pin(async move {
            let attempts = Attempts::default();
            let tries = plan.steps.iter().map(|step| self.try_step(step, plan, &attempts, progress).boxed());
            stream::iter(tries.collect::<Vec<_>>()).buffered(CONCURRENCY).collect().await
        })
    }

    fn confirm<'a>(
        &'a self,
        plan: &'a SyncPlan,
        progress: &'a dyn ApplyProgress,
    ) -> BoxFuture<'a, Result<(), Diagnostic>> {
        Box::pin(async move {
            let older = |seen: &Seen| seen.seen_at.is_none_or(|at| at < plan.seen_at);
            let is_there = plan.confirmed.iter().map(|seen| (seen, SEEN_AT));
            let is_gone = plan.marked.iter().map(|seen| (seen, MISSING_AT));
            let older = is_there.chain(is_gone).filter(|(seen, _)| older(seen));
            let items: Vec<_> =
                older.map(|(seen, name)| self.confirm_item(seen, name, plan).boxed()).collect();
            let mut confirmed = stream::iter(items).buffer_unordered(CONCURRENCY);
            while let Some(result) = confirmed.next().await {
                result?;
                if progress.is_stopped() {
                    break;
                }
            }
            Ok(())
        })
    }
}

fn vpc_key(step: &Step) -> VpcKey {
    let text = |field: &str| step.record.fields.get(field).map(ToString::to_string).unwrap_or_default();
    VpcKey { vpc: text(VPC_ID), owner: text(OWNER_ID) }
}

/// Says what has to be true of the item still, so that nothing is lost that was written since it was read.
fn condition(step: &Step, plan: &SyncPlan) -> ItemCondition {
    match step.action {
        Action::Create => ItemCondition::Absent,
        Action::Adopt => ItemCondition::Unmarked,
        Action::Change | Action::Mark | Action::Delete => {
            let mark = step.place.as_ref().and_then(|place| place.version.as_deref());
            marked(mark, plan, step.differences.iter().filter_map(expected).collect())
        }
    }
}

fn marked(mark: Option<&str>, plan: &SyncPlan, expected: Vec<(String, Option<Value>)>) -> ItemCondition {
    let (mark, taken_at) = (mark.unwrap_or_default().to_owned(), time_text(plan.seen_at));
    ItemCondition::Marked { mark, taken_at, expected }
}

/// Returns what an attribute was read as that a step changes. Programs write lists as sets and truths as texts, so these are
/// not compared.
fn expected(difference: &FieldDifference) -> Option<(String, Option<Value>)> {
    let value = match &difference.from {
        FieldValue::Empty => None,
        from @ (FieldValue::Text(_) | FieldValue::Number(_)) if difference.field != "IsDefault" => {
            Some(from.to_json())
        }
        _ => return None,
    };
    (![VPC_ID, OWNER_ID].contains(&difference.field.as_str())).then(|| (difference.field.clone(), value))
}

/// Lists the attributes that a step writes, and those that it removes.
fn attributes(step: &Step, plan: &SyncPlan) -> (Map<String, Value>, Vec<String>) {
    let (mut set, mut remove) = (Map::new(), Vec::new());
    for difference in &step.differences {
        match &difference.to {
            // The keys are not attributes that an update may name.
            _ if [VPC_ID, OWNER_ID].contains(&difference.field.as_str()) => {}
            FieldValue::Empty => remove.push(difference.field.clone()),
            value => drop(set.insert(difference.field.clone(), value.to_json())),
        }
    }
    let mark = OwnerMark {
        target: plan.target.clone(),
        scope: step.record.scope.clone(),
        is_adopted: step.is_adopted,
    };
    set.insert(MANAGED_BY.to_owned(), mark.to_string().into());
    if step.action == Action::Mark {
        set.insert(DELETED.to_owned(), time_text(plan.planned_at).into());
        set.insert(MISSING_AT.to_owned(), time_text(plan.seen_at).into());
        if let Some(after) = step.delete_after {
            set.insert(EXPIRES_AT.to_owned(), after.as_second().into());
        }
    } else {
        set.insert(SEEN_AT.to_owned(), time_text(plan.seen_at).into());
    }
    (set, remove)
}
