//! What every source of inventories must keep to, checked on each: AWS and Azure, the latter both ways, through the
//! sandbox, and saved documents.

use std::collections::BTreeSet;
use std::time::Duration;

use netcensus::config::{AzureOverrides, Overrides};
use netcensus::input;
use netcensus::model::{Inventory, Kind, Outcome, Subject};
use netcensus::sandbox::Estate;

use tokio::sync::OnceCell;

use super::fake::run;
use super::sandboxed::scan;

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
    // Azure's APIs write one id in several cases.
    let networks: BTreeSet<String> = inventory.networks.iter().map(|n| n.id.to_lowercase()).collect();
    let subnets: BTreeSet<String> = inventory.subnets.iter().map(|s| s.id.to_lowercase()).collect();
    for subnet in &inventory.subnets {
        assert!(networks.contains(&subnet.network.to_lowercase()), "{}", subnet.id);
    }
    let of_instances = inventory.instances.iter().map(|i| (&i.id, &i.network, &i.subnet));
    let of_interfaces = inventory.interfaces.iter().map(|i| (&i.id, &i.network, &i.subnet));
    for (id, network, subnet) in of_instances.chain(of_interfaces) {
        assert!(network.as_ref().is_none_or(|n| networks.contains(&n.to_lowercase())), "{id}");
        assert!(subnet.as_ref().is_none_or(|s| subnets.contains(&s.to_lowercase())), "{id}");
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

const AWS: Cloud = Cloud("aws", None);
/// Azure, list by list and all subscriptions at once.
const AZURES: [Cloud; 2] = [Cloud("azure", Some("arm")), Cloud("azure", Some("resource-graph"))];

/// A cloud, and for Azure how it is read.
#[derive(Clone, Copy)]
struct Cloud(&'static str, Option<&'static str>);

impl Cloud {
    fn overrides(self) -> Overrides {
        let api = self.1.map(str::to_owned);
        let azure = AzureOverrides { api, ..AzureOverrides::default() };
        Overrides { providers: vec![self.0.to_owned()], azure, ..Overrides::default() }
    }
}

async fn through_the_sandbox(cloud: Cloud, estate: Estate, faults: &[&str], kinds: &[Kind]) -> Inventory {
    let run = run(16, Duration::from_mins(1));
    scan(estate, faults, &cloud.overrides(), kinds, &run).await.inventory()
}

/// Reads everything in the sample, once for all tests.
async fn whole_sample(cloud: Cloud) -> &'static Inventory {
    static SAMPLES: [OnceCell<Inventory>; 3] = [const { OnceCell::const_new() }; 3];
    let sample = match cloud {
        Cloud("aws", _) => &SAMPLES[0],
        Cloud(_, Some("arm")) => &SAMPLES[1],
        _ => &SAMPLES[2],
    };
    sample.get_or_init(|| through_the_sandbox(cloud, Estate::sample(), &[], &Kind::ALL)).await
}

