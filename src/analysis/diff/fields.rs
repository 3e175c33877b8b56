//! Two rows of one resource, field by field.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value};

use super::ignore::Ignore;
use super::report::FieldChange;
use crate::model::Kind;

/// The field of tags, which are compared key by key.
const TAGS: &str = "tags";
/// The field of a link's ends, which are compared one by one, since their order means something.
const ENDS: &str = "ends";
/// Fields that hold ids and names of places, which differ in case between the interfaces of Azure.
const IDS: [&str; 6] = ["id", "account", "region", "network", "subnet", "attached_to"];

/// The field of prefixes that are delegated to a machine or interface.
const DELEGATED: &str = "private_prefixes";
/// The field of zone ids; the owner of a resource may be read without it.
const ZONE_ID: &str = "zone_id";
/// Fields that documents of version 1 do not have.
const SINCE_VERSION_2: [&str; 6] =
    [DELEGATED, "carrier_ips", "customer_owned_ips", ZONE_ID, "operator", "customer_owned_pool"];

/// Lists the fields in which two rows differ and that are not ignored, in the order of their names.
///
/// What one side did not read at all is no change: a document of version 1 tells nothing of newer fields.
pub(super) fn changes(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    kind: Kind,
    ignore: &Ignore,
) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let is_unread =
        |name: &String| SINCE_VERSION_2.contains(&name.as_str()) && !is_in_both(name, old, new, kind);
    for name in names(old, new).into_iter().filter(|name| !is_unread(name)) {
        let (old, new) = (get(old, name), get(new, name));
        match (name.as_str(), old, new) {
            (TAGS, Value::Object(old), Value::Object(new)) => {
                within(old, new, &|key| format!("tag:{key}"), &mut changes);
            }
            (ENDS, Value::Array(old), Value::Array(new)) => ends(old, new, &mut changes),
            _ => changes.extend(field(name.clone(), old, new)),
        }
    }
    changes
        .retain_mut(|change| !ignore.covers(kind, &change.field) && !is_within_delegated(change, old, new));
    changes
}

/// Tells whether both rows were read with the fields of version 2. Every row that was has the field that shows it.
fn is_in_both(name: &str, old: &Map<String, Value>, new: &Map<String, Value>, kind: Kind) -> bool {
    let shown_by = if kind == Kind::Subnets || name == ZONE_ID { ZONE_ID } else { DELEGATED };
    !get(old, shown_by).is_null() && !get(new, shown_by).is_null()
}

/// Tells whether a change of private addresses is none: version 1 had the first address of a block among them. Leaves
/// the other addresses that came or went.
fn is_within_delegated(change: &mut FieldChange, old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let (Some(came), Some(went)) = (&mut change.added, &mut change.removed) else { return false };
    if change.field != "private_ips" || is_in_both(DELEGATED, old, new, Kind::Interfaces) {
        return false;
    }
    let blocks = [old, new].into_iter().filter_map(|row| get(row, DELEGATED).as_array()).flatten();
    let blocks: Vec<IpNet> = blocks.filter_map(|block| block.as_str()?.parse().ok()).collect();
    let is_in_block = |address: &Value| {
        let address = address.as_str().and_then(|text| text.parse::<IpAddr>().ok());
        address.is_some_and(|address| blocks.iter().any(|block| block.contains(&address)))
    };
    came.retain(|address| !is_in_block(address));
    went.retain(|address| !is_in_block(address));
    came.is_empty() && went.is_empty()
}

fn names<'m>(old: &'m Map<String, Value>, new: &'m Map<String, Value>) -> BTreeSet<&'m String> {
    old.keys().chain(new.keys()).collect()
}

fn get<'m>(fields: &'m Map<String, Value>, name: &str) -> &'m Value {
    fields.get(name).unwrap_or(&Value::Null)
}

fn within(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    called: &dyn Fn(&str) -> String,
    changes: &mut Vec<FieldChange>,
) {
    for name in names(old, new) {
        changes.extend(field(called(name), get(old, name), get(new, name)));
    }
}

fn ends(old: &[Value], new: &[Value], changes: &mut Vec<FieldChange>) {
    for index in 0..old.len().max(new.len()) {
        match (old.get(index), new.get(index)) {
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                within(old, new, &|field| format!("{ENDS}[{index}].{field}"), changes);
            }
            (old, new) => {
                let (old, new) = (old.unwrap_or(&Value::Null), new.unwrap_or(&Value::Null));
                changes.extend(field(format!("{ENDS}[{index}]"), old, new));
            }
        }
    }
}

/// Compares lists without their order, ids without case, and anything else as it is.
fn field(name: String, old: &Value, new: &Value) -> Option<FieldChange> {
    if old == new || is_same_id(&name, old, new) {
        return None;
    }
    let (added, removed) = match (old, new) {
        (Value::Array(before), Value::Array(after)) => {
            let (added, removed) = (beyond(after, before), beyond(before, after));
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

/// Lists what `items` has more often than `others`.
fn beyond(items: &[Value], others: &[Value]) -> Vec<Value> {
    let mut left: HashMap<&Value, usize> = HashMap::new();
    for other in others {
        *left.entry(other).or_default() += 1;
    }
    let more = |item: &&Value| match left.get_mut(*item) {
        Some(number) if *number > 0 => {
            *number -= 1;
            false
        }
        _ => true,
    };
    items.iter().filter(more).cloned().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn between(old: Value, new: Value) -> Vec<(String, Value, Value)> {
        let (Value::Object(old), Value::Object(new)) = (old, new) else { panic!("not rows") };
        let changes = changes(&old, &new, Kind::Networks, &Ignore::default());
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
        let found = changes(&old, &new, Kind::Instances, &Ignore::default());
        assert_eq!(found[0].added, Some(vec![json!("2"), json!("3")]));
        assert_eq!(found[0].removed, Some(vec![json!("1")]));
    }

    fn between_machines(old: Value, new: Value) -> Vec<String> {
        let (Value::Object(old), Value::Object(new)) = (old, new) else { panic!("not rows") };
        let changes = changes(&old, &new, Kind::Instances, &Ignore::default());
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
    fn the_ends_of_a_link_are_told_apart() {
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
