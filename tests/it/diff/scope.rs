//! What a side was never asked for: it is not compared, whatever the other has.

use std::collections::BTreeMap;

use netcensus::analysis::diff::{self, ChangeKind, DiffOutcome, DiffRequest, DiffSide, IgnoredFields};
use netcensus::model::{Account, Coverage, Inventory, Kind, Network, Outcome, Provider, Shard, Subject};

use super::coverage::{a_vpc, is, lacking};
use super::sides::{
    REGION, but, compare, compared, gaps, inventory, number, read, read_subscription, step, vpc,
};

#[test]
fn a_closed_account_is_not_compared() {
    let closed = |outcome| {
        let detail = "the account is SUSPENDED in the organisation";
        vec![step(&number(1), Subject::Accounts, outcome, detail)]
    };
    let reason =
        "left out, only in old: 1 networks: aws 111111111111: the account is SUSPENDED in the organisation";
    let changes = lacking(&[read(2, REGION), closed(Outcome::Skipped)]);
    is(&changes, DiffOutcome::Same, &[reason]);
    assert_eq!(gaps(&changes), [""; 0]);
    // Though another account could not be entered: this one is known to be closed.
    let failed = vec![step("profile:x", Subject::Credentials, Outcome::Failed, "why")];
    is(&lacking(&[read(2, REGION), closed(Outcome::Skipped), failed]), DiffOutcome::Incomplete, &[reason]);
}

#[test]
fn what_was_not_in_scope_is_not_compared_and_the_reason_is_given() {
    is(
        &lacking(&[read(2, REGION)]),
        DiffOutcome::Same,
        &["left out, only in old: 1 networks: aws 111111111111 was not in its scope"],
    );
    is(
        &lacking(&[read(1, "us-east-1")]),
        DiffOutcome::Same,
        &["left out, only in old: 1 networks: eu-west-1 of aws 111111111111 was not in its scope"],
    );
    // That the regions were taken as named is not why this one was not read.
    let named =
        vec![step(&number(1), Subject::Regions, Outcome::Skipped, "the regions that you named are read")];
    is(
        &lacking(&[read(1, "us-east-1"), named]),
        DiffOutcome::Same,
        &["left out, only in old: 1 networks: eu-west-1 of aws 111111111111 was not in its scope"],
    );
    let disabled = Coverage {
        region: Some(REGION.into()),
        ..step(&number(1), Subject::Regions, Outcome::Skipped, "the region is not enabled for this account")
    };
    is(
        &lacking(&[read(1, "us-east-1"), vec![disabled]]),
        DiffOutcome::Same,
        &["left out, only in old: 1 networks: aws 111111111111: the region is not enabled for this account"],
    );
    let absent = vec![step("default chain", Subject::Credentials, Outcome::Skipped, "not configured")];
    is(
        &lacking(&[read_subscription(1), absent]),
        DiffOutcome::Same,
        &["left out, only in old: 1 networks: aws: not configured"],
    );
}

#[test]
fn kinds_that_one_side_was_not_asked_for_are_not_compared_and_said() {
    let skipped = but(read(1, REGION), Kind::Networks, Outcome::Skipped, "not asked for");
    let changes = lacking(&[skipped]);
    is(
        &changes,
        DiffOutcome::Same,
        &["left out, only in old: 1 networks: networks of aws 111111111111 were not scanned"],
    );
    assert!(
        changes
            .notes
            .iter()
            .any(|note| note == "new (after) was not scanned for networks, which are not compared"),
        "{:?}",
        changes.notes
    );
}

fn filtered(filters: &[&str], inventory: Inventory) -> Inventory {
    Inventory { filters: filters.iter().map(|text| (*text).to_owned()).collect(), ..inventory }
}

