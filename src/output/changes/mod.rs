//! Renders the report of `diff`: what changed, and what nobody can know.

mod render;

pub use render::render_changes;
