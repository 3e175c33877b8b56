//! What is joined with what: links, hubs and declared routing domains, as far as each link reaches.
//!
//! A node is a part of a network that the same links reach, or a hub. Most networks are one node; one with partial
//! peerings of Azure, which reach some of its subnets only, is several.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ipnet::IpNet;

use super::owners::{Held, Holders};
use crate::model::{Link, LinkEnd, LinkKind, Provider};

/// The nodes, and which of them are joined.
#[derive(Debug, Default)]
pub(super) struct Connections {
    /// For each holder, what its partial links reach.
    limits: Vec<Vec<Vec<IpNet>>>,
    /// For each holder, its nodes, each with the limits that reach it.
    nodes: Vec<Vec<(Vec<usize>, u32)>>,
    hubs: HashMap<(Provider, String), u32>,
    /// For each node, a node that it is joined with, of a lower number; itself for the first of a component.
    parents: Vec<u32>,
    /// For each holder, what joins it: positions in `labels`.
    joins: Vec<BTreeSet<usize>>,
    labels: Vec<String>,
    label_positions: HashMap<String, usize>,
    /// For each link or domain, its label and what it joins.
    joints: Vec<(usize, Vec<Node>)>,
    /// Holders that are peered, member to member.
    pub peerings: Vec<(usize, usize)>,
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Holder(usize),
    Hub(u32),
}

/// An end of a link.
enum Reach {
    /// A holder, and which of its limits the link has; `None` where it reaches all of it.
    Holder(usize, Option<usize>),
    /// A hub, or a network that is not among the holders.
    Hub(u32),
}

impl Connections {
    /// Joins the holders by `links` that carry traffic, or may: an unknown state counts.
    pub fn new(holders: &Holders<'_>, links: &[Link]) -> Self {
        let mut connections = Self {
            limits: vec![Vec::new(); holders.all.len()],
            nodes: vec![Vec::new(); holders.all.len()],
            joins: vec![BTreeSet::new(); holders.all.len()],
            ..Self::default()
        };
        let stays = |link: &&Link| {
            let mut ends = link.ends.iter().filter_map(|end| end.network.as_deref());
            !ends.any(|network| holders.is_removed(network))
        };
        let live: Vec<&Link> = links.iter().filter(|link| joins(link)).filter(stays).collect();
        let reached: Vec<Vec<Reach>> = live
            .iter()
            .map(|link| link.ends.iter().filter_map(|end| connections.reach(link, end, holders)).collect())
            .collect();
        connections.make_nodes(holders);
        for (link, ends) in live.into_iter().zip(&reached) {
            connections.join_ends(link, ends);
        }
        connections
    }

    /// Joins all of `members`, which somebody declared to route to one another.
    pub fn join_domain(&mut self, name: &str, members: &[usize]) {
        let node = self.new_node();
        for holder in members {
            self.join_holder(node, *holder, None);
        }
        self.label(
            format!("routing domain {name}"),
            members.iter().map(|holder| Node::Holder(*holder)).collect(),
        );
    }

    /// Cuts a prefix of a holder into parts of one node each, and returns each with its node's component.
    pub fn parts(&self, held: &Held<'_>) -> Vec<(IpNet, u32)> {
        let limits = &self.limits[held.holder];
        let nodes = &self.nodes[held.holder];
        let mut parts = Vec::new();
        cut(held.prefix, limits, &mut |part| {
            let reached = reached_by(part, limits);
            let node = nodes.iter().find(|(known, _)| *known == reached);
            parts.extend(node.map(|(_, node)| (part, self.root(*node))));
        });
        parts
    }

