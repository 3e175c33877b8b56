//! The settings as a list of keys, and as a `netcensus.toml` that says where each value came from.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use jiff::SignedDuration;
use toml::Value;

use crate::model::{
    Allowance, Class, Domain, Kind, Level, Pool, Provider, Range, UsageFailure, UsageLimit, UsageRule,
};

use super::azure::{AzureApi, AzureCloud};
use super::event_queue::EventQueueName;
use super::export::{self, MinRows, Percentage, Template};
use super::groups::{self, GroupDefinitions};
use super::keys::{self, Key};
use super::notify::{self, ChannelSettings};
use super::origin::{Origin, Sourced};
use super::overlap;
use super::patterns::{Pattern, Patterns};
use super::pools;
use super::reservations::ReservationPlace;
use super::rules::{Color, Concurrency};
use super::settings::Settings;
use super::sync::{self, SyncSettings};
use super::usage;

/// One effective setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key and its flag.
    pub key: Key,
    /// The value as the file would have it; `None` when it is not set, and has no default.
    pub value: Option<Value>,
    /// Who set it.
    pub origin: Origin,
}

impl Settings {
    /// Lists every key with its effective value, in the order of the documentation, tables together.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let (aws, azure, overlap, export, watch, output) =
            (&self.aws, &self.azure, &self.overlap, &self.export, &self.watch, &self.output);
        let mut entries = vec![
            entry(keys::CONCURRENCY, &self.concurrency),
            entry(keys::TIMEOUT, &self.timeout),
            entry(keys::PROVIDERS, &self.providers),
            entry(keys::FROM, &self.from),
            entry(keys::MAX_AGE, &self.max_age),
            entry(keys::STORE, &self.store),
            entry(keys::RESERVATIONS, &self.reservations),
            entry(keys::EXTERNAL, &self.external),
            entry(keys::POOLS, &self.pools),
            entry(keys::GROUPS, &self.groups),
            entry(keys::NOTIFY, &self.notify),
            entry(keys::SYNC, &self.sync),
            entry(keys::AWS_PROFILES, &aws.profiles),
            entry(keys::AWS_ALL_PROFILES, &aws.all_profiles),
            entry(keys::AWS_ORG, &aws.org),
            entry(keys::AWS_ORG_ROLE, &aws.org_role),
            entry(keys::AWS_ORG_EXTERNAL_ID, &aws.org_external_id),
            entry(keys::AWS_REGIONS, &aws.regions),
            entry(keys::AWS_EXCLUDE_REGIONS, &aws.exclude_regions),
            entry(keys::AWS_EXCLUDE_ACCOUNTS, &aws.exclude_accounts),
            entry(keys::AWS_ACCOUNTS, &aws.accounts),
            entry(keys::AWS_NAMES, &aws.names),
            entry(keys::AZURE_SUBSCRIPTIONS, &azure.subscriptions),
            entry(keys::AZURE_ALL_SUBSCRIPTIONS, &azure.all_subscriptions),
            entry(keys::AZURE_EXCLUDE_SUBSCRIPTIONS, &azure.exclude_subscriptions),
            entry(keys::AZURE_NAMES, &azure.names),
            entry(keys::AZURE_TENANTS, &azure.tenants),
            entry(keys::AZURE_API, &azure.api),
            entry(keys::AZURE_CLOUD, &azure.cloud),
            entry(keys::AZURE_RESOURCE_MANAGER, &azure.resource_manager),
            entry(keys::AZURE_AUTHORITY, &azure.authority),
            entry(keys::OVERLAP_LEVEL, &overlap.level),
            entry(keys::OVERLAP_FAIL_ON, &overlap.fail_on),
            entry(keys::OVERLAP_BRIDGES, &overlap.bridges),
            entry(keys::OVERLAP_ALLOW, &overlap.allow),
            entry(keys::OVERLAP_DOMAINS, &overlap.domains),
            entry(keys::USAGE_WARN, &self.usage.warn),
            entry(keys::USAGE_CRITICAL, &self.usage.critical),
            entry(keys::USAGE_FAIL_ON, &self.usage.fail_on),
            entry(keys::USAGE_THRESHOLDS, &self.usage.rules),
            entry(keys::DIFF_IGNORE, &self.diff_ignore),
            entry(keys::EXPORT_MIN_ROWS, &export.min_rows),
            entry(keys::EXPORT_MAX_DROP, &export.max_drop),
            entry(keys::EXPORT_TEMPLATES, &export.templates),
            entry(keys::WATCH_QUEUES, &watch.queues),
            entry(keys::WATCH_AZURE_CHANGES, &watch.azure_changes),
            entry(keys::WATCH_EVERY, &watch.every),
            entry(keys::WATCH_RECONCILE, &watch.reconcile),
            entry(keys::WATCH_KEEP_EVERY, &watch.keep_every),
            entry(keys::WATCH_EXPORT, &watch.exports),
            entry(keys::WATCH_NOTIFY, &watch.notify),
            entry(keys::WATCH_SYNC, &watch.syncs),
            entry(keys::WATCH_SYNC_EVERY, &watch.sync_every),
            entry(keys::WATCH_SERVE, &watch.serve),
            entry(keys::WATCH_SERVE_TOKEN_FILE, &watch.serve_token_file),
            entry(keys::FORMAT, &output.format),
            entry(keys::COLOR, &output.color),
        ];
        entries.extend(Kind::ALL.map(|kind| match output.columns.get(&kind) {
            Some(columns) => entry(keys::columns(kind), columns),
            None => Entry { key: keys::columns(kind), value: None, origin: Origin::Default },
        }));
        entries
    }

    /// Writes the settings as a file that, used as configuration, gives these settings again.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        let mut table = "";
        for Entry { key, value, origin } in self.entries() {
            let (its_table, name) = key.name.rsplit_once('.').unwrap_or(("", key.name));
            if its_table != table {
                table = its_table;
                let _ = write!(text, "\n[{table}]\n");
            }
            let _ = match value {
                Some(value) => writeln!(text, "{name} = {value} # from {}", one_line(&origin.to_string())),
                None => writeln!(text, "# {name} is not set"),
            };
        }
        text
    }
}

