//! What cannot be known: every way in which a side may not have read, or not have scanned for, what the other has.

use netcensus::analysis::diff::{Changes, DiffOutcome};
use netcensus::model::{Coverage, Instance, Inventory, Kind, Network, Outcome, Provider, Subject};
use serde_json::json;

use super::sides::{
    REGION, brief, but, compare, compared, gaps, inventory, linked, number, participant_view, peering, read,
    read_subscription, step, subscription, vnet, vpc,
};

const FAILURES: [Outcome; 5] =
    [Outcome::Denied, Outcome::Failed, Outcome::TimedOut, Outcome::Throttled, Outcome::Interrupted];

pub(super) fn a_vpc() -> Network {
    vpc("vpc-a", 1, &["10.0.0.0/16"])
}

/// Compares an inventory that has `vpc-a`, of account 1, with one that lacks it and has this coverage.
pub(super) fn lacking(coverage: &[Vec<Coverage>]) -> Changes {
    let old = inventory(&[&a_vpc()], &[read(1, REGION)]);
    compare(&old, &inventory(&[], coverage))
}

#[track_caller]
pub(super) fn is(changes: &Changes, verdict: DiffOutcome, lines: &[&str]) {
    assert_eq!(brief(changes), lines);
    assert_eq!(changes.result, verdict);
}

fn denied(outcome: Outcome) -> Vec<Coverage> {
    but(read(1, REGION), Kind::Networks, outcome, "why")
}

#[test]
fn what_was_read_on_both_sides_is_removed_or_added() {
    is(&lacking(&[read(1, REGION)]), DiffOutcome::Different, &["removed vpc-a"]);
    let (old, new) = (inventory(&[], &[read(1, REGION)]), inventory(&[&a_vpc()], &[read(1, REGION)]));
    is(&compare(&old, &new), DiffOutcome::Different, &["added vpc-a"]);
}

#[test]
fn what_the_newer_side_could_not_read_is_not_removed() {
    for outcome in FAILURES {
        let reason = format!(
            "unknown, only in old: vpc-a: aws 111111111111 eu-west-1 networks: {}: why",
            outcome.as_str()
        );
        let changes = lacking(&[denied(outcome)]);
        is(&changes, DiffOutcome::Incomplete, &[&reason]);
        assert_eq!(gaps(&changes), ["new: 111111111111 eu-west-1 networks"]);
    }
}

#[test]
fn what_the_older_side_could_not_read_is_not_added() {
    for outcome in FAILURES {
        let (old, new) = (inventory(&[], &[denied(outcome)]), inventory(&[&a_vpc()], &[read(1, REGION)]));
        let changes = compare(&old, &new);
        let reason = format!(
            "unknown, only in new: vpc-a: aws 111111111111 eu-west-1 networks: {}: why",
            outcome.as_str()
        );
        is(&changes, DiffOutcome::Incomplete, &[&reason]);
        assert_eq!(gaps(&changes), ["old: 111111111111 eu-west-1 networks"]);
    }
}

#[test]
fn what_neither_side_could_read_is_incomplete_though_nothing_differs() {
    let side = || inventory(&[], &[denied(Outcome::Denied)]);
    let changes = compare(&side(), &side());
    is(&changes, DiffOutcome::Incomplete, &[]);
    assert_eq!(
        gaps(&changes),
        ["old: 111111111111 eu-west-1 networks", "new: 111111111111 eu-west-1 networks"]
    );
}

#[test]
fn a_row_that_a_partial_scope_has_tells_what_changed_of_it() {
    let old = inventory(&[&a_vpc()], &[read(1, REGION)]);
    let renamed = Network { name: Some("new".into()), ..vpc("vpc-a", 1, &["10.0.0.0/16", "10.1.0.0/16"]) };
    let changes = compare(&old, &inventory(&[&renamed], &[denied(Outcome::TimedOut)]));
    is(&changes, DiffOutcome::Incomplete, &["changed vpc-a blocks,name"]);
    // A tag that is gone is gone: it comes with the row.
    let bare = Network { tags: [].into(), ..a_vpc() };
    let changes = compare(&old, &inventory(&[&bare], &[denied(Outcome::TimedOut)]));
    is(&changes, DiffOutcome::Incomplete, &["changed vpc-a tag:env"]);
}

