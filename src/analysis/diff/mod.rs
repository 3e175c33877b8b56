//! What changed between two inventories, and what cannot be known.
//!
//! A missing row proves something only where its scope was read. A row that one side lacks is *removed* or *added* if
//! that side read the row's scope, *unknown* if it failed to read it, and *not compared* if it was never told to
//! ([`coverage_index`]).

mod changes;
mod classify;
mod collisions;
mod compare;
mod coverage_index;
mod fields;
mod notes;
mod request;
mod sides;

pub use changes::{
    CHANGES_VERSION, ChangeKind, Changes, CollisionChange, CollisionChanges, ComparedInventory, DiffOutcome,
    DiffSide, FieldChange, KindCounts, NotComparedRows, OneSidedAccount, ResourceChange, ResourceLocation,
    UnknownRow, UnreadScope,
};
pub use collisions::{CollisionUncertainty, compare_collisions};
pub use compare::compare_inventories;
pub use request::{DiffRequest, IgnoredFieldError, IgnoredFields};
