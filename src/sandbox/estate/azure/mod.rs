//! What exists in Azure: tenants, subscriptions and what is in them.

mod address_pool;
mod build;
mod build_machines;
mod generate;
mod spec;
mod types;

pub use build::build;
pub use generate::describe;
pub use spec::AzureSpec;
pub use types::*;
