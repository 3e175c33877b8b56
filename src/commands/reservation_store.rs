//! Which store reservations are kept in, and changes to it while other processes change it too.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::{runtime, snapshot_lookup};
use crate::clouds::{backoff, random};
use crate::config::{Origin, ReservationPlace, Settings, TableName};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::model::Reservation;
use crate::reservations::{
    CommitOutcome, FileStore, ReservationChange, ReservationStore, StoredReservations,
};
use crate::ui::Ui;

/// The file in the directory of snapshots.
const FILE_NAME: &str = "reservations.json";
/// The same for what is reserved with `--sandbox`, so that it holds nothing real.
const SANDBOX_FILE_NAME: &str = "reservations-sandbox.json";
/// The longest wait after the first conflict, which doubles with every further one.
const FIRST_WAIT: Duration = Duration::from_millis(20);
/// The longest wait after any conflict.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Says where reservations are kept, and that the file does not exist if that is so.
pub fn describe_location(store: &dyn ReservationStore, settings: &Settings, is_sandbox: bool) -> String {
    let missing = if names_missing_file(settings, is_sandbox) { ", which does not exist" } else { "" };
    format!("{}{missing}", store.location())
}

/// Tells whether you named a file of reservations that does not exist, or a directory for it: it may be mistyped, or the
/// first reservation was not made yet.
fn names_missing_file(settings: &Settings, is_sandbox: bool) -> bool {
    let is_missing = |path: &Path| matches!(path.try_exists(), Ok(false));
    let in_store = settings.reservations.value.is_none() || uses_sandbox_file(settings, is_sandbox);
    if let (true, Origin::Flag(_), Some(directory)) =
        (in_store, &settings.store.origin, &settings.store.value)
    {
        return is_missing(directory);
    }
    match &settings.reservations.value {
        Some(ReservationPlace::File(path)) if !uses_sandbox_file(settings, is_sandbox) => is_missing(path),
        _ => false,
    }
}

/// Tells whether the reservations are those of the sandbox, whatever the configuration names.
fn uses_sandbox_file(settings: &Settings, is_sandbox: bool) -> bool {
    is_sandbox && !matches!(settings.reservations.origin, Origin::Flag(_))
}

/// Opens the store: that of `--reservations` or the configuration, else a file in the directory of snapshots. For the
/// sandbox only the flag counts.
///
/// # Errors
/// When the table cannot be signed in to, or this build has no tables.
pub fn open(settings: &Settings, is_sandbox: bool, ui: &Ui) -> Result<Box<dyn ReservationStore>, Error> {
    let in_default_directory = |name: &str| -> Result<Box<dyn ReservationStore>, Error> {
        let path = snapshot_lookup::open_store(settings)?.directory().join(name);
        Ok(Box::new(FileStore::new(path).creating_directory()))
    };
    match &settings.reservations.value {
        _ if uses_sandbox_file(settings, is_sandbox) => in_default_directory(SANDBOX_FILE_NAME),
        None => in_default_directory(FILE_NAME),
        Some(ReservationPlace::File(path)) => Ok(Box::new(FileStore::new(path.clone()))),
        Some(ReservationPlace::Table(table)) => open_table(table, settings, ui),
    }
}

#[cfg(feature = "dynamodb")]
fn open_table(table: &TableName, settings: &Settings, ui: &Ui) -> Result<Box<dyn ReservationStore>, Error> {
    use super::progress::service_run;
    use crate::clouds::aws::ReservationTable;

    // A signal ends the process: a transaction is made as a whole or not at all.
    let run = service_run(settings, ui);
    let opened = runtime::block_on(async {
        ReservationTable::open(table, table.to_string(), run).await.map_err(unreadable)
    })?;
    Ok(Box::new(opened))
}

#[cfg(not(feature = "dynamodb"))]
fn open_table(table: &TableName, settings: &Settings, _: &Ui) -> Result<Box<dyn ReservationStore>, Error> {
    Err(Error::usage(format!("{table} ({}): this build cannot use DynamoDB", settings.reservations.origin))
        .remedy("build with: cargo install netcensus --features dynamodb; or keep reservations in a file"))
}

/// Makes the error that ends a command whose store cannot be read.
fn unreadable(error: Diagnostic) -> Error {
    Error::from_diagnostic(ErrorKind::Input, error)
}

/// Makes the error that ends a command whose store cannot be written.
fn unwritable(error: Diagnostic) -> Error {
    Error::from_diagnostic(ErrorKind::Output, error)
}

