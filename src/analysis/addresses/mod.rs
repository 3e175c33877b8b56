//! Address space: what networks occupy, and what is free.
//!
//! Free means *not occupied by anything in the inventory*. If the inventory is incomplete, a free prefix may be in use.

mod address_range;
mod blocks;
mod free_space;
mod layout;
mod occupancy;
mod special_purpose;
mod usage;

pub use address_range::{AddressRange, IpVersion, merge, subtract, touches};
pub use blocks::{AddressBlock, PRIVATE_BLOCKS, address_blocks, common_supernet, is_private};
pub use free_space::{FreeSpace, Hole, Placement, PrefixSize};
pub use layout::{BlockLayout, LayoutLine, enclosing_positions, lay_out};
pub use occupancy::{address_count, free, occupied, overlaps, relative_position};
pub use special_purpose::reserved_ranges;
pub use usage::{NetworkUsage, network_usage};
