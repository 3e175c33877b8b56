//! From what was found to answers: the order of the matches, the word, what is joined to them.

use std::collections::{HashMap, HashSet};
use std::io;

use ipnet::IpNet;

use super::super::addresses::{free, occupied};
use super::super::overlap;
use super::input::FindInput;
use super::relevance::Relevance;
use super::report::{
    FIND_VERSION, FindAnswer, FindMatch, FindReport, FindStatus, MatchKind, MatchRelation, ThingKind,
};
use super::resource_index::{ResourceIndex, resource_key};
use super::search::Search;
use super::suggestions::Suggestions;
use super::thing::{FindQuery, Thing};
use super::thing_index::ThingIndex;
use crate::analysis::filter::{Filter, RowFilters};
use crate::analysis::inventory_index::InventoryIndex;
use crate::model::{
    AccountKey, Coverage, Instance, Interface, Inventory, Kind, Link, Network, Provider, Subnet,
};

/// Looks for things in an inventory. Instances and interfaces are read twice at most, and only what was found of them is
/// kept.
///
/// # Errors
/// When rows cannot be read.
pub fn find(input: FindInput<'_>) -> io::Result<FindReport<'_>> {
    let inventory = input.view.inventory;
    let (mut answers, gaps) = answer_all(input)?;
    Suggestions::add(&mut answers, input)?;
    let is_gap = |entry: &&Coverage| gaps.scopes.contains(&std::ptr::from_ref(*entry));
    Ok(FindReport {
        schema_version: FIND_VERSION,
        generator: &inventory.generator,
        taken_at: inventory.taken_at,
        complete: answers.iter().all(|answer| answer.complete),
        answers,
        coverage: inventory.coverage.iter().filter(is_gap).collect(),
        missing: gaps.missing,
    })
}

/// Answers without suggestions, and tells what was not read.
///
/// # Errors
/// When rows cannot be read.
pub(super) fn answer_all(input: FindInput<'_>) -> io::Result<(Vec<FindAnswer<'_>>, Gaps<'_>)> {
    let (things, resources) = (ThingIndex::new(input.queries), ResourceIndex::new(input.view.inventory));
    let mut search = Search::new(&things, &resources, input.queries.len());
    search.run(input)?;
    let mut gaps = Gaps::new(input);
    if let Some(filter) = MatchFilter::new(input.filters, input.view.inventory) {
        search.matches.iter_mut().for_each(|matches| matches.retain(|found| filter.passes(found)));
    }
    let answers = input.queries.iter().zip(search.matches);
    let answers = answers.map(|(query, matches)| answer(query, matches, &resources, &mut gaps)).collect();
    Ok((answers, gaps))
}

/// What was not read and could add to an answer.
pub(super) struct Gaps<'a> {
    input: FindInput<'a>,
    /// Whether everything was read that could have such a thing.
    is_complete: HashMap<Relevance, bool>,
    scopes: HashSet<*const Coverage>,
    missing: Vec<String>,
}

impl<'a> Gaps<'a> {
    fn new(input: FindInput<'a>) -> Self {
        Self { input, is_complete: HashMap::new(), scopes: HashSet::new(), missing: Vec::new() }
    }

    /// Tells whether everything was read that could have a thing, and takes down what was not.
    fn check(&mut self, thing: &Thing) -> bool {
        let relevance = Relevance::new(thing);
        if let Some(known) = self.is_complete.get(&relevance) {
            return *known;
        }
        let inventory = self.input.view.inventory;
        let scopes = relevance.unread_scopes(inventory);
        let mut missing = relevance.unscanned_parts(inventory);
        missing.extend(self.input.interrupted.then(overlap::interrupted));
        if matches!(thing, Thing::Address(_) | Thing::Prefix(_)) {
            missing.extend(self.input.plan.unknown.iter().map(overlap::unknown_value));
            missing.extend(self.input.plan.unread.iter().map(overlap::unread_value));
            missing.extend(self.input.unread_reservations.map(str::to_owned));
        }
        let is_complete = scopes.is_empty() && missing.is_empty();
        self.scopes.extend(scopes.into_iter().map(std::ptr::from_ref));
        for sentence in missing {
            if !self.missing.contains(&sentence) {
                self.missing.push(sentence);
            }
        }
        self.is_complete.insert(relevance, is_complete);
        is_complete
    }
}

