//! NDJSON: one object a line, its kind in `record`.

use std::io::{self, Write};

use serde::Serialize;

use super::json::write_line;
use super::render::Report;
use crate::model::{Estate, Kind};

#[derive(Serialize)]
struct Line<'a, T> {
    record: &'static str,
    #[serde(flatten)]
    fields: &'a T,
}

/// Writes the rows of the kinds asked for, then what could not be read.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_kinds(Estate::of(report.inventory), report.kinds, false, out)
}

/// Writes the rows of `kinds`, then the coverage: `all` of it, or what could not be read.
pub(super) fn write_kinds(
    estate: Estate<'_>,
    kinds: &[Kind],
    all: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let inventory = estate.inventory;
    for kind in kinds {
        let record = kind.singular();
        match kind {
            Kind::Networks => lines(record, &inventory.networks, out)?,
            Kind::Subnets => lines(record, &inventory.subnets, out)?,
            Kind::Instances => {
                estate.instances.each(&mut |one| write_line(&Line { record, fields: one }, out))?;
            }
            Kind::Interfaces => {
                estate.interfaces.each(&mut |one| write_line(&Line { record, fields: one }, out))?;
            }
            Kind::Links => lines(record, &inventory.links, out)?,
        }
    }
    let coverage = inventory.coverage.iter().filter(|entry| all || entry.outcome.is_incomplete());
    lines("coverage", coverage, out)
}

/// Writes `items`, one a line, as records of the kind `record`.
pub(super) fn lines<'a, T: Serialize + 'a>(
    record: &'static str,
    items: impl IntoIterator<Item = &'a T>,
    out: &mut dyn Write,
) -> io::Result<()> {
    items.into_iter().try_for_each(|fields| write_line(&Line { record, fields }, out))
}
