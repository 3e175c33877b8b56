//! The fan-out: every scope of every provider, bounded, timed, cancellable, each with its outcome.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{Id, JoinError, JoinSet};

use super::cloud_provider::{CloudError, CloudProvider, EarlyScopes, Event, Failure, Run, ScanPlan};
use super::endpoint_health::{RegionHealth, Regions};
use super::meter::Meter;
use super::read_limit::ReadLimit;
use super::read_queue::ReadQueue;
use super::step;
use crate::model::{
    self, Coverage, FoundResources, GENERATOR, Kind, Outcome, ScannedInventory, Scope, Shard, Subject,
};
use crate::redact::redact;

/// What stands for the account in the coverage of a cloud that is not configured, and of one that cannot be signed in to.
const DEFAULT_CHAIN: &str = "default chain";
const ALL_ACCOUNTS: &str = "all accounts";

/// Finds out what there is to read, without reading it: signs in, lists accounts and regions. A plan for each
/// of `providers`, in their order; that of a cloud which cannot be read has nothing but the reason.
///
/// One cloud after the other, since signing in may ask the user something.
///
/// # Errors
/// When none of the clouds can be read, when a name or setting is wrong, or when the user stopped it.
pub async fn survey(
    providers: &[Arc<dyn CloudProvider>],
    kinds: &[Kind],
    run: &Run,
) -> Result<Vec<ScanPlan>, CloudError> {
    plan_all(providers, kinds, run, &EarlyScopes::default()).await
}

async fn plan_all(
    providers: &[Arc<dyn CloudProvider>],
    kinds: &[Kind],
    run: &Run,
    early: &EarlyScopes,
) -> Result<Vec<ScanPlan>, CloudError> {
    let mut plans = Vec::with_capacity(providers.len());
    let mut errors = Vec::new();
    for provider in providers {
        let planned = step::contained(async { provider.plan(kinds, run, early).await }).await;
        match planned.unwrap_or_else(|fault| Err(CloudError::new("it could not be read").with_cause(fault))) {
            Ok(plan) => plans.push(without_secrets(plan)),
            Err(error) if error.is_bad_setting() || run.cancel.is_cancelled() => return Err(error),
            Err(error) => {
                plans.push(unreadable(provider.id(), &error, run));
                errors.push((provider.id(), error));
            }
        }
    }
    if !providers.is_empty() && errors.len() == providers.len() {
        return Err(no_cloud_readable(errors));
    }
    let is_part = requested_shard(run).is_some();
    if !is_part && plans.iter().all(|plan| plan.scopes.is_empty()) {
        return Err(nothing_in_scope(&plans));
    }
    let notes = plans.iter().flat_map(|plan| &plan.notes);
    notes.for_each(|note| run.observer.event(Event::Warning(note)));
    Ok(plans)
}

/// Takes out of the coverage of a plan what a server may have echoed.
fn without_secrets(mut plan: ScanPlan) -> ScanPlan {
    for detail in plan.coverage.iter_mut().filter_map(|entry| entry.detail.as_mut()) {
        *detail = redact(detail);
    }
    plan
}

/// Returns the shard to read, or `None` if the whole estate is read. A shard may contain no account at all.
fn requested_shard(run: &Run) -> Option<&Shard> {
    run.shard.as_ref().filter(|shard| !shard.is_whole())
}

/// Says in the coverage why a cloud is not read. One that is not configured is skipped, unless you
/// asked for it.
fn unreadable(id: model::Provider, error: &CloudError, run: &Run) -> ScanPlan {
    let skipped = error.is_not_configured() && !run.asked_for.contains(&id);
    let (how, detail) = if skipped {
        (Outcome::Skipped, format!("not asked for, and not configured on this machine: {}", error.message()))
    } else {
        (Outcome::Failed, error.diagnostic.to_line())
    };
    let account = if error.is_not_configured() { DEFAULT_CHAIN } else { ALL_ACCOUNTS };
    let entry = step::outcome(id, account.to_owned(), Subject::Credentials, how, redact(&detail));
    tracing::debug!("{entry}");
    ScanPlan { coverage: vec![entry], ..ScanPlan::default() }
}

