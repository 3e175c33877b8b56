//! Renders the report of `overlap`; one file per format, and the words that all of them share.

pub(super) mod finding_summary;
pub(super) mod finding_text;
pub(super) mod remarks;

pub use finding_summary::summary_line;
