//! Snapshots: which is meant, keeping one, and taking one instead of a scan.

use std::ffi::OsStr;
use std::path::Path;

use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;
use jiff::{SignedDuration, Timestamp};

use super::save;
use crate::cli::store::SaveArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::fs::atomic::PendingFile;
use crate::input::{self, InputError, Source};
use crate::model::{Inventory, Kind, Provider};
use crate::output;
use crate::snapshot::{self, About, Asked, Entry, Name, Store};
use crate::ui::Ui;
use crate::wording::{age, counted};

/// Finds the folder of snapshots: as somebody said, or in the XDG state folder.
///
/// # Errors
/// When there is no home folder to put it in.
pub fn store(settings: &Settings) -> Result<Store, Error> {
    if let Some(folder) = &settings.store.value {
        return Ok(Store::new(folder.clone()));
    }
    let state = Xdg::new().ok().and_then(|xdg| xdg.state_dir());
    let state = state.ok_or_else(|| {
        Error::usage("there is no home folder to keep snapshots in").remedy("name a folder with --store")
    })?;
    Ok(Store::new(state.join("netcensus/snapshots")))
}

/// Lists the snapshots that are kept, oldest first.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(store: &Store) -> Result<Vec<Entry>, Error> {
    store.list().map_err(|error| {
        Error::usage(format!("cannot read the snapshots in {}", store.folder().display())).caused_by(&error)
    })
}

/// Finds the snapshot of a name that begins with `@`; `None` for a path, which need not be UTF-8.
///
/// # Errors
/// When there is no such snapshot, or nothing but a snapshot can be meant.
pub fn named(name: &OsStr, settings: &Settings, ui: &Ui) -> Result<Option<Entry>, Error> {
    Listing::default().named(name, settings, ui)
}

/// The snapshots that were kept when the first name was looked up, so that names which are looked up together mean what
/// they meant at one moment, whoever keeps another one meanwhile.
#[derive(Debug, Default)]
pub struct Listing {
    listed: Option<(Store, Vec<Entry>)>,
    /// Whether the user knows of snapshots that are dated in the future.
    has_warned: bool,
}

impl Listing {
    /// Finds the inventory that `name` names: a file, `-`, or a snapshot that is kept.
    ///
    /// # Errors
    /// When there is no such snapshot, or nothing but a snapshot can be meant.
    pub fn source(
        &mut self,
        name: &(impl AsRef<OsStr> + ?Sized),
        settings: &Settings,
        ui: &Ui,
    ) -> Result<Source, Error> {
        let name = name.as_ref();
        Ok(match self.named(name, settings, ui)? {
            Some(entry) => Source::Path(entry.path),
            None => Source::from(name),
        })
    }

    fn named(&mut self, name: &OsStr, settings: &Settings, ui: &Ui) -> Result<Option<Entry>, Error> {
        let Some(text) = name.to_str() else { return Ok(None) };
        let Some(name) = Name::parse(text) else { return refuse_bare_name(text).map(|()| None) };
        let name = name?;
        let (store, entries) = match &mut self.listed {
            Some(listed) => listed,
            listed => {
                let store = store(settings)?;
                let entries = list(&store)?;
                listed.insert((store, entries))
            }
        };
        let (folder, now) = (store.folder().display().to_string(), Timestamp::now());
        let entry = name.find(text, entries, &folder, now);
        let future = snapshot::of_future(entries, now);
        if entry.is_ok() && !name.is_of_calendar() && !future.is_empty() && !self.has_warned {
            self.has_warned = true;
            ui.warn(&left_out(future, &folder));
        }
        let entry =
            entry.map_err(|error| Error::from(error).remedy("`netcensus snapshots` lists what is kept"))?;
        Ok(Some(entry.clone()))
    }
}

