//! Findings for people: a block for each, then what else there is to know, and the summary.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::summary::{gap, prefixes, summary_line};
use super::{remarks, text};
use crate::analysis::overlap::{Finding, Findings, Member, Status};
use crate::analysis::select::{Fit, Heading, Read, Table};
use crate::analysis::value::Value;
use crate::model::{Class, Level};
use crate::output::render::Layout;
use crate::output::{cell, table};

/// So many members of a finding, and remarks of a sort, are shown unless all shall be.
const MOST: usize = 10;
/// What stands before the lines of a block.
const INDENT: &str = "  ";

/// A column of members: the order of dropping when there is no room, as in a [`Heading`], and what is there.
type Column = (u8, fn(&Member) -> Value);

const COLUMNS: [Column; 7] = [
    (4, |member| Value::text(Some(text::source(member)))),
    (2, |member| Value::text(text::account(member))),
    (3, |member| Value::text(member.region.as_deref())),
    (0, |member| Value::text(Some(&member.id))),
    (1, |member| Value::text(member.name.as_deref().filter(|name| *name != member.id))),
    (0, |member| Value::Cidrs(vec![member.prefix])),
    (0, |member| Value::text(text::new(member))),
];

/// Writes everything; `wide` shows every member, whole, however long the lines.
pub(super) fn write(findings: &Findings, layout: Layout, wide: bool, out: &mut dyn Write) -> io::Result<()> {
    // Of what is known already a line is enough.
    let is_short = |finding: &Finding| finding.status == Status::Known && !wide;
    for run in findings.findings.chunk_by(|one, other| is_short(one) && is_short(other)) {
        for finding in run {
            write_head(finding, layout, out)?;
        }
        if let [finding] = run
            && !is_short(finding)
        {
            write_body(finding, layout, wide, out)?;
        }
        writeln!(out)?;
    }
    if findings.findings.is_empty() {
        write_lines(&wrap(&nothing(findings), layout.width), "", out)?;
        writeln!(out)?;
    }
    let remarks = remarks::of(findings);
    for lines in &remarks {
        for line in lines.iter().take(most(wide)) {
            write_lines(&wrap(line, layout.width), "", out)?;
        }
        write_left_out(lines.len(), wide, "", out)?;
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
    let style = |code, text: &str| {
        if layout.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    };
    let code = style("1", finding.class.code());
    let status = style(if finding.fails { "31" } else { "2" }, text::status(finding));
    let of_subnets = finding.level == Level::Subnets && finding.class != Class::OutsideNetwork;
    let level = if of_subnets { " (subnets)" } else { "" };
    writeln!(out, "{code} {}{level}  {}  {status}", finding.class, text::space(finding))
}

fn write_body(finding: &Finding, layout: Layout, wide: bool, out: &mut dyn Write) -> io::Result<()> {
    let inner = Layout {
        width: layout.width.map(|width| width.saturating_sub(u16::try_from(INDENT.len()).unwrap_or(0))),
        ..layout
    };
    write_lines(&member_lines(finding, inner, wide), INDENT, out)?;
    write_left_out(finding.members.len(), wide, INDENT, out)?;
    let accepted = finding.accepted_by.iter().map(|by| format!("accepted: {by}"));
    for sentence in [&finding.message, &finding.advice].into_iter().cloned().chain(accepted) {
        write_lines(&wrap(&cell::escape(&sentence), inner.width), INDENT, out)?;
    }
    Ok(())
}

/// Aligns the members that are shown, without the columns that none of them has.
fn member_lines(finding: &Finding, layout: Layout, wide: bool) -> Vec<String> {
    let members = &finding.members[..finding.members.len().min(most(wide))];
    let has = |value: &fn(&Member) -> Value| members.iter().any(|member| !value(member).is_blank());
    let columns: Vec<_> = COLUMNS.iter().filter(|(_, value)| has(value)).collect();
    let row = |member| columns.iter().map(|(_, value)| value(member)).collect();
    let table = Table {
        name: "members",
        kind: None,
        columns: columns.iter().map(|&&(droppable, _)| Heading { name: String::new(), droppable }).collect(),
        rows: members.iter().map(row).collect(),
        fit: if wide { Fit::Never } else { Fit::Drop },
        read: Read::Complete,
    };
    table::lay_out(&table, None, layout).0
}

const fn most(wide: bool) -> usize {
    if wide { usize::MAX } else { MOST }
}

fn write_left_out(all: usize, wide: bool, indent: &str, out: &mut dyn Write) -> io::Result<()> {
    match text::left_out(all, most(wide)) {
        Some(line) => writeln!(out, "{indent}{line}, --wide shows all"),
        None => Ok(()),
    }
}

fn write_lines(lines: &[String], indent: &str, out: &mut dyn Write) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(out, "{indent}{line}"))
}

/// Breaks `text` at spaces into lines of at most `width` columns; a longer word keeps its line, since half a prefix
/// reads as another prefix.
fn wrap(text: &str, width: Option<u16>) -> Vec<String> {
    let limit = width.map_or(usize::MAX, usize::from);
    let (mut lines, mut used) = (Vec::<String>::new(), 0);
    for word in text.split(' ') {
        let width = word.width();
        match lines.last_mut() {
            Some(line) if used + 1 + width <= limit => {
                line.push(' ');
                line.push_str(word);
                used += 1 + width;
            }
            _ => {
                lines.push(word.to_owned());
                used = width;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_break_at_spaces_and_words_stay_whole() {
        assert_eq!(wrap("a bc def", Some(4)), ["a bc", "def"]);
        assert_eq!(wrap("日本 語", Some(5)), ["日本", "語"]);
        assert_eq!(wrap("in 2001:db8::/32 too", Some(4)), ["in", "2001:db8::/32", "too"]);
        assert_eq!(wrap("a bc def", None), ["a bc def"]);
    }
}
