//! Finds kept snapshots: by their names, such as `@latest`, and by their age, instead of a scan (`--max-age`).
//!
//! What the names mean is in `snapshot/names.rs`.

use std::ffi::OsStr;
use std::path::Path;

use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;
use jiff::{SignedDuration, Timestamp};

use crate::config::{Origin, Settings};
use crate::error::{Error, ErrorKind};
use crate::fs;
use crate::input::{self, InputError, Source};
use crate::model::{Inventory, Kind, Provider, is_in_future, parse_duration};
use crate::snapshot::{
    self, NameError, ScanRequest, ScopesSetAside, SnapshotEntry, SnapshotHeader, SnapshotName, SnapshotStore,
};
use crate::ui::Ui;
use crate::wording::{age, counted, shell_quoted};

/// Returns the directory of snapshots: that of `--store` or the configuration, or one in the XDG state directory.
///
/// # Errors
/// When there is no home directory to put it in.
pub fn open_store(settings: &Settings) -> Result<SnapshotStore, Error> {
    if let Some(directory) = &settings.store.value {
        return Ok(SnapshotStore::new(directory.clone()));
    }
    let state = Xdg::new().ok().and_then(|xdg| xdg.state_dir());
    let state = state.ok_or_else(|| {
        Error::usage("there is no home directory to save snapshots in")
            .remedy("name a directory with --store")
    })?;
    Ok(SnapshotStore::new(state.join("netcensus/snapshots")))
}

/// Lists the kept snapshots, oldest first.
///
/// # Errors
/// When their directory cannot be read.
pub fn list_snapshots(store: &SnapshotStore) -> Result<Vec<SnapshotEntry>, Error> {
    store.list().map_err(|error| {
        let refused = fs::cannot_read_directory("snapshots", store.directory(), &error);
        Error::from_diagnostic(ErrorKind::Usage, refused)
    })
}

/// Refuses a directory that you named and that does not exist: it may be mistyped, and that there is nothing in it would
/// mean nothing. The default directory need not exist before the first scan.
///
/// # Errors
/// When that is so.
pub fn refuse_missing_store(store: &SnapshotStore, settings: &Settings) -> Result<(), Error> {
    let Some(missing) = describe_missing_store(store, settings) else { return Ok(()) };
    Err(Error::usage(missing).remedy(format!(
        "check the path; `{}` creates the directory",
        with_store("scan all --save", settings)
    )))
}

/// Warns of a directory that you named and that does not exist, for commands that have an answer without snapshots: before
/// the first one is saved, there is no directory.
pub fn warn_of_missing_store(store: &SnapshotStore, settings: &Settings, ui: &Ui) {
    if let Some(missing) = describe_missing_store(store, settings) {
        ui.warn(&format!("{missing}, so nothing is known of the past"));
    }
}

fn describe_missing_store(store: &SnapshotStore, settings: &Settings) -> Option<String> {
    if settings.store.value.is_none() || store.directory().exists() {
        return None;
    }
    let directory = store.directory().display();
    Some(format!("the directory of snapshots {directory} does not exist ({})", settings.store.origin))
}

/// Finds the snapshot with a name that begins with `@`; `None` for a path, which need not be UTF-8.
///
/// # Errors
/// When there is no such snapshot, or the text is a name without its `@`.
pub fn find_snapshot(name: &OsStr, settings: &Settings, ui: &Ui) -> Result<Option<SnapshotEntry>, Error> {
    SnapshotLookup::default().find(name, settings, ui)
}

/// Looks up names of snapshots in a list that is read once, so that several names mean what they meant at one moment even
/// if another process keeps a snapshot in between.
#[derive(Debug, Default)]
pub struct SnapshotLookup {
    listed: Option<ListedStore>,
    /// Whether names mean snapshots of the sandbox first, and not those of the clouds.
    of_sandbox: bool,
    /// Whether the user was warned of snapshots that are dated in the future.
    has_warned: bool,
}

