//! Which files an export writes.

use std::fs;
use std::path::{Path, PathBuf};

use super::days::Days;
use crate::analysis::select::Request;
use crate::cli::export::ExportArgs;
use crate::error::Error;
use crate::model::{Inventory, Kind, Provider};
use crate::output::{ExportFormat, ExportInfo, FileLayout};
use crate::ui::Ui;

/// What the coverage is called, among the kinds.
pub const COVERAGE: &str = "coverage";

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
    /// Where it goes.
    pub path: PathBuf,
    /// Its format.
    pub format: ExportFormat,
    /// The listing that is in it; `None` when all are.
    pub of: Option<&'static str>,
    /// The provider whose rows alone are in it.
    pub provider: Option<Provider>,
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
        request: &Request,
    ) -> Result<Self, Error> {
        formats.iter().try_for_each(|format| refuse_kinds(*format.info(), &request.kinds))?;
        if is_folder(path) {
            return Self::in_folder(path, formats, request);
        }
        let file = single(path, formats[0], &request.kinds)?;
        if path == Path::new("-") {
            return Ok(Self::Stdout(file));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut files = vec![file.clone()];
        if args.guard.allow_incomplete
            && let FileLayout::PerKind(end) | FileLayout::PerDay(end) = file.format.info().layout
        {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let beside = path.with_file_name(format!("{stem}.{COVERAGE}.{end}"));
            files.push(File { path: beside, of: Some(COVERAGE), ..file });
        }
        Ok(Self::Files {
            folder: folder_of(path).to_owned(),
            manifest: path.with_file_name(format!(".{name}.manifest.json")),
            files,
            days: vec![],
        })
    }

    fn in_folder(folder: &Path, formats: &[ExportFormat], request: &Request) -> Result<Self, Error> {
        let (mut files, mut days) = (vec![], vec![]);
        for &format in formats {
            let file = |name: &str, of| File { path: folder.join(name), format, of, provider: None };
            match format.info().layout {
                FileLayout::Whole(name) => files.push(file(name, None)),
                FileLayout::PerKind(end) => {
                    let tables = request.kinds.iter().map(|kind| kind.as_str()).chain([COVERAGE]);
                    files.extend(tables.map(|of| file(&format!("{of}.{end}"), Some(of))));
                }
                FileLayout::PerDay(end) => days.push(Days::new(folder.to_owned(), format, end, request)?),
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
                    .hint("name a file with --to, or redirect the output"))
            }
            Self::Stdout(_) => Ok(()),
            Self::Files { folder, files, days, .. } => {
                if folder.exists() && !folder.is_dir() {
                    return Err(Error::usage(format!("{} is not a folder", folder.display())));
                }
                days.iter().try_for_each(Days::check)?;
                files.iter().try_for_each(|file| refuse_other(&file.path))
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

    /// Returns the folder, when files are written.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Stdout(_) => None,
            Self::Files { folder, .. } => Some(folder),
        }
    }
}

/// Lists all files: those known beforehand, and those of the day of `inventory`.
///
/// # Errors
/// When something else is in the place of one.
pub fn files_of(known: &[File], days: &[Days], inventory: &Inventory) -> Result<Vec<File>, Error> {
    let mut files = known.to_vec();
    for days in days {
        files.extend(days.files(inventory)?);
    }
    Ok(files)
}

/// Returns the folder that a file is in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Refuses what is in the place of a file and is none.
///
/// # Errors
/// As it says.
pub fn refuse_other(path: &Path) -> Result<(), Error> {
    let Ok(known) = fs::symlink_metadata(path) else { return Ok(()) };
    if known.is_symlink() {
        let to = fs::read_link(path).unwrap_or_default();
        return Err(Error::usage(format!("{} is a symbolic link to {}", path.display(), to.display()))
            .hint("name the file that it leads to, or take the link away: it would be replaced"));
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
    let named: Vec<ExportFormat> =
        args.formats.iter().filter_map(|name| ExportFormat::by_name(name)).collect();
    match named.len() {
        0 if is_folder(path) => Ok(vec![ExportFormat::Csv]),
        0 => Ok(vec![ExportFormat::of_path(path).ok_or_else(|| unknown(path))?]),
        2.. if !is_folder(path) => {
            Err(Error::usage(format!("{} is one file, and --format names {}", path.display(), named.len()))
                .hint("name a folder, such as inventory/"))
        }
        _ => Ok(named),
    }
}

fn is_folder(path: &Path) -> bool {
    path != Path::new("-") && (path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', '\\']))
}

/// Refuses kinds of which the format has no room for any.
fn refuse_kinds(info: ExportInfo, kinds: &[Kind]) -> Result<(), Error> {
    match info.only {
        Some(only) if !kinds.contains(&only) => {
            Err(Error::usage(format!("{} holds {only}, and nothing else", info.name))
                .hint(format!("add {only} to --kind or to the template, or choose another --format")))
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
                .hint("choose it with --kind, or name a folder, such as inventory/"));
        }
    };
    Ok(File { path: path.to_owned(), format, of, provider: None })
}

fn unknown(path: &Path) -> Error {
    let ends: Vec<String> =
        ExportFormat::ALL.iter().flat_map(|info| info.extensions).map(|end| format!(".{end}")).collect();
    let what = if path == Path::new("-") {
        "standard output has no name to tell the format by".to_owned()
    } else {
        format!("the name {} does not tell the format", path.display())
    };
    let error = Error::usage(what).hint(format!(
        "choose it with --format, or end the name in {}; a folder ends in `/`",
        ends.join(", ")
    ));
    if is_yaml(path) { error.hint("an inventory of Ansible is written by --format ansible") } else { error }
}

fn is_yaml(path: &Path) -> bool {
    let end = path.extension().unwrap_or_default();
    end.eq_ignore_ascii_case("yml") || end.eq_ignore_ascii_case("yaml")
}
