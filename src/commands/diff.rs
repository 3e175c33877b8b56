//! `netcensus diff`: gather two inventories, compare, render.

mod live_scope;

use std::collections::{BTreeMap, BTreeSet};

use self::live_scope::{LiveScope, note_unread};
use super::collisions::findings;
use super::scopes::Scopes;
use super::snapshot_lookup::Listing;
use super::{gather, overrides, sandbox, verdict};
use crate::analysis::diff::{self, ChangeKind, Changes, DiffRequest, IgnoredFields};
use crate::analysis::filter::Filter;
use crate::analysis::inventory_index::COUNT_COLUMNS;
use crate::analysis::select::{self, TableRequest};
use crate::cli::diff::DiffArgs;
use crate::cli::global::GlobalArgs;
use crate::cli::scope::ScopeArgs;
use crate::config::{Overrides, Settings};
use crate::error::Error;
use crate::exit::Exit;
use crate::input::{self, Loaded, Pair};
use crate::model::{GENERATOR, Inventory, Kind};
use crate::output::{self, Format, Layout};
use crate::ui::Ui;
use crate::wording::counted;

/// What stands for the clouds as they are.
const LIVE: &str = "live";

/// Runs `netcensus diff`.
///
/// # Errors
/// When the options or inputs are wrong, nothing can be read, or the result cannot be written.
pub fn run(args: &DiffArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = overrides::of_live(&args.live, None, global);
    let settings = overrides::settle(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let wanted = Wanted::new(args, &settings)?;
    let sides = Sides::of(args)?;
    let read = sides.read(args, &wanted, (&flags, &settings), ui)?;
    let mut changes = compare(&read, &wanted, &settings)?;
    if read.is_live {
        changes = note_unread(changes, &args.live.scope);
    }
    if !read.interrupted {
        check_scopes(&changes, &read, &wanted)?;
    }
    let layout = Layout { width: ui.width(), color: ui.color() };
    ui.data(|out| output::render_changes(&changes, wanted.format, layout, args.wide, out))?;
    read.scopes.say(ui);
    Ok(verdict::conclude(&changes, args.exit_code, read.interrupted, ui))
}

/// What the user asked to see, checked before anything is read.
struct Wanted {
    kinds: Vec<Kind>,
    only: Vec<ChangeKind>,
    filters: Vec<Filter>,
    ignore: IgnoredFields,
    format: Format,
}

impl Wanted {
    fn new(args: &DiffArgs, settings: &Settings) -> Result<Self, Error> {
        let kinds: Vec<Kind> = picked(&args.kinds, Kind::ALL, Kind::as_str);
        let filters = args.filters.iter().map(|text| filter(text)).collect::<Result<Vec<_>, _>>()?;
        let request =
            TableRequest { kinds: kinds.clone(), filters: filters.clone(), ..TableRequest::default() };
        select::check_columns(&request)?;
        let usual = settings.diff_ignore.value.iter().filter(|_| !args.all_fields);
        let ignore = IgnoredFields::new(usual.chain(&args.ignore).map(String::as_str))
            .map_err(|error| Error::from(error).context("--ignore"))?;
        let format = args.output.as_ref().unwrap_or(&settings.output.format.value);
        let format = format.parse()?;
        Ok(Self {
            kinds,
            only: picked(&args.only, ChangeKind::ALL, ChangeKind::as_str),
            filters,
            ignore,
            format,
        })
    }

    /// Collisions are looked for where whole networks are compared, and all that became of them.
    fn collisions(&self) -> bool {
        let everything = self.filters.is_empty() && self.only.len() == ChangeKind::ALL.len();
        self.kinds.contains(&Kind::Networks) && everything
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
    let filter: Filter =
        text.parse().map_err(|error| Error::from(error).context(format!("--filter {text}")))?;
    // What is the same was left out, and cannot be counted.
    if COUNT_COLUMNS.iter().any(|(_, counting)| filter.column() == Some(*counting)) {
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
    /// What the report calls them.
    names: [String; 2],
    pair: [Inventory; 2],
    scopes: Scopes,
    same: BTreeMap<Kind, usize>,
    /// Whether the newer one is that of the clouds now.
    is_live: bool,
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
                .remedy("such as: netcensus diff @latest live"));
        }
        if old == "-" && new == "-" {
            return Err(Error::usage("standard input cannot be both sides"));
        }
        Ok(Self { old: old.to_owned(), new: new.to_owned() })
    }

    fn read(
        &self,
        args: &DiffArgs,
        wanted: &Wanted,
        (flags, settings): (&Overrides, &Settings),
        ui: &Ui,
    ) -> Result<Read, Error> {
        let mut listing = Listing::default();
        let old = listing.source(&self.old, settings, ui)?;
        if self.new == LIVE {
            let Loaded { inventory: old, asked, .. } = gather::loaded(&old, &Kind::ALL, ui)?;
            // What the older side never asked for cannot be compared.
            let kinds: Vec<Kind> =
                old.kinds_read().into_iter().filter(|kind| wanted.kinds.contains(kind)).collect();
            if kinds.is_empty() {
                return Err(Error::usage(format!("{} has none of the kinds to compare", self.old)));
            }
            // A snapshot that stands for them is a later one: the older side would be the same as itself.
            let after = Some(old.taken_at);
            let scope = LiveScope::of((&self.old, asked.as_ref()), &args.live, flags, settings, ui)?;
            let new = gather::clouds(&scope.live, &kinds, after, &scope.settings, ui)?;
            let name = if new.stands_in {
                format!("@{} (for {LIVE})", new.inventory.taken_at)
            } else {
                LIVE.to_owned()
            };
            return Ok(Read {
                names: [self.old.clone(), name],
                pair: [old, new.inventory],
                scopes: Scopes::of(asked.as_ref(), new.asked.as_ref()),
                same: BTreeMap::new(),
                is_live: true,
                interrupted: new.interrupted,
            });
        }
        sandbox::refuse_stray(&args.live)?;
        if args.live.scope != ScopeArgs::default() || args.live.sandbox || args.live.max_age.is_some() {
            return Err(Error::usage("neither side is `live`, so nothing is asked of the clouds")
                .remedy("leave out the options of scope, --sandbox and --max-age, or compare with `live`"));
        }
        let whole: &[Kind] = if wanted.collisions() { &[Kind::Networks, Kind::Links] } else { &[] };
        let new = listing.source(&self.new, settings, ui)?;
        let Pair { old, new, same } = input::load_pair(&old, &new, whole)?;
        self.check_kinds(&old.inventory, &new.inventory, wanted)?;
        old.warnings.iter().chain(&new.warnings).for_each(|warning| ui.warn(warning));
        Ok(Read {
            names: [self.old.clone(), self.new.clone()],
            scopes: Scopes::of(old.asked.as_ref(), new.asked.as_ref()),
            pair: [old.inventory, new.inventory],
            same,
            is_live: false,
            interrupted: false,
        })
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
        Err(error.cause(format!("{} has {}", self.old, list(&kinds[0]))).cause(format!(
            "{} has {}",
            self.new,
            list(&kinds[1])
        )))
    }
}

