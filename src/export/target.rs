//! Which files an export writes.

use std::path::{Path, PathBuf};
use std::{fs, io};

use jiff::civil::Date;

use super::days::{self, Days};
use crate::analysis::select::TableRequest;
use crate::cli::export::ExportArgs;
use crate::error::Error;
use crate::fs::directories;
use crate::model::{Estate, Kind, Provider};
use crate::output::{ExportFormat, ExportInfo, FileLayout, GapsAre};
use crate::ui::Ui;

/// What the coverage is called, among the kinds.
pub const COVERAGE: &str = "coverage";
/// What stands for the day of the inventory, in UTC, in the name of a file.
const DATE: &str = "{date}";

/// Where an export goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout(File),
    /// Files in a folder.
    Files {
        /// The folder.
        folder: PathBuf,
        /// The files that are known beforehand.
        files: Vec<File>,
        /// What is in files that only the inventory tells.
        days: Vec<Days>,
        /// Where it is noted what was written.
        manifest: PathBuf,
    },
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it goes; `{date}` in its name stands for the day of the inventory.
    pub path: PathBuf,
    /// Its format.
    pub format: ExportFormat,
    /// The listing that is in it; `None` when all are.
    pub of: Option<&'static str>,
    /// The provider whose rows alone are in it.
    pub provider: Option<Provider>,
    /// Whether it is written only where a file of that name is there, which would be that of another export otherwise.
    pub only_if_there: bool,
}

impl Target {
    /// Decides it by the flags.
    ///
    /// # Errors
    /// When a format has no room for the kinds or the columns.
    pub fn new(
        path: &Path,
        formats: &[ExportFormat],
        args: &ExportArgs,
        request: &TableRequest,
    ) -> Result<Self, Error> {
        formats.iter().try_for_each(|format| refuse_kinds(*format.info(), &request.kinds))?;
        refuse_date_of_directory(path)?;
        if is_folder(path) {
            return Self::in_folder(path, formats, args, request);
        }
        let file = single(path, formats[0], &request.kinds)?;
        if path == Path::new("-") {
            return Ok(Self::Stdout(file));
        }
        directories::need(folder_of(path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let only_if_there = !args.guard.allow_incomplete;
        let beside = beside(&file).map(|beside| File { only_if_there, ..beside });
        let files = [file].into_iter().chain(beside).collect();
        Ok(Self::Files {
            folder: folder_of(path).to_owned(),
            manifest: path.with_file_name(format!(".{name}.manifest.json")),
            files,
            days: vec![],
        })
    }

    fn in_folder(
        folder: &Path,
        formats: &[ExportFormat],
        args: &ExportArgs,
        request: &TableRequest,
    ) -> Result<Self, Error> {
        refuse_folder(folder)?;
        let (mut files, mut days) = (vec![], vec![]);
        for &format in formats {
            match format.info().layout {
                FileLayout::Whole(name) => {
                    files.push(File::new(folder.join(name), format, None));
                }
                FileLayout::PerKind(end) => {
                    let names: Vec<_> =
                        request.kinds.iter().map(|kind| kind.as_str()).chain([COVERAGE]).collect();
                    files.extend(tables_of(folder, format, end, &names));
                }
                FileLayout::PerDay(end) => days.push(Days::new(folder.to_owned(), format, end, request)?),
            }
        }
        if formats.iter().all(|format| is_mute(*format.info())) {
            let coverage = tables_of(folder, ExportFormat::Csv, "csv", &[COVERAGE]);
            // One that is there would be that of another day, unless it belongs to tables.
            let tables = tables_of(folder, ExportFormat::Csv, "csv", &Kind::ALL.map(Kind::as_str));
            let is_stale = coverage.iter().any(|file| is_file(&file.path))
                && !tables.iter().any(|table| table.path.exists());
            if args.guard.allow_incomplete || is_stale {
                files.extend(coverage);
            }
        }
        let manifest = folder.join("manifest.json");
        Ok(Self::Files { folder: folder.to_owned(), files, days, manifest })
    }

    /// Refuses places that cannot be written, before anything is read.
    ///
    /// # Errors
    /// For the first such place.
    pub fn check(&self, ui: &Ui) -> Result<(), Error> {
        match self {
            Self::Stdout(file) if !file.format.info().is_text && ui.stdout_is_terminal() => {
                Err(Error::usage(format!("{} is not for a terminal to show", file.format))
                    .remedy("name a file with --to, or redirect the output"))
            }
            Self::Stdout(_) => Ok(()),
            Self::Files { files, days, manifest, .. } => {
                days.iter().try_for_each(Days::check)?;
                let files = files.iter().filter(|file| !file.only_if_there);
                files.map(|file| &file.path).chain([manifest]).try_for_each(|path| refuse_other(path))
            }
        }
    }

    /// Returns where it is noted what was written, when files are.
    pub fn manifest(&self) -> Option<&Path> {
        match self {
            Self::Stdout(_) => None,
            Self::Files { manifest, .. } => Some(manifest),
        }
    }

    /// Tells whether a file of that name is written, however it is spelt; not of those by day.
    pub fn has(&self, path: &Path) -> bool {
        match self {
            Self::Stdout(_) => false,
            Self::Files { files, manifest, .. } => {
                let path = real(path);
                files.iter().map(|file| &file.path).chain([manifest]).any(|file| may_be(&real(file), &path))
            }
        }
    }

    /// Returns the folder, when files are written.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Stdout(_) => None,
            Self::Files { folder, .. } => Some(folder),
        }
    }
}

