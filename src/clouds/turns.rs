//! Waits for a turn: until others were served. This time does not count against the bound of a step
//! ([`Meter::time_is_up`](super::meter::Meter::time_is_up)).
//!
//! Several steps may wait for the same work, such as a role that all their roles are assumed by. While that work waits for
//! its turn, all of them do.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    static TURNS: Arc<Turns>;
}

/// The waits for a turn of a step, or of work that several steps wait for.
#[derive(Debug, Default)]
pub struct Turns(Mutex<TurnWaits>);

#[derive(Debug, Default)]
struct TurnWaits {
    /// How long the waits took that are over.
    past: Duration,
    /// How many waits there are now: requests of one step may wait at the same time.
    count: usize,
    /// When the first of these began.
    since: Option<Instant>,
    /// The waits of what waits for this work.
    dependants: Vec<Arc<Turns>>,
}

impl Turns {
    /// Does `work`, whose waits for a turn these are.
    pub async fn watch<F: Future>(self: &Arc<Self>, work: F) -> F::Output {
        TURNS.scope(Arc::clone(self), work).await
    }

    /// Waits for `work`, which others may wait for too, and whose waits for a turn these are. Meanwhile they are waits of the
    /// step at work as well.
    pub async fn shared_by<F: Future>(self: &Arc<Self>, work: F) -> F::Output {
        let _until_dropped = Dependant::begin(self);
        work.await
    }

    /// Returns how long all waits took so far.
    pub fn total(&self) -> Duration {
        let waits = self.lock();
        waits.past + waits.since.map(|since| since.elapsed()).unwrap_or_default()
    }

    // The locks of the dependants are taken while this one is held. No work depends on itself, so this ends.
    fn begin(&self) {
        let waits = &mut *self.lock();
        waits.count += 1;
        if waits.count == 1 {
            waits.since = Some(Instant::now());
            waits.dependants.iter().for_each(|dependant| dependant.begin());
        }
    }

    fn end(&self) {
        let waits = &mut *self.lock();
        waits.count -= 1;
        if waits.count == 0 {
            waits.past += waits.since.take().map(|since| since.elapsed()).unwrap_or_default();
            waits.dependants.iter().for_each(|dependant| dependant.end());
        }
    }

    /// What was noted before a panic is good.
    fn lock(&self) -> MutexGuard<'_, TurnWaits> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does `work` that waits until others were served, for the step at work, if any.
pub async fn waiting_for_turn<F: Future>(work: F) -> F::Output {
    let _until_dropped = TurnWait::begin();
    work.await
}

/// A wait for a turn, which ends when this is dropped.
struct TurnWait(Option<Arc<Turns>>);

impl TurnWait {
    fn begin() -> Self {
        let turns = TURNS.try_with(Arc::clone).ok();
        if let Some(turns) = &turns {
            turns.begin();
        }
        Self(turns)
    }
}

impl Drop for TurnWait {
    fn drop(&mut self) {
        if let Some(turns) = &self.0 {
            turns.end();
        }
    }
}

/// A step that waits for work of others, until this is dropped.
struct Dependant<'a> {
    work: &'a Turns,
    step: Option<Arc<Turns>>,
}

impl<'a> Dependant<'a> {
    fn begin(work: &'a Turns) -> Self {
        let step = TURNS.try_with(Arc::clone).ok();
        if let Some(step) = &step {
            let mut waits = work.lock();
            waits.dependants.push(Arc::clone(step));
            if waits.count > 0 {
                step.begin();
            }
        }
        Self { work, step }
    }
}

impl Drop for Dependant<'_> {
    fn drop(&mut self) {
        let Some(step) = &self.step else { return };
        let mut waits = self.work.lock();
        if let Some(place) = waits.dependants.iter().position(|known| Arc::ptr_eq(known, step)) {
            waits.dependants.swap_remove(place);
        }
        if waits.count > 0 {
            step.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use futures_util::future::pending;

    use super::*;

    /// Begins `work`, which does not end.
    fn begun<F: Future<Output = ()>>(work: F) -> std::pin::Pin<Box<F>> {
        let mut work = Box::pin(work);
        assert!(work.as_mut().now_or_never().is_none());
        work
    }

    fn waits(turns: &Turns) -> bool {
        turns.lock().since.is_some()
    }

    #[test]
    fn a_wait_ends_with_the_last_of_those_at_the_same_time() {
        let turns = Arc::new(Turns::default());
        let [one, other] = [(), ()].map(|()| begun(turns.watch(waiting_for_turn(pending()))));
        drop(one);
        assert!(waits(&turns));
        drop(other);
        assert!(!waits(&turns));
    }

    /// Only the step that did the work of all waited, and the time of the others went on.
    #[test]
    fn all_wait_for_a_turn_while_the_work_does_that_they_wait_for() {
        let [base, hub, first, later] = std::array::from_fn(|_| Arc::new(Turns::default()));
        let early = begun(first.watch(hub.shared_by(pending())));
        let chained = begun(hub.watch(base.shared_by(pending())));
        assert!(!waits(&first));
        let turn = begun(base.watch(waiting_for_turn(pending())));
        let late = begun(later.watch(hub.shared_by(pending())));
        assert!([&base, &hub, &first, &later].into_iter().all(|turns| waits(turns)));
        drop(early);
        assert!(!waits(&first) && waits(&later), "it does not wait any longer");
        drop(turn);
        assert!([&base, &hub, &first, &later].into_iter().all(|turns| !waits(turns)));
        drop((late, chained));
        assert!(hub.lock().dependants.is_empty() && base.lock().dependants.is_empty());
    }
}
