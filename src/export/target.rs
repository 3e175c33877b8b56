//! Which files an export writes, and in which formats.
//!
//! Most formats are one file, or one for each kind. Parquet is partitioned by day and provider, as Hive, `DuckDB`,
//! Athena, Trino and Spark read it: `KIND/date=YYYY-MM-DD/provider=PROVIDER/KIND.parquet`. Which files these are is known
//! only with the inventory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::analysis::rows::TableRequest;
use crate::cli::export::ExportArgs;
use crate::cli::kinds::kind_named;
use crate::error::Error;
use crate::fs::atomic::{pending_name, remove_abandoned};
use crate::fs::paths::{
    canonical_path, is_regular_file, parent_directory, refuse_non_file, require_directory,
};
use crate::model::{Inventory, InventoryView, Kind, Outcome, Provider, Subject};
use crate::output::{ExportFormat, ExportSpec, FileLayout, GapsListed};
use crate::ui::Ui;

/// The name of the table of the coverage, beside those of the kinds.
const COVERAGE: &str = "coverage";
/// Placeholder in the name of a file for the day on which the inventory was taken, in UTC.
const DATE: &str = "{date}";

/// Where an export goes.
#[derive(Debug, PartialEq, Eq)]
pub enum ExportTarget {
    /// To standard output.
    Stdout(ExportFile),
    /// To files in a directory.
    Files {
        /// The directory.
        directory: PathBuf,
        /// The files whose names are known beforehand.
        files: Vec<ExportFile>,
        /// The tables whose files depend on the inventory.
        partitions: Vec<PartitionedTables>,
        /// The manifest, which lists what was written.
        manifest: PathBuf,
    },
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// Where it goes. `{date}` in its name stands for the day of the inventory.
    pub path: PathBuf,
    /// Its format.
    pub format: ExportFormat,
    /// The table in it; `None` when it contains all of them.
    pub table: Option<&'static str>,
    /// The provider whose rows it contains; `None` when it contains those of all.
    pub provider: Option<Provider>,
    /// Whether it is written only to replace an existing file, which would otherwise be left of an older export.
    pub only_if_exists: bool,
}

