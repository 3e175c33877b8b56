//! A text of metrics, a family after the other.
//! <https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md>

use std::fmt::{Display, Write};

/// The media type of the text.
pub const OPEN_METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What every text ends with.
const END: &str = "# EOF\n";

/// What the values of a metric mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricType {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Quantiles, a count and a sum.
    Summary,
}

impl MetricType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Summary => "summary",
        }
    }
}

/// Writes metrics, a family after the other.
#[derive(Debug, Clone, Default)]
pub struct OpenMetrics {
    text: String,
    family: &'static str,
}

impl OpenMetrics {
    /// Begins a family. A name that ends with a unit, such as `_seconds`, has that unit. `help` is one line.
    pub fn family(&mut self, name: &'static str, metric: MetricType, help: &str) {
        self.family = name;
        self.line(format_args!("# TYPE {name} {}", metric.as_str()));
        if name.ends_with("_seconds") {
            self.line(format_args!("# UNIT {name} seconds"));
        }
        self.line(format_args!("# HELP {name} {}", escape(help)));
    }

    /// Writes a value of the family. `suffix` is `_total` for a counter, `_count` and `_sum` for a summary, else empty.
    pub fn sample(&mut self, suffix: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let family = self.family;
        self.line(format_args!("{family}{suffix}{labels} {value}"));
    }

    /// Adds the families of another text, without its end.
    pub fn append(&mut self, text: &str) {
        self.text.push_str(text.strip_suffix(END).unwrap_or(text));
    }

    /// Ends the text.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.text.push_str(END);
        self.text
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a text does not fail.
        let _ = writeln!(self.text, "{line}");
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_have_their_samples_and_the_text_ends() {
        let mut metrics = OpenMetrics::default();
        metrics.family("jobs", MetricType::Counter, "Jobs done.");
        metrics.sample("_total", &[("kind", "a\"b\\c\nd"), ("x", "")], 3);
        metrics.family("lag_seconds", MetricType::Summary, "How late.");
        metrics.sample("", &[("quantile", "0.5")], 1.5);
        metrics.sample("_count", &[], 2);
        let mut both = OpenMetrics::default();
        both.family("rooms", MetricType::Gauge, "Rooms.");
        let alone = metrics.clone().finish();
        both.append(&alone);
        assert_eq!(both.finish(), format!("# TYPE rooms gauge\n# HELP rooms Rooms.\n{alone}"));
        assert_eq!(
            metrics.finish(),
            "# TYPE jobs counter\n# HELP jobs Jobs done.\njobs_total{kind=\"a\\\"b\\\\c\\nd\",x=\"\"} 3\n\
             # TYPE lag_seconds summary\n# UNIT lag_seconds seconds\n# HELP lag_seconds How late.\n\
             lag_seconds{quantile=\"0.5\"} 1.5\nlag_seconds_count 2\n# EOF\n"
        );
    }
}
