//! Ctrl-C: the first stops cleanly, the second ends at once.

use tokio_util::sync::CancellationToken;

use crate::exit::Exit;
use crate::ui::Ui;

/// Cancels the returned token at the first SIGINT or SIGTERM, and ends the process at the second.
pub fn watch(ui: &Ui) -> CancellationToken {
    let token = CancellationToken::new();
    let (cancel, ui) = (token.clone(), ui.clone());
    tokio::spawn(async move {
        signalled().await;
        ui.status("stopping; press Ctrl-C again to end at once");
        cancel.cancel();
        signalled().await;
        std::process::exit(i32::from(Exit::Interrupted.code()));
    });
    token
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
