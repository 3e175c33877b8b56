//! `NetBox`, the IPAM: networks become VRFs and prefixes, machines virtual machines.
//!
//! [`NetboxTarget`] maps an inventory ([`mapping`]), reads all objects, which [`objects`] turns into records by the one
//! table of types ([`object_type`]), and carries out plans ([`apply`]) through the [`client`].

mod apply;
mod chunk_size;
mod client;
mod current;
#[cfg(test)]
mod fuzz;
mod init;
mod mapping;
mod names;
mod object_type;
mod objects;
mod target;

pub use target::NetboxTarget;
