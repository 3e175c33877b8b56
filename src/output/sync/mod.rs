//! What formats of the plans of `sync` share: flat rows, and texts.

pub(super) mod sync_rows;
pub(super) mod sync_text;
