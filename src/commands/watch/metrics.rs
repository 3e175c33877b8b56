//! The metrics of `watch`. `docs/watch.md` lists them.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::followed_syncs::SyncNumbers;
use super::read_times::ReadTimes;
use crate::model::{GENERATOR, Kind};
use crate::output::{MetricType, OpenMetrics};
use crate::watch::{Counters, EarlyScanReasons, EngineCounts};

/// What a watch is like at a moment.
#[derive(Debug, Clone, Default)]
pub struct WatchNumbers {
    /// Messages and events since the start.
    pub counters: Counters,
    /// Hints and reads since the start.
    pub engine: EngineCounts,
    /// Early scans, by reason.
    pub early_scans: EarlyScanReasons,
    /// How many scopes cannot be read.
    pub unread_scopes: usize,
    /// When each scope was read last.
    pub read: ReadTimes,
    /// What became of the registries that follow the inventory.
    pub syncs: Vec<SyncNumbers>,
    /// How many resources there are of each kind.
    pub resources: Vec<(Kind, usize)>,
}

/// About how many messages wait in each queue that tells.
pub type Depths = BTreeMap<String, u64>;

/// Writes them in the format of `OpenMetrics`, with those of `usage`.
pub fn render(numbers: &WatchNumbers, depths: &Depths, usage: &str, started: Timestamp) -> String {
    let mut text = OpenMetrics::default();
    text.family("netcensus_build", MetricType::Gauge, "The program.");
    text.sample("", &[("version", GENERATOR)], 1);
    text.family("netcensus_watch_start_time_seconds", MetricType::Gauge, "When the watch began.");
    text.sample("", &[], seconds(started));
    write_messages(numbers, depths, &mut text);
    write_events(numbers, &mut text);
    write_reads(numbers, &mut text);
    write_freshness(numbers, &mut text);
    write_syncs(&numbers.syncs, &mut text);
    text.append(usage);
    text.finish()
}

fn write_messages(numbers: &WatchNumbers, depths: &Depths, text: &mut OpenMetrics) {
    let counters = &numbers.counters;
    text.family("netcensus_watch_messages", MetricType::Counter, "Messages that were received, by source.");
    for (source, count) in &counters.messages {
        text.sample("_total", &[("source", source)], count);
    }
    let help = "Messages that were received before, here or by another watcher.";
    counter(text, "netcensus_watch_repeated_messages", help, counters.repeated_messages);
    let help = "Messages that were set aside, because they were received too often.";
    counter(text, "netcensus_watch_poisoned_messages", help, counters.poisoned_messages);
    let help = "Messages that wait in a queue. A queue whose depth is unknown is left out.";
    text.family("netcensus_watch_queue_depth", MetricType::Gauge, help);
    for (source, depth) in depths {
        text.sample("", &[("source", source)], depth);
    }
}

fn write_events(numbers: &WatchNumbers, text: &mut OpenMetrics) {
    let counters = &numbers.counters;
    text.family("netcensus_watch_events", MetricType::Counter, "Events, by what became of them.");
    text.sample("_total", &[("outcome", "hint"), ("reason", "")], counters.hints);
    for (reason, count) in &counters.ignored {
        text.sample("_total", &[("outcome", "ignored"), ("reason", reason.as_str())], count);
    }
    for (reason, count) in &counters.refused {
        text.sample("_total", &[("outcome", "refused"), ("reason", reason.as_str())], count);
    }
    let help = "Events that came more than a minute after their change.";
    counter(text, "netcensus_watch_late_events", help, counters.late);
    let help = "Hints that were read together with others that were already waiting.";
    counter(text, "netcensus_watch_merged_hints", help, numbers.engine.merged);
    let help = "Hints about accounts, regions or kinds that are not in scope.";
    counter(text, "netcensus_watch_out_of_scope_hints", help, numbers.engine.refused);
    let help = "Changes that a full scan found before any event reported them.";
    counter(text, "netcensus_watch_missed_changes", help, numbers.engine.missed);
    let help = "Resources that an event named, but netcensus never found.";
    counter(text, "netcensus_watch_unknown_ids", help, numbers.engine.unknown_ids);
    text.family(
        "netcensus_watch_lag_seconds",
        MetricType::Summary,
        "From an event to the record of its change.",
    );
    for (part, lag) in counters.lag.quantiles().into_iter().flatten() {
        text.sample("", &[("quantile", &part.to_string())], lag.as_secs_f64());
    }
    text.sample("_count", &[], counters.lag.count());
    text.sample("_sum", &[], Duration::as_secs_f64(&counters.lag.sum()));
}