fn answer<'a>(
    query: &FindQuery,
    mut matches: Vec<FindMatch<'a>>,
    resources: &ResourceIndex<'a>,
    gaps: &mut Gaps<'a>,
) -> FindAnswer<'a> {
    if matches.iter().any(|found| found.relation != MatchRelation::AttachedTo) {
        matches.retain(|found| found.relation != MatchRelation::AttachedTo);
    }
    sort_matches(&mut matches, &query.thing);
    forget_uncertain_counts(&mut matches, gaps.input.view.inventory);
    let complete = gaps.check(&query.thing);
    let (status, free) = match decide_status(&query.thing, &matches, complete) {
        // What is not shown may use it.
        (FindStatus::Free, _) if !gaps.input.filters.is_empty() => (FindStatus::NotFound, None),
        (status, free) => (status, free.filter(|_| gaps.input.filters.is_empty())),
    };
    let mut answer = FindAnswer {
        query: query.text.clone(),
        kind: kind_of(&query.thing),
        value: value_of(query),
        status,
        complete,
        joined: Vec::new(),
        hubs: Vec::new(),
        free,
        suggestions: Vec::new(),
        notes: notes(&query.thing, &matches),
        matches,
    };
    add_neighbours(&mut answer, resources);
    answer
}

pub(super) fn kind_of(thing: &Thing) -> ThingKind {
    match thing {
        Thing::Address(_) => ThingKind::Address,
        Thing::Prefix(_) => ThingKind::Prefix,
        Thing::Mac(_) => ThingKind::Mac,
        Thing::Name(name) if name.is_glob() => ThingKind::Glob,
        Thing::Name(_) => ThingKind::Name,
    }
}

pub(super) fn value_of(query: &FindQuery) -> String {
    match &query.thing {
        Thing::Address(address) => address.to_string(),
        Thing::Prefix(prefix) => prefix.to_string(),
        Thing::Mac(digits) => digits.clone(),
        Thing::Name(_) => query.text.clone(),
    }
}

