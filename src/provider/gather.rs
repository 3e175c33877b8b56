//! The fan-out: every scope of every provider, bounded, timed, cancellable, each with its outcome.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::contract::{Event, Failure, NoAccount, Plan, Provider, Run};
use super::health::{Region, Regions};
use super::meter::Meter;
use crate::model::{Coverage, Inventory, Kind, Outcome, Resources, Scope};

/// Finds out what there is to read, without reading it: signs in, lists accounts and regions.
///
/// # Errors
/// When no provider has an account, or one that was asked for cannot be used.
pub async fn survey(
    providers: &[Arc<dyn Provider>],
    kinds: &[Kind],
    run: &Run,
) -> Result<Vec<Plan>, NoAccount> {
    let mut plans = Vec::with_capacity(providers.len());
    for provider in providers {
        plans.push(provider.plan(kinds, run).await?);
    }
    if plans.iter().all(|plan| plan.scopes.is_empty()) {
        return Err(nothing_in_scope(&plans));
    }
    Ok(plans)
}

/// Accounts, and no region of theirs to read: not the same as nothing being there.
fn nothing_in_scope(plans: &[Plan]) -> NoAccount {
    let error = NoAccount::misnamed("no region is left to read in any account").hint(
        "widen --region, or take back --exclude-region (aws.regions and aws.exclude-regions in the file)",
    );
    plans.iter().flat_map(|plan| &plan.coverage).fold(error, |error, entry| error.detail(entry.to_string()))
}

/// Reads `kinds` from all accounts and regions in scope.
///
/// Never fails for a single scope: its outcome is in the coverage, and what it had read stays.
///
/// # Errors
/// As [`survey`].
pub async fn gather(
    providers: &[Arc<dyn Provider>],
    kinds: &[Kind],
    run: &Run,
    taken_at: Timestamp,
) -> Result<Inventory, NoAccount> {
    let plans = survey(providers, kinds, run).await?;
    let mut accounts = Vec::new();
    let mut coverage = Vec::new();
    let mut jobs = Vec::new();
    for (provider, plan) in providers.iter().zip(plans) {
        coverage.extend(not_asked_for(&plan, kinds));
        accounts.extend(plan.accounts);
        coverage.extend(plan.coverage);
        jobs.extend(plan.scopes.into_iter().map(|scope| (Arc::clone(provider), scope)));
    }
    let (resources, outcomes) = read_all(jobs, run).await;
    coverage.extend(outcomes);
    let generator = concat!("netcensus ", env!("CARGO_PKG_VERSION")).to_owned();
    Ok(Inventory::assemble(generator, taken_at, accounts, resources, coverage))
}

/// Says of every account which kinds nobody asked for, so that their empty arrays do not read as *none*.
fn not_asked_for<'a>(plan: &'a Plan, kinds: &'a [Kind]) -> impl Iterator<Item = Coverage> + 'a {
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

async fn read_all(jobs: Vec<(Arc<dyn Provider>, Scope)>, run: &Run) -> (Resources, Vec<Coverage>) {
    let scopes: Vec<Scope> = jobs.iter().map(|(_, scope)| scope.clone()).collect();
    let regions = Regions::of(&scopes, run.concurrency);
    let slots = Arc::new(Semaphore::new(run.concurrency));
    let total = jobs.len();
    let mut tasks = JoinSet::new();
    for (provider, scope) in jobs {
        let region = regions.get(&scope);
        tasks.spawn(read_one(provider, scope, region, Arc::clone(&slots), run.clone()));
    }
    let mut resources = Resources::default();
    let mut coverage = Vec::with_capacity(total);
    while let Some(finished) = tasks.join_next().await {
        let (found, outcome) = finished.expect("a reader does not panic");
        run.observer.event(Event::Finished { coverage: &outcome, done: coverage.len() + 1, total });
        resources.append(found);
        coverage.push(outcome);
    }
    (resources, coverage)
}

async fn read_one(
    provider: Arc<dyn Provider>,
    scope: Scope,
    region: Arc<Region>,
    slots: Arc<Semaphore>,
    run: Run,
) -> (Resources, Coverage) {
    let mut found = Resources::default();
    let meter = Meter::default();
    // The region's own slots first: waiting for a dead region must not hold a slot that others could use.
    let _region_slot = region.slots.acquire().await.expect("the slots are never closed");
    let _slot = slots.acquire().await.expect("the slots are never closed");
    let begun = Instant::now();
    let result = if run.cancel.is_cancelled() {
        Err(Failure::new(Outcome::Interrupted, "stopped before it was read"))
    } else if region.is_silent() {
        Err(Failure::new(
            Outcome::TimedOut,
            "not tried: the endpoint did not answer for other scopes of this region",
        ))
    } else {
        let result = meter.watch(bounded(&*provider, &scope, &mut found, &meter, &run)).await;
        region.note(!matches!(&result, Err(failure) if failure.unreachable));
        result
    };
    tracing::debug!(%scope, requests = meter.requests(), elapsed = ?begun.elapsed(), ok = result.is_ok(), "read");
    let coverage = outcome(scope, result, &meter, begun);
    (found, coverage)
}

/// Reads within the time bound, until cancelled; `found` keeps what was read before that.
async fn bounded(
    provider: &dyn Provider,
    scope: &Scope,
    found: &mut Resources,
    meter: &Meter,
    run: &Run,
) -> Result<(), Failure> {
    tokio::select! {
        biased;
        () = run.cancel.cancelled() => Err(Failure::new(Outcome::Interrupted, "stopped while it was read")),
        result = tokio::time::timeout(run.timeout, provider.read(scope, found)) => result.unwrap_or_else(|_| {
            Err(out_of_time(meter, run))
        }),
    }
}

/// A scope whose endpoint answered, if only with errors that were retried, was slow and not silent.
fn out_of_time(meter: &Meter, run: &Run) -> Failure {
    let bound = seconds(run.timeout);
    let last = match meter.last_status() {
        Some(status) => format!("the last answer was HTTP {status}"),
        None => "the endpoint did not answer".to_owned(),
    };
    Failure {
        outcome: Outcome::TimedOut,
        detail: format!("not done within {bound}: {last} (--timeout allows more)"),
        unreachable: meter.last_status().is_none(),
    }
}

fn outcome(scope: Scope, result: Result<(), Failure>, meter: &Meter, begun: Instant) -> Coverage {
    let (outcome, detail) = match result {
        Ok(()) => (Outcome::Complete, None),
        Err(failure) => (failure.outcome, Some(failure.detail)),
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

/// Writes a duration as flags take it.
pub(crate) fn seconds(duration: std::time::Duration) -> String {
    if duration.subsec_millis() == 0 {
        format!("{}s", duration.as_secs())
    } else {
        format!("{}ms", duration.as_millis())
    }
}
