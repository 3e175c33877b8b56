//! Cases that a whole estate seldom has.

use super::{MergeError, MergeInput, Merged, merge_inventories};
use crate::model::{
    Account, Coverage, Inventory, Link, LinkEnd, LinkKind, Network, NetworkKind, Outcome, Provider,
    Resources, Subject,
};

fn entry_of(account: &str, region: Option<&str>, kind: Subject, outcome: Outcome) -> Coverage {
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
fn input(hour: i64, accounts: &[&str], networks: Vec<Network>, coverage: Vec<Coverage>) -> MergeInput {
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
    MergeInput { name: format!("of-{hour}.json"), inventory, asked: None }
}

fn part(text: &str, input: MergeInput) -> MergeInput {
    MergeInput {
        name: text.into(),
        inventory: Inventory { shard: Some(text.parse().unwrap()), ..input.inventory },
        asked: input.asked,
    }
}

fn merged(inputs: &[&MergeInput]) -> Merged {
    merge_inventories(inputs.iter().map(|input| (*input).clone()).collect(), "test".into()).unwrap()
}

fn texts(merged: &Merged) -> Vec<String> {
    merged.warnings.iter().map(ToString::to_string).collect()
}

fn ids(merged: &Merged) -> Vec<&str> {
    merged.inventory.networks.iter().map(|network| network.id.as_str()).collect()
}

use Outcome::{Complete, Denied, Failed, Skipped};
use Subject::{Accounts, Credentials, Links, Networks, Regions};

const R1: Option<&str> = Some("r1");

#[test]
fn what_one_region_lacks_comes_from_the_older_that_has_all_regions() {
    let old = input(
        0,
        &["1"],
        vec![network("1", "gone", &[]), in_other_region("1", "kept")],
        vec![entry_of("1", None, Networks, Complete)],
    );
    let new = input(1, &["1"], vec![network("1", "new", &[])], vec![entry_of("1", R1, Networks, Complete)]);
    assert_eq!(ids(&merged(&[&old, &new])), ["new", "kept"]);
    let regions: Vec<_> =
        merged(&[&old, &new]).inventory.coverage.into_iter().map(|entry| entry.region).collect();
    assert_eq!(regions, [None, R1.map(str::to_owned)]);
    let newer = MergeInput {
        inventory: Inventory { taken_at: input(2, &[], vec![], vec![]).inventory.taken_at, ..old.inventory },
        ..old
    };
    assert_eq!(ids(&merged(&[&newer, &new])), ["gone", "kept"]);
    assert_eq!(merged(&[&newer, &new]).inventory.coverage.len(), 1);
}

fn in_other_region(account: &str, id: &str) -> Network {
    Network { region: "r2".into(), ..network(account, id, &[]) }
}

#[test]
fn a_network_that_its_owner_lost_is_gone_unless_a_participant_saw_it_later() {
    let owner = |hour| input(hour, &["1"], vec![], vec![entry_of("1", R1, Networks, Complete)]);
    let participant =
        input(5, &["2"], vec![network("1", "shared", &["2"])], vec![entry_of("2", R1, Networks, Complete)]);
    assert_eq!(ids(&merged(&[&owner(6), &participant])), [""; 0]);
    assert_eq!(ids(&merged(&[&owner(4), &participant])), ["shared"]);
    let denied = input(6, &["1"], vec![], vec![entry_of("1", R1, Networks, Denied)]);
    assert_eq!(ids(&merged(&[&denied, &participant])), ["shared"], "the owner could not be read");
    let left = input(7, &["2"], vec![], vec![entry_of("2", R1, Networks, Complete)]);
    assert_eq!(
        ids(&merged(&[&participant, &left])),
        [""; 0],
        "its only participant lost it, and its owner was not scanned"
    );
}

#[test]
fn participants_stay_with_the_view_of_a_newer_owner() {
    let participant =
        input(0, &["2"], vec![network("1", "shared", &["2"])], vec![entry_of("2", R1, Networks, Complete)]);
    let tagged = Network { tags: [("k".into(), "v".into())].into(), ..network("1", "shared", &["3"]) };
    let both = [entry_of("1", R1, Networks, Complete), entry_of("3", R1, Networks, Complete)];
    let owner = input(1, &["1", "3"], vec![tagged], both.to_vec());
    for inputs in [[&participant, &owner], [&owner, &participant]] {
        let network = &merged(&inputs).inventory.networks[0];
        assert_eq!((network.visible_from.join(" "), network.tags.len()), ("2 3".to_owned(), 1));
    }
}

#[test]
fn a_link_stays_until_the_accounts_of_both_ends_lost_it() {
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
    let mut old = input(
        0,
        &["1", "2"],
        vec![],
        vec![entry_of("1", R1, Links, Complete), entry_of("2", R1, Links, Complete)],
    );
    old.inventory.links = vec![link];
    let one = input(1, &["1"], vec![], vec![entry_of("1", R1, Links, Complete)]);
    let other = input(1, &["2"], vec![], vec![entry_of("2", R1, Links, Complete)]);
    assert_eq!(merged(&[&old, &one]).inventory.links.len(), 1, "the other end is the older one's to tell");
    assert_eq!(merged(&[&old, &one, &other]).inventory.links.len(), 0);
}

#[test]
fn an_azure_peering_is_decided_by_its_own_subscription() {
    let azure =
        |account: &str| Coverage { provider: Provider::Azure, ..entry_of(account, None, Links, Complete) };
    let end = |account: &str| LinkEnd { account: Some(account.into()), ..LinkEnd::default() };
    let mut old = input(0, &[], vec![], vec![azure("one"), azure("other")]);
    old.inventory.links = vec![Link {
        provider: Provider::Azure,
        kind: LinkKind::VnetPeering,
        id: "/subscriptions/ONE/resourceGroups/g/peering".into(),
        ends: vec![end("one"), end("other")],
        state: None,
    }];
    let one = input(1, &[], vec![], vec![azure("one")]);
    let other = input(1, &[], vec![], vec![azure("other")]);
    assert_eq!(merged(&[&old, &one]).inventory.links.len(), 0, "the other end never listed it");
    assert_eq!(merged(&[&old, &other]).inventory.links.len(), 1);
}

#[test]
fn the_worst_outcome_of_a_step_stays_among_shards_and_the_newest_otherwise() {
    let step =
        |hour, outcome| input(hour, &[], vec![], vec![entry_of("profile:a", None, Credentials, outcome)]);
    let outcome = |merged: &Merged| merged.inventory.coverage[0].outcome;
    let (failed, denied, skipped) = (step(0, Failed), step(1, Denied), step(2, Skipped));
    assert_eq!(outcome(&merged(&[&failed, &denied])), Denied);
    assert_eq!(outcome(&merged(&[&failed, &skipped])), Failed, "what was left out tells nothing");
    let shards = [part("1/2", failed), part("2/2", denied)];
    assert_eq!(outcome(&merged(&[&shards[0], &shards[1]])), Failed);
}

#[test]
fn a_failed_sign_in_is_dropped_once_the_account_was_entered() {
    let closed = input(0, &[], vec![], vec![entry_of("1", None, Credentials, Denied)]);
    let open = |hour| input(hour, &["1"], vec![], vec![entry_of("1", R1, Networks, Complete)]);
    assert_eq!(merged(&[&closed, &open(1)]).inventory.incomplete().count(), 0);
    assert_eq!(merged(&[&closed, &open(-1)]).inventory.incomplete().count(), 1, "it was open before");
}

#[test]
fn a_shard_without_a_cloud_makes_the_result_incomplete_until_it_is_scanned() {
    let mut azure = entry_of("a", None, Networks, Complete);
    azure.provider = Provider::Azure;
    let account = (0..100)
        .map(|n| n.to_string())
        .find(|id| "2/2".parse::<crate::model::Shard>().unwrap().contains(Provider::Azure, id));
    let mut second = part("2/2", input(0, &[&account.unwrap()], vec![], vec![azure]));
    second.inventory.accounts[0].provider = Provider::Azure;
    let silent = part("1/2", input(0, &[], vec![], vec![]));
    let result = merged(&[&silent, &second]);
    let missing: Vec<_> = result.inventory.incomplete().map(ToString::to_string).collect();
    assert!(
        missing.len() == 1 && missing[0].starts_with("azure shard 1/2 accounts: failed: "),
        "{missing:?}"
    );
    let mut nothing = entry_of("shard 1/2", None, Accounts, Skipped);
    nothing.provider = Provider::Azure;
    let empty = part("1/2", input(0, &[], vec![], vec![nothing]));
    let result = merged(&[&empty, &second]);
    assert_eq!((result.inventory.incomplete().count(), result.inventory.coverage.len()), (0, 1));
}

/// Accounts of parts 1 and 2 of two.
fn accounts_of_parts() -> [String; 2] {
    let one: crate::model::Shard = "1/2".parse().unwrap();
    [1, 2].map(|part| {
        (0..100).map(|n| n.to_string()).find(|id| one.part_of(Provider::Aws, id) == part).unwrap()
    })
}

fn lines(merged: &Merged) -> Vec<String> {
    merged.inventory.incomplete().map(ToString::to_string).collect()
}

#[test]
fn a_shard_without_a_kind_makes_the_result_incomplete_until_it_is_scanned() {
    let [one, two] = accounts_of_parts();
    let read = |hour, id: &str, kinds: &[Subject]| {
        let read = [Networks, Links]
            .map(|kind| entry_of(id, None, kind, if kinds.contains(&kind) { Complete } else { Skipped }));
        input(hour, &[id], vec![], read.to_vec())
    };
    let narrow = part("1/2", read(0, &one, &[Networks]));
    let wide = part("2/2", read(0, &two, &[Networks, Links]));
    let result = merged(&[&narrow, &wide]);
    assert!(result.inventory.shard.is_none());
    let missing = lines(&result);
    assert!(missing.len() == 1 && missing[0].starts_with("aws shard 1/2 links: failed: "), "{missing:?}");
    let stepwise = part("1/2", MergeInput { inventory: merged(&[&narrow]).inventory, ..narrow.clone() });
    assert_eq!(lines(&merged(&[&stepwise, &wide])), missing);
    let again = part("1/2", read(1, &one, &[Networks, Links]));
    assert_eq!(lines(&merged(&[&narrow, &wide, &again])), [""; 0]);
    let empty = part("1/2", input(0, &[], vec![], vec![entry_of("shard 1/2", None, Accounts, Skipped)]));
    assert_eq!(lines(&merged(&[&empty, &wide])), [""; 0], "nothing falls to it");
}

#[test]
fn kinds_that_only_some_accounts_were_scanned_for_are_named() {
    let read = |hour, id: &str, kinds: &[Subject]| {
        input(hour, &[id], vec![], kinds.iter().map(|kind| entry_of(id, None, *kind, Complete)).collect())
    };
    let (narrow, wide) = (read(0, "1", &[Networks]), read(0, "2", &[Networks, Links]));
    assert_eq!(merged(&[&narrow, &narrow]).warnings.len(), 1, "one stands for the other");
    let warnings = texts(&merged(&[&narrow, &wide]));
    assert!(
        warnings.len() == 1 && warnings[0].contains("links are unknown in 1 of 2 accounts, such as aws 1:"),
        "{warnings:?}"
    );
    let later = read(5, "2", &[Networks]);
    let warnings = texts(&merged(&[&wide, &later]));
    assert!(
        warnings.len() == 1 && warnings[0].contains("takes precedence"),
        "an older one knows: {warnings:?}"
    );
}

fn asked(settings: &[&str], input: MergeInput) -> MergeInput {
    let scope = settings.iter().map(ToString::to_string).collect();
    MergeInput { asked: Some(crate::model::ScanRequest { scope, signer: 1 }), ..input }
}

#[test]
fn shards_that_were_scanned_with_other_options_are_named() {
    let one = asked(&["aws.regions=[]", "shard=1/2"], part("1/2", input(0, &[], vec![], vec![])));
    let same = asked(&["aws.regions=[]", "shard=2/2"], part("2/2", input(0, &[], vec![], vec![])));
    assert_eq!(merged(&[&one, &same]).warnings, []);
    let other = asked(&["aws.regions=eu-*", "shard=2/2"], same);
    let warnings = texts(&merged(&[&one, &other]));
    let expected = "2/2 was scanned with other options than 1/2: aws.regions (eu-*, and not [])";
    assert!(warnings.len() == 1 && warnings[0].starts_with(expected), "{warnings:?}");
}

#[test]
fn a_failed_list_of_regions_is_dropped_once_all_of_them_were_read() {
    let scopes = |regions: &[&str], outcome| -> Vec<Coverage> {
        regions.iter().map(|region| entry_of("1", Some(region), Networks, outcome)).collect()
    };
    let guessed = |outcome| {
        let mut coverage = scopes(&["r1", "r2"], outcome);
        coverage.push(entry_of("1", None, Regions, Denied));
        input(0, &["1"], vec![], coverage)
    };
    let old = guessed(Complete);
    let newer = |regions: &[&str], outcome| input(1, &["1"], vec![], scopes(regions, outcome));
    assert_eq!(lines(&merged(&[&old, &newer(&["r1", "r2", "r3"], Complete)])), [""; 0]);
    for doubtful in [newer(&["r1"], Complete), newer(&["r1", "r2"], Denied)] {
        assert!(lines(&merged(&[&old, &doubtful])).iter().any(|line| line.contains(" regions: denied")));
    }
    // The same scan, which could list them, knows that there is no r2.
    let settings = ["aws.regions=[]"];
    let denied = asked(&settings, guessed(Denied));
    let narrower = newer(&["r1"], Complete);
    let result = merged(&[&denied, &narrower]);
    assert_eq!(result.inventory.incomplete().count(), 2, "it may have been asked for r1 alone");
    let result = merged(&[&denied, &asked(&settings, narrower)]);
    assert_eq!((lines(&result), result.inventory.coverage.len()), (vec![], 1));
}

#[test]
fn a_failed_sign_in_is_dropped_once_the_same_scan_had_none() {
    let settings = ["aws.profiles=a,b"];
    let old = |kind, name| asked(&settings, input(0, &[], vec![], vec![entry_of(name, None, kind, Failed)]));
    let read = vec![entry_of("1", R1, Networks, Complete)];
    let newer = input(1, &["1"], vec![], read);
    for old in [old(Credentials, "profile:b"), old(Accounts, "tenant:t")] {
        assert_eq!(
            merged(&[&old, &newer]).inventory.incomplete().count(),
            1,
            "the scope of the scan is not known"
        );
        assert_eq!(merged(&[&old, &asked(&settings, newer.clone())]).inventory.incomplete().count(), 0);
        let nothing = asked(
            &settings,
            input(1, &[], vec![], vec![entry_of("default chain", None, Credentials, Skipped)]),
        );
        assert_eq!(merged(&[&old, &nothing]).inventory.incomplete().count(), 1, "it never tried the cloud");
    }
}

#[test]
fn a_distance_of_one_day_is_one_day() {
    let warnings = texts(&merged(&[&input(0, &[], vec![], vec![]), &input(30, &[], vec![], vec![])]));
    assert!(warnings[0].starts_with("the inputs are a day apart, from "), "{warnings:?}");
}

#[test]
fn inventories_that_do_not_go_together_are_refused() {
    let refused = |inputs: &[MergeInput]| merge_inventories(inputs.to_vec(), "test".into()).unwrap_err();
    let one = input(0, &[], vec![], vec![]);
    let shard = |text| part(text, one.clone());
    assert!(matches!(refused(&[shard("1/2"), shard("1/3")]), MergeError::DifferentSplits(..)));
    assert!(matches!(refused(&[one.clone(), shard("1/3")]), MergeError::ShardWithWhole { .. }));
    assert_eq!(refused(&[]), MergeError::NoInput);
}
