//! Networks and accounts, from their subnets.

use netcensus::analysis::usage::{UsageKind, UsageStatus};
use netcensus::model::{Kind, Outcome, Resources};

use super::estate::{ACCOUNT, assess, coverage, inventory, network, policy, subnet};

const KINDS: [Kind; 3] = [Kind::Networks, Kind::Subnets, Kind::Interfaces];

fn resources() -> Resources {
    let mut guest = subnet("b", "10.0.1.0/24", Some(51));
    guest.visible_from = vec!["222222222222".into()];
    Resources {
        networks: vec![network("vpc-1", &["10.0.0.0/22"])],
        // One that another account sees too, by RAM: it counts once.
        subnets: vec![subnet("a", "10.0.0.0/24", Some(200)), guest.clone(), guest],
        ..Resources::default()
    }
}

/// The share that subnets take and the share of addresses in use are two things.
#[test]
fn a_network_is_full_when_no_subnet_has_room_in_it() {
    let report = assess(&inventory(resources(), &KINDS), UsageKind::Network, &policy());
    let row = &report.rows[0];
    assert_eq!(
        (row.addresses_total, row.addresses_used, row.addresses_free),
        (Some(1024), Some(512), Some(512))
    );
    assert_eq!((row.largest_free_block, row.free_blocks), (Some(512), Some(32)));
    let inside = row.in_subnets.unwrap();
    assert_eq!((inside.total, inside.used, inside.used_percent.unwrap().whole()), (502, 251, 50));
    assert_eq!((row.subnets, row.uncounted_subnets), (Some(2), Some(0)));
    let mut full = resources();
    full.networks = vec![network("vpc-1", &["10.0.0.0/23"])];
    let report = assess(&inventory(full, &KINDS), UsageKind::Network, &policy());
    assert_eq!((report.rows[0].status, report.rows[0].largest_free_block), (UsageStatus::Critical, Some(0)));
    assert_eq!(
        report.rows[0].message,
        "100 % given to subnets: 512 of 512 addresses, 0 free; 90% is critical"
    );
}

#[test]
fn a_network_whose_subnets_were_not_read_is_unknown() {
    let found = inventory(Resources { subnets: vec![], ..resources() }, &[Kind::Networks]);
    let report = assess(&found, UsageKind::Network, &policy());
    let row = &report.rows[0];
    assert_eq!(
        (row.status, row.addresses_total, row.addresses_used),
        (UsageStatus::Unknown, Some(1024), None)
    );
    assert_eq!(report.exit.code(), 3);
}

#[test]
fn an_account_adds_up_its_subnets_and_says_which_are_not_counted() {
    let mut all = resources();
    all.subnets.push(subnet("c", "10.0.2.0/24", None));
    let report = assess(&inventory(all, &KINDS), UsageKind::Account, &policy());
    let row = &report.rows[0];
    assert_eq!((row.id.as_str(), row.name.as_deref()), (ACCOUNT, Some("shop-prod")));
    assert_eq!((row.addresses_total, row.addresses_used), (Some(502), Some(251)));
    assert_eq!((row.subnets, row.uncounted_subnets, row.free_blocks), (Some(3), Some(1), None));
}

#[test]
fn an_account_that_was_not_read_whole_has_no_sum() {
    let mut found = inventory(resources(), &KINDS);
    found.coverage.push(coverage(Kind::Subnets, Outcome::TimedOut));
    let report = assess(&found, UsageKind::Account, &policy());
    let row = &report.rows[0];
    assert_eq!((row.status, row.addresses_total, row.addresses_used), (UsageStatus::Unknown, None, None));
    assert_eq!(report.exit.code(), 3);
}