/// Says why no cloud can be read: first those that are configured and fail, then those that are not.
fn no_cloud_readable(mut errors: Vec<(model::Provider, CloudError)>) -> CloudError {
    if errors.len() == 1 {
        return errors.remove(0).1;
    }
    errors.sort_by_key(|(_, error)| error.is_not_configured());
    let all_absent = errors.iter().all(|(_, error)| error.is_not_configured());
    let all = if all_absent { "no cloud is configured on this machine" } else { "no cloud can be read" };
    errors.into_iter().fold(CloudError::new(all), |all, (id, error)| {
        let mut cause = error.diagnostic.context(id);
        cause.remedies.iter_mut().for_each(|remedy| *remedy = format!("{id}: {remedy}"));
        all.with_cause_and_remedies(cause)
    })
}

/// Accounts, and no region of theirs to read: not the same as nothing being there.
fn nothing_in_scope(plans: &[ScanPlan]) -> CloudError {
    let error = if plans.iter().all(|plan| plan.accounts.is_empty()) {
        CloudError::bad_setting("no account is left to read").remedy(
            "remove --exclude-aws-account or --exclude-azure-subscription (aws.exclude-accounts and \
             azure.exclude-subscriptions in the file)",
        )
    } else {
        CloudError::bad_setting("no region is left to read in any account").remedy(
            "select more with --region, or remove --exclude-region (aws.regions and aws.exclude-regions in the file)",
        )
    };
    plans
        .iter()
        .flat_map(|plan| &plan.coverage)
        .fold(error, |error, entry| error.with_cause(entry.to_string()))
}

/// Reads `kinds` from all accounts and regions in scope. Accounts that are signed in to are read while others still are not.
///
/// Never fails for a single scope: its outcome is in the coverage, and what it had read stays.
///
/// # Errors
/// As [`survey`].
pub async fn gather(
    providers: &[Arc<dyn CloudProvider>],
    kinds: &[Kind],
    run: &Run,
    taken_at: Timestamp,
) -> Result<ScannedInventory, CloudError> {
    let (early, announced) = EarlyScopes::channel();
    let mut reading = ScanInProgress::new(providers, run);
    let plans = reading.read_during(plan_all(providers, kinds, run, &early), announced).await?;
    let mut accounts = Vec::new();
    let mut coverage = Vec::new();
    for (provider, plan) in providers.iter().zip(plans) {
        coverage.extend(not_asked_for(&plan, kinds));
        coverage.extend(requested_shard(run).and_then(|shard| nothing_falls_to(shard, provider.id(), &plan)));
        coverage.extend(plan.coverage);
        reading.add_planned(provider.id(), plan.scopes);
        accounts.extend(plan.accounts);
    }
    let (resources, mut outcomes) = reading.read_all().await;
    for provider in providers {
        correct_outcomes(&**provider, &mut outcomes).await;
    }
    report_remarks(&outcomes, run);
    coverage.extend(outcomes);
    let assembled = ScannedInventory::assemble(GENERATOR.to_owned(), taken_at, accounts, resources, coverage);
    // Only lack of memory can make this fail.
    let mut scanned = assembled.map_err(|error| {
        CloudError::new("the rows that were read could not be sorted").with_cause(error.to_string())
    })?;
    scanned.inventory.shard = requested_shard(run).cloned();
    Ok(scanned)
}

/// Lets a cloud correct the outcomes of its scopes. Where that panics, what was read of it cannot be vouched for.
pub(super) async fn correct_outcomes(provider: &dyn CloudProvider, outcomes: &mut [Coverage]) {
    let corrected = step::contained(provider.correct_outcomes(outcomes)).await;
    for entry in outcomes.iter_mut().filter(|entry| entry.provider == provider.id()) {
        if let (Err(fault), Outcome::Complete) = (corrected, entry.outcome) {
            (entry.outcome, entry.detail) = (Outcome::Failed, Some(fault.to_owned()));
        }
        entry.detail = entry.detail.take().map(|detail| redact(&detail));
    }
}

