//! Two versions of one row, field by field, and which of the differences prove a change.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value};

use super::changes::FieldChange;
use super::coverage_index::{AbsenceEvidence, CoverageIndex, ReadableFrom};
use super::request::IgnoredFields;
use super::sides::Comparable;
use crate::model::Kind;

/// The field of tags, which are compared key by key.
const TAGS: &str = "tags";
/// The field of a link's ends, which are compared one by one, since their order means something.
const ENDS: &str = "ends";
/// Fields of ids and location names, whose case differs between the APIs of Azure.
const IDS: [&str; 6] = ["id", "account", "region", "network", "subnet", "attached_to"];

/// The field of prefixes that are delegated to a machine or interface.
const DELEGATED: &str = "private_prefixes";
/// The field of zone ids; the owner of a resource may be read without it.
const ZONE_ID: &str = "zone_id";
/// Fields that documents of version 1 do not have.
const SINCE_VERSION_2: [&str; 6] =
    [DELEGATED, "carrier_ips", "customer_owned_ips", ZONE_ID, "operator", "customer_owned_pool"];
/// The field that is read for usage only; a scan for something else does not have it.
const FOR_USAGE: &str = "cidr_reservations";

/// The field that lists the accounts which see a shared resource.
const VISIBLE_FROM: &str = "visible_from";
/// The field of the account's name, which some credentials may read and others may not.
const ACCOUNT_NAME: &str = "account_name";
/// The field that names the zone of a row as its owner does or, where only other accounts saw it, as they do.
const ZONE: &str = "zone";

/// Lists the fields in which two rows differ and that are not ignored, in the order of their names.
///
/// A field that one side did not read is not listed: documents of version 1 lack the newer fields.
pub(super) fn field_changes(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    kind: Kind,
    ignored: &IgnoredFields,
) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let is_unread = |name: &String| {
        (name == FOR_USAGE && !(old.contains_key(name) && new.contains_key(name)))
            || SINCE_VERSION_2.contains(&name.as_str()) && !have_version_2_field(name, old, new, kind)
    };
    for name in names(old, new).into_iter().filter(|name| !is_unread(name)) {
        let (old, new) = (get(old, name), get(new, name));
        match (name.as_str(), old, new) {
            (TAGS, Value::Object(old), Value::Object(new)) => {
                compare_objects(old, new, &|key| format!("tag:{key}"), &mut changes);
            }
            (ENDS, Value::Array(old), Value::Array(new)) => compare_ends(old, new, &mut changes),
            _ => changes.extend(compare_values(name.clone(), old, new)),
        }
    }
    changes.retain_mut(|change| {
        !ignored.covers(kind, &change.field) && !is_explained_by_delegation(change, old, new)
    });
    changes
}

/// Tells whether both rows come from readers that know a field of version 2. Every row of such a reader has the marker
/// field set, which rows of version 1 never have.
fn have_version_2_field(name: &str, old: &Map<String, Value>, new: &Map<String, Value>, kind: Kind) -> bool {
    let marker = if kind == Kind::Subnets || name == ZONE_ID { ZONE_ID } else { DELEGATED };
    !get(old, marker).is_null() && !get(new, marker).is_null()
}

/// Removes from a change of private addresses those of delegated prefixes, and tells whether nothing is left of it.
///
/// Version 1 listed the first address of a delegated prefix among the private addresses. So between a document of
/// version 1 and a newer one, these addresses seem to come or go.
fn is_explained_by_delegation(
    change: &mut FieldChange,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
) -> bool {
    let (Some(added), Some(removed)) = (&mut change.added, &mut change.removed) else { return false };
    if change.field != "private_ips" || have_version_2_field(DELEGATED, old, new, Kind::Interfaces) {
        return false;
    }
    let prefixes = [old, new].into_iter().filter_map(|row| get(row, DELEGATED).as_array()).flatten();
    let prefixes: Vec<IpNet> = prefixes.filter_map(|prefix| prefix.as_str()?.parse().ok()).collect();
    let is_delegated = |address: &Value| {
        let address = address.as_str().and_then(|text| text.parse::<IpAddr>().ok());
        address.is_some_and(|address| prefixes.iter().any(|prefix| prefix.contains(&address)))
    };
    added.retain(|address| !is_delegated(address));
    removed.retain(|address| !is_delegated(address));
    added.is_empty() && removed.is_empty()
}