#[test]
fn what_a_machine_lacks_where_lists_were_denied_is_not_gone() {
    let machine = |addresses: &[&str], vcpus: Option<u32>, tag: &str| Instance {
        provider: Provider::Aws,
        account: number(1),
        region: REGION.into(),
        zone: None,
        zone_id: None,
        id: "i-1".into(),
        name: None,
        network: None,
        subnet: None,
        instance_type: Some("m7g.large".into()),
        architecture: None,
        vcpus,
        state: Some("running".into()),
        launched_at: None,
        private_ips: addresses.iter().map(|address| address.parse().unwrap()).collect(),
        private_prefixes: Some(Vec::new()),
        public_ips: vec![],
        carrier_ips: Some(Vec::new()),
        customer_owned_ips: Some(Vec::new()),
        os: None,
        scale_set: None,
        operator: None,
        tags: [("env".to_owned(), tag.to_owned())].into(),
    };
    let of =
        |machine: Instance, coverage| Inventory { instances: vec![machine], ..inventory(&[], &[coverage]) };
    let old = of(machine(&["10.0.0.4", "10.0.0.5"], Some(2), "prod"), read(1, REGION));
    let denied = || but(read(1, REGION), Kind::Instances, Outcome::Denied, "why");
    is(&compare(&old, &of(machine(&[], None, "prod"), denied())), DiffOutcome::Incomplete, &[]);
    let changes = compare(&old, &of(machine(&["10.0.0.4", "10.0.0.6"], None, "dev"), denied()));
    is(&changes, DiffOutcome::Incomplete, &["changed i-1 private_ips,tag:env"]);
    let addresses = &changes.changes[0].fields[0];
    assert_eq!((&addresses.added, &addresses.removed), (&Some(vec!["10.0.0.6".into()]), &Some(vec![])));
    // Nor do the values say so.
    assert_eq!(addresses.old, json!(["10.0.0.4", "10.0.0.5"]));
    assert_eq!(addresses.new, json!(["10.0.0.4", "10.0.0.6", "10.0.0.5"]));
    let changes = compare(&old, &of(machine(&["10.0.0.4"], None, "prod"), read(1, REGION)));
    is(&changes, DiffOutcome::Different, &["changed i-1 private_ips,vcpus"]);
}

#[test]
fn steps_that_failed_may_have_hidden_what_is_not_there() {
    let cases = [
        (number(1), Subject::Credentials),
        ("profile:x".into(), Subject::Credentials),
        ("role:arn:aws:iam::111111111111:role/r".into(), Subject::Credentials),
        ("default chain".into(), Subject::Credentials),
        ("all accounts".into(), Subject::Credentials),
        ("all accounts".into(), Subject::Accounts),
        (number(1), Subject::Regions),
    ];
    for (account, kind) in cases {
        // Another account was read, so that this is what lacks.
        let changes = lacking(&[read(2, REGION), vec![step(&account, kind, Outcome::Failed, "why")]]);
        let reason = format!("unknown, only in old: vpc-a: aws {account} {}: failed: why", kind.as_str());
        is(&changes, DiffOutcome::Incomplete, &[&reason]);
        assert_eq!(gaps(&changes), [format!("new: {account} - {}", kind.as_str())]);
    }
}

#[test]
fn a_tenant_that_could_not_be_entered_hides_subscriptions_and_no_accounts() {
    let network = vnet(1, "rg", "hub", &["10.0.0.0/16"]);
    let old = inventory(&[&network, &a_vpc()], &[read_subscription(1), read(1, REGION)]);
    for kind in [Subject::Credentials, Subject::Accounts] {
        let failed = vec![step("tenant:t", kind, Outcome::Denied, "why")];
        let changes = compare(&old, &inventory(&[], &[read(1, REGION), failed]));
        let reason = format!("unknown, only in old: hub: azure tenant:t {}: denied: why", kind.as_str());
        is(&changes, DiffOutcome::Incomplete, &["removed vpc-a", &reason]);
    }
}

#[test]
fn a_step_that_failed_hides_neither_what_was_read_nor_what_was_not_asked_for() {
    let failed = || vec![step("profile:x", Subject::Credentials, Outcome::Failed, "why")];
    is(&lacking(&[read(1, REGION), failed()]), DiffOutcome::Incomplete, &["removed vpc-a"]);
    // An account that was entered has told its regions.
    is(
        &lacking(&[read(1, "us-east-1"), failed()]),
        DiffOutcome::Incomplete,
        &["left out, only in old: 1 networks: eu-west-1 of aws 111111111111 was not in its scope"],
    );
    let skipped = but(read(1, REGION), Kind::Networks, Outcome::Skipped, "not asked for");
    is(
        &lacking(&[skipped, failed()]),
        DiffOutcome::Incomplete,
        &["left out, only in old: 1 networks: networks of aws 111111111111 were not scanned"],
    );
    // Nobody asked for networks of any account, so not for those of one that could not be entered either.
    let of_links: Vec<Coverage> =
        read(2, REGION).into_iter().filter(|entry| entry.kind == Subject::Links).collect();
    let failed = vec![step(&number(1), Subject::Credentials, Outcome::Failed, "why")];
    is(
        &lacking(&[of_links, failed]),
        DiffOutcome::Incomplete,
        &["left out, only in old: 1 networks: networks of aws 111111111111 were not scanned"],
    );
}