impl ExportTarget {
    /// Decides the files by the flags.
    ///
    /// # Errors
    /// When a format cannot contain the kinds or columns, or a directory does not exist.
    pub fn from_args(
        path: &Path,
        formats: &[ExportFormat],
        args: &ExportArgs,
        request: &TableRequest,
    ) -> Result<Self, Error> {
        formats.iter().try_for_each(|format| check_kinds(*format, &request.kinds))?;
        refuse_date_in_directory(path)?;
        if is_directory_path(path) {
            return Self::for_directory(path, formats, args, request);
        }
        let file = single_file(path, formats[0], &request.kinds)?;
        if path == Path::new("-") {
            return Ok(Self::Stdout(file));
        }
        require_directory(parent_directory(path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let only_if_exists = !args.guard.allow_incomplete;
        let coverage = coverage_beside(&file).map(|coverage| ExportFile { only_if_exists, ..coverage });
        Ok(Self::Files {
            directory: parent_directory(path).to_owned(),
            manifest: path.with_file_name(format!(".{name}.manifest.json")),
            files: [file].into_iter().chain(coverage).collect(),
            partitions: vec![],
        })
    }

    fn for_directory(
        directory: &Path,
        formats: &[ExportFormat],
        args: &ExportArgs,
        request: &TableRequest,
    ) -> Result<Self, Error> {
        check_directory(directory)?;
        let (mut files, mut partitions) = (vec![], vec![]);
        for &format in formats {
            match format.spec().layout {
                FileLayout::Whole(name) => files.push(ExportFile::new(directory.join(name), format, None)),
                FileLayout::PerKind(extension) => {
                    let names: Vec<_> =
                        request.kinds.iter().map(|kind| kind.as_str()).chain([COVERAGE]).collect();
                    files.extend(table_files(directory, format, extension, &names));
                }
                FileLayout::PerDay(extension) => {
                    partitions.push(PartitionedTables::new(
                        directory.to_owned(),
                        format,
                        extension,
                        request,
                    )?);
                }
            }
        }
        if formats.iter().all(|format| cannot_report_missing(format.spec())) {
            let coverage = table_files(directory, ExportFormat::CSV, "csv", &[COVERAGE]);
            // An existing one is of an older export and has to be replaced, unless it belongs to tables in CSV.
            let tables = table_files(directory, ExportFormat::CSV, "csv", &Kind::ALL.map(Kind::as_str));
            let is_outdated = coverage.iter().any(|file| is_regular_file(&file.path))
                && !tables.iter().any(|table| table.path.exists());
            if args.guard.allow_incomplete || is_outdated {
                files.extend(coverage);
            }
        }
        let manifest = directory.join("manifest.json");
        Ok(Self::Files { directory: directory.to_owned(), files, partitions, manifest })
    }

    /// Refuses files that cannot be written, before anything is read.
    ///
    /// # Errors
    /// For the first such file.
    pub fn check(&self, ui: &Ui) -> Result<(), Error> {
        match self {
            Self::Stdout(file) if !file.format.spec().is_text && ui.stdout_is_terminal() => {
                Err(Error::usage(format!(
                    "{} is a binary format, and standard output is a terminal",
                    file.format
                ))
                .remedy("name a file with --to, or redirect standard output"))
            }
            Self::Stdout(_) => Ok(()),
            Self::Files { files, partitions, manifest, .. } => {
                partitions.iter().try_for_each(PartitionedTables::check)?;
                let files = files.iter().filter(|file| !file.only_if_exists);
                let mut paths = files.map(|file| &file.path).chain([manifest]);
                Ok(paths.try_for_each(|path| refuse_non_file(path))?)
            }
        }
    }

    /// Returns the path of the manifest; `None` for standard output.
    pub fn manifest(&self) -> Option<&Path> {
        match self {
            Self::Stdout(_) => None,
            Self::Files { manifest, .. } => Some(manifest),
        }
    }

    /// Returns the directory that files are written to; `None` for standard output.
    pub fn directory(&self) -> Option<&Path> {
        match self {
            Self::Stdout(_) => None,
            Self::Files { directory, .. } => Some(directory),
        }
    }

    /// Returns whether the file at `path`, however it is spelt, is written on some day. Files of
    /// [`PartitionedTables`] are not looked at.
    pub fn writes_to(&self, path: &Path) -> bool {
        match self {
            Self::Stdout(_) => false,
            Self::Files { files, manifest, .. } => {
                let path = canonical_path(path);
                let mut files = files.iter().map(|file| &file.path).chain([manifest]);
                files.any(|file| matches_on_some_day(&path, &canonical_path(file)))
            }
        }
    }
}

impl ExportFile {
    /// Makes a file that is always written, with the rows of all providers.
    const fn new(path: PathBuf, format: ExportFormat, table: Option<&'static str>) -> Self {
        Self { path, format, table, provider: None, only_if_exists: false }
    }

    /// Returns whether its name contains the day of the inventory.
    pub fn is_dated(&self) -> bool {
        file_name(&self.path).contains(DATE)
    }

    /// Returns whether `name` is the [`pending_name`] that it has on some day.
    pub fn has_pending_name_on_some_day(&self, name: &str) -> bool {
        // Long names have the same number on all days.
        matches_pattern(name, &file_name(&self.path)) || name == pending_name(&self.on_day(Date::ZERO).path)
    }

    /// Puts `day` into its name.
    fn on_day(&self, day: Date) -> Self {
        if !self.is_dated() {
            return self.clone();
        }
        let name = file_name(&self.path).replace(DATE, &day.to_string());
        Self { path: self.path.with_file_name(name), ..self.clone() }
    }
}

/// Lists all files for an inventory: those known beforehand, and those of its day.
///
/// # Errors
/// When something other than a file is at the path of one, or the inventory cannot be read.
pub fn resolve_files(
    known: &[ExportFile],
    partitions: &[PartitionedTables],
    view: InventoryView<'_>,
    ui: &Ui,
) -> Result<Vec<ExportFile>, Error> {
    let day = day_of(view.inventory);
    let known = known.iter().map(|file| file.on_day(day));
    let mut files: Vec<ExportFile> =
        known.filter(|file| !file.only_if_exists || is_regular_file(&file.path)).collect();
    files.iter().try_for_each(|file| refuse_non_file(&file.path))?;
    for tables in partitions {
        files.extend(tables.files(view, ui)?);
    }
    Ok(files)
}

/// Returns the day on which the inventory was taken, in UTC.
pub fn day_of(inventory: &Inventory) -> Date {
    inventory.taken_at.to_zoned(TimeZone::UTC).date()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns whether `name` is `pattern` with a day in place of `{date}`.
fn matches_pattern(name: &str, pattern: &str) -> bool {
    let Some((begin, end)) = pattern.split_once(DATE) else { return name == pattern };
    let day = name.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end));
    day.is_some_and(|day| day.parse::<Date>().is_ok())
}

fn matches_on_some_day(path: &Path, pattern: &Path) -> bool {
    parent_directory(pattern) == parent_directory(path)
        && matches_pattern(&file_name(path), &file_name(pattern))
}

/// Refuses `{date}` in a directory: each day would have its own manifest, and --max-drop nothing to compare with.
fn refuse_date_in_directory(path: &Path) -> Result<(), Error> {
    let directory = if is_directory_path(path) { path } else { parent_directory(path) };
    if !directory.to_string_lossy().contains(DATE) {
        return Ok(());
    }
    Err(Error::usage(format!("{}: {DATE} can be used only in the name of a file", path.display())).remedy(
        "name a file, such as inventory-{date}.xlsx; the format parquet keeps the days apart in one directory",
    ))
}

/// Decides the formats, at least one, by `--format` or the name of the file.
///
/// # Errors
/// When neither says which, or several formats are for one file.
pub fn choose_formats(path: &Path, args: &ExportArgs) -> Result<Vec<ExportFormat>, Error> {
    if path.is_dir() && !ends_in_slash(path) && ExportFormat::from_path(path).is_some() {
        return Err(Error::usage(format!("{} is a directory with the name of a file", path.display()))
            .remedy(format!("name another file; if you mean the directory, write {}/", path.display())));
    }
    let named: Vec<ExportFormat> =
        args.formats.iter().filter_map(|name| ExportFormat::from_name(name)).collect();
    match named.len() {
        0 if is_directory_path(path) => Ok(vec![ExportFormat::CSV]),
        0 => Ok(vec![ExportFormat::from_path(path).ok_or_else(|| unknown_format(path))?]),
        2.. if !is_directory_path(path) => {
            Err(Error::usage(format!("{} is one file, but --format names {}", path.display(), named.len()))
                .remedy("name a directory, such as inventory/"))
        }
        1 if !is_directory_path(path) => refuse_other_ending(path, named[0]).map(|()| named),
        _ => Ok(named),
    }
}

/// Refuses a file whose name ends like that of another format: what opens it goes by the name.
fn refuse_other_ending(path: &Path, format: ExportFormat) -> Result<(), Error> {
    let usual = match format.spec().layout {
        FileLayout::Whole(name) => Path::new(name).extension(),
        FileLayout::PerKind(extension) | FileLayout::PerDay(extension) => Some(extension.as_ref()),
    };
    let Some(other) = ExportFormat::from_path(path).filter(|other| *other != format) else { return Ok(()) };
    let ending = path.extension().unwrap_or_default();
    if usual.is_some_and(|usual| usual.eq_ignore_ascii_case(ending)) {
        return Ok(());
    }
    let renamed = path.with_extension(usual.unwrap_or_default());
    Err(Error::usage(format!(
        "the format {format} contradicts the name {}, which is that of a {other} file",
        path.display()
    ))
    .remedy(format!("choose the format {other}, or name the file {}", renamed.display())))
}

/// Returns whether `path` is a directory, or is meant to become one.
#[must_use]
pub fn is_directory_path(path: &Path) -> bool {
    path != Path::new("-") && (path.is_dir() || ends_in_slash(path))
}

fn ends_in_slash(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with(['/', '\\'])
}

/// Refuses something that is not a directory, and a directory whose parent does not exist.
fn check_directory(directory: &Path) -> Result<(), Error> {
    // With a `/` at its end, the system finds nothing but a directory.
    let bare: PathBuf = directory.components().collect();
    if bare.is_dir() {
        return Ok(());
    }
    if bare.symlink_metadata().is_ok() {
        return Err(Error::usage(format!("{} is not a directory", bare.display()))
            .remedy("leave out the `/` to write this file, or name a directory"));
    }
    Ok(require_directory(parent_directory(&bare))?)
}

/// Returns whether a format can neither report what is missing nor contain a table of the coverage.
fn cannot_report_missing(spec: &ExportSpec) -> bool {
    spec.gaps == GapsListed::Beside && matches!(spec.layout, FileLayout::Whole(_))
}

/// Names the table of the coverage beside a file that cannot report what is missing.
fn coverage_beside(file: &ExportFile) -> Option<ExportFile> {
    let spec = file.format.spec();
    let (format, extension) = match spec.layout {
        _ if spec.gaps == GapsListed::Inside => return None,
        FileLayout::PerKind(extension) | FileLayout::PerDay(extension) => (file.format, extension),
        FileLayout::Whole(_) => (ExportFormat::CSV, "csv"),
    };
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let path = file.path.with_file_name(format!("{stem}.{COVERAGE}.{extension}"));
    Some(ExportFile::new(path, format, Some(COVERAGE)))
}

fn table_files(
    directory: &Path,
    format: ExportFormat,
    extension: &str,
    tables: &[&'static str],
) -> Vec<ExportFile> {
    let file = |table: &&'static str| {
        ExportFile::new(directory.join(format!("{table}.{extension}")), format, Some(table))
    };
    tables.iter().map(file).collect()
}

/// Refuses kinds none of which the format can contain.
fn check_kinds(format: ExportFormat, kinds: &[Kind]) -> Result<(), Error> {
    match format.spec().only_kind {
        Some(only) if !kinds.contains(&only) => {
            Err(Error::usage(format!("{format} can contain only {only}"))
                .remedy(format!("add {only} to --kind or to the template, or choose another --format")))
        }
        _ => Ok(()),
    }
}

fn single_file(path: &Path, format: ExportFormat, kinds: &[Kind]) -> Result<ExportFile, Error> {
    let table = match (format.spec().layout, kinds) {
        (FileLayout::Whole(_), _) => None,
        (FileLayout::PerKind(_) | FileLayout::PerDay(_), [kind]) => Some(kind.as_str()),
        (FileLayout::PerKind(_) | FileLayout::PerDay(_), _) => {
            return Err(Error::usage(format!("a {format} file contains one kind"))
                .remedy("name a directory, such as inventory/, or choose one kind, such as --kind subnets"));
        }
    };
    Ok(ExportFile::new(path.to_owned(), format, table))
}

fn unknown_format(path: &Path) -> Error {
    let extensions: Vec<String> =
        ExportFormat::all().flat_map(ExportFormat::extensions).map(|end| format!(".{end}")).collect();
    let message = if path == Path::new("-") {
        "--format is missing: standard output has no name that says which".to_owned()
    } else {
        format!("the name {} does not say which format to write", path.display())
    };
    let error = Error::usage(message).remedy(format!(
        "choose it with --format, or end the name in {}; the name of a directory ends in `/`",
        extensions.join(", ")
    ));
    let name = path.to_str().unwrap_or_default();
    if let Some(kind) = kind_named(name) {
        return error
            .remedy(format!("to write {kind} only: `netcensus export --kind {kind} --to {kind}.csv`"));
    }
    let extension = path.extension().unwrap_or_default();
    if extension.eq_ignore_ascii_case("yml") || extension.eq_ignore_ascii_case("yaml") {
        return error.remedy("for an Ansible inventory, write --format ansible");
    }
    error
}

/// The tables of a format that is partitioned by day and provider.
#[derive(Debug, PartialEq, Eq)]
pub struct PartitionedTables {
    directory: PathBuf,
    format: ExportFormat,
    extension: &'static str,
    kinds: Vec<Kind>,
}

/// The files of one day: those that are written, and those that stay because this run has no rows for them.
#[derive(Default)]
struct DayFiles {
    written: Vec<ExportFile>,
    unchanged: Vec<(Provider, &'static str)>,
}

impl PartitionedTables {
    /// Plans a table for each kind of `request` and for the coverage. The names of the files end in `extension`.
    ///
    /// # Errors
    /// When a table would have no column: the provider is in the path, not in a column.
    fn new(
        directory: PathBuf,
        format: ExportFormat,
        extension: &'static str,
        request: &TableRequest,
    ) -> Result<Self, Error> {
        let is_empty = |columns: &Vec<String>| columns.iter().all(|column| column == "provider");
        if let Some((kind, _)) = request.defaults.iter().find(|(_, columns)| is_empty(columns)) {
            return Err(Error::usage(format!(
                "{kind} would have no column: in a directory, {format} has the provider in the path of each file"
            ))
            .remedy("add a column to the template, such as id"));
        }
        Ok(Self { directory, format, extension, kinds: request.kinds.clone() })
    }

