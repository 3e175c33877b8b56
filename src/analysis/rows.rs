//! From an inventory and what the user asked for to tables of typed values, or to a filtered document.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::str::FromStr;

use thiserror::Error;

use super::columns::{
    ColumnVisibility, ResolvedColumn, ResourcePlace, Tabular, canonical_name, columns_of, has_column,
    has_tags,
};
use super::filter::{ADDRESS_FILTERS, Filter, FilterTrace, RowFilters};
use super::inventory_index::InventoryIndex;
use super::value::Value;
use crate::diagnostic::Remedies;
use crate::model::{Inventory, Kind, Subject};
use crate::suggest::{nearest, nearest_word};

/// What the user asked to see.
#[derive(Debug, Clone, Default)]
pub struct TableRequest {
    /// The kinds of rows; one table each, in this order.
    pub kinds: Vec<Kind>,
    /// Columns by name, in order; `None` for the default ones. A kind shows those that it has.
    pub columns: Option<Vec<String>>,
    /// Every column, unless `columns` says which.
    pub wide: bool,
    /// What to sort by, the first key first; rows that tie stay in canonical order. A kind ignores keys that it does
    /// not have.
    pub sort: Vec<SortKey>,
    /// Conditions, all of which rows must meet. A kind that lacks a filter's column shows no rows.
    pub filters: Vec<Filter>,
    /// Default columns that the configuration names instead of ours.
    pub defaults: BTreeMap<Kind, Vec<String>>,
}

/// A column to sort by, as the user writes it: `COLUMN`, or `-COLUMN` for the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The column's name, or `tag:KEY`.
    pub column: String,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl FromStr for SortKey {
    type Err = Infallible;

    /// Parses `COLUMN` or `-COLUMN`, the column as [`canonical_name`] understands it. [`check_columns`] tells whether rows
    /// have such a column.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let text = text.trim();
        let name = text.strip_prefix('-');
        Ok(Self { column: canonical_name(name.unwrap_or(text)), descending: name.is_some() })
    }
}

impl SortKey {
    /// Orders two values. Blank ones come last in both directions, so that known values are seen first.
    #[must_use]
    pub fn compare(&self, a: &Value, b: &Value) -> Ordering {
        match (a.is_blank(), b.is_blank()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) if self.descending => b.compare(a),
            (false, false) => a.compare(b),
        }
    }
}

/// Rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the rows are, in the plural.
    pub name: &'static str,
    /// Their kind; `None` for coverage.
    pub kind: Option<Kind>,
    /// The columns.
    pub columns: Vec<Heading>,
    /// The rows; each has one value per column.
    pub rows: Vec<Vec<Value>>,
    /// How it may be made to fit a narrow terminal.
    pub fit: Fit,
    /// Whether rows may be missing.
    pub completeness: Completeness,
    /// Which resource each row is; empty where rows are none.
    pub places: Vec<ResourcePlace>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The column's name, or `tag:KEY`.
    pub name: String,
    /// The order of dropping when there is no room: the highest goes first, zero never.
    pub drop_rank: u8,
}

/// How a table may be made to fit a narrow terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Drop columns, then wrap cells: the user named no columns.
    Drop,
    /// Wrap cells: the user named every column.
    Wrap,
    /// Do nothing: the user wants every column, however wide.
    Never,
}

/// Whether a table has all rows that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// Every scope was read.
    Complete,
    /// So many scopes that may contain such rows could not be read.
    Partial(usize),
    /// Such rows were not scanned for.
    NotScanned,
}

/// What a column is named for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnUse {
    /// To be shown.
    Show,
    /// To sort by.
    Sort,
    /// To filter by.
    Filter,
    /// To filter by, in the group of that name.
    Group(Box<str>),
    /// To be shown where nothing else is asked for.
    Default,
}

/// Why rows cannot be selected.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{}", sentence(.used, .name, .kinds))]
pub struct SelectError {
    /// The name that no column has.
    pub name: String,
    /// What it is named for.
    pub used: ColumnUse,
    /// The kinds that were asked for.
    pub kinds: Box<str>,
    /// The name it is closest to.
    pub suggestion: Option<Box<str>>,
    /// Other kinds, which have a column of that name.
    pub others: Vec<Kind>,
    /// Every name there is.
    pub known: Box<str>,
}

fn sentence(used: &ColumnUse, name: &str, kinds: &str) -> String {
    match used {
        ColumnUse::Group(group) => format!("group `{group}` filters by `{name}`, which {kinds} do not have"),
        _ => format!("{kinds} have no column `{name}`"),
    }
}

