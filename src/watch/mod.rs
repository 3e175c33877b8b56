//! Keeps an inventory up to date from events.
//!
//! Events are hints, describing is the truth, and a full scan reconciles. No record is written from what an event says:
//! an event only tells what to read again.

mod account_region;
mod counters;
mod delta;
mod early_scan;
mod engine;
mod event_file;
pub mod events;
mod hint;
mod journal;
mod lease;
mod line_file;
mod live_inventory;
mod live_resource;
mod live_rows;
mod pending;
mod retry_delay;
mod scanned_places;
mod set_aside;
pub mod setup;
mod touched;

pub use account_region::AccountRegion;
pub use counters::{Counters, Lag, QUANTILES};
pub use delta::{Delta, ViewChange};
pub use early_scan::{EarlyScanReason, EarlyScanReasons, EarlyScans};
pub use engine::{Engine, EngineCounts, HintRefusal, JoinedChange, StartedRead};
pub use event_file::{EventFile, LINE};
pub use hint::{Hint, HintedChange};
pub use journal::{Cause, Journal, JournalEntry, JournalError, Recovered};
pub use lease::{Lease, LeaseError, LeaseHolder, LeaseKeeper};
pub use live_inventory::{LiveInventory, ReadAnswer};
pub use retry_delay::retry_delay;
pub use set_aside::{MAX_RECEIVED, SetAsideFile, SetAsideMessage};
pub use touched::Touched;
