//! Clusters, which the sweep finds and findings are made of, and how clusters of split prefixes are merged again.

use std::collections::{BTreeSet, HashMap};

use ipnet::IpNet;

/// Overlapping items: each collides with at least one other of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The widest prefix. It contains all the others.
    pub within: IpNet,
    /// The addresses that two or more items use, as sorted prefixes; neighbours that form one prefix are merged.
    pub spaces: Vec<IpNet>,
    /// Positions of the items, in the order of their prefixes.
    pub members: Vec<u32>,
}

/// Appends a prefix that sorts after all others in the list, and merges halves into the prefix that they form.
pub(super) fn push_merging_halves(prefixes: &mut Vec<IpNet>, mut prefix: IpNet) {
    while let (Some(last), Some(parent)) = (prefixes.last(), prefix.supernet()) {
        if last.supernet() != Some(parent) {
            break;
        }
        prefixes.pop();
        prefix = parent;
    }
    prefixes.push(prefix);
}

/// The prefix that a fragment was cut from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FragmentSource {
    /// What all fragments of the prefix have in common, and no other fragment.
    pub id: usize,
    /// The prefix before it was cut.
    pub prefix: IpNet,
    /// Fragments of different partitions were swept apart, and stay apart unless they are of one prefix.
    pub partition: u32,
}

/// Merges clusters of fragments into the clusters that a reader expects, who knows only the uncut prefixes.
///
/// Partial VNet peerings cut a prefix into fragments, and the sweep may put these into several clusters. Two clusters
/// are merged if they are of one partition and one lies in the other once prefixes are whole again, or if they have a
/// prefix in common. `source` returns what the fragment at a position was cut from.
pub(super) fn merge_split_clusters(
    clusters: Vec<Cluster>,
    source: impl Fn(u32) -> FragmentSource,
) -> Vec<Cluster> {
    let mut merged: Vec<Cluster> = Vec::new();
    let mut cluster_of: HashMap<usize, usize> = HashMap::new();
    for mut cluster in merge_nested_clusters(clusters, &source) {
        let met = cluster.members.iter().filter_map(|member| cluster_of.get(&source(*member).id).copied());
        let mut met: BTreeSet<usize> = met.collect();
        let target = met.pop_first().unwrap_or(merged.len());
        // One cluster may connect several earlier ones. Those that are emptied keep their positions, which others
        // refer to, until the end.
        for other in met {
            let emptied = Cluster { within: cluster.within, spaces: Vec::new(), members: Vec::new() };
            append_cluster(&mut cluster, std::mem::replace(&mut merged[other], emptied));
        }
        cluster_of.extend(cluster.members.iter().map(|member| (source(*member).id, target)));
        match merged.get_mut(target) {
            Some(first) => append_cluster(first, cluster),
            None => merged.push(cluster),
        }
    }
    merged.retain(|cluster| !cluster.members.is_empty());
    for cluster in &mut merged {
        cluster.spaces = IpNet::aggregate(&cluster.spaces);
    }
    merged
}

/// Widens each cluster to its widest uncut prefix, and merges those of one partition that then contain one another.
fn merge_nested_clusters(clusters: Vec<Cluster>, source: impl Fn(u32) -> FragmentSource) -> Vec<Cluster> {
    let mut widened: Vec<(u32, Cluster)> = Vec::new();
    for cluster in clusters {
        let sources = cluster.members.iter().map(|member| source(*member));
        let Some(widest) = sources.min_by_key(|source| source.prefix.prefix_len()) else { continue };
        widened.push((widest.partition, Cluster { within: widest.prefix, ..cluster }));
    }
    // In this order, a prefix comes after those that contain it, so the last merged one is the only candidate.
    widened.sort_by_key(|(partition, cluster)| (*partition, cluster.within));
    let mut merged: Vec<(u32, Cluster)> = Vec::new();
    for (partition, cluster) in widened {
        match merged.last_mut() {
            Some((last, outer)) if *last == partition && outer.within.contains(&cluster.within) => {
                append_cluster(outer, cluster);
            }
            _ => merged.push((partition, cluster)),
        }
    }
    merged.into_iter().map(|(_, cluster)| cluster).collect()
}

/// Adds the members and spaces of `other`, whose widest prefix contains that of `cluster` or lies in it.
fn append_cluster(cluster: &mut Cluster, mut other: Cluster) {
    if other.within.contains(&cluster.within) {
        cluster.within = other.within;
    }
    cluster.spaces.append(&mut other.spaces);
    cluster.members.append(&mut other.members);
}
