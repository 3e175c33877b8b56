//! `netcensus reserve`: finds a free prefix, writes down who holds it, and prints it.

mod place;

use jiff::{SignedDuration, Timestamp};
use serde_json::Map;

use self::place::{FreePlace, PrefixRequest};
use super::declared_ranges::DeclaredRanges;
use super::free::{describe_public, restrictions};
use super::inventory_source::{Gathered, LoadExtent};
use super::reservations::show;
use super::state::{AnswerSource, PipeStep};
use super::summary::Summary;
use super::{inventory_source, overrides, reservation_store, snapshot_lookup};
use crate::analysis::addresses::is_private;
use crate::analysis::coverage_gaps::unscanned_parts;
use crate::analysis::free::FREE_KINDS;
use crate::analysis::reservations::{
    Decision, ReservationReport, ReserveError, ReserveRequest, decide, decide_from_store,
};
use crate::cli::global::GlobalArgs;
use crate::cli::reserve::ReserveArgs;
use crate::config::{Origin, Settings};
use crate::error::Error;
use crate::exit::{Exit, ReadOutcome};
use crate::model::{
    InventoryView, Reservation, check_reservation_name, check_reservation_note, parse_duration_within,
};
use crate::output::Format;
use crate::reservations::{ReservationChange, ReservationStore, StoredReservations};
use crate::ui::Ui;
use crate::wording::shell_quoted;

/// How long a reservation is held unless you say.
const DEFAULT_LENGTH: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What a request came to, and whether anything was written.
type Reserved = Result<(Reservation, bool), ReserveError>;

/// A prefix that is held.
struct Held {
    reservation: Reservation,
    /// Whether it was not before.
    is_written: bool,
    location: String,
    evidence: AnswerSource,
}

/// Why none is, which the user was told.
struct NotReserved {
    why: String,
    exit: Exit,
}

/// Runs `netcensus reserve`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or the store cannot be read or written.
pub fn run(args: &ReserveArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let mut flags = overrides::from_live_flags(&args.source.live, None, global);
    flags.reservations.clone_from(&args.store.reservations);
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let format = overrides::chosen_format(args.output.as_deref(), &settings)?;
    let step =
        PipeStep::open("reserve", args.state.as_deref(), &args.source, args.allow_incomplete, format, ui)?;
    match reserve(args, &settings, ui) {
        Ok(Ok(Held { reservation, is_written, location, evidence })) => {
            let printed = if format == Format::State {
                let added = serde_json::to_value(&reservation).unwrap_or_default();
                step.pass_on(Map::from_iter([("reservation".to_owned(), added)]), &evidence)
            } else {
                print(&reservation, &location, format, ui)
            };
            printed.map_err(|error| {
                explain_unprinted(error, &reservation, &release_command(&reservation.name, args, &settings))
            })?;
            // The prefixes of pools are yours.
            if reservation.pool.is_none() && !is_private(reservation.prefix) {
                ui.warn(&describe_public(&reservation.prefix.to_string()));
            }
            describe(&reservation, is_written, &location, ui);
            Ok(Exit::Clean)
        }
        Ok(Err(NotReserved { why, exit })) => step.fail(&why).map(|()| exit),
        Err(error) => step.fail(&error.to_line()).and(Err(error)),
    }
}

