//! `netcensus groups`: counts the members of all groups, or lists those of one.

use std::collections::BTreeMap;

use super::filters::resource_groups;
use super::inventory_source::{Gathered, LoadExtent};
use super::summary::Summary;
use super::view::View;
use super::{inventory_source, overrides};
use crate::analysis::filter::{ResourceGroup, ResourceGroups};
use crate::analysis::groups::{self, GroupMembers, GroupSummary, GroupsReport};
use crate::analysis::inventory_index::{COUNT_COLUMNS, InventoryIndex};
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::cli::global::GlobalArgs;
use crate::cli::groups::GroupsArgs;
use crate::cli::output::OutputArgs;
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::exit::{Exit, ReadOutcome};
use crate::input::SnapshotRowsError;
use crate::model::{Coverage, Kind};
use crate::output::{self, Format};
use crate::ui::Ui;

/// Runs `netcensus groups`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or stdout cannot be written.
pub fn run(args: &GroupsArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = overrides::from_live_flags(&args.source.live, Some(&args.output), global);
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let groups = resource_groups(&settings)?;
    match &args.name {
        Some(name) => {
            let group = groups.get(name).map_err(|error| {
                let error = Error::from(error);
                let lists = "`netcensus groups` lists all groups";
                if groups.iter().next().is_none() { error } else { error.remedy(lists) }
            })?;
            list_members(args, group, &settings, ui)
        }
        None => list_groups(args, &groups, &settings, ui),
    }
}

/// Prints the rows of the members, as `netcensus scan --group NAME` does.
fn list_members(
    args: &GroupsArgs,
    group: &ResourceGroup,
    settings: &Settings,
    ui: &Ui,
) -> Result<Exit, Error> {
    let names: Vec<String> = [group.name.clone()].into_iter().chain(args.output.groups.clone()).collect();
    let is_wanted =
        |kind: &Kind| args.kinds.is_empty() || args.kinds.iter().any(|name| name == kind.as_str());
    let possible = group.kinds().into_iter().filter(|kind| args.kinds.is_empty() || is_wanted(kind));
    let mut kinds: Vec<Kind> = possible.collect();
    if kinds.is_empty() {
        // The error names the column that these kinds lack.
        kinds = Kind::ALL.into_iter().filter(is_wanted).collect();
    }
    let view = View::new(&OutputArgs { groups: names, ..args.output.clone() }, kinds, settings)?;
    view.check_kinds()?;
    let load = if view.is_table() { LoadExtent::Needed } else { LoadExtent::All };
    let kinds = view.kinds_to_read();
    let gathered = inventory_source::gather_inventory(&args.source, &kinds, load, settings, ui)?;
    let index = InventoryIndex::new(&gathered.inventory);
    let unread = groups::unread_reads(group, &gathered.inventory, &index);
    let is_unread = |read: &Coverage| unread.iter().any(|other| std::ptr::eq(*other, read));
    let summary = Summary::of_reads(gathered.view(), &kinds, is_unread);
    let interrupted = gathered.interrupted;
    view.print(gathered.inventory, ui)?;
    Ok(summary.report_and_exit_code(interrupted, ui))
}

fn list_groups(
    args: &GroupsArgs,
    groups: &ResourceGroups,
    settings: &Settings,
    ui: &Ui,
) -> Result<Exit, Error> {
    let format: Format = settings.output.format.value.parse()?;
    format.check_kinds(1)?;
    let kinds = groups::kinds_of(groups);
    if kinds.is_empty() {
        return Err(Error::usage("no groups are defined")
            .remedy("define one in netcensus.toml: groups.web.filter = [\"tag:role=web\"]"));
    }
    let (source, load) = (&args.source, LoadExtent::Streamed);
    let mut gathered =
        inventory_source::gather_inventory(source, &kinds_to_count(groups, kinds), load, settings, ui)?;
    let report = match count(groups, &gathered) {
        Ok(report) => report,
        Err(error) => match gathered.take_row_error() {
            Some(SnapshotRowsError::Unsorted) => {
                gathered.load_whole(&Kind::ALL, ui)?;
                count(groups, &gathered)?
            }
            Some(SnapshotRowsError::Unreadable(error)) => return Err(error.into()),
            None => return Err(error),
        },
    };
    print(&report, format, args.output.wide, ui)?;
    report.missing.iter().for_each(|line| ui.warn_always(line));
    let is_complete = report.complete && !gathered.interrupted;
    let exit = Exit::from_reading(ReadOutcome {
        interrupted: gathered.interrupted,
        complete: is_complete,
        negative: false,
    });
    if !report.coverage.is_empty() {
        Summary::from_outcomes(&report.coverage).report_unread(&format!("exit code {}", exit.code()), ui);
    }
    Ok(exit)
}

/// Adds the kinds that are counted in columns of networks which a group looks at.
fn kinds_to_count(groups: &ResourceGroups, mut kinds: Vec<Kind>) -> Vec<Kind> {
    let columns: Vec<&str> = groups.iter().flat_map(|group| group.columns()).collect();
    for (kind, column) in COUNT_COLUMNS {
        if columns.contains(&column) && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

fn count(groups: &ResourceGroups, gathered: &Gathered) -> Result<GroupsReport, Error> {
    let view = gathered.view();
    let mut index = InventoryIndex::new(view.inventory);
    let failed = |error| Error::from_error(ErrorKind::Input, &error);
    if gathered.streamed.is_some() {
        index.count_instances(view.instances).map_err(failed)?;
    }
    groups::count_members(groups, view, &index).map_err(failed)
}

fn print(report: &GroupsReport, format: Format, wide: bool, ui: &Ui) -> Result<(), Error> {
    let names = ["group", "cloud"].into_iter().chain(Kind::ALL.map(Kind::as_str)).chain(["unread"]);
    let heading = |name: &str| Heading { name: name.to_owned(), drop_rank: 0 };
    let clouds = report.groups.iter().flat_map(|group| group.clouds.iter().map(move |cloud| (group, cloud)));
    let table = Table {
        name: "groups",
        kind: None,
        columns: names.map(heading).collect(),
        rows: clouds.map(|(group, cloud)| row(group, cloud)).collect(),
        fit: if wide { Fit::Never } else { Fit::Wrap },
        completeness: Completeness::Complete,
        places: Vec::new(),
    };
    let layout = ui.layout();
    ui.report(format, |out| output::render_groups(report, &table, format, layout, out))
}

fn row(group: &GroupSummary, cloud: &GroupMembers) -> Vec<Value> {
    let members: &BTreeMap<Kind, Option<usize>> = &cloud.members;
    let number = |number: usize| u64::try_from(number).map_or(Value::Unknown, Value::Number);
    let count = |kind: Kind| members.get(&kind).copied().flatten().map_or(Value::Unknown, number);
    let head = [Value::Text(group.name.clone()), Value::Text(cloud.provider.to_string())];
    head.into_iter().chain(Kind::ALL.map(count)).chain([number(cloud.unread)]).collect()
}
