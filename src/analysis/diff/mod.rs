//! What changed between two inventories, and what nobody can know.
//!
//! Absence proves something only where a scope was read: what one side lacks without having read it is *unknown*, and
//! what one side never asked for is *not compared* ([`ledger`]). Neither is ever called removed or added.

mod accounts;
mod collisions;
mod compare;
mod fields;
mod ignore;
mod item;
mod ledger;
mod notes;
mod report;
mod sight;
mod sort_out;
mod trace;

pub use collisions::{Doubts, collisions};
pub use compare::{Question, diff};
pub use ignore::{Ignore, IgnoreError};
pub use report::{
    CHANGES_VERSION, Change, Changes, Collision, Collisions, Counts, FieldChange, Gap, NotCompared, OneSided,
    Place, Side, SideOf, Unknown, Verdict, What,
};
