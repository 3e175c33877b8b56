//! Registries that follow the inventory: what differs is written when something changed, as `sync --apply` does.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::commands::sync::{Interruptible, Registry, RegistryChoice, TargetRun, open_registries};
use crate::config::Settings;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::model::Inventory;
use crate::redact::redact;
use crate::sync::TargetReport;
use crate::ui::Ui;
use crate::watch::retry_delay;
use crate::wording::counted;

/// When a registry that failed is tried again. It doubles each time.
const FIRST_RETRY: Duration = Duration::from_mins(1);
const LONGEST_RETRY: Duration = Duration::from_mins(15);
/// How long a request to a registry may take when the watch ends.
const END_WITHIN: Duration = Duration::from_secs(4);

/// Registries that follow the inventory.
pub struct FollowedSyncs {
    registries: Vec<FollowedRegistry>,
    /// The shortest time from one run of a registry to the next one.
    every: Duration,
    runs: JoinSet<EndedSync>,
    cancel: CancellationToken,
    ui: Ui,
}

/// A registry, its number and what became of it.
type EndedSync = (usize, TargetReport);

struct FollowedRegistry {
    registry: Arc<Registry>,
    /// When it is compared next, because something changed or it failed.
    due: Option<Instant>,
    began: Option<Instant>,
    is_running: bool,
    /// How often it failed in a row.
    failures: u32,
    numbers: SyncNumbers,
}

/// What became of a registry so far.
#[derive(Debug, Clone, Default)]
pub struct SyncNumbers {
    /// Its name in `netcensus.toml`.
    pub name: String,
    /// Runs after which it was as it should be.
    pub done: u64,
    /// Runs that failed.
    pub failed: u64,
    /// When the last one was done.
    pub done_at: Option<Timestamp>,
}

/// What to say of a run.
#[derive(Debug, PartialEq, Eq)]
pub struct SyncEnd {
    /// The registry.
    pub name: String,
    /// What went wrong, if anything did.
    pub problem: Option<String>,
    /// How many records were written.
    pub written: usize,
}

impl FollowedSyncs {
    /// Opens the registries of these names.
    ///
    /// # Errors
    /// When there is none of a name, or this build cannot use one.
    pub fn new(
        names: &[String],
        every: Duration,
        is_sandbox: bool,
        settings: &Settings,
        ui: &Ui,
    ) -> Result<Self, Error> {
        if names.is_empty() {
            return Ok(Self::from_registries(Vec::new(), every, ui));
        }
        if is_sandbox {
            return Err(Error::usage("--sandbox has no real networks, so it cannot be used with --sync")
                .remedy("leave out --sync; `netcensus sync --sandbox` shows what would be written"));
        }
        let (max_delete, keep_deleted) = (None, None);
        let choice = RegistryChoice {
            names,
            is_sandbox,
            max_delete,
            keep_deleted,
            adopt: false,
            // What is wrong with the settings does not become right while it runs.
            leaves_others: false,
        };
        let setting = settings.watch.syncs.origin.name_setting("watch.sync");
        let registries = open_registries(&choice, settings, &ui.quiet());
        Ok(Self::from_registries(registries.map_err(|error| error.context(setting))?, every, ui))
    }

    fn from_registries(registries: Vec<Registry>, every: Duration, ui: &Ui) -> Self {
        let followed = |registry: Registry| FollowedRegistry {
            numbers: SyncNumbers { name: registry.name.clone(), ..SyncNumbers::default() },
            registry: Arc::new(registry),
            due: Some(Instant::now()),
            began: None,
            is_running: false,
            failures: 0,
        };
        Self {
            registries: registries.into_iter().map(followed).collect(),
            every,
            runs: JoinSet::new(),
            cancel: CancellationToken::new(),
            ui: ui.quiet().without_progress(),
        }
    }

    /// Notes that something changed, or that everything was read again.
    pub fn note_change(&mut self) {
        let now = Instant::now();
        for followed in self.registries.iter_mut().filter(|followed| followed.due.is_none()) {
            followed.due = Some(followed.began.map_or(now, |began| now.max(began + self.every)));
        }
    }

    /// Returns when a registry is to be compared next.
    pub fn due(&self) -> Option<Instant> {
        let idle = self.registries.iter().filter(|followed| !followed.is_running);
        idle.filter_map(|followed| followed.due).min()
    }

    /// Tells whether every registry was told of everything, apart from those that fail.
    pub fn is_settled(&self) -> bool {
        self.registries.iter().all(|it| !it.is_running && (it.due.is_none() || it.failures > 0))
    }