    /// Lists the components of a holder.
    pub fn components(&self, holder: usize) -> impl Iterator<Item = u32> + '_ {
        self.nodes[holder].iter().map(|(_, node)| self.root(*node))
    }

    /// Names what joins two or more of the holders directly, what joins most of them first.
    pub fn joined_by(&self, holders: &BTreeSet<usize>) -> Vec<String> {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for label in holders.iter().flat_map(|holder| &self.joins[*holder]) {
            *counts.entry(*label).or_default() += 1;
        }
        let mut shared: Vec<(usize, usize)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
        shared.sort_by_key(|(label, count)| (Reverse(*count), *label));
        shared.into_iter().map(|(label, _)| self.labels[label].clone()).collect()
    }

    /// Names the links on a shortest way from one holder to another.
    pub fn way(&self, from: usize, to: usize) -> Vec<String> {
        let (from, to) = (Node::Holder(from), Node::Holder(to));
        let mut came: BTreeMap<Node, Option<(Node, usize)>> = BTreeMap::from([(from, None)]);
        let mut front = vec![from];
        while !front.is_empty() && !came.contains_key(&to) {
            let mut next = Vec::new();
            for (label, nodes) in &self.joints {
                let Some(near) = nodes.iter().find(|node| front.contains(node)) else { continue };
                for far in nodes {
                    came.entry(*far).or_insert_with(|| {
                        next.push(*far);
                        Some((*near, *label))
                    });
                }
            }
            front = next;
        }
        let mut labels = Vec::new();
        let mut node = to;
        while let Some(Some((near, label))) = came.get(&node) {
            labels.push(self.labels[*label].clone());
            node = *near;
        }
        labels.reverse();
        labels.dedup();
        labels
    }

    fn reach(&mut self, link: &Link, end: &LinkEnd, holders: &Holders<'_>) -> Option<Reach> {
        let id = end.network.as_deref()?;
        let found = holders.find(link.provider, id, end.account.as_deref(), end.region.as_deref());
        // An end may be told in another way than its network; an id that there is once is that network's.
        let by_id = || holders.find(link.provider, id, None, None).into_iter();
        let only = || by_id().next().filter(|_| by_id().len() == 1);
        let Some(holder) = found.first().copied().or_else(only) else {
            let key = (link.provider, id.to_ascii_lowercase());
            if let Some(hub) = self.hubs.get(&key) {
                return Some(Reach::Hub(*hub));
            }
            let hub = self.new_node();
            self.hubs.insert(key, hub);
            return Some(Reach::Hub(hub));
        };
        // Only Azure peers parts of a network, and what such an end does not tell is not everything. Where nobody
        // knows the blocks, nobody knows that it is everything either.
        let whole = link.kind != LinkKind::VnetPeering || {
            let blocks = &holders.blocks[holder];
            let reached = |block| end.prefixes.iter().any(|reached| reached.contains(block));
            !blocks.is_empty() && blocks.iter().all(reached)
        };
        let limit = (!whole).then(|| {
            self.limits[holder].push(end.prefixes.clone());
            self.limits[holder].len() - 1
        });
        Some(Reach::Holder(holder, limit))
    }

    fn make_nodes(&mut self, holders: &Holders<'_>) {
        for holder in 0..holders.all.len() {
            if self.limits[holder].is_empty() {
                let node = self.new_node();
                self.nodes[holder].push((Vec::new(), node));
            }
        }
        for held in &holders.held {
            let limits = &self.limits[held.holder];
            let mut found = Vec::new();
            if !limits.is_empty() {
                cut(held.prefix, limits, &mut |part| found.push(reached_by(part, limits)));
            }
            for reached in found {
                if !self.nodes[held.holder].iter().any(|(known, _)| *known == reached) {
                    let node = self.new_node();
                    self.nodes[held.holder].push((reached, node));
                }
            }
        }
    }

    fn join_ends(&mut self, link: &Link, ends: &[Reach]) {
        let node = self.new_node();
        for end in ends {
            match end {
                Reach::Holder(holder, limit) => self.join_holder(node, *holder, *limit),
                Reach::Hub(hub) => self.join(node, *hub),
            }
        }
        if let ([Reach::Holder(one, _), Reach::Holder(other, _)], true) = (ends, is_peering(link.kind)) {
            self.peerings.push((*one, *other));
        }
        let hub = link.ends.last().and_then(|end| end.network.as_deref()).filter(|_| !is_peering(link.kind));
        let label = format!("{} {}", link.kind.as_str(), short(hub.unwrap_or(&link.id)));
        let nodes = ends.iter().map(|end| match end {
            Reach::Holder(holder, _) => Node::Holder(*holder),
            Reach::Hub(hub) => Node::Hub(*hub),
        });
        self.label(label, nodes.collect());
    }

    fn join_holder(&mut self, node: u32, holder: usize, limit: Option<usize>) {
        let nodes = self.nodes[holder].iter();
        let reached = nodes.filter(|(limits, _)| limit.is_none_or(|limit| limits.contains(&limit)));
        for other in reached.map(|(_, node)| *node).collect::<Vec<_>>() {
            self.join(node, other);
        }
    }

    fn label(&mut self, label: String, nodes: Vec<Node>) {
        let next = self.labels.len();
        let position = *self.label_positions.entry(label.clone()).or_insert(next);
        if position == next {
            self.labels.push(label);
        }
        for node in &nodes {
            if let Node::Holder(holder) = node {
                self.joins[*holder].insert(position);
            }
        }
        self.joints.push((position, nodes));
    }

    fn new_node(&mut self) -> u32 {
        let node = u32::try_from(self.parents.len()).expect("fewer than 2^32 nodes");
        self.parents.push(node);
        node
    }

    fn join(&mut self, one: u32, other: u32) {
        let (low, high) = (self.root(one).min(self.root(other)), self.root(one).max(self.root(other)));
        self.parents[high as usize] = low;
        // Shortens the way for those that ask next.
        self.parents[one as usize] = low;
        self.parents[other as usize] = low;
    }

    fn root(&self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            node = self.parents[node as usize];
        }
        node
    }
}

