//! The things to find, arranged so that each row of an inventory is compared with few of them.

use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::super::filter::TextPattern;
use super::super::short_ids::short_ids;
use super::mac_address;
use super::prefix_index::PrefixIndex;
use super::report::MatchRelation;
use super::thing::{FindQuery, Thing};

/// That a row has a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// The position of the thing.
    pub thing: usize,
    /// How the row has it.
    pub relation: MatchRelation,
    /// The addresses that it has of the thing.
    pub addresses: Vec<IpAddr>,
    /// The prefix of the row that overlaps the thing.
    pub prefix: Option<IpNet>,
}

impl Hit {
    const fn new(thing: usize, relation: MatchRelation) -> Self {
        Self { thing, relation, addresses: Vec::new(), prefix: None }
    }
}

/// The things to find.
#[derive(Debug, Default)]
pub(super) struct ThingIndex {
    /// Addresses and prefixes.
    prefixes: PrefixIndex<usize>,
    /// Ids and names without wildcards, and hardware addresses.
    names: HashMap<String, Vec<usize>>,
    globs: Vec<(usize, TextPattern)>,
    is_address: Vec<bool>,
}

impl ThingIndex {
    /// Arranges `queries`.
    pub fn new(queries: &[FindQuery]) -> Self {
        let mut index = Self::default();
        for (position, query) in queries.iter().enumerate() {
            index.is_address.push(matches!(query.thing, Thing::Address(_)));
            match &query.thing {
                Thing::Address(address) => index.prefixes.add(IpNet::from(*address), position),
                Thing::Prefix(prefix) => index.prefixes.add(*prefix, position),
                Thing::Mac(digits) => index.names.entry(digits.clone()).or_default().push(position),
                Thing::Name(name) => {
                    if name.is_glob() {
                        index.globs.push((position, name.pattern.clone()));
                    }
                    // A name may have brackets in it, so a glob is one, too.
                    index.names.entry(name.text.clone()).or_default().push(position);
                }
            }
        }
        index
    }

    /// Tells whether any thing is an id, a name or a hardware address.
    pub fn has_names(&self) -> bool {
        !self.names.is_empty()
    }

    /// Returns the hits of a row that has these addresses.
    pub fn address_hits(&self, addresses: &[IpAddr], relation: MatchRelation, hits: &mut Vec<Hit>) {
        for address in addresses {
            for (_, thing) in self.prefixes.overlapping(IpNet::from(*address)) {
                let relation = if self.is_address[*thing] { relation } else { MatchRelation::Inside };
                hit(hits, *thing, relation).addresses.push(*address);
            }
        }
    }

    /// Returns the hits of a row to which these prefixes are delegated.
    pub fn delegation_hits(&self, prefixes: &[IpNet], hits: &mut Vec<Hit>) {
        for prefix in prefixes {
            for (of_thing, thing) in self.prefixes.overlapping(*prefix) {
                let relation = match compare(*prefix, of_thing) {
                    _ if self.is_address[*thing] => MatchRelation::DelegatedPrefix,
                    relation => relation,
                };
                hit(hits, *thing, relation).prefix = Some(*prefix);
            }
        }
    }

    /// Returns the hits of a prefix of a row: the thing, whether it is an address, and how the prefix relates to it.
    pub fn prefix_hits(&self, prefix: IpNet) -> impl Iterator<Item = (Hit, Option<IpAddr>)> {
        self.prefixes.overlapping(prefix).map(move |(of_thing, thing)| {
            let is_address = self.is_address[*thing];
            let relation = if is_address { MatchRelation::Contains } else { compare(prefix, of_thing) };
            let hit = Hit { prefix: Some(prefix), ..Hit::new(*thing, relation) };
            (hit, is_address.then(|| of_thing.addr()))
        })
    }

    /// Returns the hits of a row with this id and name.
    pub fn name_hits(&self, id: &str, name: Option<&str>, hits: &mut Vec<Hit>) {
        if !self.has_names() {
            return;
        }
        let id = id.to_lowercase();
        for short in short_ids(&id) {
            self.text_hits(&short, MatchRelation::Id, hits);
        }
        self.text_hits(&id, MatchRelation::Id, hits);
        if let Some(name) = name {
            self.text_hits(&name.to_lowercase(), MatchRelation::Name, hits);
        }
    }

