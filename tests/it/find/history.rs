//! `find --history`: who had a thing when, through snapshots with gaps.

use jiff::Timestamp;
use netcensus::analysis::find::{FindHistory, FindQuery, HeldPeriod, HistoryBuilder};
use netcensus::model::{Inventory, InventoryView, Kind, Outcome, Provider, Resources};
use netcensus::output::{Format, Layout, find_history_schema, render};
use netcensus::snapshot::{self, SnapshotStore};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::estate::{account, coverage, instance, interface, sample};
use crate::overlap::estate::{subnet, vpc};
use crate::support::Home;

const ACCOUNT: &str = "111111111111";
const ADDRESS: &str = "10.0.1.10";

fn day(day: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + 86_400 * day).unwrap()
}

/// An inventory of a day, in which a machine has [`ADDRESS`], and how reading it went.
fn inventory(at: i64, machine: Option<&str>, outcome: Outcome) -> Inventory {
    let network = vpc("vpc-1", &["10.0.0.0/16"]);
    let mut resources =
        Resources { subnets: vec![subnet(&network, "subnet-1", &["10.0.1.0/24"])], ..Resources::default() };
    if let Some(id) = machine {
        let mut eni = interface(&network, "subnet-1", &format!("eni-{id}"), &[ADDRESS]);
        eni.attached_to = Some(id.into());
        resources.interfaces.push(eni);
        resources.instances.push(instance(&network, "subnet-1", id, "web", &[ADDRESS]));
    }
    resources.networks.push(network);
    let accounts = vec![account(Provider::Aws, ACCOUNT, "prod")];
    let read = coverage(Provider::Aws, ACCOUNT, outcome);
    Inventory::assemble("test".into(), day(at), accounts, resources, read)
}

fn history(things: &[&str], inventories: &[Inventory]) -> FindHistory {
    let queries: Vec<FindQuery> = things.iter().map(|text| text.parse().unwrap()).collect();
    let mut builder = HistoryBuilder::new(&queries);
    for inventory in inventories {
        builder.add(format!("@{}", inventory.taken_at), InventoryView::new(inventory)).unwrap();
    }
    builder.finish()
}

/// Writes the holders of the first thing as `i-1: 0-2 (3 seen, 1 unread), gone 3`.
fn lines(history: &FindHistory) -> Vec<String> {
    let number = |time: Timestamp| (time.as_second() - day(0).as_second()) / 86_400;
    let period = |period: &HeldPeriod| {
        let gone = period.gone_at.map(|at| format!(", gone {}", number(at))).unwrap_or_default();
        let since =
            if period.unread_since > 0 { format!(", ? {}", period.unread_since) } else { String::new() };
        let (first, last) = (number(period.first_seen), number(period.last_seen));
        format!("{first}-{last} ({} seen, {} unread){since}{gone}", period.snapshots, period.unread)
    };
    let holders = history.answers[0].holders.iter();
    holders
        .map(|holder| {
            let periods: Vec<String> = holder.periods.iter().map(period).collect();
            format!("{}: {}", holder.id, periods.join("; "))
        })
        .collect()
}

#[test]
fn an_address_that_moves_has_several_holders_with_times() {
    use Outcome::Complete;
    let history = history(
        &[ADDRESS],
        &[
            inventory(0, Some("i-1"), Complete),
            inventory(1, Some("i-1"), Complete),
            inventory(2, None, Complete),
            inventory(3, Some("i-2"), Complete),
            inventory(4, Some("i-1"), Complete),
        ],
    );
    assert_eq!(
        lines(&history),
        [
            "i-1: 0-1 (2 seen, 0 unread), gone 2; 4-4 (1 seen, 0 unread)",
            "i-2: 3-3 (1 seen, 0 unread), gone 4"
        ]
    );
    let holder = &history.answers[0].holders[0];
    assert_eq!(holder.account_name.as_deref(), Some("prod"));
    assert_eq!((holder.name.as_deref(), holder.network.as_deref()), (Some("web"), Some("vpc-1")));
}

