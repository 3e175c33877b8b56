//! The steps before reading: signing in, listing accounts; each bounded like a scope, each with its outcome.

#[cfg(any(feature = "aws", feature = "azure"))]
use futures_util::future::BoxFuture;

#[cfg(any(feature = "aws", feature = "azure"))]
use super::contract::{Failure, Run};
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

/// Bounds one step before reading by the time a scope has, and by the user's patience.
///
/// Takes the step boxed: the SDKs' futures are tens of kilobytes each.
#[cfg(any(feature = "aws", feature = "azure"))]
pub async fn bounded<T>(run: &Run, work: BoxFuture<'_, Result<T, Failure>>) -> Result<T, Failure> {
    let meter = Meter::default();
    tokio::select! {
        biased;
        () = run.cancel.cancelled() => Err(Failure::new(Outcome::Interrupted, "stopped while signing in")),
        result = tokio::time::timeout(run.timeout, meter.watch(work)) => {
            result.unwrap_or_else(|_| Err(meter.out_of_time(run.timeout)))
        }
    }
}
