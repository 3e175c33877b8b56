//! `netcensus scan`: gathers an inventory, selects and prints its rows; with `--dry-run` only lists what it would read.

mod scope_notes;

use std::time::Instant;

use serde::Serialize;

use super::inventory_source::{Gathered, LoadExtent};
use super::record_list::RecordList;
use super::summary::Summary;
use super::view::View;
use super::{inventory_source, overrides, save};
use crate::analysis::rows::Fit;
use crate::analysis::value::Value;
use crate::cli::global::GlobalArgs;
use crate::cli::output::OutputArgs;
use crate::cli::scan::ScanArgs;
use crate::clouds::CloudProvider;
use crate::config::{Origin, Settings};
use crate::error::Error;
use crate::exit::Exit;
use crate::model::{Inventory, Kind, Provider, Scope};
use crate::ui::Ui;
use crate::wording::counted;

/// Runs `netcensus scan`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or stdout cannot be written.
pub fn run(args: &ScanArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let mut flags = overrides::from_live_flags(&args.source.live, Some(&args.output), global);
    flags.usage.is_measured = args.for_usage;
    let settings = overrides::resolve_settings(global, &flags)?;
    // To save, and to see what a scan would read, is to read the clouds.
    let settings =
        if args.dry_run || args.save.save.is_some() { settings.without_saved_inventory() } else { settings };
    let ui = &ui.with_color(settings.output.color.value);
    let view = View::new(&args.output, args.kinds(), &settings)?;
    let kinds = view.kinds_to_read();
    if args.dry_run {
        return dry_run(args, &kinds, &settings, &view, ui);
    }
    view.check_kinds()?;
    save::check_target(&args.save)?;
    save::check_writable(&args.save, &settings)?;
    let started = Instant::now();
    let is_shown = !saves_only(args, &settings);
    let is_saved = inventory_source::saved_inventory(&args.source, &settings).is_some();
    let load = load_extent(args, &view, is_saved, is_shown);
    // Ends of links go by the names of networks, where these need not be read from a cloud for that alone.
    let names_ends = is_saved && kinds.contains(&Kind::Links) && !kinds.contains(&Kind::Networks);
    let loaded = [kinds.as_slice(), if names_ends { &[Kind::Networks] } else { &[] }].concat();
    let gathered = inventory_source::gather_inventory(&args.source, &loaded, load, &settings, ui)?;
    let summary = Summary::new(gathered.view(), &kinds);
    report_part(&gathered.inventory, is_saved, ui);
    let notes = scope_notes::notes(&args.kinds, &view.request.filters, &settings, &gathered.inventory);
    let elapsed = started.elapsed();
    // Before the inventory is filtered. An error is returned only at the end, so that a full disk does not cost the result.
    let saved = save_gathered(args, &gathered, &settings, ui);
    if is_shown && gathered.streamed.is_some() {
        view.print_streamed(gathered.view(), ui)?;
    } else if is_shown {
        view.print(gathered.inventory, ui)?;
    }
    if is_shown {
        for note in &notes {
            ui.note_on_terminal(note);
        }
    }
    if !is_saved {
        summary.report_totals(elapsed, ui);
    }
    // What is missing is reported last, where it is seen.
    let exit = summary.report_and_exit_code(gathered.interrupted, ui);
    saved.map(|()| exit)
}

/// Tells whether the inventory is saved and nothing says how to show it, so that the rows need not be printed.
fn saves_only(args: &ScanArgs, settings: &Settings) -> bool {
    let OutputArgs { columns, sort, filters, groups, query, output, wide } = &args.output;
    let is_filtered = !filters.is_empty() || !groups.is_empty();
    let is_plain = columns.is_empty() && sort.is_empty() && !is_filtered && query.is_none();
    let has_format = output.is_some() || settings.output.format.origin != Origin::Default;
    args.save.save.is_some() && is_plain && !has_format && !wide
}

