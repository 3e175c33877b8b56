//! Amazon Web Services: signs in, finds accounts and regions, describes resources, and converts the answers into the model.
//!
//! `provider` drives the rest.
//!
//! - Signing in: `config_files` and `profiles` (what is written), `credentials` (which are used), `local_credentials`,
//!   `sso`, `sts`, `token_file` and `shared_credentials` (where they come from), `profile_sign_in` (many profiles),
//!   `sign_in`, `organization`, `login` (how messages call them).
//! - Requests: `connection`, `http`, `bounded_http`, `sdk_settings`, `request_pacer`, `request_meter`.
//! - Requests that failed: `throttling` (which answers throttle), `retries` (how often they are sent again), `pauses`
//!   (`Retry-After`), `first_contact` (an endpoint that never answered), `errors` and `denial` (what you are told).
//! - Reading: `regions`, `session` (an account's clients), `list_calls`, `read`, `id_filters`.
//! - Answers: `answer_layouts` (what they consist of), `xml_scan` and `answers` (whether they are whole), `short_answers`
//!   (without what is not read).
//! - Other services: `service_login`, `channels`, `event_queue`, `table_access`, `reservation_table`, `vpc_table`.
//! - `convert` makes the model of the answers.
//!
//! Types of the SDK are not used outside this directory.

mod answer_layouts;
mod answers;
mod bounded_http;
#[cfg(feature = "channels")]
mod channels;
mod config_files;
mod connection;
mod convert;
mod credentials;
mod denial;
mod errors;
#[cfg(feature = "watch")]
mod event_queue;
#[cfg(feature = "dynamodb")]
mod first_contact;
#[cfg(test)]
mod fuzz;
mod http;
mod id_filters;
mod list_calls;
mod local_credentials;
mod login;
mod organization;
mod pauses;
mod profile_sign_in;
mod profiles;
mod provider;
mod read;
mod regions;
mod request_meter;
mod request_pacer;
#[cfg(feature = "dynamodb")]
mod reservation_table;
mod retries;
mod sdk_settings;
#[cfg(any(feature = "channels", feature = "dynamodb", feature = "watch"))]
mod service_login;
mod session;
mod shared_credentials;
mod short_answers;
mod sign_in;
mod sso;
mod sts;
#[cfg(feature = "dynamodb")]
mod table_access;
mod throttling;
mod token_file;
#[cfg(feature = "dynamodb")]
mod vpc_table;
mod xml_scan;

#[cfg(feature = "channels")]
pub use channels::{ChannelAccess, TopicMessage};
#[cfg(feature = "watch")]
pub use event_queue::SqsQueue;
pub use list_calls::calls;
pub use profiles::sign_in_profiles;
pub use provider::Aws;
pub use read::{DISCOVERY_CALLS, ORGANIZATION_CALLS, USAGE_CALLS};
#[cfg(feature = "dynamodb")]
pub use reservation_table::ReservationTable;
#[cfg(feature = "dynamodb")]
pub use vpc_table::{
    DELETED, EXPIRES_AT, ItemCondition, ItemOutcome, ItemUpdate, MANAGED_BY, MISSING_AT, OWNER_ID, SEEN_AT,
    VPC_ID, VpcKey, VpcTable,
};
