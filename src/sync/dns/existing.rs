//! Which records of the registry a zone has, and whose they are. Pure.

use std::collections::{BTreeSet, HashSet};

use domain::base::iana::Rtype;

use super::mapping::{MACHINE, TTL};
use super::ownership::{Ownership, any_owner, find_ownership};
use super::record_type::RecordType;
use super::zone::{RecordSet, ZoneContents, zone_of};
use crate::model::{Kind, Provider, Scope};
use crate::sync::{ExistingRecord, FieldValue, Fields, Owner, Record, RecordPlace};

/// Whose records are ours.
#[derive(Debug, Clone, Copy)]
pub struct SyncOwner<'a> {
    /// The name of the target.
    pub target: &'a str,
    /// The owner in the TXT records.
    pub owner: &'a str,
}

/// Lists the records of ours, and whatever is in the place of a wanted one. The rest of a zone may be large.
#[must_use]
pub fn existing_records(zones: &[ZoneContents], wanted: &[Record], us: SyncOwner<'_>) -> Vec<ExistingRecord> {
    let names: Vec<String> = zones.iter().map(|zone| zone.zone.clone()).collect();
    let wanted_keys: HashSet<(&str, &str)> =
        wanted.iter().map(|record| (record.kind.as_str(), record.key.as_str())).collect();
    let mut found = Vec::new();
    for zone in zones {
        let is_here = |name: &str| zone_of(&names, name) == Some(zone.zone.as_str());
        let owned = owned_names(zone).filter(|(_, name)| is_here(name));
        let asked = wanted.iter().filter_map(|it| Some((RecordType::from_kind(&it.kind)?, it.key.clone())));
        let places: BTreeSet<_> = owned.chain(asked.filter(|(_, name)| is_here(name))).collect();
        for (record_type, name) in places {
            let is_wanted = wanted_keys.contains(&(record_type.kind(), name.as_str()));
            let record = existing_record(zone, record_type, &name, us);
            let is_ours = |it: &ExistingRecord| matches!(it.owner, Owner::Ours | Owner::Adopted);
            found.extend(record.filter(|it| is_wanted || is_ours(it)));
        }
    }
    found
}

/// Lists the records that have a TXT record of netcensus, whether they are there or not.
fn owned_names(zone: &ZoneContents) -> impl Iterator<Item = (RecordType, String)> {
    let sets = zone.of_type(Rtype::TXT).filter(|(_, set)| find_ownership(set).is_some());
    sets.flat_map(|(name, _)| {
        RecordType::ALL
            .into_iter()
            .filter_map(move |record_type| Some((record_type, record_type.owned_name(name)?.to_owned())))
    })
}

fn existing_record(
    zone: &ZoneContents,
    record_type: RecordType,
    name: &str,
    us: SyncOwner<'_>,
) -> Option<ExistingRecord> {
    let ownership_name = record_type.ownership_name(name);
    let obstacle = zone.obstacle(name).or_else(|| zone.obstacle(&ownership_name));
    let set = zone.get(name, record_type.rtype());
    let txt = zone.get(&ownership_name, Rtype::TXT);
    if let Some(obstacle) = obstacle {
        let fields = Fields::from([(record_type.field().to_owned(), FieldValue::Text(obstacle))]);
        return Some(foreign(record_type, name, Owner::Foreign, fields));
    }
    if let Some((ownership, _)) = txt.and_then(find_ownership) {
        return Some(owned(record_type, name, set, &ownership, us));
    }
    // Before version 0.16, external-dns also wrote the TXT record beside the name itself.
    let other = txt.and_then(any_owner).or_else(|| zone.get(name, Rtype::TXT).and_then(any_owner));
    let owner = other.clone().map_or(Owner::Foreign, Owner::OtherTarget);
    (set.is_some() || other.is_some()).then(|| {
        foreign(record_type, name, owner, value_fields(record_type, set, all_values(record_type, set)))
    })
}

fn owned(
    record_type: RecordType,
    name: &str,
    set: Option<&RecordSet>,
    ownership: &Ownership,
    us: SyncOwner<'_>,
) -> ExistingRecord {
    let there = all_values(record_type, set);
    let is_written = |value: &&String| ownership.values.contains(value);
    let additions: Vec<String> = there.iter().filter(|value| !is_written(value)).cloned().collect();
    // If all that was written is there, more is an addition of people, which stays. Otherwise they changed our record.
    let is_whole = ownership.values.iter().all(|value| there.contains(value));
    let ours = if is_whole { ownership.values.clone() } else { there };
    let mut fields = value_fields(record_type, set, ours);
    fields.insert(MACHINE.to_owned(), FieldValue::Text(ownership.resource.clone()));
    ExistingRecord {
        record: Record {
            kind: record_type.kind().to_owned(),
            key: name.to_owned(),
            scope: ownership.mark.scope.clone(),
            fields,
        },
        place: RecordPlace { id: name.to_owned(), version: None },
        owner: ownership.owner(us.target, us.owner),
        seen_at: ownership.seen,
        marked_at: ownership.deleted,
        additions,
    }
}

