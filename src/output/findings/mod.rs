//! Renders the report of `overlap`; one file per format, and the words that all of them share.

mod csv;
pub(super) mod finding_summary;
pub(super) mod finding_text;
mod markdown;
mod ndjson;
pub(super) mod remarks;
mod render;

pub use finding_summary::summary_line;
pub use render::render_findings;
