//! The document that the steps of a pipe pass on, with an answer of `free` added.

use std::collections::BTreeMap;

use super::format::{Format, FormatSpec, FreeFormat, format_spec};
use super::json;

/// What `state` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    free: Some(FreeFormat {
        help: "The document of --state with the answer and its evidence added, for the next step of a pipe",
        write: |report, _, out| json::write(&BTreeMap::from([("free", report)]), out),
        write_plan: |plan, _, out| json::write(&BTreeMap::from([("plan", plan)]), out),
        is_for_tools: true,
    }),
    ..format_spec(Format::State, "state", "One JSON document that the steps of a pipe pass on")
};
