//! Renders the report of `diff`: what changed, and what is unknown. One file per format, and the words that all of
//! them share.

pub(super) mod change_lines;
pub(super) mod change_summary;
pub(super) mod change_text;
pub(super) mod field_values;
pub(super) mod resource_facts;
pub(super) mod uncertain_rows;
