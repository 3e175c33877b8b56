//! Writes the description out: names become ids, subnets get their prefixes.
//! Peerings and hubs join the networks; raw items are served as the file has them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use toml::Spanned;

use super::super::build::{find, flaw};
use super::super::load::EstateProblem;
use super::super::types::Tags;
use super::address_pool::NetworkPool;
use super::spec::{
    AzureNetworkSpec, AzurePeeringSpec, AzureSpec, AzureSubnetSpec, HubSpec, RawSpec, SubscriptionSpec,
    TenantSpec,
};
use super::types::{
    AzureEstate, Connection, Hub, Named, Network, PeeredSpace, Peering, Prefixes, Raw, Subnet, Subscription,
    Tenant, guid, is_guid,
};

/// Writes out `spec`.
pub fn build(spec: &AzureSpec) -> Result<AzureEstate, EstateProblem> {
    let mut builder = AzureBuilder::new(spec)?;
    for network in &spec.networks {
        builder.network(network)?;
    }
    for peering in &spec.peerings {
        builder.peering(peering)?;
    }
    for hub in &spec.hubs {
        builder.hub(hub)?;
    }
    for scale_set in &spec.scale_sets {
        builder.scale_set(scale_set)?;
    }
    for machine in &spec.machines {
        builder.machines(machine)?;
    }
    for endpoint in &spec.endpoints {
        builder.endpoint(endpoint)?;
    }
    for interface in &spec.interfaces {
        builder.interfaces(interface)?;
    }
    for raw in &spec.raw {
        builder.raw(raw)?;
    }
    Ok(builder.finish())
}

/// The Azure part of an estate in the making.
pub struct AzureBuilder {
    pub azure: AzureEstate,
    /// Subscriptions by name, with their default resource group.
    subscriptions: HashMap<String, (usize, String)>,
    pub networks: Vec<NetworkPool>,
    network_names: HashMap<String, usize>,
    /// Ids given out so far, in lower case.
    ids: HashSet<String>,
    pub public_addresses: u32,
}

/// Where a new resource goes.
pub struct Site {
    /// The place of its subscription.
    pub subscription: usize,
    /// Name of its resource group.
    pub group: String,
    /// Its location.
    pub location: String,
}

impl AzureBuilder {
    fn new(spec: &AzureSpec) -> Result<Self, EstateProblem> {
        let tenants = tenants(&spec.tenants)?;
        let mut azure = AzureEstate {
            page_size: spec.page_size.max(1),
            graph_page_size: spec.graph_page_size.max(1),
            tenants: Vec::new(),
            subscriptions: Vec::new(),
        };
        let mut subscriptions = HashMap::new();
        for described in &spec.subscriptions {
            let name = described.name.get_ref();
            let tenant = find(&tenants, "tenant", described.tenant.get_ref(), &described.tenant)?;
            check_guid("subscription", &described.id, &described.name)?;
            let group = described.group.clone().unwrap_or_else(|| format!("{name}-rg"));
            let twice = azure.subscription(&described.id).is_some()
                || subscriptions.insert(name.clone(), (azure.subscriptions.len(), group)).is_some();
            if twice {
                return Err(flaw(&described.name, format!("subscription `{name}` is defined twice")));
            }
            azure.subscriptions.push(Arc::new(subscription(described, tenant)));
        }
        azure.tenants = spec.tenants.iter().map(tenant).collect();
        Ok(Self {
            azure,
            subscriptions,
            networks: Vec::new(),
            network_names: HashMap::new(),
            ids: HashSet::new(),
            public_addresses: 0,
        })
    }

    /// Finds a subscription by name.
    pub fn subscription(&self, name: &Spanned<String>) -> Result<(usize, &str), EstateProblem> {
        let (place, group) = find(&self.subscriptions, "subscription", name.get_ref(), name)?;
        Ok((*place, group))
    }

    /// Returns the subscription at a place, to add to it.
    pub fn contents(&mut self, subscription: usize) -> &mut Subscription {
        Arc::make_mut(&mut self.azure.subscriptions[subscription])
    }

    /// Finds a network by name.
    pub fn network_named(&self, name: &Spanned<String>) -> Result<usize, EstateProblem> {
        find(&self.network_names, "network", name.get_ref(), name).copied()
    }

    /// Resolves `NETWORK/SUBNET` to a network and its subnets of that name.
    pub fn place(&self, place: &Spanned<String>) -> Result<(usize, Vec<usize>), EstateProblem> {
        let text = place.get_ref();
        let (network, subnet) =
            text.rsplit_once('/').ok_or_else(|| flaw(place, format!("`{text}` is not NETWORK/SUBNET")))?;
        let network = *find(&self.network_names, "network", network, place)?;
        let described = self.networks[network].described.iter().enumerate();
        let group: Vec<usize> =
            described.filter(|(_, name)| *name == subnet).map(|(index, _)| index).collect();
        if group.is_empty() {
            return Err(flaw(place, format!("there is no subnet named `{subnet}`")));
        }
        Ok((network, group))
    }

