//! What a request for a reservation comes to: a name always stands for the same prefix.

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use netcensus::analysis::reservations::{Decision, ReservableSpace, ReserveError, ReserveRequest, decide};
use netcensus::model::{Inventory, Network, Reservation, Resources};

use crate::overlap::estate::vpc;

fn now() -> Timestamp {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

fn days(number: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * number)
}

fn reservation(name: &str, prefix: &str, expires_in: i64) -> Reservation {
    Reservation {
        name: name.to_owned(),
        prefix: prefix.parse().unwrap(),
        pool: Some("prod".to_owned()),
        owner: "team-a".to_owned(),
        reason: None,
        created_at: now() - days(30),
        expires_at: now() + days(expires_in),
    }
}

/// The /24 prefixes of 10.0.0.0/16 that no network has.
struct Slots<'a>(&'a [Network]);

impl ReservableSpace for Slots<'_> {
    fn next_free(&self, others: &[&Reservation]) -> Option<IpNet> {
        let pool: IpNet = "10.0.0.0/16".parse().unwrap();
        pool.subnets(24).unwrap().find(|prefix| self.is_free(*prefix, others))
    }

    fn is_free(&self, prefix: IpNet, others: &[&Reservation]) -> bool {
        let held = self.0.iter().flat_map(Network::prefixes);
        let mut held = held.chain(others.iter().map(|other| other.prefix));
        !held.any(|held| held.contains(&prefix) || prefix.contains(&held))
    }
}

/// Decides a request of `owner` for a /24 named `name`, to be held for 14 days.
fn request(
    name: &str,
    owner: &str,
    stored: &[Reservation],
    networks: &[Network],
) -> Result<Decision, ReserveError> {
    let resources = Resources { networks: networks.to_vec(), ..Resources::default() };
    let inventory = Inventory::assemble("test".to_owned(), now(), Vec::new(), resources, Vec::new());
    let request = ReserveRequest {
        name,
        owner,
        reason: None,
        pool: Some("prod"),
        accepts: &|prefix| prefix.prefix_len() == 24,
        length: 24,
        now: now(),
        expires_at: now() + days(14),
        extends: false,
    };
    decide(&request, stored, &inventory, &Slots(networks))
}

/// Returns the prefix of a decision, and whether anything is written.
fn outcome(decision: Result<Decision, ReserveError>) -> (String, bool) {
    match decision.unwrap() {
        Decision::Held(reservation) => (reservation.prefix.to_string(), false),
        Decision::Write(reservation) => (reservation.prefix.to_string(), true),
    }
}

fn written(prefix: &str) -> (String, bool) {
    (prefix.to_owned(), true)
}

fn unchanged(prefix: &str) -> (String, bool) {
    (prefix.to_owned(), false)
}

fn tagged(id: &str, prefix: &str, name: &str) -> Network {
    let mut network = vpc(id, &[prefix]);
    network.tags.insert(Reservation::TAG.to_owned(), name.to_owned());
    network
}

#[test]
fn reservations_in_force_are_held_and_expired_ones_are_not() {
    let stored = [reservation("a", "10.0.0.0/24", 1), reservation("b", "10.0.1.0/24", 0)];
    assert_eq!(outcome(request("c", "team-a", &stored, &[])), written("10.0.1.0/24"));
    let networks = [vpc("vpc-1", &["10.0.1.0/24"])];
    assert_eq!(outcome(request("c", "team-a", &stored, &networks)), written("10.0.2.0/24"));
}

/// Where a preview is a data source, the next plan gets another prefix and replaces the network.
#[test]
fn a_name_asked_for_again_gives_the_same_prefix_also_once_the_network_exists() {
    let stored = [reservation("a", "10.0.7.0/24", 1)];
    assert_eq!(outcome(request("a", "team-a", &stored, &[])), unchanged("10.0.7.0/24"));
    let built = [vpc("vpc-1", &["10.0.7.0/24"])];
    assert_eq!(outcome(request("a", "team-a", &stored, &built)), unchanged("10.0.7.0/24"));
    let expired = [reservation("a", "10.0.7.0/24", -1)];
    assert_eq!(outcome(request("a", "team-a", &expired, &built)), unchanged("10.0.7.0/24"));
    let gone = [tagged("vpc-1", "10.0.7.0/24", "a")];
    assert_eq!(outcome(request("a", "team-a", &[], &gone)), written("10.0.7.0/24"), "by its tag");
}

#[test]
fn an_expired_reservation_is_renewed_with_its_prefix_if_that_is_free() {
    let expired = [reservation("a", "10.0.7.0/24", -1)];
    assert_eq!(outcome(request("a", "team-a", &expired, &[])), written("10.0.7.0/24"));
    let taken = [tagged("vpc-1", "10.0.7.0/24", "b")];
    assert_eq!(outcome(request("a", "team-a", &expired, &taken)), written("10.0.0.0/24"));
    let held = [reservation("a", "10.0.7.0/24", -1), reservation("b", "10.0.7.0/24", 1)];
    assert_eq!(outcome(request("a", "team-a", &held, &[])), written("10.0.0.0/24"));
    assert_eq!(outcome(request("a", "team-b", &expired, &[])), written("10.0.0.0/24"), "the name is free");
    let [other] = expired;
    let other = [Reservation { pool: Some("other".to_owned()), ..other }];
    assert_eq!(outcome(request("a", "team-a", &other, &[])), written("10.0.0.0/24"), "of another pool");
}

#[test]
fn a_name_is_refused_for_another_owner_or_another_size() {
    let stored = [reservation("a", "10.0.7.0/24", 1), reservation("b", "10.0.64.0/20", 1)];
    let refused = request("a", "team-b", &stored, &[]).unwrap_err();
    assert_eq!(refused.to_string(), "`a` is reserved by team-a, until 2026-11-28T12:00:00Z");
    let refused = request("b", "team-a", &stored, &[]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`b` already reserves 10.0.64.0/20 of pool prod, and you asked for a /24"
    );
    let built = [tagged("vpc-1", "10.0.64.0/20", "c")];
    let refused = request("c", "team-a", &[], &built).unwrap_err();
    assert!(matches!(refused, ReserveError::OtherNetwork { network, .. } if network == "vpc-1"));
}

#[test]
fn a_full_pool_has_no_room() {
    let full = [vpc("vpc-1", &["10.0.0.0/16"])];
    assert_eq!(request("a", "team-a", &[], &full), Err(ReserveError::NoRoom { name: "a".to_owned() }));
}
