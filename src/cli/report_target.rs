//! Where reports go: `-o sarif=scan.sarif,junit=report.xml` writes two files beside standard output.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};

use super::output::format_names;
use crate::output::Content;

/// A format, and where the report in it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTarget {
    /// The name of the format.
    pub format: String,
    /// The file; standard output without one.
    pub file: Option<PathBuf>,
}

/// Parses `FORMAT` and `FORMAT=FILE`.
#[derive(Clone)]
struct ReportTargetParser(PossibleValuesParser);

/// Parses the targets of reports with this content. The argument has to ignore case.
pub(super) fn report_target(content: Content) -> impl TypedValueParser<Value = ReportTarget> {
    ReportTargetParser(format_names(content))
}

impl TypedValueParser for ReportTargetParser {
    type Value = ReportTarget;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Self::Value, Error> {
        // A path that is not UTF-8 could not be split at its `=` on every system.
        let text = value.to_str().ok_or_else(|| Error::new(ErrorKind::InvalidUtf8).with_cmd(command))?;
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(file)),
            None => (text, None),
        };
        if file == Some("") {
            let message = format!("`{text}` names no file after the `=`\n");
            return Err(Error::raw(ErrorKind::ValueValidation, message).with_cmd(command));
        }
        let format = self.0.parse_ref(command, arg, OsStr::new(format))?;
        Ok(ReportTarget { format: format.to_ascii_lowercase(), file: file.map(PathBuf::from) })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.0.possible_values()
    }
}