impl Remedies for SelectError {
    /// Says which columns there are, and which one was probably meant.
    fn remedies(&self) -> Vec<String> {
        let others: Vec<_> = self.others.iter().map(|kind| kind.as_str()).collect();
        let elsewhere = (!others.is_empty()).then(|| format!("{} have it", others.join(", ")));
        let meant = self.suggestion.as_ref().map(|name| format!("did you mean `{name}`?"));
        meant
            .or(elsewhere)
            .or_else(|| self.nearest_elsewhere())
            .into_iter()
            .chain([format!("accepted: {}", self.known)])
            .collect()
    }
}

impl SelectError {
    /// Names the nearest column of any kind.
    fn nearest_elsewhere(&self) -> Option<String> {
        let nearest_of = |kind: Kind| {
            let names = || columns_of(kind).into_iter().map(|spec| spec.name);
            let near = nearest(&self.name, names()).or_else(|| nearest_word(&self.name, names()))?;
            Some(format!("did you mean `{near}`, which {kind} have?"))
        };
        Kind::ALL.into_iter().find_map(nearest_of)
    }
}

/// Makes a table for each kind asked for, unless it has none of the columns asked for by name.
///
/// # Errors
/// For the first column that no kind asked for has.
pub fn select_tables(inventory: &Inventory, request: &TableRequest) -> Result<Vec<Table>, SelectError> {
    Ok(select_traced(inventory, &InventoryIndex::new(inventory), request)?.0)
}

/// Makes tables like [`select_tables`], and tells what was seen of the rows if the filters kept none. `index` is that of
/// `inventory`, and may count instances that are elsewhere.
///
/// # Errors
/// As [`select_tables`].
pub fn select_traced(
    inventory: &Inventory,
    index: &InventoryIndex<'_>,
    request: &TableRequest,
) -> Result<(Vec<Table>, FilterTrace), SelectError> {
    check_columns(request)?;
    let mut trace = FilterTrace::default();
    let mut table = |kind: &Kind| match kind {
        Kind::Networks => table(&inventory.networks, *kind, inventory, index, request, &mut trace),
        Kind::Subnets => table(&inventory.subnets, *kind, inventory, index, request, &mut trace),
        Kind::Instances => table(&inventory.instances, *kind, inventory, index, request, &mut trace),
        Kind::Interfaces => table(&inventory.interfaces, *kind, inventory, index, request, &mut trace),
        Kind::Links => table(&inventory.links, *kind, inventory, index, request, &mut trace),
    };
    let tables = request.kinds.iter().filter_map(&mut table).collect();
    Ok((tables, trace))
}

/// Filters and sorts the arrays of the kinds asked for in the document itself, as tables of them would be, and records the
/// filters in it. The coverage stays as it is. Tells what was seen of the rows if the filters kept none.
///
/// Tables cannot be made of the document afterwards: once rows are dropped, it no longer tells how many are in a network.
///
/// # Errors
/// For the first column that no kind asked for has.
pub fn filter_document(
    inventory: &mut Inventory,
    request: &TableRequest,
) -> Result<FilterTrace, SelectError> {
    check_columns(request)?;
    let mut trace = FilterTrace::default();
    let orders: Vec<_> = {
        let index = InventoryIndex::new(inventory);
        let mut order = |&kind: &Kind| (kind, order_of_kind(inventory, kind, &index, request, &mut trace));
        request.kinds.iter().map(&mut order).collect()
    };
    for (kind, order) in orders {
        match kind {
            Kind::Networks => retain_in_order(&mut inventory.networks, &order),
            Kind::Subnets => retain_in_order(&mut inventory.subnets, &order),
            Kind::Instances => retain_in_order(&mut inventory.instances, &order),
            Kind::Interfaces => retain_in_order(&mut inventory.interfaces, &order),
            Kind::Links => retain_in_order(&mut inventory.links, &order),
        }
    }
    for filter in &request.filters {
        if !inventory.filters.iter().any(|known| known == filter.text()) {
            inventory.filters.push(filter.text().to_owned());
        }
    }
    Ok(trace)
}