/// Says that snapshots from the future are not taken for the newest.
pub fn left_out(future: &[Entry], folder: &str) -> String {
    let names: Vec<String> = future.iter().take(3).map(Entry::name).collect();
    let more = if future.len() > names.len() { ", ..." } else { "" };
    let (are, they) = if future.len() == 1 { ("is", "it") } else { ("are", "they") };
    format!(
        "{} in {folder} {are} dated in the future ({}{more}) and {are} not used: the clock was wrong when {they} {} taken, \
         or is wrong now",
        counted(future.len(), "snapshot"),
        names.join(", "),
        if future.len() == 1 { "was" } else { "were" }
    )
}

/// Says which snapshot a name means, as far as its first line can be read: what cannot is said when all of it is read.
pub fn say_which(entry: &Entry, ui: &Ui) {
    let Ok(reader) = entry.open() else { return };
    let about = reader.about();
    let now = Timestamp::now();
    let old = if snapshot::is_of_future(about.taken_at, now) {
        "dated in the future".to_owned()
    } else {
        format!("{} old", age(now.duration_since(about.taken_at)))
    };
    ui.status(&format!("reading {}, {old}: {}", entry.name(), accounts(about)));
}

/// Counts the accounts of each cloud, as its users call them.
fn accounts(about: &About) -> String {
    let accounts = about.accounts.iter().map(|(provider, number)| {
        let what = if *provider == Provider::Azure { "subscription" } else { "account" };
        format!("{provider} {}", counted(*number, what))
    });
    let accounts: Vec<String> = accounts.collect();
    if accounts.is_empty() { "no account".to_owned() } else { accounts.join(", ") }
}

/// Refuses `latest` for `@latest`, where there is no such file.
fn refuse_bare_name(text: &str) -> Result<(), Error> {
    let name = format!("@{text}");
    let is_name = matches!(Name::parse(&name), Some(Ok(_)));
    if !is_name || Path::new(text).exists() {
        return Ok(());
    }
    Err(Error::usage(format!("there is no file {text}")).remedy(format!("did you mean {name}?")))
}

/// Keeps `inventory`, when somebody asked for that; what was `asked` is kept with it.
///
/// # Errors
/// When it cannot be written; nothing is left of it then, and what was there before stays.
pub fn save(
    args: &SaveArgs,
    inventory: &Inventory,
    asked: Option<&Asked>,
    settings: &Settings,
    ui: &Ui,
) -> Result<(), Error> {
    let Some(target) = &args.save else { return Ok(()) };
    if let Some(path) = target {
        write(path, inventory, asked)?;
        ui.status(&format!("saved in {}", path.display()));
        return Ok(());
    }
    let store = store(settings)?;
    let placed = store.place(inventory, asked, Timestamp::now());
    let path = placed.map_err(|error| save::cannot_keep(&store, &error))?;
    write(&path, inventory, asked)?;
    ui.status(&match name_of(&path, &store) {
        Some(name) => format!("kept as {name}: {}", path.display()),
        None => format!("kept: {}", path.display()),
    });
    Ok(())
}

/// Returns the name by its time of what was just kept; `None` where that means another one.
fn name_of(path: &Path, store: &Store) -> Option<String> {
    let entries = store.list().ok()?;
    let entry = entries.iter().find(|entry| entry.path == path)?;
    let last = entries.iter().rfind(|other| other.taken_at == entry.taken_at)?;
    (last == entry).then(|| entry.name())
}

/// Writes the document to a file that is named so, and a snapshot to any other.
fn write(path: &Path, inventory: &Inventory, asked: Option<&Asked>) -> Result<(), Error> {
    let is_document = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let file = PendingFile::write_private(path, |out| {
        if is_document {
            output::write_document(inventory, out)
        } else {
            snapshot::write(inventory, asked, out)
        }
    })?;
    Ok(file.commit()?)
}

