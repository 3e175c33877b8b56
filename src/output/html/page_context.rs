//! What the parts of the page share: networks by their place in the inventory, and who is in which collision.

use std::collections::HashMap;

use ipnet::IpNet;

use super::numbers::{number, share};
use super::prefix_owners::Holders;
use crate::analysis::addresses::{NetworkUsage, address_count, network_usage};
use crate::analysis::overlap::{Finding, Member, Origin, Status};
use crate::analysis::select::{Completeness, completeness};
use crate::analysis::value::Value;
use crate::model::{Inventory, Kind, Network, Provider};
use crate::output::cell_text;
use crate::output::export::Export;

/// Provider, account, region and id: what tells one network from another.
type Identity<'a> = (Provider, &'a str, &'a str, &'a str);

/// What the parts of the page share.
pub(super) struct Scene<'a> {
    /// What is exported.
    pub export: &'a Export<'a>,
    /// The networks, in the order of the inventory, which is that of their table.
    pub rooms: Vec<NetworkUsage<'a>>,
    /// The collisions that nobody accepted.
    pub open: Vec<&'a Finding>,
    /// Who holds which prefix.
    pub holders: Holders,
    positions: HashMap<Identity<'a>, usize>,
    disputes: HashMap<(usize, IpNet), Vec<usize>>,
    /// By site and prefix.
    disputes_of_ranges: HashMap<(&'a str, IpNet), Vec<usize>>,
    has_table: bool,
}

impl<'a> Scene<'a> {
    pub fn new(export: &'a Export<'a>) -> Self {
        let inventory = export.estate.inventory;
        let rooms = network_usage(inventory, export.index);
        let mut scene = Self {
            holders: Holders::new(&rooms, export.ranges),
            rooms,
            open: export.collisions.iter().filter(|finding| finding.status == Status::Open).collect(),
            positions: inventory.networks.iter().map(identity).zip(0..).collect(),
            disputes: HashMap::new(),
            disputes_of_ranges: HashMap::new(),
            has_table: export.listings.iter().any(|listing| listing.kind == Some(Kind::Networks)),
            export,
        };
        for (at, finding) in scene.open.iter().enumerate() {
            for member in &finding.members {
                if let Some(network) = scene.position(member) {
                    scene.disputes.entry((network, member.prefix)).or_default().push(at);
                }
                if let (Origin::External, Some(site)) = (member.origin, member.account.as_deref()) {
                    scene.disputes_of_ranges.entry((site, member.prefix)).or_default().push(at);
                }
            }
        }
        scene
    }

    /// Tells whether anything is missing, so that what is not seen may be there all the same.
    pub const fn is_incomplete(&self) -> bool {
        !self.export.missing.is_empty()
    }

    /// Returns what to call space that nothing is seen to hold.
    pub const fn free_word(&self) -> &'static str {
        if self.is_incomplete() { "not known to be held" } else { "free" }
    }

    /// Writes a number that was counted in rows of these kinds, as far as it is known.
    pub fn known(&self, count: usize, kinds: &[Kind]) -> Option<String> {
        let inventory = self.inventory();
        let completeness_of_kinds: Vec<Completeness> =
            kinds.iter().map(|kind| completeness(inventory, *kind)).collect();
        if count == 0 && completeness_of_kinds.contains(&Completeness::NotScanned) {
            return None;
        }
        let is_whole = completeness_of_kinds.iter().all(|of_kind| *of_kind == Completeness::Complete)
            && inventory.lacks().is_empty();
        Some(format!("{}{}", if is_whole { "" } else { "at least " }, number(count as u128)))
    }

    pub const fn inventory(&self) -> &'a Inventory {
        self.export.estate.inventory
    }

    /// Finds the network that is a member of a collision; `None` for what is planned, or outside the clouds.
    pub fn position(&self, member: &Member) -> Option<usize> {
        if member.origin != Origin::Cloud {
            return None;
        }
        let of =
            (member.provider?, member.account.as_deref()?, member.region.as_deref()?, member.id.as_str());
        self.positions.get(&of).copied()
    }

    /// Lists the open collisions that a prefix of a network is in.
    pub fn disputes(&self, network: usize, prefix: IpNet) -> impl Iterator<Item = &'a Finding> + '_ {
        self.disputes.get(&(network, prefix)).into_iter().flatten().map(|at| self.open[*at])
    }

    /// Lists the open collisions that a range outside the clouds is in.
    pub fn disputes_of_range(&self, range: usize) -> impl Iterator<Item = &'a Finding> + '_ {
        let range = &self.export.ranges[range];
        let of = (range.site.as_str(), range.prefix);
        self.disputes_of_ranges.get(&of).into_iter().flatten().map(|at| self.open[*at])
    }

    /// Returns the link to the row of a network, where there is a table of them.
    pub fn link(&self, network: usize) -> Option<String> {
        self.has_table.then(|| format!("#networks?row={}", network + 1))
    }

    /// Returns the link to the networks that hold a prefix.
    pub fn search(&self, prefix: IpNet) -> Option<String> {
        self.has_table.then(|| format!("#networks?q={prefix}"))
    }

    /// Returns the link to the networks that lie in a prefix of IPv4, and maybe others of the same octets.
    pub fn search_within(&self, prefix: IpNet) -> Option<String> {
        let address = prefix.network().to_string();
        let octets = usize::from(prefix.prefix_len() / 8).min(3);
        let begin: String = address.split_inclusive('.').take(octets).collect();
        self.has_table.then(|| format!("#networks?q={begin}"))
    }

    /// Returns the account as people know it: its name and its id.
    pub fn account(&self, network: &Network) -> String {
        let joined = || self.export.index.account_name(network.provider, &network.account);
        account(network.account_name.as_deref().or_else(joined), &network.account)
    }

    /// Tells all about a prefix of a network, in a line.
    pub fn title(&self, at: usize, prefix: IpNet) -> String {
        let room = &self.rooms[at];
        let network = room.network;
        let size = address_count([&prefix]);
        let mut parts: Vec<String> = network.name.iter().map(|name| cell_text::escape(name)).collect();
        parts.extend([
            cell_text::escape(&network.id),
            format!("{} {}", network.provider, self.account(network)),
            cell_text::escape(&network.region),
            prefix.to_string(),
            match room.allocated(prefix) {
                Some(held) => {
                    format!("{} addresses, {} in subnets", number(size), share(address_count(&held), size))
                }
                None => format!("{} addresses, subnets not known", number(size)),
            },
        ]);
        parts.extend(self.disputes(at, prefix).map(|finding| {
            let what = if finding.fails { "COLLISION" } else { "reported:" };
            format!("{what} {} {}", finding.code, finding.class.as_str())
        }));
        parts.join(" · ")
    }
}

/// Returns an account as people know it.
pub(super) fn account(name: Option<&str>, id: &str) -> String {
    match name {
        Some(name) => format!("{} ({})", cell_text::escape(name), cell_text::escape(id)),
        None => cell_text::escape(id),
    }
}

/// Returns what a network is called: its name, else its id, cut to what tells it apart.
pub(super) fn called(name: Option<&str>, id: &str) -> String {
    match name.filter(|name| !name.trim().is_empty()) {
        Some(name) => cell_text::escape(name),
        None => short(id),
    }
}

/// Returns an id, cut to what tells it apart.
pub(super) fn short(id: &str) -> String {
    cell_text::short(&Value::Text(id.to_owned()))
}

fn identity(network: &Network) -> Identity<'_> {
    (network.provider, &network.account, &network.region, &network.id)
}
