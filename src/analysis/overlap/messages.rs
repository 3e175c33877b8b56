//! The sentences of the report: what is wrong, what to do about it, and notes.
//!
//! They are part of the document: `message`, `advice`, `notes` and `missing`, which every format of `overlap` and `diff`
//! repeats word by word. So they are written where the document is made, and not in `output`.

use std::collections::{BTreeSet, HashMap};

use ipnet::IpNet;

use super::comparison::Comparison;
use super::connectivity::short_id;
use super::domains::{DomainPair, RoutingDomains};
use super::findings::{Member, MemberOrigin};
use super::owners::{PlanAssumptions, PrefixOwners, PrefixSource};
use crate::model::{Class, Domain, Level, Provider, Reservation, UnknownValue};
use crate::wording::{counted, counted_as};

/// The most networks that are named; a note gives the number of the others.
const MAX_NETWORKS: usize = 3;

/// What the sentences of a finding are made from.
pub(super) struct FindingText<'a> {
    pub class: Class,
    pub level: Level,
    pub spaces: &'a [IpNet],
    pub within: IpNet,
    pub members: &'a [Member],
    pub joined_by: &'a [String],
    /// What the addresses are reserved for, if that is what is wrong.
    pub purpose: Option<&'a str>,
}

impl FindingText<'_> {
    /// Says what is wrong.
    pub fn message(&self) -> String {
        let spaces = self.spaces();
        let members = self.count_owners(self.members.len());
        match self.class {
            Class::Connected => match common_network(self.members) {
                Some(network) => format!("{members} of {} use {spaces}", short_id(network)),
                None => format!("{members} use {spaces} and are connected {}", by_what(self.joined_by)),
            },
            Class::Planned => self.planned_message(),
            Class::External => self.external_message(),
            Class::Latent if self.members.len() == 2 => {
                format!("{members} use {spaces} and are not connected yet{}", unread_links(self.members))
            }
            Class::Latent => format!("{members} use {spaces} and are not all connected yet"),
            Class::OutsideNetwork => {
                let network = self.members.first().and_then(|member| member.network.as_deref());
                let network = short_id(network.unwrap_or("its network"));
                format!("{spaces} {} outside the address blocks of {network}", self.is_or_are())
            }
            Class::DefaultNetwork => format!("{members} use {spaces}, which is shared by design"),
            Class::Reserved => self.reserved_message(),
            Class::ReservationTaken => {
                let verb = if self.members.len() == 1 { "uses" } else { "use" };
                let of = if self.spaces == [self.within] { "" } else { " of it" };
                let purpose = self.purpose.unwrap_or("is reserved");
                format!("{} {purpose}: {} {verb} {spaces}{of}", self.within, self.count_users())
            }
        }
    }

    /// Says what to do about it.
    pub fn advice(&self) -> String {
        let all_are = |origin| self.members.iter().all(|member| member.origin == origin);
        let text = match self.class {
            Class::Connected => {
                "Renumber all but one, or disconnect them: a route can lead to only one of them."
            }
            Class::Planned if all_are(MemberOrigin::Planned) => {
                "Give each plan its own prefix before you apply either."
            }
            Class::Planned => "Choose a free prefix before you apply the plan.",
            Class::External if all_are(MemberOrigin::External) => {
                "Renumber one of the sites, or translate addresses between them."
            }
            Class::External => {
                "Renumber the network before you connect it to that site, or translate addresses between them."
            }
            Class::Latent => {
                "Renumber before you have to connect them. If you never will, add an entry to the allow list."
            }
            Class::OutsideNetwork => {
                "Add the block to the network, or move the subnet: nothing routes to it now."
            }
            Class::DefaultNetwork => {
                "Nothing to do unless you connect them. Delete default networks that you do not use."
            }
            Class::ReservationTaken => {
                "Give the reservation another prefix: `netcensus release` it and reserve again. If this is the network that it \
                 was made for, add its tag."
            }
            Class::Reserved => "Move what runs there to private address space (RFC 1918, RFC 4193).",
        };
        text.to_owned()
    }

    fn planned_message(&self) -> String {
        let (planned, existing): (Vec<&Member>, Vec<&Member>) =
            self.members.iter().partition(|member| member.origin == MemberOrigin::Planned);
        let spaces = self.spaces();
        let subject = match planned.as_slice() {
            [one] => format!("planned {} overlaps", one.prefix),
            several => format!("{} planned prefixes overlap", several.len()),
        };
        if existing.is_empty() {
            return format!("{subject} in {spaces}");
        }
        let external = existing.iter().filter(|member| member.origin == MemberOrigin::External).count();
        let object = match (existing.len(), external) {
            (all, external) if all == external => counted(all, "external range"),
            (all, 0) => format!("{all} existing {}", self.owner_noun(all)),
            (all, external) => {
                let (inside, noun) = (all - external, self.owner_noun(all - external));
                format!("{inside} existing {noun} and {}", counted(external, "external range"))
            }
        };
        let is_all_of_it = planned.len() == 1 && self.spaces == [planned[0].prefix];
        if is_all_of_it { format!("{subject} {object}") } else { format!("{subject} {object} in {spaces}") }
    }

    fn external_message(&self) -> String {
        let (external, inside): (Vec<&Member>, Vec<&Member>) =
            self.members.iter().partition(|member| member.origin == MemberOrigin::External);
        let mut sites: Vec<&str> = external.iter().filter_map(|member| member.account.as_deref()).collect();
        sites.dedup();
        let place = match sites.as_slice() {
            [] => String::new(),
            [site] => format!(" at {site}"),
            [one, other] => format!(" at {one} and {other}"),
            [first, others @ ..] => format!(" at {first} and {} more sites", others.len()),
        };
        let users = match inside.len() {
            0 => String::new(),
            number => format!(", and by {}", self.count_owners(number)),
        };
        format!("{} {} in use outside the clouds{place}{users}", self.spaces(), self.is_or_are())
    }

    fn reserved_message(&self) -> String {
        let verb = if self.members.len() == 1 { "uses" } else { "use" };
        let within =
            if self.spaces == [self.within] { String::new() } else { format!(", in {}", self.within) };
        let purpose = self.purpose.unwrap_or("special-purpose addresses");
        format!("{} {verb} {}{within}: {purpose}", self.count_owners(self.members.len()), self.spaces())
    }

    fn spaces(&self) -> String {
        match self.spaces {
            [] => self.within.to_string(),
            [space] => space.to_string(),
            [first, second] => format!("{first} and {second}"),
            [first, second, others @ ..] => {
                format!("{first}, {second} and {} more in {}", others.len(), self.within)
            }
        }
    }

    fn is_or_are(&self) -> &'static str {
        if self.spaces.len() > 1 { "are" } else { "is" }
    }

    /// Counts members that may be ranges and plans, too.
    fn count_users(&self) -> String {
        let number = self.members.len();
        if self.members.iter().all(|member| member.origin == MemberOrigin::Cloud) {
            self.count_owners(number)
        } else {
            counted_as(number, "other prefix", "other prefixes")
        }
    }

    fn count_owners(&self, number: usize) -> String {
        format!("{number} {}", self.owner_noun(number))
    }

    const fn owner_noun(&self, number: usize) -> &'static str {
        match (self.level, number) {
            (Level::Networks, 1) => "network",
            (Level::Networks, _) => "networks",
            (Level::Subnets | Level::All, 1) => "subnet",
            (Level::Subnets | Level::All, _) => "subnets",
        }
    }
}