/// Reads every reservation of a store.
///
/// # Errors
/// When it cannot be read.
pub fn load(store: &dyn ReservationStore) -> Result<StoredReservations, Error> {
    runtime::block_on(async { store.load().await.map_err(unreadable) })
}

/// Reads the reservations that are in force, for commands to which they are one thing among others.
///
/// # Errors
/// As [`open`] and [`load`]. What cannot be read is not empty.
pub fn load_in_force(
    settings: &Settings,
    is_sandbox: bool,
    now: Timestamp,
    ui: &Ui,
) -> Result<Vec<Reservation>, Error> {
    // Without a home directory there is no default file, and so nothing in it.
    if settings.reservations.value.is_none() && snapshot_lookup::open_store(settings).is_err() {
        return Ok(Vec::new());
    }
    let store = open(settings, is_sandbox, ui)?;
    if names_missing_file(settings, is_sandbox) {
        let location = store.location();
        ui.warn(&format!("{location} does not exist, so no reservation is taken into account"));
    }
    let stored = load(&*store)?.reservations;
    Ok(stored.into_iter().filter(|reservation| !reservation.is_expired(now)).collect())
}

/// Changes a store. `decide` is given all reservations, and says what to change and what comes of it. It is asked again if
/// another process changes the store first.
///
/// # Errors
/// As `decide`, when the store cannot be read or written, or when others are faster for longer than `--timeout`.
pub fn update<T>(
    store: &dyn ReservationStore,
    timeout: Duration,
    mut decide: impl FnMut(&StoredReservations) -> Result<(Option<ReservationChange>, T), Error>,
) -> Result<T, Error> {
    let begun = Instant::now();
    runtime::block_on(async {
        let mut conflicts = 0;
        loop {
            let stored = store.load().await.map_err(unreadable)?;
            let (change, result) = decide(&stored)?;
            let Some(change) = change else { return Ok(result) };
            if store.commit(stored.version, &change).await.map_err(unwritable)? == CommitOutcome::Committed {
                return Ok(result);
            }
            conflicts += 1;
            tracing::debug!(conflicts, store = store.location(), "another process was faster");
            if begun.elapsed() > timeout {
                let message =
                    format!("other processes changed {} first, {conflicts} times", store.location());
                return Err(
                    Error::new(ErrorKind::Conflict, message).remedy("try again, with a longer --timeout")
                );
            }
            tokio::time::sleep(random_wait(conflicts)).await;
        }
    })
}

/// Returns a random wait, so that processes which were in conflict are not again. It grows, since there may be many.
fn random_wait(conflicts: u32) -> Duration {
    backoff(conflicts, FIRST_WAIT, LONGEST_WAIT, random())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::BoxFuture;

    use super::*;

    /// A store that another process changes first, some times.
    struct Contested(AtomicUsize);

    impl ReservationStore for Contested {
        fn location(&self) -> &'static str {
            "test"
        }

        fn load(&self) -> BoxFuture<'_, Result<StoredReservations, Diagnostic>> {
            Box::pin(std::future::ready(Ok(StoredReservations::default())))
        }

        fn commit<'a>(
            &'a self,
            _: u64,
            _: &'a ReservationChange,
        ) -> BoxFuture<'a, Result<CommitOutcome, Diagnostic>> {
            let is_faster = |left: usize| left.checked_sub(1);
            let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, is_faster);
            let outcome = if left.is_ok() { CommitOutcome::Conflict } else { CommitOutcome::Committed };
            Box::pin(std::future::ready(Ok(outcome)))
        }
    }

    #[test]
    fn a_change_is_decided_again_after_every_conflict() {
        let mut asked = 0;
        let decide = |_: &StoredReservations| {
            asked += 1;
            Ok((Some(ReservationChange::Remove("a".to_owned())), asked))
        };
        let result = update(&Contested(AtomicUsize::new(3)), Duration::from_mins(1), decide).unwrap();
        assert_eq!(result, 4, "what comes of the last decision");
        let endless = Contested(AtomicUsize::new(usize::MAX));
        let error =
            update(&endless, Duration::ZERO, |_| Ok((Some(ReservationChange::Remove("a".to_owned())), ())));
        assert!(error.unwrap_err().message().contains("changed test first"), "no endless loop");
    }

    #[test]
    fn waits_are_bounded() {
        assert!((0..40).all(|conflicts| random_wait(conflicts) <= LONGEST_WAIT));
    }
}
