//! One match of `find` with all that is around it, from the narrowest outwards, a line for each.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::analysis::find::{FindAnswer, FindMatch, HubMembers, JoinedLink, MatchKind, NetworkLinks};
use crate::analysis::value::Value;
use crate::model::{Instance, Interface, Kind, Link, Network, PlannedPrefix, Range, Reservation, Subnet};
use crate::output::find::answer_text::{
    account, far_name, far_place, member_names, moment, owner, planned_kind, prefixes, relation, serves,
    short, site, tags,
};
use crate::output::layout::{Layout, flow, indented, pad};
use crate::wording::counted_plural;

/// The width of the labels.
const LABEL_WIDTH: usize = 11;
/// The most links of a network, members of a hub and names that are shown without `--wide`.
const MAX_SHOWN: usize = 6;

/// The lines of a match: each has a label and segments.
pub(super) struct Lines<'r, 'a> {
    answer: &'r FindAnswer<'a>,
    found: &'r FindMatch<'a>,
    wide: bool,
    segments: Vec<(&'static str, Vec<String>)>,
}

/// Returns the prefix or addresses of a match that a list shows: those in question, or else its own.
pub(super) fn addresses(found: &FindMatch<'_>) -> Value {
    if let Some(prefix) = found.prefix {
        return Value::Cidrs(vec![prefix]);
    }
    let own = match found.what {
        MatchKind::Instance => found.instance.as_ref().map(|it| it.private_ips.as_slice()),
        MatchKind::Interface => found.interface.as_ref().map(|it| it.private_ips.as_slice()),
        _ => None,
    };
    if let Some(own) = own {
        let addresses = if found.addresses.is_empty() { own } else { &found.addresses };
        return Value::Ips(addresses.iter().take(MAX_SHOWN).copied().collect());
    }
    Value::Cidrs(match found.what {
        MatchKind::Subnet => found.subnet.map(|it| it.prefixes.clone()).unwrap_or_default(),
        MatchKind::Network => {
            found.network.map(|it| it.prefixes().take(MAX_SHOWN).collect()).unwrap_or_default()
        }
        MatchKind::Range => found.range.map(|it| it.prefix).into_iter().collect(),
        MatchKind::Planned => found.planned.map(|it| it.prefix).into_iter().collect(),
        MatchKind::Reservation => found.reservation.map(|it| it.prefix).into_iter().collect(),
        _ => Vec::new(),
    })
}

impl<'r, 'a> Lines<'r, 'a> {
    pub fn new(answer: &'r FindAnswer<'a>, found: &'r FindMatch<'a>, wide: bool) -> Self {
        Self { answer, found, wide, segments: Vec::new() }
    }

    /// Lays the lines out. What is joined to a network is shown with its first match: `joined` has the networks that were
    /// shown.
    pub fn into_lines(mut self, joined: &mut Vec<&'r NetworkLinks<'a>>, layout: Layout) -> Vec<String> {
        let found = self.found;
        self.add("address", relation(found));
        self.add_resource();
        self.add_ends();
        if let Some(counts) = &found.counts {
            self.add_account(counts);
        }
        self.add_members();
        self.add_owner();
        self.add_joined(joined);
        let width = indented(layout, LABEL_WIDTH).width;
        let mut lines = Vec::new();
        for (label, segments) in self.segments {
            for (position, line) in flow(&segments, width).into_iter().enumerate() {
                let label = if position == 0 { label } else { "" };
                lines.push(format!("{}{line}", pad(label, LABEL_WIDTH)));
            }
        }
        lines
    }

    fn add(&mut self, label: &'static str, segments: impl IntoIterator<Item = String>) {
        let segments: Vec<String> = segments.into_iter().filter(|segment| !segment.is_empty()).collect();
        if !segments.is_empty() {
            self.segments.push((label, segments));
        }
    }

    fn add_interface(&mut self, it: &Interface) {
        let addresses = |label: &str, addresses: &[std::net::IpAddr]| {
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            (!addresses.is_empty()).then(|| format!("{label}{}", addresses.join(", ")))
        };
        let segments = [
            Some(short(&it.id)),
            serves(it.kind).map(str::to_owned),
            it.state.as_deref().map(short),
            addresses("", &it.private_ips),
            addresses("public ", &it.public_ips),
            it.mac.as_deref().map(short),
            it.description.as_deref().map(short),
            it.attached_to
                .as_deref()
                .filter(|_| self.found.instance.is_none())
                .map(|id| format!("of {}", short(id))),
        ];
        self.add("interface", segments.into_iter().flatten());
    }

