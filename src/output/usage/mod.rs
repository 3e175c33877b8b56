//! The report of `usage` for pipelines and monitoring, and what its formats share: flat rows, and texts.

pub(super) mod github;
pub(super) mod junit;
pub(super) mod openmetrics;
pub(super) mod sarif;
pub(super) mod usage_rows;
pub(super) mod usage_text;
