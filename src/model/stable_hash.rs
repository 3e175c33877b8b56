//! A hash that is the same on every machine and in every version.

/// Hashes `bytes` by FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), its high bits folded into the low ones,
/// which are poor otherwise.
///
/// The standard library's hashes may change from one version to the next.
#[must_use]
pub fn stable_hash(bytes: impl IntoIterator<Item = u8>) -> u32 {
    let hash = bytes.into_iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    u32::try_from((hash ^ (hash >> 32)) & u64::from(u32::MAX)).unwrap_or_default()
}
