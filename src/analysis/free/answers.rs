//! From an inventory to answers: what is free of each pool and prefix, and what to take.

use ipnet::IpNet;

use super::super::addresses::{
    AddressRange, FreeSpace, Hole, IpVersion, Placement, address_count, merge, touches,
};
use super::super::coverage_gaps;
use super::super::find::FindHistory;
use super::super::overlap::{self, JoinedNetworks};
use super::held_prefixes::{HeldInput, HeldPrefixes, collect_held};
use super::holder::{HeldPrefix, HolderKind};
use super::report::{
    FREE_VERSION, FreeAnswer, FreeHole, FreeQuestion, FreeReport, FreeStatus, HeldSince, HeldToday,
    OfferedPrefixes, Sighting,
};
use super::size::{PrefixSizeError, RequestedSize};
use crate::model::{Kind, Provider};

/// The kinds of resources that have to be read to know that a prefix is free: links tell of networks that are not read.
pub const FREE_KINDS: [Kind; 3] = [Kind::Networks, Kind::Subnets, Kind::Links];

/// The largest number up to which every reader of JSON has whole numbers exactly (RFC 8259, section 6).
const MAX_EXACT: u64 = 1 << 53;

/// What is searched for room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeSearch<'a> {
    /// The name of a pool, a prefix, or several.
    pub name: String,
    /// Whether it is a pool.
    pub is_pool: bool,
    /// The prefixes; they may nest and repeat.
    pub prefixes: Vec<IpNet>,
    /// What is held in these prefixes only, such as pools within the pool.
    pub held: Vec<HeldPrefix<'a>>,
}

/// The prefixes that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Their size.
    pub size: RequestedSize,
    /// How many.
    pub count: usize,
    /// Where to take them.
    pub placement: Placement,
}

/// What to answer, and from what.
#[derive(Debug, Clone, Copy)]
pub struct FreeInput<'a> {
    /// What holds prefixes everywhere.
    pub held: HeldInput<'a>,
    /// What is asked.
    pub question: FreeQuestion,
    /// What is searched.
    pub searches: &'a [FreeSearch<'a>],
    /// The prefixes that are asked for.
    pub wanted: Option<Wanted>,
    /// Only networks that are joined to one; the others may have the same addresses.
    pub joined: Option<&'a JoinedNetworks>,
    /// What the kept snapshots have, with a query for each search.
    pub history: Option<&'a FindHistory>,
    /// Whether the user stopped the scan.
    pub interrupted: bool,
}

