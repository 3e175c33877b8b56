//! Joins what several accounts saw of one resource: VPCs and subnets that AWS RAM shares, both ends of a link.

use super::packed_rows::{PackedResource, ZoneIds};
use super::unique::extend_unique;
use super::{Link, LinkEnd, Network, Resource, Resources, Subnet};

impl Resources {
    /// Sorts everything into the canonical order and joins what several accounts saw of one resource.
    ///
    /// A network or subnet shared by AWS RAM is listed by its owner and by every participant; it stays
    /// once, under its owner, the participants in `visible_from`. The owner's own view wins, since
    /// participants do not see its tags, and accounts may name one zone differently. Without it, the view of the
    /// account whose id comes first wins. A link seen from both ends stays once. The result does not depend on the
    /// order in which views arrived.
    pub fn join_views(&mut self) {
        sort_and_join(&mut self.networks, |network| network.visible_from.clone(), join_networks);
        sort_and_join(&mut self.subnets, |subnet| subnet.visible_from.clone(), join_subnets);
        sort_and_join(&mut self.instances, |_| (), keep_first);
        sort_and_join(&mut self.interfaces, |interface| interface.seen_by.clone(), keep_first);
        // Neither end's view of a link is better than the other's, so what is in it decides.
        sort_and_join(&mut self.links, |link| serde_json::to_string(link).ok(), join_links);
        for interface in &mut self.interfaces {
            interface.seen_by = None;
        }
        self.add_zone_ids();
    }

    /// Adds zone ids where EC2 tells that of the subnet only, as older endpoints and emulators do.
    fn add_zone_ids(&mut self) {
        let lack_zone_ids = self.instances.iter().any(PackedResource::lacks_zone_id)
            || self.interfaces.iter().any(PackedResource::lacks_zone_id);
        if !lack_zone_ids {
            return;
        }
        let zone_ids = ZoneIds::from_subnets(&self.subnets);
        self.instances
            .iter_mut()
            .filter(|one| one.lacks_zone_id())
            .for_each(|one| one.add_zone_id(&zone_ids));
        self.interfaces
            .iter_mut()
            .filter(|one| one.lacks_zone_id())
            .for_each(|one| one.add_zone_id(&zone_ids));
    }
}

/// Puts items in order and joins the views of each. The view with the least `rank` is the one that is kept: the owner's,
/// which names no other viewer.
fn sort_and_join<T: Resource, R: Ord>(
    items: &mut Vec<T>,
    rank: impl Fn(&T) -> R,
    join: impl Fn(&mut T, &mut T),
) {
    // As saved inventories are.
    if items.iter().map(Resource::identity).is_sorted_by(|one, other| one < other) {
        return;
    }
    // In place: there may be hundreds of thousands.
    items.sort_by_cached_key(|item| (item.identity(), rank(item)));
    items.dedup_by(|other, kept| {
        let is_same = other.identity() == kept.identity();
        if is_same {
            join(kept, other);
        }
        is_same
    });
}

fn keep_first<T>(_: &mut T, _: &mut T) {}

/// Keeps the preferred view and joins `visible_from`.
fn join_networks(kept: &mut Network, other: &mut Network) {
    kept.account_name = kept.account_name.take().or(other.account_name.take());
    join_sorted(&mut kept.visible_from, &mut other.visible_from);
    // Views may differ while a block is added: none is lost.
    extend_unique(&mut kept.blocks, other.blocks.drain(..), |block| block.cidr);
}

fn join_subnets(kept: &mut Subnet, other: &mut Subnet) {
    kept.zone_id = kept.zone_id.take().or(other.zone_id.take());
    kept.cidr_reservations = kept.cidr_reservations.take().or(other.cidr_reservations.take());
    join_sorted(&mut kept.visible_from, &mut other.visible_from);
    extend_unique(&mut kept.prefixes, other.prefixes.drain(..), |prefix| *prefix);
}