    /// Returns the hits of a row with this hardware address.
    pub fn mac_hits(&self, mac: Option<&str>, hits: &mut Vec<Hit>) {
        let digits = mac.filter(|_| self.has_names()).and_then(mac_address::parse);
        for thing in digits.and_then(|digits| self.names.get(&digits)).into_iter().flatten() {
            hit(hits, *thing, MatchRelation::Mac);
        }
    }

    /// Returns the hits of a row that is attached to what has this id. Globs do not count.
    pub fn attachment_hits(&self, attached_to: Option<&str>, hits: &mut Vec<Hit>) {
        let Some(id) = attached_to.filter(|_| self.has_names()).map(str::to_lowercase) else { return };
        for text in short_ids(&id).chain([id.clone()]) {
            for thing in self.names.get(&text).into_iter().flatten() {
                hit(hits, *thing, MatchRelation::AttachedTo);
            }
        }
    }

    fn text_hits(&self, text: &str, relation: MatchRelation, hits: &mut Vec<Hit>) {
        let exact = self.names.get(text).into_iter().flatten().copied();
        let by_glob = self.globs.iter().filter(|(_, glob)| glob.matches(text)).map(|(thing, _)| *thing);
        for thing in exact.chain(by_glob) {
            hit(hits, thing, relation);
        }
    }
}

/// Returns the hit of a thing; a new one if the row does not have it yet.
fn hit(hits: &mut Vec<Hit>, thing: usize, relation: MatchRelation) -> &mut Hit {
    let position = hits.iter().position(|hit| hit.thing == thing).unwrap_or_else(|| {
        hits.push(Hit::new(thing, relation));
        hits.len() - 1
    });
    &mut hits[position]
}

/// Says how a prefix of a row relates to the prefix that is looked for.
fn compare(prefix: IpNet, thing: IpNet) -> MatchRelation {
    match prefix.prefix_len().cmp(&thing.prefix_len()) {
        std::cmp::Ordering::Less => MatchRelation::Contains,
        std::cmp::Ordering::Equal => MatchRelation::Equal,
        std::cmp::Ordering::Greater => MatchRelation::Inside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[&str]) -> ThingIndex {
        ThingIndex::new(&texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>())
    }

    /// Lists the things that a row with this id and name has.
    fn named(index: &ThingIndex, id: &str, name: Option<&str>) -> Vec<(usize, MatchRelation)> {
        let mut hits = Vec::new();
        index.name_hits(id, name, &mut hits);
        hits.into_iter().map(|hit| (hit.thing, hit.relation)).collect()
    }

    #[test]
    fn ids_of_azure_have_short_forms() {
        let id =
            "/subscriptions/S/resourceGroups/Rg/providers/Microsoft.Network/virtualNetworks/Hub/subnets/App";
        let short: Vec<String> = short_ids(&id.to_lowercase()).collect();
        assert_eq!(short, ["rg/hub/app", "app", "hub/app"]);
        assert_eq!(short_ids("vpc-1").count(), 0);
        let index = index(&["RG/hub/APP", id, "hub/*"]);
        let all = [(0, MatchRelation::Id), (2, MatchRelation::Id), (1, MatchRelation::Id)];
        assert_eq!(named(&index, id, None), all);
    }

    #[test]
    fn names_are_found_in_any_case_and_with_wildcards_as_they_are() {
        let index = index(&["WEB-1", "web-[1]", "web-*"]);
        assert_eq!(named(&index, "i-1", Some("web-1")).len(), 3);
        let odd = named(&index, "i-1", Some("Web-[1]"));
        assert_eq!(odd, [(1, MatchRelation::Name), (2, MatchRelation::Name)]);
        assert_eq!(named(&index, "i-1", None), []);
    }

    #[test]
    fn an_address_of_a_row_is_one_hit_of_a_prefix_however_many_there_are() {
        let index = index(&["10.0.0.1", "10.0.0.0/24"]);
        let mut hits = Vec::new();
        let addresses = ["10.0.0.1", "10.0.0.2", "10.0.1.1"].map(|text| text.parse().unwrap());
        index.address_hits(&addresses, MatchRelation::PrivateAddress, &mut hits);
        let found: Vec<_> = hits.iter().map(|hit| (hit.thing, hit.relation, hit.addresses.len())).collect();
        assert!(found.contains(&(0, MatchRelation::PrivateAddress, 1)), "{found:?}");
        assert!(found.contains(&(1, MatchRelation::Inside, 2)), "{found:?}");
    }
}
