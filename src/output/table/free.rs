//! Report of `free` for people: a block for each pool, with its free blocks and what is around them. Prefixes that were asked
//! for stand alone, one a line, for scripts.

use std::io::{self, Write};

use super::columns;
use crate::analysis::free::{
    FreeAnswer, FreeHole, FreeQuestion, FreeReport, FreeStatus, HeldPrefix, HeldToday, Holder,
};
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::output::cell_text::escape_unprintable;
use crate::output::free::free_rows;
use crate::output::layout::{Layout, styled, wrap, write_left_out, write_lines};
use crate::wording::{counted, counted_as};

/// The most free blocks and holders that are shown without `--wide`.
const MAX_SHOWN: usize = 50;

/// Writes everything; a wide layout shows all rows and columns, whole.
pub(crate) fn write(report: &FreeReport<'_>, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    match report.question {
        FreeQuestion::Size => {
            let offers = report.answers.iter().filter_map(|answer| answer.offer.as_ref());
            offers.flat_map(|offer| &offer.prefixes).try_for_each(|prefix| writeln!(out, "{prefix}"))
        }
        FreeQuestion::Require => {
            columns::write(&[Table { fit: fit(layout), ..free_rows::table_for_people(report) }], layout, out)
        }
        FreeQuestion::Holes | FreeQuestion::Why => {
            for (position, answer) in report.answers.iter().enumerate() {
                if position > 0 {
                    writeln!(out)?;
                }
                write_answer(answer, layout, out)?;
            }
            Ok(())
        }
    }
}

/// Returns how tables are made to fit the terminal.
const fn fit(layout: Layout) -> Fit {
    if layout.wide { Fit::Never } else { Fit::Drop }
}

fn write_answer(answer: &FreeAnswer<'_>, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let most = layout.most(MAX_SHOWN);
    write_lines(&wrap(&headline(answer), layout.width), "", out)?;
    let (all, table) = match &answer.held {
        Some(held) => (held.len(), held_table(held, most)),
        None => (answer.holes.len(), hole_table(&answer.holes, most)),
    };
    if all > 0 {
        columns::write(&[Table { fit: fit(layout), ..table }], layout, out)?;
    }
    write_left_out(all, most, "", out)?;
    write_not_joined(answer, layout, most, out)
}

fn headline(answer: &FreeAnswer<'_>) -> String {
    let prefixes: Vec<String> = answer.prefixes.iter().map(ToString::to_string).collect();
    let prefixes = prefixes.join(", ");
    let query = escape_unprintable(&answer.query);
    let name = if query == prefixes { query } else { format!("{query} ({prefixes})") };
    let addresses = match (answer.addresses_free, answer.addresses) {
        (Some(free), Some(all)) => format!(", {} of {} IPv4 addresses", grouped(free), grouped(all)),
        _ => String::new(),
    };
    match answer.status {
        FreeStatus::Full => format!("{name}: full"),
        FreeStatus::Free => format!("{name}: free in {}{addresses}", counted(answer.holes.len(), "block")),
        FreeStatus::NotKnownToBeHeld => {
            format!("{name}: may be free in {}{addresses}", counted(answer.holes.len(), "block"))
        }
    }
}

fn hole_table(holes: &[FreeHole<'_>], most: usize) -> Table {
    let row = |hole: &FreeHole<'_>| {
        vec![
            Value::Text(format!("{} - {}", hole.first, hole.last)),
            Value::number(hole.addresses),
            hole.widest.map_or(Value::Unknown, |widest| Value::Cidrs(vec![widest])),
            neighbour(hole.before.as_ref()),
            neighbour(hole.after.as_ref()),
            Value::Number(u64::try_from(hole.prefixes.len()).unwrap_or(u64::MAX)),
        ]
    };
    let headings =
        [("range", 0), ("addresses", 2), ("largest", 0), ("before", 4), ("after", 3), ("prefixes", 5)];
    table("free blocks", &headings, holes.iter().take(most).map(row).collect())
}

/// Names what holds the addresses beside a free block.
fn neighbour(held: Option<&HeldPrefix<'_>>) -> Value {
    held.map_or(Value::Unknown, |held| Value::Text(format!("{} {}", held.prefix, name(&held.holder))))
}

fn name(holder: &Holder<'_>) -> String {
    let account = holder.account_name.or(holder.account).filter(|account| *account != holder.label());
    let place: Vec<&str> = account.into_iter().chain(holder.region).collect();
    match place.as_slice() {
        [] => holder.label().to_owned(),
        place => format!("{} ({})", holder.label(), place.join(", ")),
    }
}

fn held_table(held: &[HeldToday<'_>], most: usize) -> Table {
    let row = |today: &HeldToday<'_>| {
        let holder = &today.held.holder;
        vec![
            Value::Cidrs(vec![today.held.prefix]),
            Value::text(Some(holder.kind.as_str())),
            Value::text(Some(holder.label())),
            Value::text(holder.id.filter(|id| *id != holder.label())),
            Value::text(holder.account_name.or(holder.account)),
            Value::text(holder.region),
            Value::text(today.since.as_ref().map(|since| since.first.snapshot.as_str())),
            Value::text(Some(holder.source)),
        ]
    };
    let headings = [
        ("prefix", 0),
        ("kind", 0),
        ("name", 0),
        ("id", 3),
        ("account", 2),
        ("region", 4),
        ("since", 1),
        ("known_from", 5),
    ];
    table("held", &headings, held.iter().take(most).map(row).collect())
}

fn table(name: &'static str, headings: &[(&str, u8)], rows: Vec<Vec<Value>>) -> Table {
    let heading =
        |(name, drop_rank): &(&str, u8)| Heading { name: (*name).to_owned(), drop_rank: *drop_rank };
    Table {
        name,
        kind: None,
        columns: headings.iter().map(heading).collect(),
        rows,
        fit: Fit::Drop,
        completeness: Completeness::Complete,
        places: Vec::new(),
    }
}

/// Names the networks that have the same addresses and are not joined.
fn write_not_joined(
    answer: &FreeAnswer<'_>,
    layout: Layout,
    most: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let others = &answer.not_joined;
    if others.is_empty() {
        return Ok(());
    }
    let what = counted_as(others.len(), "prefix overlaps", "prefixes overlap");
    let line = format!("{what} the free blocks, but the networks are not connected:");
    write_lines(&wrap(&line, layout.width), "", out)?;
    for held in others.iter().take(most) {
        let text = format!("{} {}", held.prefix, escape_unprintable(&name(&held.holder)));
        writeln!(out, "  {}", styled(layout, "2", &text))?;
    }
    write_left_out(others.len(), most, "  ", out)
}

/// Writes a number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
