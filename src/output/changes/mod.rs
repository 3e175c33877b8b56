//! Renders the report of `diff`: what changed, and what nobody can know. One file per format, and the words that all of
//! them share.

mod collisions;
mod csv;
mod doubts;
mod facts;
mod fields;
mod group;
mod markdown;
mod ndjson;
mod render;
mod summary;
mod table;
mod text;
mod values;

pub use render::render_changes;
