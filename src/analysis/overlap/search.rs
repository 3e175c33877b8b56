//! The findings of one level: sweeps for what collides, and looks at each prefix alone.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use super::clusters::{Cluster, Pieces};
use super::comparison::{Ground, OverlapError, Piece, Question, in_force, prepare};
use super::findings::{AllowState, AllowUse, Compared, Finding, Member, Origin, Status};
use super::messages::{self, Words, notes};
use super::owners::Of;
use super::roles::Side;
use super::sweep::{Holding, Pairs, Sorted};
use crate::model::{Allowance, Class, Level};

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

/// The classes that sweeps find.
const SWEPT: [Class; 5] =
    [Class::Connected, Class::Planned, Class::External, Class::Latent, Class::DefaultNetwork];

/// One level of one question.
pub(super) struct Hunt<'q, 'a> {
    pub question: Question<'a>,
    pub ground: &'q Ground<'a>,
    pub level: Level,
    pub pieces: &'q [Piece],
}

impl Hunt<'_, '_> {
    /// Adds the findings of every class, and the entries of the allow list that accept some.
    pub fn findings(&self, findings: &mut Vec<Finding>, used: &mut BTreeSet<u16>) {
        let sorted = Sorted::new(self.pieces.iter().map(|piece| piece.prefix));
        let by_unit = self.holdings(|piece| piece.unit);
        let by_component = self.holdings(|piece| piece.component);
        let whole = Pieces { pieces: self.pieces, held: &self.ground.holders.held };
        for class in SWEPT {
            for accepted in [false, true] {
                let pairs = self.ground.roles.pairs(class, accepted);
                let clusters = match class {
                    Class::Connected => {
                        let component = |at| Some(self.piece(at).component);
                        sorted.clusters_by_group(&by_unit, component, &pairs)
                    }
                    Class::Latent => sorted.clusters(&by_component, &pairs),
                    _ => sorted.clusters(&by_unit, &pairs),
                };
                let group = |piece: &Piece| if class == Class::Connected { piece.component } else { 0 };
                for cluster in whole.whole(clusters, group) {
                    let entries = accepted.then(|| self.entries(class, &cluster.members));
                    used.extend(entries.iter().flatten());
                    findings.push(self.finding(class, entries, cluster));
                }
            }
        }
        if self.question.between.is_none() {
            self.reserved(findings, used);
            if self.level == Level::Subnets {
                self.outside(findings, used);
            }
        }
    }

    /// Lists the entries of the allow list that accept a collision among `members`, some of whose are accepted.
    ///
    /// One that accepts whatever its member collides with does, since each member collides. The halves of a pair have
    /// to meet.
    fn entries(&self, class: Class, members: &[u32]) -> BTreeSet<u16> {
        let mut entries = BTreeSet::new();
        let mut sides: BTreeMap<u16, u16> = BTreeMap::new();
        for selected in members.iter().flat_map(|at| self.ground.selection(self.piece(*at))) {
            match selected.side {
                Side::Any => drop(entries.insert(selected.entry)),
                Side::First | Side::Second => {
                    *sides.entry(selected.entry).or_default() |= selected.side.bit();
                }
            }
        }
        let both = Side::First.bit() | Side::Second.bit();
        let met = |(entry, sides): &(u16, u16)| *sides == both && self.meet(class, *entry, members);
        entries.extend(sides.into_iter().filter(met).map(|(entry, _)| entry));
        entries
    }

