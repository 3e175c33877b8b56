//! Chance that depends on a seed and nothing else.

/// Draws numbers: the same seed, the same sequence (`SplitMix64`, <https://doi.org/10.1145/2714064.2660195>).
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`; 0 when that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let number = self.number().checked_rem(end as u64).unwrap_or_default();
        usize::try_from(number).unwrap_or_default()
    }

    /// Returns one of some items; `None` when there is none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Returns one of some items, each as often as its weight says; `None` when all weights are 0.
    pub fn pick_weighted<'a, T>(&mut self, items: &'a [(usize, T)]) -> Option<&'a T> {
        let mut left = self.below(items.iter().map(|(weight, _)| weight).sum());
        let chosen = items.iter().find(|(weight, _)| {
            let is_chosen = left < *weight;
            left = left.saturating_sub(*weight);
            is_chosen
        });
        chosen.map(|(_, item)| item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_numbers() {
        let drawn = |seed| {
            let mut draw = Draw::new(seed);
            [(); 5].map(|()| draw.below(1000))
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        assert_eq!((Draw::new(0).below(0), Draw::new(0).pick::<u8>(&[])), (0, None));
    }

    #[test]
    fn weights_decide_how_often() {
        let mut draw = Draw::new(7);
        let items = [(1, 'a'), (0, 'b'), (3, 'c')];
        let mut drawn: Vec<char> = (0..4000).filter_map(|_| draw.pick_weighted(&items).copied()).collect();
        drawn.sort_unstable();
        let of = |letter| drawn.iter().filter(|drawn| **drawn == letter).count();
        assert!((900..1100).contains(&of('a')) && of('b') == 0 && of('a') + of('c') == 4000, "{}", of('a'));
    }
}
