//! The items of each list. They are written only when their page is asked for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::render;
use super::route::{ListKind, ParentResource};
use crate::sandbox::estate::azure::{
    Connection, Endpoint, Hub, Instance, Interface, Machine, MachineSize, Network, Peering, PublicIp,
    ResourceChange, SIZES, ScaleSet, Subnet, Subscription, Tenant,
};

/// An item of a list.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// A subscription.
    Subscription(&'a Subscription),
    /// A tenant.
    Tenant(&'a Tenant),
    /// A virtual network.
    Network(&'a Network),
    /// A subnet.
    Subnet(&'a Subnet),
    /// A peering.
    Peering(&'a Peering),
    /// How many addresses of a subnet are used.
    Usage(&'a Subnet),
    /// An interface.
    Interface(&'a Interface),
    /// An interface of a scale set's instance.
    InstanceInterface(&'a Interface),
    /// A public address.
    PublicIp(&'a PublicIp),
    /// A public address of a scale set's instance.
    InstancePublicIp(&'a PublicIp),
    /// A private endpoint.
    Endpoint(&'a Endpoint),
    /// A virtual hub.
    Hub(&'a Hub),
    /// A hub's connection.
    Connection(&'a Connection),
    /// A machine.
    Machine(&'a Machine),
    /// Whether a machine runs, and nothing else.
    Status(&'a Machine),
    /// A scale set.
    ScaleSet(&'a ScaleSet),
    /// A scale set's instance, and whether to say if it runs.
    Instance(&'a ScaleSet, &'a Instance, bool),
    /// A flexible scale set's machine in the list of its instances.
    Member(&'a Machine, bool),
    /// A machine size at a location.
    Size(&'static MachineSize, &'a str),
    /// A disk's size at a location.
    Disk(&'a str),
    /// A change of a resource, in Resource Graph.
    Change(&'a ResourceChange),
    /// An item that the estate file contains as JSON.
    Raw(&'a Value),
}

impl Item<'_> {
    /// Writes it as the resource manager does.
    pub fn render(&self) -> Value {
        match *self {
            Self::Subscription(it) => render::subscription(it),
            Self::Tenant(it) => render::tenant(it),
            Self::Network(it) => render::network(it),
            Self::Subnet(it) => render::subnet(it),
            Self::Peering(it) => render::peering(it),
            Self::Usage(it) => render::usage(it),
            Self::Interface(it) => render::interface(it),
            Self::InstanceInterface(it) => render::instance_interface(it),
            Self::PublicIp(it) => render::public_ip(it),
            Self::InstancePublicIp(it) => render::instance_public_ip(it),
            Self::Endpoint(it) => render::endpoint(it),
            Self::Hub(it) => render::hub(it),
            Self::Connection(it) => render::connection(it),
            Self::Machine(it) => render::machine(it),
            Self::Status(it) => render::status(it),
            Self::Change(it) => render::resource_change(it),
            Self::ScaleSet(it) => render::scale_set(it),
            Self::Instance(set, it, view) => render::instance(set, it, view),
            Self::Member(it, view) => render::member(it, view),
            Self::Size(it, location) => render::size(it, location),
            Self::Disk(location) => render::disk(location),
            Self::Raw(it) => it.clone(),
        }
    }
}

/// The options of a request for a list.
#[derive(Debug, Default)]
pub struct ListOptions {
    /// `statusOnly=true`.
    pub status_only: bool,
    /// `$expand=instanceView`.
    pub instance_view: bool,
    /// The location of `$filter=location eq '...'`.
    pub location: Option<String>,
}

/// Lists what a subscription has; `None` when the parent of the list does not exist.
pub fn items<'a>(
    all: &'a Subscription,
    what: ListKind,
    parent: Option<ParentResource<'_>>,
    wish: &ListOptions,
) -> Option<Vec<Item<'a>>> {
    let mut items = match parent {
        Some(parent) => lists_of_resource(all, what, parent, wish)?,
        None => lists_of_subscription(all, what, wish),
    };
    let list = list_name(what, parent);
    items.extend(all.raw(&list).map(Item::Raw));
    Some(items)
}

/// Returns the name of a list, as estate files have it.
fn list_name(what: ListKind, parent: Option<ParentResource<'_>>) -> String {
    let action = what.action().trim_end_matches("/read");
    let (_, list) = action.rsplit_once('/').unwrap_or_default();
    match parent {
        Some(ParentResource { kind, name, .. }) => {
            let (_, kind) = kind.split_once('/').unwrap_or_default();
            format!("{kind}/{name}/{list}")
        }
        None => list.to_owned(),
    }
}

fn lists_of_subscription<'a>(all: &'a Subscription, what: ListKind, wish: &ListOptions) -> Vec<Item<'a>> {
    match what {
        ListKind::Networks => all.networks.iter().map(Item::Network).collect(),
        ListKind::Interfaces => all.interfaces.iter().map(Item::Interface).collect(),
        ListKind::PublicIps => all.public_ips.iter().map(Item::PublicIp).collect(),
        ListKind::Hubs => all.hubs.iter().map(Item::Hub).collect(),
        ListKind::Endpoints => all.endpoints.iter().map(Item::Endpoint).collect(),
        ListKind::Machines if wish.status_only => all.machines.iter().map(Item::Status).collect(),
        ListKind::Machines => all.machines.iter().map(Item::Machine).collect(),
        ListKind::ScaleSets => all.scale_sets.iter().map(Item::ScaleSet).collect(),
        ListKind::Skus => skus(all, wish.location.as_deref()),
        // The other lists are inside a resource.
        _ => Vec::new(),
    }
}

/// Azure lists each size once for each location. Ours are those that the subscription has networks in.
fn skus<'a>(all: &'a Subscription, wanted: Option<&str>) -> Vec<Item<'a>> {
    let locations: BTreeSet<&str> =
        all.networks.iter().map(|network| network.named.location.as_str()).collect();
    let locations = locations.into_iter().filter(|location| wanted.is_none_or(|wanted| *location == wanted));
    locations
        .flat_map(|location| {
            let sizes = SIZES.iter().map(move |size| Item::Size(size, location));
            sizes.chain([Item::Disk(location)])
        })
        .collect()
}

fn lists_of_resource<'a>(
    all: &'a Subscription,
    what: ListKind,
    parent: ParentResource<'_>,
    wish: &ListOptions,
) -> Option<Vec<Item<'a>>> {
    let ParentResource { group, kind, name } = parent;
    let id = format!("/subscriptions/{}/resourceGroups/{group}/providers/{kind}/{name}", all.id);
    let is = |other: &str| other.eq_ignore_ascii_case(&id);
    let network = || all.networks.iter().find(|network| is(&network.named.id));
    let set = || all.scale_sets.iter().find(|set| is(&set.named.id));
    Some(match what {
        ListKind::Network => vec![Item::Network(network()?)],
        ListKind::Machine => {
            vec![Item::Machine(all.machines.iter().find(|machine| is(&machine.named.id))?)]
        }
        ListKind::ScaleSet => vec![Item::ScaleSet(set()?)],
        ListKind::Subnets => network()?.subnets.iter().map(Item::Subnet).collect(),
        ListKind::Peerings => network()?.peerings.iter().map(Item::Peering).collect(),
        ListKind::Usages => network()?.subnets.iter().map(Item::Usage).collect(),
        ListKind::Connections => {
            let hub = all.hubs.iter().find(|hub| is(&hub.named.id))?;
            hub.connections.iter().map(Item::Connection).collect()
        }
        ListKind::Instances => instances(all, set()?, wish.instance_view),
        ListKind::InstanceInterfaces => {
            set()?.instances.iter().map(|instance| Item::InstanceInterface(&instance.interface)).collect()
        }
        ListKind::InstancePublicIps => {
            let addresses = set()?.instances.iter().filter_map(|instance| instance.public_ip.as_ref());
            addresses.map(Item::InstancePublicIp).collect()
        }
        // The other lists are of a whole subscription.
        _ => return None,
    })
}

fn instances<'a>(all: &'a Subscription, set: &'a ScaleSet, view: bool) -> Vec<Item<'a>> {
    let own = set.instances.iter().map(|instance| Item::Instance(set, instance, view));
    let members = all.machines.iter().filter(|machine| machine.scale_set.as_ref() == Some(&set.named.id));
    own.chain(members.map(|machine| Item::Member(machine, view))).collect()
}