fn write_reads(numbers: &WatchNumbers, text: &mut OpenMetrics) {
    let engine = &numbers.engine;
    let help =
        "Reads because of hints, of one kind in one account and region. Several hints may lead to one read.";
    counter(text, "netcensus_watch_reads", help, engine.reads);
    counter(text, "netcensus_watch_failed_reads", "Such reads that failed.", engine.failed_reads);
    counter(text, "netcensus_watch_requests", "Requests that such reads made.", engine.requests);
    let help = "Early full scans, by reason. A scan with two reasons counts for both.";
    text.family("netcensus_watch_early_scans", MetricType::Counter, help);
    for (reason, scans) in &numbers.early_scans {
        text.sample("_total", &[("reason", reason.as_str())], scans);
    }
}

fn write_freshness(numbers: &WatchNumbers, text: &mut OpenMetrics) {
    text.family("netcensus_resources", MetricType::Gauge, "Resources in the inventory.");
    for (kind, count) in &numbers.resources {
        text.sample("", &[("kind", kind.as_str())], count);
    }
    if let Some(scanned_at) = numbers.read.scanned_at() {
        text.family("netcensus_watch_scan_time_seconds", MetricType::Gauge, "When the last full scan began.");
        text.sample("", &[], seconds(scanned_at));
    }
    let help = "Scopes that cannot be read, as /healthz says.";
    text.family("netcensus_watch_unread_scopes", MetricType::Gauge, help);
    text.sample("", &[], numbers.unread_scopes);
    let help = "When a kind in an account and region was last read completely.";
    text.family("netcensus_watch_scope_read_time_seconds", MetricType::Gauge, help);
    for (place, kind, read_at) in numbers.read.scopes() {
        let labels = [
            ("provider", place.provider.as_str()),
            ("account", &place.account),
            ("region", place.region.as_deref().unwrap_or_default()),
            ("kind", kind.as_str()),
        ];
        text.sample("", &labels, seconds(read_at));
    }
}

fn write_syncs(syncs: &[SyncNumbers], text: &mut OpenMetrics) {
    if syncs.is_empty() {
        return;
    }
    let help = "Runs of a registry, by what became of them.";
    text.family("netcensus_watch_syncs", MetricType::Counter, help);
    for SyncNumbers { name, done, failed, .. } in syncs {
        text.sample("_total", &[("target", name), ("outcome", "done")], done);
        text.sample("_total", &[("target", name), ("outcome", "failed")], failed);
    }
    let help = "When a registry last matched the inventory.";
    text.family("netcensus_watch_sync_time_seconds", MetricType::Gauge, help);
    for (sync, done_at) in syncs.iter().filter_map(|sync| Some((sync, sync.done_at?))) {
        text.sample("", &[("target", &sync.name)], seconds(done_at));
    }
}

fn counter(text: &mut OpenMetrics, name: &'static str, help: &str, value: u64) {
    text.family(name, MetricType::Counter, help);
    text.sample("_total", &[], value);
}

fn seconds(at: Timestamp) -> f64 {
    Duration::from_millis(u64::try_from(at.as_millisecond()).unwrap_or_default()).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::EarlyScanReason;
    use crate::watch::events::{IgnoreReason, ParsedEvent};

    #[test]
    fn every_line_is_a_comment_or_a_sample_of_the_family_before_it() {
        let mut numbers = WatchNumbers::default();
        numbers.counters.count_message("aws:https://x/1/q", 2);
        numbers.counters.count_event(&ParsedEvent::Ignored(IgnoreReason::FailedCall), Timestamp::UNIX_EPOCH);
        numbers.counters.lag.record(Timestamp::UNIX_EPOCH, Timestamp::from_second(2).unwrap());
        numbers.resources = vec![(Kind::Networks, 7)];
        numbers.early_scans = EarlyScanReasons::from([(EarlyScanReason::RefusedEvent, 2)]);
        let depths = Depths::from([("a".to_owned(), 3)]);
        let text = render(
            &numbers,
            &depths,
            "# TYPE usage gauge\nusage 1\n# EOF\n",
            Timestamp::from_second(1).unwrap(),
        );
        let mut family = "";
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                family = rest.split(' ').next().unwrap();
            } else if !line.starts_with('#') {
                assert!(line.starts_with(family), "{line} is not of {family}");
            }
        }
        for expected in [
            "netcensus_watch_messages_total{source=\"aws:https://x/1/q\"} 1\n",
            "netcensus_watch_events_total{outcome=\"ignored\",reason=\"failed_call\"} 1\n",
            "netcensus_watch_lag_seconds{quantile=\"0.99\"} 2\n",
            "netcensus_watch_queue_depth{source=\"a\"} 3\n",
            "usage 1\n# EOF\n",
            "netcensus_resources{kind=\"networks\"} 7\n",
            "netcensus_watch_early_scans_total{reason=\"refused_event\"} 2\n",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
    }
}
