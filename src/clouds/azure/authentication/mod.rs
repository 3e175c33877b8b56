//! How Azure is signed in to, in which tenants.
//!
//! `credentials` decides which credentials are used, `developer_tool` and `certificate` are two kinds of them, `authority`
//! is where tokens come from, `token_pauses` how long it is not asked, and `tenant_token` keeps a token for each tenant. `sign_in` drives the rest.

pub(super) mod authority;
mod certificate;
pub(super) mod credentials;
pub(super) mod developer_tool;
pub(super) mod sign_in;
pub(super) mod tenant_token;
mod token_pauses;
