//! `netcensus diff`: what changed between two inventories, and what cannot be known.

mod apply;
mod collisions;
mod command;
mod coverage;
mod estate;
mod live;
mod moved_addresses;
mod moves;
mod properties;
mod scope;
mod sides;
