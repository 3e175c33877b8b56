//! What a dynamic update of a step says (RFC 2136). Pure.
//!
//! Everything that a step touches must still be as it was read: each record set that is changed is a prerequisite, as it
//! was or as absent. So what people wrote a moment ago stays, and a second owner is never overwritten.

use domain::base::iana::Rtype;

use super::mapping::{MACHINE, TTL};
use super::ownership::{Ownership, find_ownership};
use super::record_type::RecordType;
use super::zone::ZoneContents;
use crate::sync::{Action, FieldValue, OwnerMark, Step, SyncPlan};

/// Bytes of a record besides its name and data.
const RECORD: usize = 12;

/// A record of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateRecord {
    /// Its name.
    pub name: String,
    /// Its type.
    pub rtype: Rtype,
    /// Its data, without compressed names.
    pub data: Vec<u8>,
}

/// What an update asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Update {
    /// Record sets that must not be there.
    pub absent: Vec<(String, Rtype)>,
    /// Record sets that must be exactly these.
    pub present: Vec<UpdateRecord>,
    /// Records that are removed.
    pub removed: Vec<UpdateRecord>,
    /// Records that are added, with their times to live.
    pub added: Vec<(UpdateRecord, u32)>,
}

impl Update {
    /// Adds what another update asks for.
    pub fn extend(&mut self, other: Self) {
        for place in other.absent {
            if !self.absent.contains(&place) {
                self.absent.push(place);
            }
        }
        self.present.extend(other.present);
        self.removed.extend(other.removed);
        self.added.extend(other.added);
    }

    /// Returns how many bytes it has in a message, at most.
    #[must_use]
    pub fn size(&self) -> usize {
        let size = |record: &UpdateRecord| record.name.len() + record.data.len() + RECORD;
        self.absent.iter().map(|(name, _)| name.len() + RECORD).sum::<usize>()
            + self.present.iter().chain(&self.removed).map(size).sum::<usize>()
            + self.added.iter().map(|(record, _)| size(record)).sum::<usize>()
    }

    fn require_as_read(&mut self, zone: &ZoneContents, name: &str, rtype: Rtype) {
        match zone.get(name, rtype) {
            None => self.absent.push((name.to_owned(), rtype)),
            Some(set) => self.present.extend(set.keys().map(|data| record(name, rtype, data.clone()))),
        }
    }
}

/// Returns the update that carries out a step. `zone` is what was read.
#[must_use]
pub fn update_of(
    step: &Step,
    record_type: RecordType,
    zone: &ZoneContents,
    plan: &SyncPlan,
    owner: &str,
) -> Update {
    let name = &step.record.key;
    let ownership_name = record_type.ownership_name(name);
    let mut update = Update::default();
    update.require_as_read(zone, name, record_type.rtype());
    update.require_as_read(zone, &ownership_name, Rtype::TXT);
    let txt = zone.get(&ownership_name, Rtype::TXT);
    let before = txt.and_then(find_ownership);
    if let Some((_, data)) = &before {
        update.removed.push(record(&ownership_name, Rtype::TXT, data.to_vec()));
    }
    let written = before.map(|(ownership, _)| ownership.values).unwrap_or_default();
    if step.action == Action::Delete {
        update.removed.extend(
            values(&step.record.fields, record_type)
                .into_iter()
                .map(|data| record(name, record_type.rtype(), data)),
        );
        return update;
    }
    // A server leaves out what is added beside an alias, without an error.
    update.absent.extend([name, &ownership_name].map(|name| (name.clone(), Rtype::CNAME)));
    let ownership = ownership(step, record_type, plan, owner, written);
    let ttl = ttl(step);
    if step.action != Action::Mark {
        change_values(&mut update, step, record_type, ttl);
    }
    update.added.push((record(&ownership_name, Rtype::TXT, ownership.data()), ttl));
    update
}

/// Adds the values that a record is to have, and removes those that it is not to have any more.
fn change_values(update: &mut Update, step: &Step, record_type: RecordType, ttl: u32) {
    let name = &step.record.key;
    let wanted = values(&step.record.fields, record_type);
    let from = step
        .differences
        .iter()
        .find(|it| it.field == record_type.field())
        .map(|it| value_data(&it.from, record_type));
    let gone = from.into_iter().flatten().filter(|data| !wanted.contains(data));
    update.removed.extend(gone.map(|data| record(name, record_type.rtype(), data)));
    let changes = step.differences.iter().any(|it| it.field == record_type.field() || it.field == TTL);
    if changes {
        update.added.extend(wanted.into_iter().map(|data| (record(name, record_type.rtype(), data), ttl)));
    }
}

fn ownership(
    step: &Step,
    record_type: RecordType,
    plan: &SyncPlan,
    owner: &str,
    written: Vec<String>,
) -> Ownership {
    let is_mark = step.action == Action::Mark;
    let wanted = match step.record.fields.get(record_type.field()) {
        Some(FieldValue::List(values)) => values.clone(),
        _ => Vec::new(),
    };
    Ownership {
        owner: owner.to_owned(),
        resource: step.record.fields.get(MACHINE).map(ToString::to_string).unwrap_or_default(),
        mark: OwnerMark {
            target: plan.target.clone(),
            scope: step.record.scope.clone(),
            is_adopted: step.is_adopted,
        },
        values: if is_mark { written } else { wanted },
        seen: Some(plan.seen_at),
        deleted: is_mark.then_some(plan.planned_at),
    }
}

fn values(fields: &crate::sync::Fields, record_type: RecordType) -> Vec<Vec<u8>> {
    fields.get(record_type.field()).map(|value| value_data(value, record_type)).unwrap_or_default()
}

fn value_data(value: &FieldValue, record_type: RecordType) -> Vec<Vec<u8>> {
    match value {
        FieldValue::List(values) => values.iter().filter_map(|value| record_type.data(value)).collect(),
        _ => Vec::new(),
    }
}

fn ttl(step: &Step) -> u32 {
    match step.record.fields.get(TTL) {
        Some(FieldValue::Number(ttl)) => u32::try_from(*ttl).unwrap_or_default(),
        _ => 0,
    }
}

fn record(name: &str, rtype: Rtype, data: Vec<u8>) -> UpdateRecord {
    UpdateRecord { name: name.to_owned(), rtype, data }
}