/// Refuses two inventories of which no resource is in the scope of both: that nothing differs would mean nothing.
fn check_scopes(changes: &Changes, read: &Read, wanted: &Wanted) -> Result<(), Error> {
    let rows = |side: &Inventory| wanted.kinds.iter().map(|kind| side.count(*kind)).sum::<usize>();
    let are_there = read.pair.iter().any(|side| rows(side) > 0);
    if changes.compared > 0 || !are_there || changes.same_scope {
        return Ok(());
    }
    let mut error = Error::usage("there is nothing to compare: no resource is in the scope of both sides");
    for (name, side) in read.names.iter().zip(&read.pair) {
        let accounts = counted(side.accounts.len(), "account");
        error = error.cause(format!("{name} has {accounts} and {}", counted(rows(side), "resource")));
    }
    Err(error)
}

fn compare(read: &Read, wanted: &Wanted, settings: &Settings) -> Result<Changes, Error> {
    let ([old, new], [of_old, of_new]) = (&read.pair, &read.names);
    let request = DiffRequest {
        old: (of_old, old),
        new: (of_new, new),
        same: &read.same,
        kinds: &wanted.kinds,
        filters: &wanted.filters,
        only: &wanted.only,
        ignore: &wanted.ignore,
        same_scope: read.scopes == Scopes::Same,
    };
    let (mut changes, uncertainty) = diff::compare_inventories(request, GENERATOR.to_owned());
    if wanted.collisions() {
        let (before, after) = (findings(old, settings)?, findings(new, settings)?);
        let found = diff::compare_collisions(&before, &after, &uncertainty, &settings.overlap.fail_on.value);
        changes = changes.with_collisions(found);
    }
    changes.notes.extend(read.scopes.note());
    Ok(changes)
}
