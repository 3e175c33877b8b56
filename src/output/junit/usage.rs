//! A test for each row, and one for whether everything was read.

use std::io::{self, Write};

use super::suites::{TestCase, TestOutcome, TestSuite, write_suites};
use crate::analysis::usage::{UsageReport, UsageRow, UsageStatus};
use crate::output::layout::Layout;
use crate::output::usage::usage_text;

/// Writes the suite of the rows, and that of the scan.
pub(crate) fn write(report: &UsageReport, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let rows =
        TestSuite { name: report.of.plural().to_owned(), cases: report.rows.iter().map(case).collect() };
    let scan = TestSuite { name: "scan".to_owned(), cases: vec![scan(report)] };
    write_suites("usage", &[rows, scan], out)
}

/// The id makes the name unique, and the same in the next run.
fn case(row: &UsageRow) -> TestCase {
    let message = usage_text::message(row);
    let outcome = match (row.fails, row.status) {
        (true, status) => {
            let held = row.held.iter().map(|held| format!("held by: {}", usage_text::held(held)));
            let lines = std::iter::once(usage_text::place(row)).chain(held).collect();
            TestOutcome::Failed { kind: status.as_str(), message, lines }
        }
        (false, UsageStatus::Ok) => TestOutcome::Passed,
        (false, UsageStatus::Unknown) => TestOutcome::Skipped(format!("unknown: {message}")),
        (false, UsageStatus::Warning | UsageStatus::Critical) => TestOutcome::Remarked(message),
    };
    TestCase { name: format!("{} ({})", usage_text::title(row), row.id), outcome }
}

fn scan(report: &UsageReport) -> TestCase {
    let outcome = if report.complete {
        TestOutcome::Passed
    } else {
        let message = "the scan is incomplete, so more may be full".to_owned();
        TestOutcome::Error { message, lines: usage_text::gaps(report) }
    };
    TestCase { name: "every read succeeded".to_owned(), outcome }
}
