//! From an inventory and what is declared about it to findings.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write;

use ipnet::IpNet;
use jiff::civil::Date;
use thiserror::Error;

use super::super::filter::{Filter, FilterError};
use super::ground::{Declared, Ground, unknown_domains};
use super::holders::{Holders, Of};
use super::hunt::Hunt;
use super::report::{AllowState, AllowUse, Compared, Finding, Origin};
use super::words;
use crate::model::{Allowance, Domain, Inventory, Level, Plan, Range};

/// More networks than this are counted, where a note names them.
const NAMED: usize = 3;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What exists.
    pub inventory: &'a Inventory,
    /// Ranges outside the clouds.
    pub ranges: &'a [Range],
    /// What is planned.
    pub plan: &'a Plan,
    /// What is compared.
    pub level: Level,
    /// Only networks of one with those of the other.
    pub between: Option<&'a [Filter; 2]>,
    /// Ranges of container bridges.
    pub bridges: &'a [IpNet],
    /// Collisions that somebody accepts.
    pub allow: &'a [Allowance],
    /// Declared routing domains.
    pub domains: &'a [Domain],
    /// Today, for entries that expire.
    pub today: Date,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The findings; none of them fails yet.
    pub findings: Vec<Finding>,
    /// What came of the allow list.
    pub allow: Vec<AllowState>,
    /// How much was compared.
    pub compared: Compared,
    /// Other things to know.
    pub notes: Vec<String>,
}

/// Why nothing can be compared.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum OverlapError {
    /// A selector has something that is not a glob.
    #[error(transparent)]
    Selector(#[from] FilterError),
    /// A routing domain is isolated from one that does not exist.
    #[error("overlap.domains: isolated-from names `{name}`, which is no routing domain; there are {known}")]
    Domain {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// The isolations and pairs that are declared have too many combinations.
    #[error(
        "overlap.allow and overlap.domains: the pairs that select networks and the isolated domains have more than 8,192 \
         combinations; select by fewer, wider entries"
    )]
    TooMany,
    /// A filter of `--between` keeps nothing, so that nothing would be compared.
    #[error(
        "--between {0}: it selects none of the {1} networks, ranges and plans, so nothing can be compared"
    )]
    Nothing(String, usize),
}

/// Finds the collisions.
///
/// # Errors
/// When what is declared makes no sense.
pub fn find(question: Question<'_>) -> Result<Found, OverlapError> {
    let in_force = in_force(question);
    let mut ground = prepare(question, &in_force)?;
    let levels: &[Level] = match question.level {
        Level::Networks => &[Level::Networks],
        Level::Subnets => &[Level::Subnets],
        Level::All => &[Level::Networks, Level::Subnets],
    };
    let mut findings = Vec::new();
    let (mut used, mut positions) = (BTreeSet::new(), BTreeSet::new());
    for level in levels {
        let pieces = ground.pieces(*level).ok_or(OverlapError::TooMany)?;
        positions.extend(pieces.iter().map(|piece| piece.held));
        let hunt = Hunt { question, ground: &ground, level: *level, pieces: &pieces };
        hunt.findings(&mut findings, &mut used);
    }
    Ok(Found {
        findings,
        allow: allow_states(question.allow, &in_force, &used),
        compared: compared(&ground, &positions),
        notes: notes(&ground, question, &positions),
    })
}

/// Checks what is declared, and compares nothing.
///
/// # Errors
/// When it makes no sense.
pub fn check(question: Question<'_>) -> Result<(), OverlapError> {
    prepare(question, &in_force(question)).map(drop)
}

fn prepare<'a>(question: Question<'a>, in_force: &'a [bool]) -> Result<Ground<'a>, OverlapError> {
    let declared = Declared {
        ranges: question.ranges,
        plan: question.plan,
        allow: question.allow,
        in_force,
        domains: question.domains,
        between: question.between,
    };
    let ground = Ground::new(question.inventory, declared)?;
    if let Some(name) = unknown_domains(question.domains, &ground.domains).pop_first() {
        let known: Vec<String> = ground.domains.iter().map(|name| format!("`{name}`")).collect();
        return Err(OverlapError::Domain { name, known: known.join(", ") });
    }
    if let Some(filter) = question.between.and_then(|filters| ground.idle_side(filters)) {
        return Err(OverlapError::Nothing(filter.text().to_owned(), ground.holders.all.len()));
    }
    Ok(ground)
}

/// Tells of each entry of the allow list whether it holds today.
fn in_force(question: Question<'_>) -> Vec<bool> {
    question.allow.iter().map(|entry| holds(entry, question.today)).collect()
}

