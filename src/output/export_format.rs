//! The formats that `export` writes.

use std::fmt;
use std::path::Path;

use super::format::{ExportSpec, Format};
use super::formats::FORMATS;

/// A format that `export` writes.
#[derive(Debug, Clone, Copy)]
pub struct ExportFormat {
    format: Format,
    spec: &'static ExportSpec,
}

impl ExportFormat {
    /// CSV, the usual one in a directory.
    pub const CSV: Self = match &FORMATS[Format::Csv as usize].export {
        Some(spec) => Self { format: Format::Csv, spec },
        None => panic!("csv has to be a format of export"),
    };

    /// Lists all of them.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().filter_map(|spec| Self::new(spec.format))
    }

    /// Finds one by its name in flags.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::new(name.parse().ok()?)
    }

    /// Finds the one that the extension of a file stands for.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        Self::new(Format::from_path(path)?)
    }

    /// Returns its name in flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.format.spec().name
    }

    /// Returns the extensions that stand for it.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        self.format.spec().extensions
    }

    /// Tells whether `scan` writes it too.
    #[must_use]
    pub const fn is_of_scan(self) -> bool {
        self.format.spec().rows.is_some()
    }

    /// Returns how it is written.
    #[must_use]
    pub const fn spec(self) -> &'static ExportSpec {
        self.spec
    }

    fn new(format: Format) -> Option<Self> {
        Some(Self { format, spec: format.spec().export.as_ref()? })
    }
}

impl PartialEq for ExportFormat {
    fn eq(&self, other: &Self) -> bool {
        self.format == other.format
    }
}

impl Eq for ExportFormat {}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.format.fmt(f)
    }
}
