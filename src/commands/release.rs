//! `netcensus release`: gives a reservation back.

use super::{overrides, reservation_store};
use crate::cli::global::GlobalArgs;
use crate::cli::reservations::ReleaseArgs;
use crate::config::Overrides;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::Reservation;
use crate::reservations::{ReservationChange, StoredReservations};
use crate::suggest::{meant, nearest};
use crate::ui::Ui;

/// Runs `netcensus release`.
///
/// # Errors
/// When the options are wrong, the reservation has another owner, or the store cannot be changed.
pub fn run(args: &ReleaseArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = Overrides {
        store: args.store.store.clone(),
        reservations: args.reservations.reservations.clone(),
        ..overrides::from_flags(None, None, global)
    };
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let store = reservation_store::open(&settings, args.sandbox, ui)?;
    let mut others = Vec::new();
    let released = reservation_store::update(&*store, settings.timeout.value, |stored| {
        others = names(stored);
        let Some(reservation) = stored.get(&args.name) else { return Ok((None, None)) };
        require_owner(reservation, args.owner.as_deref())?;
        Ok((Some(ReservationChange::Remove(args.name.clone())), Some(reservation.clone())))
    })?;
    let location = store.location();
    let Some(Reservation { name, prefix, owner, .. }) = released else {
        let suggestion = meant(nearest(&args.name, others.iter().map(String::as_str)));
        let location = reservation_store::describe_location(&*store, &settings, args.sandbox);
        ui.warn_always(&format!("there is no reservation `{}` in {location}{suggestion}", args.name));
        return Ok(Exit::Negative);
    };
    ui.status(&format!("released {prefix}, which {owner} had reserved as `{name}` in {location}"));
    Ok(Exit::Clean)
}

fn names(stored: &StoredReservations) -> Vec<String> {
    stored.reservations.iter().map(|reservation| reservation.name.clone()).collect()
}

fn require_owner(reservation: &Reservation, owner: Option<&str>) -> Result<(), Error> {
    if owner.is_none_or(|owner| owner == reservation.owner) {
        return Ok(());
    }
    Err(Error::usage(format!("`{}` is reserved by {}", reservation.name, reservation.owner))
        .remedy("leave out --owner to release it anyway"))
}
