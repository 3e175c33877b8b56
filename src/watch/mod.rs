//! Keeps an inventory up to date from events.
//!
//! Events are hints, describing is the truth, and a full scan reconciles. No record is written from what an event says:
//! an event only tells what to read again.

mod event_file;
pub mod events;
mod hint;

pub use event_file::EventFile;
pub use hint::Hint;