    /// Says where something in a network goes: into `group`, or beside the network.
    pub fn site(&self, network: usize, group: Option<&String>) -> Site {
        let drawn = &self.networks[network];
        let subscription = drawn.subscription;
        let group = group.unwrap_or(&drawn.group).clone();
        Site { subscription, group, location: drawn.network.named.location.clone() }
    }

    /// Names a resource of `kind`, such as `Microsoft.Network/virtualNetworks`, at a site.
    pub fn named<T>(
        &mut self,
        site: &Site,
        kind: &str,
        name: &str,
        tags: &Tags,
        at: &Spanned<T>,
    ) -> Result<Named, EstateProblem> {
        let subscription = &self.azure.subscriptions[site.subscription].id;
        let id =
            format!("/subscriptions/{subscription}/resourceGroups/{}/providers/{kind}/{name}", site.group);
        if !self.ids.insert(id.to_lowercase()) {
            return Err(flaw(at, format!("`{name}` is defined twice in resource group `{}`", site.group)));
        }
        Ok(Named { id, name: name.to_owned(), location: site.location.clone(), tags: tags.clone() })
    }

    fn network(&mut self, spec: &AzureNetworkSpec) -> Result<(), EstateProblem> {
        let name = spec.name.get_ref();
        let (subscription, group) = self.subscription(&spec.subscription)?;
        let group = spec.group.as_deref().unwrap_or(group).to_owned();
        if self.network_names.insert(name.clone(), self.networks.len()).is_some() {
            return Err(flaw(&spec.name, format!("network `{name}` is defined twice")));
        }
        for cidr in &spec.cidrs {
            check_prefix(cidr, &spec.name)?;
        }
        let site = Site { subscription, group: group.clone(), location: spec.location.clone() };
        let kind = "Microsoft.Network/virtualNetworks";
        let named = self.named(&site, kind, name, &spec.tags, &spec.name)?;
        let prefixes = spec.cidrs.clone();
        let network = Network { named, prefixes, subnets: Vec::new(), peerings: Vec::new() };
        let mut drawn = NetworkPool::new(network, subscription, group);
        for subnet in &spec.subnets {
            drawn.subnets(subnet)?;
        }
        self.networks.push(drawn);
        Ok(())
    }

    fn finish(mut self) -> AzureEstate {
        for drawn in self.networks {
            Arc::make_mut(&mut self.azure.subscriptions[drawn.subscription]).networks.push(drawn.network);
        }
        self.azure
    }
}

impl NetworkPool {
    /// Draws the subnets of one entry.
    fn subnets(&mut self, spec: &AzureSubnetSpec) -> Result<(), EstateProblem> {
        let described = spec.name.get_ref();
        if self.described.contains(described) {
            return Err(flaw(&spec.name, format!("subnet `{described}` is defined twice")));
        }
        for index in 0..spec.count {
            let prefixes = match (spec.cidr, spec.prefixes.as_slice()) {
                (Some(first), []) => Prefixes::One(consecutive(first, index, spec)?),
                (None, [_, ..]) if spec.count == 1 => Prefixes::List(spec.prefixes.clone()),
                _ => {
                    let message = format!("subnet `{described}` needs `cidr`, or `prefixes` without a count");
                    return Err(flaw(&spec.name, message));
                }
            };
            for prefix in prefixes.as_slice() {
                self.check(prefix, spec)?;
            }
            let name = numbered(described, index, spec.count);
            let id = format!("{}/subnets/{name}", self.network.named.id);
            let (delegation, used) = (spec.delegation.clone(), spec.used);
            let (configurations, endpoints) = (Vec::new(), Vec::new());
            self.add(described, Subnet { id, name, prefixes, delegation, used, configurations, endpoints });
        }
        Ok(())
    }

    fn check(&self, prefix: &IpNet, spec: &AzureSubnetSpec) -> Result<(), EstateProblem> {
        check_prefix(prefix, &spec.name)?;
        if !self.network.prefixes.iter().any(|block| block.contains(prefix)) {
            return Err(flaw(&spec.name, format!("subnet {prefix} is outside the network's address space")));
        }
        let mut others = self.network.subnets.iter().flat_map(|subnet| subnet.prefixes.as_slice());
        match others.find(|other| other.contains(prefix) || prefix.contains(*other)) {
            Some(other) => {
                Err(flaw(&spec.name, format!("subnet {prefix} overlaps {other} in the same network")))
            }
            None => Ok(()),
        }
    }
}

