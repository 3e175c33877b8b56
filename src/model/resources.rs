//! A heap of resources of all kinds, as one scope or a whole scan yields them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Identity, Instance, Interface, Kind, Link, LinkEnd, Network, Resource, Subnet};

/// Resources of every kind, in no particular order until [`Resources::normalise`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    /// Networks.
    pub networks: Vec<Network>,
    /// Subnets.
    pub subnets: Vec<Subnet>,
    /// Instances.
    pub instances: Vec<Instance>,
    /// Interfaces.
    pub interfaces: Vec<Interface>,
    /// Links.
    pub links: Vec<Link>,
}

impl Resources {
    /// Adds everything of `other`.
    pub fn append(&mut self, mut other: Self) {
        self.networks.append(&mut other.networks);
        self.subnets.append(&mut other.subnets);
        self.instances.append(&mut other.instances);
        self.interfaces.append(&mut other.interfaces);
        self.links.append(&mut other.links);
    }

    /// Counts the resources of `kind`.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Networks => self.networks.len(),
            Kind::Subnets => self.subnets.len(),
            Kind::Instances => self.instances.len(),
            Kind::Interfaces => self.interfaces.len(),
            Kind::Links => self.links.len(),
        }
    }

    /// Sorts everything into the canonical order and joins what several accounts saw of one resource.
    ///
    /// A network or subnet shared by AWS RAM is listed by its owner and by every participant; it stays
    /// once, under its owner, the participants in `visible_from`. The owner's own view wins, since
    /// participants do not see its tags. A link seen from both ends stays once.
    pub fn normalise(&mut self) {
        merge(&mut self.networks, join_networks);
        merge(&mut self.subnets, join_subnets);
        merge(&mut self.instances, keep_first);
        merge(&mut self.interfaces, keep_first);
        merge(&mut self.links, join_links);
    }
}

fn merge<T: Resource>(items: &mut Vec<T>, join: impl Fn(&mut T, T)) {
    // As saved inventories are. Making a map of them would take as long as reading them, and twice the memory.
    if items.iter().map(Resource::identity).is_sorted_by(|one, other| one < other) {
        return;
    }
    let mut merged: BTreeMap<Identity, T> = BTreeMap::new();
    for item in std::mem::take(items) {
        match merged.entry(item.identity()) {
            Entry::Vacant(slot) => drop(slot.insert(item)),
            Entry::Occupied(mut slot) => join(slot.get_mut(), item),
        }
    }
    items.extend(merged.into_values());
}

fn keep_first<T>(_: &mut T, _: T) {}

/// Keeps the owner's view (the one that no other account saw it through) and joins `visible_from`.
fn join_networks(kept: &mut Network, mut other: Network) {
    if !kept.visible_from.is_empty() && other.visible_from.is_empty() {
        std::mem::swap(kept, &mut other);
    }
    kept.account_name = kept.account_name.take().or(other.account_name);
    join_sorted(&mut kept.visible_from, other.visible_from);
    // Views may differ while a block is added: none is lost.
    for block in other.blocks {
        if !kept.blocks.iter().any(|known| known.cidr == block.cidr) {
            kept.blocks.push(block);
        }
    }
}

fn join_subnets(kept: &mut Subnet, mut other: Subnet) {
    if !kept.visible_from.is_empty() && other.visible_from.is_empty() {
        std::mem::swap(kept, &mut other);
    }
    join_sorted(&mut kept.visible_from, other.visible_from);
    for prefix in other.prefixes {
        if !kept.prefixes.contains(&prefix) {
            kept.prefixes.push(prefix);
        }
    }
}

/// Each side of a link may know more of its own end than the other side does.
fn join_links(kept: &mut Link, other: Link) {
    kept.state = kept.state.take().or(other.state);
    for (index, end) in other.ends.into_iter().enumerate() {
        match kept.ends.get_mut(index) {
            Some(known) => join_end(known, end),
            None => kept.ends.push(end),
        }
    }
}

fn join_end(known: &mut LinkEnd, other: LinkEnd) {
    known.account = known.account.take().or(other.account);
    known.region = known.region.take().or(other.region);
    known.network = known.network.take().or(other.network);
    join_sorted(&mut known.prefixes, other.prefixes);
}

