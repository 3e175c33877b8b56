//! `netcensus diff`: what changed between two inventories, and what nobody can know.

mod apply;
mod collisions;
mod command;
mod coverage;
mod estate;
mod live;
mod properties;
mod scope;
mod sides;
mod traces;
