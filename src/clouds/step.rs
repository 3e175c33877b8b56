//! The steps before reading: signing in, listing accounts; each bounded like a scope, each with its outcome.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
#[cfg(any(feature = "aws", feature = "azure"))]
use futures_util::future::BoxFuture;

#[cfg(any(feature = "aws", feature = "azure"))]
use super::cloud_provider::{Failure, Run};
#[cfg(any(feature = "aws", feature = "azure"))]
use super::meter::Meter;
use crate::model::{Coverage, Outcome, Provider, Subject};

/// Writes the outcome of a step.
pub fn outcome(
    provider: Provider,
    account: String,
    kind: Subject,
    outcome: Outcome,
    detail: String,
) -> Coverage {
    Coverage {
        provider,
        account,
        region: None,
        kind,
        outcome,
        detail: Some(detail),
        requests: 0,
        duration_ms: 0,
    }
}

/// What came of a step before reading. The reasons become text when it is written into the coverage.
#[cfg(any(feature = "aws", feature = "azure"))]
#[derive(Debug, Clone)]
pub struct PlanningOutcome {
    /// The account, profile or tenant.
    pub account: String,
    /// What the step was for.
    pub subject: Subject,
    /// Why the step failed, or was skipped.
    pub failure: Failure,
}

#[cfg(any(feature = "aws", feature = "azure"))]
impl PlanningOutcome {
    /// Writes it as an entry of the coverage.
    pub fn to_coverage(&self, provider: Provider) -> Coverage {
        let Self { account, subject, failure } = self;
        outcome(provider, account.clone(), *subject, failure.outcome, failure.detail())
    }
}

/// What is said of a panic.
pub const FAULT: &str =
    "netcensus, or a library that it uses, has a bug: please report it with the output of -v";

/// Does `work`, and survives its panic: a fault of a library costs what it was doing and nothing else.
///
/// What `work` had in hands is not used afterwards, so that it cannot be found half done. The hook of the program keeps
/// the text of the panic from stderr, unless it is asked to be verbose.
///
/// # Errors
/// With what to say about the panic.
pub async fn contained<T>(work: impl Future<Output = T>) -> Result<T, &'static str> {
    let finished = AssertUnwindSafe(work).catch_unwind().await;
    finished.map_err(|_| FAULT)
}

/// Bounds one step before reading by the time a scope has, and by the user's patience. The time in which it waits for its
/// turn does not count.
///
/// Takes the step boxed: the SDKs' futures are tens of kilobytes each.
#[cfg(any(feature = "aws", feature = "azure"))]
pub async fn bounded<T>(run: &Run, work: BoxFuture<'_, Result<T, Failure>>) -> Result<T, Failure> {
    let meter = Meter::default();
    tokio::select! {
        biased;
        () = run.cancel.cancelled() => Err(Failure::new(Outcome::Interrupted, "stopped while signing in")),
        result = meter.watch(contained(work)) => match result {
            Ok(result) => result,
            Err(fault) => Err(Failure::new(Outcome::Failed, fault)),
        },
        () = meter.time_is_up(run.timeout) => Err(meter.out_of_time(run.timeout)),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "aws")]
    use std::time::Duration;

    use super::*;
    #[cfg(feature = "aws")]
    use crate::clouds::turns::waiting_for_turn;

    #[tokio::test]
    async fn a_panic_is_an_error_and_no_end() {
        assert_eq!(contained(async { 7 }).await, Ok(7));
        let fault = contained(async { [1, 2].get(9).map_or_else(|| panic!("of a library"), |n| *n) }).await;
        assert!(fault.is_err_and(|said| said.contains("-v")));
    }

    /// An organization's accounts wait for each other, and the last ones ran out of time.
    #[cfg(feature = "aws")]
    #[tokio::test]
    async fn a_step_that_waits_for_its_turn_has_its_whole_time_afterwards() {
        let run = Run { timeout: Duration::from_millis(50), ..Run::unobserved() };
        let sleep = || tokio::time::sleep(run.timeout * 4);
        let waits = async {
            waiting_for_turn(sleep()).await;
            Ok(7)
        };
        assert_eq!(bounded(&run, Box::pin(waits)).await, Ok(7));
        let works = async {
            waiting_for_turn(sleep()).await;
            sleep().await;
            Ok(7)
        };
        let failure = bounded(&run, Box::pin(works)).await.unwrap_err();
        assert_eq!(failure.outcome, Outcome::TimedOut, "{failure}");
    }

    /// Both clouds sign in and list accounts and regions in such steps.
    #[cfg(any(feature = "aws", feature = "azure"))]
    #[tokio::test]
    async fn a_panic_in_a_step_is_a_failure_of_that_step() {
        let run = Run::unobserved();
        let step = async { [1, 2].get(9).map_or_else(|| panic!("of a library"), |n| Ok(*n)) };
        let failure = bounded(&run, Box::pin(step)).await.unwrap_err();
        assert_eq!((failure.outcome, failure.detail()), (Outcome::Failed, FAULT.to_owned()));
    }
}
