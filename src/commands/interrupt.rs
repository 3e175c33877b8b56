//! Ctrl-C: the first stops cleanly, the second ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

use crate::exit::Exit;
use crate::ui::Ui;

/// The user's wish to stop, and whether there is anything left that could stop cleanly.
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
            std::process::exit(i32::from(Exit::Interrupted.code()));
        });
        interrupt
    }

    /// Returns what is cancelled when the user wants to stop.
    pub const fn token(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Notes that only writing is left, which stops by ending the process.
    pub fn reading_is_over(&self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// What stops a run: SIGINT and SIGTERM, listened to from the start so that none is lost between two.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen; `None` where handlers cannot be set.
    fn listen() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).ok()?;
        let terminate = signal(SignalKind::terminate()).ok()?;
        Some(Self { interrupt, terminate })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
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

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