/// A directory of snapshots, as it was at one moment.
#[derive(Debug)]
struct ListedStore {
    store: SnapshotStore,
    /// Oldest first.
    entries: Vec<SnapshotEntry>,
    aside: ScopesSetAside,
}

impl SnapshotLookup {
    /// Makes one whose names mean snapshots of the sandbox first if `of_sandbox`, else those of the clouds.
    pub fn preferring_sandbox(of_sandbox: bool) -> Self {
        Self { of_sandbox, ..Self::default() }
    }

    /// Returns where the inventory `name` is read from: a file, `-` for standard input, or a kept snapshot.
    ///
    /// # Errors
    /// As [`find_snapshot`].
    pub fn resolve(
        &mut self,
        name: &(impl AsRef<OsStr> + ?Sized),
        settings: &Settings,
        ui: &Ui,
    ) -> Result<Source, Error> {
        let name = name.as_ref();
        Ok(match self.find(name, settings, ui)? {
            Some(entry) => Source::Kept(entry),
            None => Source::from(name),
        })
    }

    /// Returns how many snapshots are kept, as far as they were listed.
    pub fn kept(&self) -> usize {
        self.listed.as_ref().map_or(0, |listed| listed.entries.len())
    }

    /// Tells whether the newest snapshot is of the sandbox, as far as they were listed.
    pub fn is_newest_of_sandbox(&self) -> bool {
        let newest = self.listed.as_ref().and_then(|listed| listed.entries.last());
        newest.and_then(|entry| entry.open().ok()).is_some_and(|reader| reader.about().is_of_sandbox())
    }

    fn find(&mut self, name: &OsStr, settings: &Settings, ui: &Ui) -> Result<Option<SnapshotEntry>, Error> {
        let Some(text) = name.to_str() else { return Ok(None) };
        let Some(name) = SnapshotName::parse(text) else {
            return refuse_name_without_at(text).map(|()| None);
        };
        let name = name?;
        let ListedStore { store, entries, aside } = match &mut self.listed {
            Some(listed) => listed,
            listed => {
                let store = open_store(settings)?;
                refuse_missing_store(&store, settings)?;
                let entries = list_snapshots(&store)?;
                let aside = snapshot::scopes_set_aside(&entries, self.of_sandbox);
                listed.insert(ListedStore { store, entries, aside })
            }
        };
        let (directory, now) = (store.directory().display().to_string(), Timestamp::now());
        let entry = name.find(text, entries, aside, &directory, now);
        let future = snapshot::dated_in_future(entries, now);
        if entry.is_ok() && !name.is_absolute() && !future.is_empty() && !self.has_warned {
            self.has_warned = true;
            ui.warn(&describe_future_snapshots(future, &directory));
        }
        let entry = entry.map_err(|error| explain(error, settings))?;
        Ok(Some(entry.clone()))
    }
}

/// Says what to do about a name that no snapshot has.
fn explain(error: NameError, settings: &Settings) -> Error {
    let (lacking, is_empty) = (error.lacking(), matches!(error, NameError::Empty(_)));
    let mut error = Error::from(error);
    if let Some(what) = lacking {
        error = error.remedy(format!("to save {what}, run `{}`", with_store("scan all --save", settings)));
    }
    if is_empty {
        return error;
    }
    error.remedy(format!("`{}` lists what is saved", with_store("snapshots", settings)))
}

/// Writes a command that uses the same snapshots as this one: it repeats `--store`.
pub fn with_store(command: &str, settings: &Settings) -> String {
    match (&settings.store.origin, &settings.store.value) {
        (Origin::Flag(_), Some(directory)) => {
            format!("netcensus {command} --store {}", shell_quoted(&directory.display().to_string()))
        }
        _ => format!("netcensus {command}"),
    }
}

