//! Groups in an inventory: how many members each has in each cloud, and what could not be read that may have more.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::columns::Tabular;
use super::coverage_gaps;
use super::filter::{Filter, ResourceGroup, ResourceGroups, parse_filters};
use super::inventory_index::InventoryIndex;
use super::rows::{self, TableRequest};
use crate::diagnostic::{Diagnostic, Remedies};
use crate::model::{
    Coverage, Instance, Interface, Inventory, InventoryView, Kind, Outcome, Provider, Subject,
};

/// The version of the document.
pub const GROUPS_VERSION: u32 = 1;

/// The report of `netcensus groups`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupsReport {
    /// The version of the format.
    pub schema_version: u32,
    /// What wrote it, such as `netcensus 0.1.0`.
    pub generator: String,
    /// When the inventory was taken, in UTC.
    pub taken_at: Timestamp,
    /// Whether everything was read that could have members.
    pub complete: bool,
    /// The groups, by name.
    pub groups: Vec<GroupSummary>,
    /// What the inventory lacks that could have members, besides `coverage`; one sentence each.
    pub missing: Vec<String>,
    /// Reads that failed and could have found members.
    pub coverage: Vec<Coverage>,
}

/// A group, and how many members it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupSummary {
    /// The name.
    pub name: String,
    /// Whether everything was read that could have members. If not, there may be more than are counted.
    pub complete: bool,
    /// The members of each cloud of the inventory.
    pub clouds: Vec<GroupMembers>,
}

/// How many members a group has in a cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupMembers {
    /// The cloud.
    pub provider: Provider,
    /// The number of members of each kind that can be in the group; null if the kind was not scanned.
    pub members: BTreeMap<Kind, Option<usize>>,
    /// How many reads failed that could have found members.
    pub unread: usize,
}

/// Checks conditions of a group, joined by `and`, and returns the names of the groups that they name.
///
/// # Errors
/// When they are wrong, or no kind of resource has all their columns.
pub fn check_conditions(text: &str) -> Result<Vec<String>, Diagnostic> {
    let filters = parse_filters(text).map_err(|error| Diagnostic::from_remediable(&error))?;
    let (named, others): (Vec<Filter>, Vec<Filter>) =
        filters.into_iter().partition(|filter| !filter.group_names().is_empty());
    let request = TableRequest { kinds: Kind::ALL.into(), filters: others, ..TableRequest::default() };
    rows::check_columns(&request).map_err(|error| {
        // One remedy, since the list of all columns is long.
        let unknown = Diagnostic::new(format!("there is no column `{}`", error.name));
        unknown.with_remedies(error.remedies().into_iter().take(1))
    })?;
    let has_all = |kind: &Kind| request.filters.iter().all(|filter| filter.applies_to(*kind));
    if !Kind::ALL.iter().any(has_all) {
        let columns = request.filters.iter().flat_map(Filter::columns).collect::<Vec<_>>().join(", ");
        return Err(format!("no kind of resource has all of the columns {columns}").into());
    }
    Ok(named.iter().flat_map(|filter| filter.group_names().to_vec()).collect())
}

/// Counts the members of all groups. Instances and interfaces are read once.
///
/// # Errors
/// When rows cannot be read.
pub fn count_members(
    groups: &ResourceGroups,
    view: InventoryView<'_>,
    index: &InventoryIndex<'_>,
) -> io::Result<GroupsReport> {
    let inventory = view.inventory;
    let counts = MemberCounts::new(groups, view, index)?;
    let providers = clouds_of(inventory);
    let mut gaps = BTreeSet::new();
    let summaries: Vec<GroupSummary> = groups
        .iter()
        .map(|group| {
            let unread = unread_reads(group, inventory, index);
            gaps.extend(unread.iter().map(|read| std::ptr::from_ref(*read)));
            summarise(group, &providers, &unread, &counts, inventory)
        })
        .collect();
    let kinds = kinds_of(groups);
    let missing = coverage_gaps::unscanned_parts(inventory, &kinds);
    let is_gap = |read: &&Coverage| gaps.contains(&std::ptr::from_ref(*read));
    Ok(GroupsReport {
        schema_version: GROUPS_VERSION,
        generator: inventory.generator.clone(),
        taken_at: inventory.taken_at,
        complete: missing.is_empty() && gaps.is_empty(),
        groups: summaries,
        missing,
        coverage: inventory.coverage.iter().filter(is_gap).cloned().collect(),
    })
}