/// Says that a cloud was asked although the part has no account of it, so that you do not take it for left out.
fn nothing_falls_to(shard: &Shard, id: model::Provider, plan: &ScanPlan) -> Option<Coverage> {
    let is_unreadable = |entry: &Coverage| [DEFAULT_CHAIN, ALL_ACCOUNTS].contains(&&*entry.account);
    let is_asked = !plan.coverage.iter().any(is_unreadable);
    (is_asked && plan.accounts.is_empty()).then(|| {
        let detail = "this shard contains none of the accounts".to_owned();
        step::outcome(id, shard.label(), Subject::Accounts, Outcome::Skipped, detail)
    })
}

/// Lists for every account the kinds that were not asked for, so that their empty arrays do not read as *none*.
fn not_asked_for<'a>(plan: &'a ScanPlan, kinds: &'a [Kind]) -> impl Iterator<Item = Coverage> + 'a {
    let left_out = Kind::ALL.into_iter().filter(|kind| !kinds.contains(kind));
    left_out.flat_map(|kind| {
        plan.accounts.iter().map(move |account| Coverage {
            provider: account.provider,
            account: account.id.clone(),
            region: None,
            kind: kind.into(),
            outcome: Outcome::Skipped,
            detail: Some("not asked for".to_owned()),
            requests: 0,
            duration_ms: 0,
        })
    })
}

/// The task of a read that ended, and what came of it unless it panicked.
type EndedTask = Result<(Id, (FoundResources, Coverage)), JoinError>;

/// The reads of a run.
struct ScanInProgress<'a> {
    providers: &'a [Arc<dyn CloudProvider>],
    run: &'a Run,
    queue: ReadQueue<Arc<dyn CloudProvider>>,
    limit: Arc<ReadLimit>,
    regions: Regions,
    tasks: JoinSet<(FoundResources, Coverage)>,
    running: HashMap<Id, Scope>,
    /// The accounts whose scopes were announced before the plan was made.
    announced: HashSet<(model::Provider, String)>,
    /// The clouds whose plan failed after they had announced accounts. What was read of them is not used.
    failed: HashSet<model::Provider>,
    /// How many scopes there are; `None` until the plan is made.
    total: Option<usize>,
    resources: HashMap<model::Provider, FoundResources>,
    coverage: Vec<Coverage>,
}

impl<'a> ScanInProgress<'a> {
    fn new(providers: &'a [Arc<dyn CloudProvider>], run: &'a Run) -> Self {
        Self {
            providers,
            run,
            queue: ReadQueue::new(),
            limit: Arc::new(ReadLimit::new(run.concurrency)),
            regions: Regions::default(),
            tasks: JoinSet::new(),
            running: HashMap::new(),
            announced: HashSet::new(),
            failed: HashSet::new(),
            total: None,
            resources: HashMap::new(),
            coverage: Vec::new(),
        }
    }

    /// Makes the plans, and reads what is announced meanwhile.
    async fn read_during<T>(
        &mut self,
        plan: impl Future<Output = T>,
        mut early: UnboundedReceiver<Vec<Scope>>,
    ) -> T {
        let mut plan = pin!(plan);
        loop {
            self.start_reads();
            tokio::select! {
                planned = &mut plan => return planned,
                Some(scopes) = early.recv() => {
                    self.announced.extend(scopes.first().map(account_of));
                    self.add(scopes);
                }
                Some(ended) = self.tasks.join_next_with_id() => self.end_read(ended),
            }
        }
    }

    /// Adds the scopes of a cloud's plan that were not announced. Without scopes the plan has failed, whatever was announced, or
    /// the shard has no account.
    fn add_planned(&mut self, id: model::Provider, scopes: Vec<Scope>) {
        if scopes.is_empty() {
            self.failed.insert(id);
        }
        let is_new = |scope: &Scope| !self.announced.contains(&account_of(scope));
        let scopes = scopes.into_iter().filter(is_new).collect();
        self.add(scopes);
    }

