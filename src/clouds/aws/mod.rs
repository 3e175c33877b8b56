//! Amazon Web Services: signs in, finds accounts and regions, describes resources, and converts the answers into the model.
//!
//! `provider` drives the rest: `authentication` finds the accounts, `reading` lists what they contain, `requests` sends what
//! both ask, `answers` looks whether an answer is whole, and `convert` makes the model of it. `services` has the other
//! services of AWS.
//!
//! Types of the SDK are not used outside this directory.

mod answers;
mod authentication;
mod convert;
#[cfg(test)]
mod fuzz;
mod provider;
mod reading;
mod requests;
mod services;

pub use authentication::profiles::sign_in_profiles;
pub use provider::Aws;
pub use reading::list_calls::calls;
pub use reading::read::{DISCOVERY_CALLS, ORGANIZATION_CALLS, USAGE_CALLS};
#[cfg(feature = "channels")]
pub use services::channels::{ChannelAccess, TopicMessage};
#[cfg(feature = "watch")]
pub use services::event_queue::SqsQueue;
#[cfg(feature = "dynamodb")]
pub use services::reservation_table::ReservationTable;
#[cfg(feature = "dynamodb")]
pub use services::vpc_table::{
    DELETED, EXPIRES_AT, ItemCondition, ItemOutcome, ItemUpdate, MANAGED_BY, MISSING_AT, OWNER_ID, SEEN_AT,
    VPC_ID, VpcKey, VpcTable,
};
