//! Report of `free`: a row for each hole, prefix, pool or holder.

use std::io::{self, Write};

use super::writer::{CsvOptions, write_rows};
use crate::analysis::free::FreeReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::select::Fit;
use crate::output::free::{free_rows, plan_rows};

/// Writes a header, and the rows in the order of the document.
pub(crate) fn write(report: &FreeReport<'_>, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&[free_rows::table(report)], options, out)
}

/// Writes a header, and a row for each subnet of a plan.
pub(crate) fn write_plan(plan: &NetworkPlan, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&[plan_rows::table(plan, Fit::Never)], options, out)
}
