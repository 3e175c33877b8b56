//! `netcensus diff`: gather two inventories, compare, render.

use std::collections::{BTreeMap, BTreeSet};

use super::collisions::findings;
use super::gather::Gathered;
use super::words::counted;
use super::{gather, kept, overrides, sandbox, summary};
use crate::analysis::diff::{self, Changes, Ignore, Question, SideOf, Verdict, What};
use crate::analysis::filter::Filter;
use crate::analysis::select::{self, Request};
use crate::cli::diff::DiffArgs;
use crate::cli::global::GlobalArgs;
use crate::cli::scope::ScopeArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::{Coverage, GENERATOR, Inventory, Kind};
use crate::output::{self, Format, Layout};
use crate::provider::file::{self, Pair};
use crate::ui::Ui;

/// What stands for the clouds as they are.
const LIVE: &str = "live";
/// Columns that count what is in a network: a comparison leaves out what is the same, and cannot count it.
const COUNTS: [&str; 2] = ["subnets", "instances"];
/// Both sides, in the order in which they are told of.
const SIDES: [SideOf; 2] = [SideOf::Old, SideOf::New];

/// Runs `netcensus diff`.
///
/// # Errors
/// When the options or inputs are wrong, nothing can be read, or the result cannot be written.
pub fn run(args: &DiffArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let settings = overrides::settle(global, &overrides::of_live(&args.live, None, global))?;
    let ui = &ui.with_color(settings.output.color.value);
    let wanted = Wanted::new(args, &settings)?;
    let sides = Sides::of(args)?;
    let read = sides.read(args, &wanted, &settings, ui)?;
    let changes = compare(&sides, &read, &wanted, &settings)?;
    let layout = Layout { width: ui.width(), color: ui.color() };
    ui.data(|out| output::render_changes(&changes, wanted.format, layout, args.wide, out))?;
    Ok(conclude(&changes, args.exit_code, read.interrupted, ui))
}

/// What the user asked to see, checked before anything is read.
struct Wanted {
    kinds: Vec<Kind>,
    only: Vec<What>,
    filters: Vec<Filter>,
    ignore: Ignore,
    format: Format,
}

impl Wanted {
    fn new(args: &DiffArgs, settings: &Settings) -> Result<Self, Error> {
        let kinds: Vec<Kind> = picked(&args.kinds, Kind::ALL, Kind::as_str);
        let filters = args.filters.iter().map(|text| filter(text)).collect::<Result<Vec<_>, _>>()?;
        let request = Request { kinds: kinds.clone(), filters: filters.clone(), ..Request::default() };
        select::check(&request).map_err(|error| Error::usage(error.to_string()))?;
        let usual = settings.diff_ignore.value.iter().filter(|_| !args.all_fields);
        let ignore = Ignore::new(usual.chain(&args.ignore).map(String::as_str))
            .map_err(|error| Error::usage(format!("--ignore: {error}")))?;
        let format = args.output.as_ref().unwrap_or(&settings.output.format.value);
        let format = format.parse().map_err(|error: output::FormatError| Error::usage(error.to_string()))?;
        Ok(Self { kinds, only: picked(&args.only, What::ALL, What::as_str), filters, ignore, format })
    }

    /// Collisions are looked for where whole networks are compared.
    fn collisions(&self) -> bool {
        self.kinds.contains(&Kind::Networks) && self.filters.is_empty()
    }
}

/// Picks what the names name; without any, all.
fn picked<T: Copy, const N: usize>(
    names: &[String],
    all: [T; N],
    name: impl Fn(T) -> &'static str,
) -> Vec<T> {
    all.into_iter().filter(|one| names.is_empty() || names.iter().any(|known| known == name(*one))).collect()
}

fn filter(text: &str) -> Result<Filter, Error> {
    let filter: Filter = text.parse().map_err(|error| Error::usage(format!("--filter {text}: {error}")))?;
    if filter.column().is_some_and(|column| COUNTS.contains(&column)) {
        return Err(Error::usage(format!(
            "--filter {text}: a comparison does not count what is in a network; `scan --filter` does"
        )));
    }
    Ok(filter)
}

/// What is compared with what, by name.
struct Sides {
    old: String,
    new: String,
}

/// Both sides, read.
struct Read {
    pair: [Inventory; 2],
    same: BTreeMap<Kind, usize>,
    interrupted: bool,
}

impl Sides {
    fn of(args: &DiffArgs) -> Result<Self, Error> {
        let (old, new) = match (&args.old, &args.new) {
            (None, _) => ("@previous", "@latest"),
            (Some(old), None) => (old.as_str(), LIVE),
            (Some(old), Some(new)) => (old.as_str(), new.as_str()),
        };
        if old == LIVE {
            return Err(Error::usage("`live` is the newer side: name the older one before it")
                .hint("such as: netcensus diff @latest live"));
        }
        if old == "-" && new == "-" {
            return Err(Error::usage("standard input cannot be both sides"));
        }
        Ok(Self { old: old.to_owned(), new: new.to_owned() })
    }

