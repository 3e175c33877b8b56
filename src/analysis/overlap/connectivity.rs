//! Which networks are connected: by links, through hubs, and by declared routing domains.
//!
//! The nodes of the graph are networks and hubs. A partial VNet peering reaches only some subnets of a network, so such
//! a network is several nodes: one for each set of partial links that reach the same addresses.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ipnet::IpNet;

use super::owners::{OwnedPrefix, PrefixOwners};
use crate::model::{AzureId, Link, LinkEnd, LinkKind, Provider};

/// The graph of what is connected, as connected components (a union-find) and as edges with labels for messages.
#[derive(Debug, Default)]
pub(super) struct Connectivity {
    /// For each owner, what each of its partial links reaches.
    partial_reaches: Vec<Vec<Vec<IpNet>>>,
    /// For each owner, its nodes, each with the partial links that reach it: positions in `partial_reaches`.
    nodes: Vec<Vec<(Vec<usize>, u32)>>,
    hubs: HashMap<(Provider, String), u32>,
    /// For each node, a connected node with a lower number, or itself for the first of a component.
    parents: Vec<u32>,
    /// For each owner, the links and domains that it is part of: positions in `labels`.
    labels_of_owner: Vec<BTreeSet<usize>>,
    labels: Vec<String>,
    label_positions: HashMap<String, usize>,
    /// For each link or domain, its label and what it connects.
    edges: Vec<(usize, Vec<Vertex>)>,
    /// Pairs of owners with a peering between them.
    pub peerings: Vec<(usize, usize)>,
}

/// What an edge connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Vertex {
    Owner(usize),
    Hub(u32),
}

/// What an end of a link reaches.
enum ReachedEnd {
    /// An owner: all of it for `None`, else a position in its `partial_reaches`.
    Owner(usize, Option<usize>),
    /// The node of a hub, or of a network that is not among the owners.
    Hub(u32),
}

impl Connectivity {
    /// Connects the owners by the links that carry traffic or may do so. An unknown state counts.
    pub fn new(owners: &PrefixOwners<'_>, links: &[Link]) -> Self {
        let count = owners.all.len();
        let mut connectivity = Self {
            partial_reaches: vec![Vec::new(); count],
            nodes: vec![Vec::new(); count],
            labels_of_owner: vec![BTreeSet::new(); count],
            ..Self::default()
        };
        let stays = |link: &&Link| {
            let mut ends = link.ends.iter().filter_map(|end| end.network.as_deref());
            !ends.any(|network| owners.is_removed(network))
        };
        let links: Vec<&Link> = links.iter().filter(|link| carries_traffic(link)).filter(stays).collect();
        // All ends come first, because only all partial links together decide which nodes an owner has.
        let ends_of_links: Vec<Vec<ReachedEnd>> = links
            .iter()
            .map(|link| {
                link.ends.iter().filter_map(|end| connectivity.resolve_end(link, end, owners)).collect()
            })
            .collect();
        connectivity.create_nodes(owners);
        for (link, ends) in links.into_iter().zip(&ends_of_links) {
            connectivity.add_link(link, ends);
        }
        connectivity
    }

    /// Connects all members of a routing domain that you declared.
    pub fn add_domain(&mut self, name: &str, members: &[usize]) {
        // A node in the middle, because edges between all pairs of members would be too many.
        let node = self.new_node();
        for owner in members {
            self.connect_owner(node, *owner, None);
        }
        let vertices = members.iter().map(|owner| Vertex::Owner(*owner)).collect();
        self.add_edge(format!("routing domain {name}"), vertices);
    }

    /// Cuts a prefix into parts that lie in one node each, and returns each part with its component.
    pub fn split_by_component(&self, owned: &OwnedPrefix<'_>) -> Vec<(IpNet, u32)> {
        let reaches = &self.partial_reaches[owned.owner];
        let nodes = &self.nodes[owned.owner];
        let mut parts = Vec::new();
        split_at_boundaries(owned.prefix, reaches, &mut |part| {
            let reaching = links_that_reach(part, reaches);
            let node = nodes.iter().find(|(links, _)| *links == reaching);
            parts.extend(node.map(|(_, node)| (part, self.find_root(*node))));
        });
        parts
    }

