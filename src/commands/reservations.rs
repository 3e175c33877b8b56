//! `netcensus reservations`: lists reservations, and what became of them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::inventory_source::LoadExtent;
use super::record_list::RecordList;
use super::summary::Summary;
use super::{inventory_source, overrides, reservation_store};
use crate::analysis::coverage_gaps::unscanned_parts;
use crate::analysis::overlap::{self, OverlapInput};
use crate::analysis::reservations::{ListedReservation, ReservationNetwork, ReservationReport};
use crate::analysis::rows::Fit;
use crate::analysis::value::Value;
use crate::cli::global::GlobalArgs;
use crate::cli::reservations::ReservationsArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::exit::{Exit, ReadOutcome};
use crate::model::{Inventory, InventoryView, Kind, Reservation};
use crate::output::{self, Format};
use crate::ui::Ui;

/// The kinds that tell what became of a reservation.
const KINDS: [Kind; 1] = [Kind::Networks];

/// Runs `netcensus reservations`.
///
/// # Errors
/// When the options are wrong, the store or the inventory cannot be read, or the result cannot be written.
pub fn run(args: &ReservationsArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let mut flags = overrides::from_live_flags(&args.source.live, None, global);
    flags.reservations.clone_from(&args.store.reservations);
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let format = overrides::chosen_format(args.output.as_deref(), &settings)?;
    let store = reservation_store::open(&settings, args.source.live.sandbox, ui)?;
    let stored = reservation_store::load(&*store)?.reservations;
    let (location, now, is_empty) = (store.location(), Timestamp::now(), stored.is_empty());
    let exit = if args.unchecked {
        show(&ReservationReport::unchecked(location, stored, now), format, args.wide, ui)?;
        Exit::Clean
    } else {
        compare(stored, location, now, args, &settings, format, ui)?
    };
    if is_empty {
        let location = reservation_store::describe_location(&*store, &settings, args.source.live.sandbox);
        ui.status(&format!("there is no reservation in {location}; `netcensus reserve` makes one"));
    }
    Ok(exit)
}

fn compare(
    stored: Vec<Reservation>,
    location: &str,
    now: Timestamp,
    args: &ReservationsArgs,
    settings: &Settings,
    format: Format,
    ui: &Ui,
) -> Result<Exit, Error> {
    let gathered = inventory_source::gather_inventory(&args.source, &KINDS, LoadExtent::Needed, settings, ui)
        .map_err(suggest_unchecked)?;
    let inventory = &gathered.inventory;
    let in_force: Vec<Reservation> =
        stored.iter().filter(|reservation| !reservation.is_expired(now)).cloned().collect();
    let findings = find_taken(inventory, &in_force, settings)?;
    let summary = Summary::new(InventoryView::new(inventory), &KINDS);
    let unscanned = unscanned_parts(inventory, &KINDS);
    let is_complete = summary.is_complete() && unscanned.is_empty();
    let report = ReservationReport::compared(location, stored, (inventory, is_complete), &findings, now);
    show(&report, format, args.wide, ui)?;
    let exit = Exit::from_reading(ReadOutcome {
        interrupted: gathered.interrupted,
        complete: is_complete,
        negative: false,
    });
    for part in &unscanned {
        ui.warn_always(part);
    }
    summary.report_unread(&format!("exit code {}", exit.code()), ui);
    Ok(exit)
}

/// Says that reservations can be listed without a cloud.
fn suggest_unchecked(error: Error) -> Error {
    let is_nothing_read = error.is_nothing_read();
    let remedy = "to list them without reading a cloud, add --unchecked";
    if is_nothing_read { error.remedy(remedy) } else { error }
}

/// Finds what uses reserved prefixes, as `overlap` does.
fn find_taken(
    inventory: &Inventory,
    reservations: &[Reservation],
    settings: &Settings,
) -> Result<Vec<overlap::Finding>, Error> {
    let today = Zoned::new(Timestamp::now(), TimeZone::UTC).date();
    let input = OverlapInput {
        ranges: &settings.external.value,
        reservations,
        ..OverlapInput::networks(inventory, today)
    };
    Ok(overlap::find_overlaps(input)?.findings)
}

/// Prints reservations.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn show(report: &ReservationReport, format: Format, wide: bool, ui: &Ui) -> Result<(), Error> {
    if format == Format::Json {
        return ui.data(|out| output::write_reservations(report, out));
    }
    let fit = if wide { Fit::Never } else { Fit::Drop };
    let list = RecordList {
        name: "reservations",
        columns: vec![
            ("name", 0),
            ("prefix", 0),
            ("status", 0),
            ("owner", 1),
            ("expires_at", 2),
            ("used_by", 3),
            ("pool", 4),
            ("reason", 5),
            ("created_at", 6),
        ],
        fit,
        rows: report.reservations.iter().map(row).collect(),
        objects: report.reservations.iter().collect(),
    };
    list.print(format, ui)
}

fn row(listed: &ListedReservation) -> Vec<Value> {
    let Reservation { name, prefix, pool, owner, reason, created_at, expires_at } = &listed.reservation;
    let name_of = |network: &ReservationNetwork| network.name.clone().unwrap_or(network.id.clone());
    let users: Vec<String> = listed.networks.iter().chain(&listed.taken_by).map(name_of).collect();
    vec![
        Value::Text(name.clone()),
        Value::Text(prefix.to_string()),
        Value::Text(listed.status.to_string()),
        Value::Text(owner.clone()),
        Value::Time(*expires_at),
        Value::text(Some(users.join(", ").as_str()).filter(|text| !text.is_empty())),
        Value::text(pool.as_deref()),
        Value::text(reason.as_deref()),
        Value::Time(*created_at),
    ]
}
