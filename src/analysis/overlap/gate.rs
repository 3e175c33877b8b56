//! Whether a pipeline may go on.

use super::find::{Found, order};
use super::report::{Count, FINDINGS_VERSION, Findings, Gate, Status, Verdict};
use crate::model::{Class, Coverage, Inventory, Kind, Level, Subject, UnknownValue};

/// What the gate is told besides the findings.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The classes that fail.
    pub fail_on: &'a [Class],
    /// Whether an incomplete scan may pass.
    pub allow_incomplete: bool,
    /// Whether the user stopped the scan.
    pub interrupted: bool,
}

/// Judges what was found.
///
/// `kinds` are those that were needed; `between` is what was typed, for the document.
#[must_use]
pub fn judge(
    found: Found,
    inventory: &Inventory,
    kinds: &[Kind],
    level: Level,
    between: Option<[String; 2]>,
    unknown: Vec<UnknownValue>,
    terms: Terms<'_>,
) -> Findings {
    let Found { mut findings, allow, compared, notes } = found;
    for finding in &mut findings {
        finding.fails = finding.status == Status::Open && terms.fail_on.contains(&finding.class);
    }
    order(&mut findings);
    let failing = findings.iter().filter(|finding| finding.fails).count();
    let coverage: Vec<Coverage> = unread(inventory, kinds).cloned().collect();
    let missing = missing(inventory, kinds, &unknown, terms.interrupted);
    let complete = coverage.is_empty() && missing.is_empty();
    let result = match (complete || terms.allow_incomplete, failing) {
        (false, _) => Verdict::Incomplete,
        (true, 0) => Verdict::Clean,
        (true, _) => Verdict::Findings,
    };
    let count = |class: Class| {
        let of = |status| findings.iter().filter(|f| f.class == class && f.status == status).count();
        let (open, known, accepted) = (of(Status::Open), of(Status::Known), of(Status::Accepted));
        Count { class, code: class.code().to_owned(), open, known, accepted }
    };
    let mut fail_on = terms.fail_on.to_vec();
    fail_on.sort_unstable();
    fail_on.dedup();
    Findings {
        schema_version: FINDINGS_VERSION,
        generator: inventory.generator.clone(),
        taken_at: inventory.taken_at,
        level,
        between,
        gate: Gate {
            result,
            exit_code: result.exit_code(),
            fail_on,
            failing,
            complete,
            incomplete_allowed: terms.allow_incomplete,
            missing,
        },
        counts: Class::ALL.map(count).into(),
        compared,
        findings,
        allow,
        unknown,
        notes,
        coverage,
    }
}

/// Lists the scopes that may hold more of `kinds`.
fn unread<'a>(inventory: &'a Inventory, kinds: &[Kind]) -> impl Iterator<Item = &'a Coverage> {
    let subjects: Vec<Subject> = kinds.iter().map(|kind| Subject::from(*kind)).collect();
    inventory.incomplete().filter(move |entry| entry.kind.is_step() || subjects.contains(&entry.kind))
}

/// Says what else may hide collisions.
fn missing(
    inventory: &Inventory,
    kinds: &[Kind],
    unknown: &[UnknownValue],
    interrupted: bool,
) -> Vec<String> {
    let read = inventory.kinds_read();
    let mut missing = Vec::new();
    if interrupted {
        missing.push("the scan was stopped before it was done".to_owned());
    }
    for kind in kinds.iter().filter(|kind| !read.contains(kind)) {
        missing.push(format!(
            "{kind} are unknown: nobody asked for them when the inventory was taken \
             (`netcensus scan all -o json` takes everything)"
        ));
    }
    if !inventory.filters.is_empty() {
        let filters = inventory.filters.join(", ");
        missing
            .push(format!("the inventory was filtered by {filters} and may lack networks; take it without"));
    }
    let value = |value: &UnknownValue| {
        format!("{}: {} is known only after the plan is applied", value.address, value.attribute)
    };
    missing.extend(unknown.iter().map(value));
    missing
}