/// Warns that snapshots which are dated in the future are not used.
pub fn describe_future_snapshots(future: &[SnapshotEntry], directory: &str) -> String {
    let names: Vec<String> = future.iter().take(3).map(SnapshotEntry::name).collect();
    let more = if future.len() > names.len() { ", ..." } else { "" };
    let (are, they) = if future.len() == 1 { ("is", "it") } else { ("are", "they") };
    format!(
        "{} in {directory} {are} dated in the future ({}{more}) and {are} not used: the clock was wrong when {they} {} taken, \
         or is wrong now",
        counted(future.len(), "snapshot"),
        names.join(", "),
        if future.len() == 1 { "was" } else { "were" }
    )
}

/// Reports which snapshot is read, and the `configured` setting that chose it if no flag did. A snapshot that cannot be
/// opened is not reported here, but by the reading itself.
pub fn report_use(entry: &SnapshotEntry, configured: Option<&Origin>, ui: &Ui) {
    let Ok(reader) = entry.open() else { return };
    let about = reader.about();
    let now = Timestamp::now();
    let old = if is_in_future(about.taken_at, now) {
        "dated in the future".to_owned()
    } else {
        format!("{} old", age(now.duration_since(about.taken_at)))
    };
    let sandbox = if about.is_of_sandbox() { ", of the sandbox" } else { "" };
    let configured = configured.map(|origin| format!(" (`from` of {origin})")).unwrap_or_default();
    ui.status(&format!("reading {}, {old}{sandbox}: {}{configured}", entry.name(), describe_accounts(about)));
}

/// Counts the accounts of each cloud, in the word of that cloud.
fn describe_accounts(about: &SnapshotHeader) -> String {
    let accounts = about.accounts.iter().map(|(provider, number)| {
        let what = if *provider == Provider::Azure { "subscription" } else { "account" };
        format!("{provider} {}", counted(*number, what))
    });
    let accounts: Vec<String> = accounts.collect();
    if accounts.is_empty() { "no account".to_owned() } else { accounts.join(", ") }
}

/// Refuses `latest` for `@latest`, and `yesterday` for `@1d`, where there is no such file.
fn refuse_name_without_at(text: &str) -> Result<(), Error> {
    let name = format!("@{text}");
    let remedy = if matches!(SnapshotName::parse(&name), Some(Ok(_))) {
        format!("did you mean {name}?")
    } else if text == "yesterday" {
        "for one that is a day old, write @1d".to_owned()
    } else {
        return Ok(());
    };
    if Path::new(text).exists() {
        return Ok(());
    }
    Err(Error::usage(format!("`{text}` is neither a file nor the name of a snapshot")).remedy(remedy))
}

/// Reads the value of `--max-age`.
///
/// # Errors
/// When it is not a duration.
pub fn parse_max_age(text: &str) -> Result<SignedDuration, Error> {
    parse_duration(text).map_err(|error| Error::usage(error.to_string()).context("--max-age"))
}

/// Loads the newest snapshot that a scan of `kinds` in the scope of `asked` would repeat, and that is at most `most` old
/// and was taken `after` a moment, and returns its name too; `None` when there is none. An unreadable directory of
/// snapshots is a warning, because the clouds can still be read.
///
/// # Errors
/// When there is no directory of snapshots.
pub fn load_recent(
    most: SignedDuration,
    after: Option<Timestamp>,
    asked: &ScanRequest,
    kinds: &[Kind],
    settings: &Settings,
    ui: &Ui,
) -> Result<Option<(String, Inventory)>, Error> {
    let now = Timestamp::now();
    let store = open_store(settings)?;
    let entries = list_snapshots(&store).unwrap_or_else(|error| {
        ui.warn(&format!("{error}; so the clouds are scanned"));
        Vec::new()
    });
    let is_recent = |entry: &&SnapshotEntry| {
        let is_after = after.is_none_or(|after| entry.taken_at > after);
        is_after && !is_in_future(entry.taken_at, now) && now.duration_since(entry.taken_at) <= most
    };
    for entry in entries.iter().rev().filter(is_recent) {
        match load_if_equivalent(entry, asked, kinds) {
            Ok(Some(inventory)) => {
                let old = age(now.duration_since(entry.taken_at));
                ui.status(&format!("using the snapshot {}, {old} old (--max-age)", entry.name()));
                return Ok(Some((entry.name(), inventory)));
            }
            Ok(None) => {}
            Err(error) => ui.warn(&error.diagnostic.to_line()),
        }
    }
    let directory = store.directory().display();
    ui.note_on_terminal(&format!(
        "no snapshot in {directory} can replace this scan (--max-age), so the clouds are scanned"
    ));
    Ok(None)
}

