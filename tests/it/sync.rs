//! `netcensus sync`: plans and registries, by properties and from end to end.

mod command;
mod memory_target;
mod properties;
