//! What becomes of reservations, and the findings about those that something else took.

use jiff::{SignedDuration, Timestamp};
use netcensus::analysis::reservations::{ReservationReport, ReservationStatus};
use netcensus::model::{Class, Level, Network, PlannedKind, Reservation};

use crate::overlap::estate::{Estate, planned, range, vpc};

fn now() -> Timestamp {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

fn reservation(name: &str, prefix: &str, expires_in: i64) -> Reservation {
    Reservation {
        name: name.to_owned(),
        prefix: prefix.parse().unwrap(),
        pool: None,
        owner: "team-a".to_owned(),
        reason: None,
        created_at: now(),
        expires_at: now() + SignedDuration::from_hours(expires_in),
    }
}

fn tagged(id: &str, prefix: &str, name: &str) -> Network {
    let mut network = vpc(id, &[prefix]);
    network.tags.insert(Reservation::TAG.to_owned(), name.to_owned());
    network
}

fn estate() -> Estate {
    Estate {
        networks: vec![
            vpc("vpc-same", &["10.1.0.0/20"]),
            tagged("vpc-tag", "10.9.0.0/20", "by-tag"),
            tagged("vpc-other", "10.3.0.0/20", "another"),
            vpc("vpc-within", &["10.4.8.0/24"]),
            vpc("vpc-around", &["10.5.0.0/16"]),
        ],
        reservations: vec![
            reservation("same", "10.1.0.0/20", 1),
            reservation("by-tag", "10.2.0.0/20", 1),
            reservation("mistagged", "10.3.0.0/20", 1),
            reservation("within", "10.4.0.0/20", 1),
            reservation("around", "10.5.32.0/20", 1),
            reservation("free", "10.6.0.0/20", 1),
        ],
        ..Estate::default()
    }
}

#[test]
fn every_reservation_has_what_became_of_it() {
    let estate = estate();
    let findings = estate.find().findings;
    let mut stored = estate.reservations.clone();
    stored.push(reservation("late", "10.7.0.0/20", 0));
    stored.push(reservation("late-and-built", "10.1.0.0/20", -1));
    let inventory = estate.inventory();
    let report = ReservationReport::compared("r.json", stored, (&inventory, true), &findings, now());
    let status: Vec<_> =
        report.reservations.iter().map(|listed| (listed.reservation.name.as_str(), listed.status)).collect();
    let (taken, fulfilled) = (ReservationStatus::Taken, ReservationStatus::Fulfilled);
    assert_eq!(
        status,
        [
            ("same", fulfilled),
            ("by-tag", fulfilled),
            ("mistagged", taken),
            ("within", taken),
            ("around", taken),
            ("free", ReservationStatus::Active),
            ("late", ReservationStatus::Overdue),
            ("late-and-built", fulfilled),
        ]
    );
    assert_eq!(report.reservations[1].networks[0].id, "vpc-tag");
    assert_eq!(report.reservations[3].taken_by[0].id, "vpc-within");
}

#[test]
fn a_reservation_that_something_else_took_is_a_finding() {
    let findings = estate().find().findings;
    let taken: Vec<_> = findings.iter().filter(|finding| finding.class == Class::ReservationTaken).collect();
    assert_eq!(taken.len(), 3, "{findings:#?}");
    let within = taken.iter().find(|finding| finding.within.to_string() == "10.4.0.0/20").unwrap();
    assert_eq!(within.code, "NC108");
    assert_eq!(
        within.message,
        "10.4.0.0/20 is reserved by team-a as `within` until 2026-11-27: 1 network uses 10.4.8.0/24 of it"
    );
    assert!(Class::FAILING.contains(&Class::ReservationTaken));
}

#[test]
fn the_plan_of_the_network_itself_takes_nothing() {
    let mut estate = Estate { networks: Vec::new(), level: Level::All, ..estate() };
    estate.plan.prefixes.push(planned(PlannedKind::Network, "aws_vpc.same", None, "10.1.0.0/20"));
    assert_eq!(estate.find().findings, []);
    estate.plan.prefixes.push(planned(PlannedKind::Network, "aws_vpc.more", None, "10.6.0.0/21"));
    estate.ranges.push(range("Frankfurt", "10.2.4.0/24"));
    let findings = estate.find().findings;
    let taken: Vec<_> = findings.iter().map(|finding| (finding.class, finding.within.to_string())).collect();
    let class = Class::ReservationTaken;
    assert!(taken.contains(&(class, "10.6.0.0/20".to_owned())), "{taken:?}");
    assert!(taken.contains(&(class, "10.2.0.0/20".to_owned())), "{taken:?}");
}
