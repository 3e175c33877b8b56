//! The rows of one kind on both sides: what changed, what is unknown, what cannot be compared.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::filter::Filter;
use super::super::inventory_index::InventoryIndex;
use super::collisions::{Doubt, Doubts};
use super::compare::Question;
use super::fields;
use super::ignore::Ignore;
use super::item::Item;
use super::ledger::{Ledger, Standing};
use super::report::{Change, Counts, NotCompared, Place, SideOf, Unknown, What};
use super::sight::Sight;
use super::trace::{Single, trace};
use crate::model::{Identity, Inventory, Kind, Provider};

/// One side, prepared for comparison.
pub(super) struct Prepared<'a> {
    pub inventory: &'a Inventory,
    pub ledger: Ledger<'a>,
    pub index: InventoryIndex<'a>,
    /// What its rows were filtered by, as far as that is about where they are.
    pub by_place: Vec<Filter>,
}

/// Columns of which no row changes its value without being another.
const PLACES: [&str; 4] = ["provider", "account", "region", "id"];

impl<'a> Prepared<'a> {
    pub fn new(inventory: &'a Inventory, other: &'a Inventory) -> Self {
        let filters = inventory.filters.iter().filter_map(|text| text.parse().ok());
        let is_of_place = |filter: &Filter| filter.column().is_some_and(|column| PLACES.contains(&column));
        Self {
            inventory,
            ledger: Ledger::new(inventory, other),
            index: InventoryIndex::new(inventory),
            by_place: filters.filter(is_of_place).collect(),
        }
    }

    /// Tells what it proves that it lacks a row which the other side, `having`, has.
    fn absence<T: Item>(&self, item: &T, having: &Self) -> Standing {
        let filters = &self.inventory.filters;
        // By what may change nobody knows whether the row would still be there.
        if self.by_place.len() < filters.len() || !self.passes(item, &self.by_place) {
            return Standing::Outside(format!("its rows were filtered by `{}`", filters.join("`, `")));
        }
        self.ledger.absence(&item.readers(), T::KIND, &having.ledger)
    }

    /// Tells whether a row meets all filters.
    fn passes<T: Item>(&self, item: &T, filters: &[Filter]) -> bool {
        filters.iter().all(|filter| filter.passes(item, &self.index).unwrap_or(false))
    }

    fn account_name(&self, place: &Place) -> Option<&str> {
        self.index.account_name(place.provider, place.account.as_deref()?)
    }
}

/// What is looked at, and what has come of it so far.
pub(super) struct Sorter<'a, 'q> {
    pub old: &'q Prepared<'a>,
    pub new: &'q Prepared<'a>,
    pub filters: &'q [Filter],
    pub only: &'q [What],
    pub ignore: &'q Ignore,
    pub changes: Vec<Change>,
    pub unknown: Vec<Unknown>,
    pub not_compared: BTreeMap<(SideOf, String, Kind), usize>,
    pub doubts: Doubts,
    /// How many rows were compared, whatever the filters.
    pub compared: usize,
    /// How many rows of an account, its id in lower case, are not compared.
    apart: HashMap<(SideOf, Provider, String), usize>,
    /// How many resources of both sides have a field that differs, which proves nothing.
    pub unproven: usize,
}

impl<'a, 'q> Sorter<'a, 'q> {
    pub fn new(question: Question<'q>, old: &'q Prepared<'a>, new: &'q Prepared<'a>) -> Self {
        Self {
            old,
            new,
            filters: question.filters,
            only: question.only,
            ignore: question.ignore,
            changes: Vec::new(),
            unknown: Vec::new(),
            not_compared: BTreeMap::new(),
            doubts: Doubts::default(),
            compared: 0,
            apart: HashMap::new(),
            unproven: 0,
        }
    }

