//! Ctrl-C: the first stops cleanly, the second ends at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::runtime;
use crate::exit::Exit;
use crate::ui::Ui;

/// Whether files are being moved to their places. It stays locked while a signal ends the process, so that neither begins
/// in the middle of the other.
static IS_MOVING: Mutex<bool> = Mutex::new(false);

/// Ignores signals from now on. Several files are being moved to their places, which must happen to all or none, and the
/// last messages written. That takes a moment.
pub fn hold_off() {
    // A command that reads no cloud does not listen for signals yet, so the system would end it. If it cannot listen, the
    // files are moved anyway.
    let _ = runtime::block_on(async {
        if let Some(mut signals) = Signals::listen() {
            signals.and_hangups();
            tokio::spawn(async move {
                loop {
                    signals.next().await;
                }
            });
        }
        Ok(())
    });
    *IS_MOVING.lock().unwrap_or_else(PoisonError::into_inner) = true;
}

/// Ends the process, unless files are being moved to their places.
fn exit_unless_moving() {
    let is_moving = IS_MOVING.lock().unwrap_or_else(PoisonError::into_inner);
    if !*is_moving {
        std::process::exit(i32::from(Exit::Interrupted.code()));
    }
}

/// Whether the user wants to stop, and whether anything is left that can stop cleanly.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    cancel: CancellationToken,
    over: Arc<AtomicBool>,
}

impl Interrupt {
    /// Watches for SIGINT and SIGTERM until the process ends: the first cancels the token, the next one ends
    /// the process, as does the first once [`Interrupt::reading_is_over`].
    pub fn watch(ui: &Ui) -> Self {
        let interrupt = Self::default();
        let (watched, ui) = (interrupt.clone(), ui.clone());
        let Some(mut signals) = Signals::listen() else { return interrupt };
        tokio::spawn(async move {
            signals.next().await;
            if !watched.over.load(Ordering::Relaxed) {
                watched.cancel.cancel();
                ui.status("stopping; press Ctrl-C again to end at once");
                signals.next().await;
            }
            exit_unless_moving();
        });
        interrupt
    }

    /// Returns what is cancelled when the user wants to stop.
    pub const fn token(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Marks that only writing is left: a signal then ends the process at once.
    pub fn reading_is_over(&self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// What stops a run: SIGINT and SIGTERM, listened to from the start so that none is lost between two.
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
        Some(Self { interrupt, terminate, hangup: None })
    }

    /// Takes the end of the terminal for a signal too. `nohup` ignores it, so that only what must not be stopped at all
    /// does so.
    fn and_hangups(&mut self) {
        self.hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok();
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

/// What stops a run: Ctrl-C.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Option<Self> {
        Some(Self)
    }

    #[expect(clippy::unused_self, reason = "there is no such signal")]
    fn and_hangups(&mut self) {}

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