fn names<'m>(old: &'m Map<String, Value>, new: &'m Map<String, Value>) -> BTreeSet<&'m String> {
    old.keys().chain(new.keys()).collect()
}

fn get<'m>(fields: &'m Map<String, Value>, name: &str) -> &'m Value {
    fields.get(name).unwrap_or(&Value::Null)
}

fn compare_objects(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    field_name: &dyn Fn(&str) -> String,
    changes: &mut Vec<FieldChange>,
) {
    for name in names(old, new) {
        changes.extend(compare_values(field_name(name), get(old, name), get(new, name)));
    }
}

fn compare_ends(old: &[Value], new: &[Value], changes: &mut Vec<FieldChange>) {
    // By position: the first end is the requester of a peering, or the network that is attached to a hub.
    for index in 0..old.len().max(new.len()) {
        match (old.get(index), new.get(index)) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                compare_objects(old, new, &|field| format!("{ENDS}[{index}].{field}"), changes);
            }
            (old, new) => {
                let (old, new) = (old.unwrap_or(&Value::Null), new.unwrap_or(&Value::Null));
                changes.extend(compare_values(format!("{ENDS}[{index}]"), old, new));
            }
        }
    }
}

/// Compares lists regardless of their order, ids regardless of case, and anything else exactly.
fn compare_values(name: String, old: &Value, new: &Value) -> Option<FieldChange> {
    if old == new || is_same_id(&name, old, new) {
        return None;
    }
    let (added, removed) = match (old, new) {
        (Value::Array(before), Value::Array(after)) => {
            let (added, removed) = (surplus(after, before), surplus(before, after));
            if added.is_empty() && removed.is_empty() {
                return None;
            }
            (Some(added), Some(removed))
        }
        _ => (None, None),
    };
    Some(FieldChange { field: name, old: old.clone(), new: new.clone(), added, removed })
}

fn is_same_id(name: &str, old: &Value, new: &Value) -> bool {
    let field = name.rsplit_once("].").map_or(name, |(_, field)| field);
    match (old, new) {
        (Value::String(old), Value::String(new)) => IDS.contains(&field) && old.eq_ignore_ascii_case(new),
        _ => false,
    }
}

/// Lists what `items` contains more often than `others`.
fn surplus(items: &[Value], others: &[Value]) -> Vec<Value> {
    let mut left: HashMap<&Value, usize> = HashMap::new();
    for other in others {
        *left.entry(other).or_default() += 1;
    }
    let is_surplus = |item: &&Value| match left.get_mut(*item) {
        Some(number) if *number > 0 => {
            *number -= 1;
            false
        }
        _ => true,
    };
    items.iter().filter(is_surplus).cloned().collect()
}

