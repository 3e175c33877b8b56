//! The coverage of the merged inventory: one outcome of each scope and step, and the gaps of shards.

use std::collections::{BTreeMap, BTreeSet};

use super::inputs::MergeInput;
use super::precedence::{ObsoleteFailures, Precedence};
use crate::model::{AccountKey, Coverage, Outcome, Provider, Shard, Subject};

/// The merged coverage.
pub(super) struct MergedCoverage {
    pub coverage: Vec<Coverage>,
    /// Scopes whose outcome was left out because another input has them too: by the input that stands and the one that
    /// was left out.
    pub superseded: BTreeMap<(usize, usize), Vec<String>>,
}

/// Account, region in lower case, and step.
type StepKey = (AccountKey, Option<String>, Subject);

/// Merges the coverage of `inputs`, the newest first, and takes it out of them. `shard` is what the inputs are together.
pub(super) fn merge_coverage(
    inputs: &mut [MergeInput],
    precedence: &Precedence,
    failures: &ObsoleteFailures,
    shard: Option<&Shard>,
) -> MergedCoverage {
    let mut coverage = shard.map(|shard| unscanned_parts(inputs, shard)).unwrap_or_default();
    let mut superseded: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    let mut steps: BTreeMap<StepKey, Vec<(usize, Coverage)>> = BTreeMap::new();
    for (input, MergeInput { inventory, .. }) in inputs.iter_mut().enumerate() {
        for entry in std::mem::take(&mut inventory.coverage) {
            if !is_current(&entry, shard) || failures.is_obsolete(input, &entry) {
                continue;
            }
            if entry.kind.is_step() {
                steps.entry(step_key(&entry)).or_default().push((input, entry));
                continue;
            }
            match precedence.superseded_by(input, &entry) {
                None => coverage.push(entry),
                Some(_) if entry.outcome == Outcome::Skipped => {}
                Some(other) => superseded.entry((other, input)).or_default().push(describe_scope(&entry)),
            }
        }
    }
    coverage.extend(steps.into_values().flat_map(|outcomes| pick_step(outcomes, shard.is_some())));
    MergedCoverage { coverage, superseded }
}

fn step_key(entry: &Coverage) -> StepKey {
    let region = entry.region.as_deref().map(str::to_ascii_lowercase);
    (AccountKey::new(entry.provider, &entry.account), region, entry.kind)
}

fn describe_scope(entry: &Coverage) -> String {
    let region = entry.region.as_deref().map(|region| format!(" {region}")).unwrap_or_default();
    format!("{} {}{region} {}", entry.provider, entry.account, entry.kind.as_str())
}

/// Tells whether an outcome still holds. [`unscanned_parts`] finds out anew what is to be said about whole parts; only
/// that no account belongs to a part stays, until all parts are there.
fn is_current(entry: &Coverage, shard: Option<&Shard>) -> bool {
    let Some(shard) = shard else { return true };
    let is_of_part = shard.part_labelled(&entry.account).is_some();
    !is_of_part || (entry.outcome == Outcome::Skipped && !shard.is_whole())
}

/// Picks the input whose outcomes of one step stay.
///
/// The failure of each shard may have hidden accounts of its own, so among shards the worst outcome stays. Otherwise it
/// is that of the newest input that tried.
fn pick_step(outcomes: Vec<(usize, Coverage)>, are_shards: bool) -> impl Iterator<Item = Coverage> {
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

/// What all inputs know of one part of the estate in one cloud.
#[derive(Default)]
struct PartCoverage {
    /// Whether the cloud was asked for its accounts, with or without success.
    was_looked_at: bool,
    /// Kinds that were requested in some account.
    requested: BTreeSet<Subject>,
    /// Kinds that were skipped in some account.
    skipped: BTreeSet<Subject>,
}

impl PartCoverage {
    /// Tells whether a kind was left out. Where no account exists or none could be entered, nothing was left out.
    fn lacks(&self, kind: Subject) -> bool {
        !self.requested.contains(&kind) && (self.skipped.contains(&kind) || !self.requested.is_empty())
    }
}

/// Parts of the estate by cloud and number.
type Parts = BTreeMap<(Provider, u32), PartCoverage>;

/// Lists the clouds and kinds that some parts were scanned for and others were not. What those others contain of them is
/// unknown, and nothing else in the coverage says so.
fn unscanned_parts(inputs: &[MergeInput], shard: &Shard) -> Vec<Coverage> {
    let mut parts = Parts::new();
    let mut clouds: BTreeMap<Provider, BTreeSet<Subject>> = BTreeMap::new();
    for input in inputs {
        add_input(input, shard, &mut parts, &mut clouds);
    }
    let mut unscanned = Vec::new();
    for (provider, kinds) in clouds {
        for part in &shard.parts {
            let known = parts.entry((provider, *part)).or_default();
            let lacking = if known.was_looked_at {
                kinds.iter().copied().filter(|kind| known.lacks(*kind)).collect()
            } else {
                vec![Subject::Accounts]
            };
            unscanned.extend(lacking.into_iter().map(|kind| unscanned_part(provider, *part, shard.of, kind)));
        }
    }
    unscanned
}

/// Adds what one input knows of parts, and the clouds and kinds that it was asked for.
fn add_input(
    MergeInput { inventory, .. }: &MergeInput,
    shard: &Shard,
    parts: &mut Parts,
    clouds: &mut BTreeMap<Provider, BTreeSet<Subject>>,
) {
    for account in &inventory.accounts {
        clouds.entry(account.provider).or_default();
        let part = shard.part_of(account.provider, &account.id);
        parts.entry((account.provider, part)).or_default().was_looked_at = true;
    }
    let mut with_failed_steps = BTreeSet::new();
    for entry in &inventory.coverage {
        let is_requested = entry.outcome != Outcome::Skipped;
        if let Some(part) = shard.part_labelled(&entry.account) {
            // Skipped says that no account of the cloud belongs to this part.
            parts.entry((entry.provider, part)).or_default().was_looked_at |= !is_requested;
            continue;
        }
        if is_requested {
            clouds.entry(entry.provider).or_default();
        }
        if entry.kind.is_step() {
            with_failed_steps.extend(entry.outcome.is_incomplete().then_some(entry.provider));
            continue;
        }
        let part = shard.part_of(entry.provider, &entry.account);
        let known = parts.entry((entry.provider, part)).or_default();
        if is_requested {
            known.requested.insert(entry.kind);
            clouds.entry(entry.provider).or_default().insert(entry.kind);
        } else {
            known.skipped.insert(entry.kind);
        }
    }
    // A failed step already makes the cloud incomplete in the parts of this input.
    let own_parts = inventory.shard.iter().flat_map(|own| &own.parts);
    for (part, provider) in
        own_parts.flat_map(|part| with_failed_steps.iter().map(move |cloud| (part, cloud)))
    {
        parts.entry((*provider, *part)).or_default().was_looked_at = true;
    }
}

fn unscanned_part(provider: Provider, part: u32, of: u32, kind: Subject) -> Coverage {
    Coverage {
        provider,
        account: Shard { parts: BTreeSet::from([part]), of }.label(),
        region: None,
        kind,
        outcome: Outcome::Failed,
        detail: Some(
            "not scanned in this part, but in others (scan every part with the same options)".to_owned(),
        ),
        requests: 0,
        duration_ms: 0,
    }
}
