//! An annotation for each finding, and one for what is missing.

use std::io::{self, Write};

use super::annotation::write_annotation;
use crate::analysis::overlap::{Finding, FindingStatus, Findings};
use crate::output::cell_text;
use crate::output::findings::{finding_text, summary_line};
use crate::output::layout::Layout;
use crate::output::layout::left_out;
use crate::wording::{counted, counted_as};

/// The most annotations of each level of a step that GitHub shows; those after them are in its log only.
const MAX_ANNOTATIONS: usize = 10;
/// The most findings of a level that are written.
const MAX_FINDINGS: usize = 50;
/// The most members of a finding, and reasons for an incomplete report, that are named.
const MAX_NAMED: usize = 10;

/// Writes what is missing in one annotation, the findings that are not accepted, those that fail first, how many the
/// baseline knows, and the summary as plain text.
pub(crate) fn write(findings: &Findings, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let incomplete = write_gaps(findings, out)?;
    let of = |fails, status| {
        let is_of = |finding: &&Finding| finding.fails == fails && finding.status == status;
        findings.findings.iter().filter(is_of).collect::<Vec<&Finding>>()
    };
    let (failed, reported) = (of(true, FindingStatus::Open), of(false, FindingStatus::Open));
    let known = of(false, FindingStatus::Known).len();
    write_findings("error", &failed, MAX_ANNOTATIONS - usize::from(incomplete == Some("error")), out)?;
    if known > 0 {
        let sentence =
            counted_as(known, "finding is known to the baseline", "findings are known to the baseline");
        write_annotation("notice", "netcensus overlap", &format!("{sentence}, and not listed here"), out)?;
    }
    write_findings("notice", &reported, MAX_ANNOTATIONS - usize::from(known > 0), out)?;
    // The runner looks for commands of the old style in the middle of a line, too.
    writeln!(out, "{}", summary_line(findings).replace("##[", "## ["))
}

/// Writes what was not read; returns the level of the annotation, if there is one.
fn write_gaps(findings: &Findings, out: &mut dyn Write) -> io::Result<Option<&'static str>> {
    let gaps = finding_text::gaps(findings);
    if gaps.is_empty() {
        return Ok(None);
    }
    let level = if findings.gate.incomplete_allowed { "warning" } else { "error" };
    let mut lines: Vec<String> = gaps.iter().take(MAX_NAMED).cloned().collect();
    lines.extend(left_out(gaps.len(), MAX_NAMED));
    write_annotation(level, "netcensus overlap is incomplete", &lines.join("\n"), out)?;
    Ok(Some(level))
}

/// Writes findings, of which GitHub shows the first ones that there is `room` for; the last of these says so where more
/// follow.
fn write_findings(level: &str, findings: &[&Finding], room: usize, out: &mut dyn Write) -> io::Result<()> {
    let first = if findings.len() > room { room - 1 } else { findings.len() };
    for (at, finding) in findings.iter().take(MAX_FINDINGS).enumerate() {
        if at == first {
            let more = counted(findings.len() - first, "more finding");
            let what = if level == "error" { "that fail" } else { "that are reported" };
            let message =
                format!("{more} {what}: GitHub shows {MAX_ANNOTATIONS} annotations of a step; see its log");
            write_annotation(level, "netcensus overlap found more", &message, out)?;
        }
        let title = format!("{} {}", finding_text::title(finding), finding_text::space(finding));
        let mut lines = vec![
            cell_text::escape_unprintable(&finding.message),
            cell_text::escape_unprintable(&finding.advice),
        ];
        lines.extend(finding_text::members(finding, MAX_NAMED));
        write_annotation(level, &title, &lines.join("\n"), out)?;
    }
    left_out(findings.len(), MAX_FINDINGS).map_or(Ok(()), |line| writeln!(out, "{line}"))
}
