//! What an export lacks.

use crate::commands::summary::Summary;
use crate::exit::Exit;
use crate::model::{Estate, Kind};
use crate::ui::Ui;

/// What an export lacks.
pub struct Gaps {
    summary: Summary,
    /// Scopes that could not be read, and kinds that nobody read.
    scopes: Vec<String>,
    /// What makes the inventory a part of the estate.
    parts: Vec<String>,
}

impl Gaps {
    /// Finds what is missing of `kinds`.
    pub fn of(estate: Estate<'_>, kinds: &[Kind]) -> Self {
        let summary = Summary::of(estate, kinds);
        Self { scopes: summary.gaps(), parts: estate.inventory.lacks(), summary }
    }

    /// Tells whether nothing is.
    pub const fn is_empty(&self) -> bool {
        self.scopes.is_empty() && self.parts.is_empty()
    }

    /// Lists all that is, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        self.parts.iter().chain(&self.scopes).cloned().collect()
    }

    /// Says on stderr what is missing, and returns the exit code that follows.
    pub fn conclude(&self, interrupted: bool, ui: &Ui) -> Exit {
        self.parts.iter().for_each(|part| ui.warn(part));
        match self.summary.conclude(interrupted, ui) {
            Exit::Clean if !self.is_empty() => Exit::Incomplete,
            exit => exit,
        }
    }
}
