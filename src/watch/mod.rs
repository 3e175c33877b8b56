//! Keeps an inventory up to date from events.
//!
//! Events are hints, describing is the truth, and a full scan reconciles. No record is written from what an event says:
//! an event only tells what to read again.

mod counters;
mod event_file;
pub mod events;
mod hint;
pub mod setup;

pub use counters::{Counters, Lag, QUANTILES};
pub use event_file::EventFile;
pub use hint::Hint;
