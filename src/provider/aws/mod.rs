//! Amazon Web Services: sign in, find accounts and regions, describe, transform into the model.
//!
//! SDK types do not leave this folder.

mod cached;
mod calls;
mod cloud;
mod connection;
mod failure;
mod named;
mod organization;
mod pace;
mod profiles;
mod read;
mod regions;
mod retries;
mod role;
mod session;
mod signin;
mod transform;

pub use calls::{DISCOVERY_CALLS, ORGANIZATION_CALLS, calls};
pub use cloud::Aws;
