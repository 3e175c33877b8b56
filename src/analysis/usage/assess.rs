//! From an inventory to the report: rows of subnets, networks or accounts, judged by the limits.

use std::collections::HashMap;
use std::io;

use super::address_units::AddressUnitIndex;
use super::held::HeldIndex;
use super::history::UsageHistory;
use super::pool_rows::{PoolInput, pool_rows};
use super::report::{
    AddressCounts, USAGE_VERSION, UsageCounts, UsageKind, UsageReport, UsageRow, UsageStatus,
};
use super::rollup::{Candidate, account_rows, blank_row, network_rows};
use super::subnet_addresses::SubnetAddresses;
use super::thresholds::Thresholds;
use super::unread::unread_for_blocks;
use crate::analysis::coverage_gaps::{unread_scopes, unscanned_parts};
use crate::analysis::filter::{Filter, FilterError, RowFilters};
use crate::analysis::free::FREE_KINDS;
use crate::analysis::inventory_index::{InventoryIndex, network_key};
use crate::analysis::network_selector::Selectable;
use crate::exit::{Exit, ReadOutcome};
use crate::model::{Inventory, InventoryView, Kind, Network, Subject, Subnet, UsageFailure, UsagePolicy};
use crate::wording::counted_as;

/// What is measured, and by which limits it is judged.
#[derive(Clone, Copy)]
pub struct UsageInput<'a> {
    /// The inventory.
    pub view: InventoryView<'a>,
    /// What the rows are.
    pub of: UsageKind,
    /// The limits, and what fails.
    pub policy: &'a UsagePolicy,
    /// The groups of which rows, or the subnets of an account, have to be members; empty for all. Pools are in none.
    pub members: &'a [Filter],
    /// The pools, and what holds prefixes in them.
    pub pools: PoolInput<'a>,
    /// What was used before, where trends are asked for.
    pub history: Option<&'a UsageHistory>,
    /// Whether the user stopped the reading.
    pub interrupted: bool,
}

impl<'a> UsageInput<'a> {
    /// Measures everything in an inventory, without pools and trends.
    #[must_use]
    pub const fn new(view: InventoryView<'a>, of: UsageKind, policy: &'a UsagePolicy) -> Self {
        let pools = PoolInput { pools: &[], ranges: &[], reservations: &[], bridges: &[] };
        Self { view, of, policy, members: &[], pools, history: None, interrupted: false }
    }
}

/// Why usage cannot be reported.
#[derive(Debug, thiserror::Error)]
pub enum AssessError {
    /// A rule has an invalid glob.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// Interfaces could not be read.
    #[error("the interfaces of the inventory could not be read")]
    Rows(#[from] io::Error),
}

/// Lists the kinds that have to be complete. Interfaces only add free blocks and what holds addresses: an inventory without
/// them tells everything else, so they matter where they were read, or a limit is about blocks.
#[must_use]
pub fn kinds_that_matter(inventory: &Inventory, of: UsageKind, policy: &UsagePolicy) -> Vec<Kind> {
    if of == UsageKind::Pool {
        return FREE_KINDS.to_vec();
    }
    let needs_interfaces = of != UsageKind::Network
        && (policy.needs_blocks() || inventory.kinds_read().contains(&Kind::Interfaces));
    let networks = (of == UsageKind::Network).then_some(Kind::Networks);
    networks.into_iter().chain([Kind::Subnets]).chain(needs_interfaces.then_some(Kind::Interfaces)).collect()
}

/// Reports how full subnets, networks, pools or accounts are.
///
/// # Errors
/// When a rule has an invalid glob, or interfaces cannot be read.
pub fn assess_usage(input: UsageInput<'_>) -> Result<UsageReport, AssessError> {
    let inventory = input.view.inventory;
    let index = InventoryIndex::new(inventory);
    let thresholds = Thresholds::new(input.policy)?;
    let mut report = blank_report(input, &index);
    let candidates = match input.of {
        UsageKind::Subnet => subnet_rows(inventory, &index, &measure(input, &index)?),
        UsageKind::Network => {
            let units = AddressUnitIndex::new(input.view.interfaces)?;
            network_rows(inventory, input.members, &units, &index, &measure(input, &index)?)
        }
        UsageKind::Account => account_rows(inventory, &index, &measure(input, &index)?),
        UsageKind::Pool => pool_rows(inventory, input.pools, report.complete && !input.interrupted),
    };
    let judge = |Candidate { mut row, tags }: Candidate<'_>| {
        (row.status, row.crossed) = thresholds.status_of(&row, &selectable(&row, tags));
        row.message = describe(&row);
        row
    };
    report.rows = candidates.into_iter().map(judge).collect();
    if let Some(history) = input.history {
        history.apply(&mut report);
    }
    conclude(&mut report, input);
    Ok(report)
}

