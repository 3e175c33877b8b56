//! Which read starts next, so that no region or account keeps the others waiting.
//!
//! A region or account has a share of the reads that run at once. One that does not answer, or is throttled, holds its
//! share only.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};

use crate::model::{AccountKey, Provider, Scope};

/// Among so many regions or accounts, each has this part of the reads: one that hangs leaves three quarters.
const PARTS: usize = 4;

/// A cloud that lists all its regions at once has one endpoint for them, and may hold half beside others.
const PARTS_OF_WHOLE_CLOUD: usize = 2;

/// However small the limit is, a region may hold so many.
const SMALLEST_SHARE: usize = 2;

/// The reads of a run that wait, and how many run.
pub struct ReadQueue<T> {
    endpoints: Vec<EndpointReads<T>>,
    /// The accounts that have reads left.
    accounts: HashMap<AccountKey, AccountReads>,
    /// Whether other accounts may be added, and need their share.
    may_grow: bool,
}

/// The reads of a region, or of a cloud that lists all its regions at once.
struct EndpointReads<T> {
    provider: Provider,
    region: Option<String>,
    waiting: VecDeque<(Scope, T)>,
    running: usize,
}

/// The reads of an account.
#[derive(Default)]
struct AccountReads {
    /// Those that wait or run.
    unfinished: usize,
    running: usize,
}

impl<T> ReadQueue<T> {
    /// Makes a queue without reads.
    pub fn new() -> Self {
        Self { endpoints: Vec::new(), accounts: HashMap::new(), may_grow: true }
    }

    /// Notes that all accounts are known. Until then the first ones have the share that they would have among many.
    pub fn note_all_known(&mut self) {
        self.may_grow = false;
    }

    /// Adds a read; `with` is handed out beside it.
    pub fn push(&mut self, scope: Scope, with: T) {
        self.accounts.entry(account_of(&scope)).or_default().unfinished += 1;
        let at = self.endpoints.iter().position(|endpoint| endpoint.is_of(&scope)).unwrap_or_else(|| {
            self.endpoints.push(EndpointReads::for_scope(&scope));
            self.endpoints.len() - 1
        });
        self.endpoints[at].waiting.push_back((scope, with));
    }

    /// Removes the reads that wait and are of certain scopes.
    pub fn remove(&mut self, is_removed: impl Fn(&Scope) -> bool) {
        for endpoint in &mut self.endpoints {
            for (scope, _) in endpoint.waiting.iter().filter(|(scope, _)| is_removed(scope)) {
                if let Some(account) = self.accounts.get_mut(&account_of(scope)) {
                    account.unfinished -= 1;
                }
            }
            endpoint.waiting.retain(|(scope, _)| !is_removed(scope));
        }
        self.accounts.retain(|_, account| account.unfinished > 0);
    }

    /// Counts the reads that wait.
    pub fn waiting(&self) -> usize {
        self.endpoints.iter().map(|endpoint| endpoint.waiting.len()).sum()
    }

    /// Takes out the read that starts next where up to `limit` run at once. `None` if no read waits, or all that wait
    /// are of regions and accounts that have their share already.
    pub fn start(&mut self, limit: usize) -> Option<(Scope, T)> {
        let account_parts = if self.may_grow { PARTS } else { self.accounts.len().min(PARTS) };
        let account_share = share(limit, account_parts);
        let (endpoint, read) = self.endpoints_with_room(limit).into_iter().find_map(|at| {
            let may_run = |scope| self.accounts[&account_of(scope)].running < account_share;
            let waiting = &self.endpoints[at].waiting;
            Some((at, waiting.iter().position(|(scope, _)| may_run(scope))?))
        })?;
        let started = self.endpoints[endpoint].waiting.remove(read)?;
        self.endpoints[endpoint].running += 1;
        self.accounts.entry(account_of(&started.0)).or_default().running += 1;
        Some(started)
    }

