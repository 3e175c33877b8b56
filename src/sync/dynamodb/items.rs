//! Items of a table of VPCs as records, and times as attributes. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::mapping::{ATTRIBUTES, TIMES, VPC, key};
use crate::clouds::aws::{DELETED, EXPIRES_AT, MANAGED_BY, MISSING_AT, OWNER_ID, SEEN_AT, VPC_ID};
use crate::model::{Kind, Provider, Scope};
use crate::sync::{ExistingRecord, FieldValue, Fields, Owner, OwnerMark, Record, RecordPlace};

/// The attributes that come with `Deleted`; otherwise they are of people.
const OF_MARK: [&str; 3] = [EXPIRES_AT, DELETED, MISSING_AT];

/// Writes a time so that texts compare as times do: always with milliseconds.
pub fn time_text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Reads an item, for the target `name`.
pub fn existing(item: &Map<String, Value>, name: &str) -> ExistingRecord {
    let text = |attribute: &str| item.get(attribute).and_then(Value::as_str).unwrap_or_default();
    let time = |attribute: &str| text(attribute).parse::<Timestamp>().ok();
    let (vpc, owner_id) = (text(VPC_ID), text(OWNER_ID));
    let mark: Option<OwnerMark> = text(MANAGED_BY).parse().ok();
    let owner = match (&mark, item.get(MANAGED_BY)) {
        (Some(mark), _) => mark.owner(name),
        (None, None) => Owner::Foreign,
        (None, Some(other)) => Owner::OtherTarget(other.as_str().unwrap_or("another program").to_owned()),
    };
    let marked_at = time(DELETED);
    let is_of_mark = |attribute: &str| OF_MARK.contains(&attribute) && marked_at.is_some();
    let is_known = |attribute: &str| {
        ATTRIBUTES.contains(&attribute) || [MANAGED_BY, SEEN_AT].contains(&attribute) || is_of_mark(attribute)
    };
    let is_field = |attribute: &str| {
        ATTRIBUTES.contains(&attribute)
            || is_of_mark(attribute)
            || mark.is_none() && TIMES.contains(&attribute)
    };
    let fields: Fields = item
        .iter()
        .filter(|(attribute, _)| is_field(attribute))
        .map(|(attribute, value)| (attribute.clone(), field(attribute, value)))
        .collect();
    let additions = item.keys().filter(|attribute| !is_known(attribute)).cloned().collect();
    let scope = mark.map_or_else(|| unmarked_scope(owner_id, text("Region")), |mark| mark.scope);
    ExistingRecord {
        record: Record { kind: VPC.to_owned(), key: key(owner_id, vpc), scope, fields },
        // What is written is written on the condition that the item still has this mark.
        place: RecordPlace { id: format!("{vpc}/{owner_id}"), version: Some(text(MANAGED_BY).to_owned()) },
        owner,
        seen_at: time(SEEN_AT).max(time(MISSING_AT).filter(|_| marked_at.is_some())),
        marked_at,
        additions,
    }
}

fn unmarked_scope(owner: &str, region: &str) -> Scope {
    let region = Some(region).filter(|region| !region.is_empty()).map(str::to_owned);
    Scope { provider: Provider::Aws, account: owner.to_owned(), region, kind: Kind::Networks }
}