/// Returns the network that all members belong to, if they do.
fn common_network(members: &[Member]) -> Option<&str> {
    let first = members.first()?;
    let is_same = |member: &Member| {
        member.network == first.network && member.account == first.account && member.region == first.region
    };
    first.network.as_deref().filter(|_| members.iter().all(is_same))
}

/// Names what may connect the members without netcensus reading it.
fn unread_links(members: &[Member]) -> &'static str {
    let has = |provider| members.iter().any(|member| member.provider == Some(provider));
    match (has(Provider::Aws), has(Provider::Azure)) {
        (true, false) => " (not read: Cloud WAN, Direct Connect gateways)",
        (false, true) => " (not read: ExpressRoute, VPN gateways)",
        (true, true) => " (not read: Cloud WAN, Direct Connect gateways, ExpressRoute, Azure VPN gateways)",
        (false, false) => "",
    }
}

fn by_what(joined_by: &[String]) -> String {
    match joined_by {
        [] => "through other networks".to_owned(),
        [one] => format!("by {one}"),
        [one, two] => format!("by {one} and {two}"),
        [one, two, others @ ..] => format!("by {one}, {two} and {} more", others.len()),
    }
}

/// Says who a prefix is reserved for.
pub(super) fn reservation(reservation: &Reservation) -> String {
    let Reservation { name, owner, expires_at, .. } = reservation;
    format!("is reserved by {owner} as `{name}` until {}", expires_at.strftime("%Y-%m-%d"))
}

