//! A cloud that does as each test says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use netcensus::clouds::{CloudError, CloudProvider, EarlyScopes, Event, Failure, Observer, Run, ScanPlan};
use netcensus::config::Concurrency;
use netcensus::model::{self, Account, FoundResources, Kind, Network, NetworkKind, Outcome, Scope, Tags};
use tokio_util::sync::CancellationToken;

/// What happens to a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is read.
    Read,
    /// One network is read, then nothing more comes.
    HangAfterOne,
    /// Nothing comes, and the endpoint is silent.
    Unreachable,
    /// One network is read, then the rest is refused.
    DeniedAfterOne,
    /// A library panics.
    Fault,
    /// It is read, and has a network without id and one without owner.
    OddRows,
}

/// A cloud of `accounts` x `regions`.
pub struct Fake {
    pub id: model::Provider,
    pub accounts: Vec<&'static str>,
    pub regions: Vec<&'static str>,
    pub fate: fn(&Scope) -> Fate,
    /// The most scopes that were read at once.
    pub most: AtomicUsize,
    now: AtomicUsize,
    /// Every scope that was tried.
    pub tried: Mutex<Vec<Scope>>,
    /// If it is set, each account is announced as soon as it is known, and the plan is only made once all of them are tried.
    pub announces: bool,
    /// Whether the plan fails then.
    pub fails: bool,
    /// Whether a library panics then.
    pub panics: bool,
}

impl Fake {
    pub fn new(accounts: &[&'static str], regions: &[&'static str], fate: fn(&Scope) -> Fate) -> Arc<Self> {
        Arc::new(Self {
            id: model::Provider::Aws,
            accounts: accounts.to_vec(),
            regions: regions.to_vec(),
            fate,
            most: AtomicUsize::new(0),
            now: AtomicUsize::new(0),
            tried: Mutex::default(),
            announces: false,
            fails: false,
            panics: false,
        })
    }
}

impl CloudProvider for Fake {
    fn id(&self) -> model::Provider {
        self.id
    }

    fn plan<'a>(
        &'a self,
        kinds: &'a [Kind],
        _: &'a Run,
        early: &'a EarlyScopes,
    ) -> BoxFuture<'a, Result<ScanPlan, CloudError>> {
        Box::pin(async move {
            let mut plan = ScanPlan::default();
            for account in &self.accounts {
                plan.accounts.push(Account {
                    provider: self.id(),
                    id: (*account).to_owned(),
                    name: None,
                    tenant: None,
                    reached_by: vec!["test".to_owned()],
                });
                let scopes = self.regions.iter().flat_map(|region| {
                    kinds.iter().map(|kind| Scope {
                        provider: self.id(),
                        account: (*account).to_owned(),
                        region: Some((*region).to_owned()),
                        kind: *kind,
                    })
                });
                let scopes: Vec<Scope> = scopes.collect();
                if self.announces {
                    early.announce(scopes.clone());
                }
                plan.scopes.extend(scopes);
            }
            let begun = Instant::now();
            while self.announces && self.tried.lock().unwrap().len() < plan.scopes.len() {
                assert!(begun.elapsed() < Duration::from_secs(20), "nothing is read before the plan is made");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert!(!self.panics, "in a library");
            if self.fails {
                return Err(CloudError::bad_setting("a region that no account has"));
            }
            Ok(plan)
        })
    }

    fn read<'a>(
        &'a self,
        scope: &'a Scope,
        found: &'a mut FoundResources,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            self.tried.lock().unwrap().push(scope.clone());
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            let fate = (self.fate)(scope);
            if fate != Fate::Unreachable {
                found.networks.push(network(scope));
            }
            if fate == Fate::OddRows {
                found.networks.push(Network { id: " ".to_owned(), ..network(scope) });
                found.networks.push(Network { account: String::new(), ..network(scope) });
            }
            let result = match fate {
                Fate::OddRows => Ok(()),
                Fate::Read => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    Ok(())
                }
                Fate::HangAfterOne => std::future::pending().await,
                Fate::Unreachable => Err(Failure::unreachable(Outcome::TimedOut, "silent")),
                Fate::Fault => panic!("in a library"),
                Fate::DeniedAfterOne => Err(Failure::new(Outcome::Denied, "not allowed")),
            };
            self.now.fetch_sub(1, Ordering::SeqCst);
            result
        })
    }

    fn calls(&self, _: Kind) -> &'static [&'static str] {
        &["fake:Read"]
    }
}

