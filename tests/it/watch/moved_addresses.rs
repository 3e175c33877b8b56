//! A public address that a call takes from one interface for another, whose event names only the one that gets it, is told as
//! one fact.

use std::collections::{BTreeMap, BTreeSet};

use netcensus::analysis::diff::{self, ChangeKind, DiffRequest, IgnoredFields, MovedAddress};
use netcensus::model::{Inventory, Kind};
use netcensus::sandbox::{Estate, Options, Sandbox};
use netcensus::watch::JoinedChange;

use super::{Watched, hints_in};
use crate::support::Home;

/// One network, so that machines in it take addresses from each other, and whoever has them is watched.
const ESTATE: &str = r#"
[[region]]
name = "eu-west-1"

[[account]]
name = "main"
id = "111111111111"

[[network]]
name = "core"
account = "main"
region = "eu-west-1"
cidrs = ["10.0.0.0/16"]
subnets = [{ name = "web", cidr = "10.0.0.0/24" }]

[[instance]]
name = "public"
in = ["core/web"]
count = 10
type = "t3.nano"
public = true

[[instance]]
name = "private"
in = ["core/web"]
count = 10
type = "t3.nano"
"#;

/// What the call says that takes an address from whoever has it.
const TAKES: &str = "\"allowReassociation\":true";
/// Among so many changes, addresses are taken several times.
const CHANGES: usize = 2_000;

/// Lists the interfaces and machines that have each public address.
fn holders(inventory: &Inventory) -> BTreeMap<(Kind, String), BTreeSet<String>> {
    let interfaces = inventory.interfaces.iter().map(|one| (Kind::Interfaces, &one.id, &one.public_ips));
    let machines = inventory.instances.iter().map(|one| (Kind::Instances, &one.id, &one.public_ips));
    let mut holders: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for (kind, id, addresses) in interfaces.chain(machines) {
        for address in addresses {
            holders.entry((kind, address.to_string())).or_default().insert(id.clone());
        }
    }
    holders
}

/// Lists the addresses that moved in a change, as `watch --on-change` reports it.
fn moved_in(fold: &JoinedChange) -> Vec<MovedAddress> {
    let request = DiffRequest {
        old: ("before", &fold.touched.old),
        new: ("now", &fold.touched.new),
        same: &fold.touched.same,
        kinds: &Kind::ALL,
        filters: &[],
        only: &ChangeKind::ALL,
        ignore: &IgnoredFields::default(),
        same_scope: true,
    };
    diff::compare_inventories(request, "test".into()).0.moved_addresses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_is_taken_for_another_machine_is_told_as_moved() {
    let estate = Estate::load(&Home::new().write("estate.toml", ESTATE)).unwrap();
    let sandbox = Sandbox::start(estate, Options::default()).await.unwrap();
    let mut watched = Watched::new(&sandbox).await;
    let mut moves = 0;
    for _ in 0..CHANGES {
        let events = sandbox.change(1);
        let is_taken = events.iter().any(|event| event.body.replace(": ", ":").contains(TAKES));
        let before = if is_taken { holders(&watched.inventory()) } else { BTreeMap::new() };
        watched.hear(hints_in(&events, |_| true));
        watched.settle().await;
        let told: Vec<MovedAddress> = watched.folds.drain(..).flat_map(|fold| moved_in(&fold)).collect();
        if !is_taken {
            continue;
        }
        let now = holders(&watched.inventory());
        for ((kind, address), from) in &before {
            let to = now.get(&(*kind, address.clone()));
            let Some(to) = to.filter(|to| *kind == Kind::Interfaces && *to != from) else { continue };
            assert_eq!((from.len(), to.len()), (1, 1), "{address} is at one interface at any time");
            // Told of the machines if it is known which these are, and of the interfaces otherwise.
            let is_it = |moved: &&MovedAddress| {
                let held = |side: &BTreeMap<(Kind, String), BTreeSet<String>>, id: &String| {
                    side.get(&(moved.kind, address.clone())).is_some_and(|ids| ids.contains(id))
                };
                moved.address == *address
                    && held(&before, &moved.from.location.id)
                    && held(&now, &moved.to.location.id)
            };
            assert_eq!(told.iter().filter(is_it).count(), 1, "{address}: {from:?} -> {to:?}: {told:?}");
            moves += 1;
        }
        if moves > 0 {
            break;
        }
    }
    assert!(moves > 0, "no address was taken from what is watched");
    sandbox.stop().await;
}
