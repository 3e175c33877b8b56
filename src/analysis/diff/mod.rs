//! What changed between two inventories, and what cannot be known.
//!
//! That a row is missing proves something only where its account, region and kind were read. A row that one side lacks is
//! *removed* or *added* if that side read these, *unknown* if reading them failed, and *not compared* if they were not in
//! its scope ([`coverage_index`]).

mod changes;
mod classify;
mod collisions;
mod compare;
mod coverage_index;
mod fields;
mod moved_addresses;
mod notes;
mod request;
mod sides;

pub use changes::{
    AddressHolder, CHANGES_VERSION, ChangeKind, Changes, CollisionChange, CollisionChanges,
    ComparedInventory, DiffOutcome, DiffSide, FailedRead, FieldChange, KindCounts, MembershipChange,
    MovedAddress, NotComparedRows, OneSidedAccount, ResourceLocation, RowChange, UnknownRow,
};
pub use collisions::{CollisionUncertainty, compare_collisions};
pub use compare::compare_inventories;
pub use coverage_index::AbsenceEvidence;
pub(super) use coverage_index::CoverageIndex;
pub use request::{DiffRequest, IgnoredFieldError, IgnoredFields};
