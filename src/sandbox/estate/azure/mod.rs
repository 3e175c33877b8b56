//! What exists in Azure: tenants, subscriptions and what is in them.

mod address_pool;
mod build;
mod build_machines;
mod generate;
mod resource_change;
mod spec;
mod types;

pub use build::build;
pub use generate::describe;
pub use resource_change::{ResourceChange, changes_between, resource_type};
pub use spec::AzureSpec;
pub use types::*;