    /// Lists the endpoints that have reads waiting and less than their share running: first those with the smallest part
    /// of it, then those with the most to do.
    fn endpoints_with_room(&self, limit: usize) -> Vec<usize> {
        let unfinished = self.endpoints.iter().filter(|endpoint| endpoint.is_unfinished()).count();
        let parts = |at: &usize| {
            let most = self.endpoints[*at].most_parts();
            if self.may_grow { most } else { unfinished.min(most) }
        };
        let mut open: Vec<usize> = (0..self.endpoints.len())
            .filter(|at| !self.endpoints[*at].waiting.is_empty())
            .filter(|at| self.endpoints[*at].running < share(limit, parts(at)))
            .collect();
        open.sort_by_key(|at| {
            let endpoint = &self.endpoints[*at];
            (endpoint.running * parts(at), Reverse(endpoint.waiting.len()))
        });
        open
    }

    /// Notes that a read that was started is over.
    pub fn finish(&mut self, scope: &Scope) {
        if let Some(endpoint) = self.endpoints.iter_mut().find(|endpoint| endpoint.is_of(scope)) {
            endpoint.running -= 1;
        }
        let key = account_of(scope);
        if let Some(account) = self.accounts.get_mut(&key) {
            account.running -= 1;
            account.unfinished -= 1;
            if account.unfinished == 0 {
                self.accounts.remove(&key);
            }
        }
    }
}

impl<T> EndpointReads<T> {
    fn for_scope(scope: &Scope) -> Self {
        let region = scope.region.clone();
        Self { provider: scope.provider, region, waiting: VecDeque::new(), running: 0 }
    }

    fn is_of(&self, scope: &Scope) -> bool {
        self.provider == scope.provider && self.region == scope.region
    }

    fn is_unfinished(&self) -> bool {
        self.running > 0 || !self.waiting.is_empty()
    }

    const fn most_parts(&self) -> usize {
        if self.region.is_some() { PARTS } else { PARTS_OF_WHOLE_CLOUD }
    }
}

fn account_of(scope: &Scope) -> AccountKey {
    AccountKey::new(scope.provider, &scope.account)
}

