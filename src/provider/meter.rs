//! Watches the requests of the scope at work, retries included, wherever in the SDK they are sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};

tokio::task_local! {
    static METER: Arc<Counts>;
}

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU32,
    /// HTTP status of the latest answer; 0 before the first.
    status: AtomicU16,
}

/// What a scope sent and got back; outlives the work it watches, so that a timed-out scope still tells.
#[derive(Debug, Default, Clone)]
pub struct Meter(Arc<Counts>);

impl Meter {
    /// Runs `work`, counting what it sends.
    pub async fn watch<F: Future>(&self, work: F) -> F::Output {
        METER.scope(Arc::clone(&self.0), work).await
    }

    /// Returns the requests sent so far.
    pub fn requests(&self) -> u32 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Returns the HTTP status of the latest answer, if there was any.
    pub fn last_status(&self) -> Option<u16> {
        Some(self.0.status.load(Ordering::Relaxed)).filter(|status| *status != 0)
    }
}

/// Counts one request for the scope that this task works on, if any: credentials may be refreshed outside.
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "no cloud is compiled in"))]
pub fn count_request() {
    let _ = METER.try_with(|counts| counts.requests.fetch_add(1, Ordering::Relaxed));
}

/// Notes the HTTP status of an answer likewise.
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "no cloud is compiled in"))]
pub fn note_answer(status: u16) {
    let _ = METER.try_with(|counts| counts.status.store(status, Ordering::Relaxed));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_meter_sees_its_own_work_only() {
        let (one, two) = (Meter::default(), Meter::default());
        tokio::join!(
            one.watch(async {
                count_request();
                tokio::task::yield_now().await;
                count_request();
                note_answer(503);
            }),
            two.watch(async { count_request() }),
        );
        count_request();
        assert_eq!((one.requests(), one.last_status()), (2, Some(503)));
        assert_eq!((two.requests(), two.last_status()), (1, None));
    }
}
