//! Address space: what networks occupy, and what is free.
//!
//! Free means *not occupied by anything in the inventory*. If the inventory is incomplete, a free prefix may be in use.

mod blocks;
mod layout;
mod occupancy;
mod usage;

pub use blocks::{AddressBlock, PRIVATE_BLOCKS, address_blocks, common_supernet};
pub use layout::{BlockLayout, LayoutLine, enclosing_positions, lay_out};
pub use occupancy::{address_count, free, occupied, overlaps, relative_position};
pub use usage::{NetworkUsage, network_usage};
