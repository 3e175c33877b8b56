//! What the sections of the page share: the networks by their position, and which collisions they are in.

use std::collections::HashMap;

use ipnet::IpNet;

use super::numbers::{format_count, format_share};
use super::prefix_owners::PageOwners;
use crate::analysis::addresses::{NetworkUsage, address_count, network_usage};
use crate::analysis::overlap::{Finding, FindingStatus, Member, MemberOrigin};
use crate::analysis::rows::{Completeness, completeness};
use crate::analysis::value::Value;
use crate::model::{Inventory, Kind, Network, Provider};
use crate::output::cell_text;
use crate::output::export::Export;

/// Provider, account, region and id: what tells one network from another.
type NetworkIdentity<'a> = (Provider, &'a str, &'a str, &'a str);

/// What the sections of the page share.
pub(super) struct PageContext<'a> {
    /// What is exported.
    pub export: &'a Export<'a>,
    /// The networks, in the order of the inventory, which is that of their table.
    pub networks: Vec<NetworkUsage<'a>>,
    /// The collisions that are neither accepted nor known to a baseline.
    pub open: Vec<&'a Finding>,
    /// The networks and ranges of each prefix.
    pub owners: PageOwners,
    positions: HashMap<NetworkIdentity<'a>, usize>,
    collisions_by_prefix: HashMap<(usize, IpNet), Vec<usize>>,
    /// By site and prefix.
    collisions_by_range: HashMap<(&'a str, IpNet), Vec<usize>>,
    has_table: bool,
}

impl<'a> PageContext<'a> {
    pub fn new(export: &'a Export<'a>) -> Self {
        let inventory = export.view.inventory;
        let networks = network_usage(inventory, export.index);
        let mut page = Self {
            owners: PageOwners::new(&networks, export.ranges),
            networks,
            open: export.collisions.iter().filter(|finding| finding.status == FindingStatus::Open).collect(),
            positions: inventory.networks.iter().map(identity).zip(0..).collect(),
            collisions_by_prefix: HashMap::new(),
            collisions_by_range: HashMap::new(),
            has_table: export.listings.iter().any(|listing| listing.kind == Some(Kind::Networks)),
            export,
        };
        for (at, finding) in page.open.iter().enumerate() {
            for member in &finding.members {
                if let Some(network) = page.position(member) {
                    page.collisions_by_prefix.entry((network, member.prefix)).or_default().push(at);
                }
                if let (MemberOrigin::External, Some(site)) = (member.origin, member.account.as_deref()) {
                    page.collisions_by_range.entry((site, member.prefix)).or_default().push(at);
                }
            }
        }
        page
    }

    /// Tells whether something could not be read, so that networks may be missing.
    pub const fn is_incomplete(&self) -> bool {
        !self.export.missing.is_empty()
    }

