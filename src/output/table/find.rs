//! Answers for people: a block for each thing. A few matches are shown with all that is around them, many in a list.

use std::io::{self, Write};

use super::columns;
use super::find_match::{self, Lines};
use crate::analysis::find::{FindAnswer, FindMatch, FindReport, FindStatus, ThingKind};
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::model::Provider;
use crate::output::cell_text;
use crate::output::find::answer_text;
use crate::output::layout::{Layout, indented, styled, wrap, write_left_out, write_lines};

/// The most matches that are shown without `--wide`.
const MAX_MATCHES: usize = 10;
/// The most matches that are shown one by one; more are a list.
const MAX_UNLISTED: usize = 3;
/// The most free prefixes that are named without `--wide`.
const MAX_FREE: usize = 8;
/// What stands before the lines of a block.
const INDENT: &str = "  ";

/// Writes everything; a wide layout shows every match in full.
pub(crate) fn write(report: &FindReport<'_>, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    for (position, answer) in report.answers.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        write_head(answer, layout, out)?;
        write_body(answer, layout, out)?;
    }
    Ok(())
}

fn write_head(answer: &FindAnswer<'_>, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let code = match answer.status {
        FindStatus::Found | FindStatus::Taken | FindStatus::PartlyTaken => "32",
        FindStatus::Unknown => "31",
        FindStatus::Free | FindStatus::Unassigned | FindStatus::NotFound => "33",
    };
    let thing = cell_text::escape_unprintable(&answer.query);
    let understood = match answer.kind {
        ThingKind::Address | ThingKind::Prefix if answer.value != answer.query => {
            format!(" ({})", answer.value)
        }
        _ => String::new(),
    };
    let thing = styled(layout, "1", &format!("{thing}{understood}"));
    writeln!(out, "{thing}  {}", styled(layout, code, &answer_text::status(answer)))
}

fn write_body(answer: &FindAnswer<'_>, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let inner = indented(layout, INDENT.len());
    let is_list = match answer.kind {
        ThingKind::Address | ThingKind::Mac => false,
        ThingKind::Prefix => true,
        ThingKind::Name | ThingKind::Glob => answer.matches.len() > MAX_UNLISTED,
    };
    let most = layout.most(MAX_MATCHES);
    if is_list && !layout.wide {
        let shown: Vec<&FindMatch<'_>> = answer.matches.iter().take(most).collect();
        write_lines(&list(&shown, inner), INDENT, out)?;
    } else {
        let mut joined = Vec::new();
        for (position, found) in answer.matches.iter().take(most).enumerate() {
            if position > 0 {
                writeln!(out)?;
            }
            let lines = Lines::new(answer, found, layout.wide).into_lines(&mut joined, inner);
            write_lines(&lines, INDENT, out)?;
        }
    }
    write_left_out(answer.matches.len(), most, INDENT, out)?;
    for sentence in sentences(answer, layout.wide) {
        write_lines(&wrap(&sentence, inner.width), INDENT, out)?;
    }
    Ok(())
}

/// Says what is free, what the user may have meant, and what else there is to know.
fn sentences(answer: &FindAnswer<'_>, wide: bool) -> Vec<String> {
    let mut sentences = Vec::new();
    match (&answer.free, answer.status) {
        (Some(free), FindStatus::PartlyTaken) => {
            let most = if wide { usize::MAX } else { MAX_FREE };
            let shown: Vec<String> = free.iter().take(most).map(ToString::to_string).collect();
            let left = free.len() - shown.len();
            let more = if left > 0 { format!(" and {left} more") } else { String::new() };
            sentences.push(format!("free: {}{more}", shown.join(", ")));
        }
        (None, FindStatus::PartlyTaken) => {
            sentences.push("what is free of it is unknown: not everything could be read".to_owned());
        }
        _ => {}
    }
    sentences.extend(suggestions(answer));
    sentences.extend(answer.notes.iter().map(|note| format!("note: {note}")));
    sentences.iter().map(|sentence| cell_text::escape_unprintable(sentence)).collect()
}

fn suggestions(answer: &FindAnswer<'_>) -> Option<String> {
    if answer.suggestions.is_empty() {
        return None;
    }
    let names = answer.suggestions.join(", ");
    let hint = if answer.kind == ThingKind::Glob { " (a glob matches the whole name)" } else { "" };
    Some(format!("did you mean {}{hint}?", counted_names(answer.suggestions.len(), &names)))
}

fn counted_names(number: usize, names: &str) -> String {
    if number == 1 { names.to_owned() } else { format!("one of {names}") }
}

/// Aligns matches in columns.
fn list(matches: &[&FindMatch<'_>], layout: Layout) -> Vec<String> {
    type Column = (u8, fn(&FindMatch<'_>) -> Value);
    const COLUMNS: [Column; 8] = [
        (0, |found| Value::text(Some(found.what.as_str()))),
        (0, find_match::addresses),
        (4, |found| Value::text(Some(answer_text::short_relation(found.relation)))),
        (0, |found| Value::text(answer_text::name(found).as_deref())),
        (2, |found| Value::text(answer_text::id(found).as_deref())),
        (3, |found| Value::text(answer_text::state(found))),
        (1, |found| {
            let holder = found.reservation.map(|it| it.owner.as_str());
            Value::text(found.account_name.as_deref().or(found.account.as_deref()).or(holder))
        }),
        (1, |found| Value::text(found.region.as_deref().or(found.provider.map(Provider::as_str)))),
    ];
    let has = |(_, value): &Column| matches.iter().any(|found| !value(found).is_blank());
    let shown: Vec<Column> = COLUMNS.into_iter().filter(has).collect();
    let table = Table {
        name: "matches",
        kind: None,
        columns: shown
            .iter()
            .map(|(drop_rank, _)| Heading { name: String::new(), drop_rank: *drop_rank })
            .collect(),
        rows: matches.iter().map(|found| shown.iter().map(|(_, value)| value(found)).collect()).collect(),
        fit: Fit::Drop,
        completeness: Completeness::Complete,
        places: Vec::new(),
    };
    columns::LaidOut::new(&table, None, layout).rows().flatten().collect()
}
