//! What else a change may affect: the subnets of addresses, and what other accounts see.

use std::collections::{BTreeSet, HashMap};

use crate::model::{Identity, Kind, Link, Network, Subnet};
use crate::watch::delta::Delta;
use crate::watch::live_inventory::Touched;
use crate::watch::live_rows::LiveResource;

/// Lists the subnets whose addresses machines and interfaces took or gave back, by their ids.
pub(super) fn subnets_with_other_addresses(touched: &Touched) -> BTreeSet<String> {
    let (old, new) = (&touched.old, &touched.new);
    let machines = differing(&old.instances, &new.instances, |one| {
        (one.subnet.clone(), one.private_ips.clone(), one.private_prefixes.clone())
    });
    let machines = machines.into_iter().filter_map(|one| one.subnet.clone());
    let interfaces = differing(&old.interfaces, &new.interfaces, |one| {
        (one.subnet.clone(), one.private_ips.clone(), one.private_prefixes.clone())
    });
    machines.chain(interfaces.into_iter().filter_map(|one| one.subnet.clone())).collect()
}

/// Lists the rows that are on one side only, or differ in a part.
fn differing<'r, T: LiveResource, P: PartialEq>(
    old: &'r [T],
    new: &'r [T],
    part: impl Fn(&T) -> P,
) -> Vec<&'r T> {
    let parts =
        |rows: &[T]| -> HashMap<Identity, P> { rows.iter().map(|row| (row.identity(), part(row))).collect() };
    let (before, now) = (parts(old), parts(new));
    let rows = old.iter().chain(new);
    rows.filter(|row| before.get(&row.identity()) != now.get(&row.identity())).collect()
}

/// Lists the resources that other accounts may see too, and that one account sees differently now. The inventory need not
/// differ yet: it joins all views.
pub(super) fn shared(delta: &Delta) -> BTreeSet<(Kind, Identity, String)> {
    fn ids<T: LiveResource>(delta: &Delta) -> impl Iterator<Item = (Kind, Identity, String)> {
        T::changes(delta).iter().map(|change| (T::KIND, change.row.identity(), change.row.asked_as()))
    }
    ids::<Network>(delta).chain(ids::<Subnet>(delta)).chain(ids::<Link>(delta)).collect()
}
