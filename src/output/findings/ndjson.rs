//! NDJSON: one finding a line, then what the document says besides, and last the gate.

use std::io::{self, Write};

use serde::Serialize;

use crate::analysis::overlap::Findings;
use crate::output::ndjson::lines;

/// A sentence that the reader may need to know.
#[derive(Serialize)]
struct Note<'a> {
    note: &'a str,
}

/// Writes every record; where the last is not `gate`, some are missing.
pub(crate) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    lines("finding", &findings.findings, out)?;
    lines("allow", &findings.allow, out)?;
    lines("unknown", &findings.unknown, out)?;
    lines("note", &findings.notes.iter().map(|note| Note { note }).collect::<Vec<_>>(), out)?;
    lines("coverage", &findings.coverage, out)?;
    lines("gate", [&findings.gate], out)
}
