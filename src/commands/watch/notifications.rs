//! Tells channels of changes, on a thread of its own: a service that answers slowly holds nothing up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use crate::analysis::diff::Changes;
use crate::commands::notify::Notifier;
use crate::notify::{Observation, ReportKind, observe_changes};
use crate::ui::Ui;

/// How long channels may take when the watch ends.
const END_WITHIN: Duration = Duration::from_secs(4);

/// The command that shows what a channel was told of.
const COMMAND: &str = "netcensus diff @previous @latest";

/// Channels that are told of changes.
pub struct Notifications {
    observations: Option<Sender<Observation>>,
    /// How many observations are not told yet.
    waiting: Arc<AtomicUsize>,
    /// The time of the change that every channel was told of before.
    told_until: Option<Timestamp>,
    /// Says at the end whether all channels were told.
    told: Receiver<bool>,
}

impl Notifications {
    /// Begins to tell the channels of `notifier`. `scope` is what tells this watch from others.
    pub fn new(notifier: Notifier, scope: Vec<String>, ui: &Ui) -> Self {
        let (observations, received) = channel::<Observation>();
        let (report, told) = channel();
        let told_until = notifier.told_until(ReportKind::Diff, &scope);
        let (ui, waiting) = (ui.clone(), Arc::new(AtomicUsize::new(0)));
        let not_told = Arc::clone(&waiting);
        thread::spawn(move || {
            let mut all_told = true;
            for observation in received {
                all_told &= notifier.notify(&observation, &scope, || None, &ui);
                not_told.fetch_sub(1, Ordering::Relaxed);
            }
            // The watch may have ended without waiting.
            let _ = report.send(all_told);
        });
        Self { observations: Some(observations), waiting, told_until, told }
    }

    /// Tells whether the channels were told of the changes of this time before this watch began.
    pub fn were_told(&self, at: Timestamp) -> bool {
        self.told_until.is_some_and(|until| at <= until)
    }

    /// Tells whether a channel is still being told of something.
    pub fn are_telling(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Tells of changes, if collisions came or went, or something could not be read any more.
    pub fn notify(&self, changes: &Changes) {
        if !changes.collisions.differ() && changes.gaps.is_empty() {
            return;
        }
        let observation = observe_changes(changes, COMMAND.to_owned());
        if let Some(observations) = &self.observations {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            // The thread ends after the sender only.
            let _ = observations.send(observation);
        }
    }

    /// Waits until the channels were told, for a few seconds. Returns whether all were. It is the end.
    pub fn end(&mut self) -> bool {
        self.observations = None;
        self.told.recv_timeout(END_WITHIN).unwrap_or(false)
    }
}
