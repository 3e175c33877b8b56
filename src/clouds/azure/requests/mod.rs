//! How a request to Azure Resource Manager is sent and tried again, and what a refusal means.
//!
//! `arm_client` sends the requests of the generated clients, whose pages are `arm_page`; `arm_request` makes others. All go
//! through `arm_http`, which repeats them; `pauses` waits for `Retry-After`. `endpoints` are the hosts, `arm_error` is what
//! you are told.

pub(super) mod arm_client;
pub(super) mod arm_error;
pub(super) mod arm_http;
pub(super) mod arm_page;
pub(super) mod arm_request;
pub(super) mod endpoints;
pub(super) mod pauses;