/// Refuses columns that no kind asked for has. Needs no inventory.
///
/// # Errors
/// For the first unknown name.
pub fn check_columns(request: &TableRequest) -> Result<(), SelectError> {
    for name in request.columns.iter().flatten() {
        check_column(&request.kinds, name, ColumnUse::Show)?;
    }
    for key in &request.sort {
        check_column(&request.kinds, &key.column, ColumnUse::Sort)?;
    }
    for name in request.filters.iter().filter_map(Filter::column) {
        check_column(&request.kinds, name, ColumnUse::Filter)?;
    }
    let without_members = |filter: &&Filter| {
        let applies = request.kinds.iter().any(|kind| filter.applies_to(*kind));
        !filter.group_names().is_empty() && !applies
    };
    for group in request.filters.iter().filter(without_members).flat_map(Filter::groups) {
        for name in group.columns() {
            check_column(&request.kinds, name, ColumnUse::Group(group.name.as_str().into()))?;
        }
    }
    for (kind, names) in &request.defaults {
        for name in names {
            check_column(&[*kind], name, ColumnUse::Default)?;
        }
    }
    Ok(())
}

/// Refuses a name that no column has.
fn check_column(kinds: &[Kind], name: &str, used: ColumnUse) -> Result<(), SelectError> {
    if kinds.iter().any(|&kind| has_column(kind, name)) {
        return Ok(());
    }
    let mut all: Vec<&str> = Vec::new();
    for spec in kinds.iter().flat_map(|&kind| columns_of(kind)) {
        if !all.contains(&spec.name) {
            all.push(spec.name);
        }
    }
    let mut listed = all.join(", ");
    if kinds.iter().any(|&kind| has_tags(kind)) {
        listed.push_str(" and tag:KEY");
    }
    let names: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
    let others: &[&str] = if used == ColumnUse::Filter { &ADDRESS_FILTERS } else { &[] };
    let candidates = || all.iter().chain(others).copied();
    Err(SelectError {
        used,
        name: name.to_owned(),
        kinds: names.join(", ").into(),
        suggestion: nearest(name, candidates()).or_else(|| nearest_word(name, candidates())).map(Box::from),
        others: Kind::ALL.into_iter().filter(|kind| has_column(*kind, name)).collect(),
        known: listed.into(),
    })
}

fn table<T: Tabular>(
    items: &[T],
    kind: Kind,
    inventory: &Inventory,
    index: &InventoryIndex<'_>,
    request: &TableRequest,
    trace: &mut FilterTrace,
) -> Option<Table> {
    let columns = resolve_columns::<T>(Some(kind), request);
    if columns.is_empty() {
        return None;
    }
    let selected = selected_rows(items, index, request, trace);
    Some(Table {
        name: T::NAME,
        kind: Some(kind),
        columns: headings(&columns, request),
        rows: selected.iter().map(|&at| row_values(&columns, &items[at], index)).collect(),
        fit: fit(request),
        completeness: completeness(inventory, kind),
        places: selected.iter().filter_map(|&at| items[at].place()).collect(),
    })
}

/// Decides the columns: those asked for by name, all, those of the configuration, or ours.
pub(super) fn resolve_columns<T: Tabular>(
    kind: Option<Kind>,
    request: &TableRequest,
) -> Vec<ResolvedColumn<T>> {
    let by_name = |names: &Vec<String>| names.iter().filter_map(|name| ResolvedColumn::find(name)).collect();
    if let Some(names) = &request.columns {
        return by_name(names);
    }
    let columns = T::columns().iter();
    if request.wide {
        return columns.map(ResolvedColumn::Column).collect();
    }
    match kind.and_then(|kind| request.defaults.get(&kind)) {
        Some(names) => by_name(names),
        None => columns
            .filter(|column| column.spec.shown != ColumnVisibility::Wide)
            .map(ResolvedColumn::Column)
            .collect(),
    }
}

/// Columns that rows are sorted or filtered by are what the user looks for: they are not dropped.
pub(super) fn headings<T: Tabular>(columns: &[ResolvedColumn<T>], request: &TableRequest) -> Vec<Heading> {
    let sort = request.sort.iter().map(|key| key.column.as_str());
    let named: Vec<&str> = sort.chain(request.filters.iter().filter_map(Filter::column)).collect();
    let heading = |column: &ResolvedColumn<T>| {
        let name = column.name();
        let drop_rank = if named.contains(&name.as_str()) { 0 } else { column.visibility().drop_rank() };
        Heading { name, drop_rank }
    };
    columns.iter().map(heading).collect()
}

pub(super) fn row_values<T: Tabular>(
    columns: &[ResolvedColumn<T>],
    item: &T,
    index: &InventoryIndex<'_>,
) -> Vec<Value> {
    columns.iter().map(|column| column.value(item, index)).collect()
}

const fn fit(request: &TableRequest) -> Fit {
    match (&request.columns, request.wide) {
        (Some(_), _) => Fit::Wrap,
        (None, true) => Fit::Never,
        (None, false) => Fit::Drop,
    }
}

