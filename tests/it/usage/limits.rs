//! Which limits a row is past, what fails, and what is unknown.

use netcensus::analysis::usage::{UsageKind, UsageReport, UsageStatus, unread_azure_counts};
use netcensus::model::{Kind, NetworkSelector, Outcome, Provider, Resources, Subnet, UsagePolicy, UsageRule};

use super::estate::{assess, coverage, inventory, measure, net, of_subnets, policy, subnet};

fn status_of(prefix: &str, used: u64, policy: &UsagePolicy) -> UsageStatus {
    let report =
        assess(&of_subnets(vec![subnet("s", prefix, Some(used))], vec![]), UsageKind::Subnet, policy);
    report.rows[0].status
}

/// `max = 2^n - 2` calls an empty /28 21 % used, and 2^n has five addresses too many.
#[test]
fn an_empty_subnet_is_not_used_at_all() {
    for prefix in ["10.0.0.0/28", "10.0.0.0/24", "10.0.0.0/16"] {
        let row = measure(subnet("s", prefix, Some(0)), vec![]);
        assert_eq!(row.used_percent.unwrap().as_f64().to_bits(), 0.0_f64.to_bits(), "{prefix}");
    }
    let full = measure(subnet("s", "10.0.0.0/28", Some(11)), vec![]);
    assert_eq!((full.used_percent.unwrap().whole(), full.addresses_free), (100, Some(0)));
}

/// A share of 79.96 % is not 80 %, and one of exactly 80 % is past the limit.
#[test]
fn limits_are_compared_without_rounding() {
    // 2043 addresses of a /21.
    assert_eq!(status_of("10.0.0.0/21", 1634, &policy()), UsageStatus::Ok, "79.98 %");
    assert_eq!(status_of("10.0.0.0/21", 1635, &policy()), UsageStatus::Warning, "80.03 %");
    // 11 addresses: 9 are 81.8 %, 10 are 90.9 %.
    assert_eq!(status_of("10.0.0.0/28", 8, &policy()), UsageStatus::Ok);
    assert_eq!(status_of("10.0.0.0/28", 9, &policy()), UsageStatus::Warning);
    assert_eq!(status_of("10.0.0.0/28", 10, &policy()), UsageStatus::Critical);
    let all = UsagePolicy { critical: vec!["100".parse().unwrap()], ..policy() };
    assert_eq!(status_of("10.0.0.0/28", 10, &all), UsageStatus::Warning);
    assert_eq!(status_of("10.0.0.0/28", 11, &all), UsageStatus::Critical, "exactly the limit");
}

#[test]
fn one_of_several_limits_is_enough() {
    let policy =
        UsagePolicy { critical: vec!["90".parse().unwrap(), "free<250".parse().unwrap()], ..policy() };
    let report =
        assess(&of_subnets(vec![subnet("s", "10.0.0.0/24", Some(2))], vec![]), UsageKind::Subnet, &policy);
    let row = &report.rows[0];
    assert_eq!((row.status, row.crossed.as_slice()), (UsageStatus::Critical, &["free<250".to_owned()][..]));
    assert_eq!(row.message, "0.7 % used: 2 of 251 addresses, 249 free; free<250 is critical");
    assert_eq!((report.exit.code(), report.counts.failing), (1, 1));
}

#[test]
fn the_first_rule_that_selects_a_row_decides_each_level() {
    let rule = |selector: NetworkSelector, warn: Option<&str>, critical: Option<&str>| UsageRule {
        selector,
        pool: None,
        warn: warn.map(|text| vec![text.parse().unwrap()]),
        critical: critical.map(|text| vec![text.parse().unwrap()]),
    };
    let within = |prefix: &str| NetworkSelector { prefix: Some(net(prefix)), ..NetworkSelector::default() };
    let tagged =
        NetworkSelector { tag: Some(("role".into(), "nodes*".into())), ..NetworkSelector::default() };
    let policy = UsagePolicy {
        rules: vec![
            rule(within("10.0.0.0/24"), None, Some("99")),
            rule(tagged, Some("1"), Some("2")),
            rule(within("10.0.0.0/8"), Some("99"), Some("50")),
        ],
        ..policy()
    };
    let mut nodes = subnet("c", "10.2.0.0/24", Some(10));
    nodes.tags.insert("role".into(), "nodes-a".into());
    let subnets = vec![
        subnet("a", "10.0.0.0/24", Some(230)),
        subnet("b", "10.1.0.0/24", Some(130)),
        nodes,
        subnet("d", "192.168.0.0/24", Some(230)),
    ];
    let report = assess(&of_subnets(subnets, vec![]), UsageKind::Subnet, &policy);
    let of = |id: &str| report.rows.iter().find(|row| row.id == id).unwrap().status;
    assert_eq!(of("a"), UsageStatus::Ok, "91 % and no limit but 99");
    assert_eq!(of("b"), UsageStatus::Critical, "51 %");
    assert_eq!(of("c"), UsageStatus::Critical, "by its tag");
    assert_eq!(of("d"), UsageStatus::Critical, "by the limits of all");
}

fn counts(report: &UsageReport) -> (usize, usize, usize) {
    (report.counts.ok, report.counts.unknown, report.counts.failing)
}

/// Delegated subnets are not counted by Azure; denied reads tell nothing.
#[test]
fn unknown_is_neither_zero_nor_full_and_does_not_fail() {
    let mut delegated = subnet("s", "10.0.0.0/24", None);
    delegated.provider = Provider::Azure;
    let report = assess(&of_subnets(vec![delegated], vec![]), UsageKind::Subnet, &policy());
    let row = &report.rows[0];
    assert_eq!((row.status, row.addresses_total), (UsageStatus::Unknown, Some(251)));
    assert_eq!((row.addresses_used, row.addresses_free, row.used_percent), (None, None, None));
    assert_eq!((counts(&report), report.complete, report.exit.code()), ((0, 1, 0), true, 0));
}

