//! Which network a subnet is in, when the network's id is not known before the plan is applied.

use std::collections::HashSet;

use ipnet::IpNet;
use serde_json::Value;

use super::address::{Address, Step};
use super::configuration::{module, references, resource};
use super::networks::Network;
use super::plan_json::Module;
use super::resource::{Resource, Type};

/// References lead on at most this often: through modules, outputs and other resources.
const LONGEST_TRAIL: usize = 32;

/// The attributes that name the network of a subnet or block: of `aws` and `awscc`, of `azurerm`, of `azapi`.
const PARENTS: [&str; 3] = ["vpc_id", "virtual_network_name", "parent_id"];

/// Finds networks by what the configuration refers to, and by prefix.
pub struct Resolver<'p, 'n> {
    /// The configuration.
    pub root: &'p Module,
    /// The networks of the plan.
    pub networks: &'n [Network<'p>],
}

impl<'p, 'n> Resolver<'p, 'n> {
    /// Finds the network in the plan that a subnet or block is part of; `None` when that is not certain.
    pub fn network_of(&self, part: &Resource) -> Option<&'n Network<'p>> {
        let after = part.after.as_ref().filter(|_| !part.of.is_network())?;
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
        let mut seen: HashSet<*const Network<'_>> = HashSet::new();
        found.retain(|network| {
            network.provider == part.of.provider() && seen.insert(std::ptr::from_ref(*network))
        });
        // A further block lies outside those that the network has, so that its prefix tells nothing.
        let prefixes = if part.of.is_block() { &[][..] } else { &after.prefixes };
        if found.is_empty() {
            self.only_around(part, prefixes)
        } else {
            choose(found, &part.address, prefixes)
        }
    }

    /// Tells whether the configuration sets an attribute; without a configuration it may.
    pub fn may_set(&self, part: &Resource, attribute: &str) -> bool {
        let configured = self.configured(&part.address);
        configured.is_none_or(|configured| configured.expressions.contains_key(attribute))
    }

    fn configured(&self, address: &Address) -> Option<&'p super::plan_json::ConfiguredResource> {
        let [of, name, ..] = address.rest.as_slice() else { return None };
        resource(module(self.root, &address.modules)?, &of.name, &name.name)
    }

    /// Finds the one new network around the prefixes, in the same module if there is one.
    fn only_around(&self, part: &Resource, prefixes: &[IpNet]) -> Option<&'n Network<'p>> {
        let around = |network: &&Network<'_>| {
            network.is_new && network.provider == part.of.provider() && contains(network, prefixes)
        };
        let all: Vec<_> = self.networks.iter().filter(around).collect();
        let beside = all.iter().copied().filter(|network| network.address.modules == part.address.modules);
        only(beside.collect()).or_else(|| only(all))
    }

    fn follow_attribute(&self, of: &Address, attribute: &str, left: usize, found: &mut Vec<&'n Network<'p>>) {
        let Some(configured) = self.configured(of) else { return };
        if let Some(expression) = configured.expressions.get(attribute) {
            let each = configured.for_each_expression.as_ref();
            self.follow(&of.modules, expression, each, left, found);
        }
    }

    /// Adds the networks that an expression in the module at `path` leads to; `each` is what `each` stands for.
    fn follow(
        &self,
        path: &[Step],
        expression: &Value,
        each: Option<&Value>,
        left: usize,
        found: &mut Vec<&'n Network<'p>>,
    ) {
        let Some(left) = left.checked_sub(1) else { return };
        for reference in references(expression) {
            let mut address = Address::parse(reference);
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
    fn follow_variable(&self, variable: &Address, left: usize, found: &mut Vec<&'n Network<'p>>) {
        let Some((step, outer)) = variable.modules.split_last() else { return };
        let call = module(self.root, outer).and_then(|module| module.calls.get(&step.name));
        let (Some(call), Some(name)) = (call, variable.rest.get(1)) else { return };
        if let Some(expression) = call.expressions.get(&name.name) {
            self.follow(outer, expression, call.for_each_expression.as_ref(), left, found);
        }
    }

    /// Goes on inside the module. `module.net[each.key].vpc_id` is written as `module.net`, so where the output is
    /// not named, any network of the module may be meant.
    fn follow_output(&self, output: &Address, left: usize, found: &mut Vec<&'n Network<'p>>) {
        if let Some(name) = output.rest.first() {
            let output_of =
                module(self.root, &output.modules).and_then(|module| module.outputs.get(&name.name));
            if let Some(told) = output_of {
                self.follow(&output.modules, &told.expression, None, left, found);
            }
            return;
        }
        self.add(found, |network| is_below(&output.modules, &network.address.modules));
    }

    /// Adds a network, or goes on at the attribute of something else.
    fn follow_resource(&self, of: &Address, left: usize, found: &mut Vec<&'n Network<'p>>) {
        let [kind, name, attributes @ ..] = of.rest.as_slice() else { return };
        // A resource of `azapi` may be of any type; if it is no network, none has its address.
        if kind.name.starts_with("azapi_") || Type::named(&kind.name).is_some_and(Type::is_network) {
            return self.add(found, |network| {
                network.address.modules.len() == of.modules.len()
                    && is_below(&of.modules, &network.address.modules)
                    && matches!(network.address.rest.as_slice(), [k, n, ..] if k == kind && name.covers(n))
            });
        }
        if let (Some(left), Some(attribute)) = (left.checked_sub(1), attributes.first()) {
            self.follow_attribute(of, &attribute.name, left, found);
        }
    }

    fn add(&self, found: &mut Vec<&'n Network<'p>>, is_meant: impl Fn(&Network<'_>) -> bool) {
        found.extend(self.networks.iter().filter(|network| is_meant(network)));
    }
}

/// Tells whether two ids are of one network, one of which may lack the subscription.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let is_end = |end: &str, whole: &str| end.starts_with("/resourcegroups/") && whole.ends_with(end);
    is_end(&one, &other) || is_end(&other, &one)
}

fn is_below(outer: &[Step], inner: &[Step]) -> bool {
    outer.len() <= inner.len() && outer.iter().zip(inner).all(|(outer, inner)| outer.covers(inner))
}

fn contains(network: &Network<'_>, prefixes: &[IpNet]) -> bool {
    let is_inside = |prefix: &IpNet| network.prefixes.iter().any(|block| block.contains(prefix));
    !prefixes.is_empty() && prefixes.iter().all(is_inside)
}

fn only<T>(mut list: Vec<T>) -> Option<T> {
    let one = list.pop();
    one.filter(|_| list.is_empty())
}

/// Chooses one of several instances: that around the prefixes, and of several the one with the same keys.
fn choose<'n, 'p>(
    found: Vec<&'n Network<'p>>,
    part: &Address,
    prefixes: &[IpNet],
) -> Option<&'n Network<'p>> {
    if found.len() == 1 {
        return only(found);
    }
    let around: Vec<_> = found.iter().copied().filter(|network| contains(network, prefixes)).collect();
    let left = if around.is_empty() { found } else { around };
    if left.len() == 1 {
        return only(left);
    }
    let shared = |network: &Network<'_>| {
        let keys: Vec<_> = part.indices().collect();
        network.address.indices().filter(|index| keys.contains(index)).count()
    };
    let most = left.iter().map(|network| shared(network)).max().filter(|most| *most > 0)?;
    only(left.into_iter().filter(|network| shared(network) == most).collect())
}
