//! Writes a short description out: names become ids, subnets get their prefixes, networks their viewers.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use toml::Spanned;

use super::address::SubnetAllocator;
use super::azure;
use super::ids;
use super::load::EstateProblem;
use super::spec::{AccountSpec, BlockSpec, NetworkSpec, Spec, SubnetSpec};
use super::types::{
    Account, Association, Estate, Organization, Region, Subnet, Tags, TransitGateway, VisibleResources, Vpc,
};

/// How many zones every region has.
pub const ZONES: usize = 3;

/// Writes out `spec`.
pub fn build_estate(spec: &Spec) -> Result<Estate, EstateProblem> {
    let mut builder = Builder::new(spec)?;
    for account in spec.accounts.iter().filter(|account| account.default_networks) {
        for region in builder.enabled_regions(&account.id) {
            builder.network(&default_network(account, region))?;
        }
    }
    for network in &spec.networks {
        builder.network(network)?;
    }
    for gateway in &spec.transit_gateways {
        builder.transit_gateway(gateway)?;
    }
    for peering in &spec.transit_gateway_peerings {
        builder.transit_gateway_peering(peering)?;
    }
    for peering in &spec.peerings {
        builder.peering(peering)?;
    }
    for vpn in &spec.vpns {
        builder.vpn(vpn)?;
    }
    for instance in &spec.instances {
        builder.instances(instance)?;
    }
    for interface in &spec.interfaces {
        builder.interfaces(interface)?;
    }
    Ok(builder.finish())
}

/// An estate in the making.
pub struct Builder {
    estate: Estate,
    account_ids: HashMap<String, String>,
    pub networks: Vec<DraftNetwork>,
    pub network_names: HashMap<String, usize>,
    pub transit_gateways: HashMap<String, Arc<TransitGateway>>,
    pub public_addresses: u32,
    pub carrier_addresses: u32,
    pub customer_owned_addresses: u32,
}

/// A network whose subnets still give out addresses.
pub struct DraftNetwork {
    pub vpc: Arc<Vpc>,
    /// Account ids of participants.
    shared_with: Vec<String>,
    pub allocators: Vec<SubnetAllocator>,
    /// Subnets by the name they were described under.
    pub groups: HashMap<String, Range<usize>>,
}

impl Builder {
    fn new(spec: &Spec) -> Result<Self, EstateProblem> {
        if spec.accounts.is_empty() && spec.azure.tenants.is_empty() {
            let message = "there is neither an [[account]] of AWS nor an [[azure.tenant]]".into();
            return Err(EstateProblem { message, at: 0..0 });
        }
        if let Some(account) = spec.accounts.first().filter(|_| spec.regions.is_empty()) {
            return Err(flaw(&account.name, "there is no [[region]] for accounts of AWS".into()));
        }
        let mut account_ids = HashMap::new();
        for account in &spec.accounts {
            check_account(account)?;
            let twice = account_ids.values().any(|id| *id == account.id)
                || account_ids.insert(account.name.get_ref().clone(), account.id.clone()).is_some();
            if twice {
                return Err(flaw(
                    &account.name,
                    format!("account `{}` is defined twice", account.name.get_ref()),
                ));
            }
        }
        let organization = match &spec.organization {
            Some(organization) => Some(Organization {
                id: organization.id.clone(),
                management: find(
                    &account_ids,
                    "account",
                    organization.management.get_ref(),
                    &organization.management,
                )?
                .clone(),
            }),
            None => None,
        };
        let regions = spec
            .regions
            .iter()
            .map(|region| Region {
                name: region.name.clone(),
                opt_in: region.opt_in,
                unknown_parameters: region.unknown_parameters.clone(),
            })
            .collect();
        let estate = Estate {
            page_size: spec.page_size.max(1),
            faults: spec.faults.clone(),
            organization,
            regions,
            accounts: spec.accounts.iter().map(account).collect(),
            visible: HashMap::new(),
            azure: azure::build(&spec.azure)?,
        };
        Ok(Self {
            estate,
            account_ids,
            networks: Vec::new(),
            network_names: HashMap::new(),
            transit_gateways: HashMap::new(),
            public_addresses: 0,
            carrier_addresses: 0,
            customer_owned_addresses: 0,
        })
    }

    /// Returns what `account` sees in `region`, to add to it.
    pub fn visible_to(&mut self, account: &str, region: &str) -> &mut VisibleResources {
        let regions = self.estate.visible.entry(account.to_owned()).or_default();
        Arc::make_mut(regions.entry(region.to_owned()).or_default())
    }

    /// Finds an account's id by its name.
    pub fn account_id<T>(&self, name: &str, at: &Spanned<T>) -> Result<String, EstateProblem> {
        find(&self.account_ids, "account", name, at).cloned()
    }

    /// Checks that `account` (an id) may use `region`.
    pub fn check_region<T>(&self, account: &str, region: &str, at: &Spanned<T>) -> Result<(), EstateProblem> {
        if self.estate.account(account).is_some_and(|account| self.estate.enabled(account, region)) {
            return Ok(());
        }
        Err(flaw(at, format!("region `{region}` is not enabled in account {account}")))
    }

