//! Reports the progress of a scan: hands the events of the clouds to the [`Ui`], which draws the line.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::clouds::{Event, Observer};
use crate::redact::redact;
use crate::ui::Ui;

/// Hands the events of a scan to the [`Ui`].
#[derive(Debug)]
pub struct ProgressObserver {
    ui: Ui,
    cancel: CancellationToken,
    failed: AtomicUsize,
    /// Whether a question stands on the terminal, over which no progress must be drawn.
    is_asking: AtomicBool,
    /// What is to be said when the question is answered.
    held: Mutex<Vec<String>>,
}

impl ProgressObserver {
    /// Shows the steps of a run on `ui`, until it is stopped by `cancel`.
    pub fn new(ui: Ui, cancel: CancellationToken) -> Self {
        Self {
            ui,
            cancel,
            failed: AtomicUsize::new(0),
            is_asking: AtomicBool::new(false),
            held: Mutex::default(),
        }
    }
}

/// Returns a run for requests to a service beside the clouds' inventory, each bounded by `--timeout`. No signal cancels them.
#[cfg(feature = "dynamodb")]
pub fn service_run(settings: &crate::config::Settings, ui: &Ui) -> crate::clouds::Run {
    let cancel = CancellationToken::new();
    crate::clouds::Run {
        observer: std::sync::Arc::new(ProgressObserver::new(ui.clone(), cancel.clone())),
        cancel,
        concurrency: settings.concurrency.value,
        timeout: settings.timeout.value,
        shortest_backoff: None,
        asked_for: Vec::new(),
        shard: None,
    }
}

impl Observer for ProgressObserver {
    fn event(&self, event: Event<'_>) {
        match event {
            // What a stopped run could not find out says nothing about the clouds.
            Event::Notice(_) | Event::Warning(_) if self.cancel.is_cancelled() => {}
            Event::Doing(what) => {
                tracing::debug!("{what}");
                if !self.is_asking.load(Ordering::Relaxed) {
                    self.ui.progress().show_activity(what);
                }
            }
            Event::Notice(what) if self.is_asking.load(Ordering::Relaxed) => {
                self.held.lock().unwrap_or_else(PoisonError::into_inner).push(redact(what));
            }
            Event::Notice(what) => self.ui.note(&redact(what)),
            Event::Warning(what) => self.ui.warn(&redact(what)),
            Event::Unreadable(what) => self.ui.warn_always(&redact(what)),
            Event::Finished { coverage, done, total } => {
                let failed = if coverage.outcome.is_incomplete() {
                    self.failed.fetch_add(1, Ordering::Relaxed) + 1
                } else {
                    self.failed.load(Ordering::Relaxed)
                };
                let text = if failed == 0 { String::new() } else { format!("{failed} failed") };
                self.ui.progress().show_scopes(done, total, &text);
            }
        }
    }

    fn ask(&self, question: &str) -> Option<String> {
        self.is_asking.store(true, Ordering::Relaxed);
        let answer = self.ui.ask(question);
        self.is_asking.store(false, Ordering::Relaxed);
        let held = std::mem::take(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner));
        for what in held {
            self.ui.note(&what);
        }
        answer
    }
}
