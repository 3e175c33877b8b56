//! The plans of `sync` for code scanning, and what its formats share: flat rows, and texts.

pub(super) mod sarif;
pub(super) mod sync_rows;
pub(super) mod sync_text;
