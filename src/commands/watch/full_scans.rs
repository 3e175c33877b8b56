//! The full scans of a watch: the one that runs, and when the next one is due.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::watched_clouds::ScanResult;
use crate::clouds::CloudError;
use crate::watch::retry_delay;

/// When a scan is tried again that found nothing out. It doubles each time.
const FIRST_RETRY: Duration = Duration::from_mins(1);
const LONGEST_RETRY: Duration = Duration::from_mins(15);

/// The full scans of a watch. One runs at a time.
pub struct FullScans {
    /// From the end of a scan to the next one.
    interval: Duration,
    running: JoinSet<ScanResult>,
    /// What [`Engine::start_scan`](crate::watch::Engine::start_scan) returned for the scan that runs.
    began: u64,
    due: Instant,
    /// How many failed in a row.
    failures: u32,
}

impl FullScans {
    /// Plans a scan `interval` after now, and after the end of each scan.
    pub fn new(interval: Duration) -> Self {
        Self { interval, running: JoinSet::new(), began: 0, due: Instant::now() + interval, failures: 0 }
    }

    /// Plans the next one as if a scan had ended `age` ago.
    pub fn count_from(&mut self, age: Duration) {
        self.due = Instant::now() + self.interval.saturating_sub(age);
    }

    /// Returns whether a scan runs.
    pub fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// Returns when the next one is due.
    pub const fn due(&self) -> Instant {
        self.due
    }

    /// Returns what [`Engine::reconcile`](crate::watch::Engine::reconcile) needs to know of the scan that was started last.
    pub const fn began(&self) -> u64 {
        self.began
    }

    /// Starts one that [`Engine::start_scan`](crate::watch::Engine::start_scan) returned `began` for.
    pub fn start(&mut self, began: u64, scan: impl Future<Output = ScanResult> + Send + 'static) {
        self.began = began;
        self.running.spawn(scan);
    }

    /// Waits for the end of the scan that runs; `None` if there is none.
    pub async fn next_end(&mut self) -> Option<ScanResult> {
        let ended = self.running.join_next().await?;
        Some(ended.unwrap_or_else(|_| Err(CloudError::new("the scan ended because of a bug in netcensus"))))
    }

    /// Notes that a scan succeeded, and plans the next one.
    pub fn note_success(&mut self) {
        self.failures = 0;
        self.due = Instant::now() + self.interval;
    }

    /// Notes that nothing could be scanned, such as when credentials have expired, and plans the next try: later each time.
    pub fn note_failure(&mut self) {
        self.failures += 1;
        let wait = retry_delay(self.failures, FIRST_RETRY, LONGEST_RETRY);
        self.due = Instant::now() + wait.min(self.interval);
    }

    /// Stops the scan that runs.
    pub fn abort(&mut self) {
        self.running.abort_all();
    }
}
