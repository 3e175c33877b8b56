//! What you should know about how a merged inventory came about.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::inputs::MergeInput;
use super::precedence::Precedence;
use crate::model::{Coverage, Kind, Outcome, Provider, Subject};

/// Inputs that were taken further apart may not fit together.
const MAX_DISTANCE: SignedDuration = SignedDuration::from_hours(24);

/// Something to know about a merged inventory. Its text is one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeWarning {
    /// Two inputs have the same scopes, and one of them stands.
    Superseded {
        /// The name of the input that stands.
        winner: String,
        /// Whether it is newer; otherwise it is as old and was named first.
        is_newer: bool,
        /// The name of the other input.
        loser: String,
        /// The first of the scopes.
        example: String,
        /// How many scopes there are.
        scopes: usize,
    },
    /// The inputs were taken at different times.
    FarApart {
        /// When the oldest was taken.
        oldest: Timestamp,
        /// When the newest was taken.
        newest: Timestamp,
    },
    /// A shard was scanned with other options than another. What it left out, such as a region, is in no coverage.
    DifferentOptions {
        /// The name of the shard.
        input: String,
        /// The name of the shard it is compared with.
        reference: String,
        /// Each option that differs: its key, its value for the shard and that for the other one.
        options: Vec<[String; 3]>,
    },
    /// Some accounts were scanned for a kind, and others were not.
    UnscannedKind {
        /// The kind.
        kind: Kind,
        /// The first account that was not scanned for it.
        example: (Provider, String),
        /// How many such accounts there are.
        unscanned: usize,
        /// How many accounts there are in all.
        accounts: usize,
    },
    /// An input was filtered.
    Filtered {
        /// Its name.
        input: String,
        /// The filters.
        filters: Vec<String>,
    },
}

impl fmt::Display for MergeWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Superseded { winner, is_newer, loser, example, scopes } => {
                match scopes {
                    1 => write!(f, "{example} is in both {winner} and {loser}")?,
                    _ => write!(f, "{scopes} reads are in both {winner} and {loser}, such as {example}")?,
                }
                let why = if *is_newer { "is newer" } else { "is as old and was named first" };
                write!(f, "; {winner} {why}, and takes precedence")
            }
            Self::FarApart { oldest, newest } => {
                let days = (newest.duration_since(*oldest).as_hours() + 12) / 24;
                let days = if days == 1 { "a day".to_owned() } else { format!("{days} days") };
                write!(
                    f,
                    "the inputs are {days} apart, from {oldest} to {newest}: a resource that moved in between may be in the \
                     result twice, or not at all"
                )
            }
            Self::DifferentOptions { input, reference, options } => {
                let option = |[key, own, other]: &[String; 3]| format!("{key} ({own}, and not {other})");
                write!(
                    f,
                    "{input} was scanned with other options than {reference}: {}; what it left out is missing in the \
                     result (scan every part with the same options)",
                    options.iter().map(option).collect::<Vec<_>>().join(", ")
                )
            }
            Self::UnscannedKind { kind, example: (provider, account), unscanned, accounts } => write!(
                f,
                "{kind} are unknown in {unscanned} of {accounts} accounts, such as {provider} {account}: only the other \
                 accounts were scanned for them (scan the same kinds everywhere)"
            ),
            Self::Filtered { input, filters } => write!(
                f,
                "{input} was filtered by {} and may lack rows, and so may the result; scan again without --filter",
                filters.join(", ")
            ),
        }
    }
}

/// Makes the warning about scopes of `loser` for which `winner` takes precedence.
pub(super) fn superseded(
    inputs: &[MergeInput],
    (winner, loser): (usize, usize),
    precedence: &Precedence,
    scopes: &[String],
) -> MergeWarning {
    MergeWarning::Superseded {
        winner: inputs[winner].name.clone(),
        is_newer: precedence.is_newer(winner, loser),
        loser: inputs[loser].name.clone(),
        example: scopes.first().cloned().unwrap_or_default(),
        scopes: scopes.len(),
    }
}

