//! Cases that a whole estate seldom has.

use super::{Input, MergeError, Merged, merge};
use crate::model::{
    Account, Coverage, Inventory, Link, LinkEnd, LinkKind, Network, NetworkKind, Outcome, Provider,
    Resources, Subject,
};

fn known(account: &str, region: Option<&str>, kind: Subject, outcome: Outcome) -> Coverage {
    Coverage {
        provider: Provider::Aws,
        account: account.into(),
        region: region.map(Into::into),
        kind,
        outcome,
        detail: None,
        requests: 1,
        duration_ms: 1,
    }
}

fn network(account: &str, id: &str, visible_from: &[&str]) -> Network {
    Network {
        provider: Provider::Aws,
        account: account.into(),
        account_name: None,
        region: "r1".into(),
        id: id.into(),
        name: None,
        kind: NetworkKind::Vpc,
        blocks: Vec::new(),
        is_default: None,
        state: None,
        visible_from: visible_from.iter().map(ToString::to_string).collect(),
        tags: <_>::default(),
    }
}

/// An input of so many hours past an hour, with an account for each name in `accounts`.
fn input(hour: i64, accounts: &[&str], networks: Vec<Network>, coverage: Vec<Coverage>) -> Input {
    let account = |id: &&str| Account {
        provider: Provider::Aws,
        id: (*id).into(),
        name: None,
        tenant: None,
        reached_by: Vec::new(),
    };
    let taken_at = jiff::Timestamp::from_second(1_795_000_000 + 3600 * hour).unwrap();
    let resources = Resources { networks, ..Resources::default() };
    let accounts = accounts.iter().map(account).collect();
    let inventory = Inventory::assemble("test".into(), taken_at, accounts, resources, coverage);
    Input { name: format!("of-{hour}.json"), inventory }
}

fn part(text: &str, input: Input) -> Input {
    Input {
        name: text.into(),
        inventory: Inventory { shard: Some(text.parse().unwrap()), ..input.inventory },
    }
}

fn merged(inputs: &[&Input]) -> Merged {
    merge(inputs.iter().map(|input| (*input).clone()).collect(), "test".into()).unwrap()
}

fn ids(merged: &Merged) -> Vec<&str> {
    merged.inventory.networks.iter().map(|network| network.id.as_str()).collect()
}

use Outcome::{Complete, Denied, Failed, Skipped};
use Subject::{Accounts, Credentials, Links, Networks};

const R1: Option<&str> = Some("r1");

#[test]
fn what_one_region_lacks_comes_from_the_older_that_has_all_regions() {
    let old = input(
        0,
        &["1"],
        vec![network("1", "gone", &[]), far("1", "kept")],
        vec![known("1", None, Networks, Complete)],
    );
    let new = input(1, &["1"], vec![network("1", "new", &[])], vec![known("1", R1, Networks, Complete)]);
    assert_eq!(ids(&merged(&[&old, &new])), ["new", "kept"]);
    let regions: Vec<_> =
        merged(&[&old, &new]).inventory.coverage.into_iter().map(|entry| entry.region).collect();
    assert_eq!(regions, [None, R1.map(str::to_owned)]);
    let newer = Input {
        inventory: Inventory { taken_at: input(2, &[], vec![], vec![]).inventory.taken_at, ..old.inventory },
        ..old
    };
    assert_eq!(ids(&merged(&[&newer, &new])), ["gone", "kept"]);
    assert_eq!(merged(&[&newer, &new]).inventory.coverage.len(), 1);
}

fn far(account: &str, id: &str) -> Network {
    Network { region: "r2".into(), ..network(account, id, &[]) }
}

#[test]
fn what_an_owner_has_no_more_is_gone_unless_a_guest_saw_it_later() {
    let owner = |hour| input(hour, &["1"], vec![], vec![known("1", R1, Networks, Complete)]);
    let guest =
        input(5, &["2"], vec![network("1", "shared", &["2"])], vec![known("2", R1, Networks, Complete)]);
    assert_eq!(ids(&merged(&[&owner(6), &guest])), [""; 0]);
    assert_eq!(ids(&merged(&[&owner(4), &guest])), ["shared"]);
    let denied = input(6, &["1"], vec![], vec![known("1", R1, Networks, Denied)]);
    assert_eq!(ids(&merged(&[&denied, &guest])), ["shared"], "the owner could not tell");
    let left = input(7, &["2"], vec![], vec![known("2", R1, Networks, Complete)]);
    assert_eq!(
        ids(&merged(&[&guest, &left])),
        [""; 0],
        "its only guest sees it no more, and nobody asked its owner"
    );
}