    fn add(&mut self, scopes: Vec<Scope>) {
        for scope in scopes {
            let provider = self.providers.iter().find(|provider| provider.id() == scope.provider);
            let provider = Arc::clone(provider.expect("a scope is of the cloud that planned it"));
            self.queue.push(scope, provider);
        }
    }

    /// Reads everything that is left. The plan is made, so how far it is can be told.
    async fn read_all(mut self) -> (FoundResources, Vec<Coverage>) {
        self.queue.note_all_known();
        // A cloud whose plan failed has no list of its scopes. What was read of it early would pass for all of it, so the
        // failure of the plan is its only result.
        let failed = &self.failed;
        self.queue.remove(|scope| failed.contains(&scope.provider));
        self.resources.retain(|id, _| !failed.contains(id));
        self.coverage.retain(|entry| !failed.contains(&entry.provider));
        let is_used = |scope: &&Scope| !failed.contains(&scope.provider);
        let running = self.running.values().filter(is_used).count();
        let total = self.coverage.len() + running + self.queue.waiting();
        self.total = Some(total);
        for (read, coverage) in self.coverage.iter().enumerate() {
            self.run.observer.event(Event::Finished { coverage, done: read + 1, total });
        }
        loop {
            self.start_reads();
            let Some(ended) = self.tasks.join_next_with_id().await else { break };
            self.end_read(ended);
        }
        let resources = self.resources.into_values().reduce(|mut all, of_cloud| {
            all.append(of_cloud);
            all
        });
        (resources.unwrap_or_default(), self.coverage)
    }

    fn start_reads(&mut self) {
        while let Some((scope, provider)) = next_read(&mut self.queue, &self.limit, self.running.len()) {
            let meter = Meter::for_scope(scope.clone(), Arc::clone(&self.limit));
            let region = self.regions.get(&scope);
            let task = self.tasks.spawn(read_one(provider, scope.clone(), region, meter, self.run.clone()));
            self.running.insert(task.id(), scope);
        }
    }

    fn end_read(&mut self, ended: EndedTask) {
        let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let scope = self.running.remove(&id).expect("a task that ends was spawned");
        self.queue.finish(&scope);
        if self.failed.contains(&scope.provider) {
            return;
        }
        let (found, coverage) = ended.map_or_else(|_| crashed(&scope), |(_, read)| read);
        if let Some(total) = self.total {
            let done = self.coverage.len() + 1;
            self.run.observer.event(Event::Finished { coverage: &coverage, done, total });
        }
        self.resources.entry(scope.provider).or_default().append(found);
        self.coverage.push(coverage);
    }
}

fn account_of(scope: &Scope) -> (model::Provider, String) {
    (scope.provider, scope.account.clone())
}

/// Takes out the read that starts now beside `running` others.
fn next_read<T>(queue: &mut ReadQueue<T>, limit: &ReadLimit, running: usize) -> Option<(Scope, T)> {
    let at_once = limit.current();
    if running < at_once {
        return queue.start(at_once);
    }
    limit.note_reached();
    None
}

/// Reports what the clouds said about scopes that were read completely, each remark once: with the account, or with
/// the number of accounts where there are several.
fn report_remarks(coverage: &[Coverage], run: &Run) {
    let mut remarks: BTreeMap<(model::Provider, &str), BTreeSet<&str>> = BTreeMap::new();
    for entry in coverage.iter().filter(|entry| entry.outcome == Outcome::Complete) {
        if let Some(remark) = &entry.detail {
            remarks.entry((entry.provider, remark)).or_default().insert(&entry.account);
        }
    }
    for ((provider, remark), accounts) in remarks {
        let whose = match (accounts.len(), accounts.first()) {
            (1, Some(account)) => (*account).to_owned(),
            (number, _) => format!("in {number} accounts"),
        };
        run.observer.event(Event::Warning(&format!("{provider} {whose}: {remark}")));
    }
}