/// Reads how old a snapshot may be that stands for a scan.
///
/// # Errors
/// When it is no duration.
pub fn max_age(text: &str) -> Result<SignedDuration, Error> {
    snapshot::duration(text).ok_or_else(|| {
        Error::usage(format!(
            "--max-age: `{text}` is not a duration; write a number and a unit, s, m, h, d (24 hours) or w, such as `15m`, \
             `12h` or `7d`"
        ))
    })
}

/// Finds the newest snapshot of what is `asked` that has all `kinds` and is not older than `most`, among those that were
/// taken `after` a moment. Where the folder cannot be read there is none: the clouds can be asked all the same.
///
/// # Errors
/// When nobody knows where the folder is.
pub fn young(
    most: SignedDuration,
    after: Option<Timestamp>,
    asked: &Asked,
    kinds: &[Kind],
    settings: &Settings,
    ui: &Ui,
) -> Result<Option<Inventory>, Error> {
    let now = Timestamp::now();
    let store = store(settings)?;
    let entries = list(&store).unwrap_or_else(|error| {
        ui.warn(&format!("{error}; so the clouds are asked"));
        Vec::new()
    });
    let is_young = |entry: &&Entry| {
        let is_after = after.is_none_or(|after| entry.taken_at > after);
        is_after && !snapshot::is_of_future(entry.taken_at, now) && now.duration_since(entry.taken_at) <= most
    };
    for entry in entries.iter().rev().filter(is_young) {
        match load_if_fit(entry, asked, kinds) {
            Ok(Some(inventory)) => {
                let old = age(now.duration_since(entry.taken_at));
                ui.status(&format!("taken from the snapshot {}, {old} old (--max-age)", entry.name()));
                return Ok(Some(inventory));
            }
            Ok(None) => {}
            Err(error) => ui.warn(&error.diagnostic.to_line()),
        }
    }
    let folder = store.folder().display();
    ui.note(&format!("no snapshot in {folder} stands for this scan (--max-age), so the clouds are asked"));
    Ok(None)
}

/// Loads a snapshot when it stands for the scan, and nobody removed it meanwhile.
fn load_if_fit(entry: &Entry, asked: &Asked, kinds: &[Kind]) -> Result<Option<Inventory>, InputError> {
    match entry.open() {
        Ok(reader) if stands_for(reader.about(), asked, kinds) => {}
        Ok(_) => return Ok(None),
        Err(error) if error.is_missing() => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    input::load(&Source::Path(entry.path.clone())).map(|loaded| Some(loaded.inventory))
}

/// Tells whether a scan that is asked for this would read what the snapshot has.
fn stands_for(about: &About, asked: &Asked, kinds: &[Kind]) -> bool {
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
        let folder = tempfile::tempdir().unwrap();
        let flags = Overrides { store: Some(folder.path().to_owned()), ..Overrides::default() };
        let known = KnownNames {
            providers: &[Provider::Aws],
            formats: &["table"],
            columns: &|_| Vec::new(),
            fields: &|_| Ok(()),
        };
        let settings = Settings::resolve(None, &flags, &known).unwrap();
        let keep = |hour: u8| {
            let taken_at: Timestamp = format!("2026-11-20T{hour:02}:00:00Z").parse().unwrap();
            let resources = Resources::default();
            let inventory = Inventory::assemble(String::new(), taken_at, vec![], resources, vec![]);
            let path = Store::new(folder.path().to_owned()).place(&inventory, None, taken_at).unwrap();
            std::fs::write(&path, b"").unwrap();
            Source::Path(path)
        };
        let ui = Ui::new(crate::config::Color::Never, crate::ui::Verbosity::Quiet);
        let (first, second) = (keep(6), keep(7));
        let mut listing = Listing::default();
        assert_eq!(listing.source("@previous", &settings, &ui).unwrap(), first);
        // Somebody keeps another one meanwhile.
        let third = keep(8);
        assert_eq!(listing.source("@latest", &settings, &ui).unwrap(), second);
        assert_eq!(Listing::default().source("@latest", &settings, &ui).unwrap(), third);
    }
}
