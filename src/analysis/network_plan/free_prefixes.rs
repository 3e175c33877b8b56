//! The free space of a network, as aligned prefixes that are taken one by one.

use ipnet::IpNet;

use crate::analysis::addresses::{free, overlaps};

/// What is free of a network. Every free prefix is inside one of these, which are as wide as they can be.
#[derive(Debug, Clone)]
pub(super) struct FreePrefixes(Vec<IpNet>);

impl FreePrefixes {
    /// Begins with the prefixes of a network, less those that are `taken`.
    pub fn new(prefixes: &[IpNet], taken: &[IpNet]) -> Self {
        Self(
            IpNet::aggregate(&prefixes.to_vec()).into_iter().flat_map(|prefix| free(prefix, taken)).collect(),
        )
    }

    pub fn is_free(&self, prefix: IpNet) -> bool {
        self.0.iter().any(|free| free.contains(&prefix))
    }

    /// Takes whatever of `prefix` is free.
    pub fn take(&mut self, prefix: IpNet) {
        let (inside, mut kept): (Vec<IpNet>, Vec<IpNet>) =
            self.0.iter().partition(|free| overlaps(**free, prefix));
        kept.extend(inside.into_iter().flat_map(|around| free(around, &[prefix])));
        self.0 = kept;
    }

    /// Finds a prefix of `length` where taking it breaks the least: in the narrowest free prefix, by address.
    pub fn best_fit(&self, length: u8) -> Option<IpNet> {
        let wide = self.0.iter().filter(|free| free.prefix_len() <= length);
        let around = wide.min_by_key(|free| (u8::MAX - free.prefix_len(), free.network()))?;
        IpNet::new(around.network(), length).ok()
    }

    /// Returns the widest prefix around `prefix` of which everything else is free, up to `length`.
    pub fn widest_around(&self, prefix: IpNet, length: u8) -> IpNet {
        let mut widest = prefix;
        while let Some(wider) = widest.supernet().filter(|wider| wider.prefix_len() >= length) {
            let mut halves = wider.subnets(widest.prefix_len()).into_iter().flatten();
            if !halves.all(|half| half == widest || self.is_free(half)) {
                break;
            }
            widest = wider;
        }
        widest
    }

    /// Returns the free prefixes, by address.
    pub fn left(mut self) -> Vec<IpNet> {
        self.0.sort_unstable();
        self.0
    }

    /// Returns the length of the widest free prefix.
    pub fn widest(&self) -> Option<u8> {
        self.0.iter().map(IpNet::prefix_len).min()
    }
}
