//! The sentences of a finding: what is wrong, and what to do.

use std::collections::BTreeSet;
use std::fmt::Write;

use ipnet::IpNet;

use super::comparison::{Ground, Question};
use super::connectivity::short;
use super::findings::{Finding, Member, Origin};
use super::owners::{Holders, Of};
use crate::model::{Class, Domain, Level, Provider};

/// More networks than this are counted, where a note names them.
const NAMED: usize = 3;

/// What the sentences are about.
pub(super) struct Words<'a> {
    pub class: Class,
    pub level: Level,
    pub spaces: &'a [IpNet],
    pub within: IpNet,
}

impl Words<'_> {
    /// Says what is wrong.
    pub fn message(&self, members: &[Member], joined_by: &[String]) -> String {
        let space = self.space();
        let who = self.number(members.len());
        match self.class {
            Class::Connected => match one_network(members) {
                Some(network) => format!("{who} of {} hold {space}", short(network)),
                None => format!("{who} hold {space}, and are joined {}", joiners(joined_by)),
            },
            Class::Planned => self.planned(members),
            Class::External => {
                format!("{space} {} in use outside the clouds{}", self.is(), self.sites(members))
            }
            Class::Latent if members.len() == 2 => {
                format!("{who} hold {space}, and nothing joins them{}", not_read(members))
            }
            Class::Latent => format!("{who} hold {space}, and not all of them are joined"),
            Class::OutsideNetwork => format!(
                "{space} {} outside the blocks of {}",
                if self.spaces.len() > 1 { "lie" } else { "lies" },
                short(members.first().and_then(|member| member.network.as_deref()).unwrap_or("its network"))
            ),
            Class::DefaultNetwork => format!("{who} hold {space}, which is shared by design"),
            Class::Reserved if members.len() == 1 => format!("{who} holds {space}"),
            Class::Reserved => format!("{who} hold {space}"),
        }
    }

    /// Says what to do about it.
    pub fn advice(&self, members: &[Member]) -> String {
        let text = match self.class {
            Class::Connected => {
                "Renumber all but one of them, or take apart what joins them: routers deliver to one at most."
            }
            Class::Planned if members.iter().all(|member| member.origin == Origin::Planned) => {
                "Give each plan a prefix of its own before either is applied."
            }
            Class::Planned => "Choose a prefix that is free before the plan is applied.",
            Class::External if members.iter().all(|member| member.origin == Origin::External) => {
                "Renumber one of the sites, or translate addresses between them."
            }
            Class::External => {
                "Renumber the network before it is joined with that site, or translate addresses between them."
            }
            Class::Latent => {
                "Renumber before they have to be joined, or allow it with a reason if they never will."
            }
            Class::OutsideNetwork => {
                "Add the block to the network, or move the subnet: nothing routes to it as it is."
            }
            Class::DefaultNetwork => {
                "Nothing to do as long as nobody joins them; delete default networks that are not used."
            }
            Class::Reserved => "Move what runs there to private address space (RFC 1918, RFC 4193).",
        };
        text.to_owned()
    }

    fn space(&self) -> String {
        match self.spaces {
            [] => self.within.to_string(),
            [space] => space.to_string(),
            [first, second] => format!("{first} and {second}"),
            [first, second, rest @ ..] => {
                format!("{first}, {second} and {} more in {}", rest.len(), self.within)
            }
        }
    }

    fn is(&self) -> &'static str {
        if self.spaces.len() > 1 { "are" } else { "is" }
    }

    fn number(&self, number: usize) -> String {
        let kind = match (self.level, number) {
            (Level::Networks, 1) => "network",
            (Level::Networks, _) => "networks",
            (Level::Subnets | Level::All, 1) => "subnet",
            (Level::Subnets | Level::All, _) => "subnets",
        };
        format!("{number} {kind}")
    }

    fn planned(&self, members: &[Member]) -> String {
        let space = self.space();
        match members.iter().filter(|member| member.origin != Origin::Planned).count() {
            0 => format!("{space} would be taken {} times", members.len()),
            1 => format!("{space} would be taken, and 1 holder has {} already", self.it()),
            holders => format!("{space} would be taken, and {holders} holders have {} already", self.it()),
        }
    }

    fn it(&self) -> &'static str {
        if self.spaces.len() > 1 { "them" } else { "it" }
    }

    fn sites(&self, members: &[Member]) -> String {
        let outside = members.iter().filter(|member| member.origin == Origin::External);
        let mut names: Vec<&str> = outside.filter_map(|member| member.account.as_deref()).collect();
        names.dedup();
        let held = match members.iter().filter(|member| member.origin != Origin::External).count() {
            0 => String::new(),
            1 => format!(", and {} holds {} too", self.number(1), self.it()),
            inside => format!(", and {} hold {} too", self.number(inside), self.it()),
        };
        match names.as_slice() {
            [] => held,
            [site] => format!(" at {site}{held}"),
            [one, other] => format!(" at {one} and {other}{held}"),
            [first, rest @ ..] => format!(" at {first} and {} more sites{held}", rest.len()),
        }
    }
}