#[test]
fn a_document_without_coverage_proves_nothing() {
    let changes = lacking(&[]);
    is(
        &changes,
        DiffOutcome::Incomplete,
        &["unknown, only in old: vpc-a: the inventory has no coverage, so what it lacks is not known"],
    );
    // Both have the same rows, and it is not known what else existed.
    let old = inventory(&[&a_vpc()], &[read(1, REGION)]);
    let changes = compare(&old, &inventory(&[&a_vpc()], &[]));
    is(&changes, DiffOutcome::Incomplete, &[]);
    assert!(
        changes.missing.iter().any(|reason| reason.starts_with("new (after) has no coverage")),
        "{:?}",
        changes.missing
    );
}

#[test]
fn a_shared_network_whose_owner_was_not_scanned_is_known_by_its_participants() {
    let shared = participant_view(&vpc("vpc-s", 9, &["10.9.0.0/16"]), &[1]);
    let of_two = participant_view(&shared, &[1, 2]);
    let without = |coverage: &[Vec<Coverage>]| inventory(&[], coverage);
    let old = inventory(&[&shared], &[read(1, REGION)]);
    is(&compare(&old, &without(&[read(1, REGION)])), DiffOutcome::Different, &["removed vpc-s"]);
    is(
        &compare(&old, &without(&[denied(Outcome::Denied)])),
        DiffOutcome::Incomplete,
        &["unknown, only in old: vpc-s: aws 111111111111 eu-west-1 networks: denied: why"],
    );
    // It may still be shared with the other participant.
    let old = inventory(&[&of_two], &[read(1, REGION), read(2, REGION)]);
    is(
        &compare(&old, &without(&[read(1, REGION)])),
        DiffOutcome::Same,
        &["left out, only in old: 1 networks: aws 222222222222 was not in its scope"],
    );
    // The older side had it of its owner: that a guest sees it no more does not mean that it is gone.
    let old = inventory(&[&shared], &[read(1, REGION), read(9, REGION)]);
    is(
        &compare(&old, &without(&[read(1, REGION)])),
        DiffOutcome::Same,
        &["left out, only in old: 1 networks: aws 999999999999 was not in its scope"],
    );
}

#[test]
fn fields_that_a_participant_does_not_see_did_not_change() {
    let owned = Network { visible_from: vec![number(1)], ..vpc("vpc-s", 9, &["10.9.0.0/16"]) };
    let seen = Network { account_name: Some("net".into()), ..participant_view(&owned, &[1]) };
    let old = inventory(&[&owned], &[read(1, REGION), read(9, REGION)]);
    let refused = but(read(9, REGION), Kind::Networks, Outcome::Denied, "why");
    for (coverage, verdict) in [(vec![], DiffOutcome::Same), (refused, DiffOutcome::Incomplete)] {
        let new = inventory(&[&seen], &[read(1, REGION), coverage]);
        for (old, new) in [(&old, &new), (&new, &old)] {
            let changes = compare(old, new);
            is(&changes, verdict, &[]);
            let told =
                changes.notes.iter().any(|note| note.starts_with("fields of 1 resource are not compared"));
            assert!(told, "{:?}", changes.notes);
        }
    }
    // Both saw all: the tags are gone.
    let new = inventory(&[&participant_view(&owned, &[1])], &[read(1, REGION), read(9, REGION)]);
    is(&compare(&old, &new), DiffOutcome::Different, &["changed vpc-s name,tag:env"]);
}

#[test]
fn participants_come_and_go_only_where_they_were_read() {
    let shared = |participants: &[u8]| {
        let visible_from = participants.iter().map(|participant| number(*participant)).collect();
        Network { visible_from, ..vpc("vpc-s", 9, &["10.9.0.0/16"]) }
    };
    let all = || [read(1, REGION), read(2, REGION), read(9, REGION)].concat();
    let old = inventory(&[&shared(&[1, 2])], &[all()]);
    let fewer = inventory(&[&shared(&[1])], &[read(1, REGION), read(9, REGION)]);
    is(&compare(&old, &fewer), DiffOutcome::Same, &[]);
    is(&compare(&fewer, &old), DiffOutcome::Same, &[]);
    let changes = compare(&old, &inventory(&[&shared(&[1])], &[all()]));
    is(&changes, DiffOutcome::Different, &["changed vpc-s visible_from"]);
    assert_eq!(changes.changes[0].fields[0].removed, Some(vec![number(2).into()]));
    let other = inventory(&[&shared(&[1, 3])], &[read(1, REGION), read(3, REGION), read(9, REGION)]);
    let wide = inventory(&[&shared(&[1, 2])], &[all(), read(3, REGION)]);
    let field = compare(&wide, &other).changes[0].fields[0].clone();
    assert_eq!((field.added, field.removed), (Some(vec![number(3).into()]), Some(vec![])));
    assert_eq!(
        (field.old, field.new),
        (json!([number(1), number(2)]), json!([number(1), number(2), number(3)]))
    );
}