    /// Refuses paths that cannot be used on any day.
    fn check(&self) -> Result<(), Error> {
        let mut directories = self.tables().map(|table| self.directory.join(table));
        let is_other = |path: &PathBuf| path.symlink_metadata().is_ok() && !path.is_dir();
        match directories.find(is_other) {
            Some(path) => Err(Error::usage(format!("{} is not a directory", path.display()))
                .remedy(format!("{} writes a directory for each table; move the file away", self.format))),
            None => Ok(()),
        }
    }

    /// Lists the files for the day of an inventory: for each kind, one for each provider of which the kind was read,
    /// even without rows. Files of another run of that day stay where this run did not read them, and `ui` says so.
    fn files(&self, view: InventoryView<'_>, ui: &Ui) -> Result<Vec<ExportFile>, Error> {
        let inventory = view.inventory;
        let mut day = DayFiles::default();
        let mut read = BTreeSet::new();
        for &kind in &self.kinds {
            let providers = providers_read(view, kind).map_err(|error| cannot_read_again(&error))?;
            let is_written = |provider, _| providers.contains(&provider);
            self.add_files(kind.as_str(), inventory, is_written, &mut day)?;
            read.extend(providers);
        }
        // Where nothing was read, the coverage says why, unless that would replace the coverage of files that stay.
        let has_coverage = |provider| inventory.coverage.iter().any(|entry| entry.provider == provider);
        let is_written =
            |provider, exists: bool| read.contains(&provider) || (has_coverage(provider) && !exists);
        self.add_files(COVERAGE, inventory, is_written, &mut day)?;
        report_unchanged(&day.unchanged, inventory, ui);
        Ok(day.written)
    }