fn join_sorted<T: Ord>(kept: &mut Vec<T>, other: Vec<T>) {
    kept.extend(other);
    kept.sort_unstable();
    kept.dedup();
}

#[cfg(test)]
mod tests {
    use super::super::{Block, BlockRole, NetworkKind, Provider};
    use super::*;

    fn network(account: &str, id: &str, visible_from: &[&str], tag: Option<&str>) -> Network {
        Network {
            provider: Provider::Aws,
            account: account.into(),
            account_name: None,
            region: "eu-west-1".into(),
            id: id.into(),
            name: None,
            kind: NetworkKind::Vpc,
            blocks: vec![],
            is_default: None,
            state: None,
            visible_from: visible_from.iter().map(ToString::to_string).collect(),
            tags: tag.map(|value| ("k".to_owned(), value.to_owned())).into_iter().collect(),
        }
    }

    #[test]
    fn a_shared_network_stays_once_under_its_owner() {
        let participant_b = network("111", "vpc-1", &["333"], None);
        let owner = network("111", "vpc-1", &[], Some("owner"));
        let participant_a = network("111", "vpc-1", &["222"], None);
        for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1]] {
            let views = [participant_b.clone(), owner.clone(), participant_a.clone()];
            let mut resources =
                Resources { networks: order.map(|i| views[i].clone()).to_vec(), ..Resources::default() };
            resources.normalise();
            assert_eq!(resources.networks.len(), 1);
            assert_eq!(resources.networks[0].visible_from, ["222", "333"]);
            assert_eq!(resources.networks[0].tags["k"], "owner", "the owner's view wins in order {order:?}");
        }
    }

    #[test]
    fn rows_of_one_network_lose_no_block() {
        let with = |cidr: &str| {
            let block = Block { cidr: cidr.parse().unwrap(), role: BlockRole::Primary, state: None };
            Network { blocks: vec![block], ..network("111", "vpc-1", &[], None) }
        };
        let networks = vec![with("10.0.0.0/16"), with("10.1.0.0/16"), with("10.0.0.0/16")];
        let mut resources = Resources { networks, ..Resources::default() };
        resources.normalise();
        let blocks: Vec<_> = resources.networks[0].prefixes().map(|prefix| prefix.to_string()).collect();
        assert_eq!(blocks, ["10.0.0.0/16", "10.1.0.0/16"]);
    }

    #[test]
    fn equal_ids_in_different_accounts_or_regions_stay_apart() {
        let mut far = network("111", "vpc-1", &[], None);
        far.region = "us-east-1".into();
        let mut resources = Resources {
            networks: vec![network("222", "vpc-1", &[], None), network("111", "vpc-1", &[], None), far],
            ..Resources::default()
        };
        resources.normalise();
        let order: Vec<_> =
            resources.networks.iter().map(|n| (n.account.as_str(), n.region.as_str())).collect();
        assert_eq!(order, [("111", "eu-west-1"), ("111", "us-east-1"), ("222", "eu-west-1")]);
    }

    #[test]
    fn a_peering_seen_from_both_sides_is_one_link() {
        let end = |account: &str, prefixes: &[&str]| LinkEnd {
            account: Some(account.into()),
            prefixes: prefixes.iter().map(|p| p.parse().unwrap()).collect(),
            ..LinkEnd::default()
        };
        let link = |ends| Link {
            provider: Provider::Aws,
            kind: super::super::LinkKind::VpcPeering,
            id: "pcx-1".into(),
            ends,
            state: Some("active".into()),
        };
        let mut resources = Resources {
            links: vec![
                link(vec![end("1", &["10.0.0.0/16"]), end("2", &[])]),
                link(vec![end("1", &[]), end("2", &["10.1.0.0/16"])]),
            ],
            ..Resources::default()
        };
        resources.normalise();
        assert_eq!(resources.links.len(), 1);
        assert_eq!(resources.links[0].ends[0].prefixes.len(), 1);
        assert_eq!(resources.links[0].ends[1].prefixes.len(), 1);
    }
}
