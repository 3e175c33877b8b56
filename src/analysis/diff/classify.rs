//! The rows of one kind on both sides: which changed, which are unknown, which cannot be compared.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use serde_json::{Map, Value};

use super::super::filter::RowFilters;
use super::changes::{
    AddressHolder, ChangeKind, DiffSide, FieldChange, KindCounts, MembershipChange, NotComparedRows,
    RowChange, UnknownRow,
};
use super::collisions::{CollisionUncertainty, Uncertainty};
use super::coverage_index::AbsenceEvidence;
use super::fields::{FieldVisibility, field_changes};
use super::moved_addresses::{AddressMoves, AddressRow};
use super::request::{DiffRequest, IgnoredFields};
use super::sides::{Comparable, ComparedSide};
use crate::model::{AccountKey, Identity, Kind, Provider};

/// Classifies the rows of one kind after another, and collects the results.
pub(super) struct Classifier<'a, 'q> {
    pub old: &'q ComparedSide<'a>,
    pub new: &'q ComparedSide<'a>,
    request: DiffRequest<'q>,
    ignored: &'q IgnoredFields,
    pub changes: Vec<RowChange>,
    pub unknown: Vec<UnknownRow>,
    /// The addresses that resources lost and got, if moves are to be listed.
    pub addresses: AddressMoves,
    pub uncertainty: CollisionUncertainty,
    /// How many rows were compared, whether or not they pass the filters.
    pub compared: usize,
    /// How many resources of both sides differ in a field that one side could not fully see.
    pub unproven: usize,
    not_compared: BTreeMap<(DiffSide, String, Kind), usize>,
    /// How many rows of an account are not compared.
    not_compared_by_account: HashMap<(DiffSide, AccountKey), usize>,
}

/// What classifying the rows of one kind needs, resolved once for all of them.
struct KindRun<'q, T: Comparable> {
    filters: RowFilters<'q, T>,
    /// The filters that name groups, if there are any.
    groups: Option<RowFilters<'q, T>>,
    counts: KindCounts,
}

impl<'a, 'q> Classifier<'a, 'q> {
    pub fn new(request: DiffRequest<'q>, old: &'q ComparedSide<'a>, new: &'q ComparedSide<'a>) -> Self {
        Self {
            old,
            new,
            request,
            ignored: request.ignore,
            changes: Vec::new(),
            unknown: Vec::new(),
            addresses: AddressMoves::default(),
            uncertainty: CollisionUncertainty::default(),
            compared: 0,
            unproven: 0,
            not_compared: BTreeMap::new(),
            not_compared_by_account: HashMap::new(),
        }
    }

    /// Classifies the rows of one kind. `same` rows were equal, and left out before.
    pub fn classify_kind<T: Comparable>(&mut self, same: usize) -> KindCounts {
        self.compared += same;
        // With filters it is not known how many of the rows that were left out pass them.
        let same = self.request.filters.is_empty().then_some(same);
        let mut run = KindRun::<T> {
            filters: RowFilters::resolve(self.request.filters),
            groups: RowFilters::of_groups(self.request.filters),
            counts: KindCounts { same, ..KindCounts::new(T::KIND) },
        };
        let (only_old, only_new) = self.match_by_identity(&mut run);
        let (old, new) = (self.old, self.new);
        // Before moves are matched: a row that one side could not read may still be where it was, and did not move.
        let (absent_in_old, absent_in_new) = (old.absence_check::<T>(new), new.absence_check::<T>(old));
        let only_old: Vec<OneSidedRow<'_, T>> =
            only_old.into_iter().map(|row| (row, absent_in_new(row))).collect();
        let only_new: Vec<OneSidedRow<'_, T>> =
            only_new.into_iter().map(|row| (row, absent_in_old(row))).collect();
        let MovePairs { moved, replaced } = match_moves(&only_old, &only_new);
        for (kind, pairs) in [(ChangeKind::Moved, &moved), (ChangeKind::Replaced, &replaced)] {
            for (before, after) in pairs {
                self.record_move(kind, only_old[*before].0, only_new[*after].0, &mut run);
            }
        }
        let pairs = || moved.iter().chain(&replaced);
        self.compared += pairs().count();
        let (paired_old, paired_new): (HashSet<usize>, HashSet<usize>) = pairs().copied().unzip();
        for (side, rows, paired) in
            [(DiffSide::Old, only_old, paired_old), (DiffSide::New, only_new, paired_new)]
        {
            let unpaired = rows.into_iter().enumerate().filter(|(index, _)| !paired.contains(index));
            for (_, (row, evidence)) in unpaired {
                self.compared += usize::from(!matches!(evidence, AbsenceEvidence::OutOfScope(_)));
                self.record_one_sided(side, row, evidence, &mut run);
            }
        }
        run.counts
    }

