//! Makes the plan of a network: finds what there is of it, and lays the rest out.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::check::find_errors;
use super::existing::{AmbiguousNetwork, existing_network, spec_of, subnets_of};
use super::layout::{KeptSubnet, LayoutError, SubnetGroup, SubnetLayout, lay_out};
use super::report::{HeldSlot, NetworkPlan, PLAN_VERSION, PlanStatus, PlannedSubnet};
use crate::analysis::addresses::{address_count, overlaps};
use crate::model::{
    Inventory, Ipv6Source, NamedSubnet, Network, NetworkSpec, Provider, Subnet, SubnetRules, SubnetSpec,
    Zones,
};

/// The most subnets that a note names.
const MAX_NAMES: usize = 8;

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct NetworkPlanInput<'i> {
    /// The network that the file describes.
    pub spec: &'i NetworkSpec,
    /// What exists.
    pub inventory: &'i Inventory,
    /// An earlier plan of the network.
    pub earlier: Option<&'i NetworkPlan>,
    /// The prefix that a network gets which does not exist yet, and whether the file or an earlier plan fixes it.
    pub prefix: Option<(IpNet, PlanStatus)>,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkPlanError {
    /// Several networks have its name.
    #[error(transparent)]
    Ambiguous(#[from] AmbiguousNetwork),
    /// There is no room in the network.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The network does not exist, and no prefix was chosen for it.
    #[error("the network `{0}` does not exist, and has no prefix")]
    NoPrefix(String),
    /// The plan contradicts itself, which is a fault of netcensus.
    #[error("netcensus has a bug, and this plan would be wrong: {0}")]
    Wrong(String),
}

/// What there is of the network: itself, its subnets that the plan names, and the prefixes of all others.
struct ExistingParts<'i> {
    network: Option<&'i Network>,
    subnets: Vec<(&'i SubnetSpec, Option<String>, &'i Subnet)>,
    others: Vec<&'i Subnet>,
}

impl<'i> ExistingParts<'i> {
    fn new(spec: &'i NetworkSpec, inventory: &'i Inventory) -> Result<Self, AmbiguousNetwork> {
        let mut found = Self { network: existing_network(spec, inventory)?, subnets: vec![], others: vec![] };
        for subnet in found.network.into_iter().flat_map(|network| subnets_of(network, inventory)) {
            match spec_of(subnet, &spec.subnets) {
                Some((spec, zone)) => found.subnets.push((spec, zone, subnet)),
                None => found.others.push(subnet),
            }
        }
        Ok(found)
    }
}

/// Returns the length of the narrowest IPv4 prefix in which everything that `spec` describes has room; `None` if no
/// prefix that the cloud accepts has.
#[must_use]
pub fn network_length(spec: &NetworkSpec) -> Option<u8> {
    let (widest, narrowest) = SubnetRules::for_provider(spec.provider)?.network;
    let zones = zones(spec, &BTreeSet::new(), None);
    let group =
        |subnet: &SubnetSpec| group(subnet, subnet.size, subnet.max_size, &zones, spec.max_zones, Vec::new());
    let groups: Vec<SubnetGroup> = spec.subnets.iter().map(group).collect();
    (widest..=narrowest).rev().find(|length| {
        let prefix = IpNet::new(std::net::Ipv4Addr::UNSPECIFIED.into(), *length);
        prefix.is_ok_and(|prefix| lay_out(&[prefix], &[], &groups).is_ok_and(|layout| !layout.is_torn))
    })
}

