//! `--notify`: tells channels what became of a report, once it is written.

use std::cell::OnceCell;
use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::inventory_source::saved_inventory;
use super::runtime;
use super::snapshot_lookup::open_store;
use crate::cli::notify::NotifyArgs;
use crate::cli::source::SourceArgs;
use crate::config::{ChannelSettings, ChannelTarget, Settings};
use crate::error::{Error, ErrorKind};
use crate::fs::WriteError;
use crate::fs::lock::lock_beside;
use crate::model::stable_hash;
use crate::notify::{
    self, Channel, Notice, Observation, Part, ReportKind, ReportedConditions, RetryPolicy, check_build,
    condition_events, open_channel,
};
use crate::redact::redact;
use crate::snapshot::ScanRequest;
use crate::ui::Ui;
use crate::wording::{counted, counted_as, shell_quoted};

/// The flag that names channels.
pub const NOTIFY_FLAG: &str = "--notify";
/// The directory of what was told, in that of the snapshots.
const DIRECTORY: &str = "notify";
/// How long another run may keep the lock of a channel: it sends meanwhile, and tries again.
const LONGEST_LOCK: Duration = Duration::from_mins(10);

/// The channels of a run, checked before anything is read.
pub struct Notifier {
    channels: Vec<NamedChannel>,
    is_dry_run: bool,
    directory: PathBuf,
}

struct NamedChannel {
    name: String,
    settings: ChannelSettings,
    channel: Box<dyn Channel>,
}

impl Notifier {
    /// Opens the channels that `args` name, as `setting` says; `None` when they name none.
    ///
    /// # Errors
    /// When there is no such channel, its address is missing, or what was told could not be remembered.
    pub fn new(
        args: &NotifyArgs,
        setting: &str,
        settings: &Settings,
        ui: &Ui,
    ) -> Result<Option<Self>, Error> {
        if args.notify.is_empty() {
            return Ok(None);
        }
        let mut channels: Vec<NamedChannel> = Vec::new();
        for name in &args.notify {
            if channels.iter().all(|known| known.name != *name) {
                channels.push(open(name, setting, args.notify_dry_run, settings, ui)?);
            }
        }
        let store = open_store(settings)?;
        let directory = store.directory().join(DIRECTORY);
        if !args.notify_dry_run {
            store
                .create_subdirectory(DIRECTORY)
                .map_err(|error| WriteError::cannot_write(&directory, &error))?;
        }
        Ok(Some(Self { channels, is_dry_run: args.notify_dry_run, directory }))
    }

    /// Returns when the report of this sort and `scope` was made that every channel was told of; `None` if one was told of
    /// none.
    pub fn told_until(&self, report: ReportKind, scope: &[String]) -> Option<Timestamp> {
        let scope = hash_scope(scope);
        let told = self.channels.iter().map(|channel| {
            let told = ReportedConditions::read(&self.reported_path(channel, report, &scope)).ok().flatten();
            told.and_then(|told| told.until)
        });
        told.min().flatten()
    }

    fn reported_path(&self, channel: &NamedChannel, report: ReportKind, scope: &str) -> PathBuf {
        self.directory.join(format!("{}-{}-{scope}.json", channel.name, report.as_str()))
    }

    /// Tells each channel what became of what `now` has. `scope` is what tells this report from others of the same command,
    /// and `older` makes the observation of the newest snapshot before, for channels that were told nothing yet. Returns
    /// whether all channels were told that are not optional.
    pub fn notify(
        &self,
        now: &Observation,
        scope: &[String],
        older: impl Fn() -> Option<Observation>,
        ui: &Ui,
    ) -> bool {
        let scope = hash_scope(scope);
        let cached = OnceCell::new();
        let before = || cached.get_or_init(&older).as_ref().map(ReportedConditions::from_older);
        let mut all_notified = true;
        for channel in &self.channels {
            let path = self.reported_path(channel, now.report, &scope);
            let report = ChannelReport { channel, path, scope: &scope, now, is_dry_run: self.is_dry_run, ui };
            if let Err(error) = report.send(before) {
                all_notified &= channel.settings.optional;
                report_failure(channel, error, ui);
            }
        }
        all_notified
    }
}

/// Returns the flags that a command needs to read the same inventory.
pub fn source_flags(source: &SourceArgs) -> String {
    match (&source.from, source.live.sandbox) {
        (Some(file), _) => format!(" --from {}", shell_quoted(&file.display().to_string())),
        (None, true) => " --sandbox".to_owned(),
        (None, false) => String::new(),
    }
}

/// Lists what tells an inventory from others: what the clouds were asked for, or else the file that it is read from.
pub fn inventory_scope(
    read_as: Option<&ScanRequest>,
    source: &SourceArgs,
    settings: &Settings,
) -> Vec<String> {
    match (read_as, saved_inventory(source, settings)) {
        (Some(asked), _) => asked.scope.clone(),
        (None, Some(file)) => vec![format!("from={}", file.display())],
        (None, None) => Vec::new(),
    }
}

/// Hashes what tells a report from others of the same command.
fn hash_scope(words: &[String]) -> String {
    format!("{:08x}", stable_hash(words.iter().flat_map(|word| word.bytes().chain([0]))))
}

