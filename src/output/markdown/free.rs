//! Report of `free`: a table of free blocks, prefixes, pools or holders.

use std::io::{self, Write};

use super::tables::write_used_columns;
use crate::analysis::free::FreeReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::select::Fit;
use crate::output::free::{free_rows, plan_rows};

/// Writes the rows in the order of the document.
pub(crate) fn write(report: &FreeReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(free_rows::table_for_people(report), out)
}

/// Writes the subnets of a plan.
pub(crate) fn write_plan(plan: &NetworkPlan, out: &mut dyn Write) -> io::Result<()> {
    write_used_columns(plan_rows::table(plan, Fit::Never), out)
}
