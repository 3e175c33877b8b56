//! Reports the progress of a scan: hands the events of the clouds to the [`Ui`], which draws the line.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    prompt: Mutex<Prompt>,
}

/// A question on the terminal, over which nothing must be drawn.
#[derive(Debug, Default)]
struct Prompt {
    is_asked: bool,
    /// What is to be said when it is answered.
    held: Vec<String>,
}

impl ProgressObserver {
    /// Shows the steps of a run on `ui`, until it is stopped by `cancel`.
    pub fn new(ui: Ui, cancel: CancellationToken) -> Self {
        Self { ui, cancel, failed: AtomicUsize::new(0), prompt: Mutex::default() }
    }

    fn prompt(&self) -> MutexGuard<'_, Prompt> {
        self.prompt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what was held back while a question was asked that is answered now, or not waited for any more.
    fn end_question(&self) {
        let Prompt { held, .. } = std::mem::take(&mut *self.prompt());
        for what in &held {
            self.ui.note_on_terminal(what);
        }
    }

    fn show_or_hold_notice(&self, what: &str) {
        let what = redact(what);
        let mut question = self.prompt();
        if question.is_asked {
            question.held.push(what);
        } else {
            drop(question);
            self.ui.note_on_terminal(&what);
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
        shortest_wait: None,
        asked_for: Vec::new(),
        shard: None,
    }
}

impl Observer for ProgressObserver {
    fn event(&self, event: Event<'_>) {
        match event {
            // What a stopped run could not find out says nothing about the clouds.
            Event::Notice(_) | Event::Warning(_) if self.cancel.is_cancelled() => {}
            Event::Activity(what) => {
                tracing::debug!("{what}");
                if !self.prompt().is_asked {
                    self.ui.progress().show_activity(what);
                }
            }
            Event::Notice(what) => self.show_or_hold_notice(what),
            Event::Warning(what) => self.ui.warn(&redact(what)),
            Event::Unreadable(what) => self.ui.warn_always(&redact(what)),
            Event::QuestionEnded => self.end_question(),
            Event::Finished { coverage, done, total } => {
                let failed = if coverage.outcome.is_incomplete() {
                    self.failed.fetch_add(1, Ordering::Relaxed) + 1
                } else {
                    self.failed.load(Ordering::Relaxed)
                };
                if !self.prompt().is_asked {
                    let text = if failed == 0 { String::new() } else { format!("{failed} failed") };
                    self.ui.progress().show_reads(done, total, &text);
                }
            }
        }
    }

    fn ask(&self, question: &str) -> Option<String> {
        self.prompt().is_asked = true;
        self.ui.ask(question)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Color;
    use crate::ui::Verbosity;

    #[test]
    fn what_is_noted_during_a_question_is_said_after_it() {
        let ui = Ui::new(Color::Never, Verbosity::Quiet);
        let observer = ProgressObserver::new(ui, CancellationToken::new());
        observer.prompt().is_asked = true;
        observer.event(Event::Notice("the region is skipped"));
        assert_eq!(observer.prompt().held, ["the region is skipped"]);
        observer.event(Event::QuestionEnded);
        observer.event(Event::Notice("another one"));
        assert!(!observer.prompt().is_asked && observer.prompt().held.is_empty());
    }
}