#[test]
fn a_filtered_document_proves_nothing_by_what_it_lacks() {
    let old = inventory(&[&a_vpc()], &[read(1, REGION)]);
    for filter in ["region=us-*", "tag:env=dev", "name=x", "blocks=", "account=2*"] {
        let changes = compare(&old, &filtered(&["region=eu-*", filter], inventory(&[], &[read(1, REGION)])));
        let reason =
            format!("left out, only in old: 1 networks: its rows were filtered by `region=eu-*`, `{filter}`");
        is(&changes, DiffOutcome::Same, &[&reason]);
        let note = format!(
            "new (after) is filtered by `region=eu-*`, `{filter}`: rows that it lacks are \
            compared only if they certainly match these filters"
        );
        assert!(changes.notes.contains(&note), "{:?}", changes.notes);
    }
}

#[test]
fn a_document_that_is_filtered_by_place_proves_what_it_would_have_kept() {
    let (here, there) =
        (a_vpc(), Network { region: "us-east-1".into(), ..vpc("vpc-b", 1, &["10.1.0.0/16"]) });
    let old = inventory(&[&here, &there], &[read(1, REGION), read(1, "us-east-1")]);
    let all = || vec![read(1, REGION), read(1, "us-east-1")];
    let changes = compare(&old, &filtered(&["region=eu-*", "provider=aws"], inventory(&[], &all())));
    let left = "left out, only in old: 1 networks: its rows were filtered by `region=eu-*`, `provider=aws`";
    is(&changes, DiffOutcome::Different, &["removed vpc-a", left]);
    // Of what it would have dropped anyway nothing need be read.
    let denied = but(read(1, "us-east-1"), Kind::Networks, Outcome::Denied, "why");
    let changes = compare(&old, &filtered(&["region=eu-*"], inventory(&[&here], &[read(1, REGION), denied])));
    is(
        &changes,
        DiffOutcome::Same,
        &["left out, only in old: 1 networks: its rows were filtered by `region=eu-*`"],
    );
    assert_eq!(gaps(&changes), [""; 0]);
}

#[test]
fn a_shard_proves_nothing_of_accounts_of_others() {
    let old = inventory(&[&a_vpc()], &[read(1, REGION)]);
    let shards = [1, 2].map(|part| format!("{part}/2").parse().unwrap());
    let (own, other): (Vec<Shard>, Vec<Shard>) =
        shards.into_iter().partition(|shard: &Shard| shard.contains(Provider::Aws, &number(1)));
    let (own, other) = (own[0].clone(), other[0].clone());
    let reason = format!("left out, only in old: 1 networks: aws 111111111111 is not in shard {other}");
    let failed = || vec![step("profile:x", Subject::Credentials, Outcome::Failed, "why")];
    let of = |shard, coverage: &[Vec<Coverage>]| {
        let new = Inventory { shard: Some(shard), ..inventory(&[], coverage) };
        compare(&old, &new)
    };
    is(&of(other.clone(), &[read(2, REGION)]), DiffOutcome::Incomplete, &[&reason]);
    is(&of(other, &[read(2, REGION), failed()]), DiffOutcome::Incomplete, &[&reason]);
    is(&of(own, &[read(1, REGION)]), DiffOutcome::Incomplete, &["removed vpc-a"]);
}

#[test]
fn parts_of_an_estate_are_compared_with_the_same_parts() {
    let of = |shard: Option<&str>| Inventory {
        shard: shard.map(|text| text.parse().unwrap()),
        ..inventory(&[&a_vpc()], &[read(1, REGION)])
    };
    let whole = Shard { parts: [1, 2].into(), of: 2 };
    let whole = Inventory { shard: Some(whole), ..of(None) };
    for (one, other) in [(&of(Some("1/4")), &of(Some("1/4"))), (&of(None), &whole), (&whole, &whole)] {
        let changes = compare(one, other);
        assert_eq!((changes.result, changes.complete), (DiffOutcome::Same, true), "{:?}", changes.missing);
    }
    let told = |old: &Inventory, new: &Inventory| {
        let changes = compare(old, new);
        is(&changes, DiffOutcome::Incomplete, &[]);
        changes.missing
    };
    assert_eq!(
        told(&of(Some("1/4")), &of(None)),
        ["old (before) is shard 1/4 of a scan: accounts that are not in both sides are not compared"]
    );
    assert_eq!(
        told(&of(Some("1/4")), &of(Some("2/4"))),
        ["old (before) is shard 1/4 of a scan, and new (after) is shard 2/4 of a scan: accounts \
          that are not in both sides are not compared"]
    );
}

