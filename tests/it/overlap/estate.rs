//! Estates of a few networks, written down in few words, and findings as lines.

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use netcensus::analysis::filter::Filter;
use netcensus::analysis::overlap::{
    Finding, FindingStatus, OverlapError, OverlapInput, UngatedFindings, find_overlaps,
};
use netcensus::model::{
    Allowance, Block, BlockRole, BlockState, Covers, Domain, Inventory, Level, Link, LinkEnd, LinkKind,
    Network, NetworkKind, NetworkSelector, PlannedChanges, PlannedKind, PlannedPrefix, Provider, Range,
    Reservation, Resources, Subnet,
};

/// The day of all comparisons.
pub const TODAY: Date = date(2026, 6, 15);

/// Everything that a comparison is about.
#[derive(Debug, Clone)]
pub struct Estate {
    pub networks: Vec<Network>,
    pub subnets: Vec<Subnet>,
    pub links: Vec<Link>,
    pub ranges: Vec<Range>,
    pub plan: PlannedChanges,
    pub level: Level,
    pub between: Option<[Filter; 2]>,
    pub reservations: Vec<Reservation>,
    pub bridges: Vec<IpNet>,
    pub allow: Vec<Allowance>,
    pub domains: Vec<Domain>,
}

impl Default for Estate {
    fn default() -> Self {
        Self {
            networks: Vec::new(),
            subnets: Vec::new(),
            links: Vec::new(),
            ranges: Vec::new(),
            plan: PlannedChanges::default(),
            level: Level::Networks,
            between: None,
            reservations: Vec::new(),
            bridges: Vec::new(),
            allow: Vec::new(),
            domains: Vec::new(),
        }
    }
}

impl Estate {
    pub fn of(networks: Vec<Network>) -> Self {
        Self { networks, ..Self::default() }
    }

    /// Puts the inventory together as a scan does.
    pub fn inventory(&self) -> Inventory {
        let resources = Resources {
            networks: self.networks.clone(),
            subnets: self.subnets.clone(),
            links: self.links.clone(),
            ..Resources::default()
        };
        Inventory::assemble("test".into(), Timestamp::UNIX_EPOCH, Vec::new(), resources, Vec::new())
    }

    /// Asks about an inventory and what this estate declares.
    pub fn input<'a>(&'a self, inventory: &'a Inventory) -> OverlapInput<'a> {
        OverlapInput {
            inventory,
            ranges: &self.ranges,
            plan: &self.plan,
            level: self.level,
            between: self.between.as_ref(),
            reservations: &self.reservations,
            bridges: &self.bridges,
            allow: &self.allow,
            domains: &self.domains,
            today: TODAY,
        }
    }

    pub fn try_find(&self) -> Result<UngatedFindings, OverlapError> {
        find_overlaps(self.input(&self.inventory()))
    }

    pub fn find(&self) -> UngatedFindings {
        self.try_find().unwrap()
    }

    /// Lists the findings as [`line()`] writes them.
    pub fn lines(&self) -> Vec<String> {
        self.find().findings.iter().map(line).collect()
    }
}

/// Writes a finding as `latent 10.0.0.0/16: a, b`, with `accepted` before one that somebody accepted.
pub fn line(finding: &Finding) -> String {
    let status = if finding.status == FindingStatus::Open { "" } else { finding.status.as_str() };
    let spaces: Vec<String> = finding.spaces.iter().map(IpNet::to_string).collect();
    let ids: Vec<&str> = finding.members.iter().map(|member| member.id.as_str()).collect();
    format!("{status} {} {}: {}", finding.class, spaces.join(" "), ids.join(", ")).trim_start().to_owned()
}

pub fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

pub fn nets(texts: &[&str]) -> Vec<IpNet> {
    texts.iter().map(|text| net(text)).collect()
}

pub fn block(cidr: &str, role: BlockRole, state: Option<BlockState>) -> Block {
    Block { cidr: net(cidr), role, state }
}

fn network(provider: Provider, kind: NetworkKind, id: &str, blocks: &[&str]) -> Network {
    let role = |at| if at == 0 { BlockRole::Primary } else { BlockRole::Secondary };
    let blocks = blocks.iter().enumerate().map(|(at, cidr)| block(cidr, role(at), None)).collect();
    Network {
        provider,
        account: "111111111111".into(),
        account_name: None,
        region: "eu-west-1".into(),
        id: id.into(),
        name: None,
        kind,
        blocks,
        is_default: Some(false),
        state: None,
        visible_from: Vec::new(),
        tags: netcensus::model::Tags::new(),
    }
}

