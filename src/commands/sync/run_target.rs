//! One registry: read, planned, and carried out if that is asked for.

use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::registries::Registry;
use crate::diagnostic::Diagnostic;
use crate::model::Inventory;
use crate::sync::{AppliedStep, ApplyProgress, SyncPlan, SyncPlanInput, TargetReport, plan};
use crate::ui::Ui;

/// After so long the user is told that a registry is slow.
const SLOW: Duration = Duration::from_secs(10);
/// What is said of a registry that was not read, because the user stopped the run.
pub const STOPPED: &str = "you stopped the run before this was read";

/// What is done to a registry.
pub struct TargetRun<'a> {
    /// The registry.
    pub registry: &'a Registry,
    /// What exists.
    pub inventory: &'a Inventory,
    /// The time.
    pub now: Timestamp,
    /// Whether to create what the registry needs.
    pub is_init: bool,
    /// Whether to carry out the plan.
    pub is_apply: bool,
    /// Whether the registry counts as empty, and is not asked.
    pub is_sandbox: bool,
    /// Is told how far it is.
    pub progress: &'a Interruptible,
}

impl TargetRun<'_> {
    /// Does it. What fails is part of the report.
    pub async fn run(&self) -> TargetReport {
        // What was prepared is there, also if the rest fails.
        let mut notes = Vec::new();
        let report = self.try_run(&mut notes).await.unwrap_or_else(|error| self.registry.failed(&error));
        TargetReport { notes, ..report }
    }

    async fn try_run(&self, notes: &mut Vec<String>) -> Result<TargetReport, Diagnostic> {
        let (target, name) = (&*self.registry.target, &self.registry.name);
        if self.is_init {
            self.progress.show(&format!("preparing {name}"));
            notes.extend(self.wait_for(target.prepare()).await?);
        }
        self.progress.show(&format!("reading {name}"));
        let wanted = target.map(self.inventory);
        let existing = if self.is_sandbox {
            Vec::new()
        } else {
            self.unless_stopped(target.read(&wanted.records)).await?
        };
        notes.extend(wanted.notes);
        let plan = plan(&SyncPlanInput {
            target: name,
            kinds: target.kinds(),
            is_maintained: &|kind, field| target.maintained_fields(kind).iter().any(|it| it == field),
            wanted: &wanted.records,
            undetermined: &wanted.undetermined,
            conflicts: &wanted.conflicts,
            resource_field: target.resource_field(),
            unique_fields: &|kind| target.unique_fields(kind),
            existing: &existing,
            inventory: self.inventory,
            now: self.now,
            options: self.registry.options,
        });
        let may_apply = self.is_apply && plan.exceeded_limits.is_empty();
        let outcomes = if may_apply { Some(self.apply(&plan).await) } else { None };
        let mut report =
            TargetReport::new(self.registry.type_name, target.location(), &plan, outcomes.as_deref());
        report.refused.extend(self.refusal(&plan));
        if may_apply
            && !self.progress.is_stopped()
            && let Err(error) = target.confirm(&plan, self.progress).await
        {
            report.refused.push(error.to_line());
        }
        Ok(report)
    }

    /// Waits for work that changes nothing, so that it can be stopped at any time.
    async fn unless_stopped<T>(&self, work: BoxFuture<'_, Result<T, Diagnostic>>) -> Result<T, Diagnostic> {
        let work = self.wait_for(work);
        let Some(token) = &self.progress.token else { return work.await };
        tokio::select! {
            biased;
            () = token.cancelled() => Err(Diagnostic::new(STOPPED)),
            done = work => done,
        }
    }

    async fn wait_for<T>(&self, work: BoxFuture<'_, T>) -> T {
        wait_for(self.registry, &self.progress.ui, work).await
    }

    async fn apply(&self, plan: &SyncPlan) -> Vec<AppliedStep> {
        self.progress.show(&format!("writing {}", self.registry.name));
        self.registry.target.apply(plan, self.progress).await
    }

    /// Says why nothing of the plan was carried out, although it was to be.
    fn refusal(&self, plan: &SyncPlan) -> Option<String> {
        let limits: Vec<String> = plan.exceeded_limits.iter().map(ToString::to_string).collect();
        (self.is_apply && !limits.is_empty()).then(|| {
            format!(
                "nothing was written: {} (if that is expected, apply once with a larger --max-delete)",
                limits.join("; ")
            )
        })
    }
}

/// Waits for a registry, and says once if it is slow: where no progress is shown, requests that are tried again are a long
/// silence.
pub async fn wait_for<T>(registry: &Registry, ui: &Ui, work: BoxFuture<'_, T>) -> T {
    let Registry { name, target, .. } = registry;
    let say = || ui.note_unless_quiet(&format!("{name}: still waiting for {}", target.location()));
    say_if_slow(work, SLOW, say).await
}

async fn say_if_slow<T>(mut work: BoxFuture<'_, T>, after: Duration, say: impl FnOnce()) -> T {
    tokio::select! {
        biased;
        result = &mut work => return result,
        () = tokio::time::sleep(after) => say(),
    }
    work.await
}

/// Shows progress, and tells whether the user stopped the run.
pub struct Interruptible {
    token: Option<CancellationToken>,
    ui: Ui,
}

impl Interruptible {
    /// Stops when `token` is cancelled.
    pub fn new(token: Option<CancellationToken>, ui: &Ui) -> Self {
        Self { token, ui: ui.clone() }
    }

    fn show(&self, what: &str) {
        self.ui.progress().show_activity(what);
    }
}

impl ApplyProgress for Interruptible {
    fn steps_done(&self, done: usize, total: usize) {
        self.show(&format!("{done} of {total} records written"));
    }

    fn is_stopped(&self) -> bool {
        self.token.as_ref().is_some_and(CancellationToken::is_cancelled)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_is_slow_is_said_while_it_is_waited_for() {
        let (say, said) = oneshot::channel();
        // It ends when it was said that it is slow, not before.
        let work = said.map(|said| said.is_ok()).boxed();
        assert!(say_if_slow(work, Duration::from_millis(1), || say.send(()).unwrap()).await);
    }

    #[tokio::test]
    async fn what_is_not_slow_is_not_said() {
        let result = say_if_slow(async { 7 }.boxed(), Duration::ZERO, || panic!("it is not slow")).await;
        assert_eq!(result, 7);
    }
}
