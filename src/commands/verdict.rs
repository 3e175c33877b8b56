//! What `diff` says on stderr of its outcome, and the exit code that follows.

use super::summary;
use crate::analysis::diff::{Changes, DiffOutcome, DiffSide};
use crate::exit::Exit;
use crate::model::Coverage;
use crate::ui::Ui;
use crate::wording::counted;

/// Both sides, in the order in which they are told of.
const SIDES: [DiffSide; 2] = [DiffSide::Old, DiffSide::New];

/// Says what was not compared and what is missing, and returns the exit code that follows.
pub fn conclude(changes: &Changes, exit_code: bool, interrupted: bool, ui: &Ui) -> Exit {
    let exit = match (interrupted, changes.result) {
        (true, _) => Exit::Interrupted,
        (false, DiffOutcome::Incomplete) => Exit::Incomplete,
        (false, DiffOutcome::Different) if exit_code => Exit::Findings,
        (false, DiffOutcome::Different | DiffOutcome::Same) => Exit::Clean,
    };
    let apart: usize = changes.not_compared.iter().map(|left| left.rows).sum();
    if apart > 0 {
        let (were, what) = if apart == 1 { ("was", "it") } else { ("were", "them") };
        let rows = counted(apart, "resource");
        ui.warn(&format!("{rows} {were} not compared: one side never asked for {what} (see the report)"));
    }
    if changes.result == DiffOutcome::Incomplete {
        let sides = SIDES.map(|side| (called(changes, side), scopes(changes, side)));
        summary::say_sides(&sides, ui);
        let missing = missing(changes, &sides).join("; ");
        ui.insist(&format!("the comparison is incomplete: {missing} (exit code {})", exit.code()));
    }
    exit
}

/// Sums up what is missing, a part of a sentence for each reason.
fn missing(changes: &Changes, sides: &[(String, Vec<&Coverage>)]) -> Vec<String> {
    let mut missing: Vec<String> = sides
        .iter()
        .filter(|(_, scopes)| !scopes.is_empty())
        .map(|(side, scopes)| format!("{} of {side} could not be read", counted(scopes.len(), "scope")))
        .collect();
    if !changes.unknown.is_empty() {
        let rows = counted(changes.unknown.len(), "resource");
        missing.push(format!("nobody knows whether {rows} came or went"));
    }
    if changes.collisions.unknown > 0 {
        let number = counted(changes.collisions.unknown, "collision");
        missing.push(format!("nobody knows whether {number} came or went"));
    }
    missing.extend(changes.missing.iter().cloned());
    missing
}

fn scopes(changes: &Changes, side: DiffSide) -> Vec<&Coverage> {
    changes.gaps.iter().filter(|gap| gap.side == side).map(|gap| &gap.scope).collect()
}

/// Names a side by its place in the command and what stands there.
fn called(changes: &Changes, side: DiffSide) -> String {
    let name = match side {
        DiffSide::Old => &changes.old.name,
        DiffSide::New => &changes.new.name,
    };
    format!("{} ({name})", side.as_str())
}