#[test]
fn what_could_not_be_read_is_unknown_and_never_gone() {
    let scans = [
        inventory(0, Some("i-1"), Outcome::Complete),
        inventory(1, None, Outcome::Denied),
        inventory(2, Some("i-1"), Outcome::Complete),
        inventory(3, None, Outcome::Throttled),
    ];
    let found = history(&[ADDRESS], &scans);
    assert_eq!(lines(&found), ["i-1: 0-2 (2 seen, 1 unread), ? 1"]);
    assert!(!found.answers[0].complete && !found.snapshots[1].complete && found.snapshots[0].complete);
    // An account that is in no scope of a scan, and a scan of other kinds.
    let mut elsewhere = inventory(4, None, Outcome::Complete);
    elsewhere.coverage.iter_mut().for_each(|entry| entry.account = "222222222222".into());
    let mut networks = inventory(5, None, Outcome::Complete);
    networks.coverage.retain(|entry| entry.kind == Kind::Networks.into());
    let mut filtered = inventory(6, None, Outcome::Complete);
    filtered.filters.push("region=eu-*".into());
    let scans = [inventory(0, Some("i-1"), Outcome::Complete), elsewhere, networks, filtered];
    assert_eq!(lines(&history(&[ADDRESS], &scans)), ["i-1: 0-0 (1 seen, 0 unread), ? 3"]);
}

#[test]
fn a_snapshot_that_cannot_be_read_is_a_gap() {
    let queries: Vec<FindQuery> = vec![ADDRESS.parse().unwrap(), "10.9.9.9".parse().unwrap()];
    let mut builder = HistoryBuilder::new(&queries);
    builder.add("@a".into(), InventoryView::new(&inventory(0, Some("i-1"), Outcome::Complete))).unwrap();
    builder.add_unreadable("@b".into(), day(1), "it is damaged".into());
    builder.add("@c".into(), InventoryView::new(&inventory(2, Some("i-1"), Outcome::Complete))).unwrap();
    let history = builder.finish();
    assert_eq!(lines(&history), ["i-1: 0-2 (2 seen, 1 unread)"]);
    assert_eq!(history.answers[1].status.as_str(), "unknown", "it may have been in the damaged one");
}

#[test]
fn ids_names_and_prefixes_have_a_history_too() {
    use Outcome::Complete;
    let scans = [
        inventory(0, Some("i-1"), Complete),
        inventory(1, Some("i-2"), Complete),
        inventory(2, None, Complete),
    ];
    assert_eq!(lines(&history(&["i-1"], &scans)), ["i-1: 0-0 (1 seen, 0 unread), gone 1"]);
    let by_name = lines(&history(&["web"], &scans));
    assert_eq!(by_name, ["i-2: 1-1 (1 seen, 0 unread), gone 2", "i-1: 0-0 (1 seen, 0 unread), gone 1"]);
    let prefix = lines(&history(&["10.0.1.0/24"], &scans));
    assert_eq!(prefix, ["subnet-1: 0-2 (3 seen, 0 unread)", "vpc-1: 0-2 (3 seen, 0 unread)"]);
    assert_eq!(history(&["no-such-name"], &scans).answers[0].status.as_str(), "not-found");
    assert_eq!(lines(&history(&["10.0.1.99"], &scans)), [""; 0], "an unassigned address has no holder");
}

