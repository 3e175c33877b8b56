//! Refuses flags that change nothing in what is written: whoever gives one expects something of it.

use crate::cli::export::ExportArgs;
use crate::error::Error;
use crate::output::ExportFormat;

/// Refuses the first flag that none of the formats heeds; a history is CSV.
///
/// # Errors
/// As it says.
pub fn refuse(args: &ExportArgs, formats: &[ExportFormat]) -> Result<(), Error> {
    let history = args.append_history.is_some().then_some(ExportFormat::Csv);
    let written: Vec<ExportFormat> = formats.iter().copied().chain(history).collect();
    let flags = [
        ("--kind", !args.kinds.is_empty()),
        ("--template", args.columns.template.is_some()),
        ("--tag-columns", !args.columns.tag_columns.is_empty()),
        ("--all-tags", args.columns.all_tags),
        ("--delimiter", args.columns.delimiter.is_some()),
        ("--bom", args.columns.bom),
        ("--raw-formulas", args.columns.raw_formulas),
        ("--address", args.hosts.address.is_some()),
        ("--port", args.hosts.port.is_some()),
    ];
    let is_idle = |flag: &str| !written.iter().any(|format| format.info().heeds.contains(&flag));
    match flags.into_iter().find(|(flag, is_given)| *is_given && is_idle(flag)) {
        Some((flag, _)) => Err(idle(flag, &written)),
        None => Ok(()),
    }
}

fn idle(flag: &str, written: &[ExportFormat]) -> Error {
    let written = names(written.iter().map(|format| format.info().name), " and ");
    let heeding = ExportFormat::ALL.iter().filter(|info| info.heeds.contains(&flag)).map(|info| info.name);
    Error::usage(format!("{flag} changes nothing in {written}"))
        .remedy(format!("leave it out, or choose --format {}", names(heeding, " or ")))
}

fn names(formats: impl Iterator<Item = &'static str>, between: &str) -> String {
    formats.collect::<Vec<_>>().join(between)
}
