//! The file of the baseline.

use std::io::ErrorKind as IoErrorKind;

use crate::analysis::overlap::{BASELINE_VERSION, Baseline, Finding};
use crate::cli::overlap::GateArgs;
use crate::commands::sink;
use crate::error::Error;
use crate::ui::Ui;

/// Reads the baseline, if there is to be one and it is not just being written.
///
/// # Errors
/// When it is missing or not a baseline.
pub fn read(args: &GateArgs) -> Result<Option<Baseline>, Error> {
    let Some(path) = args.baseline.as_ref().filter(|_| !args.write_baseline) else { return Ok(None) };
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        IoErrorKind::NotFound => Error::usage(format!("there is no baseline {name}"))
            .hint("write it with --write-baseline, once everything in it has been looked at"),
        _ => Error::usage(format!("cannot read the baseline {name}")).caused_by(&error),
    })?;
    let baseline: Baseline = serde_json::from_slice(&bytes)
        .map_err(|error| Error::usage(format!("{name} is not a baseline of netcensus: {error}")))?;
    if baseline.baseline_version != BASELINE_VERSION {
        let found = baseline.baseline_version;
        return Err(Error::usage(format!(
            "{name} is a baseline of version {found}, and this netcensus reads version {BASELINE_VERSION}"
        ))
        .hint("write it again with --write-baseline"));
    }
    Ok(Some(baseline))
}

/// Writes the baseline of `findings` and returns it.
///
/// # Errors
/// When it cannot be written; what was there before stays.
pub fn write(args: &GateArgs, findings: &[Finding], ui: &Ui) -> Result<Option<Baseline>, Error> {
    let Some(path) = args.baseline.as_ref().filter(|_| args.write_baseline) else { return Ok(None) };
    let baseline = Baseline::of(findings);
    let mut text = serde_json::to_vec_pretty(&baseline)
        .map_err(|error| Error::usage("cannot write the baseline").caused_by(&error))?;
    text.push(b'\n');
    sink::write_whole(path, &text)?;
    ui.status(&format!("{}: {} findings are known from now on", path.display(), baseline.findings.len()));
    Ok(Some(baseline))
}
