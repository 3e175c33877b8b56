//! Which input tells about a scope, where several have it.

use std::collections::HashMap;

use jiff::Timestamp;

use super::join::Input;
use super::renewed::Renewed;
use crate::model::{Coverage, Kind, Outcome, Provider, Subject};

/// Where rows of a kind are: an account, and a region of it or any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The cloud.
    pub provider: Provider,
    /// Account or subscription, in any case.
    pub account: &'a str,
    /// Region name; `None` for any.
    pub region: Option<&'a str>,
    /// The kind.
    pub kind: Kind,
}

/// What all inputs claim to know, by account. The inputs are in order, newest first; the first one tells.
pub(super) struct Claims {
    by_account: HashMap<(Provider, String, Subject), Vec<Claim>>,
    times: Vec<Timestamp>,
}

#[derive(Debug, Clone)]
struct Claim {
    input: usize,
    /// `None` covers all regions.
    region: Option<String>,
    outcome: Outcome,
}

impl Claim {
    fn covers(&self, region: Option<&str>) -> bool {
        match (self.region.as_deref(), region) {
            (Some(its), Some(region)) => its.eq_ignore_ascii_case(region),
            (None, _) | (_, None) => true,
        }
    }

    fn was_asked(&self) -> bool {
        self.outcome != Outcome::Skipped
    }
}

impl Claims {
    /// Collects the claims of `inputs`, which are in order, newest first.
    pub fn new(inputs: &[Input], renewed: &Renewed) -> Self {
        let mut by_account: HashMap<_, Vec<Claim>> = HashMap::new();
        for (input, Input { inventory, .. }) in inputs.iter().enumerate() {
            for entry in inventory.coverage.iter().filter(|entry| !entry.kind.is_step()) {
                let claims = by_account.entry(key(entry.provider, &entry.account, entry.kind)).or_default();
                let claim = Claim { input, region: entry.region.clone(), outcome: entry.outcome };
                // Who knows that there is no such region tells about it: nothing is there.
                let without = renewed.without_region(input, entry);
                claims.extend(without.map(|input| Claim {
                    input,
                    outcome: Outcome::Complete,
                    ..claim.clone()
                }));
                claims.push(claim);
            }
        }
        Self { by_account, times: inputs.iter().map(|input| input.inventory.taken_at).collect() }
    }

    /// Returns the input that tells about a place with a region; `None` where nobody asked.
    pub fn teller(&self, place: Place<'_>) -> Option<usize> {
        self.asked(place).map(|claim| claim.input).min()
    }

    /// Tells whether `input` tells about any region of the place, or nobody does.
    pub fn may_tell(&self, input: usize, place: Place<'_>) -> bool {
        let tells = |region| self.teller(Place { region, ..place }) == Some(input);
        if place.region.is_some() {
            return self.teller(place).is_none_or(|teller| teller == input);
        }
        let mut own = self.asked(place).filter(|claim| claim.input == input);
        own.any(|claim| tells(claim.region.as_deref())) || !self.is_asked(place)
    }

    /// Tells whether any input asked there.
    pub fn is_asked(&self, place: Place<'_>) -> bool {
        self.asked(place).next().is_some()
    }

    /// Tells whether `input` read all of the place.
    pub fn is_complete(&self, input: usize, place: Place<'_>) -> bool {
        self.asked(place).filter(|claim| claim.input == input).all(|claim| claim.outcome == Outcome::Complete)
    }

    /// Tells whether `input` was taken after `other`.
    pub fn is_newer(&self, input: usize, other: usize) -> bool {
        self.times[input] > self.times[other]
    }

    /// Returns the input whose outcome stands in place of this one, which is of `input`.
    ///
    /// One without a region stays beside newer ones of single regions: it tells about the others.
    pub fn overrules(&self, input: usize, entry: &Coverage) -> Option<usize> {
        let claims = self.of(entry.provider, &entry.account, entry.kind);
        let region = entry.region.as_deref();
        if entry.outcome == Outcome::Skipped {
            let mut others = claims.iter().filter(|claim| claim.input != input && claim.covers(region));
            let stands = |claim: &&Claim| claim.was_asked() || (claim.input < input && same(claim, region));
            return others.find(stands).map(|claim| claim.input);
        }
        let asked = claims.iter().filter(|claim| claim.was_asked());
        let first = asked
            .filter(|claim| claim.region.is_none() || (region.is_some() && claim.covers(region)))
            .map(|claim| claim.input);
        first.min().filter(|first| *first != input)
    }

    fn asked<'c>(&'c self, place: Place<'c>) -> impl Iterator<Item = &'c Claim> {
        let claims = self.of(place.provider, place.account, place.kind.into()).iter();
        claims.filter(move |claim| claim.was_asked() && claim.covers(place.region))
    }

    fn of(&self, provider: Provider, account: &str, kind: Subject) -> &[Claim] {
        self.by_account.get(&key(provider, account, kind)).map_or(&[], Vec::as_slice)
    }
}

fn same(claim: &Claim, region: Option<&str>) -> bool {
    claim.region.is_none() == region.is_none() && claim.covers(region)
}

fn key(provider: Provider, account: &str, kind: Subject) -> (Provider, String, Subject) {
    (provider, account.to_ascii_lowercase(), kind)
}
