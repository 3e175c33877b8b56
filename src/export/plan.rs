//! What an export will be, decided by the flags before anything is read.

use std::path::{Path, PathBuf};

use super::columns::ExportColumns;
use super::guard::ExportGuard;
use super::history;
use super::lock::ExportLock;
use super::manifest::ExportManifest;
use super::target::{ExportTarget, choose_formats};
use crate::analysis::filter::Filter;
use crate::analysis::inventory_index::COUNT_COLUMNS;
use crate::cli::export::ExportArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::fs::paths::{canonical_path, parent_directory};
use crate::model::Kind;
use crate::output::{ExportFormat, ExportSpec, ExportedContent, HostOptions};
use crate::ui::Ui;

/// What an export will be.
#[derive(Debug)]
pub struct ExportPlan {
    /// The formats; none when rows are only added to a history.
    pub formats: Vec<ExportFormat>,
    /// The kinds and columns.
    pub columns: ExportColumns,
    /// Where files go (`--to`).
    pub target: Option<ExportTarget>,
    /// The table that rows are added to (`--append-history`).
    pub history: Option<PathBuf>,
    /// When to refuse to write.
    pub guard: ExportGuard,
    /// Whether formats show how full subnets were and will be.
    pub forecasts_usage: bool,
    /// How hosts are addressed, for Ansible and Prometheus.
    pub hosts: HostOptions,
}

impl ExportPlan {
    /// Makes the plan. `members` keeps the members of the groups that are asked for.
    ///
    /// # Errors
    /// When flags contradict each other, have no effect, or cannot be understood.
    pub fn from_args(args: &ExportArgs, members: Vec<Filter>, settings: &Settings) -> Result<Self, Error> {
        let formats = args.target().map(|path| choose_formats(path, args)).transpose()?.unwrap_or_default();
        refuse_flags_without_effect(args, &formats)?;
        let columns = ExportColumns::from_args(args, members, settings, &formats)?;
        let target = |path: &Path| ExportTarget::from_args(path, &formats, args, &columns.request);
        let target = args.target().map(target).transpose()?;
        if let Some(path) = &args.append_history {
            history::check_path(path, &columns.request.kinds, target.as_ref())?;
        }
        let has_previous = !matches!(target, Some(ExportTarget::Stdout(_))) || args.append_history.is_some();
        let guard = ExportGuard::new(&settings.export, &columns.request.kinds, has_previous)?;
        let hosts = HostOptions { address: args.hosts.address.unwrap_or_default(), port: args.hosts.port };
        let (history, forecasts_usage) = (args.append_history.clone(), args.forecast);
        Ok(Self { formats, columns, target, history, guard, forecasts_usage, hosts })
    }

    /// Refuses files that cannot be written, and locks the directories of the others.
    ///
    /// # Errors
    /// For the first such file, or a directory that another run writes to.
    pub fn check_and_lock(&self, ui: &Ui) -> Result<Vec<ExportLock>, Error> {
        self.target.iter().try_for_each(|target| target.check(ui))?;
        let directory = self.target.as_ref().and_then(ExportTarget::directory);
        let history = self.history.as_deref().map(parent_directory);
        let is_other = |history: &&Path| {
            directory.is_none_or(|directory| canonical_path(directory) != canonical_path(history))
        };
        directory.into_iter().chain(history.filter(is_other)).map(ExportLock::acquire).collect()
    }

    /// Reads the manifest of the export before; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is not a manifest.
    pub fn read_previous_manifest(&self) -> Result<Option<ExportManifest>, Error> {
        let path = self.target.as_ref().and_then(ExportTarget::manifest);
        Ok(path.map(ExportManifest::read).transpose()?.flatten())
    }

    /// Returns whether a format shows collisions, so that they have to be found.
    #[must_use]
    pub fn shows_collisions(&self) -> bool {
        self.any_format(|spec| spec.shows_collisions)
    }

    /// Returns whether a format shows how full subnets are.
    #[must_use]
    pub fn measures_usage(&self) -> bool {
        self.forecasts_usage || self.any_format(|spec| spec.content == ExportedContent::Usage)
    }

    /// Returns whether a format lists hosts.
    #[must_use]
    pub fn lists_hosts(&self) -> bool {
        self.any_format(|spec| spec.hosts.is_some())
    }