    /// Counts the rows of an account that are not compared, because the side that lacks them did not scan for them.
    pub fn rows_not_compared(&self, only_in: DiffSide, provider: Provider, account: &str) -> usize {
        let key = (only_in, AccountKey::new(provider, account));
        self.not_compared_by_account.get(&key).copied().unwrap_or_default()
    }

    /// Takes the numbers of rows that are not compared, as the report lists them.
    pub fn take_not_compared(&mut self) -> Vec<NotComparedRows> {
        let numbers = std::mem::take(&mut self.not_compared).into_iter();
        numbers
            .map(|((only_in, reason, kind), rows)| NotComparedRows { only_in, reason, kind, rows })
            .collect()
    }

    /// Compares the rows that both sides have, and returns those that only the old or only the new side has.
    fn match_by_identity<T: Comparable>(&mut self, run: &mut KindRun<'_, T>) -> (Vec<&'a T>, Vec<&'a T>) {
        let mut old = by_identity(T::all(self.old.inventory)).into_iter().peekable();
        let mut new = by_identity(T::all(self.new.inventory)).into_iter().peekable();
        let (mut only_old, mut only_new) = (Vec::new(), Vec::new());
        // Both lists are in the order of identities, so the smaller head has no counterpart.
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((before, _)), Some((after, _))) => before.cmp(after),
            };
            let before = old.next_if(|_| order.is_le()).map(|(_, row)| row);
            let after = new.next_if(|_| order.is_ge()).map(|(_, row)| row);
            self.compared += usize::from(order.is_eq());
            match (before, after) {
                (Some(before), Some(after)) if before == after => run.counts.count_same(),
                (Some(before), Some(after)) => self.record_pair(ChangeKind::Changed, before, after, run),
                (before, after) => {
                    only_old.extend(before);
                    only_new.extend(after);
                }
            }
        }
        (only_old, only_new)
    }

    /// Records a row that moved or was replaced.
    fn record_move<T: Comparable>(
        &mut self,
        kind: ChangeKind,
        before: &T,
        after: &T,
        run: &mut KindRun<'_, T>,
    ) {
        // Collisions name networks by id, so the same collision has other ids on the newer side.
        if kind == ChangeKind::Moved && T::KIND == Kind::Networks {
            self.uncertainty.moved.push((before.location(), after.location()));
        }
        if self.request.only.contains(&kind) {
            self.record_pair(kind, before, after, run);
            return;
        }
        // With `--only added,removed` a row that moved is still gone from its old place and new at the other.
        self.record_one_sided(DiffSide::Old, before, AbsenceEvidence::Proven, run);
        self.record_one_sided(DiffSide::New, after, AbsenceEvidence::Proven, run);
    }

    /// Records a row of both sides, if it differs and passes the filters on either side.
    ///
    /// The order matters: addresses are noted before the filters decide, since one may go from a row that passes to one that
    /// does not. Only rows that pass count as unproven, and only rows that differ or joined or left a group are listed.
    fn record_pair<T: Comparable>(
        &mut self,
        kind: ChangeKind,
        before: &T,
        after: &T,
        run: &mut KindRun<'_, T>,
    ) {
        // A machine that was stopped no longer passes `state=running`, and that is the change to report.
        let is_wanted = run.filters.pass(before, &self.old.index) || run.filters.pass(after, &self.new.index);
        if !is_wanted && !self.lists_addresses::<T>() {
            return;
        }
        let (old, new) = (before.fields(), after.fields());
        let mut fields = field_changes(&old, &new, T::KIND, self.ignored);
        let mut unproven = 0;
        // Fields of a replacement are those of another resource: there is nothing to prove.
        if kind != ChangeKind::Replaced && !fields.is_empty() {
            let visibility = FieldVisibility::new((before, &self.old.coverage), (after, &self.new.coverage));
            unproven = visibility.retain_proven(&mut fields);
        }
        if self.lists_addresses::<T>() {
            let old = self.address_row(before, &old, is_wanted);
            let new = self.address_row(after, &new, is_wanted);
            self.note_addresses(kind, T::KIND, old, new, &fields);
        }
        if !is_wanted {
            return;
        }
        self.unproven += usize::from(unproven > 0);
        let membership = self.membership_change(kind, before, after, run);
        if let (Some((_, deciding)), true) = (&membership, fields.is_empty()) {
            // Who joined or left is told, whichever fields are ignored.
            fields.clone_from(deciding);
        }
        if kind == ChangeKind::Changed && fields.is_empty() {
            run.counts.count_same();
            return;
        }
        // `was` already says where a row that moved or was replaced had been.
        fields.retain(|change| {
            kind == ChangeKind::Changed || !["account", "region", "id"].contains(&change.field.as_str())
        });
        if self.request.only.contains(&kind) {
            *run.counts.of_change(kind) += 1;
            let was = (kind != ChangeKind::Changed).then(|| before.location());
            let membership = membership.map(|(membership, _)| membership);
            let change = RowChange { was, fields, membership, ..self.describe(kind, after) };
            self.changes.push(change);
        }
    }

    /// Tells whether a row of both sides joined or left the groups among the filters, with all fields that changed. `None` if it
    /// did neither, or if a field changed that one side could not see.
    fn membership_change<T: Comparable>(
        &self,
        kind: ChangeKind,
        before: &T,
        after: &T,
        run: &KindRun<'_, T>,
    ) -> Option<(MembershipChange, Vec<FieldChange>)> {
        let groups = run.groups.as_ref()?;
        let change = match (groups.pass(before, &self.old.index), groups.pass(after, &self.new.index)) {
            (false, true) => MembershipChange::Joined,
            (true, false) => MembershipChange::Left,
            (true, true) | (false, false) => return None,
        };
        // Groups often select by `state`, which is ignored by default: a machine that stopped has left such a group.
        let nothing_ignored = IgnoredFields::default();
        let mut fields = field_changes(&before.fields(), &after.fields(), T::KIND, &nothing_ignored);
        let visibility = FieldVisibility::new((before, &self.old.coverage), (after, &self.new.coverage));
        let is_proven = kind == ChangeKind::Replaced || visibility.retain_proven(&mut fields) == 0;
        is_proven.then_some((change, fields))
    }

    /// Records a row of one side, if it passes the filters.
    fn record_one_sided<T: Comparable>(
        &mut self,
        only_in: DiffSide,
        row: &T,
        evidence: AbsenceEvidence,
        run: &mut KindRun<'_, T>,
    ) {
        // Before the filters: collisions are judged by all networks and links.
        match evidence {
            AbsenceEvidence::Proven => {}
            AbsenceEvidence::Unknown(_) => self.record_uncertainty(only_in, row, Uncertainty::Unread),
            AbsenceEvidence::OutOfScope(_) => self.record_uncertainty(only_in, row, Uncertainty::OutOfScope),
        }
        let (side, kind) = match only_in {
            DiffSide::Old => (self.old, ChangeKind::Removed),
            DiffSide::New => (self.new, ChangeKind::Added),
        };
        let is_wanted = run.filters.pass(row, &side.index);
        if evidence == AbsenceEvidence::Proven && self.lists_addresses::<T>() {
            let fields = row.fields();
            let address_row = self.address_row(row, &fields, is_wanted);
            match only_in {
                DiffSide::Old => self.addresses.note_gone(T::KIND, address_row, self.ignored),
                DiffSide::New => self.addresses.note_new(T::KIND, address_row, self.ignored),
            }
        }
        if !is_wanted {
            return;
        }
        match evidence {
            AbsenceEvidence::Proven if self.request.only.contains(&kind) => {
                *run.counts.of_change(kind) += 1;
                let membership = run.groups.as_ref().map(|_| match only_in {
                    DiffSide::Old => MembershipChange::Left,
                    DiffSide::New => MembershipChange::Joined,
                });
                let change = RowChange { row: Some(row.fields()), membership, ..self.describe(kind, row) };
                self.changes.push(change);
            }
            AbsenceEvidence::Proven => {}
            AbsenceEvidence::Unknown(reason) => {
                run.counts.unknown += 1;
                let RowChange { kind, location, account_name, name, .. } = self.describe(kind, row);
                let row = row.fields();
                self.unknown.push(UnknownRow { only_in, kind, location, account_name, name, reason, row });
            }
            AbsenceEvidence::OutOfScope(reason) => {
                run.counts.not_compared += 1;
                let location = row.location();
                if let Some(account) = location.account {
                    let key = (only_in, AccountKey::new(location.provider, &account));
                    *self.not_compared_by_account.entry(key).or_default() += 1;
                }
                *self.not_compared.entry((only_in, reason, T::KIND)).or_default() += 1;
            }
        }
    }

    /// Tells whether addresses that move between rows of this kind are listed.
    fn lists_addresses<T: Comparable>(&self) -> bool {
        Kind::WITH_ADDRESSES.contains(&T::KIND) && self.request.only.contains(&ChangeKind::Moved)
    }

    /// Notes which addresses a row of both sides lost and gained; a replaced one lost all and gained all.
    fn note_addresses(
        &mut self,
        change: ChangeKind,
        kind: Kind,
        old: AddressRow<'_>,
        new: AddressRow<'_>,
        fields: &[FieldChange],
    ) {
        if change == ChangeKind::Replaced {
            self.addresses.note_gone(kind, old, self.ignored);
            self.addresses.note_new(kind, new, self.ignored);
        } else {
            self.addresses.note_changed(kind, (old, new), fields);
        }
    }

    fn address_row<'r, T: Comparable>(
        &self,
        row: &T,
        fields: &'r Map<String, Value>,
        is_wanted: bool,
    ) -> AddressRow<'r> {
        let RowChange { location, account_name, name, .. } = self.describe(ChangeKind::Moved, row);
        AddressRow { holder: AddressHolder { location, account_name, name }, fields, is_wanted }
    }

    fn record_uncertainty<T: Comparable>(&mut self, only_in: DiffSide, row: &T, uncertainty: Uncertainty) {
        match T::KIND {
            Kind::Links => self.uncertainty.links = self.uncertainty.links.max(Some(uncertainty)),
            Kind::Networks => {
                let location = row.location();
                let key = (only_in, location.provider, location.id.to_ascii_lowercase());
                self.uncertainty.networks.insert(key, uncertainty);
            }
            Kind::Subnets | Kind::Instances | Kind::Interfaces => {}
        }
    }

    /// Makes the change of a row, without fields.
    fn describe<T: Comparable>(&self, kind: ChangeKind, row: &T) -> RowChange {
        let location = row.location();
        let account_name = self.new.display_name(&location).or_else(|| self.old.display_name(&location));
        RowChange {
            change: kind,
            kind: T::KIND,
            account_name: account_name.map(str::to_owned),
            location,
            name: row.name().map(str::to_owned),
            was: None,
            fields: Vec::new(),
            row: None,
            membership: None,
        }
    }
}

