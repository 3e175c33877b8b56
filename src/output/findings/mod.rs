//! Renders the report of `overlap`; one file per format, and the words that all of them share.

mod explain;
pub(super) mod finding_summary;
pub(super) mod finding_text;
pub(super) mod remarks;

pub use explain::explain_class;
pub use finding_summary::summary_line;