/// Measures every subnet that has IPv4 prefixes, or none that was read.
fn measure<'a>(
    UsageInput { view, of, members, .. }: UsageInput<'a>,
    index: &InventoryIndex<'_>,
) -> io::Result<Vec<(&'a Subnet, SubnetAddresses)>> {
    let mut held = HeldIndex::new(view.inventory, view.interfaces)?;
    // All subnets of a network that is a member count.
    let members = RowFilters::resolve(if of == UsageKind::Network { &[] } else { members });
    let is_member = |subnet: &&Subnet| !has_only_ipv6(subnet) && members.pass(*subnet, index);
    let subnets = view.inventory.subnets.iter().filter(is_member);
    let measure = |subnet: &'a Subnet| {
        let is_seen = index.was_read(subnet.provider, &subnet.account, &subnet.region, Subject::Interfaces);
        let held = held.take(subnet);
        (subnet, SubnetAddresses::new(subnet, is_seen.then_some(held)))
    };
    Ok(subnets.map(measure).collect())
}

/// A share of 2^64 means nothing.
fn has_only_ipv6(subnet: &Subnet) -> bool {
    !subnet.prefixes.is_empty() && subnet.prefixes.iter().all(|prefix| prefix.addr().is_ipv6())
}

fn subnet_rows<'a>(
    inventory: &'a Inventory,
    index: &InventoryIndex<'_>,
    spaces: &[(&'a Subnet, SubnetAddresses)],
) -> Vec<Candidate<'a>> {
    let key = |network: &Network| network_key(network.provider, &network.region, &network.id);
    let networks: HashMap<_, _> = inventory.networks.iter().map(|network| (key(network), network)).collect();
    let row = |(subnet, space): &(&'a Subnet, SubnetAddresses)| {
        let network = networks.get(&network_key(subnet.provider, &subnet.region, &subnet.network));
        let mut row = blank_row(UsageKind::Subnet, subnet.id.clone());
        row.provider = Some(subnet.provider);
        row.account = Some(subnet.account.clone());
        row.account_name = index.display_name(subnet.provider, &subnet.account).map(str::to_owned);
        row.region = Some(subnet.region.clone());
        row.zone.clone_from(&subnet.zone);
        row.network = Some(subnet.network.clone());
        row.network_name = network.and_then(|network| network.name.clone());
        row.name.clone_from(&subnet.name);
        row.prefixes = subnet.prefixes.iter().copied().filter(|prefix| prefix.addr().is_ipv4()).collect();
        row.purpose.clone_from(&subnet.purpose);
        match space.total.zip(space.used) {
            Some((total, used)) => row.set_counts(AddressCounts::new(total, used)),
            None => row.addresses_total = space.total,
        }
        row.set_blocks(space.blocks);
        row.held.clone_from(&space.held);
        Candidate { row, tags: &subnet.tags }
    };
    spaces.iter().map(row).collect()
}

fn selectable<'a>(row: &'a UsageRow, tags: &'a crate::model::Tags) -> Selectable<'a> {
    let (network, network_name) = match row.kind {
        UsageKind::Network => (Some(&row.id), &row.name),
        UsageKind::Subnet | UsageKind::Account | UsageKind::Pool => (row.network.as_ref(), &row.network_name),
    };
    Selectable {
        provider: row.provider,
        account: row.account.as_deref().unwrap_or_default(),
        account_name: row.account_name.as_deref(),
        region: row.region.as_deref().unwrap_or_default(),
        network: network.map_or("", String::as_str),
        network_name: network_name.as_deref(),
        tags,
    }
}