/// Returns rows with their identities, in the order of these.
fn by_identity<T: Comparable>(rows: &[T]) -> Vec<(Identity, &T)> {
    let mut rows: Vec<(Identity, &T)> = rows.iter().map(|row| (row.identity(), row)).collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    rows
}

/// A row that only one side has, and what it proves that the other side lacks it.
type OneSidedRow<'r, T> = (&'r T, AbsenceEvidence);

/// Rows that follow each other: positions on the old and on the new side.
struct MovePairs {
    moved: Vec<(usize, usize)>,
    replaced: Vec<(usize, usize)>,
}

/// Pairs rows that only the old side has with rows that only the new side has.
///
/// - The same id elsewhere is the same resource.
/// - Azure ids contain subscription and resource group. There the same type and name elsewhere, in the same region and
///   with the same addresses, is the same resource.
/// - The same name in the same account and region is a replacement.
fn match_moves<T: Comparable>(old: &[OneSidedRow<'_, T>], new: &[OneSidedRow<'_, T>]) -> MovePairs {
    let mut unpaired = Unpaired { old: vec![true; old.len()], new: vec![true; new.len()] };
    let by_id = |row: &T| {
        let identity = row.identity();
        Some((identity.provider, identity.link, identity.id))
    };
    // From the surest sign to the weakest. What one of them paired is not looked at by the next.
    let mut moved = unpaired.pair_by(old, new, by_id);
    let by_path = |row: &T| {
        let (identity, addresses) = (row.identity(), row.stable_addresses());
        // Without addresses, two unrelated resources of a common name would pass for one. Links have none at all.
        let path = azure_path(&identity).filter(|_| T::KIND == Kind::Links || !addresses.is_empty())?;
        Some((path.to_owned(), identity.region, addresses))
    };
    moved.extend(unpaired.pair_by(old, new, by_path));
    let by_name = |row: &T| {
        let identity = row.identity();
        let path = azure_path(&identity).map(str::to_owned);
        let name = if identity.provider == Provider::Azure { path } else { row.name().map(str::to_owned) };
        Some((identity.provider, identity.account, identity.region, name?))
    };
    let replaced = unpaired.pair_by(old, new, by_name);
    MovePairs { moved, replaced }
}