proptest! {
    #![proptest_config(crate::cases::cases(48))]

    /// Every scan shows the machine, proves that it is gone, or could not be read.
    #[test]
    fn periods_are_what_the_scans_say(scans in vec(select(vec!['+', '-', '?']), 1..12)) {
        let inventories: Vec<Inventory> = (0..).zip(&scans).map(|(at, scan)| match scan {
            '+' => inventory(at, Some("i-1"), Outcome::Complete),
            '-' => inventory(at, None, Outcome::Complete),
            _ => inventory(at, None, Outcome::Failed),
        }).collect();
        let history = history(&[ADDRESS], &inventories);
        let periods = history.answers[0].holders.first().map(|it| it.periods.clone()).unwrap_or_default();
        // Periods are the runs between proofs that it is gone.
        let text: String = scans.iter().collect();
        let runs: Vec<&str> = text.split('-').filter(|run| run.contains('+')).collect();
        prop_assert_eq!(periods.len(), runs.len());
        for (period, run) in periods.iter().zip(runs) {
            prop_assert_eq!(period.snapshots, run.matches('+').count());
            let inside = run.trim_matches('?');
            prop_assert_eq!(period.unread, inside.matches('?').count());
            prop_assert_eq!(period.unread_since, run.len() - run.trim_end_matches('?').len());
            let is_last = run.as_bytes().as_ptr_range().end == text.as_bytes().as_ptr_range().end;
            prop_assert_eq!(period.gone_at.is_none(), is_last);
        }
    }
}

/// Keeps inventories as snapshots in the directory `store` of a home.
pub fn keep(home: &Home, inventories: &[Inventory]) {
    let store = SnapshotStore::new(home.path().join("store"));
    for inventory in inventories {
        let path = store.new_path(inventory, None, inventory.taken_at).unwrap();
        let mut bytes = Vec::new();
        snapshot::write_snapshot(inventory, None, &mut bytes).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

#[test]
fn the_command_searches_the_kept_snapshots() {
    use Outcome::Complete;
    let home = Home::new();
    let past = |days: i64, machine, outcome| {
        let now = Timestamp::now().as_second();
        let taken_at = Timestamp::from_second(now - 86_400 * days).unwrap();
        Inventory { taken_at, ..inventory(0, machine, outcome) }
    };
    keep(
        &home,
        &[past(3, Some("i-1"), Complete), past(2, Some("i-2"), Complete), past(1, Some("i-2"), Complete)],
    );
    let find = |arguments: &str| home.netcensus(&format!("find --history --store store {arguments}")).run();
    let output = find(ADDRESS).succeeds();
    let shown: Vec<&str> = output.stdout.lines().map(str::trim).collect();
    assert_eq!(shown[0], "10.0.1.10  2 holders");
    assert_eq!(shown[1], "instance  web  i-2  in vpc-1  aws prod (111111111111)  eu-west-1");
    assert!(shown[2].ends_with(": in 2 snapshots; still there"), "{shown:?}");
    assert!(shown[4].contains(": in 1 snapshot; gone at "), "{shown:?}");
    find("10.9.9.9").exits(1);
    find("10.0.0.1 --region eu-west-1").exits(2);
    find("10.0.0.1 --sandbox").exits(2);
    keep(&home, &[past(0, None, Outcome::Denied)]);
    find(ADDRESS).exits(0).says(&["1 of 4 snapshots could not read everything (there may be more)"]);
    find("10.9.9.9").exits(3);
    home.netcensus("find --history --store nowhere 10.0.0.1")
        .run()
        .exits(2)
        .says(&["the directory of snapshots nowhere does not exist (--store)"]);
}

#[test]
fn every_format_can_have_a_history() {
    let inventory = sample().inventory;
    let history = history(&[ADDRESS, "no-such-name"], std::slice::from_ref(&inventory));
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("history.json", find_history_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("history.json", &mut schemas).unwrap();
    for format in [Format::Table, Format::Json, Format::Ndjson, Format::Csv, Format::Tsv, Format::Markdown] {
        let mut bytes = Vec::new();
        let layout = Layout { width: Some(100), ..Layout::default() };
        render(&history, format, layout, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("i-web") && text.contains("no-such-name"), "{format}: {text}");
        if format == Format::Json {
            let document = serde_json::from_str(&text).unwrap();
            schemas.validate(&document, schema).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}
