//! Which input takes precedence for a read that several have, and which failures newer inputs made obsolete.
//!
//! Inputs are numbered in order, the newest first.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::inputs::MergeInput;
use crate::model::{AccountKey, Coverage, Kind, Outcome, Provider, Subject};

/// Where rows of a kind are: an account, and one region of it or any.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowOrigin<'a> {
    pub provider: Provider,
    /// Account or subscription id, in any case.
    pub account: &'a str,
    /// Region name; `None` for any region.
    pub region: Option<&'a str>,
    pub kind: Kind,
}

/// The coverage of kinds in all inputs, by account.
pub(super) struct Precedence {
    entries: HashMap<(AccountKey, Subject), Vec<ReadEntry>>,
    /// When each input was taken.
    taken_at: Vec<Timestamp>,
}

/// What one input knows of a kind in an account.
#[derive(Debug, Clone)]
struct ReadEntry {
    input: usize,
    /// `None` covers all regions.
    region: Option<String>,
    outcome: Outcome,
}

impl ReadEntry {
    fn covers(&self, region: Option<&str>) -> bool {
        match (self.region.as_deref(), region) {
            (Some(own), Some(region)) => own.eq_ignore_ascii_case(region),
            (None, _) | (_, None) => true,
        }
    }

    /// Tells whether something was read or tried. A skipped read says nothing about the rows.
    fn was_requested(&self) -> bool {
        self.outcome != Outcome::Skipped
    }

    fn has_same_extent(&self, region: Option<&str>) -> bool {
        self.region.is_none() == region.is_none() && self.covers(region)
    }
}

impl Precedence {
    /// Collects the coverage of `inputs`, the newest first.
    pub fn new(inputs: &[MergeInput], superseded: &ObsoleteFailures) -> Self {
        let mut entries: HashMap<_, Vec<ReadEntry>> = HashMap::new();
        for (input, MergeInput { inventory, .. }) in inputs.iter().enumerate() {
            for coverage in inventory.coverage.iter().filter(|coverage| !coverage.kind.is_step()) {
                let key = (AccountKey::new(coverage.provider, &coverage.account), coverage.kind);
                let entries = entries.entry(key).or_default();
                let entry = ReadEntry { input, region: coverage.region.clone(), outcome: coverage.outcome };
                // An input that knows that the region does not exist counts as one that read it and found nothing.
                let without_region = superseded.input_without_region(input, coverage);
                entries.extend(without_region.map(|input| ReadEntry {
                    input,
                    outcome: Outcome::Complete,
                    ..entry.clone()
                }));
                entries.push(entry);
            }
        }
        Self { entries, taken_at: inputs.iter().map(|input| input.inventory.taken_at).collect() }
    }

    /// Returns the input whose rows of one region count: the newest that read it or tried to. `None` if none did.
    pub fn preferred_input(&self, origin: RowOrigin<'_>) -> Option<usize> {
        self.requested(origin).map(|entry| entry.input).min()
    }

    /// Tells whether the rows of `input` count: it is preferred for one of the regions, or none is.
    pub fn may_provide(&self, input: usize, origin: RowOrigin<'_>) -> bool {
        if origin.region.is_some() {
            return self.preferred_input(origin).is_none_or(|preferred| preferred == input);
        }
        // A row without a region may lie in any region that its input read, so being preferred for one is enough.
        let is_preferred = |region| self.preferred_input(RowOrigin { region, ..origin }) == Some(input);
        let mut own = self.requested(origin).filter(|entry| entry.input == input);
        own.any(|entry| is_preferred(entry.region.as_deref())) || !self.is_requested(origin)
    }

    /// Tells whether any input read this or tried to.
    pub fn is_requested(&self, origin: RowOrigin<'_>) -> bool {
        self.requested(origin).next().is_some()
    }

    /// Tells whether `input` read all of this.
    pub fn is_complete(&self, input: usize, origin: RowOrigin<'_>) -> bool {
        let mut own = self.requested(origin).filter(|entry| entry.input == input);
        own.all(|entry| entry.outcome == Outcome::Complete)
    }

    /// Tells whether `input` was taken after `other`.
    pub fn is_newer(&self, input: usize, other: usize) -> bool {
        self.taken_at[input] > self.taken_at[other]
    }

    /// Returns the input whose outcome replaces `coverage`, which is of `input`.
    ///
    /// An outcome of all regions stays beside newer ones of single regions, because it covers the other regions.
    pub fn superseded_by(&self, input: usize, coverage: &Coverage) -> Option<usize> {
        let entries = self.of_account(coverage.provider, &coverage.account, coverage.kind);
        let region = coverage.region.as_deref();
        if coverage.outcome == Outcome::Skipped {
            // Anything that was read or tried says more than that this input skipped it. Of several that skipped it, one
            // is enough.
            let mut others = entries.iter().filter(|entry| entry.input != input && entry.covers(region));
            let says_more = |entry: &&ReadEntry| {
                entry.was_requested() || (entry.input < input && entry.has_same_extent(region))
            };
            return others.find(says_more).map(|entry| entry.input);
        }
        // A read of all regions is never replaced by one of a single region, which says nothing about the others.
        let newest = entries
            .iter()
            .filter(|entry| entry.was_requested())
            .filter(|entry| entry.region.is_none() || (region.is_some() && entry.covers(region)))
            .map(|entry| entry.input)
            .min();
        newest.filter(|newest| *newest != input)
    }

    fn requested<'c>(&'c self, origin: RowOrigin<'c>) -> impl Iterator<Item = &'c ReadEntry> {
        let entries = self.of_account(origin.provider, origin.account, origin.kind.into()).iter();
        entries.filter(move |entry| entry.was_requested() && entry.covers(origin.region))
    }