    /// Returns the label of space in which no network is known.
    pub const fn free_label(&self) -> &'static str {
        if self.is_incomplete() { "not known to be in use" } else { "free" }
    }

    /// Formats a number that was counted in rows of these kinds; `None` if they were not read.
    pub fn format_known(&self, count: usize, kinds: &[Kind]) -> Option<String> {
        let inventory = self.inventory();
        let completeness_of_kinds: Vec<Completeness> =
            kinds.iter().map(|kind| completeness(inventory, *kind)).collect();
        if count == 0 && completeness_of_kinds.contains(&Completeness::NotScanned) {
            return None;
        }
        let is_whole = completeness_of_kinds.iter().all(|of_kind| *of_kind == Completeness::Complete)
            && inventory.partial_reasons().is_empty();
        Some(format!("{}{}", if is_whole { "" } else { "at least " }, format_count(count as u128)))
    }

    pub const fn inventory(&self) -> &'a Inventory {
        self.export.view.inventory
    }

    /// Finds the position of a network that is a member of a collision; `None` for planned or external members.
    pub fn position(&self, member: &Member) -> Option<usize> {
        if member.origin != MemberOrigin::Cloud {
            return None;
        }
        let of =
            (member.provider?, member.account.as_deref()?, member.region.as_deref()?, member.id.as_str());
        self.positions.get(&of).copied()
    }

    /// Lists the open collisions that a prefix of a network is in.
    pub fn prefix_collisions(&self, network: usize, prefix: IpNet) -> impl Iterator<Item = &'a Finding> + '_ {
        self.collisions_by_prefix.get(&(network, prefix)).into_iter().flatten().map(|at| self.open[*at])
    }

    /// Lists the open collisions that a range outside the clouds is in.
    pub fn range_collisions(&self, range: usize) -> impl Iterator<Item = &'a Finding> + '_ {
        let range = &self.export.ranges[range];
        let of = (range.site.as_str(), range.prefix);
        self.collisions_by_range.get(&of).into_iter().flatten().map(|at| self.open[*at])
    }

    /// Returns the link to the row of a network, where there is a table of them.
    pub fn link(&self, network: usize) -> Option<String> {
        self.has_table.then(|| format!("#networks?row={}", network + 1))
    }

    /// Returns the link to the row of a subnet, where there is a table of them.
    pub fn link_to_subnet(&self, id: &str) -> Option<String> {
        let has_table = self.export.listings.iter().any(|listing| listing.kind == Some(Kind::Subnets));
        let escape = |c: char| match c {
            '%' | '&' | '+' | '#' | ' ' => format!("%{:02X}", u32::from(c)),
            c => c.to_string(),
        };
        has_table.then(|| format!("#subnets?q={}", id.chars().map(escape).collect::<String>()))
    }

    /// Returns the link to the networks that have this prefix.
    pub fn search(&self, prefix: IpNet) -> Option<String> {
        self.has_table.then(|| format!("#networks?q={prefix}"))
    }

    /// Returns the link to the networks inside an IPv4 prefix, and perhaps others with the same octets.
    pub fn search_within(&self, prefix: IpNet) -> Option<String> {
        let address = prefix.network().to_string();
        let octets = usize::from(prefix.prefix_len() / 8).min(3);
        let begin: String = address.split_inclusive('.').take(octets).collect();
        self.has_table.then(|| format!("#networks?q={begin}"))
    }

    /// Returns the name and the id of the account.
    pub fn account(&self, network: &Network) -> String {
        account(self.export.index.display_name(network.provider, &network.account), &network.account)
    }

    /// Describes a prefix of a network in one line.
    pub fn title(&self, at: usize, prefix: IpNet) -> String {
        let usage = &self.networks[at];
        let network = usage.network;
        let size = address_count([&prefix]);
        let mut parts: Vec<String> =
            network.name.iter().map(|name| cell_text::escape_unprintable(name)).collect();
        parts.extend([
            cell_text::escape_unprintable(&network.id),
            format!("{} {}", network.provider, self.account(network)),
            cell_text::escape_unprintable(&network.region),
            prefix.to_string(),
            match usage.allocated(prefix) {
                Some(held) => {
                    format!(
                        "{} addresses, {} in subnets",
                        format_count(size),
                        format_share(address_count(&held), size)
                    )
                }
                None => format!("{} addresses, subnets not known", format_count(size)),
            },
        ]);
        parts.extend(self.prefix_collisions(at, prefix).map(|finding| {
            let what = if finding.fails { "COLLISION" } else { "reported:" };
            format!("{what} {} {}", finding.code, finding.class.as_str())
        }));
        parts.join(" · ")
    }
}

/// Returns the name, where known, and the id of an account.
pub(super) fn account(name: Option<&str>, id: &str) -> String {
    match name {
        Some(name) => {
            format!("{} ({})", cell_text::escape_unprintable(name), cell_text::escape_unprintable(id))
        }
        None => cell_text::escape_unprintable(id),
    }
}

/// Returns the name of a network, or else its short id.
pub(super) fn display_name(name: Option<&str>, id: &str) -> String {
    match name.filter(|name| !name.trim().is_empty()) {
        Some(name) => cell_text::escape_unprintable(name),
        None => short_id(id),
    }
}

/// Returns an id without the parts that most ids have in common.
pub(super) fn short_id(id: &str) -> String {
    cell_text::format_short(&Value::Text(id.to_owned()))
}

fn identity(network: &Network) -> NetworkIdentity<'_> {
    (network.provider, &network.account, &network.region, &network.id)
}
