//! What the file and the flags say about `netcensus watch`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::event_queue::EventQueueName;
use super::keys;
use super::origin::{Origin, Sourced};
use super::problem::ValueFault;
use super::reader::Reader;
use super::rules;
use crate::model::{parse_duration, parse_interval};

/// How often everything is scanned where events tell what changed.
const RECONCILE: Duration = Duration::from_hours(6);
/// How often a snapshot is kept.
const KEEP: Duration = Duration::from_mins(5);
/// How often a registry is written.
const SYNC: Duration = Duration::from_mins(1);

/// Where events come from, how often what is done, and where changes go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchSettings {
    /// Queues of events.
    pub queues: Sourced<Vec<EventQueueName>>,
    /// Whether Azure's Resource Graph is asked what changed.
    pub azure_changes: Sourced<bool>,
    /// How often everything is scanned without events.
    pub every: Sourced<Option<Duration>>,
    /// How often everything is scanned besides events; `None` for the default.
    pub reconcile: Sourced<Option<Duration>>,
    /// From one snapshot to the next one, if something changed.
    pub keep_every: Sourced<Duration>,
    /// Files that follow the inventory, `[FORMAT=]PATH`.
    pub exports: Sourced<Vec<String>>,
    /// Channels that get messages about changes.
    pub notify: Sourced<Vec<String>>,
    /// Registries that follow the inventory.
    pub syncs: Sourced<Vec<String>>,
    /// From one run of a registry to the next one, if something changed.
    pub sync_every: Sourced<Duration>,
    /// The address that is served.
    pub serve: Sourced<Option<String>>,
    /// The file with the token of what is served.
    pub serve_token_file: Sourced<Option<PathBuf>>,
}

/// What the flags said about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchOverrides {
    /// `--queue`.
    pub queues: Vec<String>,
    /// `--azure-changes`.
    pub azure_changes: bool,
    /// `--every`.
    pub every: Option<String>,
    /// `--reconcile`.
    pub reconcile: Option<String>,
    /// `--keep-every`.
    pub keep_every: Option<String>,
    /// `--export`.
    pub exports: Vec<String>,
    /// `--notify`.
    pub notify: Vec<String>,
    /// `--sync`.
    pub syncs: Vec<String>,
    /// `--sync-every`.
    pub sync_every: Option<String>,
    /// `--serve`.
    pub serve: Option<String>,
    /// `--serve-token-file`.
    pub serve_token_file: Option<PathBuf>,
}

impl WatchSettings {
    /// Reads the table of watching and its flags.
    pub(super) fn read(reader: &mut Reader<'_>, flags: &WatchOverrides) -> Self {
        let queue = |text: &str| EventQueueName::parse(text).map_err(ValueFault::new);
        let duration = |text: &str| duration(text).map(Some);
        let settings = Self {
            queues: reader.list(keys::WATCH_QUEUES, &flags.queues, Vec::new(), queue),
            azure_changes: reader.switch(keys::WATCH_AZURE_CHANGES, flags.azure_changes),
            every: reader
                .text(keys::WATCH_EVERY, flags.every.as_deref(), None, |text| interval(text).map(Some)),
            reconcile: reader.text(keys::WATCH_RECONCILE, flags.reconcile.as_deref(), None, duration),
            keep_every: reader.text(
                keys::WATCH_KEEP_EVERY,
                flags.keep_every.as_deref(),
                KEEP,
                self::duration,
            ),
            exports: reader.list(keys::WATCH_EXPORT, &flags.exports, Vec::new(), rules::filled),
            notify: reader.list(keys::WATCH_NOTIFY, &flags.notify, Vec::new(), rules::filled),
            syncs: reader.list(keys::WATCH_SYNC, &flags.syncs, Vec::new(), rules::filled),
            sync_every: reader.text(
                keys::WATCH_SYNC_EVERY,
                flags.sync_every.as_deref(),
                SYNC,
                self::duration,
            ),
            serve: reader
                .text(keys::WATCH_SERVE, flags.serve.as_deref(), None, |text| rules::filled(text).map(Some)),
            serve_token_file: token_file(reader, flags.serve_token_file.clone()),
        };
        settings.check_together(reader);
        settings
    }

    fn check_together(&self, reader: &mut Reader<'_>) {
        let token = &self.serve_token_file.origin;
        if matches!(token, Origin::Flag(_)) && self.serve.value.is_none() {
            let message = format!("nothing is served; add `{}`", keys::WATCH_SERVE.flag);
            reader.conflict(keys::WATCH_SERVE_TOKEN_FILE, token, message);
        }
    }

