//! Where the changes of a watch go: the journal, stdout, snapshots, files, registries and channels.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::change_report::ChangeReport;
use super::followed_exports::FollowedExports;
use super::followed_syncs::FollowedSyncs;
use super::notifications::Notifications;
use super::watch_store::WatchStore;
use crate::analysis::diff::Changes;
use crate::error::Error;
use crate::model::Outcome;
use crate::watch::{Cause, Delta, Engine, JoinedChange, LiveInventory, SetAsideMessage, Touched};

/// How long channels may take to be told again of what the watch before did not tell them.
const TOLD_WITHIN: Duration = Duration::from_secs(10);

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
    /// The change that is being reported: its number, and what channels are told of it then.
    reporting: Option<(u64, Option<Arc<Changes>>)>,
    /// The number of the last change, where no journal counts them.
    unkept: u64,
}

impl<'a> Outputs<'a> {
    /// Prepares to write changes.
    pub fn new(store: Option<WatchStore>, report: ChangeReport<'a>, followers: Followers<'a>) -> Self {
        let Followers { exports, syncs, notifications } = followers;
        Self { store, report, exports, syncs, notifications, reporting: None, unkept: 0 }
    }

    /// Writes a change: first to the journal, so that it cannot be lost, then everywhere else. Only one is written to stdout
    /// at a time: the one before must have been read.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn publish(&mut self, change: Option<JoinedChange>, cause: Cause) -> Result<(), Error> {
        let Some(JoinedChange { delta, touched }) = change else { return Ok(()) };
        if touched.is_empty() {
            let now = Timestamp::now();
            // The next watch must know it: a peering is gone once the last of its ends does not list it.
            return self.store.as_mut().map_or(Ok(()), |store| store.append_unseen(delta, now, cause));
        }
        self.record(JoinedChange { delta, touched }, cause)
    }

    /// Writes a change to the journal, and reports it.
    fn record(&mut self, JoinedChange { delta, touched }: JoinedChange, cause: Cause) -> Result<(), Error> {
        let now = Timestamp::now();
        let sequence = if let Some(store) = &mut self.store {
            store.append(delta, now, cause)?
        } else {
            self.unkept += 1;
            self.unkept
        };
        self.report_again(sequence, touched, (cause, now))
    }

    /// Reports what could not be read from the beginning on. Does nothing if it was reported before. The change before must be
    /// on stdout.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn report_gaps(&mut self, engine: &mut Engine) -> Result<(), Error> {
        if !self.report.has_untold_gaps(engine.inventory()) {
            return Ok(());
        }
        let coverage = Some(engine.inventory().coverage().to_vec());
        let delta = Delta { coverage, ..Delta::default() };
        let mut touched = engine.replay(&delta);
        // They begin now: before, no read was known to fail.
        touched.old.coverage.iter_mut().for_each(|entry| entry.outcome = Outcome::Complete);
        self.record(JoinedChange { delta, touched }, Cause::Scan)
    }

    /// Reports a change that is in the journal already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn report_again(
        &mut self,
        sequence: u64,
        touched: Touched,
        when: (Cause, Timestamp),
    ) -> Result<(), Error> {
        self.exports.note_change();
        self.syncs.note_change();
        let changes = self.report.report(sequence, touched, when)?;
        self.reporting = Some((sequence, changes));
        self.finish_report()
    }

    /// Tells channels of the change that is on stdout now, and notes in the journal that it was reported. Does nothing while it
    /// is being written, or if it was not read: then the next watch reports it.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn finish_report(&mut self) -> Result<(), Error> {
        if self.report.is_writing() || !self.report.has_reader() {
            return Ok(());
        }
        let Some((sequence, changes)) = self.reporting.take() else { return Ok(()) };
        if let (Some(notifications), Some(changes)) = (&self.notifications, changes) {
            notifications.notify(&changes);
        }
        self.store.as_mut().map_or(Ok(()), |store| store.mark_reported(sequence))
    }

    /// Waits until a change is on stdout that is being written. Returns whether the watch is to go on: it was not stopped, and
    /// all was read.
    ///
    /// # Errors
    /// When stdout or the journal cannot be written.
    pub async fn wait_for_reader(&mut self, stop: &CancellationToken) -> Result<bool, Error> {
        if self.report.is_writing() {
            tokio::select! {
                written = self.report.written() => written?,
                () = stop.cancelled() => {}
            }
            if stop.is_cancelled() {
                self.report.end().await?;
            }
            self.finish_report()?;
        }
        Ok(self.report.has_reader() && !stop.is_cancelled())
    }

    /// Tells channels of a change that is on stdout already, if the watch before ended before they were told.
    ///
    /// # Errors
    /// When the configuration of collisions is wrong.
    pub fn tell_again(&mut self, touched: Touched, at: Timestamp) -> Result<(), Error> {
        let changes = self.report.next_changes(touched, at)?;
        if let (Some(notifications), Some(changes)) = (&self.notifications, changes)
            && !notifications.were_told(at)
        {
            notifications.notify(&changes);
        }
        Ok(())
    }

    /// Notes that a full scan that began at `at` has ended, and that what it found was published.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note_scan(&mut self, at: Timestamp) -> Result<(), Error> {
        self.store.as_mut().map_or(Ok(()), |store| store.note_scan(at))
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

    /// Tells whether a snapshot is to be kept: something changed, and it was reported on stdout and to channels. Until then the
    /// journal is what the next watch reports it from.
    pub fn is_to_be_kept(&self) -> bool {
        self.has_changed()
            && self.reporting.is_none()
            && !self.notifications.as_ref().is_some_and(Notifications::are_telling)
    }

    /// Waits until channels were told, for some seconds: a snapshot replaces the journal that would tell them again. Returns
    /// whether the watch is to go on.
    pub async fn wait_for_channels(&self, stop: &CancellationToken) -> bool {
        let deadline = Instant::now() + TOLD_WITHIN;
        let are_telling = || self.notifications.as_ref().is_some_and(Notifications::are_telling);
        while are_telling() && Instant::now() < deadline && !stop.is_cancelled() {
            sleep(Duration::from_millis(50)).await;
        }
        !stop.is_cancelled()
    }

    /// Keeps a snapshot.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&mut self, live: &LiveInventory, taken_at: Timestamp) -> Result<(), Error> {
        self.store.as_mut().map_or(Ok(()), |store| store.keep(live, taken_at))
    }

    /// Goes on with a snapshot that is kept already. `views` is what accounts see otherwise than it says.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn go_on(&mut self, snapshot: &Path, views: Delta) -> Result<(), Error> {
        self.store.as_mut().map_or(Ok(()), |store| store.go_on(snapshot, views))
    }

    /// Returns what is cancelled when another watcher may have taken over; never if nothing is kept.
    pub fn lost_lease(&self) -> CancellationToken {
        self.store.as_ref().map(|store| store.lost_lease().clone()).unwrap_or_default()
    }

    /// Waits for what is still being sent. Returns whether all channels were told.
    pub fn end_notifications(&mut self) -> bool {
        self.notifications.as_mut().is_none_or(Notifications::end)
    }
}
