//! Checks a plan by itself, so that a mistake in the layout is never handed out as an answer.

use ipnet::IpNet;

use super::report::{NetworkPlan, PlanStatus};
use crate::analysis::addresses::overlaps;
use crate::model::SubnetRules;

/// Returns what is wrong with a plan: prefixes that overlap or lie outside the network, and sizes that the cloud refuses.
/// What exists is the cloud's own doing.
pub(super) fn find_errors(plan: &NetworkPlan) -> Vec<String> {
    let mut mistakes = Vec::new();
    let used = used_prefixes(plan);
    for Used { name, prefix, .. } in used.iter().filter(|used| used.is_planned) {
        if *prefix != prefix.trunc() || !plan.prefixes.iter().any(|network| network.contains(prefix)) {
            mistakes.push(format!("{name} would have {prefix}, which is not in the network"));
        }
    }
    // By address, a prefix that overlaps any later one overlaps the next.
    for pair in used.windows(2) {
        let [one, other] = pair else { continue };
        if (one.is_planned || other.is_planned) && overlaps(one.prefix, other.prefix) {
            mistakes
                .push(format!("{} ({}) and {} ({}) overlap", one.name, one.prefix, other.name, other.prefix));
        }
    }
    mistakes.extend(refused_sizes(plan));
    mistakes
}

/// A prefix that is used, held or left, and what it is.
struct Used<'p> {
    name: &'p str,
    prefix: IpNet,
    is_planned: bool,
}

/// Lists all of them by address.
fn used_prefixes(plan: &NetworkPlan) -> Vec<Used<'_>> {
    let subnets = plan.subnets.iter().flat_map(|subnet| {
        let prefixes = std::iter::once(subnet.grows_to).chain(subnet.ipv6_prefix);
        let is_planned = subnet.status != PlanStatus::Exists;
        prefixes.map(move |prefix| Used { name: &subnet.name, prefix, is_planned })
    });
    let held = plan.held.iter().map(|held| Used { name: &held.name, prefix: held.prefix, is_planned: true });
    let left = plan.left.iter().map(|left| Used { name: "what is left", prefix: *left, is_planned: true });
    let mut used: Vec<_> = subnets.chain(held).chain(left).collect();
    used.sort_by_key(|used| used.prefix);
    used
}

fn refused_sizes(plan: &NetworkPlan) -> Vec<String> {
    let Some(rules) = SubnetRules::for_provider(plan.provider) else { return Vec::new() };
    let (widest, narrowest) = rules.subnet;
    let planned = plan.subnets.iter().filter(|subnet| subnet.status != PlanStatus::Exists);
    let refused = planned.filter(|subnet| {
        let is_refused = !(widest..=narrowest).contains(&subnet.prefix.prefix_len());
        is_refused || !subnet.grows_to.contains(&subnet.prefix)
    });
    refused
        .map(|subnet| format!("{} would have {}, which its cloud refuses", subnet.name, subnet.prefix))
        .collect()
}
