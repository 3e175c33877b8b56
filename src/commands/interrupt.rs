//! Ctrl-C: the first stops cleanly, the second ends at once.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::exit::Exit;
use crate::ui::Ui;

/// Cancels the returned token at the first SIGINT or SIGTERM, and ends the process at the second.
pub fn watch(ui: &Ui) -> CancellationToken {
    let token = CancellationToken::new();
    let (cancel, ui) = (token.clone(), ui.clone());
    // Without handlers (a sandboxed kernel) Ctrl-C ends the process as it always did.
    let Ok(mut signals) = Signals::listen() else { return token };
    tokio::spawn(async move {
        signals.next().await;
        ui.status("stopping; press Ctrl-C again to end at once");
        cancel.cancel();
        signals.next().await;
        std::process::exit(i32::from(Exit::Interrupted.code()));
    });
    token
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
