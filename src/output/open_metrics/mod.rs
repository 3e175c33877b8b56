//! Metrics in the text format of `OpenMetrics`, which Prometheus reads: the report of `usage`, and the document that the
//! metrics of netcensus itself are written with.

mod document;
mod spec;
mod usage;

pub use document::{MetricType, OPEN_METRICS_TYPE, OpenMetrics};
pub(super) use spec::SPEC;
use usage::{write as write_usage, write_export};
