//! Suites of tests, and how they are written.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::output::cell_text;

/// A group of tests.
pub(super) struct TestSuite {
    pub name: String,
    pub cases: Vec<TestCase>,
}

/// One test.
pub(super) struct TestCase {
    pub name: String,
    pub outcome: TestOutcome,
}

/// What came of a test.
pub(super) enum TestOutcome {
    Passed,
    /// It passed, and this is to be said.
    Remarked(String),
    Skipped(String),
    Failed {
        kind: &'static str,
        message: String,
        lines: Vec<String>,
    },
    Error {
        message: String,
        lines: Vec<String>,
    },
}

impl TestSuite {
    fn count(&self, of: fn(&TestOutcome) -> bool) -> usize {
        self.cases.iter().filter(|case| of(&case.outcome)).count()
    }
}

impl TestOutcome {
    const fn is_skipped(&self) -> bool {
        matches!(self, Self::Skipped(_))
    }

    const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    const fn is_error(&self) -> bool {
        matches!(self, Self::Error { .. })
    }
}

/// Writes the suites of a command.
pub(super) fn write_suites(command: &str, suites: &[TestSuite], out: &mut dyn Write) -> io::Result<()> {
    let sum = |of| suites.iter().map(|suite| suite.count(of)).sum::<usize>().to_string();
    let (tests, failures, errors) = (sum(|_| true), sum(TestOutcome::is_failure), sum(TestOutcome::is_error));
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("testsuites")
        .with_attribute(("name", format!("netcensus {command}").as_str()))
        .with_attribute(("tests", tests.as_str()))
        .with_attribute(("failures", failures.as_str()))
        .with_attribute(("errors", errors.as_str()))
        .write_inner_content(|writer| {
            suites.iter().try_for_each(|suite| write_suite(command, suite, writer))
        })?;
    writeln!(writer.get_mut())
}

/// Writes to the stream below.
type Xml<'a> = Writer<&'a mut dyn Write>;

fn write_suite(command: &str, suite: &TestSuite, writer: &mut Xml<'_>) -> io::Result<()> {
    let count = |of| suite.count(of).to_string();
    writer
        .create_element("testsuite")
        .with_attribute(("name", suite.name.as_str()))
        .with_attribute(("tests", count(|_| true).as_str()))
        .with_attribute(("failures", count(TestOutcome::is_failure).as_str()))
        .with_attribute(("errors", count(TestOutcome::is_error).as_str()))
        .with_attribute(("skipped", count(TestOutcome::is_skipped).as_str()))
        .write_inner_content(|writer| {
            suite.cases.iter().try_for_each(|case| write_case(command, suite, case, writer))
        })?;
    Ok(())
}

fn write_case(command: &str, suite: &TestSuite, case: &TestCase, writer: &mut Xml<'_>) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", format!("netcensus.{command}.{}", suite.name).as_str()))
        .with_attribute(("name", xml_text(&case.name).as_str()));
    if matches!(case.outcome, TestOutcome::Passed) {
        return element.write_empty().map(drop);
    }
    element.write_inner_content(|writer| write_outcome(&case.outcome, writer)).map(drop)
}

fn write_outcome(outcome: &TestOutcome, writer: &mut Xml<'_>) -> io::Result<()> {
    match outcome {
        TestOutcome::Passed => {}
        TestOutcome::Remarked(text) => {
            let text = text.lines().map(xml_text).collect::<Vec<_>>().join("\n");
            writer.create_element("system-out").write_text_content(BytesText::new(&text))?;
        }
        TestOutcome::Skipped(message) => {
            writer
                .create_element("skipped")
                .with_attribute(("message", xml_text(message).as_str()))
                .write_empty()?;
        }
        TestOutcome::Failed { kind, message, lines } => {
            write_problem("failure", kind, message, lines, writer)?;
        }
        TestOutcome::Error { message, lines } => {
            write_problem("error", "incomplete", message, lines, writer)?;
        }
    }
    Ok(())
}

fn write_problem(
    element: &str,
    kind: &str,
    message: &str,
    lines: &[String],
    writer: &mut Xml<'_>,
) -> io::Result<()> {
    let text = lines.iter().map(|line| xml_text(line)).collect::<Vec<_>>().join("\n");
    writer
        .create_element(element)
        .with_attribute(("message", xml_text(message).as_str()))
        .with_attribute(("type", kind))
        .write_text_content(BytesText::new(&text))?;
    Ok(())
}

/// Escapes what a terminal must not see, and what XML 1.0 has no way to write
/// (<https://www.w3.org/TR/xml/#charsets>): two that are no characters.
fn xml_text(text: &str) -> String {
    cell_text::escape_unprintable(text).replace('\u{fffe}', r"\u{fffe}").replace('\u{ffff}', r"\u{ffff}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_of_xml_are_left() {
        assert_eq!(xml_text("a\0\u{1b}\u{fffe}\u{ffff}é🚀"), r"a\u{0}\u{1b}\u{fffe}\u{ffff}é🚀");
    }
}
