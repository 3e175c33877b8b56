//! The reports that a format may be able to write, and which of its functions writes each.

use std::io::{self, Write};

use super::format::{Content, FormatSpec};
use super::layout::Layout;
use crate::analysis::diff::Changes;
use crate::analysis::find::{FindHistory, FindReport};
use crate::analysis::free::FreeReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::overlap::Findings;
use crate::analysis::usage::UsageReport;
use crate::sync::SyncReport;

/// A report of a command, which [`render`](super::render()) writes.
pub trait Rendered {
    /// What it is, for the message about a format that cannot write it.
    const CONTENT: Content;

    /// Writes it with the function that the format has for it; `None` if it has none.
    fn write_as(&self, spec: &FormatSpec, layout: Layout, out: &mut dyn Write) -> Option<io::Result<()>>;
}

impl Rendered for Changes {
    const CONTENT: Content = Content::Changes;

    fn write_as(&self, spec: &FormatSpec, layout: Layout, out: &mut dyn Write) -> Option<io::Result<()>> {
        spec.changes.as_ref().map(|format| (format.write)(self, layout, out))
    }
}

impl Rendered for Findings {
    const CONTENT: Content = Content::Findings;

    fn write_as(&self, spec: &FormatSpec, layout: Layout, out: &mut dyn Write) -> Option<io::Result<()>> {
        spec.findings.as_ref().map(|format| (format.write)(self, layout, out))
    }
}

impl Rendered for FindReport<'_> {
    const CONTENT: Content = Content::Answers;

    fn write_as(&self, spec: &FormatSpec, layout: Layout, out: &mut dyn Write) -> Option<io::Result<()>> {
        spec.answers.as_ref().map(|format| (format.write)(self, layout, out))
    }
}

impl Rendered for FindHistory {
    const CONTENT: Content = Content::Answers;

    fn write_as(&self, spec: &FormatSpec, layout: Layout, out: &mut dyn Write) -> Option<io::Result<()>> {
        spec.answers.as_ref().map(|format| (format.write_history)(self, layout, out))
    }
}

impl Rendered for FreeReport<'_> {
    const CONTENT: Content = Content::Free;

    fn write_as(&self, spec: &FormatSpec, layout: Layout, out: &mut dyn Write) -> Option<io::Result<()>> {
        spec.free.as_ref().map(|format| (format.write)(self, layout, out))
    }
}

impl Rendered for NetworkPlan {
    const CONTENT: Content = Content::Free;

    fn write_as(&self, spec: &FormatSpec, layout: Layout, out: &mut dyn Write) -> Option<io::Result<()>> {
        spec.free.as_ref().map(|format| (format.write_plan)(self, layout, out))
    }
}

impl Rendered for UsageReport {
    const CONTENT: Content = Content::Usage;

    fn write_as(&self, spec: &FormatSpec, layout: Layout, out: &mut dyn Write) -> Option<io::Result<()>> {
        spec.usage.as_ref().map(|format| (format.write)(self, layout, out))
    }
}

impl Rendered for SyncReport {
    const CONTENT: Content = Content::Sync;

    fn write_as(&self, spec: &FormatSpec, layout: Layout, out: &mut dyn Write) -> Option<io::Result<()>> {
        spec.sync.as_ref().map(|format| (format.write)(self, layout, out))
    }
}
