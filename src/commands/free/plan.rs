//! `netcensus free --plan`: gathers an inventory, finds a prefix for a network, and lays its subnets out.

use std::path::Path;

use ipnet::IpNet;

use super::super::declared_ranges::DeclaredRanges;
use super::super::inventory_source::{self, Gathered, LoadExtent};
use super::print::{PrintedReport, Printer};
use super::request::{FreeRequest, note_restrictions, prefix_search};
use super::shortage;
use crate::analysis::free::{self, FREE_KINDS, FreeInput, FreeQuestion, FreeReport, FreeSearch};
use crate::analysis::network_plan::{
    NETWORK_TAG, NetworkPlan, NetworkPlanError, NetworkPlanInput, PlanStatus, existing_network,
    network_length, plan_network,
};
use crate::cli::free::FreeArgs;
use crate::config::{ConfigError, ConfigFile, Settings, read_network_spec};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::exit::{Exit, ReadOutcome};
use crate::input::{self, InputError};
use crate::model::{Network, NetworkSpec};
use crate::ui::Ui;
use crate::wording::parser_fault;

/// Reads the file of a plan.
fn read_spec(path: &Path) -> Result<NetworkSpec, Error> {
    let name = path.display();
    let text = String::from_utf8(input::read_text_file(path)?)
        .map_err(|_| Error::from(InputError::invalid(format!("{name} is not text in UTF-8"))))?;
    read_network_spec(&ConfigFile::new(path, text)).map_err(|error| match &error {
        ConfigError::Invalid(problems) => {
            let problems = problems.iter().map(ToString::to_string);
            Error::of_problems(ErrorKind::Input, "the network plan", problems)
        }
        _ => Error::from(error),
    })
}

/// Reads an earlier plan, as `-o json` wrote it.
fn read_earlier(path: &Path) -> Result<NetworkPlan, Error> {
    let bytes = input::read_text_file(path)?;
    let plan: Result<NetworkPlan, _> = serde_json::from_slice(&bytes);
    plan.map_err(|error| parser_fault(&error)).and_then(NetworkPlan::checked).map_err(|reason| {
        Error::input(format!("{} is not a network plan", path.display()))
            .with_cause(reason)
            .remedy("give the file that `netcensus free --plan FILE -o json` wrote")
    })
}

/// Runs `netcensus free --plan`.
///
/// # Errors
/// When the file or an input is wrong, nothing can be read, or the plan cannot be written.
pub fn run(
    path: &Path,
    args: &FreeArgs,
    settings: &Settings,
    printer: &Printer<'_>,
    ui: &Ui,
) -> Result<Exit, Error> {
    let spec = read_spec(path)?;
    let earlier = match &args.keep {
        Some(path) => Some(read_earlier(path)?),
        None => printer.step.plan()?,
    };
    let earlier = earlier.filter(|earlier| earlier.name == spec.name && earlier.provider == spec.provider);
    let length = length(&spec, earlier.as_ref())?;
    let declared = DeclaredRanges::read(&args.ranges, settings, ui)?;
    let asked = question(&spec, args, settings, length);
    let request = FreeRequest::new(&asked, &settings.pools.value)?;
    let gathered =
        inventory_source::gather_inventory(&args.source, &FREE_KINDS, LoadExtent::Needed, settings, ui)?;
    let mut reservations = super::reservations(args, settings, ui)?;
    // One with the name of the network is held for it.
    let reserved = reservations.iter().find(|reservation| reservation.name == spec.name);
    let reserved = reserved.map(|reservation| reservation.prefix);
    reservations.retain(|reservation| reservation.name != spec.name);
    let planner =
        FreePlanner { spec: &spec, earlier: earlier.as_ref(), reserved, length, gathered: &gathered };
    let existing = planner.existing()?;
    let (question, searches) = planner.searches(existing, &request);
    let others = super::held_by_others(&request, &reservations);
    let report = free::answer(FreeInput {
        held: declared.held_input(&gathered.inventory, settings, &others),
        question,
        searches: &searches,
        wanted: request.wanted.filter(|_| question == FreeQuestion::Size),
        joined: None,
        history: None,
        interrupted: gathered.interrupted,
    })?;
    let mut outcome = planner.plan(existing, &report)?;
    if let Ok(plan) = &mut outcome {
        plan.notes.extend(declared.notes.iter().chain(&request.notes).cloned());
        plan.notes.extend(note_restrictions(args, settings));
    }
    show(&outcome, &report, &gathered, args, printer, ui)
}

