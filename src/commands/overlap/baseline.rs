//! The file of the baseline: read, checked and written.

use std::io::Write;
use std::path::Path;

use serde::Deserialize;

use crate::analysis::overlap::{BASELINE_VERSION, Baseline, FindingStatus, Findings};
use crate::cli::overlap::GateArgs;
use crate::error::Error;
use crate::fs::WriteError;
use crate::fs::atomic::PendingFile;
use crate::input::{self, InputErrorKind};
use crate::ui::Ui;
use crate::wording::parser_fault;

/// Reads the baseline, if there is to be one and it is not just being written.
///
/// # Errors
/// When it is missing or not a baseline.
pub fn read(args: &GateArgs) -> Result<Option<Baseline>, Error> {
    let Some(path) = &args.baseline else { return Ok(None) };
    if args.write_baseline {
        return refuse_other_file(path).map(|()| None);
    }
    let name = &path.display().to_string();
    let bytes = input::read_text_file(path).map_err(|error| match error.kind {
        InputErrorKind::Missing => {
            Error::from(error).remedy("write it with --write-baseline, once you have reviewed the findings")
        }
        InputErrorKind::Empty => Error::input(format!("the baseline {name} is empty"))
            .remedy("give the file that --write-baseline wrote"),
        _ => error.into(),
    })?;
    decode(&bytes, name).map(Some).map_err(|error| error.remedy("give the file that --write-baseline wrote"))
}

/// The version comes first, since another has another shape.
fn decode(bytes: &[u8], name: &str) -> Result<Baseline, Error> {
    let refuse = |error: serde_json::Error| {
        let fault = parser_fault(&error);
        Error::input(format!("{name} is not a baseline of netcensus: {fault}"))
    };
    let Version { baseline_version: found } = serde_json::from_slice(bytes).map_err(refuse)?;
    if found != BASELINE_VERSION {
        return Err(Error::input(format!(
            "{name} is a baseline of version {found}, and this netcensus reads version {BASELINE_VERSION}"
        )));
    }
    serde_json::from_slice(bytes).map_err(refuse)
}

/// What every version of a baseline has.
#[derive(Deserialize)]
struct Version {
    baseline_version: u32,
}

/// Refuses to overwrite a file that is not a baseline.
fn refuse_other_file(path: &Path) -> Result<(), Error> {
    // Something other than a file is refused when it is written. To read a pipe would wait for ever.
    if std::fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        return Ok(());
    }
    match input::read_text_file(path) {
        Err(error) if matches!(error.kind, InputErrorKind::Missing | InputErrorKind::Empty) => return Ok(()),
        Err(error) if error.kind == InputErrorKind::Unreadable => {
            let replaced = path.display();
            return Err(Error::usage(format!(
                "cannot read {replaced}, which --write-baseline would replace"
            ))
            .with_source(&error)
            .remedy("make it readable, or name another file"));
        }
        Ok(known) if serde_json::from_slice::<Version>(&known).is_ok() => return Ok(()),
        _ => {}
    }
    let name = path.display();
    Err(Error::usage(format!("{name} exists and is not a baseline; nothing was written"))
        .remedy("name another file, or move this one away"))
}

/// Writes the baseline to a file that is not yet in its place.
///
/// # Errors
/// When it cannot be written; what was there before stays.
pub fn write_pending(path: &Path, baseline: &Baseline) -> Result<PendingFile, WriteError> {
    PendingFile::write(path, |out| {
        serde_json::to_writer_pretty(&mut *out, baseline)?;
        writeln!(out)
    })
}

/// Reports how many findings the baseline contains.
pub fn report_written(path: &Path, findings: &Findings, ui: &Ui) {
    let known =
        match findings.findings.iter().filter(|finding| finding.status == FindingStatus::Known).count() {
            1 => "1 finding is".to_owned(),
            number => format!("{number} findings are"),
        };
    ui.status(&format!("{}: {known} in the baseline now", path.display()));
}