fn order_of_kind(
    inventory: &Inventory,
    kind: Kind,
    index: &InventoryIndex<'_>,
    request: &TableRequest,
    trace: &mut FilterTrace,
) -> Vec<usize> {
    match kind {
        Kind::Networks => selected_rows(&inventory.networks, index, request, trace),
        Kind::Subnets => selected_rows(&inventory.subnets, index, request, trace),
        Kind::Instances => selected_rows(&inventory.instances, index, request, trace),
        Kind::Interfaces => selected_rows(&inventory.interfaces, index, request, trace),
        Kind::Links => selected_rows(&inventory.links, index, request, trace),
    }
}

/// Returns the positions of the items that pass the filters, sorted, and adds to the trace.
fn selected_rows<T: Tabular>(
    items: &[T],
    index: &InventoryIndex<'_>,
    request: &TableRequest,
    trace: &mut FilterTrace,
) -> Vec<usize> {
    let filters = RowFilters::<T>::traced(&request.filters);
    let keys: Vec<(&SortKey, ResolvedColumn<T>)> =
        request.sort.iter().filter_map(|key| Some((key, ResolvedColumn::find(&key.column)?))).collect();
    let values = |item: &T| keys.iter().map(|(_, column)| column.value(item, index)).collect();
    let mut rows: Vec<(Vec<Value>, usize)> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| filters.pass(item, index))
        .map(|(position, item)| (values(item), position))
        .collect();
    trace.merge(filters.trace());
    rows.sort_by(|(a, _), (b, _)| {
        keys.iter()
            .zip(a.iter().zip(b))
            .map(|((key, _), (a, b))| key.compare(a, b))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    rows.into_iter().map(|(_, position)| position).collect()
}

/// Keeps the items at `order`, in that order.
fn retain_in_order<T>(items: &mut Vec<T>, order: &[usize]) {
    let mut slots: Vec<_> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.iter().filter_map(|&index| slots[index].take()));
}

/// Tells whether rows of `kind` may be missing. A failed sign-in or listing of regions hides every kind.
#[must_use]
pub fn completeness(inventory: &Inventory, kind: Kind) -> Completeness {
    let hides = |subject| {
        subject == Subject::from(kind)
            || matches!(subject, Subject::Credentials | Subject::Accounts | Subject::Regions)
    };
    match inventory.incomplete().filter(|entry| hides(entry.kind)).count() {
        0 if inventory.kinds_read().contains(&kind) || inventory.is_empty_part() => Completeness::Complete,
        0 => Completeness::NotScanned,
        unread => Completeness::Partial(unread),
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::LOOKUPS;
    use super::*;
    use crate::model::{Account, Network, NetworkKind, Provider, Resources};

    fn inventory(networks: usize) -> Inventory {
        let network = |number: usize| Network {
            provider: Provider::Aws,
            account: "111111111111".to_owned(),
            account_name: None,
            region: "eu-west-1".to_owned(),
            id: format!("vpc-{number}"),
            name: Some(format!("net {}", number % 7)),
            kind: NetworkKind::Vpc,
            blocks: Vec::new(),
            is_default: None,
            state: None,
            visible_from: Vec::new(),
            tags: <_>::default(),
        };
        let resources = Resources { networks: (0..networks).map(network).collect(), ..Resources::default() };
        let taken_at = "2026-11-20T08:00:00Z".parse().unwrap();
        Inventory::assemble("test".to_owned(), taken_at, Vec::<Account>::new(), resources, Vec::new())
    }

    fn lookups(networks: usize) -> usize {
        let request = TableRequest {
            kinds: vec![Kind::Networks],
            columns: Some(vec!["id".to_owned(), "name".to_owned()]),
            sort: vec!["-name".parse().unwrap()],
            filters: vec!["region=eu-*".parse().unwrap(), "tag:env!=x".parse().unwrap()],
            ..TableRequest::default()
        };
        let mut inventory = inventory(networks);
        LOOKUPS.set(0);
        assert_eq!(select_tables(&inventory, &request).unwrap()[0].rows.len(), networks);
        filter_document(&mut inventory, &request).unwrap();
        assert_eq!(inventory.networks.len(), networks);
        LOOKUPS.get()
    }

    #[test]
    fn columns_are_looked_up_once_however_many_rows_there_are() {
        assert_eq!(
            lookups(1),
            2 + 2 * 3,
            "two columns, and a sort key and two filters for table and document"
        );
        assert_eq!(lookups(100), lookups(1));
    }
}
