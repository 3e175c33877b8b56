//! What several formats of `free` share.

pub(super) mod free_rows;
pub(super) mod plan_rows;