/// Says what reserved range it is.
pub(super) fn reserved(finding: &Finding, purpose: &str) -> String {
    if finding.spaces == [finding.within] {
        return format!("{}: {purpose}", finding.message);
    }
    format!("{}, in {}: {purpose}", finding.message, finding.within)
}

/// Says which domains are joined although somebody declared them isolated, and which ones may be misspelt.
fn on_domains(ground: &Ground<'_>, declared: &[Domain]) -> Vec<String> {
    let breached = ground.breached.iter().map(|pair| breach(ground, *pair));
    let believed = ground.believed.iter().map(|pair| belief(ground, *pair));
    let odd = ground.domains.iter().zip(0..).filter_map(|(name, number)| {
        if !ground.has_members(number) {
            return Some(format!(
                "routing domain `{name}` has no network or range: nothing is joined or isolated by it"
            ));
        }
        let is_stray = !declared.is_empty() && !declared.iter().any(|domain| domain.name == *name);
        is_stray.then(|| {
            format!("routing domain `{name}` is that of ranges alone; overlap.domains does not declare it")
        })
    });
    let torn = ground.torn.first().map(|first| match ground.torn.len() {
        1 => format!("several routing domains select {first}: it is in the first of them alone"),
        number => format!(
            "several routing domains select {number} networks, such as {first}: they are in the first of them alone"
        ),
    });
    breached.chain(believed).chain(odd).chain(torn).collect()
}

fn belief(ground: &Ground<'_>, pair: (u16, u16)) -> String {
    let (one, other) = names(ground, pair);
    format!(
        "routing domains `{one}` and `{other}` are declared isolated, and hubs join them: their collisions are accepted \
         in the belief that route tables keep them apart"
    )
}

fn breach(ground: &Ground<'_>, pair: (u16, u16)) -> String {
    let (one, other) = names(ground, pair);
    format!(
        "routing domains `{one}` and `{other}` are declared isolated, but a peering joins them: their collisions count"
    )
}

/// Says that two domains are isolated.
pub(super) fn isolation(ground: &Ground<'_>, pair: (u16, u16)) -> String {
    let (one, other) = names(ground, pair);
    format!("routing domains `{one}` and `{other}` are isolated")
}

fn names<'a>(ground: &Ground<'a>, (one, other): (u16, u16)) -> (&'a str, &'a str) {
    (ground.domains[usize::from(one)], ground.domains[usize::from(other)])
}

/// Returns the network that all members belong to, where they do.
fn one_network(members: &[Member]) -> Option<&str> {
    let first = members.first()?;
    let is_same = |member: &Member| {
        member.network == first.network && member.account == first.account && member.region == first.region
    };
    first.network.as_deref().filter(|_| members.iter().all(is_same))
}

/// Names what may join them and is not read.
fn not_read(members: &[Member]) -> &'static str {
    let has = |provider| members.iter().any(|member| member.provider == Some(provider));
    match (has(Provider::Aws), has(Provider::Azure)) {
        (true, false) => " (not read: Cloud WAN, Direct Connect gateways)",
        (false, true) => " (not read: ExpressRoute, VPN gateways)",
        (true, true) => " (not read: Cloud WAN, Direct Connect gateways, ExpressRoute, Azure's VPN gateways)",
        (false, false) => "",
    }
}

fn joiners(joined_by: &[String]) -> String {
    match joined_by {
        [] => "through other networks".to_owned(),
        [one] => format!("by {one}"),
        [one, two] => format!("by {one} and {two}"),
        [one, two, rest @ ..] => format!("by {one}, {two} and {} more", rest.len()),
    }
}

pub(super) fn notes(ground: &Ground<'_>, question: Question<'_>, compared: &BTreeSet<usize>) -> Vec<String> {
    let mut notes = on_domains(ground, question.domains);
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
