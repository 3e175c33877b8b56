//! Which network a subnet is in, when the network's id is not known before the plan is applied.

use std::collections::HashSet;

use ipnet::IpNet;
use serde_json::Value;

use super::address::{AddressStep, ResourceAddress};
use super::plan_json::{ConfiguredResource, Module};
use super::resource::PlannedResource;
use super::resource_type::ResourceType;
use crate::model::Provider;

/// References lead on at most this often: through modules, outputs and other resources.
const LONGEST_TRAIL: usize = 32;

/// The attributes that name the network of a subnet or block: of `aws` and `awscc`, of `azurerm`, of `azapi`.
const PARENTS: [&str; 3] = ["vpc_id", "virtual_network_name", "parent_id"];

/// A network that is there once the plan is applied.
#[derive(Debug)]
pub struct ResolvedNetwork<'p> {
    /// Its address.
    pub address: &'p ResourceAddress,
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
pub fn networks<'p>(resources: &'p [PlannedResource], root: &'p Module) -> Vec<ResolvedNetwork<'p>> {
    let mut networks: Vec<_> = resources.iter().filter_map(network_of_resource).collect();
    let resolver = Resolver { root, networks: &networks };
    let blocks: Vec<_> = resources
        .iter()
        .filter(|resource| resource.kind.is_block())
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

/// Returns the network that a resource is; `None` of other resources, and of one that is deleted.
fn network_of_resource(resource: &PlannedResource) -> Option<ResolvedNetwork<'_>> {
    let after = resource.after.as_ref().filter(|_| resource.kind.is_network())?;
    Some(ResolvedNetwork {
        address: &resource.address,
        provider: resource.kind.provider(),
        key: network_key(resource),
        region: after.region.as_deref(),
        is_new: resource.creates,
        prefixes: after.prefixes.clone(),
        has_amazon_ipv6: after.has_amazon_ipv6,
    })
}

/// Returns what planned prefixes call a network: its id when it exists and stays, else the id that it will have, or its
/// address.
pub fn network_key(resource: &PlannedResource) -> String {
    let id = resource.id().filter(|_| !resource.creates);
    let planned =
        resource.after.as_ref().filter(|_| matches!(resource.kind, ResourceType::Vnet | ResourceType::Hub));
    let key = id.or_else(|| planned?.network.as_deref());
    key.unwrap_or(&resource.name).to_owned()
}

/// Finds networks by what the configuration refers to, and by prefix.
pub struct Resolver<'p, 'n> {
    /// The configuration.
    pub root: &'p Module,
    /// The networks of the plan.
    pub networks: &'n [ResolvedNetwork<'p>],
}

impl<'p, 'n> Resolver<'p, 'n> {
    /// Finds the network in the plan that a subnet or block is part of; `None` when that is not certain.
    pub fn network_of(&self, part: &PlannedResource) -> Option<&'n ResolvedNetwork<'p>> {
        let after = part.after.as_ref().filter(|_| !part.kind.is_network())?;
        if let Some(key) = &after.network {
            let whole = self.networks.iter().find(|network| network.key.eq_ignore_ascii_case(key));
            let same = || self.networks.iter().filter(|network| is_same(&network.key, key));
            return whole.or_else(|| only(same().collect()));
        }
        let mut found = Vec::new();
        for attribute in PARENTS {
            self.follow_attribute(&part.address, attribute, LONGEST_TRAIL, &mut found);
        }
        // Several references may lead to one network.
        let mut seen: HashSet<*const ResolvedNetwork<'_>> = HashSet::new();
        found.retain(|network| {
            network.provider == part.kind.provider() && seen.insert(std::ptr::from_ref(*network))
        });
        // A further block lies outside those that the network has, so that its prefix tells nothing.
        let prefixes = if part.kind.is_block() { &[][..] } else { &after.prefixes };
        if found.is_empty() {
            self.only_around(part, prefixes)
        } else {
            choose(found, &part.address, prefixes)
        }
    }

    /// Tells whether the configuration sets an attribute; without a configuration it may.
    pub fn may_set(&self, part: &PlannedResource, attribute: &str) -> bool {
        let configured = self.configured(&part.address);
        configured.is_none_or(|configured| configured.expressions.contains_key(attribute))
    }

