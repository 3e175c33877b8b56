//! Amazon Web Services: sign in, find accounts and regions, describe, transform into the model.
//!
//! SDK types do not leave this folder.

mod answers;
mod cached;
mod calls;
mod cloud;
mod connection;
mod container;
mod convert;
mod credentials;
mod default_chain;
mod failure;
mod files;
mod flaw;
mod ini;
mod odd_rows;
mod organization;
mod pace;
mod process;
mod profiles;
mod read;
mod regions;
mod retries;
mod role;
mod session;
mod settings;
mod signin;
mod sso;
mod web_identity;
mod xml_scan;

pub use calls::{DISCOVERY_CALLS, ORGANIZATION_CALLS, calls};
pub use cloud::Aws;