#[test]
fn guests_stay_with_the_view_of_a_newer_owner() {
    let guest =
        input(0, &["2"], vec![network("1", "shared", &["2"])], vec![known("2", R1, Networks, Complete)]);
    let tagged = Network { tags: [("k".into(), "v".into())].into(), ..network("1", "shared", &["3"]) };
    let both = [known("1", R1, Networks, Complete), known("3", R1, Networks, Complete)];
    let owner = input(1, &["1", "3"], vec![tagged], both.to_vec());
    for inputs in [[&guest, &owner], [&owner, &guest]] {
        let network = &merged(&inputs).inventory.networks[0];
        assert_eq!((network.visible_from.join(" "), network.tags.len()), ("2 3".to_owned(), 1));
    }
}

#[test]
fn a_link_stays_while_somebody_tells_about_an_end_of_it() {
    let end = |account: &str| LinkEnd {
        account: Some(account.into()),
        region: Some("r1".into()),
        ..LinkEnd::default()
    };
    let link = Link {
        provider: Provider::Aws,
        kind: LinkKind::VpcPeering,
        id: "pcx-1".into(),
        ends: vec![end("1"), end("2")],
        state: None,
    };
    let mut old =
        input(0, &["1", "2"], vec![], vec![known("1", R1, Links, Complete), known("2", R1, Links, Complete)]);
    old.inventory.links = vec![link];
    let one = input(1, &["1"], vec![], vec![known("1", R1, Links, Complete)]);
    let other = input(1, &["2"], vec![], vec![known("2", R1, Links, Complete)]);
    assert_eq!(merged(&[&old, &one]).inventory.links.len(), 1, "the other end is the older one's to tell");
    assert_eq!(merged(&[&old, &one, &other]).inventory.links.len(), 0);
}

#[test]
fn of_steps_the_worse_of_shards_stays_and_otherwise_the_newer() {
    let step = |hour, outcome| input(hour, &[], vec![], vec![known("profile:a", None, Credentials, outcome)]);
    let outcome = |merged: &Merged| merged.inventory.coverage[0].outcome;
    let (failed, denied, skipped) = (step(0, Failed), step(1, Denied), step(2, Skipped));
    assert_eq!(outcome(&merged(&[&failed, &denied])), Denied);
    assert_eq!(outcome(&merged(&[&failed, &skipped])), Failed, "what was left out tells nothing");
    let shards = [part("1/2", failed), part("2/2", denied)];
    assert_eq!(outcome(&merged(&[&shards[0], &shards[1]])), Failed);
}

#[test]
fn an_account_that_was_entered_later_is_not_closed_any_more() {
    let closed = input(0, &[], vec![], vec![known("1", None, Credentials, Denied)]);
    let open = |hour| input(hour, &["1"], vec![], vec![known("1", R1, Networks, Complete)]);
    assert_eq!(merged(&[&closed, &open(1)]).inventory.incomplete().count(), 0);
    assert_eq!(merged(&[&closed, &open(-1)]).inventory.incomplete().count(), 1, "it was open before");
}

#[test]
fn a_part_that_never_asked_a_cloud_makes_the_result_incomplete_until_it_did() {
    let mut azure = known("a", None, Networks, Complete);
    azure.provider = Provider::Azure;
    let account = (0..100)
        .map(|n| n.to_string())
        .find(|id| "2/2".parse::<crate::model::Shard>().unwrap().holds(Provider::Azure, id));
    let mut second = part("2/2", input(0, &[&account.unwrap()], vec![], vec![azure]));
    second.inventory.accounts[0].provider = Provider::Azure;
    let silent = part("1/2", input(0, &[], vec![], vec![]));
    let result = merged(&[&silent, &second]);
    let missing: Vec<_> = result.inventory.incomplete().map(ToString::to_string).collect();
    assert!(
        missing.len() == 1 && missing[0].starts_with("azure shard 1/2 accounts: failed: "),
        "{missing:?}"
    );
    let mut nothing = known("shard 1/2", None, Accounts, Skipped);
    nothing.provider = Provider::Azure;
    let empty = part("1/2", input(0, &[], vec![], vec![nothing]));
    let result = merged(&[&empty, &second]);
    assert_eq!((result.inventory.incomplete().count(), result.inventory.coverage.len()), (0, 1));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let refused = |inputs: &[Input]| merge(inputs.to_vec(), "test".into()).unwrap_err();
    let one = input(0, &[], vec![], vec![]);
    let shard = |text| part(text, one.clone());
    assert!(matches!(refused(&[shard("1/2"), shard("1/3")]), MergeError::Different(..)));
    assert!(matches!(refused(&[one.clone(), shard("1/3")]), MergeError::Mixed { .. }));
    assert_eq!(refused(&[]), MergeError::Nothing);
}
