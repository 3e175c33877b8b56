//! Signals that stop a run: Ctrl-C (SIGINT), SIGTERM and the end of the terminal (SIGHUP).
//!
//! While clouds are read, the first one stops the reading: what was read is shown, and the rest is reported as missing.
//! At any other time, and the second time, a signal removes what is unfinished on disk and ends the process. Once files
//! are moved to their places, signals are ignored, so that either all of them are there or none.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::runtime;
use crate::exit::Exit;
use crate::fs::unfinished;
use crate::ui::Ui;

/// What stops the reading of clouds, while it can be stopped.
static READING: Mutex<Option<CancellationToken>> = Mutex::new(None);

/// Listens to signals from now on. If the system allows no handlers or threads, signals do what they do by default.
pub fn listen(ui: &Ui) {
    let ui = ui.clone();
    let _ = runtime::block_on(async {
        if let Some(signals) = Signals::listen() {
            tokio::spawn(act_on_signals(signals, ui));
        }
        Ok(())
    });
}

async fn act_on_signals(mut signals: Signals, ui: Ui) {
    loop {
        signals.next().await;
        if ui.is_paging() {
            // The whole report is written, and the reader ends the pager.
            continue;
        }
        match set_reading(None) {
            Some(reading) => {
                reading.cancel();
                ui.status("stopping; press Ctrl-C again to end at once");
            }
            None => end_process(),
        }
    }
}

fn set_reading(reading: Option<CancellationToken>) -> Option<CancellationToken> {
    std::mem::replace(&mut *READING.lock().unwrap_or_else(PoisonError::into_inner), reading)
}

/// Ends the process, unless files are being moved to their places.
fn end_process() {
    // Held until the end: the command must not go on without its files.
    if let Some(_removed) = unfinished::remove_all() {
        std::process::exit(i32::from(Exit::Interrupted.code()));
    }
}

/// Ignores signals from now on: files are moved to their places, or removed, and then the last messages written. That
/// takes a moment, and the exit code has to be that of a command that did its work.
pub fn defer_signals() {
    let _ = runtime::block_on(async {
        ignore_hangups();
        Ok(())
    });
    unfinished::start_moving();
}

/// The reading of clouds, which a signal stops.
#[derive(Debug)]
pub struct Interrupt {
    cancel: CancellationToken,
}

impl Interrupt {
    /// Lets the next signal cancel the token, until [`Interrupt::reading_is_over`].
    pub fn watch() -> Self {
        let cancel = CancellationToken::new();
        set_reading(Some(cancel.clone()));
        Self { cancel }
    }

    /// Returns what is cancelled when the user wants to stop.
    pub const fn token(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Marks that only writing is left: a signal then ends the process.
    #[expect(clippy::unused_self, reason = "only who watches can stop watching")]
    pub fn reading_is_over(&self) {
        set_reading(None);
    }
}

/// What stops a run, listened to from the start, so that no signal is lost between two.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen; `None` where handlers cannot be set.
    fn listen() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).ok()?;
        let terminate = signal(SignalKind::terminate()).ok()?;
        let hangup = if may_listen_to_hangups() { signal(SignalKind::hangup()).ok() } else { None };
        // It stays handled, and nothing more happens: a write beyond `ulimit -f` then fails with an error, instead of
        // ending the process.
        let _ = signal(SignalKind::from_raw(FILE_SIZE_SIGNAL));
        Some(Self { interrupt, terminate, hangup })
    }

    async fn next(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = hangup => {}
        }
    }
}

/// SIGXFSZ, a file exceeds its limit of size. It has this number in every Unix and on every processor but MIPS.
#[cfg(unix)]
const FILE_SIZE_SIGNAL: std::ffi::c_int =
    if cfg!(any(target_arch = "mips", target_arch = "mips64")) { 31 } else { 25 };

/// Returns whether SIGHUP is not ignored already, as `nohup` has it: to listen to it would undo that. Only Linux tells,
/// in `/proc/self/status` (proc(5)).
#[cfg(unix)]
fn may_listen_to_hangups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Signal 1 is the lowest bit.
    ignored.is_some_and(|mask| mask & 1 == 0)
}

/// Ignores SIGHUP from now on, if it is not listened to yet. A handler that was set is never removed.
#[cfg(unix)]
fn ignore_hangups() {
    let _ = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup());
}

#[cfg(not(unix))]
const fn ignore_hangups() {}

/// What stops a run: Ctrl-C.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "handlers may fail elsewhere")]
    fn listen() -> Option<Self> {
        Some(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