/// Answers each search.
///
/// # Errors
/// When a size is asked for that no searched prefix can have.
pub fn answer(input: FreeInput<'_>) -> Result<FreeReport<'_>, PrefixSizeError> {
    let inventory = input.held.inventory;
    let mut missing = coverage_gaps::unscanned_parts(inventory, &FREE_KINDS);
    missing.extend(input.interrupted.then(overlap::interrupted));
    missing.extend(input.held.plan.unknown.iter().map(overlap::unknown_value));
    missing.extend(input.held.plan.unread.iter().map(overlap::unread_value));
    let coverage: Vec<_> = coverage_gaps::unread_scopes(inventory, &FREE_KINDS).collect();
    let complete = missing.is_empty() && coverage.is_empty();
    let is_joined = |held: &HeldPrefix<'_>| input.joined.is_none_or(|joined| is_joined_to(held, joined));
    let (held, not_joined): (Vec<_>, Vec<_>) = collect_held(&input.held).into_iter().partition(is_joined);
    let answers = input.searches.iter().enumerate();
    let answers = answers.map(|(position, search)| {
        let space = SearchedPrefixes::new(search, &held);
        let mut answer = space.answer(input.wanted, complete)?;
        if input.question == FreeQuestion::Why {
            answer.held = Some(space.holders(input.history, position));
        }
        add_not_joined(&mut answer, &not_joined);
        Ok(answer)
    });
    Ok(FreeReport {
        schema_version: FREE_VERSION,
        generator: &inventory.generator,
        taken_at: inventory.taken_at,
        question: input.question,
        complete,
        answers: answers.collect::<Result<_, PrefixSizeError>>()?,
        notes: Vec::new(),
        missing,
        coverage,
    })
}

/// Tells whether a holder counts. Only networks of clouds can be known not to be joined: where a far network or a range of
/// a data centre is reachable from, nothing tells.
fn is_joined_to(held: &HeldPrefix<'_>, joined: &JoinedNetworks) -> bool {
    let holder = &held.holder;
    let network = match holder.kind {
        HolderKind::Network => holder.id,
        HolderKind::Subnet => holder.part_of,
        _ => return true,
    };
    match (holder.provider, network) {
        (Some(provider), Some(network)) => joined.contains(provider, network),
        _ => true,
    }
}

/// Adds what has the same addresses as the answer, without being joined.
fn add_not_joined<'a>(answer: &mut FreeAnswer<'a>, not_joined: &[HeldPrefix<'a>]) {
    if not_joined.is_empty() {
        return;
    }
    // Where no prefixes are asked for, anything that is free may be taken.
    let offered: Vec<IpNet> = match &answer.offer {
        Some(offer) => offer.prefixes.clone(),
        None => answer.holes.iter().flat_map(|hole| hole.prefixes.iter().copied()).collect(),
    };
    // The search did not count these as held, so they may lie in what it found free.
    let others = HeldPrefixes::from_prefixes(not_joined.iter().cloned());
    let overlapping = offered.iter().flat_map(|prefix| others.overlapping(*prefix));
    let mut found: Vec<HeldPrefix<'a>> = overlapping.collect();
    found.sort_by_key(|held| (held.prefix, held.holder.kind, held.holder.id));
    found.dedup();
    answer.not_joined = found;
}

/// The prefixes of a search, and what is held of them.
struct SearchedPrefixes<'s, 'a> {
    search: &'s FreeSearch<'a>,
    held: HeldPrefixes<'a>,
    free: FreeSpace,
}

impl<'s, 'a> SearchedPrefixes<'s, 'a> {
    fn new(search: &'s FreeSearch<'a>, held: &[HeldPrefix<'a>]) -> Self {
        let within = merge(&search.prefixes);
        // An estate has many more prefixes than one pool. Those that touch none of the searched ones hold nothing of them.
        let is_near = |held: &&HeldPrefix<'a>| touches(&within, held.prefix);
        let near = held.iter().filter(is_near).cloned();
        let held = HeldPrefixes::from_prefixes(near.chain(search.held.iter().cloned()));
        let free = FreeSpace::new(&search.prefixes, &held.outermost());
        Self { search, held, free }
    }

    fn answer(&self, wanted: Option<Wanted>, complete: bool) -> Result<FreeAnswer<'a>, PrefixSizeError> {
        let prefixes = &self.search.prefixes;
        let free: Vec<IpNet> = self.free.prefixes().collect();
        let is_v4 = prefixes.iter().any(|prefix| IpVersion::from_prefix(prefix) == IpVersion::V4);
        let all: Vec<IpNet> = merge(prefixes).iter().flat_map(AddressRange::prefixes).collect();
        Ok(FreeAnswer {
            query: self.search.name.clone(),
            is_pool: self.search.is_pool,
            prefixes: prefixes.clone(),
            status: match (free.is_empty(), complete) {
                (true, _) => FreeStatus::Full,
                (false, true) => FreeStatus::Free,
                (false, false) => FreeStatus::NotKnownToBeHeld,
            },
            addresses: is_v4.then(|| count_ipv4(&all)),
            addresses_free: is_v4.then(|| count_ipv4(&free)),
            widest: self.free.widest(IpVersion::V4),
            widest_ipv6: self.free.widest(IpVersion::V6),
            offer: wanted.map(|wanted| self.offer(wanted)).transpose()?,
            holes: self.free.holes().iter().map(|hole| self.hole(hole)).collect(),
            held: None,
            not_joined: Vec::new(),
        })
    }

    fn offer(&self, wanted: Wanted) -> Result<OfferedPrefixes, PrefixSizeError> {
        let size = wanted.size.resolve(&self.search.prefixes)?;
        let prefixes = self.free.allocate(size, wanted.count, wanted.placement);
        Ok(OfferedPrefixes {
            ip_version: if size.version == IpVersion::V4 { 4 } else { 6 },
            length: size.length,
            count: u64::try_from(wanted.count).unwrap_or(u64::MAX),
            enough: prefixes.len() == wanted.count,
            available: u64::try_from(self.free.count(size)).ok().filter(|count| *count <= MAX_EXACT),
            prefixes,
        })
    }

    fn hole(&self, hole: &Hole) -> FreeHole<'a> {
        let [before, after] = self.held.neighbours(&hole.range);
        FreeHole {
            first: hole.range.first(),
            last: hole.range.last(),
            addresses: (hole.range.version() == IpVersion::V4).then(|| count_ipv4(&hole.prefixes)),
            widest: hole.widest(),
            prefixes: hole.prefixes.clone(),
            before,
            after,
        }
    }

    /// Lists what holds addresses of the search, and since when by the history.
    fn holders(&self, history: Option<&FindHistory>, position: usize) -> Vec<HeldToday<'a>> {
        let held = self.search.prefixes.iter().flat_map(|prefix| self.held.overlapping(*prefix));
        held.map(|held| HeldToday {
            since: history.and_then(|history| since(&held, history, position)),
            held,
        })
        .collect()
    }
}

