//! Puts clusters of parts together again: partial peerings cut prefixes, and their owners see one.

use std::collections::{BTreeSet, HashMap};

use ipnet::IpNet;

use super::comparison::Piece;
use super::owners::Held;

/// Holdings that share a space, each with at least one other of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The widest prefix, in which all the others lie.
    pub within: IpNet,
    /// The addresses that two or more hold: prefixes that do not touch, in order.
    pub spaces: Vec<IpNet>,
    /// Positions of the holdings, in the order of their prefixes.
    pub members: Vec<u32>,
}

/// Pieces, and what they are pieces of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pieces<'p> {
    pub pieces: &'p [Piece],
    pub held: &'p [Held<'p>],
}

impl Pieces<'_> {
    /// Gathers clusters as if nothing had been cut: those of one group under the widest prefix that any member
    /// holds, and those of several groups where they have a member in common.
    pub fn whole(self, clusters: Vec<Cluster>, group: impl Fn(&Piece) -> u32) -> Vec<Cluster> {
        // The pieces of one prefix are neighbours.
        if self.pieces.windows(2).all(|two| two[0].held != two[1].held) {
            return clusters;
        }
        let mut whole: Vec<Cluster> = Vec::new();
        let mut places: HashMap<usize, usize> = HashMap::new();
        for cluster in self.nested(clusters, group) {
            let known = cluster.members.iter().filter_map(|at| places.get(&self.piece(*at).held).copied());
            let mut known: BTreeSet<usize> = known.collect();
            let place = known.pop_first().unwrap_or(whole.len());
            let mut joined = cluster;
            for other in known {
                let empty = Cluster { within: joined.within, spaces: Vec::new(), members: Vec::new() };
                append(&mut joined, std::mem::replace(&mut whole[other], empty));
            }
            places.extend(joined.members.iter().map(|at| (self.piece(*at).held, place)));
            match whole.get_mut(place) {
                Some(first) => append(first, joined),
                None => whole.push(joined),
            }
        }
        whole.retain(|cluster| !cluster.members.is_empty());
        for cluster in &mut whole {
            cluster.spaces = IpNet::aggregate(&cluster.spaces);
        }
        whole
    }

    /// Joins clusters of one group whose widest prefixes lie in one another.
    fn nested(self, clusters: Vec<Cluster>, group: impl Fn(&Piece) -> u32) -> Vec<Cluster> {
        let prefix = |at: &u32| self.held[self.piece(*at).held].prefix;
        let mut keyed: Vec<(u32, Cluster)> = Vec::new();
        for cluster in clusters {
            let widest = cluster.members.iter().map(prefix).min_by_key(IpNet::prefix_len);
            let Some((first, within)) = cluster.members.first().zip(widest) else { continue };
            keyed.push((group(self.piece(*first)), Cluster { within, ..cluster }));
        }
        keyed.sort_by_key(|(group, cluster)| (*group, cluster.within));
        let mut nested: Vec<(u32, Cluster)> = Vec::new();
        for (group, cluster) in keyed {
            match nested.last_mut() {
                Some((last, around)) if *last == group && around.within.contains(&cluster.within) => {
                    append(around, cluster);
                }
                _ => nested.push((group, cluster)),
            }
        }
        nested.into_iter().map(|(_, cluster)| cluster).collect()
    }

    fn piece(&self, at: u32) -> &Piece {
        &self.pieces[at as usize]
    }
}

/// Adds what another cluster has; they have a prefix in common, so that one's widest prefix lies in the other's.
fn append(cluster: &mut Cluster, mut other: Cluster) {
    if other.within.contains(&cluster.within) {
        cluster.within = other.within;
    }
    cluster.spaces.append(&mut other.spaces);
    cluster.members.append(&mut other.members);
}

/// Adds a prefix behind all the others, and joins halves to wholes.
pub(super) fn push_space(spaces: &mut Vec<IpNet>, mut space: IpNet) {
    while let (Some(last), Some(whole)) = (spaces.last(), space.supernet()) {
        if last.supernet() != Some(whole) {
            break;
        }
        spaces.pop();
        space = whole;
    }
    spaces.push(space);
}
