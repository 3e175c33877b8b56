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
        tokio::spawn(async move {
            signalled().await;
            if !watched.over.load(Ordering::Relaxed) {
                ui.status("stopping; press Ctrl-C again to end at once");
                watched.cancel.cancel();
                signalled().await;
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

/// Waits for SIGINT or SIGTERM; for ever where no handler can be set, so that the system's default holds.
#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
async fn signalled() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
