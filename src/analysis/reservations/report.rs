//! The report of `netcensus reservations`.

use std::fmt;

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::fulfilment::fulfilling_networks;
use crate::analysis::overlap::{Finding, Member};
use crate::model::{Class, GENERATOR, Inventory, Network, Provider, Reservation};

/// The version of the document's format.
pub const RESERVATIONS_VERSION: u32 = 1;

/// The reservations of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReservationReport {
    /// Version of this format.
    pub schema_version: u32,
    /// What wrote it, such as `netcensus 0.1.0`.
    pub generator: String,
    /// The file or table that they are kept in.
    pub store: String,
    /// When the inventory was read that they were compared with, in UTC; `null` if they were not compared.
    pub taken_at: Option<Timestamp>,
    /// Whether all of that inventory was read; `null` if they were not compared.
    pub complete: Option<bool>,
    /// The reservations, in the order of their names.
    pub reservations: Vec<ListedReservation>,
}

/// A reservation, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedReservation {
    /// As it is stored.
    #[serde(flatten)]
    pub reservation: Reservation,
    /// What became of it.
    pub status: ReservationStatus,
    /// The networks that it was made for.
    pub networks: Vec<ReservationNetwork>,
    /// What uses addresses of it without being one of these.
    pub taken_by: Vec<ReservationNetwork>,
}

/// What became of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReservationStatus {
    /// It is in force, and nothing that is known uses it.
    Active,
    /// The network that it was made for exists.
    Fulfilled,
    /// It is in force, and something else uses addresses of it.
    Taken,
    /// It has expired and was not used: it holds nothing.
    Overdue,
    /// It is in force, and was not compared with an inventory.
    Held,
    /// It has expired, and was not compared with an inventory.
    Expired,
}

impl ReservationStatus {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Fulfilled => "fulfilled",
            Self::Taken => "taken",
            Self::Overdue => "overdue",
            Self::Held => "held",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for ReservationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What uses addresses of a reservation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct ReservationNetwork {
    /// The cloud; `null` for a planned prefix of no particular cloud.
    pub provider: Option<Provider>,
    /// Account or subscription id; the site of a range outside the clouds.
    pub account: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// Its id.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Its prefixes that lie in the reservation or around it; all of a network that it was made for.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
}

impl ReservationReport {
    /// Lists reservations as they are stored.
    #[must_use]
    pub fn unchecked(store: &str, reservations: Vec<Reservation>, now: Timestamp) -> Self {
        let list = |reservation: Reservation| {
            let is_expired = reservation.is_expired(now);
            let status = if is_expired { ReservationStatus::Expired } else { ReservationStatus::Held };
            ListedReservation { reservation, status, networks: Vec::new(), taken_by: Vec::new() }
        };
        Self::new(store, None, None, reservations.into_iter().map(list).collect())
    }

    /// Lists reservations with what became of them. `findings` are those of `overlap` with the same inventory.
    #[must_use]
    pub fn compared(
        store: &str,
        reservations: Vec<Reservation>,
        (inventory, is_complete): (&Inventory, bool),
        findings: &[Finding],
        now: Timestamp,
    ) -> Self {
        let list = |reservation: Reservation| {
            let networks: Vec<_> =
                fulfilling_networks(inventory, &reservation).map(ReservationNetwork::from_network).collect();
            let taken_by = taken_by(&reservation, findings);
            let status = match (networks.is_empty(), reservation.is_expired(now), taken_by.is_empty()) {
                (false, _, _) => ReservationStatus::Fulfilled,
                (true, true, _) => ReservationStatus::Overdue,
                (true, false, false) => ReservationStatus::Taken,
                (true, false, true) => ReservationStatus::Active,
            };
            ListedReservation { reservation, status, networks, taken_by }
        };
        let listed = reservations.into_iter().map(list).collect();
        Self::new(store, Some(inventory.taken_at), Some(is_complete), listed)
    }

    fn new(
        store: &str,
        taken_at: Option<Timestamp>,
        complete: Option<bool>,
        reservations: Vec<ListedReservation>,
    ) -> Self {
        Self {
            schema_version: RESERVATIONS_VERSION,
            generator: GENERATOR.to_owned(),
            store: store.to_owned(),
            taken_at,
            complete,
            reservations,
        }
    }
}

impl ReservationNetwork {
    fn from_network(network: &Network) -> Self {
        Self {
            provider: Some(network.provider),
            account: Some(network.account.clone()),
            region: Some(network.region.clone()),
            id: network.id.clone(),
            name: network.name.clone(),
            prefixes: network.prefixes().collect(),
        }
    }

    fn from_member(member: &Member) -> Self {
        Self {
            provider: member.provider,
            account: member.account.clone(),
            region: member.region.clone(),
            id: member.id.clone(),
            name: member.name.clone(),
            prefixes: vec![member.prefix],
        }
    }
}

/// Lists what the findings about a reservation name. No two reservations that are in force have the same prefix.
fn taken_by(reservation: &Reservation, findings: &[Finding]) -> Vec<ReservationNetwork> {
    let is_about =
        |finding: &&Finding| finding.class == Class::ReservationTaken && finding.within == reservation.prefix;
    let members = findings.iter().filter(is_about).flat_map(|finding| &finding.members);
    let mut taken_by: Vec<_> = members.map(ReservationNetwork::from_member).collect();
    taken_by.sort();
    taken_by.dedup();
    taken_by
}