    fn of_account(&self, provider: Provider, account: &str, kind: Subject) -> &[ReadEntry] {
        self.entries.get(&(AccountKey::new(provider, account), kind)).map_or(&[], Vec::as_slice)
    }
}

/// Region names in lower case.
type RegionNames = HashSet<String>;

/// What newer inputs found out about accounts, which makes failures of older inputs obsolete.
pub(super) struct ObsoleteFailures {
    inputs: Vec<ReachedAccounts>,
    /// For each input how many are newer. Inputs of the same time are not newer than each other.
    newer: Vec<usize>,
    /// For each input the newer ones that are scans of exactly the same scope, by the same login.
    repeated_by: Vec<Vec<usize>>,
}

/// The accounts that one input reached, and how far it came in them.
#[derive(Default)]
struct ReachedAccounts {
    entered: HashSet<AccountKey>,
    clouds: HashSet<Provider>,
    /// The regions that were tried.
    tried_regions: HashMap<AccountKey, RegionNames>,
    /// Accounts of which something was read and nothing failed.
    complete: HashSet<AccountKey>,
    /// Accounts whose regions could not be listed, so that a default list was tried.
    with_guessed_regions: HashSet<AccountKey>,
}

impl ObsoleteFailures {
    /// Looks through `inputs`, the newest first.
    pub fn new(inputs: &[MergeInput]) -> Self {
        let taken_at = |input: &MergeInput| input.inventory.taken_at;
        let newer: Vec<usize> = inputs
            .iter()
            .map(|input| inputs.partition_point(|other| taken_at(other) > taken_at(input)))
            .collect();
        let repeated_by = inputs.iter().zip(&newer).map(|(input, newer)| {
            let is_repeated = |other: &usize| input.asked.is_some() && inputs[*other].asked == input.asked;
            (0..*newer).filter(is_repeated).collect()
        });
        Self {
            repeated_by: repeated_by.collect(),
            inputs: inputs.iter().map(ReachedAccounts::from_input).collect(),
            newer,
        }
    }

    /// Tells whether a newer input makes the outcome of a step of `input` obsolete:
    ///
    /// - An account that could not be entered was entered, perhaps with other credentials.
    /// - Regions that could not be listed were listed, and all regions that this input tried were read.
    /// - The same scan was repeated, and has its own outcomes.
    pub fn is_obsolete(&self, input: usize, coverage: &Coverage) -> bool {
        if !coverage.kind.is_step() {
            return false;
        }
        let account = AccountKey::new(coverage.provider, &coverage.account);
        let mut newer = self.inputs[..self.newer[input]].iter();
        let was_resolved = match (coverage.kind, self.inputs[input].tried_regions.get(&account)) {
            (Subject::Regions, None) => false,
            (Subject::Regions, Some(tried)) => newer.any(|other| {
                other.fully_read_regions(&account).is_some_and(|regions| tried.is_subset(regions))
            }),
            _ => newer.any(|other| other.entered.contains(&account)),
        };
        // A repeated scan that never came to the cloud says nothing about its logins.
        let mut repeated = self.repeated_by[input].iter();
        was_resolved || repeated.any(|other| self.inputs[*other].clouds.contains(&coverage.provider))
    }

    /// Returns a newer input that shows that the account no longer has the region of `coverage`: the same scan listed the
    /// regions this time, and read all of them.
    pub fn input_without_region(&self, input: usize, coverage: &Coverage) -> Option<usize> {
        if self.repeated_by[input].is_empty() || self.inputs[input].with_guessed_regions.is_empty() {
            return None;
        }
        let region = coverage.region.as_deref()?.to_ascii_lowercase();
        let account = AccountKey::new(coverage.provider, &coverage.account);
        // Regions that were listed do exist. Only a guessed one may not.
        if !self.inputs[input].with_guessed_regions.contains(&account) {
            return None;
        }
        let lacks_region = |other: &usize| {
            let regions = self.inputs[*other].fully_read_regions(&account);
            regions.is_some_and(|regions| !regions.contains(&region))
        };
        self.repeated_by[input].iter().copied().find(lacks_region)
    }
}

impl ReachedAccounts {
    fn from_input(MergeInput { inventory, .. }: &MergeInput) -> Self {
        let mut reached = Self::default();
        for account in &inventory.accounts {
            reached.entered.insert(AccountKey::new(account.provider, &account.id));
            reached.clouds.insert(account.provider);
        }
        let mut with_failures = HashSet::new();
        for entry in &inventory.coverage {
            let account = AccountKey::new(entry.provider, &entry.account);
            // Without a region, such an entry says that the regions were not listed.
            if entry.kind == Subject::Regions && entry.region.is_none() {
                reached.with_guessed_regions.insert(account);
                continue;
            }
            if entry.outcome == Outcome::Skipped {
                continue;
            }
            if let Some(region) = entry.region.as_deref().filter(|_| !entry.kind.is_step()) {
                let regions = reached.tried_regions.entry(account.clone()).or_default();
                regions.insert(region.to_ascii_lowercase());
            }
            // Failures are collected apart, because one of them outweighs any number of reads that succeeded, in any order.
            if entry.outcome == Outcome::Complete {
                reached.complete.insert(account);
            } else {
                with_failures.insert(account);
            }
        }
        let entered = &reached.entered;
        reached.complete.retain(|account| entered.contains(account) && !with_failures.contains(account));
        reached
    }

    /// Returns the regions of an account, if they were listed and all of them were read.
    fn fully_read_regions(&self, account: &AccountKey) -> Option<&RegionNames> {
        let is_whole = self.complete.contains(account) && !self.with_guessed_regions.contains(account);
        self.tried_regions.get(account).filter(|_| is_whole)
    }
}