/// Reads an attribute. Programs that write text only have `True` for true.
fn field(attribute: &str, value: &Value) -> FieldValue {
    match value {
        Value::String(text) if attribute == "IsDefault" => match text.to_ascii_lowercase().as_str() {
            "true" => FieldValue::Boolean(true),
            "false" => FieldValue::Boolean(false),
            _ => FieldValue::Text(text.clone()),
        },
        Value::String(text) => FieldValue::Text(text.clone()),
        Value::Bool(value) => FieldValue::Boolean(*value),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| FieldValue::Text(number.to_string()), FieldValue::Number)
        }
        Value::Array(list) => {
            let texts: Option<Vec<String>> = list.iter().map(|it| it.as_str().map(str::to_owned)).collect();
            texts.map_or_else(|| FieldValue::Text(value.to_string()), FieldValue::List)
        }
        Value::Object(map) => {
            let texts: Option<BTreeMap<String, String>> =
                map.iter().map(|(name, it)| Some((name.clone(), it.as_str()?.to_owned()))).collect();
            texts.map_or_else(|| FieldValue::Text(value.to_string()), FieldValue::Map)
        }
        // Something is there, and it is not what it should be.
        Value::Null => FieldValue::Text("null".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(attributes: &Value) -> Map<String, Value> {
        attributes.as_object().cloned().unwrap()
    }

    /// The table that people have: no mark, five attributes, and `IsDefault` in whichever way their program wrote it.
    #[test]
    fn an_item_without_a_mark_is_foreign_and_has_the_key_of_its_vpc() {
        for is_default in [serde_json::json!(true), serde_json::json!("True")] {
            let found = existing(
                &item(&serde_json::json!({
                    "VpcId": "vpc-1", "OwnerId": "111111111111", "CidrBlock": "10.0.0.0/16",
                    "IsDefault": is_default, "State": "available",
                })),
                "vpcs",
            );
            assert_eq!((found.owner, found.record.key.as_str()), (Owner::Foreign, "aws/111111111111/vpc-1"));
            assert_eq!(found.record.fields["IsDefault"], FieldValue::Boolean(true));
            assert_eq!(found.record.scope.region, None);
        }
    }

    #[test]
    fn marks_times_and_additions_are_read() {
        let attributes = serde_json::json!({
            "VpcId": "vpc-1", "OwnerId": "111111111111", "Notes": "ask Ann first",
            "ManagedBy": "netcensus:vpcs:aws/111111111111/eu-west-1/networks",
            "SeenAt": "2026-11-27T12:00:00.000Z", "Deleted": "2026-11-27T13:00:00.000Z", "ExpiresAt": 1_795_000_000,
        });
        let found = existing(&item(&attributes), "vpcs");
        assert_eq!(
            (&found.owner, found.additions.as_slice()),
            (&Owner::Ours, ["Notes".to_owned()].as_slice())
        );
        assert_eq!(found.seen_at, Some("2026-11-27T12:00:00Z".parse().unwrap()));
        assert_eq!(found.marked_at, Some("2026-11-27T13:00:00Z".parse().unwrap()));
        assert_eq!(existing(&item(&attributes), "lab").owner, Owner::OtherTarget("vpcs".to_owned()));
        let mut edited = item(&attributes);
        edited.insert("Deleted".to_owned(), "soon".into());
        edited.insert("ManagedBy".to_owned(), "terraform".into());
        let found = existing(&edited, "vpcs");
        assert_eq!(found.owner, Owner::OtherTarget("terraform".to_owned()));
        assert_eq!(
            (found.marked_at, found.additions),
            (None, ["Deleted", "ExpiresAt", "Notes"].map(str::to_owned).to_vec())
        );
    }

    /// Of an item that is alone in its account and region, nothing else says that a newer inventory lacks it.
    #[test]
    fn the_inventory_that_marked_an_item_counts_as_one_that_was_applied() {
        let mut marked = item(&serde_json::json!({
            "VpcId": "vpc-1", "OwnerId": "1", "ManagedBy": "netcensus:vpcs:aws/1/eu-west-1/networks",
            "SeenAt": "2026-11-27T12:00:00.000Z", "MissingAt": "2026-11-27T14:00:00.000Z",
            "Deleted": "2026-11-28T09:00:00.000Z",
        }));
        let found = existing(&marked, "vpcs");
        assert_eq!(found.seen_at, Some("2026-11-27T14:00:00Z".parse().unwrap()));
        assert_eq!(found.additions, Vec::<String>::new());
        marked.remove("Deleted");
        let found = existing(&marked, "vpcs");
        assert_eq!(found.seen_at, Some("2026-11-27T12:00:00Z".parse().unwrap()), "people wrote it");
        assert_eq!(found.additions, ["MissingAt"]);
    }

    /// They would be taken for ours once the item is adopted, and removed.
    #[test]
    fn times_of_people_are_in_the_way_and_additions() {
        let people = serde_json::json!({
            "VpcId": "vpc-1", "OwnerId": "1", "Deleted": "2026-01-01", "ExpiresAt": 1, "SeenAt": "today",
            "MissingAt": "yesterday",
        });
        let found = existing(&item(&people), "vpcs");
        assert!(TIMES.iter().all(|name| found.record.fields.contains_key(*name)), "{found:?}");
        let mut ours = item(&people);
        ours.insert("ManagedBy".to_owned(), "netcensus:vpcs:aws/1/eu-west-1/networks".into());
        ours.remove("Deleted");
        let found = existing(&ours, "vpcs");
        assert_eq!(found.additions, ["ExpiresAt", "MissingAt"], "they did not come with our mark");
        ours.insert("Deleted".to_owned(), "2026-11-27T13:00:00.000Z".into());
        let found = existing(&ours, "vpcs");
        assert_eq!(found.additions, Vec::<String>::new());
        assert!(found.record.fields.contains_key("ExpiresAt"), "it goes with the mark");
    }

    #[test]
    fn times_compare_as_texts() {
        let times = ["2026-11-27T12:00:00Z", "2026-11-27T12:00:00.25Z", "2026-11-27T12:00:01Z"];
        let texts = times.map(|time| time_text(time.parse().unwrap()));
        assert!(texts.is_sorted(), "{texts:?}");
        assert_eq!(texts[1], "2026-11-27T12:00:00.250Z");
    }
}
