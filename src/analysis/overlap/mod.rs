//! Which addresses are held twice, by whom, and how bad it is.
//!
//! [`find()`] compares; [`sweep`] is its engine, which the benchmark runs by itself.

mod baseline;
mod connect;
mod find;
mod gate;
mod ground;
mod holders;
mod hunt;
mod key;
mod pairs;
mod report;
mod reserved;
mod roles;
mod selector;
pub mod sweep;
mod whole;
mod words;

pub use baseline::{BASELINE_VERSION, Baseline, Known, KnownMember};
pub use find::{Found, OverlapError, Question, check, find};
pub use gate::{Gaps, Terms, judge, mark};
pub use pairs::Pairs;
pub use report::{
    AllowState, AllowUse, Compared, Count, FINDINGS_VERSION, Finding, Findings, Gate, Member, Origin, Status,
    Verdict,
};