    /// Returns whether the inventory document is written. It has to contain every kind: a reader would take a kind that
    /// was not loaded for one without resources.
    #[must_use]
    pub fn writes_document(&self) -> bool {
        self.any_format(|spec| spec.content == ExportedContent::Document)
    }

    /// Lists the kinds without which the export is incomplete: those to write, and those that the formats need.
    #[must_use]
    pub fn required_kinds(&self) -> Vec<Kind> {
        let kinds = &self.columns.request.kinds;
        let others = Kind::ALL.into_iter().filter(|kind| !kinds.contains(kind) && self.formats_need(*kind));
        kinds.iter().copied().chain(others).collect()
    }

    /// Lists the kinds to read: the required ones, and those that are counted in a column of networks.
    #[must_use]
    pub fn kinds_to_read(&self) -> Vec<Kind> {
        let is_needed = |kind: &Kind| {
            self.columns.request.kinds.contains(kind)
                || self.formats_need(*kind)
                || COUNT_COLUMNS
                    .iter()
                    .any(|(counted, column)| counted == kind && self.uses_network_column(column))
        };
        Kind::ALL.into_iter().filter(is_needed).collect()
    }

    /// Returns whether the table of networks has this column, or rows are filtered by it.
    #[must_use]
    pub fn uses_network_column(&self, column: &str) -> bool {
        if self.columns.request.filters.iter().flat_map(Filter::columns).any(|name| name == column) {
            return true;
        }
        let networks = self.columns.request.defaults.get(&Kind::Networks);
        networks.is_some_and(|columns| columns.iter().any(|name| name == column))
    }

    fn formats_need(&self, kind: Kind) -> bool {
        let is_measured = self.measures_usage() && matches!(kind, Kind::Networks | Kind::Subnets);
        is_measured || self.any_format(|spec| spec.needs.contains(&kind))
    }

    fn any_format(&self, is_so: impl Fn(&ExportSpec) -> bool) -> bool {
        self.formats.iter().any(|format| is_so(format.spec()))
    }
}

/// Tells whether the flags ask for how full subnets are, so that more has to be read of these.
#[must_use]
pub fn asks_for_usage(args: &ExportArgs) -> bool {
    let formats = args.target().and_then(|path| choose_formats(path, args).ok()).unwrap_or_default();
    args.forecast || formats.iter().any(|format| format.spec().content == ExportedContent::Usage)
}

/// Refuses the first flag that changes nothing in what is written: a user who sets one expects something of it.
fn refuse_flags_without_effect(args: &ExportArgs, formats: &[ExportFormat]) -> Result<(), Error> {
    // The history is CSV.
    let history = args.append_history.is_some().then_some(ExportFormat::CSV);
    let written: Vec<ExportFormat> = formats.iter().copied().chain(history).collect();
    let flags = [
        ("--kind", !args.kinds.is_empty()),
        ("--group", !args.groups.is_empty()),
        ("--template", args.columns.template.is_some()),
        ("--tag-columns", !args.columns.tag_columns.is_empty()),
        ("--all-tags", args.columns.all_tags),
        ("--delimiter", args.columns.delimiter.is_some()),
        ("--bom", args.columns.bom),
        ("--raw-formulas", args.columns.raw_formulas),
        ("--forecast", args.forecast),
        ("--address", args.hosts.address.is_some()),
        ("--port", args.hosts.port.is_some()),
    ];
    let has_no_effect = |flag: &str| !written.iter().any(|format| format.spec().flags.contains(&flag));
    match flags.into_iter().find(|(flag, is_given)| *is_given && has_no_effect(flag)) {
        Some((flag, _)) => Err(without_effect(flag, &written)),
        None => Ok(()),
    }
}

fn without_effect(flag: &str, written: &[ExportFormat]) -> Error {
    let written: Vec<&str> = written.iter().map(|format| format.name()).collect();
    let others: Vec<&str> = ExportFormat::all()
        .filter(|format| format.spec().flags.contains(&flag))
        .map(ExportFormat::name)
        .collect();
    Error::usage(format!("{flag} has no effect on {}", written.join(" and ")))
        .remedy(format!("leave it out, or choose a format that has it: {}", others.join(", ")))
}