/// Lists the kinds that can be in any of the groups.
#[must_use]
pub fn kinds_of(groups: &ResourceGroups) -> Vec<Kind> {
    let kinds: BTreeSet<Kind> = groups.iter().flat_map(|group| group.kinds()).collect();
    Kind::ALL.into_iter().filter(|kind| kinds.contains(kind)).collect()
}

/// Lists the reads that failed and could have found members of a group.
#[must_use]
pub fn unread_reads<'a>(
    group: &ResourceGroup,
    inventory: &'a Inventory,
    index: &InventoryIndex<'_>,
) -> Vec<&'a Coverage> {
    let kinds = group.kinds();
    let could_find = |read: &&Coverage| {
        let mut in_read =
            kinds.iter().filter(|kind| read.kind.is_step() || Subject::from(**kind) == read.kind);
        in_read.any(|kind| group.could_have(read, *kind, index))
    };
    coverage_gaps::unread_scopes(inventory, &kinds).filter(could_find).collect()
}

fn summarise(
    group: &ResourceGroup,
    providers: &BTreeSet<Provider>,
    unread: &[&Coverage],
    counts: &MemberCounts,
    inventory: &Inventory,
) -> GroupSummary {
    let scanned = inventory.kinds_read();
    let is_scanned = |kind: &Kind| scanned.contains(kind) || inventory.is_empty_part();
    let kinds = group.kinds();
    let members = |provider: &Provider| GroupMembers {
        provider: *provider,
        members: kinds
            .iter()
            .map(|kind| (*kind, is_scanned(kind).then(|| counts.get(&group.name, *provider, *kind))))
            .collect(),
        unread: unread.iter().filter(|read| read.provider == *provider).count(),
    };
    GroupSummary {
        name: group.name.clone(),
        complete: unread.is_empty() && coverage_gaps::unscanned_parts(inventory, &kinds).is_empty(),
        clouds: providers.iter().map(members).collect(),
    }
}

/// Lists the clouds that were scanned, or have resources.
fn clouds_of(inventory: &Inventory) -> BTreeSet<Provider> {
    let scanned = inventory.coverage.iter().filter(|read| read.outcome != Outcome::Skipped);
    let accounts = inventory.accounts.iter().map(|account| account.provider);
    scanned.map(|read| read.provider).chain(accounts).collect()
}

/// How many members each group has of each cloud and kind.
struct MemberCounts(BTreeMap<(String, Provider, Kind), usize>);

impl MemberCounts {
    fn new(groups: &ResourceGroups, view: InventoryView<'_>, index: &InventoryIndex<'_>) -> io::Result<Self> {
        let mut counts = Self(BTreeMap::new());
        counts.add_all(&view.inventory.networks, Kind::Networks, groups, index);
        counts.add_all(&view.inventory.subnets, Kind::Subnets, groups, index);
        counts.add_all(&view.inventory.links, Kind::Links, groups, index);
        let instances = groups.for_rows::<Instance>();
        view.instances.each(&mut |row| {
            counts.add(row.provider, Kind::Instances, instances.names(row, index));
            Ok(())
        })?;
        let interfaces = groups.for_rows::<Interface>();
        view.interfaces.each(&mut |row| {
            counts.add(row.provider, Kind::Interfaces, interfaces.names(row, index));
            Ok(())
        })?;
        Ok(counts)
    }

    fn add_all<T: Tabular>(
        &mut self,
        rows: &[T],
        kind: Kind,
        groups: &ResourceGroups,
        index: &InventoryIndex<'_>,
    ) {
        let membership = groups.for_rows::<T>();
        for row in rows {
            self.add(row.provider(), kind, membership.names(row, index));
        }
    }

    fn add<'g>(&mut self, provider: Provider, kind: Kind, names: impl Iterator<Item = &'g str>) {
        for name in names {
            *self.0.entry((name.to_owned(), provider, kind)).or_default() += 1;
        }
    }

    fn get(&self, name: &str, provider: Provider, kind: Kind) -> usize {
        self.0.get(&(name.to_owned(), provider, kind)).copied().unwrap_or_default()
    }
}
