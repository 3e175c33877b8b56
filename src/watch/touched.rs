//! What reads changed in an inventory, for reports.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::live_resource::LiveResource;
use crate::model::{
    Account, Coverage, Identity, Instance, Interface, Inventory, Kind, Link, Network, Resource, Subnet,
};

/// Resources that changed, as they were before and as they are now, each as an inventory of its own.
#[derive(Debug)]
pub struct Touched {
    /// Before.
    pub old: Inventory,
    /// Now.
    pub new: Inventory,
    /// How many other resources of each kind there are, which did not change.
    pub same: BTreeMap<Kind, usize>,
}

impl Touched {
    /// Tells whether resources of this kind changed.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.old.count(kind) + self.new.count(kind) > 0
    }

    /// Counts the resources that came, went or changed: all, or those with one of these ids.
    pub(super) fn count_changed(&self, ids: Option<&BTreeSet<String>>) -> usize {
        fn count<T: LiveResource>(old: &[T], new: &[T], ids: Option<&BTreeSet<String>>) -> usize {
            let rows = old.iter().chain(new);
            let counted = rows.filter(|row| ids.is_none_or(|ids| ids.contains(&row.asked_as())));
            counted.map(Resource::identity).collect::<HashSet<Identity>>().len()
        }
        // As after nearly every read.
        if ids.is_some_and(BTreeSet::is_empty) {
            return 0;
        }
        let Self { old, new, .. } = self;
        count(&old.networks, &new.networks, ids)
            + count(&old.subnets, &new.subnets, ids)
            + count(&old.instances, &new.instances, ids)
            + count(&old.interfaces, &new.interfaces, ids)
            + count(&old.links, &new.links, ids)
    }

    /// Tells whether anything changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !Kind::ALL.into_iter().any(|kind| self.has(kind)) && self.old.coverage == self.new.coverage
    }

    /// Makes the same change in an inventory of which only the networks and links are looked at: cheaper than taking all of them
    /// from the live inventory.
    pub fn update_networks(&self, known: &mut Inventory) {
        update(&mut known.networks, &self.old.networks, &self.new.networks);
        update(&mut known.links, &self.old.links, &self.new.links);
        if !self.new.accounts.iter().all(|account| known.accounts.contains(account)) {
            let is_changed = |known: &Account| {
                self.new.accounts.iter().any(|one| (one.provider, &one.id) == (known.provider, &known.id))
            };
            known.accounts.retain(|account| !is_changed(account));
            known.accounts.extend(self.new.accounts.iter().cloned());
            known.accounts.sort();
        }
    }

    /// Joins it with what another read changed right after it, as if both were one change.
    #[must_use]
    pub fn followed_by(mut self, mut later: Self) -> Self {
        for (kind, same) in &mut later.same {
            *same += later.new.count(*kind);
        }
        join::<Network>(&mut self, &mut later);
        join::<Subnet>(&mut self, &mut later);
        join::<Instance>(&mut self, &mut later);
        join::<Interface>(&mut self, &mut later);
        join::<Link>(&mut self, &mut later);
        let Self { mut old, mut new, .. } = self;
        old.coverage = join_coverage(old.coverage, later.old.coverage);
        new.coverage = join_coverage(later.new.coverage, new.coverage);
        old.accounts = join_accounts(old.accounts, later.old.accounts);
        new.accounts = join_accounts(new.accounts, later.new.accounts);
        let same = later.same.into_iter().map(|(kind, all)| (kind, all - new.count(kind))).collect();
        Self { old, new, same }
    }
}

fn identities<T: LiveResource>(old: &[T], new: &[T]) -> HashSet<Identity> {
    old.iter().chain(new).map(Resource::identity).collect()
}

/// Replaces the rows that changed.
fn update<T: LiveResource>(rows: &mut Vec<T>, old: &[T], new: &[T]) {
    if old.is_empty() && new.is_empty() {
        return;
    }
    let changed = identities(old, new);
    rows.retain(|row| !changed.contains(&row.identity()));
    rows.extend_from_slice(new);
    rows.sort_by_cached_key(Resource::identity);
}

/// Joins the rows of one kind, into those of the earlier change.
fn join<T: LiveResource>(earlier: &mut Touched, later: &mut Touched) {
    let changed_before = identities(T::all(&earlier.old), T::all(&earlier.new));
    update(T::all_mut(&mut earlier.new), T::all(&later.old), T::all(&later.new));
    let others = T::all_mut(&mut later.old).drain(..).filter(|row| !changed_before.contains(&row.identity()));
    let old = T::all_mut(&mut earlier.old);
    old.extend(others);
    drop_equal(old, T::all_mut(&mut earlier.new));
}

/// Joins two parts of one coverage. What both have is as `known` says.
fn join_coverage(known: Vec<Coverage>, other: Vec<Coverage>) -> Vec<Coverage> {
    let all: BTreeMap<_, Coverage> = other
        .into_iter()
        .chain(known)
        .map(|entry| ((entry.provider, entry.account.clone(), entry.region.clone(), entry.kind), entry))
        .collect();
    all.into_values().collect()
}

fn join_accounts(some: Vec<Account>, others: Vec<Account>) -> Vec<Account> {
    some.into_iter().chain(others).collect::<BTreeSet<Account>>().into_iter().collect()
}

