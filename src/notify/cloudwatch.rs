//! Amazon `CloudWatch`: all numbers of a report, at every run and not only what exceeds a threshold. A series that ends
//! makes its alarms insufficient.
//!
//! Limits of `PutMetricData`: 1,000 metrics and 1 MB a call; names and values of dimensions are ASCII, not blank, and
//! have 1,024 characters at most; no NaN and no infinity; moments from two weeks ago to in two hours.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::channel::{Channel, SendError};
use super::notice::Notice;
use super::observation::Observation;
use super::part::{MetricBatch, Part};
#[cfg(feature = "channels")]
use crate::clouds::aws::ChannelAccess;
use crate::config::CloudWatchTarget;
use crate::diagnostic::Diagnostic;
use crate::model::Metric;

/// The most metrics of one call.
pub const MAX_METRICS_A_CALL: usize = 1_000;
/// The most bytes of one call, estimated from above.
const MAX_BYTES_A_CALL: usize = 900_000;
/// Bytes that a metric and a dimension take besides their texts.
const BYTES_A_METRIC: usize = 200;
/// The most characters of a dimension's value.
const MAX_VALUE: usize = 1_024;
/// Older metrics are refused.
const OLDEST: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A namespace of metrics.
#[derive(Debug)]
pub struct CloudWatch {
    target: CloudWatchTarget,
    #[cfg(feature = "channels")]
    access: ChannelAccess,
}

impl CloudWatch {
    /// Makes the channel; connects to nothing yet.
    #[must_use]
    pub fn new(target: CloudWatchTarget) -> Self {
        Self {
            #[cfg(feature = "channels")]
            access: ChannelAccess::new(target.profile.clone(), target.region.clone()),
            target,
        }
    }
}

impl Channel for CloudWatch {
    fn check(&self) -> Result<(), Diagnostic> {
        Ok(())
    }

    fn render(&self, _: Option<&Notice>, now: &Observation) -> Vec<Part> {
        let batch = |metrics| {
            Part::Metrics(MetricBatch { namespace: self.target.namespace.clone(), at: now.taken_at, metrics })
        };
        batches(&now.metrics).into_iter().map(batch).collect()
    }

    fn send<'a>(&'a self, part: &'a Part) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let Part::Metrics(batch) = part else { return Ok(()) };
            refuse_old(batch.at, Timestamp::now())?;
            self.put(batch).await
        })
    }
}

#[cfg(feature = "channels")]
impl CloudWatch {
    async fn put(&self, batch: &MetricBatch) -> Result<(), SendError> {
        self.access.put_metrics(&batch.namespace, batch.at, &batch.metrics).await.map_err(SendError::new)
    }
}

#[cfg(not(feature = "channels"))]
impl CloudWatch {
    #[expect(clippy::unused_async, reason = "a build with channels waits")]
    async fn put(&self, _: &MetricBatch) -> Result<(), SendError> {
        Err(SendError::new(super::post::not_built()))
    }
}

fn refuse_old(at: Timestamp, now: Timestamp) -> Result<(), SendError> {
    if now.duration_since(at) < OLDEST {
        return Ok(());
    }
    let what = format!("the inventory was read at {at}, and CloudWatch takes nothing older than two weeks");
    Err(SendError::new(Diagnostic::new(what).remedy("send metrics of a new scan")))
}

/// Cuts metrics into calls.
fn batches(metrics: &[Metric]) -> Vec<Vec<Metric>> {
    let mut batches: Vec<Vec<Metric>> = Vec::new();
    let mut bytes = 0;
    for metric in metrics.iter().filter(|metric| metric.value.is_finite()).map(accepted) {
        let size = size(&metric);
        let is_full =
            |batch: &Vec<Metric>| batch.len() == MAX_METRICS_A_CALL || bytes + size > MAX_BYTES_A_CALL;
        if let Some(batch) = batches.last_mut().filter(|batch| !is_full(batch)) {
            batch.push(metric);
            bytes += size;
        } else {
            batches.push(vec![metric]);
            bytes = size;
        }
    }
    batches
}

fn size(metric: &Metric) -> usize {
    let dimensions = metric.dimensions.iter().map(|(name, value)| name.len() + value.len() + BYTES_A_METRIC);
    BYTES_A_METRIC + metric.name.len() + dimensions.sum::<usize>()
}

/// Writes dimensions as `CloudWatch` takes them: blank ones are left out, and other characters than ASCII, which names of
/// Azure's resource groups may have, are percent-encoded.
fn accepted(metric: &Metric) -> Metric {
    let dimensions = metric.dimensions.iter().filter(|(_, value)| !value.trim().is_empty());
    let dimensions = dimensions.map(|(name, value)| (*name, ascii(value)));
    Metric { dimensions: dimensions.collect(), ..metric.clone() }
}

fn ascii(value: &str) -> String {
    let encoded = utf8_percent_encode(value, CONTROLS).to_string();
    // The end of a long id names the resource.
    encoded[encoded.len().saturating_sub(MAX_VALUE)..].trim_start_matches(':').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MetricUnit;

    fn metric(value: f64, dimension: &str) -> Metric {
        let dimensions = vec![("Subnet", dimension.to_owned()), ("Account", " ".to_owned())];
        Metric { name: "UsedPercent", value, unit: MetricUnit::Percent, dimensions }
    }

    /// The seed of this feature sent all metrics in one call.
    #[test]
    fn calls_have_a_thousand_metrics_and_a_megabyte_at_most() {
        let sizes = |metrics: &[Metric]| batches(metrics).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(&vec![metric(1.0, "subnet-1"); 2_001]), [1_000, 1_000, 1]);
        let long = vec![metric(1.0, &"x".repeat(2_000)); 1_000];
        assert!(sizes(&long).len() > 1 && sizes(&long).iter().sum::<usize>() == 1_000);
        assert_eq!(sizes(&[]), [0; 0]);
    }

    #[test]
    fn dimensions_are_ascii_and_numbers_are_finite() {
        let sent =
            batches(&[metric(f64::NAN, "a"), metric(f64::INFINITY, "a"), metric(79.9, "/rg-grün/\u{202e}")]);
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0][0].dimensions, [("Subnet", "/rg-gr%C3%BCn/%E2%80%AE".to_owned())]);
    }

    #[test]
    fn what_is_older_than_two_weeks_is_refused_with_a_reason() {
        let at: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        assert!(refuse_old(at, "2026-11-14T23:00:00Z".parse().unwrap()).is_ok());
        let error = refuse_old(at, "2026-11-15T00:00:00Z".parse().unwrap()).unwrap_err();
        assert!(error.diagnostic.to_string().contains("nothing older than two weeks"));
    }
}
