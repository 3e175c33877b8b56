//! Renders the report of `overlap`; one file per format, and the words that all of them share.

mod csv;
mod github;
mod junit;
mod markdown;
pub(super) mod members;
mod ndjson;
mod remarks;
mod render;
mod sarif;
mod summary;
mod table;
pub(super) mod text;

pub use render::render_findings;
pub use summary::summary_line;
