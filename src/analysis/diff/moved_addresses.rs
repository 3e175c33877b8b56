//! Addresses that one resource had before and another one has now.
//!
//! Both sides must be proven: that the one lost the address, and that the other got it. So an address is not in this list
//! if it is on one side only because the other could not be read.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::changes::{AddressHolder, FieldChange, MovedAddress};
use super::request::IgnoredFields;
use crate::model::{Kind, Provider};

/// The fields that list addresses, and whether such an address is one of its network: elsewhere, the same is another one.
const ADDRESS_FIELDS: [(&str, bool); 5] = [
    ("private_ips", true),
    ("private_prefixes", true),
    ("public_ips", false),
    ("carrier_ips", false),
    ("customer_owned_ips", true),
];

/// An address, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct AddressKey {
    provider: Provider,
    /// The field that lists it.
    field: &'static str,
    /// The network, where it is one of its network.
    network: Option<String>,
    text: String,
}

/// A row that lost or got addresses.
pub(super) struct AddressRow<'r> {
    pub holder: AddressHolder,
    pub fields: &'r Map<String, Value>,
    /// Whether the row passes the filters.
    pub is_wanted: bool,
}

/// Who lost or got an address: the position among the holders, and `None` if several did.
type Holders = HashMap<(Kind, AddressKey), Option<usize>>;

/// Collects the addresses that resources lost and got.
#[derive(Default)]
pub(super) struct AddressMoves {
    holders: Vec<(AddressHolder, bool)>,
    lost: Holders,
    got: Holders,
}

impl AddressMoves {
    /// Notes the addresses of a row that is gone, except in ignored fields.
    pub fn note_gone(&mut self, kind: Kind, row: AddressRow<'_>, ignored: &IgnoredFields) {
        let addresses = addresses_of(kind, &row, ignored);
        let holder = self.add_holder(row);
        note_holder(&mut self.lost, kind, addresses, holder);
    }

    /// Notes the addresses of a row that is new, except in ignored fields.
    pub fn note_new(&mut self, kind: Kind, row: AddressRow<'_>, ignored: &IgnoredFields) {
        let addresses = addresses_of(kind, &row, ignored);
        let holder = self.add_holder(row);
        note_holder(&mut self.got, kind, addresses, holder);
    }

    /// Notes the addresses that a row of both sides lost and got: those of `changes`, which are proven.
    pub fn note_changed(
        &mut self,
        kind: Kind,
        (before, after): (AddressRow<'_>, AddressRow<'_>),
        changes: &[FieldChange],
    ) {
        let of = |row: &AddressRow<'_>, items: fn(&FieldChange) -> Option<&Vec<Value>>| -> Vec<AddressKey> {
            let lists = ADDRESS_FIELDS.into_iter().filter_map(|field| {
                let change = changes.iter().find(|change| change.field == field.0)?;
                Some((field, items(change)?))
            });
            lists.flat_map(|(field, items)| addresses(row, field, items)).collect()
        };
        let (lost, got) =
            (of(&before, |change| change.removed.as_ref()), of(&after, |change| change.added.as_ref()));
        if lost.is_empty() && got.is_empty() {
            return;
        }
        let holder = self.add_holder(before);
        note_holder(&mut self.lost, kind, lost, holder);
        let holder = self.add_holder(after);
        note_holder(&mut self.got, kind, got, holder);
    }

    fn add_holder(&mut self, row: AddressRow<'_>) -> usize {
        self.holders.push((row.holder, row.is_wanted));
        self.holders.len() - 1
    }

    /// Lists the addresses that exactly one resource lost and exactly one other of its kind got, if either passes the
    /// filters.
    ///
    /// A machine has the addresses of its interfaces. So what moved from machine to machine is not listed for the
    /// interfaces too.
    pub fn into_moved(self) -> Vec<MovedAddress> {
        let Self { holders, lost, mut got } = self;
        let mut pairs: Vec<((Kind, AddressKey), usize, usize)> = lost
            .into_iter()
            .filter_map(|(key, from)| {
                let to = got.remove(&key)??;
                Some((key, from?, to))
            })
            .filter(|(_, from, to)| holders[*from].1 || holders[*to].1)
            .filter(|(_, from, to)| holders[*from].0.location != holders[*to].0.location)
            .collect();
        let of_machines: HashSet<AddressKey> = pairs
            .iter()
            .filter(|((kind, _), ..)| *kind == Kind::Instances)
            .map(|((_, address), ..)| address.clone())
            .collect();
        pairs.retain(|((kind, address), ..)| *kind == Kind::Instances || !of_machines.contains(address));
        let mut moved: Vec<MovedAddress> = pairs
            .into_iter()
            .map(|((kind, address), from, to)| MovedAddress {
                address: address.text,
                field: address.field.to_owned(),
                kind,
                from: holders[from].0.clone(),
                to: holders[to].0.clone(),
            })
            .collect();
        moved.sort_by(|one, other| order(one).cmp(&order(other)));
        moved
    }
}

/// Orders addresses by where they are now.
fn order(moved: &MovedAddress) -> (Kind, &AddressHolder, &str, &str) {
    (moved.kind, &moved.to, &moved.field, &moved.address)
}

fn note_holder(holders: &mut Holders, kind: Kind, addresses: Vec<AddressKey>, holder: usize) {
    for address in addresses {
        holders
            .entry((kind, address))
            .and_modify(|known| *known = known.filter(|known| *known == holder))
            .or_insert(Some(holder));
    }
}

fn addresses_of(kind: Kind, row: &AddressRow<'_>, ignored: &IgnoredFields) -> Vec<AddressKey> {
    let fields = ADDRESS_FIELDS.into_iter().filter(|(name, _)| !ignored.covers(kind, name));
    let lists = fields.filter_map(|field| Some((field, row.fields.get(field.0)?.as_array()?)));
    lists.flat_map(|(field, items)| addresses(row, field, items)).collect()
}

/// Returns the addresses in a list of a row; none if it is not known which network they are of.
fn addresses(
    row: &AddressRow<'_>,
    (field, is_of_network): (&'static str, bool),
    items: &[Value],
) -> Vec<AddressKey> {
    let provider = row.holder.location.provider;
    let network = row.fields.get("network").and_then(Value::as_str).map(str::to_ascii_lowercase);
    let network = network.filter(|_| is_of_network);
    if is_of_network && network.is_none() {
        return Vec::new();
    }
    let texts = items.iter().filter_map(Value::as_str);
    texts
        .map(|text| AddressKey { provider, field, network: network.clone(), text: text.to_owned() })
        .collect()
}