    fn add_instance(&mut self, it: &Instance) {
        let addresses = self.found.interface.is_none().then(|| {
            let all: Vec<String> =
                it.private_ips.iter().chain(&it.public_ips).map(ToString::to_string).collect();
            all.join(", ")
        });
        let segments = [
            it.name.as_deref().map(short),
            Some(short(&it.id)),
            it.state.as_deref().map(short),
            it.instance_type.as_deref().map(short),
            addresses,
            it.zone.as_deref().map(short),
            it.scale_set.as_deref().map(|set| format!("of {}", short(set))),
            tags(&it.tags, self.wide),
        ];
        self.add("machine", segments.into_iter().flatten());
    }

    fn add_subnet(&mut self, it: &Subnet) {
        let is_own_tags = self.found.what == MatchKind::Subnet;
        let segments = [
            it.name.as_deref().map(short),
            Some(short(&it.id)),
            prefixes(&it.prefixes),
            it.zone.as_deref().map(short),
            it.purpose.as_deref().map(|purpose| format!("for {}", short(purpose))),
            tags(&it.tags, self.wide).filter(|_| is_own_tags),
        ];
        self.add("subnet", segments.into_iter().flatten());
    }

    fn add_network(&mut self, it: &Network) {
        // Of several blocks, the one in question first.
        let mut blocks: Vec<IpNet> = it.prefixes().collect();
        blocks.sort_by_key(|block| self.found.addresses.iter().all(|address| !block.contains(address)));
        let segments = [
            it.name.as_deref().map(short),
            Some(short(&it.id)),
            prefixes(&blocks),
            (it.is_default == Some(true)).then(|| "default".to_owned()),
            self.shared_by(it),
            tags(&it.tags, self.wide),
        ];
        self.add("network", segments.into_iter().flatten());
    }

    /// Names the owner of a network that is shared with the account of the match.
    fn shared_by(&self, network: &Network) -> Option<String> {
        let is_shared = self.found.account.as_ref().is_some_and(|account| *account != network.account);
        let owner = || account(self.found.network_owner, Some(&network.account));
        is_shared.then(owner).flatten().map(|owner| format!("shared by {owner}"))
    }

    fn add_range(&mut self, it: &Range) {
        let site = format!("at {}", short(&it.site));
        let segments = [it.name.as_deref().map(short), Some(it.prefix.to_string()), Some(site)];
        self.add("range", segments.into_iter().flatten());
    }

    fn add_planned(&mut self, it: &PlannedPrefix) {
        let prefix = it.prefix.to_string();
        let segments = [
            // A prefix of the command line has no other name.
            Some(short(&it.address)).filter(|address| *address != prefix),
            it.name.as_deref().map(short),
            Some(prefix.clone()),
            Some(planned_kind(it.kind).to_owned()),
        ];
        self.add("planned", segments.into_iter().flatten());
    }

    fn add_reservation(&mut self, it: &Reservation) {
        let until = format!("until {}", moment(it.expires_at));
        let segments = [
            Some(short(&it.name)),
            Some(it.prefix.to_string()),
            Some(format!("reserved by {}", short(&it.owner))),
            it.reason.as_deref().map(short),
            Some(until),
        ];
        self.add("reserved", segments.into_iter().flatten());
    }

    fn add_link(&mut self, it: &Link) {
        let state = it.state.as_deref().map(short).unwrap_or_default();
        self.add("link", [short(&it.id), it.kind.as_str().to_owned(), state]);
    }

    /// Adds the ends of a link, a hub, or the network that only a link tells of.
    fn add_ends(&mut self) {
        let found = self.found;
        let label = match found.what {
            MatchKind::Hub => "hub",
            MatchKind::FarNetwork => "far side",
            _ => "between",
        };
        for (position, far) in found.ends.iter().enumerate() {
            let label = if position > 0 { "and" } else { label };
            let by = found.link.filter(|_| found.what == MatchKind::FarNetwork);
            let by = by.map(|link| format!("by {} {}", link.kind.as_str(), short(&link.id)));
            let segments = [Some(far_name(far)), prefixes(&far.prefixes), far_place(far), by];
            self.add(label, segments.into_iter().flatten());
        }
    }