    /// Begins to compare the registries whose time it is with an inventory, each by itself.
    pub fn start(&mut self, inventory: Inventory) {
        let (now, inventory) = (Instant::now(), Arc::new(inventory));
        for (number, followed) in self.registries.iter_mut().enumerate() {
            if followed.is_running || followed.due.is_none_or(|due| due > now) {
                continue;
            }
            (followed.due, followed.began, followed.is_running) = (None, Some(now), true);
            let (registry, inventory) = (Arc::clone(&followed.registry), Arc::clone(&inventory));
            let progress = Interruptible::new(Some(self.cancel.clone()), &self.ui);
            self.runs.spawn(async move { (number, sync(&registry, &inventory, &progress).await) });
        }
    }

    /// Waits until a run ends, and returns what to say of it. `None` if none runs.
    pub async fn next_end(&mut self) -> Option<SyncEnd> {
        // Runs contain their panics, and are only aborted at the end.
        let (number, report) = self.runs.join_next().await?.ok()?;
        Some(self.finish(number, &report))
    }

    fn finish(&mut self, number: usize, report: &TargetReport) -> SyncEnd {
        let followed = &mut self.registries[number];
        followed.is_running = false;
        let problem = describe_problem(report);
        if problem.is_some() {
            followed.failures += 1;
            followed.numbers.failed += 1;
            let wait = retry_delay(followed.failures, FIRST_RETRY, LONGEST_RETRY);
            let retry = Instant::now() + wait.max(self.every);
            // Something that changed meanwhile does not make it be asked more often.
            followed.due = Some(retry);
        } else {
            followed.failures = 0;
            followed.numbers.done += 1;
            followed.numbers.done_at = Some(Timestamp::now());
            if report.counts.overtaken > 0 && followed.due.is_none() {
                followed.due = Some(Instant::now() + self.every);
            }
        }
        SyncEnd { name: report.name.clone(), problem, written: report.counts.done }
    }

    /// What became of each registry so far.
    pub fn numbers(&self) -> Vec<SyncNumbers> {
        self.registries.iter().map(|followed| followed.numbers.clone()).collect()
    }

    /// Stops after the records that are being written.
    pub async fn end(&mut self) {
        self.cancel.cancel();
        let ended = async { while self.runs.join_next().await.is_some() {} };
        // What is not written now is written by the next watch.
        let _ = timeout(END_WITHIN, ended).await;
        self.runs.abort_all();
    }
}

async fn sync(registry: &Registry, inventory: &Inventory, progress: &Interruptible) -> TargetReport {
    let run = TargetRun {
        registry,
        inventory,
        now: Timestamp::now(),
        is_init: false,
        is_apply: true,
        is_sandbox: false,
        progress,
    };
    let report = AssertUnwindSafe(run.run()).catch_unwind().await;
    report.unwrap_or_else(|_| registry.failed(&Diagnostic::new("netcensus has a bug")))
}

