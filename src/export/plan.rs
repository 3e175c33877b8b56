//! What an export is to be: decided by the flags, before anything is read.

use std::path::{Path, PathBuf};

use super::columns::{self, Shape};
use super::guard::Guard;
use super::history;
use super::idle;
use super::lock::Lock;
use super::manifest::Manifest;
use super::target::{self, Target};
use crate::analysis::inventory_index::COUNT_COLUMNS;
use crate::cli::export::ExportArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::model::Kind;
use crate::output::{ExportFormat, ExportInfo, HostOptions};
use crate::ui::Ui;

/// What an export is to be.
#[derive(Debug)]
pub struct Plan {
    /// The formats; none when rows are added to a history only.
    pub formats: Vec<ExportFormat>,
    /// What tables look like.
    pub shape: Shape,
    /// Where files go.
    pub target: Option<Target>,
    /// The table that rows are added to.
    pub history: Option<PathBuf>,
    /// What is refused.
    pub guard: Guard,
    /// How machines are reached.
    pub hosts: HostOptions,
}

impl Plan {
    /// Makes it of the flags.
    ///
    /// # Errors
    /// When flags contradict each other, or one cannot be understood.
    pub fn new(args: &ExportArgs, settings: &Settings) -> Result<Self, Error> {
        let formats =
            args.to.as_deref().map(|path| target::formats(path, args)).transpose()?.unwrap_or_default();
        idle::refuse(args, &formats)?;
        let shape = columns::shape(args, settings, &formats)?;
        let target = |path: &Path| Target::new(path, &formats, args, &shape.request);
        let target = args.to.as_deref().map(target).transpose()?;
        if let Some(path) = &args.append_history {
            history::check(path, &shape.request.kinds, target.as_ref())?;
        }
        let guard = Guard::new(&args.guard, &shape.request.kinds)?;
        if matches!(target, Some(Target::Stdout(_))) && args.append_history.is_none() {
            guard.refuse_drop()?;
        }
        let hosts = HostOptions { address: args.hosts.address.unwrap_or_default(), port: args.hosts.port };
        Ok(Self { formats, shape, target, history: args.append_history.clone(), guard, hosts })
    }

    /// Refuses places that cannot be written, and locks the others, each once.
    ///
    /// # Errors
    /// For the first such place, or one that another run writes to.
    pub fn occupy(&self, ui: &Ui) -> Result<Vec<Lock>, Error> {
        self.target.iter().try_for_each(|target| target.check(ui))?;
        let folder = self.target.as_ref().and_then(Target::folder);
        let history = self.history.as_deref().map(target::folder_of);
        let other =
            history.filter(|history| folder.is_none_or(|one| target::real(one) != target::real(history)));
        folder.into_iter().chain(other).map(Lock::take).collect()
    }

    /// Reads the manifest of the export before, if there is one.
    ///
    /// # Errors
    /// When it is something else.
    pub fn manifest_before(&self) -> Result<Option<Manifest>, Error> {
        let path = self.target.as_ref().and_then(Target::manifest);
        Ok(path.map(Manifest::read).transpose()?.flatten())
    }

    /// Tells whether collisions are to be found.
    pub fn shows_collisions(&self) -> bool {
        self.is_any(|info| info.shows_collisions)
    }

    /// Tells whether the inventory document is written. It has to contain every kind: readers would take a kind that
    /// was not loaded for one without resources.
    pub fn writes_document(&self) -> bool {
        self.is_any(|info| info.is_document)
    }

    /// Lists the kinds that must have been read: those to write, and those that the formats rest on.
    pub fn judged(&self) -> Vec<Kind> {
        let kinds = &self.shape.request.kinds;
        let others = Kind::ALL.into_iter().filter(|kind| !kinds.contains(kind) && self.rests_on(*kind));
        kinds.iter().copied().chain(others).collect()
    }

    /// Lists the kinds to read: those, and those that are counted in networks.
    pub fn needed(&self) -> Vec<Kind> {
        let is_needed = |kind: &Kind| {
            self.shape.request.kinds.contains(kind)
                || self.rests_on(*kind)
                || COUNT_COLUMNS.iter().any(|(counted, column)| counted == kind && self.counts(column))
        };
        Kind::ALL.into_iter().filter(is_needed).collect()
    }

    /// Tells whether networks have a column.
    pub fn counts(&self, column: &str) -> bool {
        let networks = self.shape.request.defaults.get(&Kind::Networks);
        networks.is_some_and(|columns| columns.iter().any(|name| name == column))
    }

    fn rests_on(&self, kind: Kind) -> bool {
        self.is_any(|info| info.reads.contains(&kind))
    }

    fn is_any(&self, holds: impl Fn(&ExportInfo) -> bool) -> bool {
        self.formats.iter().any(|format| holds(format.info()))
    }
}
