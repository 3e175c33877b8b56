//! What a listing command shows: selects rows and prints them in the chosen format.

use std::io;

use super::filters::{check_columns, parse_filter_flags};
use crate::analysis::columns::{canonical_name, columns_of};
use crate::analysis::filter::{Filter, FilterTrace};
use crate::analysis::inventory_index::{COUNT_COLUMNS, InventoryIndex};
use crate::analysis::missing_tags::explain_missing_tags;
use crate::analysis::query::{self, DocumentQuery};
use crate::analysis::rows::{self, SortKey, TableRequest};
use crate::analysis::streamed_table::streamed_tables;
use crate::cli::output::OutputArgs;
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::model::{Inventory, InventoryView, Kind};
use crate::output::{self, Format, Report};
use crate::ui::Ui;

/// What the user asked to see, checked before anything is read.
#[derive(Debug)]
pub struct View {
    /// Rows, columns, order.
    pub request: TableRequest,
    /// How they are written.
    pub format: Format,
    query: Option<DocumentQuery>,
}

impl View {
    /// Checks the output flags, so that a mistake is reported before a long scan.
    ///
    /// # Errors
    /// For a wrong filter, query, column or combination.
    pub fn new(args: &OutputArgs, kinds: Vec<Kind>, settings: &Settings) -> Result<Self, Error> {
        let query = args.query.as_deref().map(query::compile).transpose()?;
        let format = output_format(args, settings, query.is_some())?;
        let filters = parse_filter_flags(&args.filters, &args.groups, settings)?;
        let sort = sort_keys(args, &kinds, format);
        let defaults = settings.output.columns.iter();
        let request = TableRequest {
            columns: (!args.columns.is_empty())
                .then(|| args.columns.iter().map(|name| canonical_name(name)).collect()),
            wide: args.wide || format.has_all_columns(),
            sort,
            filters,
            defaults: defaults.map(|(kind, columns)| (*kind, columns.value.clone())).collect(),
            kinds,
        };
        if request.columns.is_some() && !format.has_columns() {
            return Err(Error::usage(format!(
                "--columns cannot be used with --output {format}, which has no columns"
            ))
            .remedy("use --query to select from the document, or -o csv for columns"));
        }
        check_columns(&request)?;
        Ok(Self { request, format, query })
    }

    /// Refuses several kinds of rows where the format has room for one. The answer to a query is one table.
    ///
    /// # Errors
    /// For several kinds in a format that has one kind per file, and for any in a format that has no rows.
    pub fn check_kinds(&self) -> Result<(), Error> {
        if self.query.is_some() {
            return Ok(());
        }
        self.format.check_kinds(self.request.kinds.len()).map(drop).map_err(Error::from)
    }

    /// Returns whether rows of the kinds asked for are all that is shown, rather than the document with everything in it.
    pub fn is_table(&self) -> bool {
        self.query.is_none() && self.format.has_columns()
    }

    /// Returns whether a column is used: shown, sorted by or filtered by.
    pub fn uses_column(&self, column: &str) -> bool {
        let request = &self.request;
        let named = |name: &str| name == column;
        let shown = request.columns.as_ref().or_else(|| {
            let defaults = || request.defaults.get(request.kinds.first()?);
            if request.wide || !self.format.has_columns() { None } else { defaults() }
        });
        shown.is_none_or(|columns| columns.iter().any(|name| named(name)))
            || request.sort.iter().any(|key| named(&key.column))
            || request.filters.iter().flat_map(Filter::columns).any(named)
    }

    /// Lists the kinds to read: those to show, and those that are counted in their columns.
    pub fn kinds_to_read(&self) -> Vec<Kind> {
        let mut kinds = self.request.kinds.clone();
        if kinds.contains(&Kind::Networks) {
            let counted = COUNT_COLUMNS.into_iter().filter(|(_, column)| self.uses_column(column));
            let counted: Vec<Kind> =
                counted.map(|(kind, _)| kind).filter(|kind| !kinds.contains(kind)).collect();
            kinds.extend(counted);
        }
        kinds
    }

    /// Returns whether [`Self::print_streamed`] can show it: sorting and queries need all rows at once.
    pub fn streams_rows(&self) -> bool {
        let TableRequest { sort, filters, .. } = &self.request;
        let can_filter = self.format.has_columns() || filters.is_empty();
        self.format.streams_rows() && self.query.is_none() && sort.is_empty() && can_filter
    }

    /// Returns whether [`Self::print_streamed`] can show it in tables: instances are only counted in them, and interfaces are
    /// in none.
    pub fn only_counts_instances(&self) -> bool {
        self.is_table()
            && !self.request.kinds.iter().any(|kind| matches!(kind, Kind::Instances | Kind::Interfaces))
    }

    /// Writes an inventory to stdout whose instances and interfaces are not in memory: the rows one at a time, or tables of
    /// the others.
    ///
    /// # Errors
    /// When rows cannot be read, or stdout cannot be written.
    pub fn print_streamed(&self, view: InventoryView<'_>, ui: &Ui) -> Result<(), Error> {
        if !self.streams_rows() {
            return self.print_tables(view, ui);
        }
        if !self.format.has_columns() {
            let report = Report { view, kinds: &self.request.kinds, tables: &[] };
            let layout = ui.layout();
            return ui.data(|out| output::render_rows(&report, self.format, layout, out));
        }
        let mut trace = FilterTrace::default();
        let index = self.index(view)?;
        ui.data(|out| {
            let tables = streamed_tables(view, &index, &self.request).map_err(io::Error::other)?;
            output::render_streamed(&tables, self.format, out)?;
            for table in &tables {
                trace.merge(table.trace());
            }
            Ok(())
        })?;
        self.explain_nothing(&trace, ui);
        self.explain_missing_tags(view, ui)
    }