/// Loads `kinds` of the newest snapshot that was read as `read_as` and taken before a moment; `None` when there is none
/// that can be read. Who signed in does not count: in a CI job, each run signs in as someone new.
pub fn load_before(
    moment: Timestamp,
    read_as: &ScanRequest,
    kinds: &[Kind],
    settings: &Settings,
) -> Option<Inventory> {
    let entries = open_store(settings).and_then(|store| list_snapshots(&store)).ok()?;
    let of_scope = |entry: &&SnapshotEntry| {
        entry.open().is_ok_and(|reader| {
            let about = reader.about();
            let is_same = about.asked.as_ref().is_some_and(|asked| asked.scope == read_as.scope);
            is_same && about.filters.is_empty() && kinds.iter().all(|kind| about.kinds.contains(kind))
        })
    };
    let older = entries.iter().rev().filter(|entry| entry.taken_at < moment).find(of_scope)?;
    input::load_kinds(&Source::Kept(older.clone()), kinds).ok().map(|loaded| loaded.inventory)
}

/// Loads a snapshot if a scan would repeat it; `None` also when another process has just removed it.
fn load_if_equivalent(
    entry: &SnapshotEntry,
    asked: &ScanRequest,
    kinds: &[Kind],
) -> Result<Option<Inventory>, InputError> {
    match entry.open() {
        Ok(reader) if is_equivalent(reader.about(), asked, kinds) => {}
        Ok(_) => return Ok(None),
        Err(error) if error.is_missing() => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    input::load(&Source::Kept(entry.clone())).map(|loaded| Some(loaded.inventory))
}

/// Returns whether a scan of `kinds` in the scope of `asked` would read what the snapshot contains.
fn is_equivalent(about: &SnapshotHeader, asked: &ScanRequest, kinds: &[Kind]) -> bool {
    about.asked.as_ref() == Some(asked)
        && about.filters.is_empty()
        && kinds.iter().all(|kind| about.kinds.contains(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{KnownNames, Overrides};
    use crate::model::Resources;

    #[test]
    fn names_that_are_looked_up_together_mean_what_they_meant_at_one_moment() {
        let directory = tempfile::tempdir().unwrap();
        let flags = Overrides { store: Some(directory.path().to_owned()), ..Overrides::default() };
        let known = KnownNames { providers: &[Provider::Aws], ..KnownNames::FOR_TESTS };
        let settings = Settings::resolve(None, &flags, &known).unwrap();
        let keep = |hour: u8| {
            let taken_at: Timestamp = format!("2026-11-20T{hour:02}:00:00Z").parse().unwrap();
            let resources = Resources::default();
            let inventory = Inventory::assemble(String::new(), taken_at, vec![], resources, vec![]);
            let path =
                SnapshotStore::new(directory.path().to_owned()).new_path(&inventory, None, taken_at).unwrap();
            std::fs::write(&path, b"").unwrap();
            path
        };
        let ui = Ui::new(crate::config::Color::Never, crate::ui::Verbosity::Quiet);
        let (first, second) = (keep(6), keep(7));
        let mut lookup = SnapshotLookup::default();
        let resolved = |lookup: &mut SnapshotLookup, name| match lookup.resolve(name, &settings, &ui).unwrap()
        {
            Source::Kept(entry) => entry.path,
            other => panic!("{other:?}"),
        };
        assert_eq!(resolved(&mut lookup, "@previous"), first);
        // Another process keeps one in between.
        let third = keep(8);
        assert_eq!(resolved(&mut lookup, "@latest"), second);
        assert_eq!(resolved(&mut SnapshotLookup::default(), "@latest"), third);
    }
}
