//! What connections share, and what one request sees of it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::churn::{ChangeEvent, Churn, LivingEstate};
use super::estate::Estate;
use super::estate::azure::{ResourceChange, changes_between};
use super::faults::FaultInjector;
use super::queues::Queues;

/// So many of the latest changes of Azure are in the table of changes.
const MAX_RESOURCE_CHANGES: usize = 100_000;

/// What all connections share.
#[derive(Debug)]
pub struct Server {
    /// Where it is served.
    pub url: String,
    /// What every request passes.
    pub faults: FaultInjector,
    /// Where events go.
    pub queues: Queues,
    /// What is served now.
    estate: RwLock<Arc<Estate>>,
    living: Mutex<LivingEstate>,
    /// How far the clock of the estate is ahead.
    ahead: Mutex<Duration>,
    past: Mutex<PastEstates>,
    /// What changed in Azure, the oldest first.
    resource_changes: Mutex<VecDeque<Arc<ResourceChange>>>,
    requests: AtomicU64,
}

/// What one request sees: the estate as it was when the request came.
#[derive(Debug)]
pub struct State {
    pub server: Arc<Server>,
    pub estate: Arc<Estate>,
}

impl Server {
    /// Serves `estate` at `url`; `churn` decides how it changes.
    pub fn new(url: String, estate: Estate, faults: FaultInjector, churn: Option<Churn>) -> Self {
        let estate = Arc::new(estate);
        let (seed, burst) = churn.map_or((0, 1), |churn| (churn.seed, churn.burst));
        let living = LivingEstate::new(Arc::clone(&estate), seed).with_bursts(burst);
        Self {
            queues: Queues::new(&estate),
            past: Mutex::new(PastEstates { kept_for: faults.greatest_age(), until: VecDeque::new() }),
            living: Mutex::new(living),
            estate: RwLock::new(estate),
            ahead: Mutex::default(),
            resource_changes: Mutex::default(),
            url,
            faults,
            requests: AtomicU64::new(0),
        }
    }

    /// Makes up the next request id.
    pub fn request_id(&self) -> String {
        format!("5a4db0c5-0000-4000-8000-{:012x}", self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// Returns what is served now.
    pub fn estate(&self) -> Arc<Estate> {
        Arc::clone(&self.estate.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns what was served so long ago.
    pub fn estate_before(&self, age: Duration) -> Arc<Estate> {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner).before(age);
        past.unwrap_or_else(|| self.estate())
    }

    /// Changes the estate so many times, and sends the events to the queues; returns the events that it caused. Events that
    /// faults put out of order wait for later ones, or for [`Queues::flush`].
    pub fn change(&self, changes: usize) -> Vec<ChangeEvent> {
        let (mut living, before, now) = (self.living(), self.estate(), self.now());
        let events = living.step(changes, now);
        let after = living.estate();
        let resource_changes = changes_between(&before.azure, &after.azure, now);
        self.past.lock().unwrap_or_else(PoisonError::into_inner).push(before);
        // In this order: who asks because of an event finds what it is about.
        *self.estate.write().unwrap_or_else(PoisonError::into_inner) = after;
        let mut known = self.lock_resource_changes();
        known.extend(resource_changes.into_iter().map(Arc::new));
        let too_many = known.len().saturating_sub(MAX_RESOURCE_CHANGES);
        known.drain(..too_many);
        drop(known);
        self.queues.deliver(&events, &self.faults);
        events
    }

    /// Has the clock of the estate go on by some time.
    pub fn pass_time(&self, time: Duration) {
        *self.lock_ahead() += time;
        self.change(0);
    }

    /// Returns the time in the estate.
    fn now(&self) -> Timestamp {
        Timestamp::now() + *self.lock_ahead()
    }

    fn lock_ahead(&self) -> MutexGuard<'_, Duration> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lists what changed in Azure, the oldest first.
    pub fn resource_changes(&self) -> Vec<Arc<ResourceChange>> {
        self.lock_resource_changes().iter().cloned().collect()
    }

    fn lock_resource_changes(&self) -> MutexGuard<'_, VecDeque<Arc<ResourceChange>>> {
        self.resource_changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn living(&self) -> MutexGuard<'_, LivingEstate> {
        self.living.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Estates that were served, for those who are to see them late.
#[derive(Debug)]
struct PastEstates {
    kept_for: Duration,
    /// Until when each was served, the oldest first.
    until: VecDeque<(Instant, Arc<Estate>)>,
}

impl PastEstates {
    /// Adds the one that was served until now.
    fn push(&mut self, estate: Arc<Estate>) {
        if self.kept_for.is_zero() {
            return;
        }
        let now = Instant::now();
        while self.until.pop_front_if(|(until, _)| now.duration_since(*until) > self.kept_for).is_some() {}
        self.until.push_back((now, estate));
    }

    /// Returns the one that was served so long ago, if that is no longer the one served now.
    fn before(&self, age: Duration) -> Option<Arc<Estate>> {
        let now = Instant::now();
        let then = self.until.iter().find(|(until, _)| now.duration_since(*until) < age);
        then.map(|(_, estate)| Arc::clone(estate))
    }
}

impl State {
    /// Takes the estate as it is now.
    pub fn now(server: &Arc<Server>) -> Self {
        Self { server: Arc::clone(server), estate: server.estate() }
    }
}
