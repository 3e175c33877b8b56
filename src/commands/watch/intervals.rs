//! How often `watch` does what.

use std::time::Duration;

use crate::config::WatchSettings;

/// From the end of a full scan to one that is early, at least.
const EARLY: Duration = Duration::from_mins(10);

/// How often `watch` does what.
#[derive(Debug, Clone, Copy)]
pub struct Intervals {
    /// From the end of a full scan to the next one.
    pub scan: Duration,
    /// From one snapshot to the next one, if something changed.
    pub keep: Duration,
    /// From the end of a full scan to one that is early, at least.
    pub early: Duration,
}

impl Intervals {
    /// Takes the settings.
    pub fn new(watch: &WatchSettings) -> Self {
        Self { scan: watch.scan_every(), keep: watch.keep_every.value, early: EARLY }
    }
}
