//! Findings for people: a block for each, then what else there is to know, and the summary.

use std::io::{self, Write};

use super::members::Columns;
use crate::analysis::overlap::{Finding, FindingStatus, Findings};
use crate::model::{Class, Level};
use crate::output::cell_text;
use crate::output::findings::finding_summary::{gap, prefixes, summary_line};
use crate::output::findings::{finding_text, remarks};
use crate::output::layout::{Layout, indented, styled, wrap, write_left_out, write_lines};

/// The most members of a finding, and remarks of a sort, that are shown without `--wide`.
const MAX_SHOWN: usize = 10;
/// What stands before the lines of a block.
const INDENT: &str = "  ";

/// Writes everything; a wide layout shows every member, whole, however long the lines.
pub(crate) fn write(findings: &Findings, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    // Of what is known already a line is enough.
    let is_short = |finding: &Finding| finding.status == FindingStatus::Known && !layout.wide;
    for run in findings.findings.chunk_by(|one, other| is_short(one) && is_short(other)) {
        for finding in run {
            write_head(finding, layout, out)?;
        }
        if let [finding] = run
            && !is_short(finding)
        {
            write_body(finding, layout, out)?;
        }
        writeln!(out)?;
    }
    if findings.findings.is_empty() {
        write_lines(&wrap(&nothing(findings), layout.width), "", out)?;
        writeln!(out)?;
    }
    let remarks = remarks::list_remarks(findings);
    for lines in &remarks {
        for line in lines.iter().take(layout.most(MAX_SHOWN)) {
            write_lines(&wrap(line, layout.width), "", out)?;
        }
        write_left_out(lines.len(), layout.most(MAX_SHOWN), "", out)?;
    }
    if remarks.iter().any(|lines| !lines.is_empty()) {
        writeln!(out)?;
    }
    write_lines(&wrap(&summary_line(findings), layout.width), "", out)
}

/// Says that there is nothing, or that nothing is known.
fn nothing(findings: &Findings) -> String {
    match gap(findings) {
        None => format!("no collisions among {}", prefixes(findings)),
        Some(gap) => format!("no collisions known; the scan is incomplete: {gap}"),
    }
}

fn write_head(finding: &Finding, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let code = styled(layout, "1", finding.class.code());
    let status = styled(layout, if finding.fails { "31" } else { "2" }, finding_text::status(finding));
    let of_subnets = finding.level == Level::Subnets && finding.class != Class::OutsideNetwork;
    let level = if of_subnets { " (subnets)" } else { "" };
    writeln!(out, "{code} {}{level}  {}  {status}", finding.class, finding_text::space(finding))
}

fn write_body(finding: &Finding, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let inner = indented(layout, INDENT.len());
    let rows = finding_text::marked_members(finding, layout.most(MAX_SHOWN));
    write_lines(&Columns::new(&rows, inner).lines(&rows), INDENT, out)?;
    write_left_out(finding.members.len(), layout.most(MAX_SHOWN), INDENT, out)?;
    let accepted = finding.accepted_by.iter().map(|by| format!("accepted: {by}"));
    for sentence in [&finding.message, &finding.advice].into_iter().cloned().chain(accepted) {
        write_lines(&wrap(&cell_text::escape_unprintable(&sentence), inner.width), INDENT, out)?;
    }
    Ok(())
}
