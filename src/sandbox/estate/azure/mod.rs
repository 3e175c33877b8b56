//! What exists in Azure: tenants, subscriptions and what is in them.

mod build;
mod generate;
mod ids;
mod link;
mod machine;
mod plot;
mod raw;
mod size;
mod spec;
mod types;

pub use build::build;
pub use generate::describe;
pub use ids::{client_id, client_secret, guid};
pub use size::{MachineSize, SIZES};
pub use spec::AzureSpec;
pub use types::*;
