//! What a table of VPCs says of an inventory. Pure.

use std::collections::{BTreeSet, HashMap};

use ipnet::IpNet;

use crate::analysis::absence::AbsenceIndex;
use crate::clouds::aws::{DELETED, EXPIRES_AT, MISSING_AT, OWNER_ID, SEEN_AT, VPC_ID};
use crate::model::{Inventory, Kind, Network, NetworkKind, Provider, Scope, Tags};
use crate::sync::{FieldValue, Fields, MappedRecords, PartlyKnown, Record};

/// The kind of its records.
pub const VPC: &str = "vpc";

/// The attributes of ours that are about the item and not about the VPC, apart from the mark. In an item of people they are
/// of people.
pub const TIMES: [&str; 4] = [SEEN_AT, EXPIRES_AT, DELETED, MISSING_AT];

/// The attributes that say what a VPC is. The first five are those of the table that people have.
pub const ATTRIBUTES: [&str; 14] = [
    VPC_ID,
    OWNER_ID,
    "CidrBlock",
    "IsDefault",
    "State",
    "Region",
    "CidrBlocks",
    "FirstAddress",
    "LastAddress",
    "Name",
    "AccountName",
    "Tags",
    "Links",
    "VisibleFrom",
];

/// Returns the key of a VPC.
pub fn key(owner: &str, vpc: &str) -> String {
    format!("{}/{owner}/{vpc}", Provider::Aws)
}

/// Returns a record for each VPC.
pub fn map<'i>(inventory: &'i Inventory) -> MappedRecords {
    let absence = AbsenceIndex::new(inventory);
    let links = links_by_network(inventory);
    let is_vpc = |it: &&Network| it.provider == Provider::Aws && it.kind == NetworkKind::Vpc;
    // Accounts of which the VPCs were read, by region.
    let mut others_read: HashMap<&str, Vec<&str>> = HashMap::new();
    let record = |network: &'i Network| {
        let scope = |kind| Scope {
            provider: Provider::Aws,
            account: network.account.clone(),
            region: Some(network.region.clone()),
            kind,
        };
        // A participant of a shared VPC sees neither its name nor its tags.
        let is_owner_read = network.visible_from.is_empty() || absence.is_proven(&scope(Kind::Networks));
        let others = others_read.entry(network.region.as_str()).or_insert_with(|| {
            let place = |account: &str| Scope { account: account.to_owned(), ..scope(Kind::Networks) };
            let is_read = |account: &&str| absence.is_proven(&place(account));
            let accounts = inventory.accounts.iter().filter(|it| it.provider == Provider::Aws);
            accounts.map(|it| it.id.as_str()).filter(is_read).collect()
        });
        let links_are_known = absence.is_proven(&scope(Kind::Links));
        let links = links.get(network.id.as_str()).map(|ids| ids.iter().map(ToString::to_string).collect());
        Record {
            kind: VPC.to_owned(),
            key: key(&network.account, &network.id),
            scope: scope(Kind::Networks),
            fields: fields(
                network,
                is_owner_read,
                others,
                links_are_known.then(|| links.unwrap_or_default()),
            ),
        }
    };
    MappedRecords {
        records: inventory.networks.iter().filter(is_vpc).map(record).collect(),
        ..MappedRecords::default()
    }
}

/// The ids of links by the networks at their ends.
fn links_by_network(inventory: &Inventory) -> HashMap<&str, BTreeSet<&str>> {
    let mut links: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for link in &inventory.links {
        for network in link.ends.iter().filter_map(|end| end.network.as_deref()) {
            links.entry(network).or_default().insert(&link.id);
        }
    }
    links
}

fn fields(
    network: &Network,
    is_owner_read: bool,
    others_read: &[&str],
    links: Option<Vec<String>>,
) -> Fields {
    let prefixes: Vec<IpNet> = network.prefixes().collect();
    let text = FieldValue::from_text;
    let first = prefixes.first().map(ToString::to_string);
    let (first_address, last_address) = hull(&prefixes);
    let mut fields = Fields::new();
    let mut put = |name: &str, value: FieldValue| drop(fields.insert(name.to_owned(), value));
    put(VPC_ID, text(Some(&network.id)));
    put(OWNER_ID, text(Some(&network.account)));
    put("CidrBlock", text(first.as_deref()));
    put("CidrBlocks", list(prefixes.iter().map(ToString::to_string).collect()));
    put("FirstAddress", first_address);
    put("LastAddress", last_address);
    put("Region", text(Some(&network.region)));
    if is_owner_read {
        put("Name", text(network.name.as_deref()));
        put("Tags", map_of(&network.tags));
    }
    // An item of people that has one of them would be taken for one that we marked.
    for name in TIMES {
        put(name, FieldValue::Empty);
    }
    let absent = others_read.iter().filter(|it| !network.visible_from.iter().any(|known| known == **it));
    put(
        "VisibleFrom",
        FieldValue::Partly(PartlyKnown::Members {
            present: network.visible_from.clone(),
            absent: absent.map(ToString::to_string).collect(),
        }),
    );
    // What is not known leaves what is there.
    for (name, known) in [
        ("IsDefault", network.is_default.map(FieldValue::Boolean)),
        ("State", network.state.as_deref().map(|state| text(Some(state)))),
        ("AccountName", network.account_name.as_deref().map(|name| text(Some(name)))),
        ("Links", links.map(list)),
    ] {
        if let Some(value) = known {
            put(name, value);
        }
    }
    fields
}