    /// Removes what killed runs left of the files of any day, and the directories that they created for them.
    pub fn remove_abandoned(&self) {
        for table in self.tables() {
            let name = format!("{table}.{}", self.extension);
            let days = fs::read_dir(self.directory.join(table)).into_iter().flatten().flatten();
            for day in days.filter(|day| day.file_name().to_string_lossy().starts_with("date=")) {
                for provider in Provider::ALL {
                    let directory = day.path().join(format!("provider={provider}"));
                    remove_abandoned(&directory, |other| other == name);
                    // Fails where there are files, as it should.
                    let _ = fs::remove_dir(directory);
                }
                let _ = fs::remove_dir(day.path());
            }
        }
    }

    fn tables(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().map(|kind| kind.as_str()).chain([COVERAGE])
    }

    /// Adds the files of a table to `day`. `is_written` decides by the provider and whether the file exists.
    fn add_files(
        &self,
        table: &'static str,
        inventory: &Inventory,
        is_written: impl Fn(Provider, bool) -> bool,
        day: &mut DayFiles,
    ) -> Result<(), Error> {
        let directory = self.directory.join(table).join(format!("date={}", day_of(inventory)));
        for provider in Provider::ALL {
            let path =
                directory.join(format!("provider={provider}")).join(format!("{table}.{}", self.extension));
            refuse_non_file(&path)?;
            let exists = path.exists();
            if is_written(provider, exists) {
                let file = ExportFile::new(path, self.format, Some(table));
                day.written.push(ExportFile { provider: Some(provider), ..file });
            } else if exists {
                day.unchanged.push((provider, table));
            }
        }
        Ok(())
    }
}

/// Lists the providers of which `kind` was read, with or without rows.
fn providers_read(view: InventoryView<'_>, kind: Kind) -> io::Result<BTreeSet<Provider>> {
    let inventory = view.inventory;
    let subject = Subject::from(kind);
    let entries = inventory.coverage.iter().filter(|entry| entry.kind == subject);
    // A filtered document lacks rows of what was read completely.
    let complete = entries.filter(|entry| entry.outcome == Outcome::Complete && inventory.filters.is_empty());
    let mut found: BTreeSet<Provider> = complete.map(|entry| entry.provider).collect();
    // A document that others wrote may have rows without coverage.
    let mut add = |provider| {
        found.insert(provider);
        Ok(())
    };
    match kind {
        Kind::Networks => inventory.networks.iter().try_for_each(|row| add(row.provider)),
        Kind::Subnets => inventory.subnets.iter().try_for_each(|row| add(row.provider)),
        Kind::Instances => view.instances.each(&mut |row| add(row.provider)),
        Kind::Interfaces => view.interfaces.each(&mut |row| add(row.provider)),
        Kind::Links => inventory.links.iter().try_for_each(|row| add(row.provider)),
    }?;
    Ok(found)
}

fn report_unchanged(unchanged: &[(Provider, &'static str)], inventory: &Inventory, ui: &Ui) {
    let tables_of = |provider| {
        let tables: Vec<&str> =
            unchanged.iter().filter(|(other, _)| *other == provider).map(|(_, table)| *table).collect();
        (!tables.is_empty()).then(|| format!("{} of {provider}", tables.join(", ")))
    };
    let all: Vec<String> = Provider::ALL.into_iter().filter_map(tables_of).collect();
    if !all.is_empty() {
        ui.status(&format!(
            "this run did not read everything, so these files of {} stay as they were: {}",
            day_of(inventory),
            all.join("; ")
        ));
    }
}

/// Makes the error for rows of a snapshot that were left in its file, and can no longer be read from it.
pub(super) fn cannot_read_again(source: &io::Error) -> Error {
    Error::input("the inventory could not be read a second time").with_source(source)
}
