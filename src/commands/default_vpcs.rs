//! `netcensus default-vpcs`: lists default VPCs, and the commands that delete those in which nothing is.

use super::inventory_source::{Gathered, LoadExtent};
use super::summary::Summary;
use super::{inventory_source, overrides};
use crate::analysis::default_vpcs::{
    DEFAULT_VPC_KINDS, DefaultVpc, DefaultVpcStatus, DefaultVpcsReport, default_vpcs,
};
use crate::analysis::rows::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::cli::default_vpcs::DefaultVpcsArgs;
use crate::cli::global::GlobalArgs;
use crate::error::{Error, ErrorKind};
use crate::exit::{Exit, ReadOutcome};
use crate::output::{self, Format};
use crate::ui::Ui;
use crate::wording::counted;

/// The columns, and when each is dropped.
const COLUMNS: [(&str, u8); 8] = [
    ("status", 0),
    ("owner", 0),
    ("region", 0),
    ("id", 0),
    ("prefixes", 1),
    ("interfaces", 0),
    ("links", 2),
    ("subnets", 3),
];

/// Runs `netcensus default-vpcs`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or stdout cannot be written.
pub fn run(args: &DefaultVpcsArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = overrides::from_live_flags(&args.source.live, None, global);
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let format = overrides::chosen_format(args.output.as_deref(), &settings)?;
    format.check_kinds(1)?;
    let (source, kinds) = (&args.source, &DEFAULT_VPC_KINDS);
    let mut gathered =
        inventory_source::gather_inventory(source, kinds, LoadExtent::Streamed, &settings, ui)?;
    let report = match default_vpcs(gathered.view()) {
        Ok(report) => report,
        Err(_) if gathered.take_row_error().is_some() => {
            gathered.load_whole(kinds, ui)?;
            default_vpcs(gathered.view()).map_err(|error| Error::from_error(ErrorKind::Input, &error))?
        }
        Err(error) => return Err(Error::from_error(ErrorKind::Input, &error)),
    };
    if args.commands {
        print_commands(&report, ui)?;
    } else {
        print(&report, format, args.wide, ui)?;
    }
    Ok(report_and_exit_code(&report, &gathered, args, ui))
}

fn print(report: &DefaultVpcsReport, format: Format, wide: bool, ui: &Ui) -> Result<(), Error> {
    let heading = |(name, drop_rank): (&str, u8)| Heading { name: name.to_owned(), drop_rank };
    let completeness = match (report.complete, report.coverage.len()) {
        (true, _) => Completeness::Complete,
        (false, 0) => Completeness::NotScanned,
        (false, unread) => Completeness::Partial(unread),
    };
    let table = Table {
        name: "default VPCs",
        kind: None,
        columns: COLUMNS.map(heading).to_vec(),
        rows: report.vpcs.iter().map(row).collect(),
        fit: if wide { Fit::Never } else { Fit::Drop },
        completeness,
        places: Vec::new(),
    };
    let layout = ui.layout();
    ui.data(|out| output::render_default_vpcs(report, &table, format, layout, out))
}

fn row(vpc: &DefaultVpc) -> Vec<Value> {
    let number = |count: Option<usize>| Value::number(count.and_then(|count| u64::try_from(count).ok()));
    vec![
        Value::Text(vpc.status.as_str().to_owned()),
        Value::Text(vpc.owner().to_owned()),
        Value::Text(vpc.region.clone()),
        Value::Text(vpc.id.clone()),
        Value::Cidrs(vpc.prefixes.clone()),
        number(vpc.interfaces),
        number(vpc.links),
        number(vpc.subnets.as_ref().map(Vec::len)),
    ]
}

/// Prints commands with a comment for each VPC, as a script.
fn print_commands(report: &DefaultVpcsReport, ui: &Ui) -> Result<(), Error> {
    ui.data(|out| {
        for vpc in report.vpcs.iter().filter(|vpc| !vpc.commands.is_empty()) {
            let DefaultVpc { id, account, region, .. } = vpc;
            writeln!(out, "# {id} in {region} of the account {account}: no interface, no link")?;
            vpc.commands.iter().try_for_each(|command| writeln!(out, "{command}"))?;
        }
        Ok(())
    })
}

/// Reports how many could go and what is missing, and returns the exit code.
fn report_and_exit_code(
    report: &DefaultVpcsReport,
    gathered: &Gathered,
    args: &DefaultVpcsArgs,
    ui: &Ui,
) -> Exit {
    let with = |status| report.vpcs.iter().filter(|vpc| vpc.status == status).count();
    let empty = with(DefaultVpcStatus::Empty);
    ui.note_on_terminal(&format!(
        "{}: {empty} empty, {} in use, {} unknown; netcensus deletes nothing",
        counted(report.vpcs.len(), "default VPC"),
        with(DefaultVpcStatus::InUse),
        with(DefaultVpcStatus::Unknown),
    ));
    let exit = Exit::from_reading(ReadOutcome {
        interrupted: gathered.interrupted,
        complete: report.complete,
        negative: args.exit_code && empty > 0,
    });
    report.missing.iter().for_each(|line| ui.warn_always(line));
    if !report.coverage.is_empty() {
        let consequence = format!("exit code {}", exit.code());
        Summary::from_outcomes(&report.coverage).report_unread(&consequence, ui);
    }
    exit
}