fn count_ipv4(prefixes: &[IpNet]) -> u64 {
    let ipv4 = prefixes.iter().filter(|prefix| IpVersion::from_prefix(prefix) == IpVersion::V4);
    u64::try_from(address_count(ipv4)).unwrap_or(u64::MAX)
}

/// Finds the snapshots that have a holder: those of the last time that it was there without a break.
fn since(held: &HeldPrefix<'_>, history: &FindHistory, position: usize) -> Option<HeldSince> {
    let holder = &held.holder;
    let same = |own: Option<&str>, other: Option<&str>| {
        own.unwrap_or_default().eq_ignore_ascii_case(other.unwrap_or_default())
    };
    let id = holder.id?;
    let past = history.answers.get(position)?.holders.iter().find(|past| {
        let provider = holder.provider.filter(|provider| *provider != Provider::External);
        past.id.eq_ignore_ascii_case(id)
            && past.provider == provider
            && past.what.as_str() == holder.kind.as_str()
            && same(holder.account, past.account.as_deref())
            && same(holder.region, past.region.as_deref())
    })?;
    let period = past.periods.last()?;
    let sighting = |at| {
        let snapshot = history.snapshots.iter().find(|snapshot| snapshot.taken_at == at)?;
        Some(Sighting { at, snapshot: snapshot.name.clone() })
    };
    Some(HeldSince { first: sighting(period.first_seen)?, last: sighting(period.last_seen)? })
}

impl FreeSearch<'_> {
    /// Joins several searches to one. What only one of them holds stays held, unless another searches it.
    #[must_use]
    pub fn join(searches: &[Self]) -> Self {
        let names: Vec<&str> = searches.iter().map(|search| search.name.as_str()).collect();
        let prefixes: Vec<IpNet> =
            searches.iter().flat_map(|search| search.prefixes.iter().copied()).collect();
        // The search of a pool holds the pools inside it. One that is searched too is not in the way of itself.
        let is_searched = |held: &HeldPrefix<'_>| {
            held.holder.kind == HolderKind::Pool && names.iter().any(|name| held.holder.id == Some(*name))
        };
        let name = names.join(", ");
        let is_pool = searches.iter().all(|search| search.is_pool);
        let held = searches.iter().flat_map(|search| &search.held);
        let held = held.filter(|held| !is_searched(held)).cloned().collect();
        Self { name, is_pool, prefixes, held }
    }
}