/// Decides what has to be in memory at once. A snapshot is not streamed: that its rows are not in order would be noticed
/// only when some of them are printed.
fn load_extent(args: &ScanArgs, view: &View, is_saved: bool, is_shown: bool) -> LoadExtent {
    if !is_saved && (view.streams_rows() || view.only_counts_instances() || !is_shown) {
        LoadExtent::Streamed
    } else if args.save.save.is_some() || !view.is_table() {
        LoadExtent::All
    } else {
        LoadExtent::Needed
    }
}

/// Saves the inventory if `--save` says so. It does not if the user stopped the run, because the newest snapshot should
/// be complete, or if the inventory is a kept snapshot.
fn save_gathered(args: &ScanArgs, gathered: &Gathered, settings: &Settings, ui: &Ui) -> Result<(), Error> {
    if gathered.interrupted && args.save.save.is_some() {
        ui.warn("no snapshot was saved, because the scan was stopped");
        return Ok(());
    }
    if gathered.is_reused_snapshot() && args.save.save == Some(None) {
        ui.status("no snapshot was saved, because nothing was scanned");
        return Ok(());
    }
    // A signal may still end the process while the result is printed, which can take as long as its reader wants.
    save::save_inventory(&args.save, gathered.view(), gathered.asked.as_ref(), settings, &|| {}, ui)
}

/// Reports that the inventory is a part, which a table does not show. Of a file it always does: its reader may not know
/// that it was read with `--shard`, or filtered.
fn report_part(inventory: &Inventory, is_saved: bool, ui: &Ui) {
    if is_saved {
        return inventory.partial_reasons().iter().for_each(|reason| ui.warn_always(reason));
    }
    let Some(shard) = &inventory.shard else { return };
    let accounts = if inventory.is_empty_part() { ", which contains no account" } else { "" };
    let text =
        format!("the inventory is shard {shard} of a scan{accounts}; `netcensus merge` joins the shards");
    ui.note_on_terminal(&text);
}

/// Signs in, lists accounts and regions, and prints the scopes and API calls of a scan without reading any resource.
fn dry_run(
    args: &ScanArgs,
    kinds: &[Kind],
    settings: &Settings,
    view: &View,
    ui: &Ui,
) -> Result<Exit, Error> {
    let (mut scopes, mut coverage) = (Vec::new(), Vec::new());
    for (provider, mut plan) in inventory_source::survey_clouds(&args.source.live, kinds, settings, ui)? {
        plan.scopes.sort();
        scopes.extend(plan.scopes.into_iter().map(|scope| PlannedScope::new(scope, &*provider)));
        coverage.extend(plan.coverage);
    }
    let number = scopes.len();
    // There may be a hundred thousand.
    let rows = if view.format.has_columns() {
        scopes.iter().map(PlannedScope::to_row).collect()
    } else {
        Vec::new()
    };
    let columns = ["provider", "account", "region", "kind", "calls"].map(|name| (name, 0)).into();
    RecordList { name: "scopes", columns, fit: Fit::Wrap, rows, objects: scopes }.print(view.format, ui)?;
    ui.note_on_terminal(&format!("{} would be read; nothing was", counted(number, "scope")));
    let summary = Summary::from_outcomes(&coverage);
    summary.report_left_out(ui);
    Ok(summary.report_and_exit_code(false, ui))
}

/// A scope that a scan would read.
#[derive(Serialize)]
struct PlannedScope {
    provider: Provider,
    account: String,
    region: Option<String>,
    kind: Kind,
    /// The API calls that read it.
    calls: &'static [&'static str],
}

impl PlannedScope {
    fn new(scope: Scope, cloud: &dyn CloudProvider) -> Self {
        let Scope { provider, account, region, kind } = scope;
        Self { provider, account, region, kind, calls: cloud.calls(kind) }
    }

    fn to_row(&self) -> Vec<Value> {
        vec![
            Value::Text(self.provider.to_string()),
            Value::Text(self.account.clone()),
            Value::text(self.region.as_deref()),
            Value::Text(self.kind.to_string()),
            Value::List(self.calls.iter().map(ToString::to_string).collect()),
        ]
    }
}
