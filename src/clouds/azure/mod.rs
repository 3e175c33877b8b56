//! Microsoft Azure: sign in, find tenants and subscriptions, read them list by list or by the Resource Graph,
//! transform into the model.
//!
//! SDK types do not leave this folder.

mod api;
mod calls;
mod certificate;
mod cloud;
mod convert;
mod developer_tool;
mod emptiness;
mod endpoints;
mod environment;
mod graph;
mod hidden;
mod holdings;
mod http;
mod id;
mod identity;
mod line;
mod manager;
mod page;
mod pauses;
mod read;
mod refusal;
mod shared;
mod signin;
mod sizes;
mod subscriptions;
mod token;
mod token_answer;
mod tool_output;
mod ways;

pub use calls::{DISCOVERY_CALLS, calls};
pub use cloud::Azure;
