//! `netcensus free`: gathers an inventory, finds the holes in pools and prefixes, and prints them or prefixes to take.

mod plan;
mod print;
mod request;

use ipnet::IpNet;
use jiff::Timestamp;

use self::print::{PrintedReport, Printer};
pub(super) use self::request::restrictions;
pub(super) use self::request::search;
use self::request::{FreeRequest, note_restrictions};
use super::declared_ranges::DeclaredRanges;
use super::find::history;
use super::inventory_source::{Gathered, LoadExtent};
use super::state::AnswerSource;
use super::summary::Summary;
use super::{inventory_source, overrides, reservation_store};
use crate::analysis::addresses::is_private;
use crate::analysis::find::{FindHistory, FindQuery};
use crate::analysis::free::{
    self, FREE_KINDS, FreeAnswer, FreeInput, FreeQuestion, FreeReport, FreeStatus, HeldPrefix,
    OfferedPrefixes,
};
use crate::analysis::overlap::{self, JoinedNetworks};
use crate::cli::free::FreeArgs;
use crate::cli::global::GlobalArgs;
use crate::config::Settings;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::exit::{Exit, ReadOutcome};
use crate::model::Reservation;
use crate::output::Format;
use crate::ui::Ui;
use crate::wording::counted_as;

/// The most networks with the same addresses that are named.
const MAX_NAMED: usize = 20;

/// Runs `netcensus free`.
///
/// # Errors
/// When the options or inputs are wrong, nothing can be read, or the result cannot be written.
pub fn run(args: &FreeArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let format = args.output.as_deref().map(str::parse::<Format>);
    if !matches!(format, Some(Ok(Format::TerraformExternal))) {
        return run_with(args, global, ui);
    }
    // Terraform shows all that is on stderr as the error, and its protocol wants one line:
    // <https://registry.terraform.io/providers/hashicorp/external/latest/docs/data-sources/external>.
    let held_back = ui.holding_back();
    match run_with(args, global, &held_back) {
        Ok(Exit::Clean) => Ok(Exit::Clean),
        Ok(exit) => {
            ui.error(&Error::usage(held_back.take_held_back()));
            Ok(exit)
        }
        Err(error) => Err(error.on_one_line()),
    }
}

fn run_with(args: &FreeArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let mut flags = overrides::from_live_flags(&args.source.live, None, global);
    flags.reservations.clone_from(&args.store.reservations);
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let format = overrides::chosen_format(args.output.as_deref(), &settings)?;
    let printer = Printer::new(args, format, ui)?;
    let answered = match &args.plan {
        Some(path) => plan::run(path, args, &settings, &printer, ui),
        None => answer(args, &settings, &printer, ui),
    };
    if let Err(error) = &answered {
        printer.fail(&error.to_line())?;
    }
    answered
}

fn answer(args: &FreeArgs, settings: &Settings, printer: &Printer<'_>, ui: &Ui) -> Result<Exit, Error> {
    let request = FreeRequest::new(args, &settings.pools.value)?;
    if request.question != FreeQuestion::Size
        && printer.format.is_for_tools()
        && printer.format != Format::State
    {
        return Err(Error::usage(format!("-o {} needs --size or --plan", printer.format)));
    }
    let declared = DeclaredRanges::read(&args.ranges, settings, ui)?;
    let gathered =
        inventory_source::gather_inventory(&args.source, &FREE_KINDS, LoadExtent::Needed, settings, ui)?;
    let of_sandbox = gathered.is_of_sandbox();
    let history =
        (request.question == FreeQuestion::Why).then(|| history_of(&request, of_sandbox, settings, ui));
    let history = history.transpose()?.flatten();
    let joined = joined(args, &gathered, settings)?;
    let reservations = reservations(args, settings, ui)?;
    let others = held_by_others(&request, &reservations);
    let input = FreeInput {
        held: declared.held_input(&gathered.inventory, settings, &others),
        question: request.question,
        searches: &request.searches,
        wanted: request.wanted,
        joined: joined.as_ref(),
        history: history.as_ref(),
        interrupted: gathered.interrupted,
    };
    let mut report = free::answer(input)?;
    report.notes.extend(declared.notes.iter().chain(&request.notes).cloned());
    report.notes.extend(note_restrictions(args, settings));
    let public: Vec<String> = report.answers.iter().filter_map(note_public).collect();
    report.notes.extend(public);
    show(&report, &gathered, printer, args, ui)
}