/// Says that two routing domains are isolated, which is why their collisions are accepted.
pub(super) fn isolation(domains: &RoutingDomains<'_>, pair: DomainPair) -> String {
    let (one, other) = domains.names_of(pair);
    format!("routing domains `{one}` and `{other}` are isolated")
}

/// Returns what else the report has to say about a comparison. `compared` are the positions of the prefixes that were
/// compared.
pub(super) fn comparison_notes(comparison: &Comparison<'_>, compared: &BTreeSet<usize>) -> Vec<String> {
    let mut notes = domain_notes(&comparison.domains, comparison.input.domains);
    notes.extend(left_out_notes(comparison, compared));
    notes.extend(assumption_notes(&comparison.owners.assumptions));
    notes.extend(known_ranges_note(&comparison.owners));
    notes.extend(plans_of_reservations(comparison));
    notes
}

/// Says which plans count as the networks that prefixes are reserved for, because they are for exactly these.
fn plans_of_reservations(comparison: &Comparison<'_>) -> Vec<String> {
    let reserved: HashMap<IpNet, &Reservation> =
        comparison.input.reservations.iter().map(|it| (it.prefix, it)).collect();
    let planned = comparison.input.plan.prefixes.iter();
    let planned = planned.filter_map(|planned| Some((planned, reserved.get(&planned.prefix)?)));
    planned
        .map(|(planned, reserved)| {
            format!(
                "planned {} {}: it counts as the network that the prefix is reserved for, so it is not a finding",
                planned.prefix,
                reservation(reserved)
            )
        })
        .collect()
}

/// Says which isolations do not hold or cannot be verified, and which domains may be misspelt.
fn domain_notes(domains: &RoutingDomains<'_>, declared: &[Domain]) -> Vec<String> {
    let mut notes = Vec::new();
    for pair in &domains.violated {
        let (one, other) = domains.names_of(*pair);
        notes.push(format!(
            "routing domains `{one}` and `{other}` are declared isolated, but a peering connects them: their collisions \
             count"
        ));
    }
    for pair in &domains.unverified {
        let (one, other) = domains.names_of(*pair);
        notes.push(format!(
            "routing domains `{one}` and `{other}` are declared isolated, and hubs connect them: their collisions are \
             accepted, but netcensus does not read route tables and cannot verify the isolation"
        ));
    }
    for (name, number) in domains.names.iter().zip(0..) {
        if !domains.has_members(number) {
            notes.push(format!("routing domain `{name}` has no network or range, so it has no effect"));
        } else if !declared.is_empty() && !declared.iter().any(|domain| domain.name == *name) {
            notes.push(format!(
                "routing domain `{name}` is named by ranges, but not declared in overlap.domains"
            ));
        }
    }
    match domains.selected_twice.as_slice() {
        [] => {}
        [network] => {
            notes.push(format!("several routing domains select {network}: it is only in the first of them"));
        }
        [first, ..] => notes.push(format!(
            "several routing domains select {} networks, such as {first}: they are only in the first of them",
            domains.selected_twice.len()
        )),
    }
    notes
}