/// A VPC of one account and region; its first block is the primary one.
pub fn vpc(id: &str, blocks: &[&str]) -> Network {
    network(Provider::Aws, NetworkKind::Vpc, id, blocks)
}

/// A virtual network of one subscription and region.
pub fn vnet(id: &str, blocks: &[&str]) -> Network {
    network(Provider::Azure, NetworkKind::Vnet, id, blocks)
}

/// A VPC that AWS made by itself.
pub fn default_vpc(id: &str) -> Network {
    Network { is_default: Some(true), ..vpc(id, &["172.31.0.0/16"]) }
}

/// A subnet of a network; that of a virtual network is called as its id.
pub fn subnet(network: &Network, id: &str, prefixes: &[&str]) -> Subnet {
    Subnet {
        provider: network.provider,
        account: network.account.clone(),
        region: network.region.clone(),
        zone: None,
        zone_id: None,
        id: id.into(),
        name: (network.provider == Provider::Azure).then(|| id.to_owned()),
        network: network.id.clone(),
        prefixes: nets(prefixes),
        addresses_total: Some(0),
        addresses_available: None,
        purpose: None,
        customer_owned_pool: None,
        cidr_reservations: None,
        state: None,
        visible_from: Vec::new(),
        tags: netcensus::model::Tags::new(),
    }
}

/// A link of the provider that its kind is of, in the state in which it carries traffic.
pub fn link(kind: LinkKind, id: &str, ends: Vec<LinkEnd>) -> Link {
    let (provider, state) = match kind {
        LinkKind::VpcPeering => (Provider::Aws, "active"),
        LinkKind::TransitGateway | LinkKind::Vpn => (Provider::Aws, "available"),
        LinkKind::VnetPeering => (Provider::Azure, "Connected"),
        LinkKind::VirtualHub => (Provider::Azure, "Succeeded"),
    };
    Link { provider, kind, id: id.into(), ends, state: Some(state.into()) }
}

/// The end of a link at a network, all of whose blocks it reaches.
pub fn end(network: &Network) -> LinkEnd {
    LinkEnd {
        account: Some(network.account.clone()),
        region: Some(network.region.clone()),
        network: Some(network.id.clone()),
        prefixes: network.prefixes().collect(),
    }
}

/// The end of a link at a hub, or at a network that only its id is known of.
pub fn hub(id: &str) -> LinkEnd {
    LinkEnd { network: Some(id.into()), ..LinkEnd::default() }
}

/// A peering of two whole networks.
pub fn peering(one: &Network, other: &Network) -> Link {
    let kind = match one.provider {
        Provider::Azure => LinkKind::VnetPeering,
        Provider::Aws | Provider::External => LinkKind::VpcPeering,
    };
    link(kind, &format!("{}-{}", one.id, other.id), vec![end(one), end(other)])
}

/// The attachment of a network to a transit gateway.
pub fn attachment(network: &Network, gateway: &str) -> Link {
    let id = format!("{}-{gateway}", network.id);
    link(LinkKind::TransitGateway, &id, vec![end(network), hub(gateway)])
}

pub fn range(site: &str, prefix: &str) -> Range {
    Range { site: site.into(), prefix: net(prefix), name: None, domain: None, network: None }
}

pub fn planned(kind: PlannedKind, address: &str, network: Option<&str>, prefix: &str) -> PlannedPrefix {
    PlannedPrefix {
        kind,
        address: address.into(),
        provider: Some(Provider::Aws),
        region: None,
        name: None,
        network: network.map(str::to_owned),
        is_new: false,
        prefix: net(prefix),
    }
}

/// An entry of the allow list, of line `line`.
pub fn allow(line: u32, covers: Covers) -> Allowance {
    Allowance { covers, reason: "known".into(), expires: None, place: format!("netcensus.toml:{line}") }
}

/// Selects networks by a glob over their ids and names.
pub fn called(glob: &str) -> NetworkSelector {
    NetworkSelector { network: Some(glob.into()), ..NetworkSelector::default() }
}

/// A routing domain of the networks whose ids match a glob.
pub fn domain(name: &str, glob: &str, isolated_from: &[&str]) -> Domain {
    Domain {
        name: name.into(),
        members: vec![called(glob)],
        isolated_from: isolated_from.iter().map(ToString::to_string).collect(),
    }
}
