//! The address space: which of it networks hold, and which is free.
//!
//! Free means *not held by what is in the inventory*: of an incomplete one it is no more than not known to be held.

mod blocks;
mod layout;
mod occupancy;
mod usage;

pub use blocks::{AddressBlock, PRIVATE_BLOCKS, address_blocks, common_supernet};
pub use layout::{BlockLayout, LayoutLine, enclosing_positions, lay_out};
pub use occupancy::{address_count, free, occupied, overlaps, relative_position};
pub use usage::{NetworkUsage, network_usage};
