//! From two inventories to the report of what changed between them.

use std::collections::HashSet;

use super::changes::{
    CHANGES_VERSION, ChangeKind, Changes, CollisionChanges, ComparedInventory, DiffOutcome, DiffSide,
    FailedRead, KindCounts, OneSidedAccount, RowChange, UnknownRow,
};
use super::classify::Classifier;
use super::collisions::{CollisionUncertainty, Uncertainty};
use super::notes::{missing, notes};
use super::request::DiffRequest;
use super::sides::ComparedSide;
use crate::model::{
    Account, AccountKey, Coverage, Instance, Interface, Inventory, Kind, Link, Network, Outcome, Provider,
    Subject, Subnet,
};

/// Compares two inventories; `generator` is what writes the report.
///
/// Collisions are not compared here: hand the second value to [`super::compare_collisions`].
#[must_use]
pub fn compare_inventories(request: DiffRequest<'_>, generator: String) -> (Changes, CollisionUncertainty) {
    let (old, new) = (request.old.1, request.new.1);
    let (old, new) = (ComparedSide::new(old, new), ComparedSide::new(new, old));
    let mut classifier = Classifier::new(request, &old, &new);
    let counts: Vec<KindCounts> =
        request.kinds().map(|kind| classify_rows_of(&mut classifier, kind, request)).collect();
    let uncertainty = add_links(request, &old, &new, std::mem::take(&mut classifier.uncertainty));
    let not_compared = classifier.take_not_compared();
    let accounts = one_sided_accounts(request, &classifier);
    let Classifier { mut changes, mut unknown, addresses, unproven, compared, .. } = classifier;
    changes.sort_by(|one, other| change_order(one).cmp(&change_order(other)));
    unknown.sort_by(|one, other| unknown_order(one).cmp(&unknown_order(other)));
    let mut report = Changes {
        schema_version: CHANGES_VERSION,
        generator,
        old: compared_inventory(request.old),
        new: compared_inventory(request.new),
        result: DiffOutcome::Same,
        complete: true,
        missing: missing(request),
        same_scope: request.same_scope,
        kinds: request.kinds().collect(),
        filters: request.filters.iter().map(|filter| filter.text().to_owned()).collect(),
        only: request.only.to_vec(),
        ignored: request.ignore.texts().map(str::to_owned).collect(),
        compared,
        counts,
        accounts,
        changes,
        moved_addresses: addresses.into_moved(),
        unknown,
        not_compared,
        collisions: CollisionChanges::default(),
        gaps: failed_reads(request, &old, &new),
        notes: notes(request, &old, &new, unproven),
    };
    report.update_outcome();
    (report, uncertainty)
}

impl Changes {
    /// Adds the collisions, which may change the outcome.
    #[must_use]
    pub fn with_collisions(mut self, collisions: CollisionChanges) -> Self {
        self.collisions = collisions;
        self.update_outcome();
        self
    }

    /// Adds a reason why the comparison is incomplete.
    #[must_use]
    pub fn with_missing(mut self, reason: String) -> Self {
        self.missing.push(reason);
        self.update_outcome();
        self
    }

    /// Decides `complete` and `result`.
    fn update_outcome(&mut self) {
        let is_known = self.gaps.is_empty() && self.unknown.is_empty() && self.collisions.unknown == 0;
        self.complete = is_known && self.missing.is_empty();
        // Between scans of different scopes, an account that only one has says nothing about the clouds.
        let accounts_differ = self.same_scope && !self.accounts.is_empty();
        // With `--only moved`, the changes of the two resources are not listed.
        let rows_differ = !self.changes.is_empty() || !self.moved_addresses.is_empty();
        self.result = match self.complete {
            false => DiffOutcome::Incomplete,
            true if rows_differ || self.collisions.differ() || accounts_differ => DiffOutcome::Different,
            true => DiffOutcome::Same,
        };
    }
}

fn classify_rows_of(classifier: &mut Classifier<'_, '_>, kind: Kind, request: DiffRequest<'_>) -> KindCounts {
    let same = request.same.get(&kind).copied().unwrap_or_default();
    match kind {
        Kind::Networks => classifier.classify_kind::<Network>(same),
        Kind::Subnets => classifier.classify_kind::<Subnet>(same),
        Kind::Instances => classifier.classify_kind::<Instance>(same),
        Kind::Interfaces => classifier.classify_kind::<Interface>(same),
        Kind::Links => classifier.classify_kind::<Link>(same),
    }
}

/// Adds what is not known of links. Links join the networks that collide, so they matter to collisions even where they
/// are not among the kinds to compare.
fn add_links(
    request: DiffRequest<'_>,
    old: &ComparedSide<'_>,
    new: &ComparedSide<'_>,
    mut uncertainty: CollisionUncertainty,
) -> CollisionUncertainty {
    let of_links = DiffRequest { kinds: &[Kind::Links], filters: &[], only: &[], ..request };
    if !request.kinds.contains(&Kind::Links) {
        let mut links = Classifier::new(of_links, old, new);
        links.classify_kind::<Link>(0);
        uncertainty.links = uncertainty.links.max(links.uncertainty.links);
    }
    if !failed_reads(of_links, old, new).is_empty() {
        uncertainty.links = Some(Uncertainty::Unread);
    }
    uncertainty
}

