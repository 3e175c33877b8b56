//! The document that the steps of a pipe pass on, with an answer of `free` added.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::format::{Format, FormatSpec, FreeFormat, format_spec};
use super::json;
use super::layout::Layout;
use crate::analysis::free::FreeReport;
use crate::analysis::network_plan::NetworkPlan;

/// What `state` can write, and the functions that write it.
pub const SPEC: FormatSpec = FormatSpec {
    free: Some(FreeFormat {
        help: "The document of --state with the answer and its evidence added, for the next step of a pipe",
        write: write_free,
        write_plan,
        is_for_tools: true,
    }),
    ..format_spec(Format::State, "state", "One JSON document that the steps of a pipe pass on")
};

/// Writes the answer of `free` with its evidence.
fn write_free(report: &FreeReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    json::write(&BTreeMap::from([("free", report)]), out)
}

/// Writes a network plan with its evidence.
fn write_plan(plan: &NetworkPlan, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    json::write(&BTreeMap::from([("plan", plan)]), out)
}