/// Numbers the names of several things from one entry.
pub fn numbered(name: &str, index: u32, count: u32) -> String {
    if count == 1 { name.to_owned() } else { format!("{name}-{}", index + 1) }
}

fn check_prefix<T>(prefix: &IpNet, at: &Spanned<T>) -> Result<(), EstateProblem> {
    if prefix.trunc() == *prefix {
        return Ok(());
    }
    Err(flaw(at, format!("`{prefix}` has host bits set; did you mean `{}`?", prefix.trunc())))
}

fn check_guid<T>(what: &str, id: &str, at: &Spanned<T>) -> Result<(), EstateProblem> {
    if is_guid(id) {
        return Ok(());
    }
    Err(flaw(at, format!("{what} id `{id}` is not a GUID")))
}

/// Returns the prefix `index` places after `first`.
fn consecutive(first: IpNet, index: u32, spec: &AzureSubnetSpec) -> Result<IpNet, EstateProblem> {
    let after = |first: u128, bits: u8| {
        let size = 1_u128.checked_shl(u32::from(bits))?;
        first.checked_add(size.checked_mul(u128::from(index))?)
    };
    let bits = first.max_prefix_len() - first.prefix_len();
    let next = match first {
        IpNet::V4(net) => after(u128::from(u32::from(net.addr())), bits)
            .and_then(|start| u32::try_from(start).ok())
            .and_then(|start| Ipv4Net::new(start.into(), net.prefix_len()).ok())
            .map(IpNet::V4),
        IpNet::V6(net) => after(net.addr().into(), bits)
            .and_then(|start| Ipv6Net::new(start.into(), net.prefix_len()).ok())
            .map(IpNet::V6),
    };
    next.ok_or_else(|| flaw(&spec.name, "subnets run past the last address there is".into()))
}

/// Checks the tenants; returns their ids by name.
fn tenants(specs: &[TenantSpec]) -> Result<HashMap<String, String>, EstateProblem> {
    let mut ids = HashMap::new();
    for spec in specs {
        let name = spec.name.get_ref();
        check_guid("tenant", &spec.id, &spec.name)?;
        let twice = ids.values().any(|id: &String| id.eq_ignore_ascii_case(&spec.id))
            || ids.insert(name.clone(), spec.id.clone()).is_some();
        if twice {
            return Err(flaw(&spec.name, format!("tenant `{name}` is defined twice")));
        }
    }
    Ok(ids)
}

fn tenant(spec: &TenantSpec) -> Tenant {
    let name = spec.name.get_ref().clone();
    let domain = format!("{name}.onmicrosoft.com");
    Tenant { id: spec.id.clone(), name, domain }
}

fn subscription(spec: &SubscriptionSpec, tenant: &str) -> Subscription {
    Subscription {
        id: spec.id.clone(),
        name: spec.display_name.as_ref().unwrap_or(spec.name.get_ref()).clone(),
        tenant: tenant.to_owned(),
        state: spec.state,
        hidden_from_graph: spec.hidden_from_graph,
        disallowed: spec.disallowed,
        networks: Vec::new(),
        interfaces: Vec::new(),
        public_ips: Vec::new(),
        machines: Vec::new(),
        scale_sets: Vec::new(),
        hubs: Vec::new(),
        endpoints: Vec::new(),
        raw: Vec::new(),
    }
}

impl AzureBuilder {
    /// Draws a peering: both networks show it when it is connected, the first one alone otherwise.
    pub fn peering(&mut self, spec: &AzurePeeringSpec) -> Result<(), EstateProblem> {
        let (from, to) = (self.network_named(&spec.from)?, self.network_named(&spec.to)?);
        if spec.subnets.is_some() != spec.remote_subnets.is_some() {
            let message = "a peering of some subnets needs `subnets` and `remote_subnets`";
            return Err(flaw(&spec.from, message.into()));
        }
        let near = self.share(from, spec.subnets.as_deref())?;
        let far = self.share(to, spec.remote_subnets.as_deref())?;
        self.show(from, to, &spec.state, (&near, &far));
        if spec.state == "Connected" {
            self.show(to, from, &spec.state, (&far, &near));
        }
        Ok(())
    }

    fn share(&self, network: usize, names: Option<&[Spanned<String>]>) -> Result<PeeredSpace, EstateProblem> {
        let drawn = &self.networks[network].network;
        let Some(names) = names else {
            return Ok(PeeredSpace { network: drawn.prefixes.clone(), subnets: None });
        };
        let (mut shared, mut prefixes) = (Vec::new(), Vec::new());
        for name in names {
            let subnet = drawn.subnets.iter().find(|subnet| subnet.name == *name.get_ref());
            let unknown = || flaw(name, format!("there is no subnet named `{}`", name.get_ref()));
            prefixes.extend_from_slice(subnet.ok_or_else(unknown)?.prefixes.as_slice());
            shared.push(name.get_ref().clone());
        }
        Ok(PeeredSpace { network: drawn.prefixes.clone(), subnets: Some((shared, prefixes)) })
    }