/// What each side could see of a row that both have.
///
/// An account that a network is shared with does not see its tags, one end of a link may not know the prefixes of the
/// other, and a list that was denied leaves blanks in the rows it is joined to. Such a blank is not a change.
pub(super) struct FieldVisibility<'s, 'a> {
    old: &'s CoverageIndex<'a>,
    new: &'s CoverageIndex<'a>,
    kind: Kind,
    readable: [ReadableFrom<'s>; 2],
    has_moved: bool,
}

impl<'s, 'a> FieldVisibility<'s, 'a> {
    pub fn new<T: Comparable>(
        old: (&'s T, &'s CoverageIndex<'a>),
        new: (&'s T, &'s CoverageIndex<'a>),
    ) -> Self {
        let has_moved = old.0.identity() != new.0.identity();
        let readable = [old.0.readable_from(), new.0.readable_from()];
        Self { old: old.1, new: new.1, kind: T::KIND, readable, has_moved }
    }

    /// Keeps the changes that are proven, and returns how many were not. Elements of a list that one side could not see
    /// are added to its list, so that they no longer show as added or removed.
    pub fn retain_proven(&self, changes: &mut Vec<FieldChange>) -> usize {
        let before = changes.len();
        let [old, new] = &self.readable;
        // A row that moved was readable at one place before and at another now. One that stayed may have been seen
        // through either side's accounts.
        let [by_old, by_new] =
            if self.has_moved { [vec![old], vec![new]] } else { [vec![old, new], vec![old, new]] };
        let sees_all =
            [self.sees_all(&by_old, self.old, self.new), self.sees_all(&by_new, self.new, self.old)];
        changes.retain_mut(|change| match change.field.as_str() {
            VISIBLE_FROM => self.retain_participants(change),
            ACCOUNT_NAME => !change.old.is_null() && !change.new.is_null(),
            // Each AWS account names zones in its own way, so only names by the owner can be compared.
            ZONE if !is_blank(&change.old) && !is_blank(&change.new) => sees_all[0] && sees_all[1],
            field => {
                let is_visible =
                    |side: usize| sees_all[side] || self.is_part_of_row(&self.readable[side], field);
                retain_visible(change, is_visible(0), is_visible(1))
            }
        });
        before - changes.len()
    }

    /// Tells whether a field arrives with the row itself, so that every reader of the row has it.
    ///
    /// Names and tags of shared resources do not, because participants do not see them. Neither does what is joined from
    /// another list, such as addresses, sizes and states of machines.
    fn is_part_of_row(&self, readable: &ReadableFrom<'_>, field: &str) -> bool {
        let is_label = field == "name" || field.starts_with("tag:");
        match self.kind {
            Kind::Subnets if field == "addresses_available" => false,
            Kind::Networks | Kind::Subnets => readable.participants.is_empty() || !is_label,
            Kind::Instances => is_label,
            Kind::Interfaces | Kind::Links => false,
        }
    }

    /// Tells whether a side that has a row has all fields of it: it read every owner, or the owner is in the scope of
    /// neither side, so that both see what participants see.
    fn sees_all(
        &self,
        readable: &[&ReadableFrom<'_>],
        own: &CoverageIndex<'_>,
        other: &CoverageIndex<'_>,
    ) -> bool {
        readable.iter().all(|readable| {
            readable.owners.iter().all(|(account, region)| {
                let evidence = |coverage: &CoverageIndex<'_>| {
                    coverage.evidence_at(readable.provider, account, *region, self.kind)
                };
                match evidence(own) {
                    AbsenceEvidence::Proven => true,
                    AbsenceEvidence::OutOfScope(_) => {
                        matches!(evidence(other), AbsenceEvidence::OutOfScope(_))
                    }
                    AbsenceEvidence::Unknown(_) => false,
                }
            })
        })
    }

    /// Keeps the participants that were added or removed, except those whose account the other side did not read.
    fn retain_participants(&self, change: &mut FieldChange) -> bool {
        let [old, new] = &self.readable;
        let split_unread = |list: &mut Vec<Value>, readable: &ReadableFrom<'_>, other: &CoverageIndex<'_>| {
            split_off_unproven(list, |participant| {
                let mut participants = readable.participants.iter();
                participants.find(|(account, _)| participant == account).is_some_and(|(account, region)| {
                    let evidence = other.evidence_at(readable.provider, account, *region, self.kind);
                    evidence == AbsenceEvidence::Proven
                })
            })
        };
        let (added, removed) = (change.added.get_or_insert_default(), change.removed.get_or_insert_default());
        let (not_added, not_removed) =
            (split_unread(added, new, self.old), split_unread(removed, old, self.new));
        for (list, participants) in [(&mut change.old, not_added), (&mut change.new, not_removed)] {
            append(list, participants);
            // Inventories list participants by account id.
            if let Value::Array(participants) = list {
                participants.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
            }
        }
        !(added.is_empty() && removed.is_empty())
    }
}

/// Keeps what is proven of a change, where `in_old` and `in_new` tell whether the sides could see the field at all.
fn retain_visible(change: &mut FieldChange, in_old: bool, in_new: bool) -> bool {
    let is_address_list = change.field.ends_with("_ips") || change.field == DELEGATED;
    match (&mut change.added, &mut change.removed) {
        // Addresses come from several lists, so a list that is not empty may still lack some.
        (Some(added), Some(removed)) if is_address_list => {
            append(&mut change.old, split_off_unproven(added, |_| in_old));
            append(&mut change.new, split_off_unproven(removed, |_| in_new));
            !(added.is_empty() && removed.is_empty())
        }
        _ => (in_old || !is_blank(&change.old)) && (in_new || !is_blank(&change.new)),
    }
}

/// Keeps what is proven in a list, and returns the rest.
fn split_off_unproven(list: &mut Vec<Value>, is_proven: impl Fn(&Value) -> bool) -> Vec<Value> {
    let (proven, unproven) = std::mem::take(list).into_iter().partition(is_proven);
    *list = proven;
    unproven
}

/// Appends to a list what its side could not see.
fn append(list: &mut Value, unseen: Vec<Value>) {
    if let Value::Array(items) = list {
        items.extend(unseen);
    }
}

/// Tells whether a value is what a list that could not be read leaves behind. A missing tag is null.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn between(old: Value, new: Value) -> Vec<(String, Value, Value)> {
        let (Value::Object(old), Value::Object(new)) = (old, new) else { panic!("not rows") };
        let changes = field_changes(&old, &new, Kind::Networks, &IgnoredFields::default());
        changes.into_iter().map(|change| (change.field, change.old, change.new)).collect()
    }