/// Prints the plan, or why there is none, and returns the exit code.
fn show(
    outcome: &Result<NetworkPlan, Diagnostic>,
    report: &FreeReport<'_>,
    gathered: &Gathered,
    args: &FreeArgs,
    printer: &Printer<'_>,
    ui: &Ui,
) -> Result<Exit, Error> {
    let problems = match outcome {
        Ok(plan) => plan.problems.clone(),
        Err(why) => vec![why.to_line()],
    };
    let is_known = report.complete || (args.allow_incomplete && !gathered.interrupted);
    let exit = Exit::from_reading(ReadOutcome {
        interrupted: gathered.interrupted,
        complete: is_known,
        negative: !problems.is_empty(),
    });
    let why =
        if exit == Exit::Incomplete { "something could not be read".to_owned() } else { problems.join("; ") };
    match outcome {
        Ok(plan) => {
            let evidence = super::evidence(report, gathered);
            printer.print(PrintedReport::Plan(plan), &evidence, exit, &why)?;
            plan.notes.iter().for_each(|note| ui.warn(note));
        }
        Err(_) => printer.fail(&why)?,
    }
    for problem in &problems {
        ui.warn_always(problem);
    }
    super::report_missing(report, gathered, exit, "the prefix may be in use", ui);
    Ok(exit)
}

/// A network that is planned, and what is known of it.
#[derive(Clone, Copy)]
struct FreePlanner<'p> {
    spec: &'p NetworkSpec,
    earlier: Option<&'p NetworkPlan>,
    /// The prefix that is reserved under the name of the network.
    reserved: Option<IpNet>,
    /// The length of its prefix if it does not exist.
    length: u8,
    gathered: &'p Gathered,
}

impl<'p> FreePlanner<'p> {
    fn existing(self) -> Result<Option<&'p Network>, Error> {
        existing_network(self.spec, &self.gathered.inventory).map_err(|error| {
            Error::from_error(ErrorKind::Input, &error).remedy(format!(
                "name `account` and `region`, or give one of them the tag {NETWORK_TAG}={}",
                self.spec.name
            ))
        })
    }

    /// Asks what else holds the prefix that the network has, or for a prefix that it can have.
    fn searches<'a>(
        self,
        existing: Option<&Network>,
        request: &FreeRequest<'a>,
    ) -> (FreeQuestion, Vec<FreeSearch<'a>>) {
        match (existing, self.fixed_prefix()) {
            (Some(network), _) => (FreeQuestion::Why, network.prefixes().map(prefix_search).collect()),
            (None, Some((prefix, _))) => (FreeQuestion::Why, vec![prefix_search(prefix)]),
            (None, None) => (request.question, request.searches.clone()),
        }
    }

    /// Makes the plan, or says why there is no room for one.
    fn plan(
        self,
        existing: Option<&Network>,
        report: &FreeReport<'_>,
    ) -> Result<Result<NetworkPlan, Diagnostic>, Error> {
        let prefix = match (existing, self.fixed_prefix()) {
            (Some(_), _) => None,
            (None, Some((prefix, status))) => match describe_holders(report, prefix) {
                None => Some((prefix, status)),
                Some(holders) => return Ok(Err(holders)),
            },
            (None, None) => match prefix_to_take(report) {
                Ok(prefix) => Some((prefix, PlanStatus::New)),
                Err(why) => return Ok(Err(why)),
            },
        };
        let Self { spec, earlier, .. } = self;
        match plan_network(NetworkPlanInput { spec, inventory: &self.gathered.inventory, earlier, prefix }) {
            Ok(plan) => {
                Ok(Ok(NetworkPlan { complete: report.complete, missing: report.missing.clone(), ..plan }))
            }
            Err(NetworkPlanError::Layout(error)) => Ok(Err(Diagnostic::from_error(&error))),
            Err(error) => Err(Error::from_error(ErrorKind::Input, &error)),
        }
    }

    /// Returns the prefix that the file, an earlier plan or a reservation for the network fixes. A network that has to become
    /// larger grows around that of the plan; a reservation that is too small is none.
    fn fixed_prefix(self) -> Option<(IpNet, PlanStatus)> {
        let earlier = ipv4_prefix(self.earlier);
        let grown = earlier.and_then(|prefix| {
            IpNet::new(prefix.addr(), self.length.min(prefix.prefix_len())).ok().map(|prefix| prefix.trunc())
        });
        let is_large_enough = |prefix: &IpNet| prefix.addr().is_ipv4() && prefix.prefix_len() <= self.length;
        let reserved = self.reserved.filter(is_large_enough);
        self.spec.prefix.or(grown).or(reserved).map(|prefix| (prefix, PlanStatus::Kept))
    }
}