    /// Sorts out the rows of one kind; so many were left out before, since they are the `same`.
    pub fn kind<T: Item>(&mut self, same: usize) -> Counts {
        self.compared += same;
        let same = self.filters.is_empty().then_some(same);
        let mut counts = Counts { same, ..Counts::of_kind(T::KIND) };
        let (gone, come) = self.match_up::<T>(&mut counts);
        let (gone, come) = (judge(gone, self.old, self.new), judge(come, self.new, self.old));
        let traces = trace(&singles(&gone), &singles(&come));
        for (what, pairs) in [(What::Moved, &traces.moved), (What::Replaced, &traces.replaced)] {
            for (before, after) in pairs {
                let (before, after) = (&gone[*before], &come[*after]);
                if what == What::Moved {
                    self.note_move(before.0, after.0);
                }
                if self.only.contains(&what) {
                    self.pair(what, before.0, after.0, &mut counts);
                } else {
                    self.apart_from_each_other(before, after, &mut counts);
                }
            }
        }
        let pairs = || traces.moved.iter().chain(&traces.replaced);
        self.compared += pairs().count();
        let (before, after): (HashSet<usize>, HashSet<usize>) = pairs().copied().unzip();
        for (only_in, items, paired) in [(SideOf::Old, gone, before), (SideOf::New, come, after)] {
            let alone = items.into_iter().enumerate().filter(|(index, _)| !paired.contains(index));
            for (_, (item, standing)) in alone {
                self.compared += usize::from(!matches!(standing, Standing::Outside(_)));
                self.single(only_in, item, standing, &mut counts);
            }
        }
        counts
    }

    /// Notes the rows of a pair each by itself, since nobody asked for the sort of change that it is: whoever asks for
    /// what is gone is told of what is gone from its place.
    fn apart_from_each_other<T: Item>(
        &mut self,
        (before, is_gone): &(&T, Standing),
        (after, is_new): &(&T, Standing),
        counts: &mut Counts,
    ) {
        if *is_gone == Standing::Read {
            self.single(SideOf::Old, *before, Standing::Read, counts);
        }
        if *is_new == Standing::Read {
            self.single(SideOf::New, *after, Standing::Read, counts);
        }
    }

    /// Counts the rows of an account that are not compared, since the side which lacks them was not asked for them.
    pub fn rows_apart(&self, only_in: SideOf, provider: Provider, account: &str) -> usize {
        self.apart.get(&(only_in, provider, account.to_ascii_lowercase())).copied().unwrap_or_default()
    }

    /// Takes what is in `not_compared`, as the report has it.
    pub fn not_compared(&mut self) -> Vec<NotCompared> {
        let left = std::mem::take(&mut self.not_compared).into_iter();
        left.map(|((only_in, reason, kind), rows)| NotCompared { only_in, reason, kind, rows }).collect()
    }

