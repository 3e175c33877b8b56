//! Shows a run on the terminal: what is being done, how far it is, what the user should know.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::clouds::{Event, Observer};
use crate::redact::redact;
use crate::ui::Ui;

/// Tells the [`Ui`] about a run.
#[derive(Debug)]
pub struct Watch {
    ui: Ui,
    failed: AtomicUsize,
}

impl Watch {
    /// Watches on `ui`.
    pub fn new(ui: Ui) -> Self {
        Self { ui, failed: AtomicUsize::new(0) }
    }
}

impl Observer for Watch {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Doing(what) => {
                tracing::debug!("{what}");
                self.ui.progress().activity(what);
            }
            Event::Notice(what) => self.ui.note(&redact(what)),
            Event::Warning(what) => self.ui.warn(&redact(what)),
            Event::Unreadable(what) => self.ui.insist(&redact(what)),
            Event::Finished { coverage, done, total } => {
                let failed = if coverage.outcome.is_incomplete() {
                    self.failed.fetch_add(1, Ordering::Relaxed) + 1
                } else {
                    self.failed.load(Ordering::Relaxed)
                };
                let text = if failed == 0 { String::new() } else { format!("{failed} failed") };
                self.ui.progress().scopes(done, total, &text);
            }
        }
    }

    fn ask(&self, question: &str) -> Option<String> {
        self.ui.ask(question)
    }
}
