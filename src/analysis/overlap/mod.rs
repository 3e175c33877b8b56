//! Which addresses are held twice, by whom, and how bad it is.
//!
//! [`find()`] compares; `sweep` is its engine, which the benchmark runs by itself.

mod baseline;
mod clusters;
mod comparison;
mod connectivity;
mod findings;
mod gate;
mod messages;
mod owners;
mod roles;
mod search;
mod selectors;
mod sweep;

pub use baseline::{BASELINE_VERSION, Baseline, Known, KnownMember};
pub use clusters::Cluster;
pub use comparison::{OverlapError, Question};
pub use findings::{
    AllowState, AllowUse, Compared, Count, FINDINGS_VERSION, Finding, Findings, Gate, Member, Origin, Status,
    Verdict,
};
pub use gate::{Gaps, Terms, judge, mark};
pub use search::{Found, check, find};
pub use sweep::{Holding, Pairs, Sorted};