/// Reads the reservations that are in force.
fn reservations(args: &FreeArgs, settings: &Settings, ui: &Ui) -> Result<Vec<Reservation>, Error> {
    reservation_store::load_in_force(settings, args.source.live.sandbox, Timestamp::now(), ui)
}

/// Lists what is held beside what exists and is planned: what the user left out, and what is reserved.
fn held_by_others<'a>(request: &FreeRequest<'a>, reservations: &'a [Reservation]) -> Vec<HeldPrefix<'a>> {
    request.excluded.iter().cloned().chain(reservations.iter().map(HeldPrefix::from)).collect()
}

fn joined(
    args: &FreeArgs,
    gathered: &Gathered,
    settings: &Settings,
) -> Result<Option<JoinedNetworks>, Error> {
    let Some(network) = &args.reachable_from else { return Ok(None) };
    let domains = &settings.overlap.domains.value;
    let joined = overlap::joined_networks(&gathered.inventory, domains, network);
    joined.map(Some).map_err(|error| Error::from(error).context("--reachable-from"))
}

/// Searches the kept snapshots of the clouds, or of the sandbox, for the prefixes; `None` if there are none.
fn history_of(
    request: &FreeRequest<'_>,
    of_sandbox: bool,
    settings: &Settings,
    ui: &Ui,
) -> Result<Option<FindHistory>, Error> {
    let prefixes = request.searches.iter().flat_map(|search| &search.prefixes);
    let queries: Vec<FindQuery> = prefixes
        .map(|prefix| prefix.to_string().parse().map_err(Error::from))
        .collect::<Result<_, Error>>()?;
    history::search_snapshots(&queries, of_sandbox, settings, ui)
}

/// Prints the report and what is missing, and returns the exit code.
fn show(
    report: &FreeReport<'_>,
    gathered: &Gathered,
    printer: &Printer<'_>,
    args: &FreeArgs,
    ui: &Ui,
) -> Result<Exit, Error> {
    let fails = report.answers.iter().any(|answer| answer.offer.as_ref().is_some_and(|offer| !offer.enough));
    let is_known = report.complete || (args.allow_incomplete && !gathered.interrupted);
    let exit = Exit::from_reading(ReadOutcome {
        interrupted: gathered.interrupted,
        complete: is_known,
        negative: fails,
    });
    // Only prefixes that are free reach a script that asks for nothing but prefixes.
    let is_bare = report.question == FreeQuestion::Size && printer.format == Format::Table;
    if !is_bare || exit == Exit::Clean {
        let evidence = evidence(report, gathered);
        let why = if report.complete { "no such prefix is free" } else { "something could not be read" };
        printer.print(PrintedReport::Free(report), &evidence, exit, why)?;
    }
    // They say what the answer does not cover, so `--quiet` keeps them too.
    report.notes.iter().for_each(|note| ui.warn_always(note));
    if report.question == FreeQuestion::Size {
        report.answers.iter().for_each(|answer| explain_offer(answer, report.complete, ui));
    }
    if report.question == FreeQuestion::Require && fails {
        let offers = report.answers.iter().filter_map(|answer| Some((answer, answer.offer.as_ref()?)));
        let failing = offers.filter(|(_, offer)| !offer.enough);
        failing.for_each(|(answer, offer)| ui.warn_always(&shortage(answer, offer).to_line()));
    }
    if report.question == FreeQuestion::Holes {
        let full = report.answers.iter().filter(|answer| answer.status == FreeStatus::Full);
        full.for_each(|answer| {
            ui.note_on_terminal(
                &with_hint_why(format!("nothing is free in {}", answer.query), answer).to_line(),
            );
        });
    }
    report_missing_answers(report, gathered, exit, ui);
    Ok(exit)
}

/// Describes what an answer is made from, for the next step of a pipe.
fn evidence(report: &FreeReport<'_>, gathered: &Gathered) -> AnswerSource {
    let unread = Summary::new(gathered.view(), &FREE_KINDS).describe_unread();
    let missing: Vec<String> = report.missing.iter().cloned().chain(unread).collect();
    AnswerSource::new(gathered, report.complete, &missing)
}

