//! Machines and links that have ended: the cloud lists them for some time, and sends no event when it stops.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use crate::model::{Kind, Provider};
use crate::watch::account_region::AccountRegion;
use crate::watch::live_inventory::{LiveInventory, ReadAnswer};
use crate::watch::pending::{ReadOrder, ReadWindow};

/// EC2 lists terminated machines for about an hour, and sends no event when it stops.
pub(super) const TERMINATED_FOR: Duration = Duration::from_mins(65);
/// Links that ended are listed for up to two hours:
/// <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle>.
pub(super) const ENDED_LINKS_FOR: Duration = Duration::from_mins(125);
/// How much later what ended may be asked for, with whatever else is read there.
pub(super) const LAST_LOOK_WITHIN: Duration = Duration::from_mins(10);

/// Lists the machines that are found to have ended.
pub(super) fn ended_machines(answers: &[ReadAnswer]) -> HashSet<String> {
    let machines = answers.iter().flat_map(|answer| &answer.found.instances);
    machines.filter(|one| one.is_ending()).map(|one| one.id.clone()).collect()
}

/// Asks for the interfaces of machines that end by their own ids, and not as what is attached to them: an interface that is
/// not found so is gone, and need not be asked for once more.
pub(super) fn name_interfaces_of_ending(live: &LiveInventory, place: &AccountRegion, order: &mut ReadOrder) {
    let target = order.targets.get_mut(&Kind::Interfaces).filter(|target| !target.is_whole);
    // Most orders are not about machines that end, and there may be many interfaces.
    let Some(target) = target.filter(|_| !order.ending_machines.is_empty()) else { return };
    for (identity, interface) in live.interfaces_of(place) {
        let machine = interface.attached_to.as_ref().map(|id| id.to_ascii_lowercase());
        if let Some(machine) = machine.filter(|id| order.ending_machines.contains(id)) {
            target.ids.insert(identity.id.clone());
            target.ids.remove(&machine);
        }
    }
}

/// Tells whether a machine or link in this state is not listed any more in an hour or two.
pub(super) fn has_ended(provider: Provider, state: Option<&str>) -> bool {
    provider == Provider::Aws
        && matches!(state, Some("terminated" | "deleted" | "rejected" | "failed" | "expired"))
}

/// Orders something that ended for when it is not listed any more.
pub(super) fn last_look(kind: Kind, id: &str, now: Instant) -> ReadOrder {
    let listed_for = if kind == Kind::Links { ENDED_LINKS_FOR } else { TERMINATED_FOR };
    let window = ReadWindow::within(now + listed_for, LAST_LOOK_WITHIN);
    let order = ReadOrder::for_ids([kind], &BTreeSet::from([id.to_owned()]), window);
    ReadOrder { is_consequence: true, ..order }
}
