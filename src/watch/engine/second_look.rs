//! Reads once more what an event says changed, and a read found as it was. Answers of EC2 are eventually consistent: a read
//! right after a change may tell what was before it.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Instant;

use super::retries::FailedReads;
use super::timing::{ASK_AGAIN_AFTER, COLLECTED_FOR};
use crate::model::{Instance, Interface, Kind, Link, Network, Provider, Subnet};
use crate::watch::account_region::AccountRegion;
use crate::watch::delta::Delta;
use crate::watch::live_inventory::ReadFindings;
use crate::watch::live_resource::LiveResource;
use crate::watch::pending::{ReadOrder, ReadWindow, Target};

/// Orders what a read was expected to find changed and found as it was. Azure's answers are those of
/// the moment, and events that come twice are no reason to ask it again.
pub(super) fn second_look(
    retries: &FailedReads,
    place: &AccountRegion,
    (order, complete): (&ReadOrder, &HashSet<Kind>),
    findings: &ReadFindings,
    now: Instant,
) -> Option<(AccountRegion, ReadOrder)> {
    // Most reads that follow from others expect nothing, and some find thousands of changes.
    if place.provider != Provider::Aws || order.expected.is_empty() {
        return None;
    }
    let changed = ChangedRows::new(&findings.delta);
    let is_doubtful = |id: &&String| findings.found.contains(*id) && !changed.ids.contains(*id);
    let mut targets = BTreeMap::new();
    let expected = order.expected.iter().filter(|(kind, _)| complete.contains(kind));
    for (kind, Target { ids, is_whole }) in expected {
        let ids: BTreeSet<String> = ids.iter().filter(is_doubtful).cloned().collect();
        let is_whole = *is_whole && !changed.kinds.contains(kind);
        if is_whole || !ids.is_empty() {
            targets.insert(*kind, Target { ids, is_whole });
        }
    }
    if targets.is_empty() {
        return None;
    }
    let window = ReadWindow::within(now + ASK_AGAIN_AFTER, COLLECTED_FOR);
    let window = retries.not_before(place, targets.keys().copied(), window);
    // No message waits for it: what it told of was read.
    let again = ReadOrder::for_ids([], &BTreeSet::new(), window);
    Some((place.clone(), ReadOrder { targets, is_consequence: order.is_consequence, ..again }))
}

/// What a read found to have changed.
struct ChangedRows {
    /// The ids of resources that changed, and of what they belong to.
    ids: HashSet<String>,
    kinds: HashSet<Kind>,
}

impl ChangedRows {
    fn new(delta: &Delta) -> Self {
        let mut changed = Self { ids: HashSet::new(), kinds: HashSet::new() };
        changed.add::<Network>(delta);
        changed.add::<Subnet>(delta);
        changed.add::<Instance>(delta);
        changed.add::<Interface>(delta);
        changed.add::<Link>(delta);
        changed
    }

    fn add<T: LiveResource>(&mut self, delta: &Delta) {
        for change in T::changes(delta) {
            self.kinds.insert(T::KIND);
            self.ids.insert(change.row.asked_as());
            self.ids.extend(change.row.belongs_to());
        }
    }
}