/// Reads it back from its own document.
fn through_a_file(inventory: &Inventory) -> Inventory {
    let bytes = serde_json::to_vec(inventory).unwrap();
    let loaded = input::read(bytes.as_slice(), "test").unwrap();
    assert_eq!(loaded.warnings, Vec::<String>::new());
    loaded.inventory
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
async fn every_cloud_and_its_saved_document_conform() {
    for cloud in [AWS, AZURES[0], AZURES[1]] {
        let inventory = whole_sample(cloud).await;
        assert_eq!(inventory.incomplete().count(), 0);
        for kind in Kind::ALL {
            assert!(inventory.count(kind) > 0, "{kind}");
        }
        conforms(inventory);
        let saved = through_a_file(inventory);
        conforms(&saved);
        assert!(saved == *inventory, "nothing is lost on the way through a file");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
async fn every_cloud_conforms_when_one_kind_is_asked_for() {
    for cloud in [AWS, AZURES[0], AZURES[1]] {
        let inventory = through_the_sandbox(cloud, Estate::sample(), &[], &[Kind::Subnets]).await;
        conforms(&inventory);
        assert!(inventory.networks.is_empty() && !inventory.subnets.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
async fn aws_conforms_when_much_is_denied() {
    let faults = ["deny@region=eu-west-1", "deny@action=DescribeNetworkInterfaces"];
    let whole = whole_sample(AWS).await;
    let inventory = through_the_sandbox(AWS, Estate::sample(), &faults, &Kind::ALL).await;
    conforms(&inventory);
    conforms(&through_a_file(&inventory));
    assert!(inventory.incomplete().count() > 0);
    // What was not denied is all there: a failure takes nothing else with it.
    let elsewhere = |n: &&netcensus::model::Network| n.region != "eu-west-1";
    assert!(whole.networks.iter().filter(elsewhere).eq(inventory.networks.iter().filter(elsewhere)));
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
async fn azure_conforms_when_much_is_denied() {
    let faults = ["deny@account=c0de0002*", "deny@action=Microsoft.Network/networkInterfaces/read"];
    let whole = whole_sample(AZURES[0]).await;
    let inventory = through_the_sandbox(AZURES[0], Estate::sample(), &faults, &Kind::ALL).await;
    conforms(&inventory);
    conforms(&through_a_file(&inventory));
    let denied = inventory.incomplete().filter(|entry| entry.outcome == Outcome::Denied);
    // Five kinds of one subscription; instances and interfaces of four.
    assert_eq!(denied.count(), 5 + 2 * 4);
    let elsewhere = |n: &&netcensus::model::Network| !n.account.starts_with("c0de0002");
    assert!(whole.networks.iter().filter(elsewhere).eq(inventory.networks.iter().filter(elsewhere)));
    // Machines are there without the addresses that nobody may know.
    let machines = |inventory: &Inventory| {
        inventory.instances.iter().filter(|i| !i.account.starts_with("c0de0002")).count()
    };
    assert_eq!(machines(whole), machines(&inventory));
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
async fn both_ways_to_read_azure_give_one_inventory() {
    let size =
        "accounts=1,regions=1,networks=2,subnets=2,instances=0,subscriptions=40,vms=5".parse().unwrap();
    let generated = [
        &through_the_sandbox(AZURES[0], Estate::generate(&size).unwrap(), &[], &Kind::ALL).await,
        &through_the_sandbox(AZURES[1], Estate::generate(&size).unwrap(), &[], &Kind::ALL).await,
    ];
    let sample = [whole_sample(AZURES[0]).await, whole_sample(AZURES[1]).await];
    for [lists, graph] in [sample, generated] {
        assert_eq!(lists.accounts, graph.accounts);
        assert_eq!(lists.networks, graph.networks);
        assert_eq!(lists.subnets, graph.subnets);
        assert_eq!(lists.instances, graph.instances);
        assert_eq!(lists.interfaces, graph.interfaces);
        assert_eq!(lists.links, graph.links);
        let outcomes = |inventory: &Inventory| -> Vec<_> {
            inventory
                .coverage
                .iter()
                .map(|entry| (entry.account.clone(), entry.kind, entry.outcome))
                .collect()
        };
        assert_eq!(outcomes(lists), outcomes(graph));
        let requests =
            |inventory: &Inventory| inventory.coverage.iter().map(|entry| entry.requests).sum::<u32>();
        assert!(requests(graph) * 2 < requests(lists), "{} {}", requests(graph), requests(lists));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
async fn aws_conforms_on_a_large_estate() {
    let size = "accounts=6,regions=2,networks=5,subnets=3,instances=2500".parse().unwrap();
    let inventory = through_the_sandbox(AWS, Estate::generate(&size).unwrap(), &[], &Kind::ALL).await;
    conforms(&inventory);
    assert_eq!(inventory.instances.len(), 2500);
    assert_eq!(inventory.networks.iter().map(|n| &n.account).collect::<BTreeSet<_>>().len(), 6);
}
