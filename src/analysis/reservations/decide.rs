//! What a request for a reservation comes to.
//!
//! A name always stands for the same prefix: as long as its reservation is in force, afterwards if the network was built,
//! and even if the reservation is gone and the network has its tag. So a pipeline may ask at every run.

use ipnet::IpNet;
use jiff::Timestamp;
use thiserror::Error;

use super::fulfilment::fulfilling_networks;
use crate::model::{Inventory, Network, Reservation};

/// A request for a reservation.
#[derive(Clone, Copy)]
pub struct ReserveRequest<'a> {
    /// Its name.
    pub name: &'a str,
    /// Who holds it.
    pub owner: &'a str,
    /// What it is for.
    pub reason: Option<&'a str>,
    /// The pool that it is taken from.
    pub pool: Option<&'a str>,
    /// Tells whether a prefix is one that was asked for: of that size, and within the pool.
    pub accepts: &'a dyn Fn(IpNet) -> bool,
    /// The length of the prefix that was asked for.
    pub length: u8,
    /// The time.
    pub now: Timestamp,
    /// How long a new one is in force.
    pub expires_at: Timestamp,
    /// Whether one that is in force is extended to that.
    pub extends: bool,
}

/// Where a new reservation can be, given those of others that are in force.
pub trait ReservableSpace {
    /// Returns the next free prefix that was asked for.
    fn next_free(&self, others: &[&Reservation]) -> Option<IpNet>;

    /// Tells whether all of a prefix is free.
    fn is_free(&self, prefix: IpNet, others: &[&Reservation]) -> bool;
}

/// What a request comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is reserved already, or was built: there is nothing to write.
    Held(Reservation),
    /// This is to be written: a new reservation, the one of this name with a later expiry, or the one of a network that has
    /// its tag.
    Write(Reservation),
}

/// Why nothing is reserved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReserveError {
    /// The name is another owner's.
    #[error("`{name}` is reserved by {owner}, until {expires_at}")]
    OtherOwner {
        /// The name.
        name: String,
        /// Its owner.
        owner: String,
        /// When it expires.
        expires_at: Timestamp,
    },
    /// The name stands for a prefix of another size or pool.
    #[error("`{name}` already reserves {prefix}{}, and you asked {}", of_pool(pool.as_ref()), asked_for(*prefix, *length))]
    OtherPrefix {
        /// The name.
        name: String,
        /// Its prefix.
        prefix: IpNet,
        /// The pool that it was taken from, if it was.
        pool: Option<String>,
        /// The length that was asked for.
        length: u8,
    },
    /// A network has the tag of this reservation, and no prefix that was asked for.
    #[error("network {network} has the tag {}={name}, but no prefix that you ask for", Reservation::TAG)]
    OtherNetwork {
        /// The name.
        name: String,
        /// The id of the network.
        network: String,
    },
    /// No prefix is free.
    #[error("no prefix is free for `{name}`")]
    NoRoom {
        /// The name.
        name: String,
    },
}

fn of_pool(pool: Option<&String>) -> String {
    pool.map(|pool| format!(" of pool {pool}")).unwrap_or_default()
}

/// Says what was asked for instead of `prefix`: another size, or another place.
fn asked_for(prefix: IpNet, length: u8) -> String {
    if prefix.prefix_len() == length {
        "for one in another place".to_owned()
    } else {
        format!("for a /{length}")
    }
}

impl ReserveRequest<'_> {
    /// Tells whether a reservation of this name is what was asked for. A prefix that was named may be of any pool; a pool that
    /// was named is the one to take it from.
    fn may_keep(&self, stored: &Reservation) -> bool {
        let is_of_other_pool =
            self.pool.is_some() && stored.pool.is_some() && self.pool != stored.pool.as_deref();
        !is_of_other_pool && (self.accepts)(stored.prefix)
    }

    fn new_reservation(&self, prefix: IpNet) -> Reservation {
        Reservation {
            name: self.name.to_owned(),
            prefix,
            pool: self.pool.map(str::to_owned),
            owner: self.owner.to_owned(),
            reason: self.reason.map(str::to_owned),
            created_at: self.now,
            expires_at: self.expires_at,
        }
    }
}

/// Decides by the stored reservations alone; `None` if the inventory is needed.
///
/// # Errors
/// When the name is in force for something else.
pub fn decide_from_store(
    request: &ReserveRequest<'_>,
    stored: Option<&Reservation>,
) -> Result<Option<Decision>, ReserveError> {
    let Some(stored) = stored.filter(|stored| !stored.is_expired(request.now)) else { return Ok(None) };
    if stored.owner != request.owner {
        return Err(ReserveError::OtherOwner {
            name: stored.name.clone(),
            owner: stored.owner.clone(),
            expires_at: stored.expires_at,
        });
    }
    if !request.may_keep(stored) {
        return Err(ReserveError::OtherPrefix {
            name: stored.name.clone(),
            prefix: stored.prefix,
            pool: stored.pool.clone(),
            length: request.length,
        });
    }
    let is_later = request.extends && request.expires_at > stored.expires_at;
    Ok(Some(if is_later {
        Decision::Write(Reservation { expires_at: request.expires_at, ..stored.clone() })
    } else {
        Decision::Held(stored.clone())
    }))
}

/// Decides by everything that is known.
///
/// # Errors
/// When the name stands for something else, or no prefix is free.
pub fn decide(
    request: &ReserveRequest<'_>,
    stored: &[Reservation],
    inventory: &Inventory,
    space: &dyn ReservableSpace,
) -> Result<Decision, ReserveError> {
    let own = stored.iter().find(|reservation| reservation.name == request.name);
    if let Some(decision) = decide_from_store(request, own)? {
        return Ok(decision);
    }
    let in_force = |other: &&Reservation| other.name != request.name && !other.is_expired(request.now);
    let others: Vec<&Reservation> = stored.iter().filter(in_force).collect();
    let expired = own.filter(|own| own.owner == request.owner && request.may_keep(own));
    if let Some(expired) = expired {
        if fulfilling_networks(inventory, expired).next().is_some() {
            return Ok(Decision::Held(expired.clone()));
        }
        if space.is_free(expired.prefix, &others) {
            return Ok(Decision::Write(request.new_reservation(expired.prefix)));
        }
    }
    if let Some(network) = tagged_network(inventory, request.name) {
        let prefix = network.prefixes().find(|prefix| (request.accepts)(*prefix));
        let prefix = prefix.ok_or_else(|| ReserveError::OtherNetwork {
            name: request.name.to_owned(),
            network: network.id.clone(),
        })?;
        return Ok(Decision::Write(request.new_reservation(prefix)));
    }
    let prefix = space.next_free(&others);
    let prefix = prefix.ok_or_else(|| ReserveError::NoRoom { name: request.name.to_owned() })?;
    Ok(Decision::Write(request.new_reservation(prefix)))
}

fn tagged_network<'a>(inventory: &'a Inventory, name: &str) -> Option<&'a Network> {
    let has_tag = |network: &&Network| network.tags.get(Reservation::TAG).is_some_and(|tag| tag == name);
    inventory.networks.iter().find(has_tag)
}