/// Each side of a link may know more of its own end than the other side does.
fn join_links(kept: &mut Link, other: &mut Link) {
    kept.state = kept.state.take().or(other.state.take());
    for (index, mut end) in other.ends.drain(..).enumerate() {
        match kept.ends.get_mut(index) {
            Some(known) => join_end(known, &mut end),
            None => kept.ends.push(end),
        }
    }
}

fn join_end(known: &mut LinkEnd, other: &mut LinkEnd) {
    known.account = known.account.take().or(other.account.take());
    known.region = known.region.take().or(other.region.take());
    known.network = known.network.take().or(other.network.take());
    join_sorted(&mut known.prefixes, &mut other.prefixes);
}

fn join_sorted<T: Ord>(kept: &mut Vec<T>, other: &mut Vec<T>) {
    kept.append(other);
    kept.sort_unstable();
    kept.dedup();
}

#[cfg(test)]
mod tests {
    use super::super::{Block, BlockRole, Interface, Provider, fixtures};
    use super::*;

    fn network(account: &str, id: &str, visible_from: &[&str], tag: Option<&str>) -> Network {
        Network {
            visible_from: visible_from.iter().map(ToString::to_string).collect(),
            tags: tag.map(|value| ("k".to_owned(), value.to_owned())).into_iter().collect(),
            ..fixtures::network(account, id)
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
            resources.join_views();
            assert_eq!(resources.networks.len(), 1);
            assert_eq!(resources.networks[0].visible_from, ["222", "333"]);
            assert_eq!(resources.networks[0].tags["k"], "owner", "the owner's view wins in order {order:?}");
        }
    }

    /// Zones of what is in a shared subnet: terraform-aws-vpc 350.
    #[test]
    fn the_owner_names_the_zone_whatever_the_order_of_answers() {
        let subnet = |zone: &str, visible_from: &[&str]| Subnet {
            zone: Some(zone.into()),
            zone_id: Some("euw1-az1".into()),
            visible_from: visible_from.iter().map(ToString::to_string).collect(),
            ..fixtures::subnet("111", "eu-west-1", "subnet-1")
        };
        let interface = |zone: &str, seen_by: Option<&str>| Interface {
            zone: Some(zone.into()),
            subnet: Some("subnet-1".into()),
            seen_by: seen_by.map(str::to_owned),
            ..fixtures::interface("222", "eu-west-1", "eni-1")
        };
        let views = [subnet("c", &["333"]), subnet("a", &[]), subnet("b", &["222"])];
        let interfaces = [interface("a", Some("111")), interface("b", None)];
        for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 2, 0]] {
            let merged = |kept: &[usize]| {
                let mut resources = Resources {
                    subnets: kept.iter().map(|at| views[*at].clone()).collect(),
                    interfaces: order.iter().filter_map(|at| interfaces.get(*at).cloned()).collect(),
                    ..Resources::default()
                };
                resources.join_views();
                resources
            };
            let Resources { subnets, interfaces, .. } = merged(&order);
            assert_eq!((subnets[0].zone.as_deref(), subnets[0].visible_from.len()), (Some("a"), 2));
            assert_eq!(interfaces.len(), 1);
            assert_eq!(interfaces[0].zone.as_deref(), Some("b"), "the interface's owner names its zone");
            assert_eq!(interfaces[0].zone_id.as_deref(), Some("euw1-az1"), "the subnet knows the id");
            let guests: Vec<usize> = order.into_iter().filter(|at| *at != 1).collect();
            assert_eq!(merged(&guests).subnets[0].zone.as_deref(), Some("b"), "the first account's view");
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
        resources.join_views();
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
        resources.join_views();
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
        resources.join_views();
        assert_eq!(resources.links.len(), 1);
        assert_eq!(resources.links[0].ends[0].prefixes.len(), 1);
        assert_eq!(resources.links[0].ends[1].prefixes.len(), 1);
    }
}
