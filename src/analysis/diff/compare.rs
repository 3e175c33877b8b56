//! From two inventories to what changed between them.

use std::collections::BTreeMap;

use super::super::filter::Filter;
use super::collisions::Doubts;
use super::ignore::Ignore;
use super::report::{
    CHANGES_VERSION, Change, Changes, Collisions, Counts, Gap, Side, SideOf, Unknown, Verdict, What,
};
use super::sort_out::{Prepared, Sorter};
use crate::model::{
    Coverage, Instance, Interface, Inventory, Kind, Link, Network, Provider, Subject, Subnet,
};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The older inventory, and what to call it.
    pub old: (&'a str, &'a Inventory),
    /// The newer one.
    pub new: (&'a str, &'a Inventory),
    /// How many rows of each kind were left out of both, since they are the same.
    pub same: &'a BTreeMap<Kind, usize>,
    /// The kinds to compare.
    pub kinds: &'a [Kind],
    /// Only rows that meet all of these, before or after.
    pub filters: &'a [Filter],
    /// Only these sorts of changes.
    pub only: &'a [What],
    /// Fields that are not looked at.
    pub ignore: &'a Ignore,
}

/// Compares. Collisions are left to [`super::collisions()`], and what makes them doubtful is returned for it.
#[must_use]
pub fn diff(question: Question<'_>, generator: String) -> (Changes, Doubts) {
    let (old, new) = (Prepared::new(question.old.1), Prepared::new(question.new.1));
    let mut sorter = Sorter {
        old: &old,
        new: &new,
        filters: question.filters,
        only: question.only,
        ignore: question.ignore,
        changes: Vec::new(),
        unknown: Vec::new(),
        not_compared: BTreeMap::new(),
        doubts: Doubts::default(),
    };
    let counts: Vec<Counts> = kinds(question).map(|kind| count(&mut sorter, kind, question.same)).collect();
    let not_compared = sorter.not_compared();
    let Sorter { mut changes, mut unknown, mut doubts, .. } = sorter;
    changes.sort_by(|one, other| order(one).cmp(&order(other)));
    unknown.sort_by(|one, other| doubt(one).cmp(&doubt(other)));
    let mut report = Changes {
        schema_version: CHANGES_VERSION,
        generator,
        old: side(question.old),
        new: side(question.new),
        result: Verdict::Same,
        complete: true,
        kinds: kinds(question).collect(),
        filters: question.filters.iter().map(|filter| filter.text().to_owned()).collect(),
        only: question.only.to_vec(),
        ignored: question.ignore.texts().map(str::to_owned).collect(),
        counts,
        changes,
        unknown,
        not_compared,
        collisions: Collisions::default(),
        gaps: gaps(question, &old, &new),
        notes: Vec::new(),
    };
    report.judge();
    let is_of_links = |gap: &Gap| gap.scope.kind == Subject::Links || gap.scope.kind.is_step();
    doubts.links |= !report.kinds.contains(&Kind::Links) || report.gaps.iter().any(is_of_links);
    (report, doubts)
}

impl Changes {
    /// Decides the outcome.
    fn judge(&mut self) {
        self.complete = self.gaps.is_empty() && self.unknown.is_empty();
        self.result = match (self.complete, self.changes.is_empty()) {
            (false, _) => Verdict::Incomplete,
            (true, false) => Verdict::Different,
            (true, true) => Verdict::Same,
        };
    }
}

/// Lists the kinds in the order of documents, each once.
fn kinds(question: Question<'_>) -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(move |kind| question.kinds.contains(kind))
}

fn count(sorter: &mut Sorter<'_, '_>, kind: Kind, same: &BTreeMap<Kind, usize>) -> Counts {
    let same = same.get(&kind).copied().unwrap_or_default();
    match kind {
        Kind::Networks => sorter.kind::<Network>(same),
        Kind::Subnets => sorter.kind::<Subnet>(same),
        Kind::Instances => sorter.kind::<Instance>(same),
        Kind::Interfaces => sorter.kind::<Interface>(same),
        Kind::Links => sorter.kind::<Link>(same),
    }
}

/// By place, so that what happened in one account and region stands together.
fn order(change: &Change) -> (Provider, Option<&str>, Option<&str>, Kind, &str) {
    let place = &change.place;
    (place.provider, place.account.as_deref(), place.region.as_deref(), change.kind, &place.id)
}

fn doubt(unknown: &Unknown) -> (SideOf, &str, Provider, Option<&str>, Option<&str>, Kind, &str) {
    let Unknown { only_in, reason, place, kind, .. } = unknown;
    let (account, region) = (place.account.as_deref(), place.region.as_deref());
    (*only_in, reason, place.provider, account, region, *kind, &place.id)
}

fn side((name, inventory): (&str, &Inventory)) -> Side {
    Side {
        name: name.to_owned(),
        taken_at: inventory.taken_at,
        filters: inventory.filters.clone(),
        shard: inventory.shard.clone(),
    }
}

/// Lists what one side could not read and the other asked for, if rows in it would be looked at.
fn gaps(question: Question<'_>, old: &Prepared<'_>, new: &Prepared<'_>) -> Vec<Gap> {
    let of = |side: SideOf, own: &Prepared<'_>, other: &Prepared<'_>| {
        let matters = |scope: &&Coverage| {
            let asked =
                scope.kind.is_step() || question.kinds.iter().any(|kind| Subject::from(*kind) == scope.kind);
            asked
                && other.ledger.matters(scope)
                && question.filters.iter().all(|filter| may_pass(scope, filter, own))
        };
        let scopes: Vec<Coverage> = own.inventory.incomplete().filter(matters).cloned().collect();
        scopes.into_iter().map(move |scope| Gap { side, scope })
    };
    of(SideOf::Old, old, new).chain(of(SideOf::New, new, old)).collect()
}

/// Tells whether rows of a scope could meet a filter. Only filters about where rows are tell that they cannot.
fn may_pass(scope: &Coverage, filter: &Filter, own: &Prepared<'_>) -> bool {
    let is_known = match filter.column() {
        Some("provider") => true,
        Some("account") => !scope.kind.is_step(),
        Some("region") => scope.region.is_some(),
        _ => false,
    };
    !is_known || filter.passes(scope, &own.joins).unwrap_or(true)
}