/// Says how many planned prefixes were not compared.
fn left_out_notes(comparison: &Comparison<'_>, compared: &BTreeSet<usize>) -> Vec<String> {
    let prefixes = comparison.owners.prefixes.iter().enumerate();
    let planned = prefixes.filter(|(_, owned)| matches!(owned.source, PrefixSource::Planned(_)));
    let of_subnets = planned.clone().filter(|(position, _)| !compared.contains(position)).count();
    let filtered = planned.filter(|(_, owned)| !comparison.passes_between(owned.owner)).count();
    let mut notes = Vec::new();
    match of_subnets {
        0 => {}
        1 => {
            notes.push("1 planned prefix is of a subnet, which --level networks does not compare".to_owned());
        }
        number => notes.push(format!(
            "{number} planned prefixes are of subnets, which --level networks does not compare"
        )),
    }
    match filtered {
        _ if comparison.input.between.is_none() => {}
        0 => {}
        1 => {
            notes
                .push("1 planned prefix matches neither filter of --between and was not compared".to_owned());
        }
        number => notes.push(format!(
            "{number} planned prefixes match neither filter of --between and were not compared"
        )),
    }
    notes
}

/// Says what was assumed about networks that a plan does not identify.
fn assumption_notes(assumptions: &PlanAssumptions) -> Vec<String> {
    let same_networks = assumptions.same_networks.iter().map(|(address, id)| {
        format!(
            "{address} is assumed to be the existing network {id} and was not compared with it: the plan does not name its \
             subscription"
        )
    });
    let namesakes = assumptions.namesakes.iter().map(|(address, id)| {
        format!(
            "{address} was compared with the existing network {id}, which has the same resource group and name: the plan \
             creates it, so it is in another subscription"
        )
    });
    let subnet_networks = assumptions.subnet_networks.iter().map(|(address, network)| match network {
        Some(id) => format!(
            "{address} is assumed to be a subnet of {id}, the only network that contains it: the plan does not name its \
             network"
        ),
        None => format!(
            "{address} was compared with subnets only: the plan does not name its network, and several networks contain it"
        ),
    });
    same_networks.chain(namesakes).chain(subnet_networks).collect()
}

/// Says which networks of the inventory are in the lists of external ranges, too.
fn known_ranges_note(owners: &PrefixOwners<'_>) -> Option<String> {
    let ranges = &owners.ranges_of_known_networks;
    let ids: BTreeSet<&str> = ranges.iter().copied().collect();
    let shown: Vec<&str> = ids.iter().copied().take(MAX_NETWORKS).collect();
    let mut shown = shown.join(", ");
    if ids.len() > MAX_NETWORKS {
        shown = format!("{shown} and {} more", ids.len() - MAX_NETWORKS);
    }
    match (ranges.len(), ids.len()) {
        (0, _) => None,
        (1, _) => Some(format!(
            "1 external range belongs to a network of the inventory ({shown}) and was not compared with that network"
        )),
        (count, 1) => Some(format!(
            "{count} external ranges belong to a network of the inventory ({shown}) and were not compared with that \
             network"
        )),
        (count, _) => Some(format!(
            "{count} external ranges belong to networks of the inventory ({shown}) and were not compared with their own \
             networks"
        )),
    }
}

/// Says that findings of the baseline were not found again.
pub(super) fn gone_from_baseline(number: usize) -> String {
    let findings = counted(number, "finding");
    let (were, them) = if number == 1 { ("was", "it") } else { ("were", "them") };
    format!(
        "{findings} of the baseline {were} not found this time; if the baseline was written with the same scope and \
         level, --write-baseline removes {them}"
    )
}

/// Says that the baseline was probably written with another level.
pub(super) fn level_not_in_baseline(level: Level) -> String {
    format!(
        "the baseline has no findings of {level}; if it was written with another --level, write it again with this one"
    )
}

/// Says that the scan was interrupted.
pub(in crate::analysis) fn interrupted() -> String {
    "the scan was interrupted".to_owned()
}

/// Says that a value of a plan cannot be compared.
pub(in crate::analysis) fn unknown_value(value: &UnknownValue) -> String {
    format!("{}: {} is known only after the plan is applied", value.address, value.attribute)
}

/// Says that a value of a plan seems to be an address, in a type of resource that is not read.
pub(in crate::analysis) fn unread_value(value: &UnknownValue) -> String {
    format!(
        "{}: {} seems to use addresses, but netcensus does not read this type of resource from a plan; compare \
         its addresses with --planned",
        value.address, value.attribute
    )
}
