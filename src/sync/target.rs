//! What every registry can do.

use futures_util::future::{BoxFuture, ready};

use super::record::{ExistingRecord, Record};
use super::steps::{Conflict, SyncPlan};
use crate::diagnostic::Diagnostic;
use crate::model::{Inventory, Kind};

/// A registry that is kept true.
pub trait SyncTarget: Send + Sync {
    /// Returns where it is, for messages: a table and its region, or a URL without secrets.
    fn location(&self) -> &str;

    /// Lists the kinds of its records, in the order in which they are created. They are deleted in the opposite order.
    fn kinds(&self) -> &[&'static str];

    /// Lists what of an inventory it needs to know.
    fn inventory_kinds(&self) -> &[Kind];

    /// Lists the fields of records of `kind` that people maintain: they are written when a record is created, and left as
    /// they are afterwards.
    fn maintained_fields(&self, kind: &str) -> &[String];

    /// Returns the field that says which resource a record is of, where records are known by what another resource may get,
    /// such as a name. A record passes to another resource only if the scope of the first was read completely.
    fn resource_field(&self) -> Option<&'static str> {
        None
    }

    /// Lists the fields that no two records of `kind` may have alike, whatever the case of letters, such as a name within a
    /// group; the first is the one that messages show. A record that is marked as deleted gives them away.
    fn unique_fields(&self, _kind: &str) -> &'static [&'static str] {
        &[]
    }

    /// Returns the records that an inventory asks for. The keys of a kind differ.
    fn map(&self, inventory: &Inventory) -> MappedRecords;

    /// Checks before anything is read what can be checked, such as credentials.
    ///
    /// # Errors
    /// When nothing could be read of it.
    fn check(&self) -> BoxFuture<'_, Result<(), Diagnostic>> {
        Box::pin(ready(Ok(())))
    }

    /// Creates what records need to be kept at all (`--init`), such as a table or custom fields, where it is not there yet.
    /// Returns what it created, a sentence each.
    ///
    /// # Errors
    /// When something cannot be created.
    fn prepare(&self) -> BoxFuture<'_, Result<Vec<String>, Diagnostic>> {
        Box::pin(ready(Ok(Vec::new())))
    }

    /// Reads every record of the kinds above, also those that are not ours. `wanted` is what it is to have, for the key of
    /// what people made.
    ///
    /// # Errors
    /// When any of them cannot be read: what is not read would be created again.
    fn read<'a>(&'a self, wanted: &'a [Record]) -> BoxFuture<'a, Result<Vec<ExistingRecord>, Diagnostic>>;

    /// Carries out the steps of a plan, in their order, and returns what became of each, in the same order. A step that
    /// fails leaves the others. A record that is not as it was when the plan was made is [left](AppliedStep::Overtaken).
    fn apply<'a>(
        &'a self,
        plan: &'a SyncPlan,
        progress: &'a dyn ApplyProgress,
    ) -> BoxFuture<'a, Vec<AppliedStep>>;

    /// Notes of records which are as they should be that they were seen, and of records which are marked that they are still
    /// missing, in a registry that keeps when. That is no change.
    ///
    /// # Errors
    /// When it cannot be written.
    fn confirm<'a>(
        &'a self,
        _plan: &'a SyncPlan,
        _progress: &'a dyn ApplyProgress,
    ) -> BoxFuture<'a, Result<(), Diagnostic>> {
        Box::pin(ready(Ok(())))
    }
}

/// The records that an inventory asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MappedRecords {
    /// The records, in any order.
    pub records: Vec<Record>,
    /// Records that may exist, but depend on what was not read: they are left as they are.
    pub undetermined: Vec<Undetermined>,
    /// Records that several resources ask for, so that none of them gets it.
    pub conflicts: Vec<Conflict>,
    /// What could not be mapped as it is, a sentence each.
    pub notes: Vec<String>,
}

/// A record of which cannot be told what it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undetermined {
    /// Its kind.
    pub kind: String,
    /// Its key, or the resource that it is of ([`resource_field`](SyncTarget::resource_field)).
    pub key: String,
    /// Why, in a clause.
    pub reason: String,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppliedStep {
    /// It was done.
    Done,
    /// The record was changed since the plan was made, by people or by a newer run; it was left.
    Overtaken,
    /// It failed, without anything being written.
    Failed(Diagnostic),
    /// It was not tried, because the run was stopped or everything fails.
    NotTried,
}

/// Is told how far a plan has been carried out.
pub trait ApplyProgress: Send + Sync {
    /// `done` of `total` steps are over.
    fn steps_done(&self, done: usize, total: usize);

    /// Tells whether the user stopped the run: the steps that are left are not tried.
    fn is_stopped(&self) -> bool;
}