#[test]
fn the_name_of_an_account_that_only_some_credentials_learn_is_no_change() {
    let named = |name: Option<&str>| Network { account_name: name.map(str::to_owned), ..a_vpc() };
    let of = |name| inventory(&[&named(name)], &[read(1, REGION)]);
    is(&compare(&of(None), &of(Some("shop"))), DiffOutcome::Same, &[]);
    is(&compare(&of(Some("shop")), &of(None)), DiffOutcome::Same, &[]);
    is(
        &compare(&of(Some("shop")), &of(Some("store"))),
        DiffOutcome::Different,
        &["changed vpc-a account_name"],
    );
}

#[test]
fn a_link_is_unknown_while_one_end_is() {
    let (one, other) = (a_vpc(), vpc("vpc-b", 2, &["10.1.0.0/16"]));
    let link = peering("pcx-1", &one, &other);
    let old = linked(&[], &[&link], &[read(1, REGION), read(2, REGION)]);
    let against = |coverage: &[Vec<Coverage>]| compare(&old, &linked(&[], &[], coverage));
    is(&against(&[read(1, REGION), read(2, REGION)]), DiffOutcome::Different, &["removed pcx-1"]);
    let refused = but(read(2, REGION), Kind::Links, Outcome::Denied, "why");
    is(
        &against(&[read(1, REGION), refused.clone()]),
        DiffOutcome::Incomplete,
        &["unknown, only in old: pcx-1: aws 222222222222 eu-west-1 links: denied: why"],
    );
    // Either end lists it, so one is enough.
    is(&against(&[read(1, REGION)]), DiffOutcome::Different, &["removed pcx-1"]);
    is(
        &against(&[read(3, REGION)]),
        DiffOutcome::Same,
        &["left out, only in old: 1 links: aws 111111111111 was not in its scope"],
    );
    // From one end alone the other's prefixes are not known.
    let mut half = link.clone();
    half.ends[1].prefixes.clear();
    let changes = compare(&old, &linked(&[], &[&half], &[read(1, REGION), refused]));
    is(&changes, DiffOutcome::Incomplete, &[]);
    let changes = compare(&old, &linked(&[], &[&half], &[read(1, REGION), read(2, REGION)]));
    is(&changes, DiffOutcome::Different, &["changed pcx-1 ends[1].prefixes"]);
}

#[test]
fn a_peering_of_azure_is_of_the_subscription_in_its_id() {
    let (hub, spoke) = (vnet(1, "rg", "hub", &["10.0.0.0/16"]), vnet(2, "rg", "spoke", &["10.1.0.0/16"]));
    let link = peering(&format!("{}/virtualNetworkPeerings/to-spoke", hub.id), &hub, &spoke);
    let old = linked(&[], &[&link], &[read_subscription(1), read_subscription(2)]);
    let against = |coverage: &[Vec<Coverage>]| compare(&old, &linked(&[], &[], coverage));
    let reason = format!("left out, only in old: 1 links: azure {} was not in its scope", subscription(1));
    // The other end's subscription does not list it.
    is(&against(&[read_subscription(2)]), DiffOutcome::Same, &[&reason]);
    let refused = |number| but(read_subscription(number), Kind::Links, Outcome::Denied, "why");
    is(&against(&[read_subscription(1), refused(2)]), DiffOutcome::Incomplete, &["removed to-spoke"]);
    let reason = format!("unknown, only in old: to-spoke: azure {} links: denied: why", subscription(1));
    is(&against(&[refused(1), read_subscription(2)]), DiffOutcome::Incomplete, &[&reason]);
}

