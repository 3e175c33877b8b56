//! What is sent by one request, and how people see it before it is sent.

use std::fmt;

use jiff::Timestamp;

use crate::model::Metric;

/// What is sent by one request. `Display` writes it for people.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A body of JSON.
    Json {
        /// The body.
        body: String,
        /// The id of the notice.
        id: String,
    },
    /// A message to a topic of Amazon SNS.
    Publication(Publication),
    /// Metrics.
    Metrics(MetricBatch),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json { body, .. } => f.write_str(body),
            Self::Publication(publication) => publication.fmt(f),
            Self::Metrics(batch) => batch.fmt(f),
        }
    }
}

/// A message to a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// One line of ASCII.
    pub subject: String,
    /// Text, or JSON with a text for each protocol.
    pub message: String,
    /// Whether it is JSON.
    pub structured: bool,
    /// Attributes that subscribers can filter by.
    pub attributes: Vec<(&'static str, String)>,
    /// The id of the notice, by which a FIFO topic drops what it has already.
    pub id: String,
}

impl fmt::Display for Publication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject: {}\n\n{}", self.subject, self.message)
    }
}

/// Metrics that are sent by one call.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricBatch {
    /// The namespace.
    pub namespace: String,
    /// When the inventory was read.
    pub at: Timestamp,
    /// The metrics; never none.
    pub metrics: Vec<Metric>,
}

impl fmt::Display for MetricBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} metrics in {} at {}", self.metrics.len(), self.namespace, self.at)?;
        for metric in &self.metrics {
            let dimensions = metric.dimensions.iter().map(|(name, value)| format!(" {name}={value}"));
            let dimensions: String = dimensions.collect();
            write!(f, "\n{} {} {}{dimensions}", metric.name, metric.value, metric.unit.as_str())?;
        }
        Ok(())
    }
}
