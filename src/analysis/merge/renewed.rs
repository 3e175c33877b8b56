//! What newer inputs found out anew about accounts, so that failures of older ones on the way there are past.

use std::collections::{HashMap, HashSet};

use super::join::Input;
use crate::model::{Coverage, Outcome, Provider, Subject};

/// An account, in lower case.
type Whose = (Provider, String);
/// Names in lower case.
type Regions = HashSet<String>;

/// What each input knows of accounts. The inputs are in order, newest first.
pub(super) struct Renewed {
    inputs: Vec<Seen>,
    /// For each input those that are newer.
    newer: Vec<Vec<usize>>,
    /// For each input those that are newer and were asked for the very same, by the same one.
    repeated: Vec<Vec<usize>>,
}

/// What one input knows.
#[derive(Default)]
struct Seen {
    entered: HashSet<Whose>,
    clouds: HashSet<Provider>,
    /// The regions that were tried.
    tried: HashMap<Whose, Regions>,
    /// Accounts of which something was read, and nothing was not.
    whole: HashSet<Whose>,
    /// Accounts whose regions could not be listed, so that others were tried in their place.
    guessed: HashSet<Whose>,
}

impl Renewed {
    /// Looks through `inputs`, which are in order, newest first.
    pub fn new(inputs: &[Input]) -> Self {
        let is_newer =
            |one: usize, other: usize| inputs[one].inventory.taken_at > inputs[other].inventory.taken_at;
        let is_repeated = |one: usize, other: usize| {
            inputs[one].asked.is_some() && inputs[one].asked == inputs[other].asked
        };
        let newer: Vec<Vec<usize>> = (0..inputs.len())
            .map(|input| (0..input).filter(|other| is_newer(*other, input)).collect())
            .collect();
        let repeated = newer
            .iter()
            .enumerate()
            .map(|(input, newer)| newer.iter().copied().filter(|other| is_repeated(*other, input)).collect());
        Self { repeated: repeated.collect(), inputs: inputs.iter().map(Seen::of).collect(), newer }
    }

    /// Tells whether a newer input makes this step of `input` past.
    ///
    /// An account that could not be entered was, by somebody else. All regions of an account were read, and more may
    /// have been, by one who could list them. Or the same scan was done again and has outcomes of its own.
    pub fn forgets(&self, input: usize, entry: &Coverage) -> bool {
        if !entry.kind.is_step() {
            return false;
        }
        let whose = whose(entry);
        let mut newer = self.newer[input].iter().map(|other| &self.inputs[*other]);
        let is_past = match (entry.kind, self.inputs[input].tried.get(&whose)) {
            (Subject::Regions, None) => false,
            (Subject::Regions, Some(tried)) => {
                newer.any(|other| other.listed(&whose).is_some_and(|regions| tried.is_subset(regions)))
            }
            _ => newer.any(|other| other.entered.contains(&whose)),
        };
        is_past
            || self.repeated[input].iter().any(|other| self.inputs[*other].clouds.contains(&entry.provider))
    }

    /// Tells by which newer input it is known that an account has no such region any more: the same scan, which could
    /// list them this time, read it whole.
    pub fn without_region(&self, input: usize, entry: &Coverage) -> Option<usize> {
        let (whose, region) = (whose(entry), entry.region.as_deref()?.to_ascii_lowercase());
        if !self.inputs[input].guessed.contains(&whose) {
            return None;
        }
        let knows = |other: &usize| {
            self.inputs[*other].listed(&whose).is_some_and(|regions| !regions.contains(&region))
        };
        self.repeated[input].iter().copied().find(knows)
    }
}

impl Seen {
    fn of(Input { inventory, .. }: &Input) -> Self {
        let mut seen = Self::default();
        for account in &inventory.accounts {
            seen.entered.insert((account.provider, account.id.to_ascii_lowercase()));
            seen.clouds.insert(account.provider);
        }
        let mut doubted = HashSet::new();
        for entry in &inventory.coverage {
            let whose = whose(entry);
            if entry.kind == Subject::Regions && entry.region.is_none() {
                seen.guessed.insert(whose);
                continue;
            }
            if entry.outcome == Outcome::Skipped {
                continue;
            }
            if let Some(region) = entry.region.as_deref().filter(|_| !entry.kind.is_step()) {
                seen.tried.entry(whose.clone()).or_default().insert(region.to_ascii_lowercase());
            }
            if entry.outcome == Outcome::Complete {
                seen.whole.insert(whose);
            } else {
                doubted.insert(whose);
            }
        }
        seen.whole.retain(|whose| seen.entered.contains(whose) && !doubted.contains(whose));
        seen
    }

    /// Returns the regions of an account if it could list them and read them whole.
    fn listed(&self, whose: &Whose) -> Option<&Regions> {
        let is_whole = self.whole.contains(whose) && !self.guessed.contains(whose);
        self.tried.get(whose).filter(|_| is_whole)
    }
}

fn whose(entry: &Coverage) -> Whose {
    (entry.provider, entry.account.to_ascii_lowercase())
}
