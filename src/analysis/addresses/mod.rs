//! The address space: which of it networks hold, and which is free.
//!
//! Free means *not held by what is in the inventory*: of an incomplete one it is no more than not known to be held.

mod blocks;
mod lines;
mod ranges;
mod rooms;

pub use blocks::{Block, PRIVATE, blocks, join};
pub use lines::{Line, Lines, lines, nest};
pub use ranges::{addresses, free, held, holds, place};
pub use rooms::{Room, rooms};
