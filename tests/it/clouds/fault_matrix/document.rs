//! The matrix in `docs/reliability.md`: a line for each group, a table for each cloud.

use std::fmt::Write;

use netcensus::model::Subject;

use super::row::{Ending, Group};

/// Between these lines of the page.
const BEGIN: &str = "<!-- fault matrix: NETCENSUS_BLESS=1 cargo test writes it -->\n";
const END: &str = "<!-- end of fault matrix -->\n";

/// Puts the tables into the page, each with its name.
pub fn with_tables(page: &str, tables: impl Iterator<Item = (&'static str, Vec<&'static Group>)>) -> String {
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let tables: String = tables.map(|(name, groups)| table(name, &groups)).collect();
    format!("{before}{BEGIN}{tables}\n{END}{after}")
}

fn table(name: &str, groups: &[&Group]) -> String {
    let rows: usize = groups.iter().map(|group| group.rows.len()).sum();
    let mut text = format!(
        "\n### {name}\n\n{rows} rows:\n\n| what goes wrong | tried | code | outcome | message |\n|---|---|---|---|---|\n"
    );
    for group in groups {
        let tried: Vec<&str> = group.rows.iter().map(|row| row.name).collect();
        let (code, outcome) = ending(group.ending);
        let (what, tried) = (escaped(group.what), escaped(&tried.join("; ")));
        writeln!(text, "| {what} | {tried} | {code} | {outcome} | {} |", messages(group)).unwrap();
    }
    text
}

/// Writes what all messages of a group have, and then what some of them have.
fn messages(group: &Group) -> String {
    let mut all: Vec<String> = Vec::new();
    for says in std::iter::once(group.says)
        .chain(group.rows.iter().map(|row| row.says))
        .chain(group.or_says.iter().copied())
    {
        let words: Vec<&str> = says.iter().map(|words| words.trim()).collect();
        let words = words.join(" ... ").replace('|', "\\|");
        let message = if words.contains('`') { format!("`` {words} ``") } else { format!("`{words}`") };
        if !says.is_empty() && !all.contains(&message) {
            all.push(message);
        }
    }
    all.join("; ")
}

fn ending(ending: Ending) -> (&'static str, String) {
    let names = |subjects: &[Subject]| subjects.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(", ");
    match ending {
        Ending::Complete => ("0", "`complete`".to_owned()),
        Ending::Incomplete(subjects, outcome) => {
            ("3", format!("{}: `{}`", names(subjects), outcome.as_str()))
        }
        Ending::Partly(subjects, outcome, _) => {
            ("3", format!("some of {}: `{}`", names(subjects), outcome.as_str()))
        }
        Ending::Refused => ("2", "nothing can be read".to_owned()),
    }
}

/// Keeps a text from ending its cell, and from being taken for HTML.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