    /// Lists the entries of the allow list that accept whatever a piece collides with.
    fn accepting_alone(&self, piece: &Piece) -> impl Iterator<Item = u16> + '_ {
        let selected = self.ground.selection(piece).iter().filter(|selected| selected.side == Side::Any);
        selected.map(|selected| selected.entry)
    }

    /// Tells whether a member that one half of an entry selects collides with one that the other half does.
    fn meet(&self, class: Class, entry: u16, members: &[u32]) -> bool {
        let holding = |at: &u32| {
            let piece = self.piece(*at);
            let halves = self.ground.selection(piece).iter().filter(|selected| selected.entry == entry);
            let colour = if class == Class::Latent { piece.component } else { piece.unit };
            Holding { prefix: piece.prefix, colour, role: halves.map(|half| half.side.bit()).sum() }
        };
        let holdings: Vec<Holding> = members.iter().map(holding).collect();
        let (first, second) = (Side::First.bit(), Side::Second.bit());
        let across = |one: u16, other: u16| one & first != 0 && other & second != 0;
        let pairs = Pairs::new(first + second + 1, |one, other| across(one, other) || across(other, one));
        !Sorted::new(holdings.iter().map(|holding| holding.prefix)).clusters(&holdings, &pairs).is_empty()
    }

    fn holdings(&self, colour: impl Fn(&Piece) -> u32) -> Vec<Holding> {
        let holding =
            |piece: &Piece| Holding { prefix: piece.prefix, colour: colour(piece), role: piece.role };
        self.pieces.iter().map(holding).collect()
    }

    fn piece(&self, at: u32) -> &Piece {
        &self.pieces[at as usize]
    }

    /// Finds what holds special-purpose addresses: one finding for each range.
    fn reserved(&self, findings: &mut Vec<Finding>, used: &mut BTreeSet<u16>) {
        for (range, purpose) in ranges(self.question.bridges) {
            let hits = |at: &u32| overlap(range, self.piece(*at).prefix);
            let members: Vec<u32> = (0..self.count()).filter(hits).collect();
            self.alone(Class::Reserved, Some((range, purpose)), members, findings, used);
        }
    }

    /// Finds subnets outside their networks: one finding for each network.
    fn outside(&self, findings: &mut Vec<Finding>, used: &mut BTreeSet<u16>) {
        let holders = &self.ground.holders;
        let mut strays: Vec<(usize, u32)> = Vec::new();
        let whole: Vec<Vec<IpNet>> = holders.blocks.iter().map(IpNet::aggregate).collect();
        for at in 0..self.count() {
            let held = holders.held[self.piece(at).held];
            let inside = whole[held.holder].iter().any(|block| block.contains(&held.prefix));
            if held.is_subnet() && !holders.all[held.holder].unread && !inside {
                strays.push((held.holder, at));
            }
        }
        strays.sort_unstable();
        for run in strays.chunk_by(|(one, _), (other, _)| one == other) {
            let members = run.iter().map(|(_, at)| *at).collect();
            self.alone(Class::OutsideNetwork, None, members, findings, used);
        }
    }

    fn count(&self) -> u32 {
        u32::try_from(self.pieces.len()).unwrap_or(u32::MAX)
    }

    /// Adds a finding whose members each offend by themselves, in `range` where they do so in one: those that the
    /// allow list accepts become another one.
    fn alone(
        &self,
        class: Class,
        range: Option<(IpNet, &str)>,
        members: Vec<u32>,
        findings: &mut Vec<Finding>,
        used: &mut BTreeSet<u16>,
    ) {
        let accepting = |at: &u32| self.accepting_alone(self.piece(*at));
        let (accepted, open): (Vec<u32>, Vec<u32>) =
            members.into_iter().partition(|at| accepting(at).next().is_some());
        let entries: BTreeSet<u16> = accepted.iter().flat_map(accepting).collect();
        used.extend(&entries);
        let space = |at: &u32| {
            let prefix = self.piece(*at).prefix;
            range.map(|(range, _)| range).filter(|range| prefix.contains(range)).unwrap_or(prefix)
        };
        for (entries, members) in [(None, open), (Some(entries), accepted)] {
            let spaces = IpNet::aggregate(&members.iter().map(space).collect());
            let Some(first) = spaces.first() else { continue };
            let within = range.map_or(*first, |(range, _)| range);
            let mut finding = self.finding(class, entries, Cluster { within, spaces, members });
            if let Some((_, purpose)) = range {
                finding.message = messages::reserved(&finding, purpose);
            }
            findings.push(finding);
        }
    }

    /// Makes a finding; `entries` are those of the allow list that accept it, where it is accepted.
    fn finding(&self, class: Class, entries: Option<BTreeSet<u16>>, cluster: Cluster) -> Finding {
        let mut held: Vec<usize> = cluster.members.iter().map(|at| self.piece(*at).held).collect();
        held.sort_unstable();
        held.dedup();
        let mut members: Vec<Member> = held.iter().map(|position| self.member(*position)).collect();
        members.sort();
        let holders: BTreeSet<usize> =
            held.iter().map(|position| self.ground.holders.held[*position].holder).collect();
        let joined_by = match class {
            Class::Connected => self.joined_by(&holders),
            _ => Vec::new(),
        };
        let accepted = entries.is_some();
        let accepted_by = entries.map(|entries| self.accepted_by(class, &entries, &cluster.members));
        let first = members.first().map(|member| member.id.as_str()).unwrap_or_default();
        let suffix = if accepted { "/accepted" } else { "" };
        let fingerprint = format!("{}/{}/{}/{first}{suffix}", class.code(), self.level, cluster.within);
        let words = Words { class, level: self.level, spaces: &cluster.spaces, within: cluster.within };
        Finding {
            code: class.code().to_owned(),
            class,
            level: self.level,
            status: if accepted { Status::Accepted } else { Status::Open },
            fails: false,
            fingerprint,
            message: words.message(&members, &joined_by),
            advice: words.advice(&members),
            within: cluster.within,
            spaces: cluster.spaces,
            members,
            joined_by,
            accepted_by: accepted_by.unwrap_or_default(),
        }
    }

    /// Names what joins the holders: what two of them have in common, else the way from the first to the next.
    fn joined_by(&self, holders: &BTreeSet<usize>) -> Vec<String> {
        let direct = self.ground.connections.joined_by(holders);
        let mut both = holders.iter();
        match (direct.is_empty(), both.next(), both.next()) {
            (true, Some(one), Some(other)) => self.ground.connections.way(*one, *other),
            _ => direct,
        }
    }

    /// Says what accepts a finding. Isolation is between two, so it accepts nobody who offends alone.
    fn accepted_by(&self, class: Class, entries: &BTreeSet<u16>, members: &[u32]) -> Vec<String> {
        let entry = |entry: &u16| {
            let entry = &self.question.allow[usize::from(*entry)];
            format!("{}: {}", entry.place, entry.reason)
        };
        let roles: BTreeSet<u16> = if SWEPT.contains(&class) {
            members.iter().map(|at| self.piece(*at).role).collect()
        } else {
            BTreeSet::new()
        };
        let isolations = self.ground.roles.isolating(&roles);
        let isolation = |pair: &(u16, u16)| messages::isolation(self.ground, *pair);
        entries.iter().map(entry).chain(isolations.iter().map(isolation)).collect()
    }

    fn member(&self, position: usize) -> Member {
        let held = &self.ground.holders.held[position];
        let holder = &self.ground.holders.all[held.holder];
        let network = &holder.network;
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut member = Member {
            origin: holder.origin,
            provider: Some(network.provider),
            account: text(&network.account),
            account_name: network.account_name.clone(),
            region: text(&network.region),
            id: network.id.clone(),
            name: network.name.clone(),
            network: None,
            prefix: held.prefix,
            domain: self.ground.domain(held.holder).map(str::to_owned),
            is_new: None,
        };
        match held.of {
            Of::Block(_) => {}
            Of::Subnet(subnet) => {
                member.account = text(&subnet.account);
                member.region = text(&subnet.region);
                member.network = Some(std::mem::replace(&mut member.id, subnet.id.clone()));
                member.name.clone_from(&subnet.name);
            }
            Of::Planned(planned) => {
                member.origin = Origin::Planned;
                member.provider = planned.provider;
                member.network = (planned.address != network.id).then(|| network.id.clone());
                member.id.clone_from(&planned.address);
                member.name = planned.name.clone().or(member.name);
            }
        }
        member
    }
}

