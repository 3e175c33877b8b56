//! The fields of a change for people: a line for each, and one for each thing that came to a list or went from it.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::analysis::diff::FieldChange;
use crate::output::changes::change_text;
use crate::output::layout::{Layout, indented, left_out, pad, styled, wrap, write_left_out};

/// What stands before the lines.
const INDENT: &str = "      ";
/// Columns between a field's name and what changed.
const GAP: &str = "  ";
/// The most fields that are shown without `--wide`.
const MAX_FIELDS: usize = 20;
/// The most elements of a list that are shown without `--wide`.
const MAX_ELEMENTS: usize = 10;
/// The most columns of a name that is on the line of its value; a longer one has a line of its own.
const MAX_NAME_WIDTH: usize = 28;

/// Writes what changed.
pub(super) fn write(fields: &[FieldChange], layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let most = layout.most(MAX_FIELDS);
    let names: Vec<String> =
        fields.iter().take(most).map(|field| change_text::shown(&field.field, layout.wide)).collect();
    let widths = names.iter().map(|name| name.width()).filter(|width| *width <= MAX_NAME_WIDTH);
    let column = widths.max().unwrap_or_default();
    let inner = indented(layout, INDENT.len() + column + GAP.len());
    for (field, name) in fields.iter().zip(&names) {
        write_field(name, column, &lines(field, inner), out)?;
    }
    write_left_out(fields.len(), most, INDENT, out)
}

fn write_field(name: &str, column: usize, lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    let mut margin = name;
    if name.width() > column {
        writeln!(out, "{INDENT}{name}")?;
        margin = "";
    }
    for line in lines {
        writeln!(out, "{INDENT}{}{GAP}{line}", pad(margin, column))?;
        margin = "";
    }
    Ok(())
}

fn lines(field: &FieldChange, layout: Layout) -> Vec<String> {
    let (Some(added), Some(removed)) = (&field.added, &field.removed) else {
        let (old, new) =
            (change_text::value(&field.old, layout.wide), change_text::value(&field.new, layout.wide));
        return wrap(&format!("{old} -> {new}"), layout.width);
    };
    let mut lines = elements("+", "32", added, layout);
    lines.extend(elements("-", "31", removed, layout));
    lines
}

/// Lists what came to a list or went from it, each behind `sign`.
fn elements(sign: &str, color: &str, items: &[serde_json::Value], layout: Layout) -> Vec<String> {
    let most = layout.most(MAX_ELEMENTS);
    let inner = indented(layout, sign.len() + 1);
    let line = |(index, line): (usize, String)| {
        if index == 0 { format!("{} {line}", styled(layout, color, sign)) } else { format!("  {line}") }
    };
    let shown = items.iter().take(most).map(|item| change_text::item(item, layout.wide));
    let lines = shown.flat_map(|text| wrap(&text, inner.width).into_iter().enumerate().map(line));
    lines.chain(left_out(items.len(), most)).collect()
}