/// Warns of inputs that were taken far apart.
pub(super) fn far_apart(newest: Timestamp, oldest: Timestamp) -> Option<MergeWarning> {
    let distance = newest.duration_since(oldest);
    (distance > MAX_DISTANCE).then_some(MergeWarning::FarApart { oldest, newest })
}

/// Warns of shards that were scanned with other options than the first shard whose options are known.
pub(super) fn different_options(inputs: &[MergeInput]) -> Vec<MergeWarning> {
    let mut known = inputs.iter().filter_map(|input| Some((input, options(input)?)));
    let Some((reference, expected)) = known.next() else { return Vec::new() };
    let differing = known.filter_map(|(input, options)| {
        let keys: BTreeSet<&str> = expected.keys().chain(options.keys()).copied().collect();
        let differing: Vec<[String; 3]> = keys
            .into_iter()
            .filter(|key| expected.get(key) != options.get(key))
            .map(|key| [key, value_of(&options, key), value_of(&expected, key)].map(str::to_owned))
            .collect();
        (!differing.is_empty()).then(|| MergeWarning::DifferentOptions {
            input: input.name.clone(),
            reference: reference.name.clone(),
            options: differing,
        })
    });
    differing.collect()
}

/// Returns the options of a scan, apart from which shard it is.
fn options(input: &MergeInput) -> Option<BTreeMap<&str, &str>> {
    let scope = input.asked.as_ref()?.scope.iter();
    let options = scope.map(|setting| setting.split_once('=').unwrap_or((setting, "")));
    Some(options.filter(|(key, _)| *key != "shard").collect())
}

fn value_of<'o>(options: &BTreeMap<&str, &'o str>, key: &str) -> &'o str {
    options.get(key).copied().unwrap_or("nothing")
}

/// Warns of kinds that not all accounts were scanned for. `kinds_read` are those of each input, none of which is a
/// shard.
pub(super) fn unscanned_kinds(kinds_read: &[BTreeSet<Kind>], coverage: &[Coverage]) -> Vec<MergeWarning> {
    let mut read = kinds_read.iter().filter(|kinds| !kinds.is_empty());
    let Some(first) = read.next() else { return Vec::new() };
    if read.all(|kinds| kinds == first) {
        return Vec::new();
    }
    Kind::ALL.into_iter().filter_map(|kind| unscanned_kind(kind, coverage)).collect()
}

fn unscanned_kind(kind: Kind, coverage: &[Coverage]) -> Option<MergeWarning> {
    let accounts_with = |is_wanted: &dyn Fn(&Coverage) -> bool| -> BTreeSet<(Provider, &str)> {
        let entries = coverage.iter().filter(|entry| is_wanted(entry));
        entries.map(|entry| (entry.provider, entry.account.as_str())).collect()
    };
    let is_scanned = |entry: &Coverage| entry.outcome != Outcome::Skipped && !entry.kind.is_step();
    let scanned = accounts_with(&|entry| is_scanned(entry) && entry.kind == Subject::from(kind));
    let accounts = accounts_with(&is_scanned);
    let mut unscanned = accounts.difference(&scanned);
    // A kind that no account was scanned for is no surprise.
    let (provider, account) = unscanned.next().filter(|_| !scanned.is_empty())?;
    Some(MergeWarning::UnscannedKind {
        kind,
        example: (*provider, (*account).to_owned()),
        unscanned: unscanned.count() + 1,
        accounts: accounts.len(),
    })
}

/// Warns of filtered inputs.
pub(super) fn filtered(inputs: &[MergeInput]) -> impl Iterator<Item = MergeWarning> {
    let filtered = inputs.iter().filter(|input| !input.inventory.filters.is_empty());
    filtered.map(|input| MergeWarning::Filtered {
        input: input.name.clone(),
        filters: input.inventory.filters.clone(),
    })
}
