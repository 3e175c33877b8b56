//! Microsoft Azure: signs in, finds tenants and subscriptions, reads them by their lists or by Resource Graph, and
//! converts the answers into the model.
//!
//! - Signing in: `sign_in`, `credentials`, `developer_tool`, `certificate`, `authority`, `tenant_token`.
//! - Requests: `arm_client` (generated clients), `arm_page` (their pages), `arm_request`, `arm_http` (retries),
//!   `pauses` (`Retry-After`), `arm_error`, `endpoints`.
//! - Reading: `provider`, `subscriptions`, `subscription_lists`, `resource_graph`, `shared_pager`,
//!   `subscription_reader`, `vm_sizes`, `empty_subscriptions`, `permissions`, `resource_id`.
//! - Events: `event_queue` (storage queues), `change_feed` (Resource Graph's changes).
//! - `api` has the types of the answers, and `convert` makes the model of them.
//!
//! Types of the SDK are not used outside this directory.

mod api;
mod arm_client;
mod arm_error;
mod arm_http;
mod arm_page;
mod arm_request;
mod authority;
mod certificate;
#[cfg(feature = "watch")]
mod change_feed;
mod convert;
mod credentials;
mod developer_tool;
mod empty_subscriptions;
mod endpoints;
#[cfg(feature = "watch")]
mod event_queue;
#[cfg(test)]
mod fuzz;
mod pauses;
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

#[cfg(feature = "watch")]
pub use change_feed::ChangeFeed;
#[cfg(feature = "watch")]
pub use event_queue::AzureQueue;
pub use permissions::{DISCOVERY_CALLS, USAGE_CALLS, calls};
pub use provider::Azure;
