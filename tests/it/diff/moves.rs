//! Resources that moved, or were replaced under their name, and where that is not certain.

use netcensus::analysis::diff::DiffOutcome;
use netcensus::model::{Inventory, Kind, Network, Outcome};

use super::sides::{
    REGION, brief, but, compare, inventory, linked, peering, read, read_subscription, subscription, vnet, vpc,
};

fn in_accounts(networks: &[&Network]) -> Inventory {
    inventory(networks, &[read(1, REGION), read(2, REGION), read(1, "us-east-1")])
}

fn in_subscriptions(networks: &[&Network]) -> Inventory {
    inventory(networks, &[read_subscription(1), read_subscription(2), read_subscription(3)])
}

#[test]
fn the_same_id_in_another_region_or_account_has_moved() {
    let here = vpc("vpc-a", 1, &["10.0.0.0/16"]);
    let there = vpc("vpc-a", 2, &["10.0.0.0/16", "10.1.0.0/16"]);
    let changes = compare(&in_accounts(&[&here]), &in_accounts(&[&there]));
    assert_eq!(brief(&changes), ["moved vpc-a was vpc-a blocks"]);
    let was = changes.changes[0].was.clone().unwrap();
    assert_eq!(
        (was.account, changes.changes[0].location.account.clone()),
        (Some(here.account.clone()), Some(there.account))
    );
    let far = Network { region: "us-east-1".into(), ..here.clone() };
    assert_eq!(brief(&compare(&in_accounts(&[&here]), &in_accounts(&[&far]))), ["moved vpc-a was vpc-a"]);
}

#[test]
fn the_same_id_is_unknown_and_has_not_moved_where_one_place_could_not_be_read() {
    let (here, there) = (vpc("vpc-a", 1, &["10.0.0.0/16"]), vpc("vpc-a", 2, &["10.0.0.0/16"]));
    let denied = but(read(1, REGION), Kind::Networks, Outcome::Denied, "why");
    let changes = compare(&in_accounts(&[&here]), &inventory(&[&there], &[denied, read(2, REGION)]));
    let reason = "unknown, only in old: vpc-a: aws 111111111111 eu-west-1 networks: denied: why";
    assert_eq!(brief(&changes), ["added vpc-a", reason], "it may still be where it was");
    assert_eq!(changes.result, DiffOutcome::Incomplete);
    let denied = but(read(2, REGION), Kind::Networks, Outcome::Denied, "why");
    let changes = compare(&inventory(&[&here], &[read(1, REGION), denied]), &in_accounts(&[&there]));
    let reason = "unknown, only in new: vpc-a: aws 222222222222 eu-west-1 networks: denied: why";
    assert_eq!(brief(&changes), ["removed vpc-a", reason], "it may have been there before");
    assert_eq!(changes.result, DiffOutcome::Incomplete);
}

#[test]
fn a_resource_of_azure_moves_to_another_group_or_subscription() {
    let here = vnet(1, "rg", "hub", &["10.0.0.0/16"]);
    for there in [vnet(1, "other", "hub", &["10.0.0.0/16"]), vnet(2, "rg", "hub", &["10.0.0.0/16"])] {
        let changes = compare(&in_subscriptions(&[&here]), &in_subscriptions(&[&there]));
        assert_eq!(brief(&changes), ["moved hub was hub"]);
        assert_eq!(changes.changes[0].location.id, there.id);
        assert_eq!(changes.changes[0].was.as_ref().unwrap().id, here.id);
    }
    let to_hub = |hub: &Network| {
        let spoke = vnet(3, "rg", "spoke", &["10.1.0.0/16"]);
        let link = peering(&format!("{}/virtualNetworkPeerings/to-spoke", hub.id), hub, &spoke);
        linked(&[], &[&link], &[read_subscription(1), read_subscription(2), read_subscription(3)])
    };
    let there = vnet(2, "rg", "hub", &["10.0.0.0/16"]);
    let changes = brief(&compare(&to_hub(&here), &to_hub(&there)));
    assert_eq!(changes, ["moved to-spoke was to-spoke ends[0].account,ends[0].network"]);
}

