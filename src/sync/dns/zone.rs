//! What a zone has, as a transfer tells it.

use std::collections::{BTreeMap, HashMap};

use domain::base::iana::Rtype;
use domain::base::name::Name;

/// The records of one type and name: their data, without compressed names, and their times to live.
pub type RecordSet = BTreeMap<Vec<u8>, u32>;

/// Types that decide what can be written. The others are not kept.
const KEPT: [Rtype; 7] =
    [Rtype::A, Rtype::AAAA, Rtype::PTR, Rtype::TXT, Rtype::CNAME, Rtype::NS, Rtype::DNAME];

/// The records of a zone.
#[derive(Debug, Clone, Default)]
pub struct ZoneContents {
    /// Its name, in lower case and without a dot at the end, as all names here.
    pub zone: String,
    sets: HashMap<(String, Rtype), RecordSet>,
}

impl ZoneContents {
    /// Makes an empty zone.
    #[must_use]
    pub fn new(zone: &str) -> Self {
        Self { zone: zone.to_owned(), sets: HashMap::new() }
    }

    /// Tells whether records of a type are kept.
    #[must_use]
    pub fn keeps(rtype: Rtype) -> bool {
        KEPT.contains(&rtype)
    }

    /// Adds a record.
    pub fn add(&mut self, name: &str, rtype: Rtype, ttl: u32, data: Vec<u8>) {
        self.sets.entry((name.to_owned(), rtype)).or_default().insert(data, ttl);
    }

    /// Returns the records of a type and name, if there are any.
    #[must_use]
    pub fn get(&self, name: &str, rtype: Rtype) -> Option<&RecordSet> {
        self.sets.get(&(name.to_owned(), rtype))
    }

    /// Lists all records of a type, by name.
    pub fn of_type(&self, rtype: Rtype) -> impl Iterator<Item = (&str, &RecordSet)> {
        let is_of_type = move |((_, present), _): &(&(String, Rtype), _)| *present == rtype;
        self.sets.iter().filter(is_of_type).map(|((name, _), set)| (name.as_str(), set))
    }

    /// Returns the record because of which nothing can be written at a name: an alias there, or a delegation above. Servers
    /// leave out such records without an error.
    #[must_use]
    pub fn obstacle(&self, name: &str) -> Option<String> {
        let mut at = name;
        while at != self.zone {
            let here = [Rtype::CNAME, Rtype::NS, Rtype::DNAME];
            let types: &[Rtype] = if at == name { &here[..2] } else { &here[1..] };
            let found = types.iter().find_map(|rtype| Some((rtype, self.get(at, *rtype)?)));
            if let Some((rtype, set)) = found {
                let value = set.keys().next().and_then(|data| Name::from_octets(data.as_slice()).ok());
                return Some(format!(
                    "{at} {rtype} {}",
                    value.map(|name| name.to_string()).unwrap_or_default()
                ));
            }
            at = at.split_once('.')?.1;
        }
        None
    }
}

/// Returns the zone that a name is in: the longest one.
#[must_use]
pub fn zone_of<'z>(zones: &'z [String], name: &str) -> Option<&'z str> {
    let is_in = |zone: &&String| {
        name.strip_suffix(zone.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    zones.iter().filter(is_in).max_by_key(|zone| zone.len()).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_in_the_longest_zone() {
        let zones = ["example.internal", "eu.example.internal", "10.in-addr.arpa"].map(str::to_owned);
        assert_eq!(zone_of(&zones, "web.eu.example.internal"), Some("eu.example.internal"));
        assert_eq!(zone_of(&zones, "web.neu.example.internal"), Some("example.internal"));
        assert_eq!(zone_of(&zones, "web.myexample.internal"), None);
        assert_eq!(zone_of(&zones, "4.0.0.10.in-addr.arpa"), Some("10.in-addr.arpa"));
        assert_eq!(zone_of(&zones, "4.0.0.110.in-addr.arpa"), None);
    }

    #[test]
    fn aliases_and_delegations_are_in_the_way() {
        let mut zone = ZoneContents::new("example.internal");
        let target = Name::vec_from_str("other.example").unwrap().into_octets();
        zone.add("alias.example.internal", Rtype::CNAME, 300, target.clone());
        zone.add("sub.example.internal", Rtype::NS, 300, target.clone());
        zone.add("example.internal", Rtype::NS, 300, target.clone());
        zone.add("moved.example.internal", Rtype::DNAME, 300, target);
        let obstacle = |name: &str| zone.obstacle(name);
        assert_eq!(obstacle("alias.example.internal").unwrap(), "alias.example.internal CNAME other.example");
        assert_eq!(obstacle("web.sub.example.internal").unwrap(), "sub.example.internal NS other.example");
        assert_eq!(
            obstacle("web.moved.example.internal").unwrap(),
            "moved.example.internal DNAME other.example"
        );
        for free in ["web.example.internal", "x.alias.example.internal", "moved.example.internal"] {
            assert_eq!(obstacle(free), None, "{free}");
        }
    }
}
