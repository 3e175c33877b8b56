//! Refuses flags that change nothing in what is written: whoever gives one expects something of it.

use crate::cli::export::ExportArgs;
use crate::error::Error;
use crate::output::ExportFormat;

/// Refuses the first flag that none of the formats heeds; a history is CSV.
///
/// # Errors
/// As it says.
pub fn refuse(args: &ExportArgs, formats: &[ExportFormat]) -> Result<(), Error> {
    const CSV: &[ExportFormat] = &[ExportFormat::Csv];
    const SHEETS: &[ExportFormat] = &[ExportFormat::Csv, ExportFormat::Xlsx];
    const HOSTS: &[ExportFormat] = &[ExportFormat::Ansible, ExportFormat::Prometheus];
    let history = args.append_history.is_some().then_some(ExportFormat::Csv);
    let written: Vec<ExportFormat> = formats.iter().copied().chain(history).collect();
    let flags = [
        ("--delimiter", args.columns.delimiter.is_some(), CSV),
        ("--bom", args.columns.bom, CSV),
        ("--raw-formulas", args.columns.raw_formulas, SHEETS),
        ("--address", args.hosts.address.is_some(), HOSTS),
        ("--port", args.hosts.port.is_some(), &[ExportFormat::Prometheus]),
    ];
    let idle = |heeding: &[ExportFormat]| !heeding.iter().any(|format| written.contains(format));
    match flags.into_iter().find(|(_, is_given, heeding)| *is_given && idle(heeding)) {
        Some((flag, _, heeding)) => {
            let (written, heeding) = (names(&written, " and "), names(heeding, " or "));
            Err(Error::usage(format!("{flag} changes nothing in {written}"))
                .hint(format!("leave it out, or choose --format {heeding}")))
        }
        None => Ok(()),
    }
}

fn names(formats: &[ExportFormat], between: &str) -> String {
    formats.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}
