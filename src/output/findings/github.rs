//! Workflow commands, which GitHub Actions shows as annotations
//! (<https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>).

use std::io::{self, Write};

use super::summary::summary_line;
use super::text;
use crate::analysis::overlap::{Finding, Findings, Status};
use crate::output::cell;
use crate::output::words::left_out;

/// So many annotations of a sort are written; GitHub shows ten of a step.
const MOST: usize = 50;
/// So many members of a finding are named.
const MEMBERS: usize = 10;

/// Writes what is missing, the findings that nobody accepted, and the summary as plain text.
pub(super) fn write(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    write_gaps(findings, out)?;
    let of = |fails| {
        let open = |finding: &&Finding| finding.fails == fails && finding.status != Status::Accepted;
        findings.findings.iter().filter(open).collect::<Vec<&Finding>>()
    };
    write_findings("error", &of(true), out)?;
    write_findings("notice", &of(false), out)?;
    // The runner looks for commands of the old style in the middle of a line, too.
    writeln!(out, "{}", summary_line(findings).replace("##[", "## ["))
}

fn write_gaps(findings: &Findings, out: &mut dyn Write) -> io::Result<()> {
    let level = if findings.gate.incomplete_allowed { "warning" } else { "error" };
    let gaps = text::gaps(findings);
    for gap in gaps.iter().take(MOST) {
        command(level, "netcensus overlap is incomplete", gap, out)?;
    }
    write_left_out(gaps.len(), out)
}

fn write_findings(level: &str, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    for finding in findings.iter().take(MOST) {
        let title = format!("{} {}", text::title(finding), text::space(finding));
        let mut lines = vec![cell::escape(&finding.message), cell::escape(&finding.advice)];
        lines.extend(text::members(finding, MEMBERS));
        command(level, &title, &lines.join("\n"), out)?;
    }
    write_left_out(findings.len(), out)
}

fn write_left_out(all: usize, out: &mut dyn Write) -> io::Result<()> {
    left_out(all, MOST).map_or(Ok(()), |line| writeln!(out, "{line}"))
}

fn command(level: &str, title: &str, message: &str, out: &mut dyn Write) -> io::Result<()> {
    let title = data(title).replace(':', "%3A").replace(',', "%2C");
    writeln!(out, "::{level} title={title}::{}", data(message))
}

/// Escapes what would end the command; the percent sign first, since the others become one.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_before_its_end() {
        let mut bytes = Vec::new();
        command("error", "a: b, c%0A", "x\r\n::error::%0A::y", &mut bytes).unwrap();
        let line = String::from_utf8(bytes).unwrap();
        assert_eq!(line, "::error title=a%3A b%2C c%250A::x%0D%0A::error::%250A::y\n");
    }
}