fn reserve(args: &ReserveArgs, settings: &Settings, ui: &Ui) -> Result<Result<Held, NotReserved>, Error> {
    let place = PrefixRequest::new(args, &settings.pools.value)?;
    let now = to_the_second(Timestamp::now());
    let expires_at = now + check_text(args)?;
    let request = ReserveRequest {
        name: &args.name,
        owner: &args.owner,
        reason: args.reason.as_deref(),
        pool: place.pool.as_deref(),
        accepts: &|prefix| place.accepts(prefix),
        length: place.length(),
        now,
        expires_at,
        extends: args.held_for.is_some(),
    };
    let store = reservation_store::open(settings, args.source.live.sandbox, ui)?;
    let (reserved, evidence) = if is_decided_by_name(&request, &*store)? {
        (reserve_by_name(&request, &*store, settings)?, AnswerSource::of_store(now))
    } else {
        let declared = DeclaredRanges::read(&args.ranges, settings, ui)?;
        let gathered =
            inventory_source::gather_inventory(&args.source, &FREE_KINDS, LoadExtent::Needed, settings, ui)?;
        declared.notes.iter().for_each(|note| ui.warn(note));
        if let Some(note) = restrictions(&args.source, settings) {
            ui.warn_always(&format!("{note}: networks elsewhere may have these addresses"));
        }
        let missing = match find_missing(&gathered, args, ui) {
            Ok(missing) => missing,
            Err(exit) => {
                return Ok(Err(NotReserved { why: "something could not be read".to_owned(), exit }));
            }
        };
        let free = FreePlace::new(&place, &gathered.inventory, &declared, settings);
        let reserved = reserve_by_inventory(&request, &gathered, &free, &*store, settings)?;
        if let Err(ReserveError::NoRoom { .. }) = &reserved {
            let stored = reservation_store::load(&*store)?.reservations;
            return Ok(Err(refuse(&free.shortage(&args.name, &stored, now), ui)));
        }
        (reserved, AnswerSource::new(&gathered, missing.is_empty(), &missing))
    };
    match reserved {
        Ok((reservation, is_written)) => {
            let location = store.location().to_owned();
            Ok(Ok(Held { reservation, is_written, location, evidence }))
        }
        Err(refused) => Ok(Err(refuse(&explain(&refused, args, settings), ui))),
    }
}

fn refuse(error: &Error, ui: &Ui) -> NotReserved {
    ui.error(error);
    NotReserved { why: error.to_line(), exit: Exit::Negative }
}

/// Checks the words of a reservation, and returns how long it is held.
fn check_text(args: &ReserveArgs) -> Result<SignedDuration, Error> {
    let wrong = |flag: &str, what: String| Error::usage(what).context(flag);
    check_reservation_name(&args.name).map_err(|what| wrong("--name", what))?;
    check_reservation_note(&args.owner).map_err(|what| wrong("--owner", what))?;
    if let Some(reason) = &args.reason {
        check_reservation_note(reason).map_err(|what| wrong("--reason", what))?;
    }
    let Some(text) = &args.held_for else { return Ok(DEFAULT_LENGTH) };
    let longest = SignedDuration::from_hours(24 * 3660);
    let shortest = SignedDuration::from_secs(1);
    parse_duration_within(text, shortest..=longest, "1s to ten years")
        .map_err(|error| wrong("--for", error.to_string()))
}

/// Times in documents are to the second.
fn to_the_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// Tells whether the stored reservations decide, so that no cloud has to be read.
fn is_decided_by_name(request: &ReserveRequest<'_>, store: &dyn ReservationStore) -> Result<bool, Error> {
    let stored = reservation_store::load(store)?;
    Ok(!matches!(decide_from_store(request, stored.get(request.name)), Ok(None)))
}

fn reserve_by_name(
    request: &ReserveRequest<'_>,
    store: &dyn ReservationStore,
    settings: &Settings,
) -> Result<Reserved, Error> {
    reservation_store::update(store, settings.timeout.value, |stored| {
        match decide_from_store(request, stored.get(request.name)) {
            Ok(Some(decision)) => Ok(to_change(decision)),
            Ok(None) => Err(Error::usage(format!("`{}` was released in the meantime", request.name))
                .remedy("run the same command again")),
            Err(refused) => Ok((None, Err(refused))),
        }
    })
}

fn reserve_by_inventory(
    request: &ReserveRequest<'_>,
    gathered: &Gathered,
    free: &FreePlace<'_>,
    store: &dyn ReservationStore,
    settings: &Settings,
) -> Result<Reserved, Error> {
    let decide = |stored: &StoredReservations| {
        let decided = decide(request, &stored.reservations, &gathered.inventory, free);
        Ok(decided.map_or_else(|refused| (None, Err(refused)), to_change))
    };
    reservation_store::update(store, settings.timeout.value, decide)
}