/// Says what went wrong that may be otherwise the next time.
fn describe_problem(report: &TargetReport) -> Option<String> {
    let failed = report.counts.failed;
    let first = report.steps.iter().find_map(|step| step.error.as_ref());
    let of_steps = first.map(|error| format!("{} not written: {error}", counted(failed, "record")));
    let problem = report.error.clone().or_else(|| report.refused.first().cloned()).or(of_steps);
    problem.map(|problem| redact(&problem))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::future::{BoxFuture, ready};

    use super::*;
    use crate::commands::overrides::with_config_names;
    use crate::config::{Color, Origin, Overrides};
    use crate::model::{Kind, Provider, Resources, Scope};
    use crate::sync::{
        AppliedStep, ApplyProgress, ExistingRecord, Fields, MappedRecords, PlanOptions, Record, SyncPlan,
        SyncTarget,
    };
    use crate::ui::Verbosity;

    /// A registry that wants one record, is empty, and fails as often as it is told to.
    struct Shelf {
        failures: Mutex<u32>,
        applied: Arc<Mutex<Vec<usize>>>,
    }

    impl SyncTarget for Shelf {
        fn location(&self) -> &'static str {
            "the shelf"
        }

        fn kinds(&self) -> &[&'static str] {
            &["vpc"]
        }

        fn inventory_kinds(&self) -> &[Kind] {
            &[Kind::Networks]
        }

        fn maintained_fields(&self, _: &str) -> &[String] {
            &[]
        }

        fn map(&self, _: &Inventory) -> MappedRecords {
            let scope = Scope {
                provider: Provider::Aws,
                account: "111111111111".to_owned(),
                region: Some("eu-west-1".to_owned()),
                kind: Kind::Networks,
            };
            let record =
                Record { kind: "vpc".to_owned(), key: "vpc-1".to_owned(), scope, fields: Fields::new() };
            MappedRecords { records: vec![record], ..MappedRecords::default() }
        }

        fn read<'a>(&'a self, _: &'a [Record]) -> BoxFuture<'a, Result<Vec<ExistingRecord>, Diagnostic>> {
            let mut failures = self.failures.lock().unwrap();
            let is_down = *failures > 0;
            *failures = failures.saturating_sub(1);
            Box::pin(ready(if is_down { Err(Diagnostic::new("it does not answer")) } else { Ok(Vec::new()) }))
        }

        fn apply<'a>(
            &'a self,
            plan: &'a SyncPlan,
            _: &'a dyn ApplyProgress,
        ) -> BoxFuture<'a, Vec<AppliedStep>> {
            self.applied.lock().unwrap().push(plan.steps.len());
            Box::pin(ready(vec![AppliedStep::Done; plan.steps.len()]))
        }
    }

    fn shelf(name: &str, failures: u32) -> (Registry, Arc<Mutex<Vec<usize>>>) {
        let applied = Arc::default();
        let target = Shelf { failures: Mutex::new(failures), applied: Arc::clone(&applied) };
        let (type_name, options) = ("shelf", PlanOptions::default());
        (Registry { name: name.to_owned(), type_name, target: Box::new(target), options }, applied)
    }

    fn ui() -> Ui {
        Ui::new(Color::Never, Verbosity::Quiet)
    }

    fn inventory() -> Inventory {
        let (generator, at) = (String::new(), Timestamp::UNIX_EPOCH);
        Inventory::assemble(generator, at, Vec::new(), Resources::default(), Vec::new())
    }

    #[tokio::test]
    async fn each_registry_has_its_own_outcome_and_one_that_fails_is_tried_again() {
        let (good, written) = shelf("good", 0);
        let (bad, not_written) = shelf("bad", 1);
        let mut syncs = FollowedSyncs::from_registries(vec![good, bad], Duration::from_mins(1), &ui());
        assert!(syncs.due().is_some() && !syncs.is_settled(), "each is compared at the start");
        syncs.start(inventory());
        assert_eq!(syncs.due(), None);
        let mut ends = vec![syncs.next_end().await.unwrap(), syncs.next_end().await.unwrap()];
        ends.sort_by(|a, b| b.name.cmp(&a.name));
        let end = |name: &str, problem: Option<&str>, written| SyncEnd {
            name: name.to_owned(),
            problem: problem.map(str::to_owned),
            written,
        };
        assert_eq!(ends, [end("good", None, 1), end("bad", Some("it does not answer"), 0)]);
        assert_eq!((written.lock().unwrap().len(), not_written.lock().unwrap().len()), (1, 0));
        let retry = syncs.due().unwrap();
        assert!(retry > Instant::now() && syncs.is_settled(), "a registry that is down holds no end up");
        syncs.registries[1].due = Some(Instant::now());
        syncs.start(inventory());
        assert_eq!(syncs.next_end().await.unwrap(), end("bad", None, 1));
        assert_eq!((written.lock().unwrap().len(), syncs.due()), (1, None), "nothing changed for the other");
        let numbers: Vec<_> = syncs.numbers().iter().map(|it| (it.done, it.failed)).collect();
        assert_eq!(numbers, [(1, 0), (1, 1)]);
        assert_eq!(syncs.next_end().await, None);
    }

    #[tokio::test]
    async fn many_changes_are_one_run_and_those_meanwhile_the_next() {
        let (registry, written) = shelf("vpcs", 0);
        let every = Duration::from_mins(1);
        let mut syncs = FollowedSyncs::from_registries(vec![registry], every, &ui());
        syncs.start(inventory());
        syncs.note_change();
        syncs.note_change();
        assert_eq!(syncs.due(), None, "it runs");
        syncs.next_end().await.unwrap();
        let began = syncs.registries[0].began.unwrap();
        assert_eq!(syncs.due(), Some(began + every), "not more often than this");
        syncs.start(inventory());
        assert_eq!(syncs.next_end().await, None, "it is not time yet");
        assert_eq!(written.lock().unwrap().len(), 1);
    }

    #[test]
    fn the_sandbox_is_written_to_no_registry_and_unknown_names_are_refused() {
        let settings = with_config_names(|names| Settings::resolve(None, &Overrides::default(), names));
        let (mut settings, names) = (settings.unwrap(), ["vpcs".to_owned()]);
        settings.watch.syncs.origin = Origin::Flag("--sync");
        let open = |is_sandbox| {
            let opened = FollowedSyncs::new(&names, FIRST_RETRY, is_sandbox, &settings, &ui());
            opened.err().unwrap().to_string()
        };
        assert_eq!(open(true), "--sandbox has no real networks, so it cannot be used with --sync");
        assert_eq!(open(false), "--sync: there is no registry `vpcs`");
    }
}