/// Makes the plan.
///
/// # Errors
/// When there is no room, or it is not clear which network is meant.
pub fn plan_network(input: NetworkPlanInput<'_>) -> Result<NetworkPlan, NetworkPlanError> {
    let NetworkPlanInput { spec, inventory, earlier, prefix } = input;
    let found = ExistingParts::new(spec, inventory)?;
    let (prefixes, status) = prefixes(spec, found.network, prefix)?;
    let built: BTreeSet<String> = found.subnets.iter().filter_map(|(_, zone, _)| zone.clone()).collect();
    let zones = zones(spec, &built, earlier);
    let earlier = earlier.filter(|earlier| earlier.prefixes.iter().any(|prefix| prefixes.contains(prefix)));
    let lay_out_family = |is_v6: bool| lay_out_family(spec, &found, earlier, &zones, &prefixes, is_v6);
    let (layout, ipv6) = (lay_out_family(false)?, lay_out_family(true)?);
    let mut plan = NetworkPlan {
        schema_version: PLAN_VERSION,
        generator: inventory.generator.clone(),
        taken_at: inventory.taken_at,
        complete: true,
        name: spec.name.clone(),
        provider: spec.provider,
        account: found.network.map(|network| network.account.clone()).or_else(|| spec.account.clone()),
        region: found.network.map(|network| network.region.clone()).or_else(|| spec.region.clone()),
        network: found.network.map(|network| network.id.clone()),
        status,
        prefixes,
        zones,
        max_zones: spec.max_zones,
        subnets: planned_subnets(spec, &found, earlier, &layout, &ipv6),
        held: held(&layout),
        left_addresses: u64::try_from(address_count(&layout.left)).unwrap_or(u64::MAX),
        left: layout.left.clone(),
        problems: Vec::new(),
        notes: Vec::new(),
        missing: Vec::new(),
    };
    plan.problems = problems(spec, &plan);
    plan.notes = notes(spec, &found, &plan);
    if layout.is_torn {
        plan.notes.push(
            "some subnets are not next to the subnets of their other zones, because the network has no room there"
                .to_owned(),
        );
    }
    match find_errors(&plan).join("; ") {
        none if none.is_empty() => Ok(plan),
        mistakes => Err(NetworkPlanError::Wrong(mistakes)),
    }
}

/// Returns the prefixes of the network, IPv4 first, and whether they are there.
fn prefixes(
    spec: &NetworkSpec,
    network: Option<&Network>,
    prefix: Option<(IpNet, PlanStatus)>,
) -> Result<(Vec<IpNet>, PlanStatus), NetworkPlanError> {
    if let Some(network) = network {
        let mut prefixes: Vec<IpNet> = network.prefixes().collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        return Ok((prefixes, PlanStatus::Exists));
    }
    let (prefix, status) = prefix.ok_or_else(|| NetworkPlanError::NoPrefix(spec.name.clone()))?;
    let ipv6 = match spec.ipv6 {
        Some(Ipv6Source::Prefix(ipv6)) => Some(ipv6),
        Some(Ipv6Source::Assigned) | None => None,
    };
    Ok((std::iter::once(prefix).chain(ipv6).collect(), status))
}

