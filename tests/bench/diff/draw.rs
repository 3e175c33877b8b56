//! Numbers that are the same for the same seed, whatever else is drawn.

/// Where numbers come from: of one seed, for one purpose.
#[derive(Clone, Copy)]
pub struct Draw {
    seed: u64,
}

impl Draw {
    /// Draws by `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { seed: mix(seed) }
    }

    /// Draws for something of its own, such as the tags of one machine.
    pub const fn of(self, purpose: u64) -> Self {
        Self { seed: mix(self.seed ^ purpose.wrapping_mul(0x9e37_79b9_7f4a_7c15)) }
    }

    /// Returns 64 bits.
    pub const fn bits(self) -> u64 {
        self.seed
    }

    /// Returns a number below `limit`.
    pub const fn below(self, limit: u64) -> u64 {
        self.seed % limit
    }

    /// Picks one of several.
    #[expect(clippy::cast_possible_truncation, reason = "it is below the number of them")]
    pub const fn pick<T: Copy>(self, several: &[T]) -> T {
        several[self.below(several.len() as u64) as usize]
    }
}

/// The last step of `SplitMix64`: <https://prng.di.unimi.it/splitmix64.c>.
const fn mix(seed: u64) -> u64 {
    let seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ (seed >> 31)
}