#[test]
fn ids_in_other_case_are_the_same() {
    let network = vnet(1, "rg", "hub", &["10.0.0.0/16"]);
    let shouted = Network {
        id: network.id.to_ascii_uppercase(),
        account: network.account.to_ascii_uppercase(),
        region: "WestEurope".into(),
        ..network.clone()
    };
    let loud = |mut coverage: Vec<Coverage>| {
        for entry in &mut coverage {
            entry.account.make_ascii_uppercase();
        }
        coverage
    };
    let old = inventory(&[&network], &[read_subscription(1)]);
    is(&compare(&old, &inventory(&[&shouted], &[loud(read_subscription(1))])), DiffOutcome::Same, &[]);
    is(
        &compare(&old, &inventory(&[], &[loud(read_subscription(1))])),
        DiffOutcome::Different,
        &["removed hub"],
    );
    let refused = loud(but(read_subscription(1), Kind::Networks, Outcome::Denied, "why"));
    assert_eq!(compare(&old, &inventory(&[], &[refused])).unknown.len(), 1);
}

#[test]
fn gaps_that_no_row_of_the_comparison_can_be_in_do_not_count() {
    let old = inventory(&[], &[read(1, REGION), read(2, "us-east-1")]);
    let new = inventory(&[], &[denied(Outcome::Denied), read(2, "us-east-1")]);
    let with = |kinds: &[Kind], filters: &[&str]| gaps(&compared(&old, &new, kinds, filters).0);
    let one = ["new: 111111111111 eu-west-1 networks"];
    assert_eq!(with(&Kind::ALL, &[]), one);
    assert_eq!(with(&[Kind::Subnets, Kind::Links], &[]), [""; 0]);
    assert_eq!(with(&Kind::ALL, &["region=us-*"]), [""; 0]);
    assert_eq!(with(&Kind::ALL, &["region!=us-*"]), one);
    assert_eq!(with(&Kind::ALL, &["account=2*"]), [""; 0]);
    assert_eq!(with(&Kind::ALL, &["account=1*"]), one);
    assert_eq!(with(&Kind::ALL, &["provider=azure"]), [""; 0]);
    assert_eq!(with(&Kind::ALL, &["tag:env=prod"]), one);
    // Networks have no such column, so that none can meet it.
    assert_eq!(with(&Kind::ALL, &["vcpus>2"]), [""; 0]);
    // The other side has nothing of it.
    assert_eq!(gaps(&compare(&inventory(&[], &[read(2, "us-east-1")]), &new)), [""; 0]);
}

#[test]
fn a_way_in_that_failed_counts_where_the_other_side_has_its_cloud() {
    let failed = |account: &str| vec![step(account, Subject::Credentials, Outcome::Failed, "why")];
    let new = inventory(&[], &[read(1, REGION), failed("tenant:t")]);
    let with = |old: &Inventory, filters: &[&str]| gaps(&compared(old, &new, &Kind::ALL, filters).0);
    assert_eq!(with(&inventory(&[], &[read(1, REGION)]), &[]), [""; 0]);
    let both = inventory(&[], &[read(1, REGION), read_subscription(1)]);
    assert_eq!(with(&both, &[]), ["new: tenant:t - credentials"]);
    assert_eq!(with(&both, &["provider=aws"]), [""; 0]);
    assert_eq!(with(&both, &["account=1*"]), ["new: tenant:t - credentials"], "it may hide any of them");
    // Of an account that the other side has, and a filter that leaves it out.
    let new = inventory(&[], &[read(1, REGION), failed(&number(2))]);
    let old = inventory(&[], &[read(1, REGION), read(2, REGION)]);
    let with = |filters: &[&str]| gaps(&compared(&old, &new, &Kind::ALL, filters).0);
    assert_eq!(with(&[]), ["new: 222222222222 - credentials"]);
    assert_eq!(with(&["account=1*"]), [""; 0]);
    // An account that the other side never had.
    assert_eq!(gaps(&compare(&inventory(&[], &[read(1, REGION)]), &new)), [""; 0]);
}

#[test]
fn a_note_says_when_the_sides_seem_to_be_swapped() {
    let old = inventory(&[], &[read(1, REGION)]);
    let earlier = Inventory { taken_at: "2026-02-01T08:00:00Z".parse().unwrap(), ..old.clone() };
    let notes = compare(&old, &earlier).notes;
    assert!(notes.iter().any(|note| note.contains("the wrong way round")), "{notes:?}");
    assert_eq!(compare(&earlier, &old).notes, [""; 0]);
    let notes = compare(&old, &old).notes;
    assert!(notes.iter().any(|note| note.contains("may be the same inventory")), "{notes:?}");
    let other = Inventory { generator: "netcensus 9".into(), ..old.clone() };
    let notes = compare(&earlier, &other).notes;
    assert!(notes.iter().any(|note| note.contains("written by test and new by netcensus 9")), "{notes:?}");
}
