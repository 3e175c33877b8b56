//! The joined coverage: what is known of each scope, and how far the steps before went.

use std::collections::BTreeMap;

use super::claims::Claims;
use super::join::Input;
use super::parts;
use super::renewed::Renewed;
use crate::model::{Coverage, Outcome, Provider, Shard, Subject};

/// The joined coverage, and what came of scopes that several inputs have.
pub(super) struct Outcomes {
    /// An outcome of each scope.
    pub coverage: Vec<Coverage>,
    /// The scopes of which one input tells in place of another, by these two.
    pub overruled: BTreeMap<(usize, usize), Vec<String>>,
}

type Step = (Provider, String, Option<String>, Subject);

/// Joins the coverage of `inputs`, newest first, and takes it out of them.
pub(super) fn join(
    inputs: &mut [Input],
    claims: &Claims,
    renewed: &Renewed,
    shard: Option<&Shard>,
) -> Outcomes {
    let mut coverage = shard.map(|shard| parts::unread(inputs, shard)).unwrap_or_default();
    let mut overruled: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    let mut steps: BTreeMap<Step, Vec<(usize, Coverage)>> = BTreeMap::new();
    for (input, Input { inventory, .. }) in inputs.iter_mut().enumerate() {
        for entry in std::mem::take(&mut inventory.coverage) {
            if !is_current(&entry, shard) || renewed.forgets(input, &entry) {
                continue;
            }
            if entry.kind.is_step() {
                steps.entry(step_of(&entry)).or_default().push((input, entry));
                continue;
            }
            match claims.overrules(input, &entry) {
                None => coverage.push(entry),
                Some(_) if entry.outcome == Outcome::Skipped => {}
                Some(other) => overruled.entry((other, input)).or_default().push(scope(&entry)),
            }
        }
    }
    let kept = steps.into_values().flat_map(|outcomes| pick(outcomes, shard.is_some()));
    coverage.extend(kept);
    Outcomes { coverage, overruled }
}

fn step_of(entry: &Coverage) -> Step {
    let region = entry.region.as_deref().map(str::to_ascii_lowercase);
    (entry.provider, entry.account.to_ascii_lowercase(), region, entry.kind)
}

fn scope(entry: &Coverage) -> String {
    let region = entry.region.as_deref().map(|region| format!(" {region}")).unwrap_or_default();
    format!("{} {}{region} {}", entry.provider, entry.account, entry.kind.as_str())
}

/// Tells whether an outcome still says something: what is said of whole parts is found out anew for these inputs.
fn is_current(entry: &Coverage, shard: Option<&Shard>) -> bool {
    let Some(shard) = shard else { return true };
    !parts::is_of_part(entry, shard) || (entry.outcome == Outcome::Skipped && !shard.is_whole())
}

/// Picks which outcomes of one step stay, all of one input. Each shard's failure may have hidden accounts of its own,
/// so the worst stays; otherwise the newest of those who tried.
fn pick(outcomes: Vec<(usize, Coverage)>, are_shards: bool) -> impl Iterator<Item = Coverage> {
    let weight = |outcome: Outcome| match outcome {
        Outcome::Skipped => (0, None),
        _ if !are_shards => (1, None),
        outcome => (1, Some(outcome)),
    };
    let heaviest = outcomes.iter().map(|(_, entry)| weight(entry.outcome)).max();
    let first = outcomes.iter().find(|(_, entry)| Some(weight(entry.outcome)) == heaviest);
    let chosen = first.map(|(input, _)| *input);
    outcomes.into_iter().filter(move |(input, _)| Some(*input) == chosen).map(|(_, entry)| entry)
}
