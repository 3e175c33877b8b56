//! Reports of which each row is a line: those of `find`, `free` and `usage`. All write a header first.

use std::io::{self, Write};

use super::writer::{CsvOptions, write_rows};
use crate::analysis::find::{FindHistory, FindReport};
use crate::analysis::free::FreeReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::rows::Fit;
use crate::analysis::usage::UsageReport;
use crate::output::find::{history_rows, match_rows};
use crate::output::free::{free_rows, plan_rows};
use crate::output::usage::usage_rows;

/// Writes the matches of `find` in the order of the document.
pub(crate) fn write_answers(
    report: &FindReport<'_>,
    options: CsvOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_rows(&[match_rows::table(report)], options, out)
}

/// Writes a row for each time that something had a thing.
pub(crate) fn write_history(
    history: &FindHistory,
    options: CsvOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_rows(&[history_rows::table(history)], options, out)
}

/// Writes the free blocks, prefixes, pools or holders of `free` in the order of the document.
pub(crate) fn write_free(
    report: &FreeReport<'_>,
    options: CsvOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_rows(&[free_rows::table(report)], options, out)
}

/// Writes a row for each subnet of a plan.
pub(crate) fn write_plan(plan: &NetworkPlan, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&[plan_rows::table(plan, Fit::Never)], options, out)
}

/// Writes the subnets, networks, pools or accounts of `usage` in the order of the document.
pub(crate) fn write_usage(report: &UsageReport, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&[usage_rows::table(report)], options, out)
}