/// A reader that panicked, such as deep in an SDK, takes its own scope with it and no other.
fn crashed(scope: &Scope) -> (FoundResources, Coverage) {
    let failure = Failure::new(Outcome::Failed, step::FAULT);
    (
        FoundResources::default(),
        outcome(scope.clone(), &Err::<(), _>(failure), &Meter::default(), Instant::now()),
    )
}

async fn read_one(
    provider: Arc<dyn CloudProvider>,
    scope: Scope,
    region: Arc<RegionHealth>,
    meter: Meter,
    run: Run,
) -> (FoundResources, Coverage) {
    let mut found = FoundResources::default();
    let begun = Instant::now();
    let result = if run.cancel.is_cancelled() {
        Err(Failure::new(Outcome::Interrupted, "stopped before it was read"))
    } else if let Some(outcome) = region.silence(&scope.account) {
        let whose = if scope.region.is_some() { " of this region" } else { "" };
        Err(Failure::new(outcome, format!("not tried: the endpoint did not answer other reads{whose}")))
    } else {
        let read = meter.watch(bounded(provider.read(&scope, &mut found), &meter, &run)).await;
        let result = checked(read, &meter, &mut found);
        let silence = result.as_ref().err().filter(|failure| failure.unreachable);
        region.note_outcome(&scope.account, silence.map(|failure| failure.outcome));
        result
    };
    tracing::debug!(%scope, requests = meter.requests(), elapsed = ?begun.elapsed(), ok = result.is_ok(), "read");
    let coverage = outcome(scope, &result, &meter, begun);
    (found, coverage)
}

/// Reads within the time bound, until cancelled; what was read before that stays. The `meter` watches this. The time in
/// which credentials that expired wait for their turn does not count.
pub(super) async fn bounded<T>(
    read: BoxFuture<'_, Result<T, Failure>>,
    meter: &Meter,
    run: &Run,
) -> Result<T, Failure> {
    tokio::select! {
        biased;
        () = run.cancel.cancelled() => Err(Failure::new(Outcome::Interrupted, "stopped while it was read")),
        result = read => result,
        () = meter.time_is_up(run.timeout) => Err(meter.out_of_time(run.timeout)),
    }
}

/// Adds to the failures of a read that values were not understood, and removes rows that lack an identity.
pub(super) fn checked<T>(
    read: Result<T, Failure>,
    meter: &Meter,
    found: &mut FoundResources,
) -> Result<T, Failure> {
    let (value, failed) = match read {
        Ok(value) => (Some(value), None),
        Err(failure) => (None, Some(failure)),
    };
    let others =
        [check_all_understood(meter), remove_unidentified(found)].into_iter().filter_map(Result::err);
    Failure::join(failed.into_iter().chain(others))?;
    Ok(value.expect("a read without a failure has a value"))
}

/// Fails if a value of an answer was not understood: it is missing, so the scope is not complete.
fn check_all_understood(meter: &Meter) -> Result<(), Failure> {
    let failed = |what| Failure::new(Outcome::Failed, format!("{what}; please report it"));
    meter.left_out().map_or(Ok(()), |what| Err(failed(what)))
}

/// Removes rows without identity and reports them. They must not be saved: the loader refuses a whole file for one such
/// row.
fn remove_unidentified(found: &mut FoundResources) -> Result<(), Failure> {
    /// A scope may have no end of them.
    const NAMED: usize = 5;
    let left_out = found.remove_unidentified();
    if left_out.is_empty() {
        return Ok(());
    }
    let named = left_out.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    let more = left_out.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    Err(Failure::new(Outcome::Failed, format!("rows are left out: {named}{more}; please report it")))
}

pub(super) fn outcome<T>(
    scope: Scope,
    result: &Result<T, Failure>,
    meter: &Meter,
    begun: Instant,
) -> Coverage {
    let (outcome, detail) = match result {
        Ok(_) => (Outcome::Complete, meter.remark().map(|remark| redact(&remark))),
        Err(failure) => (failure.outcome, Some(redact(&failure.detail()))),
    };
    Coverage {
        provider: scope.provider,
        account: scope.account,
        region: scope.region,
        kind: scope.kind.into(),
        outcome,
        detail,
        requests: meter.requests(),
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}
