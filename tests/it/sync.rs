//! `netcensus sync`: plans and registries, by properties and from end to end.

mod command;
#[cfg(feature = "channels")]
mod fake_netbox;
mod memory_target;
#[cfg(feature = "channels")]
mod netbox;
mod properties;