/// Returns the first and the last IPv4 address of the prefixes as numbers, so that a condition can find what may overlap.
fn hull(prefixes: &[IpNet]) -> (FieldValue, FieldValue) {
    let ranges = || {
        prefixes.iter().filter_map(|prefix| match prefix {
            IpNet::V4(prefix) => Some((u32::from(prefix.network()), u32::from(prefix.broadcast()))),
            IpNet::V6(_) => None,
        })
    };
    let number = |address: Option<u32>| {
        address.map_or(FieldValue::Empty, |address| FieldValue::Number(i64::from(address)))
    };
    (number(ranges().map(|range| range.0).min()), number(ranges().map(|range| range.1).max()))
}

fn list(list: Vec<String>) -> FieldValue {
    if list.is_empty() { FieldValue::Empty } else { FieldValue::List(list) }
}

fn map_of(tags: &Tags) -> FieldValue {
    if tags.is_empty() { FieldValue::Empty } else { FieldValue::Map(tags.clone().into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockRole, Coverage, Link, LinkEnd, LinkKind, Outcome, Resources, Subject};

    fn inventory(links: Outcome) -> Inventory {
        let block = |cidr: &str| Block { cidr: cidr.parse().unwrap(), role: BlockRole::Primary, state: None };
        let network = |id: &str, kind, blocks| Network {
            provider: Provider::Aws,
            account: "111111111111".into(),
            account_name: None,
            region: "eu-west-1".into(),
            id: id.into(),
            name: None,
            kind,
            blocks,
            is_default: None,
            state: None,
            visible_from: vec![],
            tags: Tags::new(),
        };
        let blocks = ["10.64.0.0/16", "2001:db8::/56", "10.0.0.0/16"].map(block).to_vec();
        let networks =
            vec![network("vpc-1", NetworkKind::Vpc, blocks), network("x", NetworkKind::External, vec![])];
        let end = LinkEnd { network: Some("vpc-1".into()), ..LinkEnd::default() };
        let link = Link {
            provider: Provider::Aws,
            kind: LinkKind::VpcPeering,
            id: "pcx-1".into(),
            ends: vec![end],
            state: None,
        };
        let coverage = [(Subject::Networks, Outcome::Complete), (Subject::Links, links)];
        let coverage = coverage.map(|(kind, outcome)| Coverage {
            provider: Provider::Aws,
            account: "111111111111".into(),
            region: Some("eu-west-1".into()),
            kind,
            outcome,
            detail: None,
            requests: 1,
            duration_ms: 1,
        });
        let resources = Resources { networks, links: vec![link], ..Resources::default() };
        let now = jiff::Timestamp::UNIX_EPOCH;
        Inventory::assemble("test".to_owned(), now, Vec::new(), resources, coverage.to_vec())
    }

    #[test]
    fn a_vpc_has_its_first_block_and_the_addresses_of_all() {
        let records = map(&inventory(Outcome::Complete)).records;
        let [vpc] = records.as_slice() else { panic!("{records:?}") };
        assert_eq!(vpc.key, "aws/111111111111/vpc-1");
        assert_eq!(vpc.fields["CidrBlock"], FieldValue::Text("10.64.0.0/16".to_owned()));
        assert_eq!(vpc.fields["FirstAddress"], FieldValue::Number(0x0a00_0000));
        assert_eq!(vpc.fields["LastAddress"], FieldValue::Number(0x0a40_ffff));
        assert_eq!(vpc.fields["Links"], FieldValue::List(vec!["pcx-1".to_owned()]));
        assert_eq!(vpc.fields["Name"], FieldValue::Empty, "it has no name, which is known");
        let is_known = |field: &str| ATTRIBUTES.contains(&field) || TIMES.contains(&field);
        assert!(vpc.fields.keys().all(|field| is_known(field)));
    }

    /// The scan of a participant alone leaves what the scan of the owner wrote.
    #[test]
    fn a_participant_does_not_know_the_name_of_a_shared_vpc_and_not_everyone_who_sees_it() {
        let mut inventory = inventory(Outcome::Complete);
        inventory.networks[0].visible_from = vec!["222222222222".to_owned()];
        inventory.coverage.clear();
        let fields = &map(&inventory).records[0].fields;
        assert!(!fields.contains_key("Name") && !fields.contains_key("Tags"), "{fields:?}");
        let of = |list: &[&str]| FieldValue::List(list.iter().map(ToString::to_string).collect());
        let there = of(&["222222222222", "333333333333"]);
        assert_eq!(fields["VisibleFrom"].given(&there), there);
        assert_eq!(fields["VisibleFrom"].given(&of(&["333333333333"])), there);
        assert_eq!(fields["VisibleFrom"].given(&FieldValue::Empty), of(&["222222222222"]));
    }

    #[test]
    fn what_is_not_known_is_no_field() {
        let records = map(&inventory(Outcome::Denied)).records;
        for unknown in ["Links", "IsDefault", "State", "AccountName"] {
            assert!(!records[0].fields.contains_key(unknown), "{unknown}");
        }
    }
}
