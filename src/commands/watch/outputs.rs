//! Where the changes of a watch go: the journal, stdout, snapshots, files, registries and channels.

use std::path::Path;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::change_report::ChangeReport;
use super::followed_exports::FollowedExports;
use super::followed_syncs::FollowedSyncs;
use super::notifications::Notifications;
use super::watch_store::WatchStore;
use crate::error::Error;
use crate::model::Inventory;
use crate::watch::{Cause, Fold, LiveInventory, SetAsideMessage, Touched};

/// What follows the inventory, besides the store and stdout.
pub struct Followers<'a> {
    /// Files.
    pub exports: FollowedExports<'a>,
    /// Registries.
    pub syncs: FollowedSyncs,
    /// Channels.
    pub notifications: Option<Notifications>,
}

/// The outputs of a watch.
pub struct Outputs<'a> {
    store: Option<WatchStore>,
    /// The report on stdout.
    pub report: ChangeReport<'a>,
    /// The files that follow the inventory.
    pub exports: FollowedExports<'a>,
    /// The registries that follow the inventory.
    pub syncs: FollowedSyncs,
    notifications: Option<Notifications>,
    /// The number of the last change, where no journal counts them.
    unkept: u64,
}

impl<'a> Outputs<'a> {
    /// Prepares to write changes.
    pub fn new(store: Option<WatchStore>, report: ChangeReport<'a>, followers: Followers<'a>) -> Self {
        let Followers { exports, syncs, notifications } = followers;
        Self { store, report, exports, syncs, notifications, unkept: 0 }
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
        self.syncs.note_change();
        let changes = self.report.report(sequence, touched, live, when)?;
        if let (Some(notifications), Some(changes)) = (&self.notifications, changes) {
            notifications.tell(&changes);
        }
        if let Some(store) = self.store.as_mut().filter(|_| self.report.has_reader()) {
            store.mark_reported()?;
        }
        Ok(())
    }

    /// Notes a message that is set aside, if anything is kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_aside(&mut self, message: &SetAsideMessage) -> Result<(), Error> {
        self.store.as_mut().map_or(Ok(()), |store| store.set_aside(message))
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

    /// Returns what is cancelled when another watcher may have taken over; never if nothing is kept.
    pub fn lost_lease(&self) -> CancellationToken {
        self.store.as_ref().map(|store| store.lost_lease().clone()).unwrap_or_default()
    }

    /// Waits for what is still being sent. Returns whether all channels were told.
    pub fn end(self) -> bool {
        self.notifications.is_none_or(Notifications::end)
    }
}
