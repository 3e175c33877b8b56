//! Saved inventories.