    fn enabled_regions(&self, account: &str) -> Vec<String> {
        let Some(account) = self.estate.account(account) else { return Vec::new() };
        let names = self.estate.regions.iter().map(|region| &region.name);
        names.filter(|name| self.estate.enabled(account, name)).cloned().collect()
    }

    fn network(&mut self, spec: &NetworkSpec) -> Result<(), EstateProblem> {
        let owner = self.account_id(&spec.account, &spec.name)?;
        self.check_region(&owner, &spec.region, &spec.name)?;
        let name = spec.name.get_ref();
        if self.network_names.insert(name.clone(), self.networks.len()).is_some() {
            return Err(flaw(&spec.name, format!("network `{name}` is defined twice")));
        }
        let primary = spec.cidrs.iter().find(|block| matches!(block.cidr, IpNet::V4(_)));
        if primary.is_none_or(|block| block.state != "associated") {
            let message = format!("the first IPv4 block of network `{name}` must be there and associated");
            return Err(flaw(&spec.name, message));
        }
        let mut shared_with = Vec::new();
        for participant in &spec.shared_with {
            shared_with.push(self.account_id(participant, &spec.name)?);
        }
        let vpc = Arc::new(Vpc {
            id: spec.id.clone().unwrap_or_else(|| ids::resource_id("vpc", name)),
            owner,
            region: spec.region.clone(),
            is_default: spec.is_default,
            blocks: associations(name, &spec.cidrs),
            tags: if spec.is_default { Tags::new() } else { named(name, &spec.tags) },
        });
        let mut draft = DraftNetwork { vpc, shared_with, allocators: Vec::new(), groups: HashMap::new() };
        for subnet in &spec.subnets {
            draft.subnets(name, subnet)?;
        }
        self.networks.push(draft);
        Ok(())
    }

    fn finish(mut self) -> Estate {
        for draft in std::mem::take(&mut self.networks) {
            let vpc = draft.vpc;
            let subnets: Vec<Arc<Subnet>> =
                draft.allocators.into_iter().map(|allocator| Arc::new(allocator.close())).collect();
            for viewer in draft.shared_with.iter().chain([&vpc.owner]) {
                let visible = self.visible_to(viewer, &vpc.region);
                visible.vpcs.push(Arc::clone(&vpc));
                visible.subnets.extend(subnets.iter().cloned());
            }
        }
        self.estate
    }
}

impl DraftNetwork {
    /// Draws the subnets of one entry: consecutive prefixes, spread over the zones.
    fn subnets(&mut self, network: &str, spec: &SubnetSpec) -> Result<(), EstateProblem> {
        Self::check_reservations(spec)?;
        let first = self.allocators.len();
        for (index, zone) in (0..spec.count).zip((0..ZONES).cycle()) {
            let ipv4 = match spec.cidr {
                Some(cidr) => Some(self.ipv4(cidr, index, spec)?),
                None => None,
            };
            let ipv6 = if spec.ipv6 { Some(self.ipv6(spec)?) } else { None };
            let name = spec.name.get_ref();
            let name = if spec.count == 1 { name.clone() } else { format!("{name}-{}", index + 1) };
            self.allocators.push(SubnetAllocator::new(Subnet {
                id: ids::resource_id("subnet", &format!("{network}/{name}")),
                owner: self.vpc.owner.clone(),
                region: self.vpc.region.clone(),
                vpc: self.vpc.id.clone(),
                zone,
                ipv4,
                ipv6,
                available: 0,
                customer_owned_pool: spec.customer_owned_pool.clone(),
                reservations: spec.reservations.clone(),
                used_before: spec.used_before.clone(),
                default_for_zone: self.vpc.is_default,
                tags: if self.vpc.is_default { Tags::new() } else { named(&name, &spec.tags) },
            }));
        }
        if self.groups.insert(spec.name.get_ref().clone(), first..self.allocators.len()).is_some() {
            return Err(flaw(&spec.name, format!("subnet `{}` is defined twice", spec.name.get_ref())));
        }
        Ok(())
    }

    /// Refuses reservations outside the subnet, and what is said of several subnets at once.
    fn check_reservations(spec: &SubnetSpec) -> Result<(), EstateProblem> {
        if spec.count != 1 && !(spec.reservations.is_empty() && spec.used_before.is_empty()) {
            let message = "`reservations` and `used_before` are of one subnet; give each an entry";
            return Err(flaw(&spec.name, message.into()));
        }
        let is_inside = |cidr: &Ipv4Net| spec.cidr.is_some_and(|subnet| subnet.contains(cidr));
        match spec.reservations.iter().find(|reservation| !is_inside(&reservation.cidr)) {
            Some(reservation) => {
                Err(flaw(&spec.name, format!("reservation {} is outside its subnet", reservation.cidr)))
            }
            None => Ok(()),
        }
    }