#[test]
fn an_equal_name_with_other_addresses_has_not_moved() {
    let here = vnet(1, "rg", "hub", &["10.0.0.0/16"]);
    let other = vnet(2, "rg", "hub", &["10.9.0.0/16"]);
    let changes = compare(&in_subscriptions(&[&here]), &in_subscriptions(&[&other]));
    assert_eq!(brief(&changes), ["removed hub", "added hub"]);
    // In the same subscription it has the other's place.
    let other = vnet(1, "other", "hub", &["10.9.0.0/16"]);
    let changes = compare(&in_subscriptions(&[&here]), &in_subscriptions(&[&other]));
    assert_eq!(brief(&changes), ["replaced hub was hub blocks"]);
}

#[test]
fn of_two_candidates_neither_has_moved() {
    let here = vnet(1, "rg", "hub", &["10.0.0.0/16"]);
    let (one, other) = (vnet(2, "rg", "hub", &["10.0.0.0/16"]), vnet(3, "rg", "hub", &["10.0.0.0/16"]));
    let changes = compare(&in_subscriptions(&[&here]), &in_subscriptions(&[&one, &other]));
    assert_eq!(brief(&changes), ["removed hub", "added hub", "added hub"]);
}

#[test]
fn what_could_not_be_read_is_a_candidate_too() {
    let (here, hidden) = (vnet(1, "rg", "hub", &["10.0.0.0/16"]), vnet(2, "rg", "hub", &["10.0.0.0/16"]));
    let there = vnet(3, "rg", "hub", &["10.0.0.0/16"]);
    let denied = but(read_subscription(2), Kind::Networks, Outcome::Denied, "why");
    let new = inventory(&[&there], &[read_subscription(1), denied, read_subscription(3)]);
    let reason = format!("unknown, only in old: hub: azure {} networks: denied: why", subscription(2));
    let changes = compare(&in_subscriptions(&[&here, &hidden]), &new);
    assert_eq!(brief(&changes), ["removed hub", "added hub", &reason]);
    // And by its path alone nothing moves out of what could not be read.
    let changes = compare(&in_subscriptions(&[&hidden]), &new);
    assert_eq!(brief(&changes), ["added hub", &reason]);
}

#[test]
fn another_one_of_the_same_name_replaces_it() {
    let named = |id: &str, prefixes: &[&str]| Network { name: Some("shop".into()), ..vpc(id, 1, prefixes) };
    let (old, new) = (named("vpc-a", &["10.0.0.0/16"]), named("vpc-b", &["10.1.0.0/16"]));
    let changes = compare(&in_accounts(&[&old]), &in_accounts(&[&new]));
    assert_eq!(brief(&changes), ["replaced vpc-b was vpc-a blocks"]);
    let second = named("vpc-c", &["10.2.0.0/16"]);
    let changes = compare(&in_accounts(&[&old]), &in_accounts(&[&new, &second]));
    assert_eq!(brief(&changes), ["removed vpc-a", "added vpc-b", "added vpc-c"]);
    let elsewhere = Network { region: "us-east-1".into(), ..new };
    let changes = compare(&in_accounts(&[&old]), &in_accounts(&[&elsewhere]));
    assert_eq!(brief(&changes), ["removed vpc-a", "added vpc-b"]);
}

#[test]
fn what_could_not_be_read_is_not_replaced() {
    let named = |id: &str| Network { name: Some("shop".into()), ..vpc(id, 1, &["10.0.0.0/16"]) };
    let denied = but(read(1, REGION), Kind::Networks, Outcome::TimedOut, "why");
    let changes = compare(&in_accounts(&[&named("vpc-a")]), &inventory(&[&named("vpc-b")], &[denied]));
    assert_eq!(
        brief(&changes),
        ["added vpc-b", "unknown, only in old: vpc-a: aws 111111111111 eu-west-1 networks: timed-out: why"]
    );
}
