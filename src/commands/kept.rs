//! Snapshots: which is meant, keeping one, and taking one instead of a scan.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;
use jiff::{SignedDuration, Timestamp};

use super::sink::Draft;
use crate::cli::store::SaveArgs;
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::model::{Inventory, Kind};
use crate::output;
use crate::provider::file::{self, Source};
use crate::snapshot::{self, About, Asked, Entry, Name, Store};
use crate::ui::Ui;

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
        Error::usage("there is no home folder to keep snapshots in").hint("name a folder with --store")
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

/// Finds the inventory that `text` names: a file, `-`, or a snapshot that is kept.
///
/// # Errors
/// When there is no such snapshot.
pub fn source(text: &str, settings: &Settings) -> Result<Source, Error> {
    Listing::default().source(text, settings)
}

/// The snapshots that were kept when the first name was looked up, so that names which are looked up together mean what
/// they meant at one moment, whoever keeps another one meanwhile.
#[derive(Debug, Default)]
pub struct Listing(Option<(Store, Vec<Entry>)>);

impl Listing {
    /// As [`source`].
    ///
    /// # Errors
    /// When there is no such snapshot.
    pub fn source(&mut self, text: &str, settings: &Settings) -> Result<Source, Error> {
        let Some(name) = Name::parse(text) else { return Ok(Source::from(text)) };
        let usage = |error: &dyn std::error::Error| Error::usage(error.to_string());
        let name = name.map_err(|error| usage(&error))?;
        let (store, entries) = match &mut self.0 {
            Some(listed) => listed,
            listed => {
                let store = store(settings)?;
                let entries = list(&store)?;
                listed.insert((store, entries))
            }
        };
        let entry = name.find(text, entries, &store.folder().display().to_string());
        let entry = entry.map_err(|error| usage(&error).hint("`netcensus snapshots` lists what is kept"))?;
        Ok(Source::Path(entry.path.clone()))
    }
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
    let folder = store.folder().display();
    let path = store.place(inventory.taken_at, asked).map_err(|error| {
        Error::new(ErrorKind::Output, format!("cannot keep snapshots in {folder}")).caused_by(&error)
    })?;
    write(&path, inventory, asked)?;
    ui.status(&format!("kept as @{} in {folder}", inventory.taken_at));
    Ok(())
}

/// Refuses a target of `--save` that is surely a mistake, before anything is read.
///
/// # Errors
/// When it is the name of a kind, or a file that holds something else.
pub fn check_target(args: &SaveArgs) -> Result<(), Error> {
    let Some(Some(path)) = &args.save else { return Ok(()) };
    let kinds = Kind::ALL.map(Kind::as_str);
    if let Some(kind) = kinds.iter().chain(&["all"]).find(|kind| path == Path::new(kind)) {
        return Err(Error::usage(format!("--save {kind} would write a file of that name"))
            .hint(format!("write `netcensus scan {kind} --save` to keep {kind}, or --save ./{kind}")));
    }
    if path.is_dir() {
        return Err(Error::usage(format!("--save {} would write to a folder", path.display())).hint(
            format!("write `--save --store {0}` to keep a snapshot in it, or --save FILE", path.display()),
        ));
    }
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(64).read_to_end(&mut start));
    let is_other = read.is_ok()
        && !start.trim_ascii().is_empty()
        && !start.trim_ascii_start().starts_with(b"{")
        && !snapshot::is_snapshot(&start);
    if is_other {
        return Err(Error::usage(format!("{} is there already and holds something else", path.display()))
            .hint("name another file, or move this one away"));
    }
    Ok(())
}

/// Writes the document to a file that is named so, and a snapshot to any other.
fn write(path: &Path, inventory: &Inventory, asked: Option<&Asked>) -> Result<(), Error> {
    let is_document = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let draft = Draft::private(path, |out| {
        if is_document {
            output::write_document(inventory, out)
        } else {
            snapshot::write(inventory, asked, out)
        }
    })?;
    draft.keep()
}

/// Reads how old a snapshot may be that stands for a scan.
///
/// # Errors
/// When it is no duration.
pub fn max_age(text: &str) -> Result<SignedDuration, Error> {
    let age: Option<SignedDuration> = text.parse().ok();
    age.filter(SignedDuration::is_positive).ok_or_else(|| {
        Error::usage(format!("--max-age: `{text}` is not a duration; write one such as `15m` or `12h`"))
    })
}

/// Finds the newest snapshot of what is `asked` that has all `kinds` and is not older than `age`, among those that were
/// taken `after` a moment.
///
/// # Errors
/// When the folder cannot be read.
pub fn young(
    age: SignedDuration,
    after: Option<Timestamp>,
    asked: &Asked,
    kinds: &[Kind],
    settings: &Settings,
    ui: &Ui,
) -> Result<Option<Inventory>, Error> {
    let now = Timestamp::now();
    let entries = list(&store(settings)?)?;
    let is_young = |entry: &&Entry| {
        let is_after = after.is_none_or(|after| entry.taken_at > after);
        is_after && entry.taken_at <= now && now.duration_since(entry.taken_at) <= age
    };
    for entry in entries.iter().rev().filter(is_young) {
        let reader = match entry.open() {
            Ok(reader) => reader,
            Err(error) if error.is_missing() => continue,
            Err(error) => {
                ui.warn(&error.to_string());
                continue;
            }
        };
        if !stands_for(reader.about(), asked, kinds) {
            continue;
        }
        let loaded = match file::load(&Source::Path(entry.path.clone())) {
            Ok(loaded) => loaded,
            Err(error) => {
                ui.warn(&error.to_string());
                continue;
            }
        };
        let seconds = now.duration_since(entry.taken_at).as_secs();
        ui.status(&format!(
            "taken from the snapshot {}, {} old (--max-age)",
            entry.name(),
            if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds / 60) }
        ));
        return Ok(Some(loaded.inventory));
    }
    Ok(None)
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
    use crate::config::{Known, Overrides};
    use crate::model::Provider;

    #[test]
    fn names_that_are_looked_up_together_mean_what_they_meant_at_one_moment() {
        let folder = tempfile::tempdir().unwrap();
        let flags = Overrides { store: Some(folder.path().display().to_string()), ..Overrides::default() };
        let known = Known {
            providers: &[Provider::Aws],
            formats: &["table"],
            columns: &|_| Vec::new(),
            fields: &|_| Ok(()),
        };
        let settings = Settings::resolve(None, &flags, &known).unwrap();
        let keep = |hour: u8| {
            let path = folder.path().join(format!("20261120T{hour:02}0000Z-00000000-0.ncsnap"));
            std::fs::write(&path, b"").unwrap();
            Source::Path(path)
        };
        let (first, second) = (keep(6), keep(7));
        let mut listing = Listing::default();
        assert_eq!(listing.source("@previous", &settings).unwrap(), first);
        // Somebody keeps another one meanwhile.
        let third = keep(8);
        assert_eq!(listing.source("@latest", &settings).unwrap(), second);
        assert_eq!(source("@latest", &settings).unwrap(), third);
    }
}
