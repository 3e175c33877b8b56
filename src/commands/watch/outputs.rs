//! Where the changes of a watch go: the journal, stdout, snapshots, files and channels.

use std::path::Path;

use jiff::Timestamp;

use super::change_report::ChangeReport;
use super::followed_exports::FollowedExports;
use super::notifications::Notifications;
use super::watch_store::WatchStore;
use crate::error::Error;
use crate::model::Inventory;
use crate::watch::{Cause, Fold, LiveInventory, Touched};

/// The outputs of a watch.
pub struct Outputs<'a> {
    store: Option<WatchStore>,
    /// The report on stdout.
    pub report: ChangeReport<'a>,
    /// The files that follow the inventory.
    pub exports: FollowedExports<'a>,
    notifications: Option<Notifications>,
    /// The number of the last change, where no journal counts them.
    unkept: u64,
}

impl<'a> Outputs<'a> {
    /// Prepares to write changes.
    pub const fn new(
        store: Option<WatchStore>,
        report: ChangeReport<'a>,
        exports: FollowedExports<'a>,
        notifications: Option<Notifications>,
    ) -> Self {
        Self { store, report, exports, notifications, unkept: 0 }
    }

    /// Writes a change: first to the journal, so that it cannot be lost, then everywhere else.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn publish(&mut self, fold: Option<Fold>, live: &LiveInventory, cause: Cause) -> Result<(), Error> {
        let Some(Fold { delta, touched }) = fold else { return Ok(()) };
        let now = Timestamp::now();
        let sequence = if let Some(store) = &mut self.store {
            store.append(delta, now, cause)?
        } else {
            self.unkept += 1;
            self.unkept
        };
        self.report_again(sequence, touched, live, (cause, now))
    }

    /// Reports a change that is in the journal already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn report_again(
        &mut self,
        sequence: u64,
        touched: Touched,
        live: &LiveInventory,
        when: (Cause, Timestamp),
    ) -> Result<(), Error> {
        self.exports.note_change();
        let changes = self.report.report(sequence, touched, live, when)?;
        if let (Some(notifications), Some(changes)) = (&self.notifications, changes) {
            notifications.tell(&changes);
        }
        if let Some(store) = self.store.as_mut().filter(|_| self.report.has_reader()) {
            store.mark_reported()?;
        }
        Ok(())
    }

    /// Tells whether something changed since the last snapshot.
    pub fn has_changed(&self) -> bool {
        self.store.as_ref().is_some_and(WatchStore::has_changed)
    }

    /// Keeps a snapshot.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&mut self, inventory: &Inventory) -> Result<(), Error> {
        self.store.as_mut().map_or(Ok(()), |store| store.keep(inventory))
    }

    /// Goes on with a snapshot that is kept already.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn go_on(&mut self, snapshot: &Path) -> Result<(), Error> {
        self.store.as_mut().map_or(Ok(()), |store| store.go_on(snapshot))
    }

    /// Waits for what is still being sent. Returns whether all channels were told.
    pub fn end(self) -> bool {
        self.notifications.is_none_or(Notifications::end)
    }
}