    /// Indexes the inventory, with the instances that are elsewhere if their number is shown.
    ///
    /// # Errors
    /// When these cannot be read.
    fn index<'v>(&self, view: InventoryView<'v>) -> Result<InventoryIndex<'v>, Error> {
        let mut index = InventoryIndex::new(view.inventory);
        let is_counted = self.request.kinds.contains(&Kind::Networks) && self.uses_column("instances");
        if is_counted && view.inventory.instances.is_empty() {
            let counted = index.count_instances(view.instances);
            counted.map_err(|error| Error::from_error(ErrorKind::Input, &error))?;
        }
        Ok(index)
    }

    /// Writes tables of the rows that are in memory.
    fn print_tables(&self, view: InventoryView<'_>, ui: &Ui) -> Result<(), Error> {
        let index = self.index(view)?;
        let (tables, trace) = rows::select_traced(view.inventory, &index, &self.request)?;
        drop(index);
        let (report, layout) = (Report { view, kinds: &self.request.kinds, tables: &tables }, ui.layout());
        ui.report(self.format, |out| output::render_rows(&report, self.format, layout, out))?;
        self.explain_nothing(&trace, ui);
        self.explain_missing_tags(view, ui)
    }

    /// Says which tags no row has that are columns, or sorted by.
    fn explain_missing_tags(&self, view: InventoryView<'_>, ui: &Ui) -> Result<(), Error> {
        let TableRequest { columns, sort, kinds, .. } = &self.request;
        let columns = columns.iter().flatten().map(String::as_str);
        let asked = columns.chain(sort.iter().map(|key| key.column.as_str()));
        let missing = explain_missing_tags(view, kinds, asked)
            .map_err(|error| Error::from_error(ErrorKind::Input, &error))?;
        for text in &missing {
            ui.note_unless_quiet(text);
        }
        Ok(())
    }

    /// Says why the filters kept nothing, if they did.
    fn explain_nothing(&self, trace: &FilterTrace, ui: &Ui) {
        trace.explain(&self.request.filters).iter().for_each(|text| ui.note_unless_quiet(text));
    }

    /// Selects from `inventory` and writes it to stdout.
    ///
    /// # Errors
    /// When the query fails on this document, or stdout cannot be written.
    pub fn print(&self, mut inventory: Inventory, ui: &Ui) -> Result<(), Error> {
        let is_about_addresses =
            |filter: &Filter| filter.column().is_none() && filter.group_names().is_empty();
        let is_about_addresses = self.request.filters.iter().any(is_about_addresses);
        if let Some(warning) =
            warning_for_unread_prefixes(&inventory, &self.request.kinds).filter(|_| is_about_addresses)
        {
            ui.warn_always(&warning);
        }
        if self.is_table() {
            return self.print_tables(InventoryView::new(&inventory), ui);
        }
        let trace = rows::filter_document(&mut inventory, &self.request)?;
        let layout = ui.layout();
        if let Some(query) = &self.query {
            let answer = query.run(&inventory)?;
            self.explain_nothing(&trace, ui);
            query.explain(&answer, &self.request.kinds).iter().for_each(|text| ui.warn(text));
            return ui.report(self.format, |out| output::render_answer(&answer, self.format, layout, out));
        }
        let report = Report { view: InventoryView::new(&inventory), kinds: &self.request.kinds, tables: &[] };
        ui.report(self.format, |out| output::render_rows(&report, self.format, layout, out))?;
        self.explain_nothing(&trace, ui);
        self.explain_missing_tags(report.view, ui)
    }
}

/// Warns that a filter on addresses does not find those in delegated prefixes: earlier versions did not read these.
fn warning_for_unread_prefixes(inventory: &Inventory, kinds: &[Kind]) -> Option<String> {
    let count = |kind: &Kind| match kind {
        Kind::Instances => inventory.instances.iter().filter(|one| one.private_prefixes.is_none()).count(),
        Kind::Interfaces => inventory.interfaces.iter().filter(|one| one.private_prefixes.is_none()).count(),
        Kind::Networks | Kind::Subnets | Kind::Links => 0,
    };
    let rows: usize = kinds.iter().map(count).sum();
    (rows > 0).then(|| {
        format!(
            "{} an earlier version of netcensus, which did not read delegated prefixes: an address in one is not \
             found (scan again)",
            if rows == 1 { "1 row was saved by".to_owned() } else { format!("{rows} rows were saved by") }
        )
    })
}

/// Returns what to sort by. In a table, what people see decides, unless they say otherwise: accounts go by their names and
/// not by their ids. Other formats, and queries, keep the order of documents.
fn sort_keys(args: &OutputArgs, kinds: &[Kind], format: Format) -> Vec<SortKey> {
    let parse = |text: &str| text.parse().ok();
    if format != Format::Table || args.query.is_some() || !args.sort.is_empty() {
        return args.sort.iter().filter_map(|text| parse(text)).collect();
    }
    let exists =
        |name: &&str| kinds.iter().any(|kind| columns_of(*kind).iter().any(|spec| spec.name == *name));
    ["owner", "region", "zone", "name"].into_iter().filter(exists).filter_map(parse).collect()
}

/// Returns the format. The result of a query is JSON, unless a format is given for it; a configured format is for rows.
fn output_format(args: &OutputArgs, settings: &Settings, query: bool) -> Result<Format, Error> {
    let chosen: Format = settings.output.format.value.parse()?;
    let is_for_rows = query && args.output.is_none() && chosen.has_columns();
    Ok(if is_for_rows { Format::Json } else { chosen })
}
