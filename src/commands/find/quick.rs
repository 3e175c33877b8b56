//! `find --quick`: asks the clouds for the interfaces with some addresses, and reads nothing else but what these are in.

use std::net::IpAddr;

use crate::analysis::find::{self, FindInput, FindQuery, Thing};
use crate::cli::find::FindArgs;
use crate::cli::global::GlobalArgs;
use crate::commands::inventory_source::{self, Gathered, LoadExtent};
use crate::commands::overrides;
use crate::commands::summary::Summary;
use crate::error::{Error, ErrorKind};
use crate::exit::{Exit, ReadOutcome};
use crate::model::{Kind, PlannedChanges};
use crate::output::{self, Format};
use crate::ui::Ui;

/// What is said of an answer, whatever it is.
const NOT_LOOKED_AT: &str = "--quick looked only for interfaces with these addresses, and not at delegated prefixes, \
     addresses that a cloud reserves, ranges outside the clouds, or what is joined to a network";

/// Finds addresses.
///
/// # Errors
/// When something else than an address is looked for, nothing can be read, or the result cannot be written.
pub fn run(
    args: &FindArgs,
    queries: &[FindQuery],
    format: Format,
    global: &GlobalArgs,
    ui: &Ui,
) -> Result<Exit, Error> {
    let mut flags = overrides::from_live_flags(&args.source.live, None, global);
    flags.aws.addresses = queries.iter().map(address).collect::<Result<_, _>>()?;
    let settings = overrides::resolve_settings(global, &flags)?.without_saved_inventory();
    let kinds = [Kind::Interfaces];
    let gathered =
        inventory_source::gather_inventory(&args.source, &kinds, LoadExtent::Needed, &settings, ui)?;
    let plan = PlannedChanges::default();
    let input = FindInput {
        view: gathered.view(),
        ranges: &[],
        plan: &plan,
        reservations: &[],
        unread_reservations: None,
        queries,
        filters: &[],
        interrupted: gathered.interrupted,
    };
    let report = find::find(input).map_err(|error| Error::from_error(ErrorKind::Input, &error))?;
    let layout = ui.layout();
    ui.report(format, |out| output::render(&report, format, layout.with_wide(args.wide), out))?;
    ui.note_unless_quiet(NOT_LOOKED_AT);
    let is_found = report.answers.iter().all(|answer| answer.status.is_found());
    Ok(report_and_exit_code(&gathered, is_found, ui))
}

fn address(query: &FindQuery) -> Result<IpAddr, Error> {
    match query.thing {
        Thing::Address(address) => Ok(address),
        _ => Err(Error::usage(format!("--quick finds addresses, and `{}` is not an address", query.text))
            .remedy("leave --quick out to find names, ids and prefixes")),
    }
}

/// Reports which reads failed, and returns the exit code: what was not found is not known, since little was looked at.
fn report_and_exit_code(gathered: &Gathered, is_found: bool, ui: &Ui) -> Exit {
    // An address that was found is a whole answer, whatever was not read.
    let exit = Exit::from_reading(ReadOutcome {
        interrupted: gathered.interrupted,
        complete: is_found,
        negative: false,
    });
    let consequence = if is_found {
        "there may be more matches".to_owned()
    } else {
        format!("exit code {}; without --quick, everything is looked at", exit.code())
    };
    if !is_found {
        ui.warn_always(&format!("not every address was found ({consequence})"));
    }
    Summary::new(gathered.view(), &[Kind::Interfaces]).report_unread(&consequence, ui);
    exit
}