/// Returns the types and names in an Azure id, without subscription and resource group.
fn azure_path(identity: &Identity) -> Option<&str> {
    let (_, path) = identity.id.split_once("/providers/").filter(|_| identity.provider == Provider::Azure)?;
    Some(path)
}

/// Which rows have no counterpart yet.
struct Unpaired {
    old: Vec<bool>,
    new: Vec<bool>,
}

impl Unpaired {
    /// Pairs rows by a key that one unpaired row of each side has.
    ///
    /// A key that several rows of one side share says nothing. Rows whose absence is not proven count here too, but are
    /// never paired: the resource may exist on both sides, or may have been there before.
    fn pair_by<T, K: Eq + Hash>(
        &mut self,
        old: &[OneSidedRow<'_, T>],
        new: &[OneSidedRow<'_, T>],
        key: impl Fn(&T) -> Option<K>,
    ) -> Vec<(usize, usize)> {
        let unique = |rows: &[OneSidedRow<'_, T>], unpaired: &[bool]| {
            let mut positions: HashMap<K, Option<usize>> = HashMap::new();
            for (index, (row, _)) in rows.iter().enumerate().filter(|(index, _)| unpaired[*index]) {
                if let Some(key) = key(row) {
                    positions.entry(key).and_modify(|position| *position = None).or_insert(Some(index));
                }
            }
            positions
        };
        let after = unique(new, &self.new);
        let is_proven = |(_, evidence): &OneSidedRow<'_, T>| *evidence == AbsenceEvidence::Proven;
        let mut pairs: Vec<(usize, usize)> = unique(old, &self.old)
            .into_iter()
            .filter_map(|(key, before)| Some((before?, (*after.get(&key)?)?)))
            .filter(|(before, after)| is_proven(&old[*before]) && is_proven(&new[*after]))
            .collect();
        pairs.sort_unstable();
        for (before, after) in &pairs {
            self.old[*before] = false;
            self.new[*after] = false;
        }
        pairs
    }
}