    /// Adds an account, and how many resources it has.
    fn add_account(&mut self, counts: &BTreeMap<Kind, Option<u64>>) {
        let count = |(kind, count): (&Kind, &Option<u64>)| match count {
            Some(count) => counted_plural(usize::try_from(*count).unwrap_or(usize::MAX), kind.as_str()),
            None => format!("{kind} unknown"),
        };
        let counts: Vec<String> = counts.iter().map(count).collect();
        self.add("account", account(self.found.account_name.as_deref(), self.found.account.as_deref()));
        self.add("has", [counts.join(", ")]);
    }

    /// Adds the members of the hub that was found.
    fn add_members(&mut self) {
        let found = self.found;
        let Some(far) = found.ends.first().filter(|_| found.what == MatchKind::Hub) else { return };
        let Some(hub) = self.hub(far.id) else { return };
        let most = self.most();
        for (position, member) in hub.members.iter().take(most).enumerate() {
            let label = if position == 0 { "joined to" } else { "" };
            self.add(label, far_segments(member));
        }
        self.add_left_out(hub.members.len());
    }

    fn add_resource(&mut self) {
        let found = self.found;
        if let Some(interface) = &found.interface {
            self.add_interface(interface);
        }
        if let Some(instance) = &found.instance {
            self.add_instance(instance);
        }
        if let Some(subnet) = found.subnet {
            self.add_subnet(subnet);
        }
        if let Some(network) = found.network {
            self.add_network(network);
        }
        if let Some(range) = found.range {
            self.add_range(range);
        }
        if let Some(planned) = found.planned {
            self.add_planned(planned);
        }
        if let Some(reservation) = found.reservation {
            self.add_reservation(reservation);
        }
        if let Some(link) = found.link.filter(|_| found.what == MatchKind::Link) {
            self.add_link(link);
        }
    }

    fn add_owner(&mut self) {
        let found = self.found;
        match (found.what, site(found)) {
            (MatchKind::Planned, _) if found.provider.is_none() => {}
            (MatchKind::Range | MatchKind::Reservation | MatchKind::Link, _) | (_, Some(_)) => {}
            (MatchKind::Account, _) => self.add("cloud", found.provider.map(|provider| provider.to_string())),
            (MatchKind::FarNetwork, _) if found.account.is_none() => {}
            _ => self.add("owner", [owner(found), found.region.as_deref().map(short).unwrap_or_default()]),
        }
    }

    fn add_joined(&mut self, shown: &mut Vec<&'r NetworkLinks<'a>>) {
        let Some(network) = self.found.network else { return };
        let is_of_network = |joined: &&NetworkLinks<'_>| {
            (joined.provider, joined.account, joined.network)
                == (network.provider, &network.account, &network.id)
        };
        let Some(joined) = self.answer.joined.iter().find(is_of_network) else { return };
        if shown.iter().any(|known| std::ptr::eq(*known, joined)) {
            return;
        }
        shown.push(joined);
        for (position, link) in joined.links.iter().take(self.most()).enumerate() {
            let label = if position == 0 { "joined to" } else { "" };
            let mut segments = far_segments(link);
            let hub = self.hub(link.far.id).filter(|_| link.far.is_hub);
            let others = hub.into_iter().flat_map(|hub| &hub.members).map(|member| &member.far);
            let others = others.filter(|far| far.id.is_none_or(|id| !id.eq_ignore_ascii_case(&network.id)));
            segments.extend(member_names(others, self.most()).map(|names| format!("with {names}")));
            self.add(label, segments);
        }
        self.add_left_out(joined.links.len());
    }

    fn add_left_out(&mut self, all: usize) {
        let left = all.saturating_sub(self.most());
        if left > 0 {
            self.add("", [format!("and {left} more")]);
        }
    }

    fn hub(&self, id: Option<&str>) -> Option<&'r HubMembers<'a>> {
        let is_it = |hub: &&HubMembers<'_>| {
            id.zip(hub.hub.id).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
        };
        self.answer.hubs.iter().find(is_it)
    }

    const fn most(&self) -> usize {
        if self.wide { usize::MAX } else { MAX_SHOWN }
    }
}

/// Describes the other end of a link, and the link.
fn far_segments(link: &JoinedLink<'_>) -> Vec<String> {
    let state = link.state.map(|state| format!(", {}", short(state))).unwrap_or_default();
    let by = format!("by {} {}{state}", link.kind.as_str(), short(link.id));
    [Some(far_name(&link.far)), prefixes(&link.far.prefixes), far_place(&link.far), Some(by)]
        .into_iter()
        .flatten()
        .collect()
}