    /// Shows a peering in the network `here`.
    fn show(&mut self, here: usize, there: usize, state: &str, (local, far): (&PeeredSpace, &PeeredSpace)) {
        let remote = self.networks[there].network.named.clone();
        let network = &mut self.networks[here].network;
        let name = format!("to-{}", remote.name);
        network.peerings.push(Peering {
            id: format!("{}/virtualNetworkPeerings/{name}", network.named.id),
            name,
            remote: remote.id,
            state: state.to_owned(),
            local: local.clone(),
            far: far.clone(),
        });
    }

    /// Draws a virtual hub with its connections.
    pub fn hub(&mut self, spec: &HubSpec) -> Result<(), EstateProblem> {
        let name = spec.name.get_ref();
        let (subscription, group) = self.subscription(&spec.subscription)?;
        let group = spec.group.as_deref().unwrap_or(group).to_owned();
        let site = Site { subscription, group, location: spec.location.clone() };
        let named = self.named(&site, "Microsoft.Network/virtualHubs", name, &spec.tags, &spec.name)?;
        let (above, _) = named.id.rsplit_once("/virtualHubs/").unwrap_or_default();
        let wan = format!("{above}/virtualWans/{name}-wan");
        let mut hub = Hub { named, wan, prefix: spec.prefix, connections: Vec::new() };
        for network in &spec.connected {
            let network = self.network_named(network)?;
            self.connect(&mut hub, network);
        }
        self.contents(subscription).hubs.push(hub);
        Ok(())
    }

    /// Connects a network. Azure shows that in the network too: as a peering with the hub's own network,
    /// which is in a subscription of Microsoft's that you cannot read.
    fn connect(&mut self, hub: &mut Hub, network: usize) {
        let network = &mut self.networks[network].network;
        let name = network.named.name.clone();
        let id = format!("{}/hubVirtualNetworkConnections/{name}", hub.named.id);
        let (key, owner) = (guid(&id), guid(&format!("owner/{}", hub.named.id)));
        let peering = format!("RemoteVnetToHubPeering_{key}");
        network.peerings.push(Peering {
            id: format!("{}/virtualNetworkPeerings/{peering}", network.named.id),
            name: peering,
            remote: format!(
                "/subscriptions/{owner}/resourceGroups/RG_{hub}_{key}/providers/Microsoft.Network/virtualNetworks/HV_{hub}_{key}",
                hub = hub.named.name
            ),
            state: "Connected".into(),
            local: PeeredSpace { network: network.prefixes.clone(), subnets: None },
            far: PeeredSpace { network: vec![hub.prefix], subnets: None },
        });
        hub.connections.push(Connection { id, name, network: network.named.id.clone() });
    }
}

/// Lists of a whole subscription.
const LISTS: [&str; 8] = [
    "virtualNetworks",
    "networkInterfaces",
    "publicIPAddresses",
    "virtualHubs",
    "privateEndpoints",
    "virtualMachines",
    "virtualMachineScaleSets",
    "skus",
];

/// Lists inside a resource: its kind, and the list's name.
const INNER_LISTS: [(&str, &str); 6] = [
    ("virtualNetworks", "subnets"),
    ("virtualNetworks", "virtualNetworkPeerings"),
    ("virtualHubs", "hubVirtualNetworkConnections"),
    ("virtualMachineScaleSets", "virtualMachines"),
    ("virtualMachineScaleSets", "networkInterfaces"),
    ("virtualMachineScaleSets", "publicIPAddresses"),
];

impl AzureBuilder {
    /// Puts an item into a list.
    pub fn raw(&mut self, spec: &RawSpec) -> Result<(), EstateProblem> {
        let (subscription, _) = self.subscription(&spec.subscription)?;
        let list = spec.list.get_ref().clone();
        let known = match list.split('/').collect::<Vec<_>>()[..] {
            [list] => LISTS.contains(&list),
            [kind, _name, list] => INNER_LISTS.contains(&(kind, list)),
            _ => false,
        };
        if !known {
            return Err(flaw(&spec.list, format!("there is no list `{list}`")));
        }
        let item = serde_json::from_str(spec.json.get_ref())
            .map_err(|error| flaw(&spec.json, format!("the item is not JSON: {error}")))?;
        self.contents(subscription).raw.push(Raw { list, item });
        Ok(())
    }
}
