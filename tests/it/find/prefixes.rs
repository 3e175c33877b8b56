//! Prefixes: what overlaps one, and whether it is free.

use ipnet::IpNet;
use netcensus::analysis::find::{FindInput, FindStatus, find};
use netcensus::model::{InventoryView, Kind, Outcome, Provider, Reservation, UnknownValue};

use super::estate::{Estate, coverage, sample};

fn clouds_only() -> Estate {
    Estate { ranges: Vec::new(), ..sample() }
}

fn free(estate: &Estate, prefix: &str) -> Option<Vec<String>> {
    estate.look(prefix, |answer| answer.free.as_ref().map(|free| free.iter().map(IpNet::to_string).collect()))
}

#[test]
fn a_prefix_is_free_taken_or_partly_taken_in_a_word() {
    let estate = clouds_only();
    assert_eq!(estate.answer("10.5.0.0/16"), ("free".to_owned(), Vec::new()));
    assert_eq!(free(&estate, "10.5.0.0/16"), Some(vec!["10.5.0.0/16".to_owned()]));
    assert_eq!(
        estate.answer("10.1.0.0/16"),
        ("taken".to_owned(), vec!["network vpc-lake: equal".to_owned()])
    );
    assert_eq!(estate.answer("10.1.3.0/24").1, ["network vpc-lake: contains"]);
    let note = estate.look("10.1.3.0/24", |answer| answer.notes.clone());
    assert_eq!(note, ["no subnet of lake overlaps 10.1.3.0/24"]);
    let (status, matches) = estate.answer("10.8.0.0/15");
    assert_eq!(
        (status.as_str(), matches.len()),
        ("partly-taken", 1),
        "a link tells of 10.9.0.0/16: {matches:?}"
    );
    assert_eq!(free(&estate, "10.8.0.0/15"), Some(vec!["10.8.0.0/16".to_owned()]));
    assert_eq!(sample().answer("10.5.0.0/16").0, "taken", "a range outside the clouds has it");
    assert_eq!(estate.answer("10.4.0.0/24").1, ["planned aws_vpc.new: contains"]);
}

/// `find` called a prefix free that another team had reserved.
#[test]
fn a_prefix_that_is_reserved_is_not_free() {
    let reservation = Reservation {
        name: "payments".into(),
        prefix: "10.5.0.0/20".parse().unwrap(),
        pool: None,
        owner: "team-a".into(),
        reason: None,
        created_at: "2026-11-20T06:00:00Z".parse().unwrap(),
        expires_at: "2026-12-20T06:00:00Z".parse().unwrap(),
    };
    let estate = Estate { reservations: vec![reservation], ..clouds_only() };
    let answer = |prefix: &str| {
        let (status, matches) = estate.answer(prefix);
        (status, matches.join(", "))
    };
    assert_eq!(answer("10.5.0.0/20"), ("taken".into(), "reservation payments: equal".into()));
    assert_eq!(answer("10.5.0.0/16"), ("partly-taken".into(), "reservation payments: inside".into()));
    assert_eq!(answer("10.5.16.0/20"), ("free".into(), String::new()));
    assert_eq!(answer("Payments"), ("found".into(), "reservation payments: id".into()));
    let unread = |thing: &str| {
        let queries = [thing.parse().unwrap()];
        let input = FindInput {
            view: InventoryView::new(&estate.inventory),
            ranges: &[],
            plan: &estate.plan,
            reservations: &[],
            unread_reservations: Some("no answer"),
            queries: &queries,
            filters: &[],
            interrupted: false,
        };
        let report = find(input).unwrap();
        (report.answers[0].status, report.missing)
    };
    assert_eq!(unread("10.5.0.0/20"), (FindStatus::Unknown, vec!["no answer".to_owned()]));
    assert_eq!(unread("no-such-name"), (FindStatus::NotFound, Vec::new()));
}

#[test]
fn what_is_in_a_prefix_comes_after_what_contains_it() {
    let (status, matches) = clouds_only().answer("10.0.1.0/28");
    assert_eq!(status, "taken");
    assert_eq!(
        matches,
        [
            "network vpc-shop: contains",
            "network vpc-copy: contains",
            "subnet subnet-app: contains, in vpc-shop",
            "subnet subnet-copy: contains, in vpc-copy",
            "instance i-db: inside",
            "interface eni-web: inside, in i-web",
        ]
    );
    assert_eq!(clouds_only().answer("52.0.0.0/24").0, "partly-taken", "public addresses of machines count");
}

#[test]
fn nothing_is_free_while_something_could_not_be_read() {
    let mut estate = clouds_only();
    estate.inventory.coverage.extend(coverage(Provider::Aws, "333333333333", Outcome::Throttled));
    assert_eq!(estate.answer("10.5.0.0/16").0, "unknown");
    assert_eq!(estate.answer("10.1.0.0/16").0, "taken");
    assert_eq!(estate.answer("10.0.0.0/15").0, "taken");
    assert_eq!(
        (estate.answer("10.8.0.0/15").0.as_str(), free(&estate, "10.8.0.0/15")),
        ("partly-taken", None)
    );
    // Machines cannot have addresses of a private prefix outside all networks.
    let unread = |kind: Kind| {
        let mut estate = clouds_only();
        let denied = coverage(Provider::Aws, "333333333333", Outcome::Denied);
        let read = coverage(Provider::Aws, "333333333333", Outcome::Complete);
        estate.inventory.coverage.extend(denied.into_iter().filter(|entry| entry.kind == kind.into()));
        estate.inventory.coverage.extend(read.into_iter().filter(|entry| entry.kind != kind.into()));
        estate
    };
    assert_eq!(unread(Kind::Interfaces).answer("10.5.0.0/16").0, "free");
    assert_eq!(unread(Kind::Interfaces).answer("53.0.0.0/16").0, "unknown");
    assert_eq!(unread(Kind::Networks).answer("10.5.0.0/16").0, "unknown");
    // A network of an account that is not read is known by the links to it alone.
    assert_eq!(unread(Kind::Links).answer("10.5.0.0/16").0, "unknown");
    assert_eq!(unread(Kind::Links).answer("53.0.0.0/16").0, "unknown");
}

#[test]
fn filtered_inventories_kinds_that_were_not_scanned_and_open_plans_leave_it_unknown() {
    let mut filtered = clouds_only();
    filtered.inventory.filters.push("region=eu-*".into());
    assert_eq!(filtered.answer("10.5.0.0/16").0, "unknown");
    let mut unscanned = clouds_only();
    unscanned.inventory.coverage.retain(|entry| entry.kind != Kind::Subnets.into());
    assert_eq!(unscanned.answer("10.5.0.0/16").0, "unknown");
    let mut open = clouds_only();
    open.plan.unknown.push(UnknownValue { address: "aws_vpc.other".into(), attribute: "cidr_block".into() });
    assert_eq!(open.answer("10.5.0.0/16").0, "unknown");
    open.ask(&["10.5.0.0/16"], |report| {
        assert!(report.missing[0].contains("aws_vpc.other"), "{:?}", report.missing);
    });
    let mut nothing = clouds_only();
    nothing.inventory.coverage.clear();
    assert_eq!(nothing.answer("10.5.0.0/16").0, "unknown");
}
