//! Renders the report of `diff`: what changed, and what nobody can know. One file per format, and the words that all of
//! them share.

pub(super) mod change_summary;
pub(super) mod change_text;
pub(super) mod collision_members;
mod csv;
mod field_values;
mod markdown;
mod ndjson;
mod render;
mod resource_facts;
pub(super) mod uncertain_rows;

pub use render::render_changes;
