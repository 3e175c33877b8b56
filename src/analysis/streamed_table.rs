//! Rows of typed values, made one at a time: a million of them need no memory.

use std::io;
use std::rc::Rc;
use std::sync::LazyLock;

use super::columns::{DataType, ResolvedColumn, Tabular};
use super::filter::{FilterTrace, RowFilters};
use super::inventory_index::InventoryIndex;
use super::rows::{self, Completeness, Heading, SelectError, TableRequest};
use super::value::Value;
use crate::model::{Coverage, Inventory, InventoryView, Kind, Provider, Rows};

/// Rows of one kind.
pub struct StreamedTable<'a> {
    /// What the rows are, in the plural.
    pub name: &'static str,
    /// Their kind; `None` for coverage.
    pub kind: Option<Kind>,
    /// The columns.
    pub columns: Vec<Heading>,
    /// What the values of each column are, where they are known.
    pub data_types: Vec<DataType>,
    /// How many rows there are before filters, of all providers together.
    pub rows: usize,
    /// Whether rows may be missing.
    pub completeness: Completeness,
    each: Box<RowSource<'a>>,
    trace: Box<dyn Fn() -> FilterTrace + 'a>,
}

/// Hands the rows of one provider, or of all, to a sink.
type RowSource<'a> = dyn Fn(Option<Provider>, RowSink<'_>) -> io::Result<()> + 'a;

/// The column that names the cloud.
const PROVIDER: &str = "provider";

/// Receives rows one after the other; each has one value per column.
type RowSink<'t> = &'t mut dyn FnMut(Vec<Value>) -> io::Result<()>;

impl StreamedTable<'_> {
    /// Hands the rows to `sink`, one after the other, until it fails.
    ///
    /// # Errors
    /// If the resources cannot be read, or `sink` fails.
    pub fn each(&self, mut sink: impl FnMut(Vec<Value>) -> io::Result<()>) -> io::Result<()> {
        (self.each)(None, &mut sink)
    }

    /// Returns what was seen of the rows that were handed out so far, if the filters kept none.
    #[must_use]
    pub fn trace(&self) -> FilterTrace {
        (self.trace)()
    }

    /// Returns the rows of one provider. They lack the column of the provider, which is in the name of such a table's file.
    #[must_use]
    pub fn for_provider(&self, provider: Provider) -> StreamedTable<'_> {
        let named = self.columns.iter().position(|column| column.name == PROVIDER);
        StreamedTable {
            name: self.name,
            kind: self.kind,
            columns: without(named, self.columns.clone()),
            data_types: without(named, self.data_types.clone()),
            rows: self.rows,
            completeness: self.completeness,
            each: Box::new(move |_, sink| (self.each)(Some(provider), &mut |row| sink(without(named, row)))),
            trace: Box::new(|| self.trace()),
        }
    }
}

fn without<T>(at: Option<usize>, mut all: Vec<T>) -> Vec<T> {
    if let Some(at) = at {
        all.remove(at);
    }
    all
}

/// Makes a table for each kind of `request`, whose sort keys are ignored; `index` is that of `view`.
///
/// # Errors
/// For the first column that no kind has.
pub fn streamed_tables<'a>(
    view: InventoryView<'a>,
    index: &'a InventoryIndex<'_>,
    request: &'a TableRequest,
) -> Result<Vec<StreamedTable<'a>>, SelectError> {
    rows::check_columns(request)?;
    let inventory = view.inventory;
    let tables = request.kinds.iter().map(|&kind| {
        let completeness = rows::completeness(inventory, kind);
        match kind {
            Kind::Networks => streamed_table(&inventory.networks, Some(kind), completeness, index, request),
            Kind::Subnets => streamed_table(&inventory.subnets, Some(kind), completeness, index, request),
            Kind::Instances => streamed_table(view.instances, Some(kind), completeness, index, request),
            Kind::Interfaces => streamed_table(view.interfaces, Some(kind), completeness, index, request),
            Kind::Links => streamed_table(&inventory.links, Some(kind), completeness, index, request),
        }
    });
    Ok(tables.filter(|table| !table.columns.is_empty()).collect())
}

/// Makes a table of the whole coverage of `inventory`, with every column; `index` is that of `inventory`.
#[must_use]
pub fn coverage_table<'a>(inventory: &'a Inventory, index: &'a InventoryIndex<'_>) -> StreamedTable<'a> {
    static EVERY_COLUMN: LazyLock<TableRequest> =
        LazyLock::new(|| TableRequest { wide: true, ..TableRequest::default() });
    streamed_table::<Coverage>(&inventory.coverage, None, Completeness::Complete, index, &EVERY_COLUMN)
}

fn streamed_table<'a, T: Tabular>(
    rows: &'a dyn Rows<T>,
    kind: Option<Kind>,
    completeness: Completeness,
    index: &'a InventoryIndex<'_>,
    request: &'a TableRequest,
) -> StreamedTable<'a> {
    let filters = Rc::new(RowFilters::<T>::traced(&request.filters));
    let traced = Rc::clone(&filters);
    let columns = rows::resolve_columns::<T>(kind, request);
    StreamedTable {
        name: T::NAME,
        kind,
        columns: rows::headings(&columns, request),
        data_types: columns.iter().map(ResolvedColumn::data_type).collect(),
        rows: rows.count(),
        completeness,
        each: Box::new(move |only, sink| {
            rows.each(&mut |item| match only {
                Some(provider) if item.provider() != provider => Ok(()),
                _ if !filters.pass(item, index) => Ok(()),
                _ => sink(rows::row_values(&columns, item, index)),
            })
        }),
        trace: Box::new(move || traced.trace()),
    }
}