/// Says which prefixes there are if they are not printed or not certain, and what else has their addresses.
fn explain_offer(answer: &FreeAnswer<'_>, complete: bool, ui: &Ui) {
    let Some(offer) = &answer.offer else { return };
    if !offer.enough {
        ui.warn_always(&shortage(answer, offer).to_line());
    } else if !complete {
        let prefixes: Vec<String> = offer.prefixes.iter().take(MAX_NAMED).map(ToString::to_string).collect();
        ui.warn_always(&format!("{} may be free, but not everything could be read", prefixes.join(", ")));
    } else {
        ui.note_on_terminal(
            "nothing is reserved: until a network has the prefix, you get the same one again",
        );
    }
    for held in answer.not_joined.iter().take(MAX_NAMED) {
        let held = format!("{} of {}", held.prefix, held.holder.describe());
        ui.warn(&format!(
            "{held} uses the same addresses, but is not connected to the network of --reachable-from"
        ));
    }
}

/// Says that what is free of an answer is public address space, unless it is of a pool: those are yours.
fn note_public(answer: &FreeAnswer<'_>) -> Option<String> {
    let found: Vec<IpNet> = match &answer.offer {
        Some(offer) => offer.prefixes.clone(),
        None => answer.holes.iter().flat_map(|hole| hole.prefixes.iter().copied()).collect(),
    };
    let is_public = !answer.is_pool && found.iter().any(|prefix| !is_private(*prefix));
    is_public.then(|| describe_public(&answer.query))
}

/// Says what it means that public addresses are free.
pub(super) fn describe_public(what: &str) -> String {
    format!(
        "{what} is not all private address space (RFC 1918, RFC 6598, RFC 4193): public addresses have owners \
         on the internet, and free means only that no network in scope has them"
    )
}

/// Adds how to ask what holds a prefix of which nothing is free.
fn with_hint_why(message: String, answer: &FreeAnswer<'_>) -> Diagnostic {
    match answer.prefixes.as_slice() {
        [prefix] => {
            Diagnostic::new(message).remedy(format!("`netcensus free --why {prefix}` lists what uses it"))
        }
        _ => message.into(),
    }
}

/// Says that a prefix of `length` fits in none of `prefixes`, which `place` names; `None` where it fits in one.
pub(super) fn say_too_large<'p>(
    length: u8,
    mut prefixes: impl Iterator<Item = &'p IpNet>,
    place: &str,
) -> Option<String> {
    let is_too_large = prefixes.all(|prefix| prefix.prefix_len() > length);
    is_too_large.then(|| format!("a /{length} does not fit in {place}"))
}

/// Says that prefixes are missing, and what the largest free one is.
fn shortage(answer: &FreeAnswer<'_>, offer: &OfferedPrefixes) -> Diagnostic {
    let (found, length, query) = (offer.prefixes.len(), offer.length, &answer.query);
    let of_version = |prefix: &&IpNet| prefix.addr().is_ipv4() == (offer.ip_version == 4);
    if let Some(message) = say_too_large(length, answer.prefixes.iter().filter(of_version), query) {
        return Diagnostic::new(message);
    }
    let message = match found {
        0 => format!("no /{length} is free in {query}"),
        _ => format!("only {found} of {} prefixes of /{length} are free in {query}", offer.count),
    };
    let widest = if offer.ip_version == 4 { answer.widest } else { answer.widest_ipv6 };
    match widest {
        Some(widest) => Diagnostic::new(message).with_cause(format!("the largest free prefix is {widest}")),
        None => with_hint_why(message, answer).with_cause("nothing is free there"),
    }
}

/// Reports what is missing. `risk` is what an answer means then.
fn report_missing(report: &FreeReport<'_>, gathered: &Gathered, exit: Exit, risk: &str, ui: &Ui) {
    report.missing.iter().for_each(|line| ui.warn_always(line));
    if report.complete {
        return;
    }
    let consequence = match exit {
        Exit::Clean | Exit::Negative => risk.to_owned(),
        exit => format!("exit code {}", exit.code()),
    };
    Summary::new(gathered.view(), &FREE_KINDS).report_unread(&consequence, ui);
}

/// Reports what is missing, and what is not printed therefore.
fn report_missing_answers(report: &FreeReport<'_>, gathered: &Gathered, exit: Exit, ui: &Ui) {
    report_missing(report, gathered, exit, "what looks free may be in use", ui);
    if !report.complete && exit == Exit::Incomplete {
        let default = report.answers.iter().filter(|answer| answer.offer.is_some()).count();
        let what = counted_as(default, "answer", "answers");
        if report.question == FreeQuestion::Size {
            ui.warn_always(&format!(
                "{what} not printed; --allow-incomplete prints prefixes that may be in use"
            ));
        }
    }
}