    /// Lists the components of an owner.
    pub fn components(&self, owner: usize) -> impl Iterator<Item = u32> + '_ {
        self.nodes[owner].iter().map(|(_, node)| self.find_root(*node))
    }

    /// Names the links and domains that directly connect two or more of the owners, those that connect most first.
    pub fn direct_connections(&self, owners: &BTreeSet<usize>) -> Vec<String> {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for label in owners.iter().flat_map(|owner| &self.labels_of_owner[*owner]) {
            *counts.entry(*label).or_default() += 1;
        }
        let mut shared: Vec<(usize, usize)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
        shared.sort_by_key(|(label, count)| (Reverse(*count), *label));
        shared.into_iter().map(|(label, _)| self.labels[label].clone()).collect()
    }

    /// Names the links and domains on a shortest path between two owners.
    pub fn shortest_path(&self, from: usize, to: usize) -> Vec<String> {
        let (from, to) = (Vertex::Owner(from), Vertex::Owner(to));
        // A breadth-first search, which remembers for each vertex how it was reached.
        let mut reached_from: BTreeMap<Vertex, Option<(Vertex, usize)>> = BTreeMap::from([(from, None)]);
        let mut front = vec![from];
        while !front.is_empty() && !reached_from.contains_key(&to) {
            let mut next = Vec::new();
            for (label, vertices) in &self.edges {
                let Some(near) = vertices.iter().find(|vertex| front.contains(vertex)) else { continue };
                for far in vertices {
                    reached_from.entry(*far).or_insert_with(|| {
                        next.push(*far);
                        Some((*near, *label))
                    });
                }
            }
            front = next;
        }
        let mut labels = Vec::new();
        let mut vertex = to;
        while let Some(Some((near, label))) = reached_from.get(&vertex) {
            labels.push(self.labels[*label].clone());
            vertex = *near;
        }
        labels.reverse();
        // All attachments of a hub have one label, and a path through the hub uses two of them.
        labels.dedup();
        labels
    }

    fn resolve_end(&mut self, link: &Link, end: &LinkEnd, owners: &PrefixOwners<'_>) -> Option<ReachedEnd> {
        let id = end.network.as_deref()?;
        let found = owners.find(link.provider, id, end.account.as_deref(), end.region.as_deref());
        // The link may have another account or region than its network, or none. An id that occurs once is enough.
        let only_with_id = || match owners.find(link.provider, id, None, None)[..] {
            [only] => Some(only),
            _ => None,
        };
        // A network that was not read is a node as well: two networks that peer with it are in one component.
        let Some(owner) = found.first().copied().or_else(only_with_id) else {
            return Some(ReachedEnd::Hub(self.hub_node(link.provider, id)));
        };
        let partial = (!reaches_whole_network(link, end, &owners.blocks[owner])).then(|| {
            self.partial_reaches[owner].push(end.prefixes.clone());
            self.partial_reaches[owner].len() - 1
        });
        Some(ReachedEnd::Owner(owner, partial))
    }

    fn hub_node(&mut self, provider: Provider, id: &str) -> u32 {
        let key = (provider, id.to_ascii_lowercase());
        if let Some(node) = self.hubs.get(&key) {
            return *node;
        }
        let node = self.new_node();
        self.hubs.insert(key, node);
        node
    }

    fn create_nodes(&mut self, owners: &PrefixOwners<'_>) {
        for owner in 0..owners.all.len() {
            if self.partial_reaches[owner].is_empty() {
                let node = self.new_node();
                self.nodes[owner].push((Vec::new(), node));
            }
        }
        for owned in &owners.prefixes {
            let reaches = &self.partial_reaches[owned.owner];
            let mut sets_of_links = Vec::new();
            if !reaches.is_empty() {
                split_at_boundaries(owned.prefix, reaches, &mut |part| {
                    sets_of_links.push(links_that_reach(part, reaches));
                });
            }
            for links in sets_of_links {
                if !self.nodes[owned.owner].iter().any(|(known, _)| *known == links) {
                    let node = self.new_node();
                    self.nodes[owned.owner].push((links, node));
                }
            }
        }
    }

    fn add_link(&mut self, link: &Link, ends: &[ReachedEnd]) {
        let node = self.new_node();
        for end in ends {
            match end {
                ReachedEnd::Owner(owner, partial) => self.connect_owner(node, *owner, *partial),
                ReachedEnd::Hub(hub) => self.connect(node, *hub),
            }
        }
        if let ([ReachedEnd::Owner(one, _), ReachedEnd::Owner(other, _)], true) =
            (ends, is_peering(link.kind))
        {
            self.peerings.push((*one, *other));
        }
        // Peerings are known by their own id, attachments by the hub, which all of them have in common.
        let hub = link.ends.last().and_then(|end| end.network.as_deref()).filter(|_| !is_peering(link.kind));
        let label = format!("{} {}", link.kind.as_str(), short_id(hub.unwrap_or(&link.id)));
        let vertices = ends.iter().map(|end| match end {
            ReachedEnd::Owner(owner, _) => Vertex::Owner(*owner),
            ReachedEnd::Hub(hub) => Vertex::Hub(*hub),
        });
        self.add_edge(label, vertices.collect());
    }

    /// Connects a node with those nodes of an owner that a partial link reaches, or with all of them.
    fn connect_owner(&mut self, node: u32, owner: usize, partial: Option<usize>) {
        let nodes = self.nodes[owner].iter();
        let reached = nodes.filter(|(links, _)| partial.is_none_or(|partial| links.contains(&partial)));
        for other in reached.map(|(_, node)| *node).collect::<Vec<_>>() {
            self.connect(node, other);
        }
    }

    fn add_edge(&mut self, label: String, vertices: Vec<Vertex>) {
        let next = self.labels.len();
        let position = *self.label_positions.entry(label.clone()).or_insert(next);
        if position == next {
            self.labels.push(label);
        }
        for vertex in &vertices {
            if let Vertex::Owner(owner) = vertex {
                self.labels_of_owner[*owner].insert(position);
            }
        }
        self.edges.push((position, vertices));
    }

    fn new_node(&mut self) -> u32 {
        let node = u32::try_from(self.parents.len()).expect("fewer than 2^32 nodes");
        self.parents.push(node);
        node
    }

    fn connect(&mut self, one: u32, other: u32) {
        let (one_root, other_root) = (self.find_root(one), self.find_root(other));
        // The lower number stays, so that components have the same numbers at every run.
        let (low, high) = (one_root.min(other_root), one_root.max(other_root));
        self.parents[high as usize] = low;
        // Path compression, for later look-ups.
        self.parents[one as usize] = low;
        self.parents[other as usize] = low;
    }

    fn find_root(&self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            node = self.parents[node as usize];
        }
        node
    }
}