    /// Returns the prefix `index` places after `first`.
    fn ipv4(&self, first: Ipv4Net, index: u32, spec: &SubnetSpec) -> Result<Ipv4Net, EstateProblem> {
        if !(16..=28).contains(&first.prefix_len()) || first.trunc() != first {
            return Err(flaw(&spec.name, format!("subnet {first} is not a prefix of 16 to 28 bits")));
        }
        let size = u64::from(u32::from(first.broadcast()) - u32::from(first.network())) + 1;
        let start = u64::from(u32::from(first.network())) + u64::from(index) * size;
        let cidr =
            u32::try_from(start).ok().and_then(|start| Ipv4Net::new(start.into(), first.prefix_len()).ok());
        let cidr = cidr.ok_or_else(|| flaw(&spec.name, "subnets run past the end of IPv4".into()))?;
        let blocks = self.vpc.blocks.iter().filter(|block| block.state == "associated");
        if !blocks.into_iter().any(|block| block.cidr.contains(&IpNet::V4(cidr))) {
            return Err(flaw(&spec.name, format!("subnet {cidr} is outside the network's blocks")));
        }
        let others = self.allocators.iter().filter_map(|allocator| allocator.subnet.ipv4);
        match others.into_iter().find(|other| other.contains(&cidr) || cidr.contains(other)) {
            Some(other) => {
                Err(flaw(&spec.name, format!("subnet {cidr} overlaps {other} in the same network")))
            }
            None => Ok(cidr),
        }
    }

    /// Returns the next /64 of the first IPv6 block.
    fn ipv6(&self, spec: &SubnetSpec) -> Result<Ipv6Net, EstateProblem> {
        let taken = self.allocators.iter().filter(|allocator| allocator.subnet.ipv6.is_some()).count();
        let block = self.vpc.blocks.iter().find_map(|block| match block.cidr {
            IpNet::V6(cidr) => Some(cidr),
            IpNet::V4(_) => None,
        });
        let mut free = block.and_then(|block| block.subnets(64).ok()).into_iter().flatten().skip(taken);
        free.next().ok_or_else(|| flaw(&spec.name, "the network has no IPv6 /64 left for this subnet".into()))
    }
}

/// Finds what `name` stands for.
pub fn find<'a, V, T>(
    names: &'a HashMap<String, V>,
    what: &str,
    name: &str,
    at: &Spanned<T>,
) -> Result<&'a V, EstateProblem> {
    names.get(name).ok_or_else(|| flaw(at, format!("there is no {what} named `{name}`")))
}

/// Says what is wrong near `at`.
pub fn flaw<T>(at: &Spanned<T>, message: String) -> EstateProblem {
    EstateProblem { message, at: at.span() }
}

/// Adds the `Name` tag, unless there is one.
pub fn named(name: &str, tags: &Tags) -> Tags {
    let mut tags = tags.clone();
    tags.entry("Name".into()).or_insert_with(|| name.into());
    tags
}

fn check_account(account: &AccountSpec) -> Result<(), EstateProblem> {
    if account.id.len() == 12 && account.id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(flaw(&account.name, format!("account id `{}` is not twelve digits", account.id)))
}

fn account(spec: &AccountSpec) -> Account {
    Account {
        id: spec.id.clone(),
        name: spec.name.get_ref().clone(),
        status: spec.status.clone(),
        opted_in: spec.opted_in.clone(),
        roles: roles(spec),
        hides_managed: spec.hides_managed,
        zones: spec.zones.0,
    }
}

fn associations(network: &str, blocks: &[BlockSpec]) -> Vec<Association> {
    let numbered = blocks.iter().enumerate();
    numbered
        .map(|(index, block)| Association {
            id: ids::resource_id("vpc-cidr-assoc", &format!("{network}/{index}")),
            cidr: block.cidr,
            state: block.state.clone(),
        })
        .collect()
}

/// The VPC that AWS makes in every region of a new account:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html>.
fn default_network(account: &AccountSpec, region: String) -> NetworkSpec {
    let spot = account.name.span();
    NetworkSpec {
        name: Spanned::new(spot.clone(), format!("default-{}-{region}", account.name.get_ref())),
        id: None,
        account: account.name.get_ref().clone(),
        region,
        cidrs: vec![BlockSpec {
            cidr: IpNet::V4(Ipv4Net::new_assert([172, 31, 0, 0].into(), 16)),
            state: "associated".into(),
        }],
        shared_with: Vec::new(),
        tags: Tags::new(),
        subnets: vec![SubnetSpec {
            name: Spanned::new(spot, "default".into()),
            cidr: Some(Ipv4Net::new_assert([172, 31, 0, 0].into(), 20)),
            ipv6: false,
            count: 3,
            customer_owned_pool: None,
            reservations: Vec::new(),
            used_before: Vec::new(),
            tags: Tags::new(),
        }],
        is_default: true,
    }
}
/// Joins the roles that anyone may assume who is trusted with those that want an external id.
fn roles(spec: &AccountSpec) -> BTreeMap<String, Option<String>> {
    let open = spec.roles.iter().map(|name| (name.clone(), None));
    let guarded = spec.guarded_roles.iter().map(|(name, id)| (name.clone(), Some(id.clone())));
    open.chain(guarded).collect()
}