    fn configured(&self, address: &ResourceAddress) -> Option<&'p ConfiguredResource> {
        let [kind, name, ..] = address.rest.as_slice() else { return None };
        find_resource(find_module(self.root, &address.modules)?, &kind.name, &name.name)
    }

    /// Finds the one new network around the prefixes, in the same module if there is one.
    fn only_around(&self, part: &PlannedResource, prefixes: &[IpNet]) -> Option<&'n ResolvedNetwork<'p>> {
        let around = |network: &&ResolvedNetwork<'_>| {
            network.is_new && network.provider == part.kind.provider() && contains(network, prefixes)
        };
        let all: Vec<_> = self.networks.iter().filter(around).collect();
        let beside = all.iter().copied().filter(|network| network.address.modules == part.address.modules);
        only(beside.collect()).or_else(|| only(all))
    }

    fn follow_attribute(
        &self,
        resource: &ResourceAddress,
        attribute: &str,
        left: usize,
        found: &mut Vec<&'n ResolvedNetwork<'p>>,
    ) {
        let Some(configured) = self.configured(resource) else { return };
        if let Some(expression) = configured.expressions.get(attribute) {
            let each = configured.for_each_expression.as_ref();
            self.follow(&resource.modules, expression, each, left, found);
        }
    }

    /// Adds the networks that an expression in the module at `path` leads to; `each` is what `each` stands for.
    fn follow(
        &self,
        path: &[AddressStep],
        expression: &Value,
        each: Option<&Value>,
        left: usize,
        found: &mut Vec<&'n ResolvedNetwork<'p>>,
    ) {
        let Some(left) = left.checked_sub(1) else { return };
        for reference in full_references(expression) {
            let mut address = ResourceAddress::parse(reference);
            address.modules.splice(..0, path.iter().cloned());
            let first = address.rest.first().map_or("", |step| &step.name);
            match (first, each) {
                _ if address.modules.len() > path.len() => self.follow_output(&address, left, found),
                ("var", _) => self.follow_variable(&address, left, found),
                ("each", Some(each)) => self.follow(path, each, None, left, found),
                _ => self.follow_resource(&address, left, found),
            }
        }
    }

    /// Goes on where the module is called.
    fn follow_variable(
        &self,
        variable: &ResourceAddress,
        left: usize,
        found: &mut Vec<&'n ResolvedNetwork<'p>>,
    ) {
        let Some((step, outer)) = variable.modules.split_last() else { return };
        let call = find_module(self.root, outer).and_then(|module| module.calls.get(&step.name));
        let (Some(call), Some(name)) = (call, variable.rest.get(1)) else { return };
        if let Some(expression) = call.expressions.get(&name.name) {
            self.follow(outer, expression, call.for_each_expression.as_ref(), left, found);
        }
    }

    /// Goes on inside the module. `module.net[each.key].vpc_id` is written as `module.net`, so where the output is
    /// not named, any network of the module may be meant.
    fn follow_output(&self, output: &ResourceAddress, left: usize, found: &mut Vec<&'n ResolvedNetwork<'p>>) {
        if let Some(name) = output.rest.first() {
            let output_of =
                find_module(self.root, &output.modules).and_then(|module| module.outputs.get(&name.name));
            if let Some(told) = output_of {
                self.follow(&output.modules, &told.expression, None, left, found);
            }
            return;
        }
        self.add(found, |network| is_below(&output.modules, &network.address.modules));
    }

    /// Adds a network, or goes on at the attribute of something else.
    fn follow_resource(
        &self,
        resource: &ResourceAddress,
        left: usize,
        found: &mut Vec<&'n ResolvedNetwork<'p>>,
    ) {
        let [kind, name, attributes @ ..] = resource.rest.as_slice() else { return };
        // A resource of `azapi` may be of any type; if it is no network, none has its address.
        if kind.name.starts_with("azapi_")
            || ResourceType::from_name(&kind.name).is_some_and(ResourceType::is_network)
        {
            return self.add(found, |network| {
                network.address.modules.len() == resource.modules.len()
                    && is_below(&resource.modules, &network.address.modules)
                    && matches!(network.address.rest.as_slice(), [k, n, ..] if k == kind && name.covers(n))
            });
        }
        if let (Some(left), Some(attribute)) = (left.checked_sub(1), attributes.first()) {
            self.follow_attribute(resource, &attribute.name, left, found);
        }
    }

    fn add(&self, found: &mut Vec<&'n ResolvedNetwork<'p>>, is_meant: impl Fn(&ResolvedNetwork<'_>) -> bool) {
        found.extend(self.networks.iter().filter(|network| is_meant(network)));
    }
}

