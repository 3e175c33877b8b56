//! Tables that are parted by day and provider, as Hive, `DuckDB`, Athena, Trino and Spark read them:
//! `KIND/date=YYYY-MM-DD/provider=PROVIDER/KIND.END`. Which files these are is known only with the inventory.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::target::{COVERAGE, File, refuse_other};
use super::write::unread;
use crate::analysis::select::TableRequest;
use crate::error::Error;
use crate::fs::atomic::sweep;
use crate::model::{Estate, Inventory, Kind, Outcome, Provider, Subject};
use crate::output::ExportFormat;
use crate::ui::Ui;

/// The tables of one format.
#[derive(Debug, PartialEq, Eq)]
pub struct Days {
    folder: PathBuf,
    format: ExportFormat,
    end: &'static str,
    kinds: Vec<Kind>,
}

/// A table that stays as it was, and the provider whose rows it has.
type Kept = (Provider, &'static str);

impl Days {
    /// Plans a table for each kind of `request` and for the coverage, in `folder`; names of files end in `end`.
    ///
    /// # Errors
    /// When a table would have no column: its provider is in its place.
    pub fn new(
        folder: PathBuf,
        format: ExportFormat,
        end: &'static str,
        request: &TableRequest,
    ) -> Result<Self, Error> {
        let is_bare = |columns: &Vec<String>| columns.iter().all(|column| column == "provider");
        if let Some((kind, _)) = request.defaults.iter().find(|(_, columns)| is_bare(columns)) {
            return Err(Error::usage(format!(
                "{kind} would have no column: in a folder, {format} has the provider in the path of a file"
            ))
            .remedy("add a column to the template, such as id"));
        }
        Ok(Self { folder, format, end, kinds: request.kinds.clone() })
    }

    /// Refuses what is surely in the way, before the day is known.
    ///
    /// # Errors
    /// When a file is where the folder of a table has to be.
    pub fn check(&self) -> Result<(), Error> {
        let tables = self.kinds.iter().map(|kind| kind.as_str()).chain([COVERAGE]);
        let folders = tables.map(|table| self.folder.join(table));
        let taken = |folder: &PathBuf| folder.symlink_metadata().is_ok() && !folder.is_dir();
        match folders.into_iter().find(taken) {
            Some(path) => Err(Error::usage(format!("{} is not a folder", path.display()))
                .remedy(format!("the tables of {} are in a folder each; move it away", self.format))),
            None => Ok(()),
        }
    }

    /// Lists the files of the day of `estate`: of each kind, one for each provider of which it was read, also without
    /// rows, so that the columns can be told. What this run did not read may be in files of another: these stay, and
    /// `ui` says so.
    ///
    /// # Errors
    /// When something else is in the place of a file, or the inventory cannot be read.
    pub fn files(&self, estate: Estate<'_>, ui: &Ui) -> Result<Vec<File>, Error> {
        let inventory = estate.inventory;
        let (mut files, mut kept) = (Vec::new(), Vec::new());
        let mut read = BTreeSet::new();
        for &kind in &self.kinds {
            let of_kind = providers_of(estate, kind)?;
            self.choose(
                kind.as_str(),
                inventory,
                |provider, _| of_kind.contains(&provider),
                &mut files,
                &mut kept,
            )?;
            read.extend(of_kind);
        }
        // Where nothing was read, the coverage tells why, unless it would be that of another run's files.
        let has_coverage = |provider| inventory.coverage.iter().any(|entry| entry.provider == provider);
        let is_due =
            |provider, is_there: bool| read.contains(&provider) || (has_coverage(provider) && !is_there);
        self.choose(COVERAGE, inventory, is_due, &mut files, &mut kept)?;
        say_kept(&kept, inventory, ui);
        Ok(files)
    }

    /// Removes what killed runs left of the files of any day.
    pub fn sweep(&self) {
        for table in self.kinds.iter().map(|kind| kind.as_str()).chain([COVERAGE]) {
            let file = format!("{table}.{}", self.end);
            let days = fs::read_dir(self.folder.join(table)).into_iter().flatten().flatten();
            for day in days.filter(|day| day.file_name().to_string_lossy().starts_with("date=")) {
                for provider in Provider::ALL {
                    sweep(&day.path().join(format!("provider={provider}")), |name| name == file);
                }
            }
        }
    }

    /// Chooses the files of a table that are written, by `is_due`, which is told the provider and whether it has a file
    /// of that day already; and notes those that stay.
    fn choose(
        &self,
        table: &'static str,
        inventory: &Inventory,
        is_due: impl Fn(Provider, bool) -> bool,
        files: &mut Vec<File>,
        kept: &mut Vec<Kept>,
    ) -> Result<(), Error> {
        let day = self.folder.join(table).join(format!("date={}", date_of(inventory)));
        for provider in Provider::ALL {
            let path = day.join(format!("provider={provider}")).join(format!("{table}.{}", self.end));
            refuse_other(&path)?;
            let is_there = path.exists();
            if is_due(provider, is_there) {
                let (of, provider) = (Some(table), Some(provider));
                files.push(File { path, format: self.format, of, provider, only_if_there: false });
            } else if is_there {
                kept.push((provider, table));
            }
        }
        Ok(())
    }
}

/// Returns the day on which the inventory was taken, in UTC.
pub fn date_of(inventory: &Inventory) -> Date {
    inventory.taken_at.to_zoned(TimeZone::UTC).date()
}

/// Lists the providers of which rows of `kind` were read, or would have been if there were any.
fn providers_of(estate: Estate<'_>, kind: Kind) -> Result<BTreeSet<Provider>, Error> {
    let inventory = estate.inventory;
    let subject = Subject::from(kind);
    let entries = inventory.coverage.iter().filter(|entry| entry.kind == subject);
    // Who filtered a document dropped rows of what had been read in full.
    let complete = entries.filter(|entry| entry.outcome == Outcome::Complete && inventory.filters.is_empty());
    let mut found: BTreeSet<Provider> = complete.map(|entry| entry.provider).collect();
    // The coverage of a document need not know of all that is in it.
    let mut add = |provider| {
        found.insert(provider);
        Ok(())
    };
    let done = match kind {
        Kind::Networks => inventory.networks.iter().try_for_each(|row| add(row.provider)),
        Kind::Subnets => inventory.subnets.iter().try_for_each(|row| add(row.provider)),
        Kind::Instances => estate.instances.each(&mut |row| add(row.provider)),
        Kind::Interfaces => estate.interfaces.each(&mut |row| add(row.provider)),
        Kind::Links => inventory.links.iter().try_for_each(|row| add(row.provider)),
    };
    done.map_err(|error| unread(&error))?;
    Ok(found)
}

/// Says which files of the day are those of another run.
fn say_kept(kept: &[Kept], inventory: &Inventory, ui: &Ui) {
    let of = |provider| {
        let tables: Vec<&str> =
            kept.iter().filter(|(of, _)| *of == provider).map(|(_, table)| *table).collect();
        (!tables.is_empty()).then(|| format!("{} of {provider}", tables.join(", ")))
    };
    let all: Vec<String> = Provider::ALL.into_iter().filter_map(of).collect();
    if !all.is_empty() {
        let date = date_of(inventory);
        ui.status(&format!(
            "left as they were on {date}, since nothing of them was read: {}",
            all.join("; ")
        ));
    }
}
