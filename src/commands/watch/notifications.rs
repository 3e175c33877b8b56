//! Tells channels of changes, on a thread of its own: a service that answers slowly holds nothing up.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::analysis::diff::Changes;
use crate::commands::notify::Notifier;
use crate::notify::{Observation, observe_changes};
use crate::ui::Ui;

/// How long channels may take when the watch ends.
const END_WITHIN: Duration = Duration::from_secs(4);

/// The command that shows what a channel was told of.
const COMMAND: &str = "netcensus diff @previous @latest";

/// Channels that are told of changes.
pub struct Notifications {
    observations: Option<Sender<Observation>>,
    /// Says at the end whether all channels were told.
    told: Receiver<bool>,
}

impl Notifications {
    /// Begins to tell the channels of `notifier`. `scope` is what tells this watch from others.
    pub fn new(notifier: Notifier, scope: Vec<String>, ui: &Ui) -> Self {
        let (observations, received) = channel::<Observation>();
        let (report, told) = channel();
        let ui = ui.clone();
        thread::spawn(move || {
            let mut all_told = true;
            for observation in received {
                all_told &= notifier.tell(&observation, &scope, || None, &ui);
            }
            // The watch may have ended without waiting.
            let _ = report.send(all_told);
        });
        Self { observations: Some(observations), told }
    }

    /// Tells of changes, if collisions came or went, or something could not be read any more.
    pub fn tell(&self, changes: &Changes) {
        if !changes.collisions.differ() && changes.gaps.is_empty() {
            return;
        }
        let observation = Observation { command: COMMAND.to_owned(), ..observe_changes(changes) };
        if let Some(observations) = &self.observations {
            // The thread ends after the sender only.
            let _ = observations.send(observation);
        }
    }

    /// Waits until the channels were told, for a few seconds. Returns whether all were.
    pub fn end(mut self) -> bool {
        self.observations = None;
        self.told.recv_timeout(END_WITHIN).unwrap_or(false)
    }
}
