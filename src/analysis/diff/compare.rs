//! From two inventories to what changed between them.

use std::collections::BTreeMap;

use super::super::columns::has_column;
use super::super::filter::Filter;
use super::accounts;
use super::collisions::{Doubt, Doubts};
use super::ignore::Ignore;
use super::ledger::is_account;
use super::notes::{missing, notes};
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
    /// Whether both sides were surely asked for the same.
    pub same_scope: bool,
}

/// Compares. Collisions are left to [`super::collisions()`], and what makes them doubtful is returned for it.
#[must_use]
pub fn diff(question: Question<'_>, generator: String) -> (Changes, Doubts) {
    let (old, new) = (question.old.1, question.new.1);
    let (old, new) = (Prepared::new(old, new), Prepared::new(new, old));
    let mut sorter = Sorter::new(question, &old, &new);
    let counts: Vec<Counts> = kinds(question).map(|kind| count(&mut sorter, kind, question.same)).collect();
    let doubts = doubts(question, &old, &new, std::mem::take(&mut sorter.doubts));
    let not_compared = sorter.not_compared();
    let accounts = accounts::one_sided(question, &sorter);
    let Sorter { mut changes, mut unknown, unproven, compared, .. } = sorter;
    changes.sort_by(|one, other| order(one).cmp(&order(other)));
    unknown.sort_by(|one, other| doubt(one).cmp(&doubt(other)));
    let mut report = Changes {
        schema_version: CHANGES_VERSION,
        generator,
        old: side(question.old),
        new: side(question.new),
        result: Verdict::Same,
        complete: true,
        missing: missing(question),
        same_scope: question.same_scope,
        kinds: kinds(question).collect(),
        filters: question.filters.iter().map(|filter| filter.text().to_owned()).collect(),
        only: question.only.to_vec(),
        ignored: question.ignore.texts().map(str::to_owned).collect(),
        compared,
        counts,
        accounts,
        changes,
        unknown,
        not_compared,
        collisions: Collisions::default(),
        gaps: gaps(question, &old, &new),
        notes: notes(question, &old, &new, unproven),
    };
    report.judge();
    (report, doubts)
}

/// Adds to what makes collisions doubtful what is known of links, which join what collides. They may not be among the
/// kinds to compare.
fn doubts(question: Question<'_>, old: &Prepared<'_>, new: &Prepared<'_>, mut doubts: Doubts) -> Doubts {
    let of_links = Question { kinds: &[Kind::Links], filters: &[], only: &[], ..question };
    if !question.kinds.contains(&Kind::Links) {
        let mut aside = Sorter::new(of_links, old, new);
        aside.kind::<Link>(0);
        doubts.links = doubts.links.max(aside.doubts.links);
    }
    if !gaps(of_links, old, new).is_empty() {
        doubts.links = Some(Doubt::Unread);
    }
    doubts
}

impl Changes {
    /// Adds the collisions, which may decide the outcome.
    #[must_use]
    pub fn with_collisions(mut self, found: Collisions) -> Self {
        self.collisions = found;
        self.judge();
        self
    }

    /// Adds a reason why the comparison is incomplete.
    #[must_use]
    pub fn with_missing(mut self, reason: String) -> Self {
        self.missing.push(reason);
        self.judge();
        self
    }

    /// Decides the outcome.
    fn judge(&mut self) {
        let is_known = self.gaps.is_empty() && self.unknown.is_empty() && self.collisions.unknown == 0;
        self.complete = is_known && self.missing.is_empty();
        let accounts_differ = self.same_scope && !self.accounts.is_empty();
        self.result = match self.complete {
            false => Verdict::Incomplete,
            true if !self.changes.is_empty() || self.collisions.differ() || accounts_differ => {
                Verdict::Different
            }
            true => Verdict::Same,
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
    let asked_by_both = |kind: &Kind| old.ledger.asked(*kind) && new.ledger.asked(*kind);
    let kinds: Vec<Kind> = kinds(question).filter(asked_by_both).collect();
    let filters = || question.filters.iter().chain(&old.by_place).chain(&new.by_place);
    let of = |side: SideOf, own: &Prepared<'_>, other: &Prepared<'_>| {
        let matters = |scope: &&Coverage| {
            let mut in_it =
                kinds.iter().filter(|kind| scope.kind.is_step() || Subject::from(**kind) == scope.kind);
            other.ledger.matters(scope)
                && in_it.any(|kind| filters().all(|filter| may_pass(scope, *kind, filter, own)))
        };
        let refused = own.ledger.refused_tenants();
        let scopes: Vec<Coverage> =
            own.inventory.incomplete().filter(matters).chain(refused).cloned().collect();
        scopes.into_iter().map(move |scope| Gap { side, scope })
    };
    of(SideOf::Old, old, new).chain(of(SideOf::New, new, old)).collect()
}

/// Tells whether rows of a kind in a scope could meet a filter. Only filters about where rows are tell that they
/// cannot, and those by what such rows do not have.
pub(super) fn may_pass(scope: &Coverage, kind: Kind, filter: &Filter, own: &Prepared<'_>) -> bool {
    let is_known = match filter.column() {
        Some(column) if !has_column(kind, column) => return false,
        Some("provider") => true,
        Some("account") => is_account(&scope.account),
        Some("region") => scope.region.is_some(),
        _ => false,
    };
    !is_known || filter.passes(scope, &own.index).unwrap_or(true)
}