impl File {
    /// Names a file that is written in any case, with the rows of all providers.
    const fn new(path: PathBuf, format: ExportFormat, of: Option<&'static str>) -> Self {
        Self { path, format, of, provider: None, only_if_there: false }
    }

    /// Tells whether its name has the day of the inventory in it.
    pub fn is_dated(&self) -> bool {
        name_of(&self.path).contains(DATE)
    }

    /// Tells whether `name` is what it is called on some day.
    pub fn is_called(&self, name: &str) -> bool {
        is_of_pattern(name, &name_of(&self.path))
    }

    /// Puts `day` into its name.
    fn on(&self, day: Date) -> Self {
        let name = name_of(&self.path).replace(DATE, &day.to_string());
        if self.is_dated() {
            Self { path: self.path.with_file_name(name), ..self.clone() }
        } else {
            self.clone()
        }
    }
}

/// Lists all files: those known beforehand, and those of the day of `estate`.
///
/// # Errors
/// When something else is in the place of one, or the inventory cannot be read.
pub fn files_of(known: &[File], days: &[Days], estate: Estate<'_>, ui: &Ui) -> Result<Vec<File>, Error> {
    let day = days::date_of(estate.inventory);
    let known = known.iter().map(|file| file.on(day));
    let mut files: Vec<File> = known.filter(|file| !file.only_if_there || is_file(&file.path)).collect();
    files.iter().try_for_each(|file| refuse_other(&file.path))?;
    for days in days {
        files.extend(days.files(estate, ui)?);
    }
    Ok(files)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Tells whether `name` is `pattern` with a day in the place of `{date}`.
fn is_of_pattern(name: &str, pattern: &str) -> bool {
    let Some((begin, end)) = pattern.split_once(DATE) else { return name == pattern };
    let day = name.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end));
    day.is_some_and(|day| day.parse::<Date>().is_ok())
}

/// Tells whether the file of this name, which may have `{date}` in it, is `path` on some day.
fn may_be(file: &Path, path: &Path) -> bool {
    folder_of(file) == folder_of(path) && is_of_pattern(&name_of(path), &name_of(file))
}

/// Refuses `{date}` in a directory: there would be a manifest for each day, and nothing to compare with.
fn refuse_date_of_directory(path: &Path) -> Result<(), Error> {
    let directory = if is_folder(path) { path } else { folder_of(path) };
    if !directory.to_string_lossy().contains(DATE) {
        return Ok(());
    }
    Err(Error::usage(format!("--to {}: {DATE} can be in the name of a file only", path.display())).remedy(
        "name a file, such as inventory-{date}.xlsx; --format parquet keeps days apart in one directory",
    ))
}

/// Returns the folder that a file is in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns a path by which a file is known however it is spelt, also one that is not there yet.
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| match (path.file_name(), folder_of(path)) {
        (Some(name), folder) if folder != path => real(folder).join(name),
        _ => path.to_owned(),
    })
}

/// Refuses what is in the place of a file and is none.
///
/// # Errors
/// As it says.
pub fn refuse_other(path: &Path) -> Result<(), Error> {
    let known = match fs::symlink_metadata(path) {
        Ok(known) => known,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(Error::usage(format!("cannot find out what {} is", path.display())).caused_by(&error));
        }
    };
    if known.is_symlink() {
        let to = fs::read_link(path).unwrap_or_default();
        return Err(Error::usage(format!("{} is a symbolic link to {}", path.display(), to.display()))
            .remedy("name the file that it leads to, or take the link away: it would be replaced"));
    }
    if !known.is_file() {
        return Err(Error::usage(format!("{} is there already and is not a file", path.display())));
    }
    Ok(())
}

