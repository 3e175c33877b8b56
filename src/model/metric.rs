//! A number at a moment, for services that keep them over time.

/// A number, by its name and what it is of.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// What is measured, such as `UsedPercent`.
    pub name: &'static str,
    /// The number; finite.
    pub value: f64,
    /// Its unit.
    pub unit: MetricUnit,
    /// What it is of: names and values, by ids and not by display names, which are not always ASCII.
    pub dimensions: Vec<(&'static str, String)>,
}

impl Metric {
    /// Makes a metric that counts something.
    #[must_use]
    pub fn count(name: &'static str, value: usize, dimensions: Vec<(&'static str, String)>) -> Self {
        let value = f64::from(u32::try_from(value).unwrap_or(u32::MAX));
        Self { name, value, unit: MetricUnit::Count, dimensions }
    }
}

/// The unit of a [`Metric`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricUnit {
    /// How many.
    Count,
    /// A share, from 0 to 100.
    Percent,
}

impl MetricUnit {
    /// Returns the name that Amazon `CloudWatch` has for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Percent => "Percent",
        }
    }
}