const fn is_peering(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::VpcPeering | LinkKind::VnetPeering)
}

/// Tells whether a link reaches all blocks of the network at one of its ends. Only VNet peerings may be partial.
fn reaches_whole_network(link: &Link, end: &LinkEnd, blocks: &[IpNet]) -> bool {
    let is_reached = |block| end.prefixes.iter().any(|reached| reached.contains(block));
    // If the blocks are not known, the prefixes of the peering may be only some of them.
    link.kind != LinkKind::VnetPeering || (!blocks.is_empty() && blocks.iter().all(is_reached))
}

/// Shortens an Azure resource id to the names in it, such as `hub/to-spoke`. Other ids stay as they are.
pub(super) fn short_id(id: &str) -> String {
    AzureId::parse(id).map_or_else(|| id.to_owned(), |id| id.joined_names())
}

/// Tells whether a link carries traffic, or may start to at any moment by itself.
///
/// States: EC2 `VpcPeeringConnectionStateReasonCode`, `TransitGatewayAttachmentState`, `AttachmentStatus`, `VpnState`;
/// Azure `VirtualNetworkPeeringState`. The state of a virtual hub's connection is a provisioning state, which says
/// nothing about traffic.
pub(in crate::analysis) fn carries_traffic(link: &Link) -> bool {
    // A list of what carries nothing, and not of what does: a state that is not known must not hide a collision. `Initiated`
    // is a VNet peering of which the other half does not exist, so nothing passes.
    const INACTIVE: [&str; 17] = [
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
    link.kind == LinkKind::VirtualHub || !INACTIVE.contains(&state.as_str())
}

/// Lists the positions of the partial links that reach all of `part`.
fn links_that_reach(part: IpNet, reaches: &[Vec<IpNet>]) -> Vec<usize> {
    let is_reached = |reach: &[IpNet]| reach.iter().any(|reached| reached.contains(&part));
    reaches.iter().enumerate().filter(|(_, reach)| is_reached(reach)).map(|(position, _)| position).collect()
}

/// Halves a prefix until each part is reached as a whole or not at all by each partial link.
fn split_at_boundaries(prefix: IpNet, reaches: &[Vec<IpNet>], each: &mut impl FnMut(IpNet)) {
    let lies_inside = |reached: &IpNet| *reached != prefix && prefix.contains(reached);
    if !reaches.iter().flatten().any(lies_inside) {
        return each(prefix);
    }
    if let Ok(halves) = prefix.subnets(prefix.prefix_len() + 1) {
        halves.for_each(|half| split_at_boundaries(half, reaches, each));
    }
}