#[test]
fn an_incomplete_inventory_is_incomplete_whatever_is_full() {
    let mut found = of_subnets(vec![subnet("s", "10.0.0.0/24", Some(251))], vec![]);
    found.coverage.push(coverage(Kind::Subnets, Outcome::Denied));
    let report = assess(&found, UsageKind::Subnet, &policy());
    assert_eq!((report.complete, report.counts.failing, report.exit.code()), (false, 1, 3));
    assert_eq!(report.coverage.len(), 1);
}

#[test]
fn interfaces_matter_only_where_they_were_read_or_blocks_are_limited() {
    let resources = Resources { subnets: vec![subnet("s", "10.0.0.0/24", Some(3))], ..Resources::default() };
    let found = inventory(resources, &[Kind::Networks, Kind::Subnets]);
    let report = assess(&found, UsageKind::Subnet, &policy());
    assert_eq!((report.complete, report.exit.code()), (true, 0));
    assert_eq!((report.rows[0].held.as_ref(), report.rows[0].free_blocks), (None, None));
    let blocks = UsagePolicy { critical: vec!["blocks<4".parse().unwrap()], ..policy() };
    let report = assess(&found, UsageKind::Subnet, &blocks);
    assert_eq!(
        (report.complete, report.exit.code(), report.rows[0].status),
        (false, 3, UsageStatus::Unknown)
    );
    let mut denied = found;
    denied.coverage.push(coverage(Kind::Interfaces, Outcome::Denied));
    let report = assess(&denied, UsageKind::Subnet, &policy());
    assert_eq!((report.complete, report.exit.code(), report.rows[0].held.as_ref()), (false, 3, None));
}

/// A scan that was not for usage leaves reservations out: a gate on blocks must not pass because of that.
#[test]
fn what_was_not_read_for_blocks_is_said_and_no_limit_on_blocks_passes_without_it() {
    let unread = Subnet { cidr_reservations: None, ..subnet("s", "10.0.0.0/24", Some(0)) };
    let found = of_subnets(vec![unread.clone(), subnet("t", "10.0.1.0/24", Some(0))], vec![]);
    let report = assess(&found, UsageKind::Subnet, &policy());
    assert_eq!((report.complete, report.exit.code(), report.notes.len()), (true, 0, 1));
    assert!(report.notes[0].starts_with("the free blocks of 1 subnet are unknown"), "{:?}", report.notes);
    let blocks = UsagePolicy { critical: vec!["blocks<4".parse().unwrap()], ..policy() };
    let report = assess(&found, UsageKind::Account, &blocks);
    assert_eq!((report.complete, report.exit.code(), report.notes.len()), (false, 3, 0));
    assert!(report.missing[0].contains("--for-usage"), "{:?}", report.missing);
    // Networks have the blocks that subnets leave, and of a foreign account nothing could be told.
    assert_eq!(assess(&found, UsageKind::Network, &policy()).notes, [""; 0]);
    let foreign = Subnet { account: "999999999999".into(), ..unread.clone() };
    let report = assess(&of_subnets(vec![foreign], vec![]), UsageKind::Subnet, &blocks);
    assert_eq!((report.complete, report.rows[0].status), (true, UsageStatus::Unknown));
    let resources = Resources { subnets: vec![unread], ..Resources::default() };
    let report =
        assess(&inventory(resources, &[Kind::Networks, Kind::Subnets]), UsageKind::Subnet, &policy());
    assert!(report.notes[0].contains("contains no interfaces"), "{:?}", report.notes);
}

#[test]
fn counts_that_azure_was_not_asked_for_are_said() {
    let uncounted =
        |id| Subnet { provider: Provider::Azure, cidr_reservations: None, ..subnet(id, "10.0.0.0/24", None) };
    let found = of_subnets(vec![uncounted("s"), uncounted("t")], vec![]);
    let note = unread_azure_counts(&found, UsageKind::Subnet).unwrap();
    assert!(note.starts_with("2 Azure subnets are not counted"), "{note}");
    assert_eq!(unread_azure_counts(&found, UsageKind::Pool), None);
    let for_usage = of_subnets(vec![uncounted("s"), subnet("aws", "10.0.1.0/24", Some(0))], vec![]);
    assert_eq!(unread_azure_counts(&for_usage, UsageKind::Subnet), None, "its reservations were read");
}

#[test]
fn subnets_with_ipv6_only_are_left_out() {
    let subnets = vec![subnet("s", "2001:db8::/64", None), subnet("t", "10.0.0.0/24", Some(1))];
    let report = assess(&of_subnets(subnets, vec![]), UsageKind::Subnet, &policy());
    assert_eq!((report.rows.len(), report.notes.len()), (1, 1));
}

#[test]
fn the_worst_rows_come_first() {
    let subnets = vec![
        subnet("ok", "10.0.0.0/24", Some(10)),
        subnet("unknown", "10.0.1.0/24", None),
        subnet("warning", "10.0.2.0/24", Some(210)),
        subnet("fuller", "10.0.3.0/24", Some(250)),
        subnet("critical", "10.0.4.0/24", Some(230)),
    ];
    let report = assess(&of_subnets(subnets, vec![]), UsageKind::Subnet, &policy());
    let order: Vec<&str> = report.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(order, ["fuller", "critical", "warning", "unknown", "ok"]);
}
