//! What ended, and is listed for some time after its end.

use std::sync::Arc;

use super::views::{ListedPlace, all_visible, visible_of};
use crate::sandbox::estate::Estate;

/// Something that ended.
#[derive(Debug)]
pub enum Gone {
    /// A terminated instance: where it was, and its id.
    Instance(ListedPlace, String),
    /// A deleted peering's id.
    Peering(String),
}

impl Gone {
    /// Removes it from the lists.
    pub fn remove(&self, estate: &mut Estate) {
        match self {
            Self::Instance(place, id) => {
                let visible = visible_of(estate, &place.account, &place.region);
                for reservation in &mut visible.reservations {
                    if reservation.instances.iter().any(|instance| instance.id == *id) {
                        Arc::make_mut(reservation).instances.retain(|instance| instance.id != *id);
                    }
                }
                visible.reservations.retain(|reservation| !reservation.instances.is_empty());
            }
            Self::Peering(id) => {
                for visible in all_visible(estate) {
                    if visible.peerings.iter().any(|peering| peering.id == *id) {
                        Arc::make_mut(visible).peerings.retain(|peering| peering.id != *id);
                    }
                }
            }
        }
    }
}