fn ipv4_prefix(plan: Option<&NetworkPlan>) -> Option<IpNet> {
    plan.and_then(|plan| plan.prefixes.iter().copied().find(|prefix| prefix.addr().is_ipv4()))
}

/// Returns the length of the network's prefix.
fn length(spec: &NetworkSpec, earlier: Option<&NetworkPlan>) -> Result<u8, Error> {
    let earlier = ipv4_prefix(earlier).map(|prefix| prefix.prefix_len());
    let needed = || network_length(spec).map(|needed| earlier.map_or(needed, |earlier| earlier.min(needed)));
    let length = spec.prefix.map(|prefix| prefix.prefix_len()).or(spec.size).or_else(needed);
    length.ok_or_else(|| {
        Error::input(format!("no network of {} is large enough for all subnets", spec.provider))
            .remedy("make subnets smaller, or lower `max-zones`")
    })
}

/// Asks for a prefix of the network's size: where the command line says, or the file, or a pool for its region.
fn question(spec: &NetworkSpec, args: &FreeArgs, settings: &Settings, length: u8) -> FreeArgs {
    let mut asked = args.clone();
    asked.wanted.size = Some(length.to_string());
    asked.wanted.count = 1;
    if asked.places.is_empty() && asked.purpose.is_empty() {
        asked.places.clone_from(&spec.within);
    }
    let has_regions = settings.pools.value.iter().any(|pool| !pool.regions.is_empty());
    if let (true, true, Some(region)) =
        (asked.places.is_empty(), asked.purpose.is_empty() && has_regions, &spec.region)
    {
        asked.purpose = vec![format!("region={region}")];
    }
    asked
}

/// Returns the prefix to take, or why there is none.
fn prefix_to_take(report: &FreeReport<'_>) -> Result<IpNet, Diagnostic> {
    let answer = report.answers.first().ok_or("there is nowhere to look")?;
    let offer = answer.offer.as_ref().ok_or("no prefix was looked for")?;
    offer.prefixes.first().copied().ok_or_else(|| shortage(answer, offer))
}

/// Says what holds the prefix that a network shall have; `None` if nothing does.
fn describe_holders(report: &FreeReport<'_>, prefix: IpNet) -> Option<Diagnostic> {
    let held: Vec<String> = report
        .answers
        .iter()
        .flat_map(|answer| answer.held.iter().flatten())
        .map(|today| format!("{} ({})", today.held.holder.describe(), today.held.prefix))
        .collect();
    let (first, more) = (held.first()?, held.len() - 1);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    Some(format!("{prefix} is in use by {first}{more}").into())
}
