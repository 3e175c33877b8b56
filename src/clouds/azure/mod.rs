//! Microsoft Azure: sign in, find tenants and subscriptions, read them list by list or by the Resource Graph,
//! transform into the model.
//!
//! SDK types do not leave this folder.

mod api;
mod arm_client;
mod arm_error;
mod arm_http;
mod authority;
mod certificate;
mod convert;
mod credentials;
mod developer_tool;
mod empty_subscriptions;
mod endpoints;
mod permissions;
mod provider;
mod resource_graph;
mod resource_id;
mod shared_pager;
mod sign_in;
mod subscription_lists;
mod subscription_reader;
mod subscriptions;
mod tenant_token;
mod vm_sizes;

pub use permissions::{DISCOVERY_CALLS, calls};
pub use provider::Azure;