    /// Compares what both sides have, and returns what only the one or the other has.
    fn match_up<T: Item>(&mut self, counts: &mut Counts) -> (Vec<&'a T>, Vec<&'a T>) {
        let (old, new) = (self.old, self.new);
        let (old, new) = (sorted(T::all(old.inventory)), sorted(T::all(new.inventory)));
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((before, _)), Some((after, _))) => before.cmp(after),
            };
            let before = old.next_if(|_| order.is_le()).map(|(_, item)| item);
            let after = new.next_if(|_| order.is_ge()).map(|(_, item)| item);
            self.compared += usize::from(order.is_eq());
            match (before, after) {
                (Some(before), Some(after)) if before == after => counts.count_same(),
                (Some(before), Some(after)) => self.pair(What::Changed, before, after, counts),
                (before, after) => {
                    gone.extend(before);
                    come.extend(after);
                }
            }
        }
        (gone, come)
    }

    /// Notes a row of both sides, if it differs and is looked at.
    fn pair<T: Item>(&mut self, what: What, before: &T, after: &T, counts: &mut Counts) {
        if !self.old.passes(before, self.filters) && !self.new.passes(after, self.filters) {
            return;
        }
        let mut fields = fields::changes(&before.fields(), &after.fields(), T::KIND, self.ignore);
        if what != What::Replaced && !fields.is_empty() {
            let sight = Sight::of((before, &self.old.ledger), (after, &self.new.ledger));
            self.unproven += usize::from(sight.retain_proven(&mut fields) > 0);
        }
        if what == What::Changed && fields.is_empty() {
            counts.count_same();
            return;
        }
        // Where it was is told by `was`.
        fields.retain(|change| {
            what == What::Changed || !["account", "region", "id"].contains(&change.field.as_str())
        });
        if self.only.contains(&what) {
            *counts.of(what) += 1;
            let was = (what != What::Changed).then(|| before.place());
            let change = Change { was, fields, ..self.change(what, after) };
            self.changes.push(change);
        }
    }

    /// Notes a row of one side, if it is looked at.
    fn single<T: Item>(&mut self, only_in: SideOf, item: &T, standing: Standing, counts: &mut Counts) {
        let (side, what) = match only_in {
            SideOf::Old => (self.old, What::Removed),
            SideOf::New => (self.new, What::Added),
        };
        match standing {
            Standing::Read => {}
            Standing::Unknown(_) => self.doubt(only_in, item, Doubt::Unread),
            Standing::Outside(_) => self.doubt(only_in, item, Doubt::Outside),
        }
        if !side.passes(item, self.filters) {
            return;
        }
        match standing {
            Standing::Read if self.only.contains(&what) => {
                *counts.of(what) += 1;
                let change = Change { row: Some(item.fields()), ..self.change(what, item) };
                self.changes.push(change);
            }
            Standing::Read => {}
            Standing::Unknown(reason) => {
                counts.unknown += 1;
                let Change { kind, place, account_name, name, .. } = self.change(what, item);
                let row = item.fields();
                self.unknown.push(Unknown { only_in, kind, place, account_name, name, reason, row });
            }
            Standing::Outside(reason) => {
                counts.not_compared += 1;
                let place = item.place();
                if let Some(account) = place.account {
                    let key = (only_in, place.provider, account.to_ascii_lowercase());
                    *self.apart.entry(key).or_default() += 1;
                }
                *self.not_compared.entry((only_in, reason, T::KIND)).or_default() += 1;
            }
        }
    }

    fn doubt<T: Item>(&mut self, only_in: SideOf, item: &T, doubt: Doubt) {
        let place = item.place();
        match T::KIND {
            Kind::Links => self.doubts.links = self.doubts.links.max(Some(doubt)),
            Kind::Networks => {
                self.doubts.networks.insert((only_in, place.provider, place.id.to_ascii_lowercase()), doubt);
            }
            Kind::Subnets | Kind::Instances | Kind::Interfaces => {}
        }
    }

    fn note_move<T: Item>(&mut self, before: &T, after: &T) {
        if T::KIND == Kind::Networks {
            self.doubts.moved.push((before.place(), after.place()));
        }
    }

    fn change<T: Item>(&self, what: What, item: &T) -> Change {
        let place = item.place();
        let account_name = self.new.account_name(&place).or_else(|| self.old.account_name(&place));
        Change {
            change: what,
            kind: T::KIND,
            account_name: account_name.map(str::to_owned),
            place,
            name: item.name().map(str::to_owned),
            was: None,
            fields: Vec::new(),
            row: None,
        }
    }
}

/// Pairs rows with their identities, in the order of these; documents are in that order already.
fn sorted<T: Item>(items: &[T]) -> Vec<(Identity, &T)> {
    let mut items: Vec<(Identity, &T)> = items.iter().map(|item| (item.identity(), item)).collect();
    items.sort_by(|(one, _), (other, _)| one.cmp(other));
    items
}

/// Says of rows that one side has and one is lacking what that proves.
fn judge<'r, T: Item>(
    items: Vec<&'r T>,
    having: &Prepared<'_>,
    lacking: &Prepared<'_>,
) -> Vec<(&'r T, Standing)> {
    items.into_iter().map(|item| (item, lacking.absence(item, having))).collect()
}

fn singles<'r, T>(items: &[(&'r T, Standing)]) -> Vec<Single<'r, T>> {
    items.iter().map(|(item, standing)| (*item, *standing == Standing::Read)).collect()
}
