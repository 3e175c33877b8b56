//! How a request is sent, paced and tried again, and what a refusal means.
//!
//! - Sending: `connection`, `http`, `bounded_http`, `sdk_settings`, `request_pacer`, `request_meter`, `token_endpoint`.
//! - Requests that failed: `throttling` (which answers throttle), `retries` (how often they are sent again), `pauses`
//!   (`Retry-After`), `errors` and `denial` (what you are told).

pub(super) mod bounded_http;
pub(super) mod connection;
mod denial;
pub(super) mod errors;
pub(super) mod http;
pub(super) mod pauses;
pub(super) mod request_meter;
pub(super) mod request_pacer;
pub(super) mod retries;
pub(super) mod sdk_settings;
pub(super) mod throttling;
pub(super) mod token_endpoint;
