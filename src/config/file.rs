//! Which file is the configuration, and its text.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use etcetera::base_strategy::Xdg;

use super::problem::ConfigError;

/// The name of the file wherever it is looked for.
pub const FILE_NAME: &str = "netcensus.toml";

/// A file of settings is a few kilobytes; more is another file, named by mistake.
const MAX_BYTES: u64 = 1 << 20;

/// What the process was started in, as far as the search for the file goes.
#[derive(Debug, Clone, Default)]
pub struct ConfigEnvironment {
    /// The value of `NETCENSUS_CONFIG`; an empty one counts as not set.
    pub env_config: Option<OsString>,
    /// The working directory; empty stands for the process's own, and keeps messages short.
    pub directory: PathBuf,
    /// Directories above the working directory in which the file is looked for, the nearest first.
    pub parents: Vec<PathBuf>,
    /// The user's configuration directory (`$XDG_CONFIG_HOME`, `~/.config`); `None` when there is no home.
    pub config_home: Option<PathBuf>,
}

impl ConfigEnvironment {
    /// Looks at this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self {
            env_config: std::env::var_os("NETCENSUS_CONFIG"),
            directory: PathBuf::new(),
            parents: std::env::current_dir()
                .map(|directory| parents(&directory, etcetera::home_dir().ok().as_deref()))
                .unwrap_or_default(),
            config_home: Xdg::new().ok().map(|xdg| xdg.config_dir()),
        }
    }

    /// Returns the file that `--config` (`flag`) or `NETCENSUS_CONFIG` names.
    #[must_use]
    pub fn named(&self, flag: Option<&Path>) -> Option<PathBuf> {
        let env = self.env_config.as_ref().filter(|value| !value.is_empty());
        flag.map(Path::to_owned).or_else(|| env.map(PathBuf::from))
    }

    /// Returns where a file is looked for if none is named. The first that exists is used.
    #[must_use]
    pub fn implied(&self) -> Vec<PathBuf> {
        let home = self.config_home.as_ref().map(|home| home.join("netcensus").join(FILE_NAME));
        let directories = std::iter::once(&self.directory).chain(&self.parents);
        directories.map(|directory| directory.join(FILE_NAME)).chain(home).collect()
    }
}

/// Lists the directories above `directory` in which the file is looked for: up to the root of the repository that it is in,
/// else up to the home directory if it is below that. Elsewhere, as in `/tmp`, other users could write a file above yours, and
/// a configuration says where secrets are sent.
#[must_use]
pub fn parents(directory: &Path, home: Option<&Path>) -> Vec<PathBuf> {
    let is_root = |directory: &&Path| directory.join(".git").exists();
    let top = directory.ancestors().find(is_root).or(home.filter(|home| directory.starts_with(home)));
    let Some(top) = top else { return Vec::new() };
    let below = directory.ancestors().skip(1).take_while(|directory| directory.starts_with(top));
    below.map(Path::to_owned).collect()
}

/// The text of a configuration file, not yet looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl ConfigFile {
    /// Makes one of settings that are known from elsewhere; messages call it `path`.
    #[must_use]
    pub const fn of_text(path: PathBuf, text: String) -> Self {
        Self { path, text }
    }

    /// Finds and reads the file: `flag`, `$NETCENSUS_CONFIG`, `netcensus.toml` here or above, the user's
    /// directory.
    ///
    /// # Errors
    /// When a named file is missing, or any found file cannot be read as text. A file that is not
    /// named may be absent: `None`.
    pub fn find(flag: Option<&Path>, environment: &ConfigEnvironment) -> Result<Option<Self>, ConfigError> {
        if let Some(path) = environment.named(flag) {
            return Self::read(path).map(Some);
        }
        for path in environment.implied() {
            refuse_non_file(&path)?;
            match Self::read(path) {
                Err(ConfigError::Read { source, .. }) if is_absent(&source) => {}
                read => return read.map(Some),
            }
        }
        Ok(None)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is missing, may not be read, is a directory, larger than 1 MiB, or not UTF-8.
    pub fn read(path: PathBuf) -> Result<Self, ConfigError> {
        let not_text =
            |path: &Path, what: &str| ConfigError::NotText { path: path.to_owned(), what: what.to_owned() };
        // First, since some systems open directories and some do not, with different errors.
        if path.is_dir() {
            return Err(ConfigError::Read { path, source: io::ErrorKind::IsADirectory.into() });
        }
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
        if let Err(source) = read {
            return Err(ConfigError::Read { path, source });
        }
        if bytes.len() as u64 > MAX_BYTES {
            return Err(not_text(&path, "is larger than 1 MiB, so not a configuration file"));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, text)),
            Err(error) => {
                let text = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = text.split(|byte| *byte == b'\n').count();
                Err(not_text(&path, &format!("is not UTF-8 text (line {line})")))
            }
        }
    }

    /// Takes `text` as the content of `path`, which is not touched.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// Returns the file, as it was named or found.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Refuses a pipe or device that you did not name: to read it could wait for ever. A link to `/dev/null` is an empty file.
fn refuse_non_file(path: &Path) -> Result<(), ConfigError> {
    let kind = fs::metadata(path).map(|metadata| metadata.file_type());
    // A directory, and what cannot be accessed, is refused when it is read.
    let is_other = kind.is_ok_and(|kind| !kind.is_file() && !kind.is_dir());
    if is_other && fs::canonicalize(path).is_ok_and(|path| path != Path::new("/dev/null")) {
        let what = "is a pipe or device, not a configuration file".to_owned();
        return Err(ConfigError::NotText { path: path.to_owned(), what });
    }
    Ok(())
}

/// A path that leads through something which is no directory has no file at its end either.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