/// Entries of the IANA registries of special-purpose addresses (RFC 6890,
/// <https://www.iana.org/assignments/iana-ipv4-special-registry>,
/// <https://www.iana.org/assignments/iana-ipv6-special-registry>) and multicast, without those that are there for
/// networks to use: private (RFC 1918), shared (RFC 6598) and unique local (RFC 4193) space.
const SPECIAL: [(&str, &str); 27] = [
    ("0.0.0.0/8", "\"this network\" (RFC 791)"),
    ("127.0.0.0/8", "loopback (RFC 1122)"),
    ("169.254.0.0/16", "link-local, metadata services (RFC 3927)"),
    ("192.0.0.0/24", "IETF protocol assignments (RFC 6890)"),
    ("192.0.2.0/24", "documentation, TEST-NET-1 (RFC 5737)"),
    ("192.31.196.0/24", "AS112 (RFC 7535)"),
    ("192.52.193.0/24", "AMT (RFC 7450)"),
    ("192.88.99.0/24", "6to4 relays, deprecated (RFC 7526)"),
    ("192.175.48.0/24", "AS112 (RFC 7534)"),
    ("198.18.0.0/15", "benchmarking (RFC 2544)"),
    ("198.51.100.0/24", "documentation, TEST-NET-2 (RFC 5737)"),
    ("203.0.113.0/24", "documentation, TEST-NET-3 (RFC 5737)"),
    ("224.0.0.0/4", "multicast (RFC 5771)"),
    ("240.0.0.0/4", "reserved (RFC 1112)"),
    ("::/128", "the unspecified address (RFC 4291)"),
    ("::1/128", "loopback (RFC 4291)"),
    ("::ffff:0:0/96", "IPv4-mapped (RFC 4291)"),
    ("64:ff9b::/96", "translation to IPv4 (RFC 6052)"),
    ("64:ff9b:1::/48", "translation to IPv4 (RFC 8215)"),
    ("100::/64", "discard-only (RFC 6666)"),
    ("2001::/23", "IETF protocol assignments (RFC 2928)"),
    ("2001:db8::/32", "documentation (RFC 3849)"),
    ("2002::/16", "6to4 (RFC 3056)"),
    ("3fff::/20", "documentation (RFC 9637)"),
    ("5f00::/16", "segment routing (RFC 9602)"),
    ("fe80::/10", "link-local (RFC 4291)"),
    ("ff00::/8", "multicast (RFC 4291)"),
];

/// Lists the special-purpose ranges, then those of container bridges, each with what it is for.
fn ranges(bridges: &[IpNet]) -> Vec<(IpNet, &'static str)> {
    let special = SPECIAL.iter().filter_map(|(prefix, purpose)| Some((prefix.parse().ok()?, *purpose)));
    special.chain(bridges.iter().map(|bridge| (*bridge, "a container bridge"))).collect()
}

/// Tells whether two prefixes share an address.
fn overlap(one: IpNet, other: IpNet) -> bool {
    one.contains(&other) || other.contains(&one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_is_a_canonical_prefix_and_none_is_for_networks() {
        let ranges = ranges(&[]);
        assert_eq!(ranges.len(), SPECIAL.len(), "every text parses");
        for (prefix, purpose) in ranges {
            assert_eq!(prefix, prefix.trunc());
            for private in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"] {
                assert!(!overlap(prefix, private.parse().unwrap()), "{prefix} {purpose}");
            }
        }
    }
}