/// Decides in which formats files are written, at least one.
///
/// # Errors
/// When none is named and the name of the file does not tell, or several are for one file.
pub fn formats(path: &Path, args: &ExportArgs) -> Result<Vec<ExportFormat>, Error> {
    if path.is_dir() && !names_folder(path) && ExportFormat::of_path(path).is_some() {
        return Err(Error::usage(format!("{} is a folder, and has the name of a file", path.display()))
            .remedy(format!("name another file; if the folder is meant, write {}/", path.display())));
    }
    let named: Vec<ExportFormat> =
        args.formats.iter().filter_map(|name| ExportFormat::by_name(name)).collect();
    match named.len() {
        0 if is_folder(path) => Ok(vec![ExportFormat::Csv]),
        0 => Ok(vec![ExportFormat::of_path(path).ok_or_else(|| unknown(path))?]),
        2.. if !is_folder(path) => {
            Err(Error::usage(format!("{} is one file, and --format names {}", path.display(), named.len()))
                .remedy("name a folder, such as inventory/"))
        }
        _ => Ok(named),
    }
}

/// Tells whether `path` is a folder, or is to be one.
pub fn is_folder(path: &Path) -> bool {
    path != Path::new("-") && (path.is_dir() || names_folder(path))
}

fn names_folder(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with(['/', '\\'])
}

/// Refuses a folder that is none, or that is in one which is not there.
fn refuse_folder(folder: &Path) -> Result<(), Error> {
    // Without the `/` at its end, behind which nothing but a folder is found.
    let bare: PathBuf = folder.components().collect();
    if bare.is_dir() {
        return Ok(());
    }
    if bare.symlink_metadata().is_ok() {
        return Err(Error::usage(format!("{} is not a folder", bare.display()))
            .remedy("leave out the `/` to write this file, or name a folder"));
    }
    directories::need(folder_of(&bare))
}

/// Tells whether a file is there, and not a link to one.
fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|known| known.is_file())
}

/// Tells whether a format has neither room for what is missing nor a table of the coverage.
fn is_mute(info: ExportInfo) -> bool {
    info.gaps == GapsAre::Beside && matches!(info.layout, FileLayout::Whole(_))
}

/// Names the coverage beside a file that cannot tell what is missing.
fn beside(file: &File) -> Option<File> {
    let info = file.format.info();
    let (format, end) = match info.layout {
        _ if info.gaps == GapsAre::Inside => return None,
        FileLayout::PerKind(end) | FileLayout::PerDay(end) => (file.format, end),
        FileLayout::Whole(_) => (ExportFormat::Csv, "csv"),
    };
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    let path = file.path.with_file_name(format!("{stem}.{COVERAGE}.{end}"));
    Some(File::new(path, format, Some(COVERAGE)))
}

/// Names the files of tables in a folder.
fn tables_of(folder: &Path, format: ExportFormat, end: &str, names: &[&'static str]) -> Vec<File> {
    let file = |of: &&'static str| File::new(folder.join(format!("{of}.{end}")), format, Some(of));
    names.iter().map(file).collect()
}

/// Refuses kinds of which the format has no room for any.
fn refuse_kinds(info: ExportInfo, kinds: &[Kind]) -> Result<(), Error> {
    match info.only {
        Some(only) if !kinds.contains(&only) => {
            Err(Error::usage(format!("{} holds {only}, and nothing else", info.name))
                .remedy(format!("add {only} to --kind or to the template, or choose another --format")))
        }
        _ => Ok(()),
    }
}

/// Decides the one file that is written.
fn single(path: &Path, format: ExportFormat, kinds: &[Kind]) -> Result<File, Error> {
    let of = match (format.info().layout, kinds) {
        (FileLayout::Whole(_), _) => None,
        (FileLayout::PerKind(_) | FileLayout::PerDay(_), [kind]) => Some(kind.as_str()),
        (FileLayout::PerKind(_) | FileLayout::PerDay(_), _) => {
            return Err(Error::usage(format!("a file of {format} holds one kind"))
                .remedy("choose it with --kind, or name a folder, such as inventory/"));
        }
    };
    Ok(File::new(path.to_owned(), format, of))
}

fn unknown(path: &Path) -> Error {
    let ends: Vec<String> =
        ExportFormat::ALL.iter().flat_map(|info| info.extensions).map(|end| format!(".{end}")).collect();
    let what = if path == Path::new("-") {
        "standard output has no name to tell the format by".to_owned()
    } else {
        format!("the name {} does not tell the format", path.display())
    };
    let error = Error::usage(what).remedy(format!(
        "choose it with --format, or end the name in {}; a folder ends in `/`",
        ends.join(", ")
    ));
    if is_yaml(path) { error.remedy("an inventory of Ansible is written by --format ansible") } else { error }
}

fn is_yaml(path: &Path) -> bool {
    let end = path.extension().unwrap_or_default();
    end.eq_ignore_ascii_case("yml") || end.eq_ignore_ascii_case("yaml")
}
