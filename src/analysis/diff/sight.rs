//! What a side need not have seen of a row that it has: a blank, or a missing guest, that proves nothing.

use serde_json::Value;

use super::item::{Item, Readers};
use super::ledger::{Ledger, Standing};
use super::report::FieldChange;
use crate::model::Kind;

/// The field that lists the accounts which see a shared resource.
const GUESTS: &str = "visible_from";
/// The field that holds the name of a row's account, which some credentials may learn and others not.
const ACCOUNT_NAME: &str = "account_name";

/// The field that names the zone of a row, as its owner does or, where only others saw it, as they do.
const ZONE: &str = "zone";

/// What both sides could see of a row that both have.
pub(super) struct Sight<'s, 'a> {
    old: &'s Ledger<'a>,
    new: &'s Ledger<'a>,
    kind: Kind,
    readers: [Readers<'s>; 2],
    moved: bool,
}

impl<'s, 'a> Sight<'s, 'a> {
    pub fn of<T: Item>(old: (&'s T, &'s Ledger<'a>), new: (&'s T, &'s Ledger<'a>)) -> Self {
        let moved = old.0.identity() != new.0.identity();
        Self { old: old.1, new: new.1, kind: T::KIND, readers: [old.0.readers(), new.0.readers()], moved }
    }

    /// Leaves the changes that are proven, and returns how many are not. What one side could not see of a list stands
    /// on both sides of it.
    pub fn retain_proven(&self, changes: &mut Vec<FieldChange>) -> usize {
        let before = changes.len();
        let [old, new] = &self.readers;
        let both = || vec![old, new];
        let [of_old, of_new] = if self.moved { [vec![old], vec![new]] } else { [both(), both()] };
        let sees_all =
            [self.sees_all(&of_old, self.old, self.new), self.sees_all(&of_new, self.new, self.old)];
        changes.retain_mut(|change| match change.field.as_str() {
            GUESTS => self.guests(change),
            ACCOUNT_NAME => !change.old.is_null() && !change.new.is_null(),
            // Each account names zones in its own way, so that only the owner's names can be compared.
            ZONE if !is_blank(&change.old) && !is_blank(&change.new) => sees_all[0] && sees_all[1],
            field => {
                let [old, new] = [0, 1].map(|side| sees_all[side] || self.is_own(&self.readers[side], field));
                match (&mut change.added, &mut change.removed) {
                    // Of addresses some may be missing that come from a list of their own.
                    (Some(came), Some(went)) if field.ends_with("_ips") || field == "private_prefixes" => {
                        fill_up(&mut change.old, leave(came, |_| old));
                        fill_up(&mut change.new, leave(went, |_| new));
                        !(came.is_empty() && went.is_empty())
                    }
                    _ => (old || !is_blank(&change.old)) && (new || !is_blank(&change.new)),
                }
            }
        });
        before - changes.len()
    }

    /// Tells whether a field comes with the row itself, so that whoever has the row has it. Names and tags of what is
    /// shared do not, since guests do not see them, and neither does what is joined from another list, as addresses,
    /// sizes and states of machines are.
    fn is_own(&self, readers: &Readers<'_>, field: &str) -> bool {
        let is_label = field == "name" || field.starts_with("tag:");
        match self.kind {
            Kind::Subnets if field == "addresses_available" => false,
            Kind::Networks | Kind::Subnets => readers.guests.is_empty() || !is_label,
            Kind::Instances => is_label,
            Kind::Interfaces | Kind::Links => false,
        }
    }

    /// Tells whether a side that has a row has all of it: it read whoever owns it, or neither side had the owner in
    /// scope and both see what others see.
    ///
    /// A guest of a shared network sees no tags, one end of a link may not know the other's prefixes, and where lists
    /// are joined, one that was denied leaves blanks.
    fn sees_all(&self, readers: &[&Readers<'_>], own: &Ledger<'_>, other: &Ledger<'_>) -> bool {
        readers.iter().all(|readers| {
            readers.owners.iter().all(|(account, region)| {
                let of = |ledger: &Ledger<'_>| ledger.place(readers.provider, account, *region, self.kind);
                match of(own) {
                    Standing::Read => true,
                    Standing::Outside(_) => matches!(of(other), Standing::Outside(_)),
                    Standing::Unknown(_) => false,
                }
            })
        })
    }

    /// Leaves the guests that came or went, and not those that one side did not ask.
    fn guests(&self, change: &mut FieldChange) -> bool {
        let [old, new] = &self.readers;
        let unasked = |list: &mut Vec<Value>, readers: &Readers<'_>, lacking: &Ledger<'_>| {
            leave(list, |guest| {
                let mut guests = readers.guests.iter();
                guests.find(|(account, _)| guest == account).is_some_and(|(account, region)| {
                    lacking.place(readers.provider, account, *region, self.kind) == Standing::Read
                })
            })
        };
        let (came, went) = (change.added.get_or_insert_default(), change.removed.get_or_insert_default());
        let (not_come, not_gone) = (unasked(came, new, self.old), unasked(went, old, self.new));
        for (list, guests) in [(&mut change.old, not_come), (&mut change.new, not_gone)] {
            fill_up(list, guests);
            // Guests are listed by number.
            if let Value::Array(guests) = list {
                guests.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
            }
        }
        !(came.is_empty() && went.is_empty())
    }
}

/// Leaves what is proven in a list, and returns what is not.
fn leave(list: &mut Vec<Value>, is_proven: impl Fn(&Value) -> bool) -> Vec<Value> {
    let (proven, rest) = std::mem::take(list).into_iter().partition(is_proven);
    *list = proven;
    rest
}

/// Adds to a list what its side could not see, at its end.
fn fill_up(list: &mut Value, unseen: Vec<Value>) {
    if let Value::Array(items) = list {
        items.extend(unseen);
    }
}

/// Tells what says nothing where a list could not be read: no value, an empty list. A tag that is missing is null.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