/// A path may hold a line feed, which would end the comment.
fn one_line(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_unicode().collect() } else { vec![c] }).collect()
}

fn entry(key: Key, setting: &Sourced<impl Shown>) -> Entry {
    Entry { key, value: setting.value.shown(), origin: setting.origin.clone() }
}

/// A value that the file can hold.
trait Shown {
    fn shown(&self) -> Option<Value>;
}

impl Shown for Concurrency {
    fn shown(&self) -> Option<Value> {
        match self {
            Self::Auto => Some(Value::String(Self::AUTO.to_owned())),
            Self::Fixed(reads) => i64::try_from(*reads).ok().map(Value::Integer),
        }
    }
}

impl Shown for bool {
    fn shown(&self) -> Option<Value> {
        Some(Value::Boolean(*self))
    }
}

impl Shown for String {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.clone()))
    }
}

impl Shown for PathBuf {
    fn shown(&self) -> Option<Value> {
        // TOML has no other text; rather this than that nothing were set.
        Some(Value::String(self.to_string_lossy().into_owned()))
    }
}

impl Shown for ReservationPlace {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

impl Shown for Duration {
    fn shown(&self) -> Option<Value> {
        let duration = SignedDuration::try_from(*self).ok()?;
        Some(Value::String(format!("{duration:#}")))
    }
}

impl Shown for Provider {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.as_str().to_owned()))
    }
}

impl Shown for Color {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.as_str().to_owned()))
    }
}

impl Shown for AzureApi {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.as_str().to_owned()))
    }
}

impl Shown for AzureCloud {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.as_str().to_owned()))
    }
}

impl Shown for Level {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.as_str().to_owned()))
    }
}

impl Shown for Class {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.as_str().to_owned()))
    }
}

impl Shown for IpNet {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

impl Shown for Range {
    fn shown(&self) -> Option<Value> {
        Some(overlap::show_range(self))
    }
}

impl Shown for Pool {
    fn shown(&self) -> Option<Value> {
        Some(pools::show(self))
    }
}

impl Shown for Allowance {
    fn shown(&self) -> Option<Value> {
        Some(overlap::show_allowance(self))
    }
}

impl Shown for Domain {
    fn shown(&self) -> Option<Value> {
        Some(overlap::show_domain(self))
    }
}

impl Shown for UsageLimit {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

impl Shown for EventQueueName {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.to_setting()))
    }
}

impl Shown for UsageFailure {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

impl Shown for UsageRule {
    fn shown(&self) -> Option<Value> {
        Some(usage::show_rule(self))
    }
}

impl Shown for MinRows {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

impl Shown for Percentage {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }
}

impl Shown for Template {
    fn shown(&self) -> Option<Value> {
        Some(export::show(self))
    }
}

impl Shown for GroupDefinitions {
    fn shown(&self) -> Option<Value> {
        groups::show(self)
    }
}

impl Shown for Pattern {
    fn shown(&self) -> Option<Value> {
        Some(Value::String(self.as_str().to_owned()))
    }
}

impl Shown for Patterns {
    fn shown(&self) -> Option<Value> {
        Some(self.iter().filter_map(Shown::shown).collect::<Vec<_>>().into())
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn shown(&self) -> Option<Value> {
        Some(self.iter().filter_map(Shown::shown).collect::<Vec<_>>().into())
    }
}

impl Shown for BTreeMap<String, String> {
    fn shown(&self) -> Option<Value> {
        let names = self.iter().map(|(id, name)| (id.clone(), Value::String(name.clone())));
        (!self.is_empty()).then(|| Value::Table(names.collect()))
    }
}

impl Shown for BTreeMap<String, ChannelSettings> {
    fn shown(&self) -> Option<Value> {
        let channels = self.iter().map(|(name, channel)| (name.clone(), notify::show(channel)));
        (!self.is_empty()).then(|| Value::Table(channels.collect()))
    }
}

impl Shown for BTreeMap<String, SyncSettings> {
    fn shown(&self) -> Option<Value> {
        let targets = self.iter().map(|(name, target)| (name.clone(), sync::show(target)));
        (!self.is_empty()).then(|| Value::Table(targets.collect()))
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> Option<Value> {
        self.as_ref().and_then(Shown::shown)
    }
}
