//! Shards of an estate and `netcensus merge`, which makes one inventory of several.

mod command;
mod estate;
mod properties;
mod shards;