/// Removes rows that are equal on both sides. The older side is sorted then, and the newer one keeps its order.
pub(super) fn drop_equal<T: LiveResource>(old: &mut Vec<T>, new: &mut Vec<T>) {
    let mut before: HashMap<Identity, T> = old.drain(..).map(|row| (row.identity(), row)).collect();
    new.retain(|row| {
        let identity = row.identity();
        let is_equal = before.get(&identity) == Some(row);
        if is_equal {
            before.remove(&identity);
        }
        !is_equal
    });
    let mut left: Vec<(Identity, T)> = before.into_iter().collect();
    left.sort_by(|one, other| one.0.cmp(&other.0));
    old.extend(left.into_iter().map(|(_, row)| row));
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Outcome, Provider, Resources, fixtures};
    use crate::watch::{AccountRegion, Delta, LiveInventory, ViewChange};

    const ACCOUNTS: [&str; 2] = ["111111111111", "222222222222"];
    const REGION: &str = "eu-west-1";

    fn live() -> LiveInventory {
        let accounts = ACCOUNTS.map(|id| Account {
            provider: Provider::Aws,
            id: id.to_owned(),
            name: None,
            tenant: None,
            reached_by: Vec::new(),
        });
        let resources = Resources {
            networks: ["vpc-0", "vpc-1"].map(|id| fixtures::network(ACCOUNTS[0], id)).to_vec(),
            subnets: vec![fixtures::subnet(ACCOUNTS[0], REGION, "subnet-0")],
            ..Resources::default()
        };
        let coverage = coverage(Outcome::Complete);
        let (generator, accounts) = (String::new(), accounts.to_vec());
        let inventory = Inventory::assemble(generator, Timestamp::UNIX_EPOCH, accounts, resources, coverage);
        LiveInventory::new(&inventory, 0)
    }

    /// The coverage when one kind of one account is read with this outcome, and everything else completely.
    fn coverage(outcome: Outcome) -> Vec<Coverage> {
        let places = ACCOUNTS.into_iter().flat_map(|account| Kind::ALL.map(|kind| (account, kind)));
        let entry = |(account, kind): (&str, Kind)| {
            let is_other = (account, kind) == (ACCOUNTS[1], Kind::Links);
            fixtures::coverage(account, REGION, kind, if is_other { outcome } else { Outcome::Complete })
        };
        places.map(entry).collect()
    }

    /// A network or subnet as one of the accounts sees it: which, which account, its name, and whether it is gone.
    type Change = (bool, u8, usize, Option<u8>);

    fn delta(changes: &[Change], outcome: Option<Outcome>) -> Delta {
        let mut delta = Delta { coverage: outcome.map(coverage), ..Delta::default() };
        for (is_network, number, account, name) in changes {
            let viewer = AccountRegion::new(Provider::Aws, ACCOUNTS[*account], Some(REGION));
            let is_gone = name.is_none();
            let name = name.map(|name| format!("name-{name}"));
            if *is_network {
                let network = fixtures::network(ACCOUNTS[0], &format!("vpc-{number}"));
                let row = Network { name, ..network };
                delta.networks.push(ViewChange { viewer, row, is_gone });
            } else {
                let subnet = fixtures::subnet(ACCOUNTS[0], REGION, &format!("subnet-{number}"));
                let row = Subnet { name, ..subnet };
                delta.subnets.push(ViewChange { viewer, row, is_gone });
            }
        }
        delta
    }

    fn deltas() -> impl Strategy<Value = Delta> {
        let change = (any::<bool>(), 0_u8..3, 0_usize..2, prop::option::of(0_u8..2));
        let outcome = prop::sample::select(vec![None, Some(Outcome::Complete), Some(Outcome::Denied)]);
        (prop::collection::vec(change, 0..4), outcome).prop_map(|(changes, outcome)| delta(&changes, outcome))
    }

    proptest! {
        #[test]
        fn changes_that_are_joined_are_those_of_one_read(changes in prop::collection::vec(deltas(), 1..4)) {
            let (mut one_by_one, mut at_once, mut all) = (live(), live(), Delta::default());
            let now = |live: &LiveInventory| live.to_inventory(Timestamp::UNIX_EPOCH);
            let mut networks = now(&one_by_one);
            let touched: Vec<Touched> = changes.iter().map(|delta| one_by_one.apply(delta, 1)).collect();
            for touched in &touched {
                touched.update_networks(&mut networks);
            }
            prop_assert_eq!(&networks.networks, &now(&one_by_one).networks);
            for delta in changes {
                all.append(delta);
            }
            let (joined, expected) =
                (touched.into_iter().reduce(Touched::followed_by).unwrap(), at_once.apply(&all, 1));
            prop_assert_eq!(&joined.same, &expected.same);
            if all.coverage.is_some() {
                prop_assert_eq!((joined.old, joined.new), (expected.old, expected.new));
            } else {
                prop_assert_eq!(
                    (joined.old.networks, joined.old.subnets, joined.new.networks, joined.new.subnets),
                    (expected.old.networks, expected.old.subnets, expected.new.networks, expected.new.subnets)
                );
                prop_assert_eq!(joined.old.coverage, joined.new.coverage);
            }
            prop_assert_eq!(now(&one_by_one), now(&at_once));
        }
    }
}
