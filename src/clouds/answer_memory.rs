//! How much memory the answers of all clouds take that are being read at once, whatever servers send: each has a limit of
//! its own, and many long ones would fill the memory together.

use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

/// Bytes of an answer that are read however many others there are. Most pages are shorter.
pub const SHORT_ANSWER: usize = 2 << 20;

const MIB: usize = 1 << 20;
/// MiB that answers may have together that are longer.
const LONG_ANSWERS: usize = 512;

static LONG: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(LONG_ANSWERS)));

/// Returns what gives permits to answers that are longer than [`SHORT_ANSWER`]. An answer takes [`permits`] at once, before it
/// is read further: one that took more and more of them could wait for another that waits for it.
pub fn long_answers() -> Arc<Semaphore> {
    Arc::clone(&LONG)
}

/// Returns how many permits an answer takes that has `most` bytes at most.
pub fn permits(most: usize) -> u32 {
    u32::try_from(most.div_ceil(MIB).min(LONG_ANSWERS)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_answers_get_their_permits_at_last() {
        assert_eq!(permits(64 * MIB), 64);
        assert_eq!(permits(64 * MIB + 1), 65);
        assert_eq!(permits(usize::MAX), 512, "and not more than there are");
    }
}
