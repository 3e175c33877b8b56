//! The reports of one run: one on standard output, and any number in files.

use std::path::PathBuf;

use crate::cli::report_target::ReportTarget;
use crate::error::Error;
use crate::fs::WriteError;
use crate::fs::atomic::PendingFile;
use crate::fs::paths::canonical_path;
use crate::output::{self, Format, Layout, Rendered};
use crate::ui::Ui;

/// The formats of the reports, and the files that some of them go to.
#[derive(Debug)]
pub struct Reports {
    /// The one on standard output.
    pub printed: Format,
    /// Whether the user chose that.
    pub is_chosen: bool,
    files: Vec<(Format, PathBuf)>,
}

impl Reports {
    /// Takes the targets that the user gave, and checks that the files can be written. Standard output gets `default`
    /// unless one of them is for it.
    ///
    /// # Errors
    /// When two reports have the same target, or a file cannot be written.
    pub fn new(targets: &[ReportTarget], default: &str) -> Result<Self, Error> {
        let mut reports = Self { printed: default.parse()?, is_chosen: false, files: Vec::new() };
        for target in targets {
            let format = target.format.parse()?;
            match &target.file {
                None if reports.is_chosen => {
                    return Err(Error::usage("--output names two formats for standard output")
                        .remedy("write all but one to files, such as `-o github,sarif=report.sarif`"));
                }
                None => (reports.printed, reports.is_chosen) = (format, true),
                Some(file)
                    if reports
                        .files
                        .iter()
                        .any(|(_, other)| canonical_path(other) == canonical_path(file)) =>
                {
                    return Err(Error::usage(format!("--output names `{}` twice", file.display())));
                }
                Some(file) => {
                    PendingFile::check_writable(file)?;
                    reports.files.push((format, file.clone()));
                }
            }
        }
        Ok(reports)
    }

    /// Writes `report` into the files, which are not in their places yet; `wide` cuts nothing short. A run that was stopped writes none: what is in a file would look
    /// like a whole report.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn write_files(
        &self,
        report: &impl Rendered,
        wide: bool,
        interrupted: bool,
        ui: &Ui,
    ) -> Result<Vec<PendingFile>, WriteError> {
        if interrupted {
            for (_, path) in &self.files {
                ui.warn_always(&format!("{} was not written, because the run was stopped", path.display()));
            }
            return Ok(Vec::new());
        }
        let layout = Layout::default().with_wide(wide);
        let files = self.files.iter();
        files
            .map(|(format, path)| {
                PendingFile::write(path, |out| output::render(report, *format, layout, out))
            })
            .collect()
    }
}