    fn read(&self, args: &DiffArgs, wanted: &Wanted, settings: &Settings, ui: &Ui) -> Result<Read, Error> {
        let old = kept::source(&self.old, settings)?;
        if self.new == LIVE {
            let old = gather::saved(&old, &Kind::ALL, ui)?;
            // What the older side never asked for cannot be compared.
            let kinds: Vec<Kind> =
                old.kinds_read().into_iter().filter(|kind| wanted.kinds.contains(kind)).collect();
            if kinds.is_empty() {
                return Err(Error::usage(format!("{} has none of the kinds to compare", self.old)));
            }
            let Gathered { inventory, interrupted, .. } = gather::clouds(&args.live, &kinds, settings, ui)?;
            return Ok(Read { pair: [old, inventory], same: BTreeMap::new(), interrupted });
        }
        sandbox::refuse_stray(&args.live)?;
        if args.live.scope != ScopeArgs::default() || args.live.sandbox || args.live.max_age.is_some() {
            return Err(Error::usage("neither side is `live`, so nothing is asked of the clouds")
                .hint("leave out the options of scope, --sandbox and --max-age, or compare with `live`"));
        }
        let whole: &[Kind] = if wanted.collisions() { &[Kind::Networks, Kind::Links] } else { &[] };
        let new = kept::source(&self.new, settings)?;
        let Pair { old, new, same } =
            file::load_pair(&old, &new, whole).map_err(|error| Error::of_input(&error))?;
        self.check_kinds(&old.inventory, &new.inventory, wanted)?;
        old.warnings.iter().chain(&new.warnings).for_each(|warning| ui.warn(warning));
        Ok(Read { pair: [old.inventory, new.inventory], same, interrupted: false })
    }

    /// Refuses two inventories of which none of the kinds to compare was asked for on both sides: that nothing differs
    /// then would mean nothing.
    fn check_kinds(&self, old: &Inventory, new: &Inventory, wanted: &Wanted) -> Result<(), Error> {
        let kinds = [old, new].map(Inventory::kinds_read);
        let is_told = kinds.iter().all(|kinds| !kinds.is_empty());
        if !is_told || wanted.kinds.iter().any(|kind| kinds.iter().all(|read| read.contains(kind))) {
            return Ok(());
        }
        let list =
            |kinds: &BTreeSet<Kind>| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        let error = Error::usage("there is nothing to compare: no kind was asked for on both sides");
        Err(error.detail(format!("{} has {}", self.old, list(&kinds[0]))).detail(format!(
            "{} has {}",
            self.new,
            list(&kinds[1])
        )))
    }
}

fn compare(sides: &Sides, read: &Read, wanted: &Wanted, settings: &Settings) -> Result<Changes, Error> {
    let [old, new] = &read.pair;
    let question = Question {
        old: (&sides.old, old),
        new: (&sides.new, new),
        same: &read.same,
        kinds: &wanted.kinds,
        filters: &wanted.filters,
        only: &wanted.only,
        ignore: &wanted.ignore,
    };
    let (mut changes, doubts) = diff::diff(question, GENERATOR.to_owned());
    if wanted.collisions() {
        let (before, after) = (findings(old, settings)?, findings(new, settings)?);
        changes.collisions = diff::collisions(&before, &after, &doubts, &settings.overlap.fail_on.value);
    }
    Ok(changes)
}

/// Says on stderr what is missing, and returns the exit code that follows.
fn conclude(changes: &Changes, exit_code: bool, interrupted: bool, ui: &Ui) -> Exit {
    let exit = match (interrupted, changes.result) {
        (true, _) => Exit::Interrupted,
        (false, Verdict::Incomplete) => Exit::Incomplete,
        (false, Verdict::Different) if exit_code => Exit::Findings,
        (false, Verdict::Different | Verdict::Same) => Exit::Clean,
    };
    if changes.result == Verdict::Incomplete {
        let sides = SIDES.map(|side| (called(changes, side), scopes(changes, side)));
        summary::say_sides(&sides, ui);
        let missing = missing(changes, &sides).join("; ");
        ui.warn(&format!("the comparison is incomplete: {missing} (exit code {})", exit.code()));
    }
    exit
}

/// Sums up what is missing, a part of a sentence for each reason.
fn missing(changes: &Changes, sides: &[(String, Vec<&Coverage>)]) -> Vec<String> {
    let mut missing: Vec<String> = sides
        .iter()
        .filter(|(_, scopes)| !scopes.is_empty())
        .map(|(side, scopes)| format!("{} of {side} could not be read", counted(scopes.len(), "scope")))
        .collect();
    if !changes.unknown.is_empty() {
        let rows = counted(changes.unknown.len(), "resource");
        missing.push(format!("nobody knows whether {rows} came or went"));
    }
    if missing.is_empty() {
        missing.push("a side without coverage proves nothing by what it lacks".to_owned());
    }
    missing
}

fn scopes(changes: &Changes, side: SideOf) -> Vec<&Coverage> {
    changes.gaps.iter().filter(|gap| gap.side == side).map(|gap| &gap.scope).collect()
}

/// Names a side by its place in the command and what stands there.
fn called(changes: &Changes, side: SideOf) -> String {
    let name = match side {
        SideOf::Old => &changes.old.name,
        SideOf::New => &changes.new.name,
    };
    format!("{} ({name})", side.as_str())
}
