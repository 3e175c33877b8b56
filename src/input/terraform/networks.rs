//! The networks of a plan that its subnets may belong to.

use ipnet::IpNet;

use super::address::Address;
use super::plan_json::Module;
use super::resolver::Resolver;
use super::resource::{Resource, Type};
use crate::model::Provider;

/// A network that is there once the plan is applied.
#[derive(Debug)]
pub struct Network<'p> {
    /// Its address.
    pub address: &'p Address,
    /// The cloud.
    pub provider: Option<Provider>,
    /// What planned prefixes call it; see [`crate::model::PlannedPrefix::network`].
    pub key: String,
    /// Region name.
    pub region: Option<&'p str>,
    /// The plan makes it.
    pub is_new: bool,
    /// Its prefixes, those of further blocks included.
    pub prefixes: Vec<IpNet>,
    /// It has an IPv6 prefix of Amazon's.
    pub has_amazon_ipv6: bool,
}

/// Finds the networks among `resources`, with the blocks that others of them add.
pub fn networks<'p>(resources: &'p [Resource], root: &'p Module) -> Vec<Network<'p>> {
    let mut networks: Vec<_> = resources.iter().filter_map(network).collect();
    let resolver = Resolver { root, networks: &networks };
    let blocks: Vec<_> = resources
        .iter()
        .filter(|resource| resource.of.is_block())
        .filter_map(|block| Some((resolver.network_of(block)?.key.clone(), block.after.as_ref()?)))
        .collect();
    for (key, block) in blocks {
        for network in networks.iter_mut().filter(|network| network.key == key) {
            network.prefixes.extend(&block.prefixes);
            network.has_amazon_ipv6 |= block.has_amazon_ipv6;
        }
    }
    networks
}

fn network(resource: &Resource) -> Option<Network<'_>> {
    let after = resource.after.as_ref().filter(|_| resource.of.is_network())?;
    Some(Network {
        address: &resource.address,
        provider: resource.of.provider(),
        key: key(resource),
        region: after.region.as_deref(),
        is_new: resource.creates,
        prefixes: after.prefixes.clone(),
        has_amazon_ipv6: after.has_amazon_ipv6,
    })
}

/// Returns what planned prefixes call a network: its id when it exists and stays, else what tells it best.
pub fn key(resource: &Resource) -> String {
    let id = resource.id().filter(|_| !resource.creates);
    let planned = resource.after.as_ref().filter(|_| matches!(resource.of, Type::Vnet | Type::Hub));
    let told = id.or_else(|| planned?.network.as_deref());
    told.unwrap_or(&resource.name).to_owned()
}
