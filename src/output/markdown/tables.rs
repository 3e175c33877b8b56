//! GitHub Flavored Markdown tables (<https://github.github.com/gfm/#tables-extension->).

use std::io::{self, Write};

use crate::analysis::find::{FindHistory, FindReport};
use crate::analysis::free::FreeReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::rows::{Fit, Table};
use crate::output::find::{history_rows, match_rows};
use crate::output::free::{free_rows, plan_rows};
use crate::output::layout::Layout;
use crate::output::{cell_text, table};

/// Writes every table, each with a heading if there are several.
pub(crate) fn write(tables: &[Table], _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_tables(tables, out)
}

fn write_tables(tables: &[Table], out: &mut dyn Write) -> io::Result<()> {
    for (index, table) in tables.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        if tables.len() > 1 {
            writeln!(out, "## {}\n", table.name)?;
        }
        write_one(table, out)?;
    }
    Ok(())
}

/// Writes the matches of `find`: a row for each, and one for each thing that was not found.
pub(crate) fn write_answers(report: &FindReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(match_rows::table(report), out)
}

/// Writes a row for each time that something had a thing.
pub(crate) fn write_history(history: &FindHistory, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(history_rows::table(history), out)
}

/// Writes the free blocks, prefixes, pools or holders of `free` in the order of the document.
pub(crate) fn write_free(report: &FreeReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(free_rows::table_for_people(report), out)
}

/// Writes the subnets of a plan.
pub(crate) fn write_plan(plan: &NetworkPlan, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(plan_rows::table(plan, Fit::Never), out)
}

/// Writes a table without the columns that no row has.
pub(super) fn write_used_columns(mut table: Table, out: &mut dyn Write) -> io::Result<()> {
    let is_used: Vec<bool> =
        (0..table.columns.len()).map(|at| table.rows.iter().any(|row| !row[at].is_blank())).collect();
    let mut used = is_used.iter();
    table.columns.retain(|_| used.next() == Some(&true));
    for row in &mut table.rows {
        let mut used = is_used.iter();
        row.retain(|_| used.next() == Some(&true));
    }
    write_tables(&[table], out)
}

fn write_one(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    line(out, table.columns.iter().map(|column| escape(&cell_text::column_heading(&column.name))))?;
    let rule = |index| if table::is_numeric(table, index) { "---:" } else { "---" };
    line(out, (0..table.columns.len()).map(|index| rule(index).to_owned()))?;
    for row in &table.rows {
        line(out, row.iter().map(|value| escape(&cell_text::format_value(value))))?;
    }
    if table.rows.is_empty() {
        writeln!(out, "\n{}", table::empty_note(table.completeness))?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, mut cells: impl Iterator<Item = String>) -> io::Result<()> {
    cells.try_for_each(|cell| write!(out, "| {cell} "))?;
    writeln!(out, "|")
}

/// Escapes characters that would end the cell, or become HTML, a link, an image or a style.
pub(super) fn escape(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => clean.push_str("&amp;"),
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            '\\' | '|' | '`' | '*' | '_' | '~' | '[' | ']' => clean.extend(['\\', c]),
            c => clean.push(c),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_cell() {
        assert_eq!(escape(r"a|b\|c"), r"a\|b\\\|c");
        assert_eq!(escape("<img src=x> & [a](b) `c`"), r"&lt;img src=x&gt; &amp; \[a\](b) \`c\`");
    }
}