fn network(scope: &Scope) -> Network {
    Network {
        provider: scope.provider,
        account: scope.account.clone(),
        account_name: None,
        region: scope.region.clone().unwrap_or_default(),
        id: format!("vpc-{}-{}", scope.account, scope.region.as_deref().unwrap_or_default()),
        name: None,
        kind: NetworkKind::Vpc,
        blocks: Vec::new(),
        is_default: None,
        state: None,
        visible_from: Vec::new(),
        tags: Tags::new(),
    }
}

/// Notes how far reads are, each time that it is told.
#[derive(Default)]
pub struct ProgressLog(pub Mutex<Vec<(usize, usize)>>);

impl Observer for ProgressLog {
    fn event(&self, event: Event<'_>) {
        if let Event::Finished { done, total, .. } = event {
            self.0.lock().unwrap().push((done, total));
        }
    }

    fn ask(&self, _: &str) -> Option<String> {
        None
    }
}

/// Watches nothing, answers nothing.
pub struct Nobody;

impl Observer for Nobody {
    fn event(&self, _: Event<'_>) {}

    fn ask(&self, _: &str) -> Option<String> {
        None
    }
}

/// A cloud that cannot be read, for the reason that it is made with.
pub struct Closed {
    pub id: model::Provider,
    pub why: CloudError,
    /// Whether the user stops the run while it signs in.
    pub stopped: bool,
}

impl Closed {
    pub fn shut(id: model::Provider, why: CloudError) -> Arc<dyn CloudProvider> {
        Arc::new(Self { id, why, stopped: false })
    }
}

impl CloudProvider for Closed {
    fn id(&self) -> model::Provider {
        self.id
    }

    fn plan<'a>(
        &'a self,
        _: &'a [Kind],
        run: &'a Run,
        _: &'a EarlyScopes,
    ) -> BoxFuture<'a, Result<ScanPlan, CloudError>> {
        Box::pin(async move {
            if self.stopped {
                run.cancel.cancel();
            }
            Err(self.why.clone())
        })
    }

    fn read<'a>(&'a self, scope: &'a Scope, _: &'a mut FoundResources) -> BoxFuture<'a, Result<(), Failure>> {
        panic!("{scope} is of a cloud that cannot be read")
    }

    fn calls(&self, _: Kind) -> &'static [&'static str] {
        &[]
    }
}

/// A run with these bounds.
pub fn run(concurrency: usize, timeout: Duration) -> Run {
    Run {
        observer: Arc::new(Nobody),
        cancel: CancellationToken::new(),
        concurrency: Concurrency::Fixed(concurrency),
        timeout,
        shortest_wait: None,
        asked_for: Vec::new(),
        shard: None,
    }
}

/// A cloud whose libraries panic while they sign in.
pub struct Faulty;

impl CloudProvider for Faulty {
    fn id(&self) -> model::Provider {
        model::Provider::Azure
    }

    fn plan<'a>(
        &'a self,
        _: &'a [Kind],
        _: &'a Run,
        _: &'a EarlyScopes,
    ) -> BoxFuture<'a, Result<ScanPlan, CloudError>> {
        panic!("in a library")
    }

    fn read<'a>(&'a self, scope: &'a Scope, _: &'a mut FoundResources) -> BoxFuture<'a, Result<(), Failure>> {
        panic!("{scope} is of a cloud that cannot be read")
    }

    fn calls(&self, _: Kind) -> &'static [&'static str] {
        &["fake:Read"]
    }
}
