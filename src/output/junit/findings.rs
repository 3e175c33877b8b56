//! A suite for each class of findings, and one for whether everything was read.

use std::io::{self, Write};

use super::suites::{TestCase, TestOutcome, TestSuite, write_suites};
use crate::analysis::overlap::{Finding, FindingStatus, Findings};
use crate::model::Class;
use crate::output::findings::finding_text;
use crate::output::layout::Layout;

/// The most members of a finding that are named.
const MAX_MEMBERS: usize = 100;

/// Writes the suites of all classes, worst first, then that of the scan.
pub(crate) fn write(findings: &Findings, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: Vec<TestSuite> = Class::ALL.into_iter().map(|class| suite(class, findings)).collect();
    suites.push(TestSuite { name: "scan".to_owned(), cases: vec![scan(findings)] });
    write_suites("overlap", &suites, out)
}

fn suite(class: Class, findings: &Findings) -> TestSuite {
    let of_class = findings.findings.iter().filter(|finding| finding.class == class);
    let mut cases: Vec<TestCase> = of_class.map(case).collect();
    if cases.is_empty() {
        cases.push(TestCase { name: "no collisions".to_owned(), outcome: TestOutcome::Passed });
    }
    TestSuite { name: format!("{} {class}", class.code()), cases }
}

/// The fingerprint makes the name unique, and the same in the next run.
fn case(finding: &Finding) -> TestCase {
    let message = &finding.message;
    let outcome = if finding.fails {
        let mut lines = vec![finding.advice.clone()];
        lines.extend(finding_text::members(finding, MAX_MEMBERS));
        TestOutcome::Failed { kind: finding.class.code(), message: message.clone(), lines }
    } else {
        TestOutcome::Skipped(match finding.status {
            FindingStatus::Open => format!("reported: {message}"),
            FindingStatus::Known => format!("the baseline knows it: {message}"),
            FindingStatus::Accepted => format!("accepted by {}: {message}", finding.accepted_by.join("; ")),
        })
    };
    TestCase { name: format!("{} ({})", finding_text::space(finding), finding.fingerprint), outcome }
}

fn scan(findings: &Findings) -> TestCase {
    let lines = finding_text::gaps(findings);
    let outcome = if findings.gate.complete {
        TestOutcome::Passed
    } else if findings.gate.incomplete_allowed {
        TestOutcome::Remarked(format!("incomplete, allowed by --allow-incomplete\n{}", lines.join("\n")))
    } else {
        TestOutcome::Error { message: "the scan is incomplete, so nothing is proven".to_owned(), lines }
    };
    TestCase { name: "every read succeeded".to_owned(), outcome }
}