/// Says how full a row is.
fn describe(row: &UsageRow) -> String {
    let what = match row.kind {
        UsageKind::Subnet | UsageKind::Account => "used",
        UsageKind::Network => "given to subnets",
        UsageKind::Pool => "taken",
    };
    let (Some(total), Some(used)) = (row.addresses_total, row.addresses_used) else {
        return "how many addresses are used is not known".to_owned();
    };
    let share = row.used_percent.map(|percent| format!("{percent} % {what}: ")).unwrap_or_default();
    let limits = match row.status {
        UsageStatus::Critical | UsageStatus::Warning => {
            format!("; {} is {}", row.crossed.join(" and "), row.status.as_str())
        }
        UsageStatus::Unknown if row.addresses_free.is_none() => "; what is free is not known".to_owned(),
        UsageStatus::Unknown => "; free blocks are not known".to_owned(),
        UsageStatus::Ok => String::new(),
    };
    match row.addresses_free {
        Some(free) => format!("{share}{used} of {total} addresses, {free} free{limits}"),
        None => format!("at least {share}{used} of {total} addresses{limits}"),
    }
}

/// Makes the report without rows.
fn blank_report(input: UsageInput<'_>, index: &InventoryIndex<'_>) -> UsageReport {
    let inventory = input.view.inventory;
    let kinds = kinds_that_matter(inventory, input.of, input.policy);
    let coverage: Vec<_> = unread_scopes(inventory, &kinds).cloned().collect();
    let mut missing = unscanned_parts(inventory, &kinds);
    // A limit about blocks cannot be judged without them; otherwise they are good to know.
    let unread = unread_for_blocks(inventory, index, input.of).filter(|_| missing.is_empty());
    let (unread, worth_noting) = if input.policy.needs_blocks() { (unread, None) } else { (None, unread) };
    missing.extend(unread);
    let ipv6 = inventory.subnets.iter().filter(|subnet| has_only_ipv6(subnet)).count();
    let note = |count| {
        let subnets = counted_as(
            count,
            "subnet has IPv6 addresses only and is",
            "subnets have IPv6 addresses only and are",
        );
        format!("{subnets} left out: a share of so many addresses means nothing")
    };
    let left_out = (ipv6 > 0 && input.of != UsageKind::Pool).then(|| note(ipv6));
    UsageReport {
        schema_version: USAGE_VERSION,
        generator: inventory.generator.clone(),
        taken_at: inventory.taken_at,
        of: input.of,
        complete: coverage.is_empty() && missing.is_empty(),
        fail_on: input.policy.fail_on.iter().map(ToString::to_string).collect(),
        exit: Exit::Clean,
        counts: UsageCounts::default(),
        snapshots: None,
        rows: Vec::new(),
        notes: left_out.into_iter().chain(worth_noting).collect(),
        missing,
        coverage,
    }
}

/// Decides what fails, counts, sorts, and sets the exit code.
fn conclude(report: &mut UsageReport, input: UsageInput<'_>) {
    for row in &mut report.rows {
        row.fails = input.policy.fail_on.iter().any(|failure| fails(*failure, row));
        match row.status {
            UsageStatus::Ok => report.counts.ok += 1,
            UsageStatus::Warning => report.counts.warning += 1,
            UsageStatus::Critical => report.counts.critical += 1,
            UsageStatus::Unknown => report.counts.unknown += 1,
        }
        report.counts.failing += usize::from(row.fails);
    }
    // Unknown shares come last, and rows that tie stay in the order of the inventory.
    report.rows.sort_by_key(|row| (row.status, std::cmp::Reverse(row.used_percent)));
    report.exit = Exit::from_reading(ReadOutcome {
        interrupted: input.interrupted,
        complete: report.complete,
        negative: report.counts.failing > 0,
    });
}

fn fails(failure: UsageFailure, row: &UsageRow) -> bool {
    match failure {
        UsageFailure::Warning => matches!(row.status, UsageStatus::Warning | UsageStatus::Critical),
        UsageFailure::Critical => row.status == UsageStatus::Critical,
        UsageFailure::FullIn(time) => {
            row.trend.as_ref().is_some_and(|trend| trend.forecast.is_full_within(time))
        }
    }
}
