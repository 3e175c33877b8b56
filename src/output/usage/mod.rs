//! What formats of the report of `usage` share: flat rows, and texts.

pub(super) mod usage_rows;
pub(super) mod usage_text;