const fn is_peering(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::VpcPeering | LinkKind::VnetPeering)
}

/// Cuts an id of Azure to the names in it, such as `hub/to-spoke`.
pub(super) fn short(id: &str) -> String {
    let names = id.split('/').skip(8).step_by(2).collect::<Vec<_>>().join("/");
    if id.starts_with("/subscriptions/") && !names.is_empty() { names } else { id.to_owned() }
}

/// Tells whether a link carries traffic, or may do so by itself at any moment.
///
/// Words: EC2 `VpcPeeringConnectionStateReasonCode`, `TransitGatewayAttachmentState`, `AttachmentStatus`, `VpnState`;
/// Azure `VirtualNetworkPeeringState`. The provisioning state of a hub's connection says nothing about traffic.
fn joins(link: &Link) -> bool {
    const NOT_JOINED: [&str; 17] = [
        "initiating-request",
        "initiatingrequest",
        "initiating",
        "initiated",
        "pending-acceptance",
        "pendingacceptance",
        "rollingback",
        "rejecting",
        "rejected",
        "expired",
        "failing",
        "failed",
        "deleted",
        "detached",
        "disconnected",
        "rolling-back",
        "canceled",
    ];
    let state = link.state.as_deref().unwrap_or_default().to_ascii_lowercase();
    link.kind == LinkKind::VirtualHub || !NOT_JOINED.contains(&state.as_str())
}

/// Lists the limits that reach a part.
fn reached_by(part: IpNet, limits: &[Vec<IpNet>]) -> Vec<usize> {
    let reaches = |limit: &[IpNet]| limit.iter().any(|reached| reached.contains(&part));
    limits.iter().enumerate().filter(|(_, limit)| reaches(limit)).map(|(position, _)| position).collect()
}

/// Halves a prefix until no limit's prefix lies inside a part.
fn cut(prefix: IpNet, limits: &[Vec<IpNet>], each: &mut impl FnMut(IpNet)) {
    let inside = |limit: &IpNet| *limit != prefix && prefix.contains(limit);
    if !limits.iter().flatten().any(inside) {
        return each(prefix);
    }
    if let Ok(halves) = prefix.subnets(prefix.prefix_len() + 1) {
        halves.for_each(|half| cut(half, limits, each));
    }
}