/// Adds accounts.
fn of_accounts(inventory: Inventory, accounts: &[u8]) -> Inventory {
    let account = |digit: &u8| Account {
        provider: Provider::Aws,
        id: number(*digit),
        name: (*digit == 4).then(|| "shop".into()),
        tenant: None,
        reached_by: vec![],
    };
    Inventory { accounts: accounts.iter().map(account).collect(), ..inventory }
}

#[test]
fn accounts_of_one_side_are_reported_unless_the_other_says_why_it_lacks_them() {
    let far = vpc("vpc-d", 4, &["10.4.0.0/16"]);
    let old = of_accounts(inventory(&[&a_vpc()], &[read(1, REGION)]), &[1]);
    let new = of_accounts(inventory(&[&a_vpc(), &far], &[read(1, REGION), read(4, REGION)]), &[1, 4]);
    let told = |old: &Inventory, new: &Inventory, filters: &[&str]| -> Vec<(DiffSide, String, usize)> {
        let accounts = compared(old, new, &Kind::ALL, filters).0.accounts;
        accounts.into_iter().map(|account| (account.only_in, account.id, account.rows)).collect()
    };
    assert_eq!(told(&old, &new, &[]), [(DiffSide::New, number(4), 1)]);
    assert_eq!(told(&new, &old, &[]), [(DiffSide::Old, number(4), 1)]);
    assert_eq!(compare(&old, &new).accounts[0].name.as_deref(), Some("shop"));
    assert_eq!(told(&old, &new, &["account=1*"]), []);
    assert_eq!(told(&old, &new, &["account=4*"]).len(), 1);
    let with =
        |coverage: Vec<Coverage>| of_accounts(inventory(&[&a_vpc()], &[read(1, REGION), coverage]), &[1]);
    let closed = step(&number(4), Subject::Accounts, Outcome::Skipped, "the account is SUSPENDED");
    let failed = step(&number(4), Subject::Credentials, Outcome::Failed, "why");
    let hidden = step("all accounts", Subject::Accounts, Outcome::Denied, "why");
    for explained in [closed, failed, hidden] {
        assert_eq!(told(&new, &with(vec![explained]), &[]), []);
    }
    let unread = of_accounts(inventory(&[&a_vpc()], &[]), &[1]);
    assert_eq!(told(&new, &unread, &[]), [], "it is not known what it lacks");
}

#[test]
fn accounts_of_one_side_are_a_change_where_both_were_asked_for_the_same() {
    let old = of_accounts(inventory(&[&a_vpc()], &[read(1, REGION)]), &[1]);
    let new = of_accounts(inventory(&[&a_vpc()], &[read(1, REGION), read(4, REGION)]), &[1, 4]);
    let result = |same_scope: bool, only: &[ChangeKind]| {
        let request = DiffRequest {
            old: ("before", &old),
            new: ("after", &new),
            same: &BTreeMap::new(),
            kinds: &Kind::ALL,
            filters: &[],
            only,
            ignore: &IgnoredFields::default(),
            same_scope,
        };
        diff::compare_inventories(request, "test".into()).0.result
    };
    assert_eq!(result(false, &ChangeKind::ALL), DiffOutcome::Same);
    assert_eq!(result(true, &ChangeKind::ALL), DiffOutcome::Different);
    assert_eq!(result(true, &[ChangeKind::Added]), DiffOutcome::Different);
    assert_eq!(
        result(true, &[ChangeKind::Removed]),
        DiffOutcome::Same,
        "an account that is new was not looked for"
    );
}
