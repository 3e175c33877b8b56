//! `netcensus export`: gather, write files whole or not at all.

use super::collisions::findings;
use super::gather::{self, Gathered, Load};
use super::summary::{self, Summary};
use super::{interrupt, overrides, refused_tenants};
use crate::cli::export::ExportArgs;
use crate::cli::global::GlobalArgs;
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::exit::Exit;
use crate::export::{self, Plan, Source};
use crate::input::{Shelf, Trouble};
use crate::model::{Estate, Kind, Outcome, Subject};
use crate::ui::{Ui, Verbosity};

/// Runs `netcensus export`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or a file cannot be written; what was there before stays then.
pub fn run(args: &ExportArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let settings = overrides::settle(global, &overrides::of_live(&args.source.live, None, global))?;
    let ui = &ui.with_color(settings.output.color.value);
    let plan = Plan::new(args, &settings)?;
    // Before the scan: a second run would only ask everything again.
    let _locks = plan.occupy(ui)?;
    let load = if plan.writes_document() { Load::Whole } else { Load::Short };
    let mut gathered = gather::inventory(&args.source, &plan.needed(), load, &settings, ui)?;
    if let Some(before) = plan.manifest_before()? {
        refused_tenants::compare_with_export(&mut gathered.inventory, &before.tenants, before.taken_at);
    }
    let gaps = Gaps::of(gathered.estate(), &plan.judged(), &plan.shape.request.kinds);
    gaps.judge(args.guard.allow_incomplete, gathered.interrupted, ui)?;
    let missing = gaps.sentences();
    let exported = write(&plan, &gathered, &missing, &settings, ui);
    match gathered.shelf.as_ref().and_then(Shelf::trouble) {
        None => exported?,
        Some(Trouble::Unreadable(error)) => return Err(Error::of_input(&error)),
        // Nothing was put in its place yet, since all of it needs these rows.
        Some(Trouble::Disorder) => {
            gathered.load_whole(&plan.needed(), ui)?;
            write(&plan, &gathered, &missing, &settings, ui)?;
        }
    }
    Ok(gaps.conclude(ui))
}

fn write(
    plan: &Plan,
    gathered: &Gathered,
    missing: &[String],
    settings: &Settings,
    ui: &Ui,
) -> Result<(), Error> {
    let (shows, inventory) = (plan.shows_collisions(), &gathered.inventory);
    let collisions = if shows { findings(inventory, settings)? } else { Vec::new() };
    let source = Source {
        estate: gathered.estate(),
        is_streamed: gathered.shelf.is_some(),
        missing,
        collisions: &collisions,
        ranges: &settings.external.value,
    };
    export::write(plan, source, &interrupt::hold_off, ui)
}

/// What an export lacks.
pub struct Gaps {
    summary: Summary,
    /// Scopes that could not be read, and kinds that nobody read.
    scopes: Vec<String>,
    /// What makes the inventory a part of the estate.
    parts: Vec<String>,
    /// Whether nothing that is to be written could be read.
    is_nothing: bool,
}

impl Gaps {
    /// Finds what is missing of `kinds`, of which those `asked` for are written.
    pub fn of(estate: Estate<'_>, kinds: &[Kind], asked: &[Kind]) -> Self {
        let summary = Summary::of(estate, kinds);
        let (scopes, parts) = (summary.gaps(), estate.inventory.lacks());
        Self { is_nothing: !scopes.is_empty() && is_nothing(estate, asked), scopes, parts, summary }
    }

    /// Tells whether nothing is missing.
    pub const fn is_empty(&self) -> bool {
        self.scopes.is_empty() && self.parts.is_empty()
    }

    /// Lists all that is missing, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        self.parts.iter().chain(&self.scopes).cloned().collect()
    }

    /// Says what is missing, and refuses to write it when the run was stopped, or nothing was read, or it is incomplete
    /// and that is not `allowed`.
    ///
    /// # Errors
    /// As it says; the error is the last that is said.
    pub fn judge(&self, allowed: bool, interrupted: bool, ui: &Ui) -> Result<(), Error> {
        if interrupted || !self.is_empty() {
            self.say(ui);
        }
        if interrupted {
            return Err(Error::new(ErrorKind::Interrupted, "nothing was written: the run was stopped"));
        }
        if self.is_nothing {
            let error = Error::new(
                ErrorKind::NothingRead,
                "nothing was written: nothing of what was asked for could be read",
            );
            return Err(self.first().into_iter().fold(error, Error::cause));
        }
        if self.is_empty() || allowed {
            return Ok(());
        }
        let error = Error::new(
            ErrorKind::Incomplete,
            format!("nothing was written: the inventory is incomplete{}", self.extent()),
        );
        let error = self.first().into_iter().fold(error, Error::cause);
        Err(error.remedy("--allow-incomplete writes it all the same, with what is missing in its coverage"))
    }

    /// Says at the end, also when quiet, that what was written is incomplete; returns the exit code that follows.
    pub fn conclude(&self, ui: &Ui) -> Exit {
        if self.is_empty() {
            return Exit::Clean;
        }
        ui.insist(&format!("what was written is incomplete{} (exit code 3)", self.extent()));
        if ui.verbosity() == Verbosity::Quiet {
            self.first().iter().for_each(|first| ui.insist(first));
        }
        Exit::Incomplete
    }

    fn say(&self, ui: &Ui) {
        self.parts.iter().for_each(|part| ui.warn(part));
        self.summary.say_gaps(ui);
    }

    /// Says how many scopes are missing.
    fn extent(&self) -> String {
        self.summary.extent().map(|extent| format!(": {extent}")).unwrap_or_default()
    }

    /// Says the first that is missing, in a line or two.
    fn first(&self) -> Option<String> {
        self.parts.iter().chain(&self.scopes).next().map(|gap| summary::shortened(gap, 240))
    }
}

/// Tells whether there are no rows of `kinds`, and no scope of theirs was read.
fn is_nothing(estate: Estate<'_>, kinds: &[Kind]) -> bool {
    let subjects: Vec<Subject> = kinds.iter().copied().map(Subject::from).collect();
    let mut coverage = estate.inventory.coverage.iter();
    kinds.iter().all(|kind| estate.count(*kind) == 0)
        && !coverage.any(|entry| entry.outcome == Outcome::Complete && subjects.contains(&entry.kind))
}