/// Returns the zones of the network in order: those that the file names, or so many as it says. Of these the ones that
/// are in use come first, then those of an earlier plan.
fn zones(spec: &NetworkSpec, built: &BTreeSet<String>, earlier: Option<&NetworkPlan>) -> Vec<String> {
    let count = match &spec.zones {
        Zones::Unsaid => return Vec::new(),
        Zones::Named(names) => return names.clone(),
        Zones::Count(count) => *count,
    };
    let usual = ('a'..='p').zip(1..).map(|(letter, number)| match (spec.provider, &spec.region) {
        (Provider::Aws, Some(region)) => format!("{region}{letter}"),
        (Provider::Aws, None) => letter.to_string(),
        _ => number.to_string(),
    });
    let earlier = earlier.into_iter().flat_map(|earlier| earlier.zones.iter().cloned());
    let mut zones: Vec<String> = built.iter().cloned().collect();
    for zone in earlier.chain(usual) {
        if zones.len() < count && !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    zones.sort();
    zones
}

/// Lays the subnets out over the IPv4 or the IPv6 prefixes of the network. Without IPv6 nothing has a place there.
fn lay_out_family(
    spec: &NetworkSpec,
    found: &ExistingParts<'_>,
    earlier: Option<&NetworkPlan>,
    zones: &[String],
    prefixes: &[IpNet],
    is_v6: bool,
) -> Result<SubnetLayout, LayoutError> {
    let is_family = |prefix: &IpNet| prefix.addr().is_ipv6() == is_v6;
    let prefixes: Vec<IpNet> = prefixes.iter().copied().filter(is_family).collect();
    if is_v6 && (spec.ipv6.is_none() || prefixes.is_empty()) {
        return Ok(SubnetLayout::default());
    }
    let ipv6_length = SubnetRules::for_provider(spec.provider).map_or(64, |rules| rules.ipv6_subnet);
    let groups = spec.subnets.iter().map(|subnet| {
        let (length, slot_length) =
            if is_v6 { (ipv6_length, ipv6_length) } else { (subnet.size, subnet.max_size) };
        let kept = kept_subnets(subnet, found, earlier, zones, is_v6);
        group(subnet, length, slot_length, zones, spec.max_zones, kept)
    });
    let groups: Vec<SubnetGroup> = groups.collect();
    let taken = found.others.iter().flat_map(|subnet| &subnet.prefixes).copied().filter(is_family);
    lay_out(&prefixes, &taken.collect::<Vec<_>>(), &groups)
}

fn group(
    subnet: &SubnetSpec,
    length: u8,
    slot_length: u8,
    zones: &[String],
    max_zones: usize,
    kept: Vec<KeptSubnet>,
) -> SubnetGroup {
    let (zones, max_zones) = if subnet.per_zone && !zones.is_empty() {
        (zones.iter().cloned().map(Some).collect(), max_zones.max(zones.len()))
    } else {
        (vec![None], 1)
    };
    SubnetGroup { name: subnet.name.clone(), length, slot_length, zones, max_zones, kept }
}

/// Lists what a subnet has already: in the inventory, and of the earlier plan what is not built and still wanted.
fn kept_subnets(
    subnet: &SubnetSpec,
    found: &ExistingParts<'_>,
    earlier: Option<&NetworkPlan>,
    zones: &[String],
    is_v6: bool,
) -> Vec<KeptSubnet> {
    let built = found.subnets.iter().filter(|(spec, ..)| spec.name == subnet.name);
    let mut kept: Vec<KeptSubnet> = built
        .flat_map(|(_, zone, built)| {
            let prefixes = built.prefixes.iter().filter(move |prefix| prefix.addr().is_ipv6() == is_v6);
            prefixes.map(|prefix| KeptSubnet { zone: zone.clone(), prefix: *prefix, may_widen: false })
        })
        .collect();
    let others = found.others.iter().flat_map(|subnet| &subnet.prefixes).copied();
    let taken: Vec<IpNet> =
        others.chain(found.subnets.iter().flat_map(|(.., it)| it.prefixes.clone())).collect();
    for planned in earlier.into_iter().flat_map(|earlier| &earlier.subnets) {
        let is_wanted = match &planned.zone {
            Some(zone) => subnet.per_zone && zones.contains(zone),
            None => !subnet.per_zone || zones.is_empty(),
        };
        let is_built = kept.iter().any(|kept| kept.zone == planned.zone);
        let prefix = if is_v6 { planned.ipv6_prefix } else { Some(planned.prefix) };
        let Some(prefix) = prefix.filter(|_| planned.name == subnet.name && is_wanted && !is_built) else {
            continue;
        };
        if !taken.iter().any(|taken| overlaps(*taken, prefix)) {
            kept.push(KeptSubnet { zone: planned.zone.clone(), prefix, may_widen: true });
        }
    }
    kept
}

/// Makes the subnets of the plan from where they were laid out. One that exists with its prefix keeps its id and its IPv6 prefix.
/// One that the `earlier` plan had, with the same name and zone and within the same prefix, is kept; all others are new.
fn planned_subnets(
    spec: &NetworkSpec,
    found: &ExistingParts<'_>,
    earlier: Option<&NetworkPlan>,
    layout: &SubnetLayout,
    ipv6: &SubnetLayout,
) -> Vec<PlannedSubnet> {
    let rules = SubnetRules::for_provider(spec.provider);
    let planned = layout.placed.iter().map(|placed| {
        let built = found.subnets.iter().find(|(.., subnet)| subnet.prefixes.contains(&placed.prefix));
        let was = earlier.into_iter().flat_map(|earlier| &earlier.subnets).find(|earlier| {
            earlier.name == placed.group
                && earlier.zone == placed.zone
                && placed.prefix.contains(&earlier.prefix)
        });
        let beside =
            ipv6.placed.iter().find(|other| other.group == placed.group && other.zone == placed.zone);
        let own =
            built.map(|(.., subnet)| subnet.prefixes.iter().copied().find(|prefix| prefix.addr().is_ipv6()));
        PlannedSubnet {
            name: placed.group.clone(),
            zone: placed.zone.clone(),
            prefix: placed.prefix,
            ipv6_prefix: own.flatten().or_else(|| beside.map(|beside| beside.prefix)),
            addresses: rules.and_then(|rules| rules.usable(placed.prefix)).unwrap_or(0),
            grows_to: placed.slot,
            status: match (built, was) {
                (Some(_), _) => PlanStatus::Exists,
                (None, Some(_)) => PlanStatus::Kept,
                (None, None) => PlanStatus::New,
            },
            id: built.map(|(.., subnet)| subnet.id.clone()),
        }
    });
    planned.collect()
}

fn held(layout: &SubnetLayout) -> Vec<HeldSlot> {
    let held = layout.held.iter();
    held.map(|(name, prefix)| HeldSlot { name: name.clone(), prefix: *prefix }).collect()
}

/// Says what cannot be done as the file says.
fn problems(spec: &NetworkSpec, plan: &NetworkPlan) -> Vec<String> {
    let mut problems = Vec::new();
    let prefix = plan.prefixes.iter().find(|prefix| prefix.addr().is_ipv4());
    if let Some(wanted) = spec.prefix.filter(|wanted| !plan.prefixes.contains(wanted)) {
        let has = prefix.map_or_else(|| "no IPv4 prefix".to_owned(), ToString::to_string);
        problems.push(format!("the network exists with {has}, and the file says {wanted}"));
    }
    if let (Some(prefix), Some(size)) = (prefix, spec.size.filter(|_| plan.status == PlanStatus::Exists))
        && prefix.prefix_len() > size
    {
        problems.push(format!(
            "the network exists with {prefix}, which is smaller than /{size}: add a prefix to it"
        ));
    }
    for subnet in plan.subnets.iter().filter(|subnet| subnet.status == PlanStatus::Exists) {
        let wanted = spec.subnets.iter().find(|one| one.name == subnet.name).map_or(0, |one| one.size);
        if subnet.prefix.prefix_len() > wanted {
            problems.push(format!(
                "the subnet {} exists with {}, which is smaller than /{wanted}: a subnet that is in use cannot be resized, \
                 so add another one",
                subnet_name(subnet),
                subnet.prefix
            ));
        }
    }
    problems
}

/// Says what else there is to know.
fn notes(spec: &NetworkSpec, found: &ExistingParts<'_>, plan: &NetworkPlan) -> Vec<String> {
    let mut notes = Vec::new();
    if !found.others.is_empty() {
        let names = found.others.iter().map(|subnet| subnet.name.as_deref().unwrap_or(&subnet.id));
        let mut names: Vec<&str> = names.collect();
        let more = names.len().saturating_sub(MAX_NAMES);
        names.truncate(MAX_NAMES);
        let names = names.join(", ");
        let names = if more > 0 { format!("{names} and {more} more") } else { names };
        notes.push(format!(
            "the network has subnets that the file does not name, and they stay as they are: {names}"
        ));
    }
    for subnet in &spec.subnets {
        let named = NamedSubnet::find(&subnet.name).filter(|_| spec.provider == Provider::Azure);
        if let Some(named) = named.filter(|named| subnet.size > named.recommended) {
            let NamedSubnet { name, recommended, source, .. } = named;
            notes.push(format!(
                "{name} has /{}; /{recommended} or wider is recommended ({source})",
                subnet.size
            ));
        }
    }
    if spec.ipv6.is_some() && plan.prefixes.iter().all(|prefix| prefix.addr().is_ipv4()) {
        notes
            .push("the network has no IPv6 prefix yet: plan again once the cloud has assigned it".to_owned());
    }
    notes
}

/// Returns the name of a subnet with its zone.
fn subnet_name(subnet: &PlannedSubnet) -> String {
    match &subnet.zone {
        Some(zone) => format!("{} ({zone})", subnet.name),
        None => subnet.name.clone(),
    }
}
