//! Prints answers: for people, for other tools, and as the document that the steps of a pipe pass on.

use std::io::{self, Write};

use serde_json::Map;

use super::super::state::{AnswerSource, PipeStep};
use crate::analysis::free::FreeReport;
use crate::analysis::network_plan::NetworkPlan;
use crate::cli::free::FreeArgs;
use crate::error::{Error, ErrorKind};
use crate::exit::Exit;
use crate::output::{self, Format, Layout};
use crate::ui::Ui;

/// What is printed.
#[derive(Debug, Clone, Copy)]
pub enum PrintedReport<'r> {
    /// Free blocks, prefixes or holders.
    Free(&'r FreeReport<'r>),
    /// The plan of a network.
    Plan(&'r NetworkPlan),
}

/// Where answers go, and in which form.
#[derive(Debug)]
pub struct Printer<'p> {
    /// The format.
    pub format: Format,
    wide: bool,
    /// This step of a pipe.
    pub step: PipeStep<'p>,
    ui: &'p Ui,
}

impl<'p> Printer<'p> {
    /// Reads what earlier steps passed on, and refuses it if it cannot be trusted.
    ///
    /// # Errors
    /// When it cannot be read, or a step failed, is too old or incomplete.
    pub fn new(args: &FreeArgs, format: Format, ui: &'p Ui) -> Result<Self, Error> {
        let name = if args.plan.is_some() { "plan" } else { "free" };
        let step =
            PipeStep::open(name, args.state.as_deref(), &args.source, args.allow_incomplete, format, ui)?;
        Ok(Self { format, wide: args.wide, step, ui })
    }

    /// Prints an answer. Other tools get only one that is certain: nothing, unless the command ends with 0. `why` says
    /// what keeps it from that.
    ///
    /// # Errors
    /// When it cannot be written, or the format cannot have it.
    pub fn print(
        &self,
        answer: PrintedReport<'_>,
        evidence: &AnswerSource,
        exit: Exit,
        why: &str,
    ) -> Result<(), Error> {
        let is_certain = exit == Exit::Clean;
        if self.format == Format::State {
            return if is_certain { self.pass_on(answer, evidence) } else { self.fail(why) };
        }
        if is_certain || !self.format.is_for_tools() {
            self.ui.data(|out| self.render(answer, self.ui.layout(), out))?;
        }
        Ok(())
    }

    /// Passes on that this step failed, if there is a pipe.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn fail(&self, why: &str) -> Result<(), Error> {
        self.step.fail(why)
    }

    fn pass_on(&self, answer: PrintedReport<'_>, evidence: &AnswerSource) -> Result<(), Error> {
        let mut bytes = Vec::new();
        let rendered = self.render(answer, Layout::default(), &mut bytes);
        let added: Result<Map<_, _>, _> =
            rendered.and_then(|()| serde_json::from_slice(&bytes).map_err(io::Error::from));
        let added = added.map_err(|error| Error::from_error(ErrorKind::Output, &error))?;
        self.step.pass_on(added, evidence)
    }

    fn render(&self, answer: PrintedReport<'_>, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match answer {
            PrintedReport::Free(report) => {
                output::render(report, self.format, layout.with_wide(self.wide), out)
            }
            PrintedReport::Plan(plan) => output::render(plan, self.format, layout.with_wide(self.wide), out),
        }
    }
}