fn notes(ground: &Ground<'_>, question: Question<'_>, compared: &BTreeSet<usize>) -> Vec<String> {
    let mut notes = words::on_domains(ground, question.domains);
    let held = ground.holders.held.iter().enumerate();
    let planned = held.filter(|(_, held)| matches!(held.of, Of::Planned(_)));
    let left_out = planned.clone().filter(|(position, _)| !compared.contains(position)).count();
    if left_out > 0 {
        let are = if left_out == 1 { "prefix is of a subnet" } else { "prefixes are of subnets" };
        notes.push(format!("{left_out} planned {are}, which --level networks does not compare"));
    }
    let unjudged = planned.filter(|(_, held)| !ground.is_on_a_side(held.holder)).count();
    if question.between.is_some() && unjudged > 0 {
        let pass = if unjudged == 1 { "prefix passes" } else { "prefixes pass" };
        let were = if unjudged == 1 { "was" } else { "were" };
        notes.push(format!("{unjudged} planned {pass} neither filter of --between, and {were} not compared"));
    }
    notes.extend(on_networks(&ground.holders));
    notes
}

/// Says what was concluded about the networks of what is planned, and of ranges.
fn on_networks(holders: &Holders<'_>) -> Vec<String> {
    let taken_for = holders.taken_for.iter().map(|(address, id)| {
        format!("{address} is taken for {id}, which exists: of another subscription, it was not compared with that one")
    });
    let parents = holders.parents.iter().map(|(address, network)| match network {
        Some(id) => format!(
            "{address} is taken for a subnet of {id}, the one network around it: the plan does not name its network"
        ),
        None => format!(
            "{address} was compared with subnets only: the plan does not name its network, and several are around it"
        ),
    });
    let told_apart = holders.told_apart.iter().map(|(address, id)| {
        format!(
            "{address} has the resource group and name of {id}, which exists: the plan creates it, so it is in another \
             subscription, and was compared with that one"
        )
    });
    let known = on_known_ranges(&holders.known_ranges);
    taken_for.chain(told_apart).chain(parents).chain(known).collect()
}

/// Says which networks of the inventory are in the lists of external ranges, too.
fn on_known_ranges(ranges: &[&str]) -> Option<String> {
    let ids: BTreeSet<&str> = ranges.iter().copied().collect();
    let shown: Vec<&str> = ids.iter().copied().take(NAMED).collect();
    let mut shown = shown.join(", ");
    if ids.len() > NAMED {
        let _ = write!(shown, " and {} more", ids.len() - NAMED);
    }
    let networks = if ids.len() == 1 { "a network" } else { "networks" };
    match ranges.len() {
        0 => None,
        1 => Some(format!(
            "1 external range belongs to a network of the inventory ({shown}) and was not compared with that network"
        )),
        count => Some(format!(
            "{count} external ranges belong to {networks} of the inventory ({shown}) and were not compared with {}",
            if ids.len() == 1 { "that network" } else { "their own networks" }
        )),
    }
}

/// An entry holds through its last day.
fn holds(entry: &Allowance, today: Date) -> bool {
    entry.expires.is_none_or(|last| today <= last)
}

fn allow_states(allow: &[Allowance], in_force: &[bool], used: &BTreeSet<u16>) -> Vec<AllowState> {
    let state = |(position, (entry, in_force)): (usize, (&Allowance, &bool))| AllowState {
        place: entry.place.clone(),
        reason: entry.reason.clone(),
        expires: entry.expires,
        state: match (in_force, u16::try_from(position).is_ok_and(|number| used.contains(&number))) {
            (false, _) => AllowUse::Expired,
            (true, true) => AllowUse::Used,
            (true, false) => AllowUse::Stale,
        },
    };
    allow.iter().zip(in_force).enumerate().map(state).collect()
}

/// Counts what was compared at any level, each prefix once.
fn compared(ground: &Ground<'_>, positions: &BTreeSet<usize>) -> Compared {
    let mut compared = Compared::default();
    for held in positions.iter().map(|position| &ground.holders.held[*position]) {
        let count = match (held.of, ground.holders.all[held.holder].origin) {
            (Of::Planned(_), _) => &mut compared.planned,
            (_, Origin::External) => &mut compared.external,
            (Of::Subnet(_), _) => &mut compared.subnets,
            (Of::Block(_), _) => &mut compared.networks,
        };
        *count += 1;
    }
    compared
}

/// Orders findings: those that fail first, then the worst class, then the largest space, then the most members.
pub(super) fn order(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        rank(one).cmp(&rank(other)).then_with(|| one.fingerprint.cmp(&other.fingerprint))
    });
}

fn rank(finding: &Finding) -> impl Ord + use<> {
    let size: u128 = finding.spaces.iter().map(addresses).sum();
    (
        !finding.fails,
        finding.status,
        finding.class,
        finding.level,
        Reverse(size),
        Reverse(finding.members.len()),
        finding.within,
    )
}

/// Counts addresses, of IPv6 the networks of 64 bits.
fn addresses(prefix: &IpNet) -> u128 {
    let bits = match prefix {
        IpNet::V4(net) => 32 - net.prefix_len(),
        IpNet::V6(net) => 64_u8.saturating_sub(net.prefix_len()),
    };
    1 << bits
}