fn to_change(decision: Decision) -> (Option<ReservationChange>, Reserved) {
    match decision {
        Decision::Held(reservation) => (None, Ok((reservation, false))),
        Decision::Write(reservation) => {
            (Some(ReservationChange::Put(reservation.clone())), Ok((reservation, true)))
        }
    }
}

/// Reports what could not be read, and returns it if a prefix may be reserved nevertheless, or else the exit code.
fn find_missing(gathered: &Gathered, args: &ReserveArgs, ui: &Ui) -> Result<Vec<String>, Exit> {
    let summary = Summary::new(InventoryView::new(&gathered.inventory), &FREE_KINDS);
    // Also other shards, and rows that were filtered out.
    let unscanned = unscanned_parts(&gathered.inventory, &FREE_KINDS);
    for part in &unscanned {
        ui.warn_always(part);
    }
    let complete = summary.is_complete() && unscanned.is_empty();
    if gathered.interrupted || (!complete && !args.allow_incomplete) {
        let exit =
            Exit::from_reading(ReadOutcome { interrupted: gathered.interrupted, complete, negative: false });
        summary.report_unread(&format!("exit code {}", exit.code()), ui);
        let but = if gathered.interrupted { "" } else { " (--allow-incomplete reserves it anyway)" };
        ui.warn_always(&format!("nothing was reserved, because what looks free may be in use{but}"));
        return Err(exit);
    }
    if !complete {
        let consequence = "allowed by --allow-incomplete: the prefix may be in use";
        summary.report_unread(consequence, ui);
        if summary.is_complete() {
            ui.warn_always(&format!("the inventory is a part ({consequence})"));
        }
    }
    Ok(unscanned.into_iter().chain(summary.describe_unread()).collect())
}

fn print(reservation: &Reservation, location: &str, format: Format, ui: &Ui) -> Result<(), Error> {
    // Scripts take the prefix as it is.
    if format == Format::Table {
        return ui.data(|out| writeln!(out, "{}", reservation.prefix));
    }
    let now = to_the_second(Timestamp::now());
    show(&ReservationReport::unchecked(location, vec![reservation.clone()], now), format, false, ui)
}

/// Says that a prefix is reserved although it could not be printed.
fn explain_unprinted(error: Error, Reservation { name, prefix, .. }: &Reservation, release: &str) -> Error {
    error
        .with_cause(format!("{prefix} is reserved as `{name}` nevertheless"))
        .remedy(format!("run the same command again to print it, or give it back: {release}"))
}

fn describe(reservation: &Reservation, is_written: bool, location: &str, ui: &Ui) {
    let Reservation { name, prefix, owner, expires_at, .. } = reservation;
    let verb = if is_written { "reserved" } else { "already reserved" };
    ui.status(&format!("{prefix} is {verb} by {owner} as `{name}` until {expires_at}, in {location}"));
    ui.note_on_terminal(&format!("put the tag {}={name} on the network that gets it", Reservation::TAG));
}

/// Writes the command that gives a reservation back, with the flags that find it where this command keeps it.
fn release_command(name: &str, args: &ReserveArgs, settings: &Settings) -> String {
    let place = match (&settings.reservations.origin, &settings.reservations.value) {
        (Origin::Flag(_), Some(place)) => format!(" --reservations {}", shell_quoted(&place.to_string())),
        _ => String::new(),
    };
    let sandbox = if args.source.live.sandbox { " --sandbox" } else { "" };
    snapshot_lookup::with_store(&format!("release {name}{place}{sandbox}"), settings)
}

/// Says what to do about a refusal.
fn explain(refused: &ReserveError, args: &ReserveArgs, settings: &Settings) -> Error {
    let error = Error::usage(refused.to_string());
    match refused {
        ReserveError::OtherOwner { .. } => error.remedy("choose another name"),
        ReserveError::OtherPrefix { name, .. } => {
            let release = release_command(name, args, settings);
            error.remedy(format!("choose another name, or release this one first: {release}"))
        }
        ReserveError::OtherNetwork { .. } => error.remedy("choose another name, or correct the tag"),
        ReserveError::NoRoom { .. } => error,
    }
}
