//! Amazon Web Services: sign in, find accounts and regions, describe resources, convert them into the model.
//!
//! `provider` drives the rest. No type of the SDK leaves this directory.

mod answer_layouts;
mod answers;
mod bounded_http;
#[cfg(feature = "channels")]
mod channels;
mod client;
mod config_files;
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
pub use profiles::sign_in_profiles;
pub use provider::Aws;
pub use read::{DISCOVERY_CALLS, ORGANIZATION_CALLS, USAGE_CALLS, calls};
#[cfg(feature = "dynamodb")]
pub use reservation_table::ReservationTable;
#[cfg(feature = "dynamodb")]
pub use vpc_table::{
    DELETED, EXPIRES_AT, ItemCondition, ItemOutcome, ItemUpdate, MANAGED_BY, MISSING_AT, OWNER_ID, SEEN_AT,
    VPC_ID, VpcKey, VpcTable,
};