    /// Returns the time from the end of a full scan to the next one. Of both keys, the one wins that was given where it wins
    /// over the file, such as by a flag; else `every`.
    #[must_use]
    pub fn scan_every(&self) -> Duration {
        let (every, reconcile) = (&self.every, &self.reconcile);
        let wins = every.origin.rank() >= reconcile.origin.rank();
        every.value.filter(|_| wins).or(reconcile.value).unwrap_or(RECONCILE)
    }

    /// Returns the directory that paths of [`WatchSettings::exports`] are in; empty for the working directory.
    #[must_use]
    pub fn exports_in(&self) -> &Path {
        match &self.exports.origin {
            Origin::File { path, .. } => path.parent().unwrap_or(Path::new("")),
            Origin::Default | Origin::Variable(_) | Origin::Flag(_) => Path::new(""),
        }
    }
}

/// A path in the file is relative to the directory of the file.
fn token_file(reader: &mut Reader<'_>, flag: Option<PathBuf>) -> Sourced<Option<PathBuf>> {
    let rule = |path| rules::expanded_path(path, "file");
    let mut token_file = reader.path(keys::WATCH_SERVE_TOKEN_FILE, flag, rule);
    if let (Origin::File { path, .. }, Some(file)) = (&token_file.origin, &mut token_file.value) {
        *file = rules::beside(path, file);
    }
    token_file
}

fn duration(text: &str) -> Result<Duration, ValueFault> {
    Ok(parse_duration(text)?.unsigned_abs())
}

/// Reads how often everything is scanned: as often as `--watch` of other commands may run, and no more often.
fn interval(text: &str) -> Result<Duration, ValueFault> {
    Ok(parse_interval(text)?)
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigFile, KnownNames, Overrides, Settings};
    use super::*;

    fn read(text: &str, watch: WatchOverrides) -> Result<WatchSettings, String> {
        let known = KnownNames { providers: &crate::model::Provider::ALL, ..KnownNames::FOR_TESTS };
        let file = ConfigFile::new("dir/netcensus.toml", text);
        let overrides = Overrides { watch, ..Overrides::default() };
        let settings = Settings::resolve(Some(&file), &overrides, &known);
        settings.map(|settings| settings.watch).map_err(|error| error.to_string())
    }

    fn minutes(settings: &WatchSettings) -> u64 {
        settings.scan_every().as_secs() / 60
    }

    const FILE: &str = "[watch]\nqueues = ['aws:https://sqs.eu-west-1.amazonaws.com/1/q?profile=ops']\n\
                        reconcile = '2h'\nexport = ['prometheus=targets.json']\nserve = '9464'\n\
                        serve-token-file = 'token'\n";

    #[test]
    fn a_flag_wins_over_the_file_and_paths_of_the_file_are_beside_it() {
        let of_file = read(FILE, WatchOverrides::default()).unwrap();
        assert_eq!((of_file.queues.value.len(), minutes(&of_file)), (1, 120));
        assert_eq!(of_file.serve_token_file.value, Some(PathBuf::from("dir/token")));
        assert_eq!(of_file.exports_in(), Path::new("dir"));
        let flags = WatchOverrides {
            every: Some("5m".to_owned()),
            exports: vec!["hosts.csv".to_owned()],
            serve: Some("9999".to_owned()),
            ..WatchOverrides::default()
        };
        let mixed = read(FILE, flags).unwrap();
        assert_eq!((minutes(&mixed), mixed.serve.value.as_deref()), (5, Some("9999")));
        assert_eq!((mixed.exports.value.len(), mixed.exports_in()), (1, Path::new("")));
        let both = read("[watch]\nevery = '5m'\nreconcile = '6h'", WatchOverrides::default());
        assert_eq!(minutes(&both.unwrap()), 5);
        let reconcile = WatchOverrides { reconcile: Some("3h".to_owned()), ..WatchOverrides::default() };
        assert_eq!(minutes(&read("watch.every = '5m'", reconcile).unwrap()), 180);
        assert_eq!(minutes(&read("", WatchOverrides::default()).unwrap()), 360);
    }

    #[test]
    fn what_is_wrong_is_named_by_key_or_flag() {
        let wrong = |text: &str| read(text, WatchOverrides::default()).unwrap_err();
        assert!(wrong("watch.queues = ['events']").contains("watch.queues: a queue needs its cloud"));
        assert!(wrong("watch.keep-every = 'soon'").contains("watch.keep-every: `soon` is not a duration"));
        assert!(
            wrong("watch.evry = '5m'").contains("did you mean `every`?"),
            "{}",
            wrong("watch.evry = '5m'")
        );
        let flags = WatchOverrides { serve_token_file: Some("token".into()), ..WatchOverrides::default() };
        assert_eq!(read("", flags).unwrap_err(), "--serve-token-file: nothing is served; add `--serve`");
    }
}