fn foreign(record_type: RecordType, name: &str, owner: Owner, fields: Fields) -> ExistingRecord {
    // Nothing is decided by the scope of what is not ours.
    let scope =
        Scope { provider: Provider::External, account: String::new(), region: None, kind: Kind::Instances };
    ExistingRecord {
        record: Record { kind: record_type.kind().to_owned(), key: name.to_owned(), scope, fields },
        place: RecordPlace { id: name.to_owned(), version: None },
        owner,
        seen_at: None,
        marked_at: None,
        additions: Vec::new(),
    }
}

fn all_values(record_type: RecordType, set: Option<&RecordSet>) -> Vec<String> {
    // Data is in the order of addresses, as wanted values are.
    set.into_iter().flat_map(|set| set.keys()).filter_map(|data| record_type.text(data)).collect()
}

fn value_fields(record_type: RecordType, set: Option<&RecordSet>, values: Vec<String>) -> Fields {
    let Some(set) = set.filter(|_| !values.is_empty()) else { return Fields::new() };
    let ttl = values.iter().filter_map(|value| set.get(&record_type.data(value)?)).max();
    let mut fields = Fields::from([(record_type.field().to_owned(), FieldValue::List(values))]);
    if let Some(ttl) = ttl {
        fields.insert(TTL.to_owned(), FieldValue::Number((*ttl).into()));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::OwnerMark;

    const NAME: &str = "web.example.internal";
    const US: SyncOwner<'_> = SyncOwner { target: "names", owner: "netcensus-names" };

    fn wanted() -> Record {
        let scope = Scope {
            provider: Provider::Aws,
            account: "111111111111".to_owned(),
            region: Some("eu-west-1".to_owned()),
            kind: Kind::Instances,
        };
        Record { kind: "a".to_owned(), key: NAME.to_owned(), scope, fields: Fields::new() }
    }

    fn ownership(values: &[&str]) -> Ownership {
        Ownership {
            owner: US.owner.to_owned(),
            resource: "aws/111111111111/eu-west-1/i-1".to_owned(),
            mark: OwnerMark { target: US.target.to_owned(), scope: wanted().scope, is_adopted: false },
            values: values.iter().map(ToString::to_string).collect(),
            seen: None,
            deleted: None,
        }
    }

    /// Makes a zone with addresses of the name, and a TXT record.
    fn zone(addresses: &[&str], txt: Option<Vec<u8>>) -> ZoneContents {
        let mut zone = ZoneContents::new("example.internal");
        for address in addresses {
            zone.add(NAME, Rtype::A, 300, RecordType::A.data(address).unwrap());
        }
        if let Some(txt) = txt {
            zone.add(&RecordType::A.ownership_name(NAME), Rtype::TXT, 300, txt);
        }
        zone
    }

    fn found(zone: ZoneContents) -> ExistingRecord {
        let mut found = existing_records(&[zone], &[wanted()], US);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    fn addresses(record: &ExistingRecord) -> String {
        record.record.fields.get("addresses").unwrap_or(&FieldValue::Empty).to_string()
    }

    #[test]
    fn a_record_is_ours_by_its_txt_record_only() {
        let ours = found(zone(&["10.0.0.4"], Some(ownership(&["10.0.0.4"]).data())));
        assert_eq!((&ours.owner, addresses(&ours).as_str()), (&Owner::Ours, "10.0.0.4"));
        let without = found(zone(&["10.0.0.4"], None));
        assert_eq!((&without.owner, addresses(&without).as_str()), (&Owner::Foreign, "10.0.0.4"));
        let second = Ownership { owner: "other".to_owned(), ..ownership(&["10.0.0.4"]) };
        let second = found(zone(&["10.0.0.4"], Some(second.data())));
        assert_eq!(second.owner, Owner::OtherTarget("other".to_owned()));
        assert!(existing_records(&[zone(&["10.0.0.4"], None)], &[], US).is_empty());
    }

    #[test]
    fn what_people_add_to_a_record_is_told_from_what_they_change() {
        let added = found(zone(&["10.0.0.4", "10.0.0.9"], Some(ownership(&["10.0.0.4"]).data())));
        assert_eq!(
            (addresses(&added).as_str(), added.additions.as_slice()),
            ("10.0.0.4", &["10.0.0.9".to_owned()][..])
        );
        let changed = found(zone(&["10.0.0.9"], Some(ownership(&["10.0.0.4"]).data())));
        assert_eq!((addresses(&changed).as_str(), changed.additions.len()), ("10.0.0.9", 1));
        let removed = found(zone(&[], Some(ownership(&["10.0.0.4"]).data())));
        assert_eq!((&removed.owner, addresses(&removed).as_str()), (&Owner::Ours, "nothing"));
    }

    #[test]
    fn an_alias_in_the_place_of_a_record_is_what_people_made() {
        let mut zone = zone(&[], Some(ownership(&["10.0.0.4"]).data()));
        let alias = RecordType::Ptr.data("other.example").unwrap();
        zone.add(NAME, Rtype::CNAME, 300, alias);
        let found = found(zone);
        assert_eq!(found.owner, Owner::Foreign);
        assert_eq!(addresses(&found), "web.example.internal CNAME other.example");
    }

    #[test]
    fn a_name_counts_in_the_zone_that_it_is_in() {
        let outer = zone(&["10.0.0.4"], Some(ownership(&["10.0.0.4"]).data()));
        let inner = ZoneContents::new("web.example.internal");
        assert!(existing_records(&[outer, inner], &[], US).is_empty(), "hidden by the inner zone");
    }
}
