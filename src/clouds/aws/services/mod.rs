//! Other services than EC2, which netcensus writes to or waits for: `channels` of alerts, an `event_queue`, and tables
//! (`reservation_table`, `vpc_table`).
//!
//! `service_login` signs in to them. `table_access` and `table_retries` are what both tables share.

#[cfg(feature = "channels")]
pub(super) mod channels;
#[cfg(feature = "watch")]
pub(super) mod event_queue;
#[cfg(feature = "dynamodb")]
pub(super) mod reservation_table;
#[cfg(all(test, any(feature = "channels", feature = "dynamodb", feature = "watch")))]
#[cfg_attr(
    not(all(feature = "channels", feature = "dynamodb", feature = "watch")),
    allow(dead_code, reason = "not every service uses all of it")
)]
mod scripted_http;
#[cfg(any(feature = "channels", feature = "dynamodb", feature = "watch"))]
mod service_login;
#[cfg(feature = "dynamodb")]
mod table_access;
#[cfg(feature = "dynamodb")]
mod table_retries;
#[cfg(feature = "dynamodb")]
pub(super) mod vpc_table;
