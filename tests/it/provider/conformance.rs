//! What every source of inventories must keep to, checked on each: AWS through the sandbox, saved documents.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use netcensus::config::{Known, Overrides, Settings};
use netcensus::model::{Inventory, Kind, Outcome, Subject};
use netcensus::provider::{self, Needs, Surroundings, file, gather};
use netcensus::sandbox::{Estate, Fault, Options, Sandbox};

use super::fake::run;

/// Checks the promises of the document itself.
fn conforms(inventory: &Inventory) {
    every_account_is_listed_once(inventory);
    resources_belong_to_scopes_that_were_asked(inventory);
    incomplete_scopes_say_why(inventory);
    references_lead_somewhere(inventory);
    order_and_identity_hold(inventory);
}

fn every_account_is_listed_once(inventory: &Inventory) {
    let ids: Vec<_> = inventory.accounts.iter().map(|account| (account.provider, &account.id)).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(inventory.accounts.iter().all(|account| !account.reached_by.is_empty()));
}

/// A row must come from a scope: its own account's, or one of those that see it.
fn resources_belong_to_scopes_that_were_asked(inventory: &Inventory) {
    let asked: BTreeSet<(&str, Option<&str>, Subject)> = inventory
        .coverage
        .iter()
        .filter(|entry| entry.outcome != Outcome::Skipped)
        .map(|entry| (entry.account.as_str(), entry.region.as_deref(), entry.kind))
        .collect();
    let covered = |account: &str, region: &str, kind: Kind| {
        asked.contains(&(account, Some(region), kind.into())) || asked.contains(&(account, None, kind.into()))
    };
    for n in &inventory.networks {
        let seen_by = std::iter::once(&n.account).chain(&n.visible_from);
        assert!(seen_by.clone().any(|a| covered(a, &n.region, Kind::Networks)), "{} of {}", n.id, n.account);
    }
    for s in &inventory.subnets {
        let mut seen_by = std::iter::once(&s.account).chain(&s.visible_from);
        assert!(seen_by.any(|a| covered(a, &s.region, Kind::Subnets)), "{} of {}", s.id, s.account);
    }
    for i in &inventory.instances {
        assert!(covered(&i.account, &i.region, Kind::Instances), "{} of {}", i.id, i.account);
    }
}

fn incomplete_scopes_say_why(inventory: &Inventory) {
    for entry in &inventory.coverage {
        let said = entry.detail.as_deref().is_some_and(|detail| !detail.is_empty());
        assert!(said || entry.outcome == Outcome::Complete, "{entry}");
    }
    let scopes: Vec<_> =
        inventory.coverage.iter().map(|e| (e.provider, &e.account, &e.region, e.kind)).collect();
    assert_eq!(scopes.iter().collect::<BTreeSet<_>>().len(), scopes.len(), "one outcome per scope");
}

fn references_lead_somewhere(inventory: &Inventory) {
    if inventory.incomplete().next().is_some() || inventory.kinds_read().len() < Kind::ALL.len() {
        return;
    }
    let networks: BTreeSet<&str> = inventory.networks.iter().map(|n| n.id.as_str()).collect();
    let subnets: BTreeSet<&str> = inventory.subnets.iter().map(|s| s.id.as_str()).collect();
    for subnet in &inventory.subnets {
        assert!(networks.contains(subnet.network.as_str()), "{}", subnet.id);
    }
    let of_instances = inventory.instances.iter().map(|i| (&i.id, &i.network, &i.subnet));
    let of_interfaces = inventory.interfaces.iter().map(|i| (&i.id, &i.network, &i.subnet));
    for (id, network, subnet) in of_instances.chain(of_interfaces) {
        assert!(network.as_deref().is_none_or(|n| networks.contains(n)), "{id}");
        assert!(subnet.as_deref().is_none_or(|s| subnets.contains(s)), "{id}");
    }
}

/// Assembling again changes nothing: sorted, and each resource once.
fn order_and_identity_hold(inventory: &Inventory) {
    let again = Inventory::assemble(
        inventory.generator.clone(),
        inventory.taken_at,
        inventory.accounts.clone(),
        netcensus::model::Resources {
            networks: inventory.networks.clone(),
            subnets: inventory.subnets.clone(),
            instances: inventory.instances.clone(),
            interfaces: inventory.interfaces.clone(),
            links: inventory.links.clone(),
        },
        inventory.coverage.clone(),
    );
    assert!(again == *inventory);
}

fn settings(overrides: &Overrides) -> Settings {
    let known = Known { providers: &provider::compiled_in(), formats: &["table"], columns: &|_| vec![] };
    Settings::resolve(None, overrides, &known).unwrap()
}

async fn through_the_sandbox(estate: Estate, faults: &[&str], kinds: &[Kind]) -> Inventory {
    let faults: Vec<Fault> = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    let sandbox = Sandbox::start(estate, Options { faults, ..Options::default() }).await.unwrap();
    let surroundings = Surroundings::Sandbox {
        endpoint: sandbox.url().to_owned(),
        aws_config: sandbox.aws_config(),
        azure: Vec::new(),
    };
    let settings = settings(&Overrides::default());
    let needs = Needs { settings: &settings, surroundings: &surroundings };
    let providers = provider::open(&settings.providers.value, needs).unwrap();
    let run = run(16, Duration::from_mins(1));
    let inventory = gather(&providers, kinds, &run, Timestamp::UNIX_EPOCH).await.unwrap();
    drop(Arc::clone(&run.observer));
    sandbox.stop().await;
    inventory
}

/// Reads it back from its own document.
fn through_a_file(inventory: &Inventory) -> Inventory {
    let bytes = serde_json::to_vec(inventory).unwrap();
    let loaded = file::read(bytes.as_slice(), "test").unwrap();
    assert_eq!(loaded.warnings, Vec::<String>::new());
    loaded.inventory
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_and_its_saved_document_conform() {
    let inventory = through_the_sandbox(Estate::sample(), &[], &Kind::ALL).await;
    assert_eq!(inventory.incomplete().count(), 0);
    conforms(&inventory);
    let saved = through_a_file(&inventory);
    conforms(&saved);
    assert!(saved == inventory, "nothing is lost on the way through a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_conforms_when_one_kind_is_asked_for() {
    let inventory = through_the_sandbox(Estate::sample(), &[], &[Kind::Subnets]).await;
    conforms(&inventory);
    assert!(inventory.networks.is_empty() && !inventory.subnets.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_conforms_when_much_is_denied() {
    let faults = ["deny@region=eu-west-1", "deny@action=DescribeNetworkInterfaces"];
    let whole = through_the_sandbox(Estate::sample(), &[], &Kind::ALL).await;
    let inventory = through_the_sandbox(Estate::sample(), &faults, &Kind::ALL).await;
    conforms(&inventory);
    conforms(&through_a_file(&inventory));
    assert!(inventory.incomplete().count() > 0);
    // What was not denied is all there: a failure takes nothing else with it.
    let elsewhere = |n: &&netcensus::model::Network| n.region != "eu-west-1";
    assert!(whole.networks.iter().filter(elsewhere).eq(inventory.networks.iter().filter(elsewhere)));
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_conforms_on_a_large_estate() {
    let size = "accounts=12,regions=4,networks=5,subnets=3,instances=4000".parse().unwrap();
    let inventory = through_the_sandbox(Estate::generate(&size).unwrap(), &[], &Kind::ALL).await;
    conforms(&inventory);
    assert_eq!(inventory.instances.len(), 4000);
    assert_eq!(inventory.networks.iter().map(|n| &n.account).collect::<BTreeSet<_>>().len(), 12);
}
