//! Counts the requests of the scope at work, retries included, wherever in the SDK they are sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

tokio::task_local! {
    static METER: Arc<AtomicU32>;
}

/// A count of requests that outlives the work it counts, so that a timed-out scope still tells.
#[derive(Debug, Default, Clone)]
pub struct Meter(Arc<AtomicU32>);

impl Meter {
    /// Runs `work`, counting what it sends.
    pub async fn watch<F: Future>(&self, work: F) -> F::Output {
        METER.scope(Arc::clone(&self.0), work).await
    }

    /// Returns the requests counted so far.
    pub fn requests(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts one request for the scope that this task works on, if any.
pub fn count_request() {
    // Credential refreshes may run outside any scope; they belong to none.
    let _ = METER.try_with(|meter| meter.fetch_add(1, Ordering::Relaxed));
}