/// Returns one of `parts` of a limit.
fn share(limit: usize, parts: usize) -> usize {
    (limit / parts.max(1)).max(SMALLEST_SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    fn scope(account: &str, region: &str) -> Scope {
        Scope {
            provider: Provider::Aws,
            account: account.to_owned(),
            region: Some(region.to_owned()),
            kind: Kind::Networks,
        }
    }

    fn whole_cloud(account: &str) -> Scope {
        Scope { provider: Provider::Azure, region: None, ..scope(account, "") }
    }

    fn queue(scopes: impl IntoIterator<Item = Scope>) -> ReadQueue<()> {
        let mut queue = ReadQueue::new();
        scopes.into_iter().for_each(|scope| queue.push(scope, ()));
        queue.note_all_known();
        queue
    }

    /// Starts all that may run at once.
    fn start(queue: &mut ReadQueue<()>, limit: usize) -> Vec<Scope> {
        let mut running = Vec::new();
        while running.len() < limit {
            let Some((scope, ())) = queue.start(limit) else { break };
            running.push(scope);
        }
        running
    }

    fn count(scopes: &[Scope], is_counted: impl Fn(&Scope) -> bool) -> usize {
        scopes.iter().filter(|scope| is_counted(scope)).count()
    }

    fn accounts() -> impl Iterator<Item = String> {
        (0..100).map(|number| number.to_string())
    }

    #[test]
    fn a_region_among_many_holds_a_quarter_of_the_reads() {
        let regions = ["a", "b", "c", "d", "e"];
        let mut one = queue(accounts().map(|account| scope(&account, "a")));
        assert_eq!(start(&mut one, 32).len(), 32, "one alone holds all");
        let mut dead = queue(accounts().flat_map(|account| regions.map(|region| scope(&account, region))));
        let mut running = Vec::new();
        for _ in 0..10 {
            // All but those of region a are answered.
            let (stay, over): (Vec<_>, Vec<_>) =
                running.into_iter().partition(|scope: &Scope| scope.region.as_deref() == Some("a"));
            for scope in &over {
                dead.finish(scope);
            }
            running = stay;
            running.extend(start(&mut dead, 32 - running.len()));
        }
        assert!(count(&running, |scope| scope.region.as_deref() == Some("a")) <= 8);
    }

    #[test]
    fn a_cloud_with_one_endpoint_holds_half_beside_others() {
        let mut both = queue(accounts().flat_map(|account| [whole_cloud(&account), scope(&account, "a")]));
        let running = start(&mut both, 32);
        assert_eq!(count(&running, |scope| scope.region.is_none()), 16);
        assert_eq!(start(&mut queue(accounts().map(|account| whole_cloud(&account))), 32).len(), 32);
    }

    /// 17 regions of one account were more than all reads at once: when it was throttled, the others waited for it.
    #[test]
    fn an_account_among_many_holds_a_quarter_of_the_reads() {
        let regions: Vec<String> = (0..50).map(|number| format!("r{number}")).collect();
        let scopes = ["1", "2", "3", "4", "5"];
        let scopes = scopes.iter().flat_map(|account| regions.iter().map(|region| scope(account, region)));
        let mut queue = queue(scopes);
        let running = start(&mut queue, 32);
        assert_eq!(running.len(), 32);
        assert_eq!(count(&running, |scope| scope.account == "1"), 8);
    }

    #[test]
    fn the_last_account_may_use_all() {
        let mut queue = queue(["1", "2"].into_iter().flat_map(|account| {
            let regions = if account == "1" { 4 } else { 40 };
            (0..regions).map(move |region| scope(account, &region.to_string()))
        }));
        let mut running = start(&mut queue, 8);
        assert_eq!(count(&running, |scope| scope.account == "1"), 4);
        for scope in &running {
            queue.finish(scope);
        }
        running = start(&mut queue, 8);
        assert_eq!(count(&running, |scope| scope.account == "2"), 8);
    }

    /// Of the accounts that are signed in to first, one may be throttled.
    #[test]
    fn an_account_that_others_may_follow_holds_a_quarter_of_the_reads() {
        let regions = (0..50).map(|number| scope("1", &number.to_string()));
        let mut queue = ReadQueue::new();
        regions.for_each(|scope| queue.push(scope, ()));
        assert_eq!(start(&mut queue, 32).len(), 8);
        queue.note_all_known();
        assert_eq!(start(&mut queue, 32).len(), 24, "the rest, since no other account follows");
    }

    #[test]
    fn what_is_removed_is_not_started_and_what_runs_still_ends() {
        let mut queue =
            queue(["a", "b"].map(|region| scope("1", region)).into_iter().chain([scope("2", "a")]));
        let (running, ()) = queue.start(1).unwrap();
        assert_eq!(running.region.as_deref(), Some("a"));
        let gone = running.account.clone();
        queue.remove(|scope| scope.account == gone);
        assert!(queue.accounts.contains_key(&account_of(&running)), "its read still runs");
        queue.finish(&running);
        let others = start(&mut queue, 8);
        assert!(!others.is_empty() && count(&others, |scope| scope.account == gone) == 0);
        for scope in &others {
            queue.finish(scope);
        }
        assert!(queue.accounts.is_empty() && queue.waiting() == 0);
    }

    #[test]
    fn every_read_is_started_once() {
        let scopes: Vec<Scope> =
            accounts().flat_map(|account| ["a", "b"].map(|region| scope(&account, region))).collect();
        let mut queue = queue(scopes.clone());
        let mut started = Vec::new();
        while let Some((scope, ())) = queue.start(1) {
            queue.finish(&scope);
            started.push(scope);
        }
        started.sort();
        let mut expected = scopes;
        expected.sort();
        assert_eq!(started, expected);
        assert!(queue.accounts.is_empty());
    }
}