/// Returns the answer in a word, and what is free of a prefix.
fn decide_status(
    thing: &Thing,
    matches: &[FindMatch<'_>],
    complete: bool,
) -> (FindStatus, Option<Vec<IpNet>>) {
    if let Thing::Prefix(prefix) = thing {
        return decide_prefix_status(*prefix, matches, complete);
    }
    // A range around a network says nothing about an address of the network.
    let is_around = |relation| matches!(relation, MatchRelation::Unassigned | MatchRelation::Contains);
    let has_holder = matches.iter().any(|found| !is_around(found.relation));
    let is_in_network = matches.iter().any(|found| found.relation == MatchRelation::Unassigned);
    let status = match (has_holder, is_in_network) {
        (true, _) => FindStatus::Found,
        (false, false) if !matches.is_empty() => FindStatus::Found,
        _ if !complete => FindStatus::Unknown,
        (false, true) => FindStatus::Unassigned,
        (false, false) => FindStatus::NotFound,
    };
    (status, None)
}

fn decide_prefix_status(
    prefix: IpNet,
    matches: &[FindMatch<'_>],
    complete: bool,
) -> (FindStatus, Option<Vec<IpNet>>) {
    let addresses =
        |found: &FindMatch<'_>| found.addresses.iter().copied().map(IpNet::from).collect::<Vec<_>>();
    let taken: Vec<IpNet> =
        matches.iter().flat_map(|found| found.prefix.into_iter().chain(addresses(found))).collect();
    let status = match occupied(prefix, &taken).as_slice() {
        [] if complete => FindStatus::Free,
        [] => FindStatus::Unknown,
        [all] if *all == prefix => FindStatus::Taken,
        _ => FindStatus::PartlyTaken,
    };
    (status, complete.then(|| free(prefix, &taken)))
}

/// Sorts matches: those of an address from the narrowest outwards, those of a prefix with what overlaps it before what is
/// in that, those of a glob from the widest inwards.
fn sort_matches(matches: &mut [FindMatch<'_>], thing: &Thing) {
    const IN_A_PREFIX: &[MatchKind] = &[MatchKind::Subnet, MatchKind::Instance, MatchKind::Interface];
    // Of many names, the few that other things are in are looked for first.
    const IN_A_GLOB: &[MatchKind] = &[
        MatchKind::Account,
        MatchKind::Network,
        MatchKind::Hub,
        MatchKind::Link,
        MatchKind::FarNetwork,
        MatchKind::Range,
        MatchKind::Planned,
        MatchKind::Reservation,
        MatchKind::Subnet,
        MatchKind::Instance,
        MatchKind::Interface,
    ];
    let is_prefix = matches!(thing, Thing::Prefix(_));
    let order = match thing {
        Thing::Prefix(_) => IN_A_PREFIX,
        Thing::Name(name) if name.is_glob() => IN_A_GLOB,
        Thing::Address(_) | Thing::Mac(_) | Thing::Name(_) => &[],
    };
    let rank = |found: &FindMatch<'_>| {
        (order.iter().position(|what| *what == found.what).map(|position| position + 1), found.what)
    };
    let narrowness = |found: &FindMatch<'_>| {
        let length = found.prefix.map_or(0, |prefix| prefix.prefix_len());
        if is_prefix { 0 } else { u8::MAX - length }
    };
    let first = |found: &FindMatch<'_>| found.prefix.or(found.addresses.first().copied().map(IpNet::from));
    matches.sort_by_cached_key(|found| {
        let by_address = first(found).filter(|_| is_prefix);
        let owner = (found.provider, found.account.clone(), found.region.clone());
        (rank(found), narrowness(found), by_address, owner, found.prefix, id_of(found).map(str::to_owned))
    });
}

/// Returns the id of what was found.
pub(super) fn id_of<'m>(found: &'m FindMatch<'_>) -> Option<&'m str> {
    match found.what {
        MatchKind::Interface => found.interface.as_ref().map(|it| it.id.as_str()),
        MatchKind::Instance => found.instance.as_ref().map(|it| it.id.as_str()),
        MatchKind::Subnet => found.subnet.map(|it| it.id.as_str()),
        MatchKind::Network => found.network.map(|it| it.id.as_str()),
        MatchKind::Link => found.link.map(|it| it.id.as_str()),
        MatchKind::Hub | MatchKind::FarNetwork => found.ends.first().and_then(|it| it.id),
        MatchKind::Account => found.account.as_deref(),
        MatchKind::Range => found.range.map(|it| it.name.as_deref().unwrap_or(&it.site)),
        MatchKind::Planned => found.planned.map(|it| it.address.as_str()),
        MatchKind::Reservation => found.reservation.map(|it| it.name.as_str()),
    }
}

/// Takes out the counts of kinds of which something in the account could not be read.
fn forget_uncertain_counts(matches: &mut [FindMatch<'_>], inventory: &Inventory) {
    for found in matches {
        let (Some(counts), Some(provider), Some(account)) =
            (&mut found.counts, found.provider, &found.account)
        else {
            continue;
        };
        let key = AccountKey::new(provider, account);
        for (kind, count) in counts {
            let mut of_kind = inventory.coverage.iter().filter(|entry| {
                let concerns = entry.kind == (*kind).into() || entry.kind.is_step();
                concerns && AccountKey::new(entry.provider, &entry.account) == key
            });
            let is_read = inventory.filters.is_empty()
                && of_kind.clone().any(|entry| entry.kind == (*kind).into())
                && !of_kind.any(|entry| entry.outcome.is_incomplete());
            *count = count.filter(|_| is_read);
        }
    }
}

/// Says what a reader may not expect.
fn notes(thing: &Thing, matches: &[FindMatch<'_>]) -> Vec<String> {
    let mut notes = Vec::new();
    let unassigned_in = |provider| {
        let is_unassigned = |found: &FindMatch<'_>| {
            found.relation == MatchRelation::Unassigned && found.provider == Some(provider)
        };
        matches!(thing, Thing::Address(_)) && matches.iter().any(is_unassigned)
    };
    if unassigned_in(Provider::Azure) {
        notes.push(
            "front ends of Azure load balancers are not read: one of them may have the address".to_owned(),
        );
    }
    if let (Thing::Prefix(prefix), [only]) = (thing, matches)
        && only.what == MatchKind::Network
        && only.relation == MatchRelation::Contains
    {
        let network = only.network.and_then(|it| it.name.as_deref()).or(id_of(only)).unwrap_or_default();
        notes.push(format!("no subnet of {network} overlaps {prefix}"));
    }
    notes
}

/// Adds what is joined to the networks among the matches, each once.
fn add_neighbours<'a>(answer: &mut FindAnswer<'a>, resources: &ResourceIndex<'a>) {
    let mut seen = Vec::new();
    for found in &answer.matches {
        if let Some(network) = found.network
            && !seen.iter().any(|known| std::ptr::eq(*known, network))
        {
            seen.push(network);
            answer.joined.extend(resources.links_of(network));
        }
    }
    let mut seen = HashSet::new();
    let mut hubs: Vec<(Provider, &str)> = Vec::new();
    let of_matches = answer.matches.iter().flat_map(|found| &found.ends);
    let of_links = answer.joined.iter().flat_map(|network| network.links.iter().map(|link| &link.far));
    for far in of_matches.chain(of_links).filter(|far| far.is_hub) {
        if let Some(id) = far.id
            && seen.insert(resource_key(far.provider, id))
        {
            hubs.push((far.provider, id));
        }
    }
    answer.hubs = hubs.into_iter().filter_map(|(provider, id)| resources.hub(provider, id)).collect();
}

/// Lists the kinds of resources that have to be read to know whether the things exist.
#[must_use]
pub fn kinds_that_matter(queries: &[FindQuery]) -> Vec<Kind> {
    let all: Vec<Kind> = queries.iter().flat_map(|query| Relevance::new(&query.thing).kinds).collect();
    Kind::ALL.into_iter().filter(|kind| all.contains(kind)).collect()
}

/// The filters, looked up once for all matches of an inventory.
struct MatchFilter<'f, 'a> {
    index: InventoryIndex<'a>,
    networks: RowFilters<'f, Network>,
    subnets: RowFilters<'f, Subnet>,
    instances: RowFilters<'f, Instance>,
    interfaces: RowFilters<'f, Interface>,
    links: RowFilters<'f, Link>,
}

impl<'f, 'a> MatchFilter<'f, 'a> {
    /// Prepares `filters`; `None` when there are none.
    pub fn new(filters: &'f [Filter], inventory: &'a Inventory) -> Option<Self> {
        (!filters.is_empty()).then(|| Self {
            index: InventoryIndex::new(inventory),
            networks: RowFilters::resolve(filters),
            subnets: RowFilters::resolve(filters),
            instances: RowFilters::resolve(filters),
            interfaces: RowFilters::resolve(filters),
            links: RowFilters::resolve(filters),
        })
    }

    /// Tells whether a match is wanted. For an interface, the machine that it is attached to decides where machines have
    /// the columns: state and tags are on machines.
    pub fn passes(&self, found: &FindMatch<'_>) -> bool {
        match found.what {
            MatchKind::Interface => match found.instance.as_ref().filter(|_| self.instances.has_columns()) {
                Some(machine) => self.instances.pass(machine, &self.index),
                None => found.interface.as_ref().is_some_and(|it| self.interfaces.pass(it, &self.index)),
            },
            MatchKind::Instance => {
                found.instance.as_ref().is_some_and(|it| self.instances.pass(it, &self.index))
            }
            MatchKind::Subnet => found.subnet.is_some_and(|it| self.subnets.pass(it, &self.index)),
            MatchKind::Network => found.network.is_some_and(|it| self.networks.pass(it, &self.index)),
            MatchKind::Link => found.link.is_some_and(|it| self.links.pass(it, &self.index)),
            MatchKind::Hub
            | MatchKind::FarNetwork
            | MatchKind::Account
            | MatchKind::Range
            | MatchKind::Planned
            | MatchKind::Reservation => false,
        }
    }
}