    #[test]
    fn tags_are_compared_by_key_and_a_missing_one_is_null() {
        let found = between(
            json!({"id": "a", "tags": {"env": "dev", "gone": "x", "kept": "y"}}),
            json!({"id": "a", "tags": {"env": "prod", "kept": "y", "new": ""}}),
        );
        assert_eq!(
            found,
            [
                ("tag:env".into(), json!("dev"), json!("prod")),
                ("tag:gone".into(), json!("x"), Value::Null),
                ("tag:new".into(), Value::Null, json!("")),
            ]
        );
    }

    #[test]
    fn the_order_of_addresses_is_no_change_and_their_number_is() {
        assert_eq!(between(json!({"ips": ["1", "2"]}), json!({"ips": ["2", "1"]})), []);
        let old = json!({"ips": ["1", "2"]});
        let new = json!({"ips": ["2", "2", "3"]});
        let (Value::Object(old), Value::Object(new)) = (old, new) else { panic!("not rows") };
        let found = field_changes(&old, &new, Kind::Instances, &IgnoredFields::default());
        assert_eq!(found[0].added, Some(vec![json!("2"), json!("3")]));
        assert_eq!(found[0].removed, Some(vec![json!("1")]));
    }

    fn between_machines(old: Value, new: Value) -> Vec<String> {
        let (Value::Object(old), Value::Object(new)) = (old, new) else { panic!("not rows") };
        let changes = field_changes(&old, &new, Kind::Instances, &IgnoredFields::default());
        changes.into_iter().map(|change| change.field).collect()
    }

    #[test]
    fn what_version_1_did_not_read_is_no_change() {
        let before = json!({"private_ips": ["10.0.0.4", "10.0.0.16"]});
        let after = json!({
            "private_ips": ["10.0.0.4"], "private_prefixes": ["10.0.0.16/28"], "carrier_ips": [],
            "operator": "eks.amazonaws.com", "zone_id": "euw1-az1",
        });
        assert_eq!(between_machines(before.clone(), after.clone()), [""; 0]);
        assert_eq!(between_machines(after.clone(), before), [""; 0], "nor the other way round");
        let gone = json!({"private_ips": ["10.0.0.5", "10.0.0.16"]});
        assert_eq!(between_machines(gone, after.clone()), ["private_ips"]);
        let none =
            json!({"private_ips": ["10.0.0.4"], "private_prefixes": [], "carrier_ips": ["198.51.100.1"]});
        let fields = ["carrier_ips", "operator", "private_prefixes"];
        assert_eq!(between_machines(none, after), fields, "both were read with them");
    }

    #[test]
    fn each_end_of_a_link_is_compared_by_itself() {
        let end = |network: &str, prefixes: &[&str]| json!({"network": network, "prefixes": prefixes});
        let found = between(
            json!({"ends": [end("a", &["10.0.0.0/8"]), end("b", &[])]}),
            json!({"ends": [end("a", &[]), end("c", &[])]}),
        );
        let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["ends[0].prefixes", "ends[1].network"]);
        let found = between(json!({"ends": [end("a", &[])]}), json!({"ends": []}));
        assert_eq!(found[0].0, "ends[0]");
    }
}
