//! Where there is room for a network: what holds each prefix, what is free of a pool, and what to take next.
//!
//! [`HeldPrefixes`] knows every prefix that something known holds, and by whom. [`FreeSpace`] has the rest, and
//! [`FreeSpace::allocate`] picks from it. A prefix is free when nothing held *overlaps* it, whatever it belongs to.

mod answers;
mod held_prefixes;
mod holder;
mod pools;
mod report;
mod size;

pub use super::addresses::{FreeSpace, Hole, IpVersion, Placement, PrefixSize};
pub use answers::{FREE_KINDS, FreeInput, FreeSearch, Wanted, answer};
pub use held_prefixes::{HeldInput, HeldPrefixes, collect_held};
pub use holder::{HeldPrefix, Holder, HolderKind};
pub use pools::{Purpose, PurposeError, find_pool, inner_pools, pools_for};
pub use report::{
    FREE_VERSION, FreeAnswer, FreeHole, FreeQuestion, FreeReport, FreeStatus, HeldSince, HeldToday,
    OfferedPrefixes, Sighting,
};
pub use size::{PrefixSizeError, RequestedSize};
