//! Which networks a reservation was made for.

use crate::model::{Inventory, Network, Reservation};

/// Tells whether `network` is what the reservation was made for: it has the tag that names the reservation, or exactly
/// its prefix and no tag that names another one.
#[must_use]
pub fn fulfils(network: &Network, reservation: &Reservation) -> bool {
    match network.tags.get(Reservation::TAG) {
        Some(name) => *name == reservation.name,
        None => network.prefixes().any(|prefix| prefix == reservation.prefix),
    }
}

/// Lists the networks that the reservation was made for.
pub fn fulfilling_networks<'a>(
    inventory: &'a Inventory,
    reservation: &'a Reservation,
) -> impl Iterator<Item = &'a Network> {
    inventory.networks.iter().filter(|network| fulfils(network, reservation))
}