/// Tells whether two ids are of one network, one of which may lack the subscription.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let is_end = |end: &str, whole: &str| end.starts_with("/resourcegroups/") && whole.ends_with(end);
    is_end(&one, &other) || is_end(&other, &one)
}

fn is_below(outer: &[AddressStep], inner: &[AddressStep]) -> bool {
    outer.len() <= inner.len() && outer.iter().zip(inner).all(|(outer, inner)| outer.covers(inner))
}

fn contains(network: &ResolvedNetwork<'_>, prefixes: &[IpNet]) -> bool {
    let is_inside = |prefix: &IpNet| network.prefixes.iter().any(|block| block.contains(prefix));
    !prefixes.is_empty() && prefixes.iter().all(is_inside)
}

fn only<T>(mut list: Vec<T>) -> Option<T> {
    let one = list.pop();
    one.filter(|_| list.is_empty())
}

/// Chooses one of several instances: that around the prefixes, and of several the one with the same keys.
fn choose<'n, 'p>(
    found: Vec<&'n ResolvedNetwork<'p>>,
    part: &ResourceAddress,
    prefixes: &[IpNet],
) -> Option<&'n ResolvedNetwork<'p>> {
    if found.len() == 1 {
        return only(found);
    }
    let around: Vec<_> = found.iter().copied().filter(|network| contains(network, prefixes)).collect();
    let left = if around.is_empty() { found } else { around };
    if left.len() == 1 {
        return only(left);
    }
    let shared = |network: &ResolvedNetwork<'_>| {
        let keys: Vec<_> = part.indices().collect();
        network.address.indices().filter(|index| keys.contains(index)).count()
    };
    let most = left.iter().map(|network| shared(network)).max().filter(|most| *most > 0)?;
    only(left.into_iter().filter(|network| shared(network) == most).collect())
}

/// Returns the module that the steps lead to.
fn find_module<'m>(root: &'m Module, path: &[AddressStep]) -> Option<&'m Module> {
    path.iter().try_fold(root, |module, step| Some(&module.calls.get(&step.name)?.module))
}

/// Returns the managed resource of this type and name.
fn find_resource<'m>(module: &'m Module, type_name: &str, name: &str) -> Option<&'m ConfiguredResource> {
    let is_wanted = |resource: &&ConfiguredResource| {
        resource.resource_type == type_name
            && resource.name == name
            && resource.mode.as_deref() != Some("data")
    };
    module.resources.iter().find(is_wanted)
}

/// Returns what an expression refers to, in full: Terraform repeats `aws_vpc.main[0].id` as `aws_vpc.main[0]` and
/// `aws_vpc.main`.
fn full_references(expression: &Value) -> Vec<&str> {
    let Some(list) = expression["references"].as_array() else { return Vec::new() };
    let all: Vec<_> = list.iter().filter_map(Value::as_str).collect();
    let is_longer =
        |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(['.', '[']));
    all.iter().copied().filter(|short| !all.iter().any(|long| is_longer(long, short))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_references_count() {
        let expression = serde_json::json!({
            "references": ["aws_vpc.a[0].id", "aws_vpc.a[0]", "aws_vpc.a", "aws_vpc.ab", "each.key"]
        });
        assert_eq!(full_references(&expression), ["aws_vpc.a[0].id", "aws_vpc.ab", "each.key"]);
        assert_eq!(full_references(&serde_json::json!({"constant_value": "vpc-1"})), Vec::<&str>::new());
    }
}
