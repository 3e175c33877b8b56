//! The sandbox's Azure, as plain HTTP sees it.

mod client;
mod entra;
mod files;
mod graph;
mod lists;
#[cfg(feature = "azure")]
mod models;
mod refusals;

pub const CORE: &str = "c0de0001-3f5a-4d21-9b7e-000000000001";
pub const SHOP: &str = "c0de0002-3f5a-4d21-9b7e-000000000002";
pub const DATA: &str = "c0de0003-3f5a-4d21-9b7e-000000000003";
pub const TRIAL: &str = "c0de0004-3f5a-4d21-9b7e-000000000004";
pub const ACME: &str = "c0de0005-3f5a-4d21-9b7e-000000000005";
