//! Address collisions: which networks, subnets, external ranges and planned prefixes use the same addresses, and which
//! of that fails a pipeline.
//!
//! [`find_overlaps`] prepares a comparison ([`OverlapInput`]) and searches it class by class. [`apply_gate`] makes the
//! report. `docs/architecture.md` explains the steps, `sweep.rs` the algorithm.

mod allow_list;
mod baseline;
mod clusters;
mod comparison;
mod connectivity;
mod domains;
mod findings;
mod gate;
mod joined;
mod messages;
mod owners;
mod roles;
mod search;
mod sweep;

pub use baseline::{BASELINE_VERSION, Baseline, BaselineFinding, BaselineMember};
pub use clusters::Cluster;
pub use comparison::{OverlapError, OverlapInput};
pub(super) use connectivity::carries_traffic;
pub use findings::{
    AllowState, AllowUse, AskedPrefixes, ClassCount, Compared, FINDINGS_VERSION, Finding, FindingStatus,
    Findings, GateReport, GateResult, Member, MemberOrigin,
};
pub use gate::{CoverageGaps, GateInput, apply_gate, mark_failing};
pub use joined::{JoinError, JoinedNetworks, joined_networks};
pub(super) use messages::{interrupted, unknown_value, unread_value};
pub use search::{UngatedFindings, check_declarations, find_overlaps};
pub use sweep::{RolePairs, SortedPrefixes, SweepItem};
