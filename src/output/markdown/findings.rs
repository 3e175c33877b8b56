//! A comment for a pull request.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::page::{Page, cells, quiet};
use crate::analysis::overlap::{Finding, Findings, GateResult, Member};
use crate::output::findings::finding_summary::{failing, summary_line};
use crate::output::findings::{finding_text, remarks};
use crate::output::layout::Layout;
use crate::output::layout::left_out;
use crate::wording::{counted, counted_as};

/// The page stays below so many bytes, and each part of it below its own: what comes after has room.
const TABLE: usize = 20_000;
const DETAILS: usize = 48_000;
const OTHERS: usize = 54_000;
const REMARKS: usize = 59_000;
/// The most members of a finding that are named.
const MAX_MEMBERS: usize = 20;
/// The most reasons for an incomplete report that are named.
const MAX_GAPS: usize = 10;
/// The most characters of a cell that are shown.
const MAX_CELL: usize = 200;
/// The most characters of a sentence that are shown.
const MAX_SENTENCE: usize = 400;

/// Writes the heading and summary, a table of what fails, its members, and what does not fail.
pub(crate) fn write(findings: &Findings, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page(head(findings));
    let (failed, passed): (Vec<&Finding>, Vec<_>) =
        findings.findings.iter().partition(|finding| finding.fails);
    if !failed.is_empty() {
        page.0.push_str(
            "\n| code | class | space | members | what to do |\n| --- | --- | --- | ---: | --- |\n",
        );
        let missing = page.add_each(failed.iter().copied(), row, TABLE);
        page.note(missing, "that fail");
        let missing = page.add_each(failed.iter().copied(), details, DETAILS);
        page.note(missing, "of which no members are listed here");
    }
    if !passed.is_empty() {
        let title = counted_as(passed.len(), "finding that does not fail", "findings that do not fail");
        let _ = writeln!(page.0, "\n<details><summary>{title}</summary>\n");
        let missing = page.add_each(passed.iter().copied(), item, OTHERS);
        page.note(missing, "that do not fail");
        page.0.push_str("\n</details>\n");
    }
    // What the gate misses stands at the head.
    for lines in remarks::list_remarks(findings).into_iter().take(3) {
        let shown = lines.iter().take(MAX_GAPS).map(|line| format!("- {}\n", quiet(line, MAX_SENTENCE)));
        let list: String = shown.collect();
        if !list.is_empty() {
            page.add(&format!("\n{list}"), REMARKS);
            page.note(lines.len().saturating_sub(MAX_GAPS), "remarks");
        }
    }
    out.write_all(page.0.as_bytes())
}

fn head(findings: &Findings) -> String {
    let any = findings.findings.iter().any(|finding| finding.fails);
    let verdict = match (findings.gate.result, findings.gate.complete) {
        (GateResult::Clean, true) => "passed".to_owned(),
        (GateResult::Clean, false) => "passed, though incomplete".to_owned(),
        (GateResult::Findings, _) => failing(findings),
        (GateResult::Incomplete, _) if any => format!("incomplete, {}", failing(findings)),
        (GateResult::Incomplete, _) => "incomplete".to_owned(),
    };
    let mut head =
        format!("## netcensus overlap: {verdict}\n\n{}\n", quiet(&summary_line(findings), MAX_SENTENCE));
    let gaps = finding_text::gaps(findings);
    if !gaps.is_empty() {
        head.push('\n');
    }
    let shown = gaps.iter().take(MAX_GAPS).map(|gap| quiet(gap, MAX_SENTENCE));
    let items = shown.chain(left_out(gaps.len(), MAX_GAPS)).map(|line| format!("- {line}\n"));
    head + &items.collect::<String>()
}

fn row(finding: &Finding) -> String {
    let members = finding.members.len().to_string();
    let (code, class, space) = (finding.class.code(), finding.class.as_str(), finding_text::space(finding));
    cells(&[code, class, &space, &members, &quiet(&finding.advice, MAX_CELL)])
}

fn details(finding: &Finding) -> String {
    let summary = format!("{}: {}", heading(finding), members(finding));
    let mut text = format!(
        "\n<details><summary>{summary}</summary>\n\n{}\n\n{}\n\n",
        quiet(&finding.message, MAX_SENTENCE),
        quiet(&finding.advice, MAX_SENTENCE)
    );
    text.push_str(
        "| from | account | region | id | name | prefix | |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    finding.members.iter().take(MAX_MEMBERS).for_each(|member| text.push_str(&member_row(member)));
    if let Some(line) = left_out(finding.members.len(), MAX_MEMBERS) {
        let _ = writeln!(text, "\n{line}");
    }
    text + "\n</details>\n"
}

fn member_row(member: &Member) -> String {
    let prefix = member.prefix.to_string();
    let cell = |text: Option<&str>| quiet(text.unwrap_or_default(), MAX_CELL);
    cells(&[
        finding_text::source(member),
        &cell(finding_text::account(member)),
        &cell(member.region.as_deref()),
        &cell(Some(&member.id)),
        &cell(member.name.as_deref()),
        &prefix,
        if finding_text::is_new(member) { finding_text::NEW } else { "" },
    ])
}

fn item(finding: &Finding) -> String {
    let mut line = format!("- {}: {}, {}", heading(finding), finding_text::status(finding), members(finding));
    if !finding.accepted_by.is_empty() {
        let _ = write!(line, " ({})", quiet(&finding.accepted_by.join("; "), MAX_CELL));
    }
    line + "\n"
}

fn heading(finding: &Finding) -> String {
    format!("{} {}", finding_text::title(finding), finding_text::space(finding))
}

fn members(finding: &Finding) -> String {
    counted(finding.members.len(), "member")
}