/// Orders changes by location, so that those of one account and region follow each other.
fn change_order(change: &RowChange) -> (Provider, Option<&str>, Option<&str>, Kind, &str) {
    let location = &change.location;
    let (account, region) = (location.account.as_deref(), location.region.as_deref());
    (location.provider, account, region, change.kind, &location.id)
}

/// Orders unknown rows by side and reason first, since the output groups them so.
fn unknown_order(unknown: &UnknownRow) -> (DiffSide, &str, Provider, Option<&str>, Option<&str>, Kind, &str) {
    let UnknownRow { only_in, reason, location, kind, .. } = unknown;
    let (account, region) = (location.account.as_deref(), location.region.as_deref());
    (*only_in, reason, location.provider, account, region, *kind, &location.id)
}

fn compared_inventory((name, inventory): (&str, &Inventory)) -> ComparedInventory {
    ComparedInventory {
        name: name.to_owned(),
        taken_at: inventory.taken_at,
        filters: inventory.filters.clone(),
        shard: inventory.shard.clone(),
    }
}

/// Lists the reads that failed on one side and that the other side has in its scope too, if they could have found rows
/// that the user wants to see.
fn failed_reads(request: DiffRequest<'_>, old: &ComparedSide<'_>, new: &ComparedSide<'_>) -> Vec<FailedRead> {
    let requested_by_both =
        |kind: &Kind| old.coverage.was_requested(*kind) && new.coverage.was_requested(*kind);
    let kinds: Vec<Kind> = request.kinds().filter(requested_by_both).collect();
    let filters = || request.filters.iter().chain(old.location_filters()).chain(new.location_filters());
    let failed = |side: DiffSide, own: &ComparedSide<'_>, other: &ComparedSide<'_>| {
        let matters = |scope: &&Coverage| {
            let mut kinds_in_scope =
                kinds.iter().filter(|kind| scope.kind.is_step() || Subject::from(**kind) == scope.kind);
            other.coverage.is_affected_by(scope)
                && kinds_in_scope.any(|kind| own.could_pass(scope, *kind, filters()))
        };
        // A tenant that refuses guests is skipped, which is no failure. It is one here: the other side has accounts of it.
        let left_out = own.coverage.left_out_tenants();
        let scopes: Vec<Coverage> =
            own.inventory.incomplete().filter(matters).chain(left_out).cloned().collect();
        scopes.into_iter().map(move |scope| FailedRead { side, scope })
    };
    failed(DiffSide::Old, old, new).chain(failed(DiffSide::New, new, old)).collect()
}

/// Lists the accounts that only one side has, the older side's first, where the other side does not say why it lacks
/// them.
///
/// Their rows are not compared: nothing on the other side says whether its scan would have found them.
fn one_sided_accounts(request: DiffRequest<'_>, classifier: &Classifier<'_, '_>) -> Vec<OneSidedAccount> {
    let sides = [
        (DiffSide::Old, ChangeKind::Removed, classifier.old, classifier.new),
        (DiffSide::New, ChangeKind::Added, classifier.new, classifier.old),
    ];
    let wanted = sides.into_iter().filter(|(_, kind, ..)| request.only.contains(kind));
    let mut found: Vec<OneSidedAccount> = wanted
        .flat_map(|(only_in, _, own, other)| {
            let known: HashSet<_> = other.inventory.accounts.iter().map(account_key).collect();
            let is_lacked = move |account: &&Account| {
                !known.contains(&account_key(account))
                    && other.coverage.lacks_account(account.provider, &account.id)
            };
            let lacked = own.inventory.accounts.iter().filter(is_lacked);
            let shown = lacked.filter(move |account| could_have_wanted_rows(request, account, own));
            shown.map(move |account| OneSidedAccount {
                only_in,
                provider: account.provider,
                id: account.id.clone(),
                name: account.name.clone(),
                rows: classifier.rows_not_compared(only_in, account.provider, &account.id),
            })
        })
        .collect();
    found.sort();
    found
}

fn account_key(account: &Account) -> AccountKey {
    AccountKey::new(account.provider, &account.id)
}

/// Tells whether rows of an account could pass the filters.
fn could_have_wanted_rows(request: DiffRequest<'_>, account: &Account, own: &ComparedSide<'_>) -> bool {
    // Filters look at scopes. The kind and outcome of this one are not looked at.
    let scope = Coverage {
        provider: account.provider,
        account: account.id.clone(),
        region: None,
        kind: Subject::Networks,
        outcome: Outcome::Complete,
        detail: None,
        requests: 0,
        duration_ms: 0,
    };
    request.kinds.iter().any(|kind| own.could_pass(&scope, *kind, request.filters.iter()))
}
