//! Registries that `netcensus sync` keeps true: an inventory becomes [`Record`]s, and these are compared with what the
//! registry has, which gives a [`SyncPlan`]. Only applying it changes anything.
//!
//! A [`SyncTarget`] is one registry. It maps an inventory to records, reads what is there, and carries out a plan. What
//! is created, changed and deleted is decided in [`plan`], once for all targets.

mod dns;
#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "channels")]
mod netbox;
mod plan;
mod record;
mod report;
mod short_id;
mod steps;
mod target;

pub use dns::DnsTarget;
#[cfg(feature = "dynamodb")]
pub use dynamodb::VpcTableTarget;
#[cfg(feature = "channels")]
pub use netbox::NetboxTarget;
pub use plan::{PlanOptions, SyncPlanInput, plan};
pub use record::{ExistingRecord, FieldValue, Fields, Owner, OwnerMark, PartlyKnown, Record, RecordPlace};
pub use report::{
    LeftAloneReport, OutcomeWord, SYNC_VERSION, StepReport, SyncCounts, SyncReport, TargetReport,
};
pub use steps::{
    Action, Conflict, ExceededLimit, FieldDifference, LeftAlone, LeftAloneReason, Seen, Share, Step, SyncPlan,
};
pub use target::{AppliedStep, ApplyProgress, MappedRecords, SyncTarget, Undetermined};
