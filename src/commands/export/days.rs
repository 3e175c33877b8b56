//! Tables that are parted by day and provider, as Hive, `DuckDB`, Athena, Trino and Spark read them:
//! `KIND/date=YYYY-MM-DD/provider=PROVIDER/KIND.END`. Which files these are is known only with the inventory.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::target::{COVERAGE, File, refuse_other};
use crate::analysis::select::Request;
use crate::error::Error;
use crate::model::{Inventory, Provider};
use crate::output::ExportFormat;

/// The tables of one format.
#[derive(Debug, PartialEq, Eq)]
pub struct Days {
    folder: PathBuf,
    format: ExportFormat,
    end: &'static str,
    tables: Vec<&'static str>,
}

impl Days {
    /// Plans a table for each kind of `request` and for the coverage, in `folder`; names of files end in `end`.
    ///
    /// # Errors
    /// When a table would have no column: its provider is in its place.
    pub fn new(
        folder: PathBuf,
        format: ExportFormat,
        end: &'static str,
        request: &Request,
    ) -> Result<Self, Error> {
        let is_bare = |columns: &Vec<String>| columns.iter().all(|column| column == "provider");
        if let Some((kind, _)) = request.defaults.iter().find(|(_, columns)| is_bare(columns)) {
            return Err(Error::usage(format!(
                "{kind} would have no column: in a folder, {format} has the provider in the path of a file"
            ))
            .hint("add a column to the template, such as id"));
        }
        let tables = request.kinds.iter().map(|kind| kind.as_str()).chain([COVERAGE]).collect();
        Ok(Self { folder, format, end, tables })
    }

    /// Refuses what is surely in the way, before the day is known.
    ///
    /// # Errors
    /// When a file is where the folder of a table has to be.
    pub fn check(&self) -> Result<(), Error> {
        let folders = self.tables.iter().map(|table| self.folder.join(table));
        let taken = |folder: &PathBuf| folder.symlink_metadata().is_ok() && !folder.is_dir();
        match folders.into_iter().find(taken) {
            Some(path) => Err(Error::usage(format!("{} is not a folder", path.display()))
                .hint(format!("the tables of {} are in a folder each; move it away", self.format))),
            None => Ok(()),
        }
    }

    /// Lists the files of the day of `inventory`: one for each provider that it knows of, also without rows, so that
    /// the columns can be told; and one for each that has a file of that day, which would be stale.
    ///
    /// # Errors
    /// When something else is in the place of a file.
    pub fn files(&self, inventory: &Inventory) -> Result<Vec<File>, Error> {
        let date = inventory.taken_at.to_zoned(TimeZone::UTC).date();
        let known = providers(inventory);
        let mut files = Vec::new();
        for table in &self.tables {
            let day = self.folder.join(table).join(format!("date={date}"));
            for provider in Provider::ALL {
                let path = day.join(format!("provider={provider}")).join(format!("{table}.{}", self.end));
                refuse_other(&path)?;
                if known.contains(&provider) || path.exists() {
                    files.push(File { path, format: self.format, of: Some(table), provider: Some(provider) });
                }
            }
        }
        Ok(files)
    }
}

/// Lists the providers that an inventory knows of.
fn providers(inventory: &Inventory) -> BTreeSet<Provider> {
    let accounts = inventory.accounts.iter().map(|account| account.provider);
    accounts
        .chain(inventory.coverage.iter().map(|entry| entry.provider))
        .chain(inventory.networks.iter().map(|network| network.provider))
        .chain(inventory.subnets.iter().map(|subnet| subnet.provider))
        .chain(inventory.instances.iter().map(|instance| instance.provider))
        .chain(inventory.interfaces.iter().map(|interface| interface.provider))
        .chain(inventory.links.iter().map(|link| link.provider))
        .collect()
}