fn open(
    name: &str,
    setting: &str,
    is_dry_run: bool,
    settings: &Settings,
    ui: &Ui,
) -> Result<NamedChannel, Error> {
    let settings = settings
        .channel(name)
        .map_err(|unknown| Error::from_diagnostic(ErrorKind::Usage, unknown).context(setting))?;
    if let Some(warning) = settings.warning(name) {
        ui.warn(&warning);
    }
    let channel = open_channel(settings);
    if !is_dry_run {
        let checked = check_build(settings).and_then(|()| channel.check());
        checked.map_err(|diagnostic| {
            Error::from_diagnostic(ErrorKind::Usage, diagnostic.map(redact))
                .context(format!("channel `{name}`"))
        })?;
    }
    Ok(NamedChannel { name: name.to_owned(), settings: settings.clone(), channel })
}

/// Reports a channel that could not be told; never silent.
fn report_failure(channel: &NamedChannel, error: Error, ui: &Ui) {
    let error = error.context(format!("channel `{}`", channel.name));
    if channel.settings.optional {
        ui.warn_always(&format!("{} (the channel is optional)", error.diagnostic().to_line()));
    } else {
        ui.error(&error);
    }
}

/// The report to one channel.
struct ChannelReport<'a> {
    channel: &'a NamedChannel,
    /// The file of what it was told.
    path: PathBuf,
    scope: &'a str,
    now: &'a Observation,
    is_dry_run: bool,
    ui: &'a Ui,
}

impl ChannelReport<'_> {
    /// Sends what the channel was not told yet; `before` is what an older observation would have told it.
    fn send(&self, before: impl Fn() -> Option<ReportedConditions>) -> Result<(), Error> {
        // Two runs at once would both tell what neither has told yet.
        let _lock = self.lock();
        let remembered = self.read_reported();
        let is_first = remembered.is_none();
        let told = remembered.or_else(before).unwrap_or_default();
        let (name, now) = (&self.channel.name, self.now);
        if told.until.is_some_and(|until| until > now.taken_at) {
            self.ui.warn(&format!(
                "channel `{name}`: nothing is sent, because a newer inventory than that of {} was already reported to it",
                now.taken_at
            ));
            return Ok(());
        }
        let (events, next) = condition_events(&told, now, self.channel.settings.remind);
        let number = events.len();
        let notice = Notice::new(now, events, self.scope);
        let mut parts = self.channel.channel.render(notice.as_ref(), now);
        if told.until == Some(now.taken_at) && self.gets_metrics() && self.path.exists() {
            // The same numbers twice would count as two samples.
            parts.clear();
        }
        if is_first {
            self.explain_first(&told);
        }
        if self.is_dry_run {
            self.print(&parts);
            return Ok(());
        }
        self.send_parts(&parts)?;
        next.write(&self.path).map_err(|error| {
            Error::from(error).remedy("the message was sent, and the next run will send it again")
        })?;
        match (parts.len(), self.gets_metrics()) {
            (0, _) => {
                self.ui.note_on_terminal(&format!("channel `{name}`: nothing changed, so nothing was sent"));
            }
            (calls, true) => {
                self.ui.status(&format!("sent metrics to `{name}` in {}", counted(calls, "call")));
            }
            (_, false) => self.ui.status(&format!("sent {} to `{name}`", counted(number, "event"))),
        }
        Ok(())
    }

    /// Waits for other runs that tell the channel of the same report. An alarm that arrives twice is better than none, so a
    /// disk without locks only costs a warning.
    fn lock(&self) -> Option<File> {
        if self.is_dry_run {
            return None;
        }
        let locked = lock_beside(&self.path, LONGEST_LOCK);
        locked.inspect_err(|error| self.ui.warn(&error.diagnostic.to_line())).ok()
    }

    /// Says what a channel that is told for the first time is not told: otherwise its silence would look like a fault.
    fn explain_first(&self, told: &ReportedConditions) {
        let (Some(until), number @ 1..) = (told.until, told.conditions.len()) else { return };
        let (name, things) = (&self.channel.name, counted_as(number, "thing that is", "things that are"));
        self.ui.note_unless_quiet(&format!(
            "channel `{name}` gets its first message: {things} already in the snapshot of {until} will not be \
             sent as new; later messages report what gets worse or is resolved"
        ));
    }

    /// Reads what the channel was told. A file that cannot be read is as if there were none, which is reported.
    fn read_reported(&self) -> Option<ReportedConditions> {
        ReportedConditions::read(&self.path).unwrap_or_else(|error| {
            let (name, path) = (&self.channel.name, self.path.display());
            self.ui.warn(&format!(
                "channel `{name}`: what was sent to it is unknown: cannot read {path}: {error}"
            ));
            None
        })
    }

    fn gets_metrics(&self) -> bool {
        matches!(self.channel.settings.target, ChannelTarget::CloudWatch(_))
    }

    fn print(&self, parts: &[Part]) {
        let (name, kind) = (&self.channel.name, self.channel.settings.type_name());
        if parts.is_empty() {
            self.ui.status(&format!("nothing would be sent to `{name}` ({kind}): nothing changed"));
        }
        for part in parts {
            self.ui.status(&format!("would be sent to `{name}` ({kind}):\n{part}"));
        }
    }

    fn send_parts(&self, parts: &[Part]) -> Result<(), Error> {
        let NamedChannel { name, channel, .. } = self.channel;
        self.ui.progress().show_activity(&format!("sending to {name}"));
        let sent = runtime::block_on(async {
            let delivered = notify::deliver(&**channel, parts, RetryPolicy::default()).await;
            delivered.map_err(|diagnostic| Error::from_diagnostic(ErrorKind::Output, diagnostic.map(redact)))
        });
        self.ui.progress().clear();
        sent
    }
}
