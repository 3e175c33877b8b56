//! The estate that changes, one seeded change after the other.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::aws::{Gone, ListedPlace, RegionChange, Transition};
use super::azure::{SubscriptionChange, changing_subscriptions};
use super::change_event::ChangeEvent;
use super::draw::Draw;
use super::new_ids::NewIds;
use crate::sandbox::estate::Estate;

/// An estate whose machines, networks, subnets, interfaces, tags and peerings come and go.
///
/// The same estate, seed and times give the same changes.
#[derive(Debug)]
pub struct LivingEstate {
    estate: Arc<Estate>,
    /// Regions of AWS accounts that something can change in.
    regions: Vec<ListedPlace>,
    /// Places of the Azure subscriptions that something can change in.
    subscriptions: Vec<usize>,
    draw: Draw,
    ids: NewIds,
    /// How many changes follow each other in one site.
    burst: u32,
    /// Where the next changes are made, and how many.
    next_site: Option<(Site, u32)>,
    /// Instances on their way to another state, the oldest first.
    transitions: VecDeque<Transition>,
    /// What is no longer there, but still listed, the oldest first.
    gone: VecDeque<(Timestamp, Gone)>,
}

/// Where changes are made.
#[derive(Debug, Clone)]
enum Site {
    /// A region of an account of AWS.
    Region(ListedPlace),
    /// A subscription of Azure, by its place in the estate.
    Subscription(usize),
}

/// How long AWS lists what is gone, about an hour:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html>.
const LISTED_FOR: SignedDuration = SignedDuration::from_hours(1);

/// A change that is not possible is drawn anew, so many times at most.
const ATTEMPTS: usize = 500;

impl LivingEstate {
    /// Begins with `estate`.
    #[must_use]
    pub fn new(estate: Arc<Estate>, seed: u64) -> Self {
        let (transitions, gone) = (VecDeque::new(), VecDeque::new());
        let (regions, subscriptions) = (ListedPlace::all(&estate), changing_subscriptions(&estate.azure));
        Self {
            estate,
            regions,
            subscriptions,
            draw: Draw::new(seed),
            ids: NewIds::new(seed),
            burst: 1,
            next_site: None,
            transitions,
            gone,
        }
    }

    /// Has so many changes follow each other in one region of an account, or one subscription.
    #[must_use]
    pub fn with_bursts(self, burst: u32) -> Self {
        Self { burst, ..self }
    }

    /// Returns it as it is now.
    #[must_use]
    pub fn estate(&self) -> Arc<Estate> {
        Arc::clone(&self.estate)
    }

    /// Makes so many changes at the time `now`; returns the events that clouds send because of them, in the order of the
    /// changes. Some calls fail or change nothing of interest; clouds send events of these too. An estate that nothing
    /// can change in has no events.
    pub fn step(&mut self, changes: usize, now: Timestamp) -> Vec<ChangeEvent> {
        self.forget(now);
        let mut events = Vec::new();
        for _ in 0..changes {
            let mut attempts = 0..ATTEMPTS;
            if !attempts.any(|_| self.change(now, &mut events).is_some()) {
                break;
            }
        }
        events
    }

    /// Draws a change; `None` when it is not possible.
    fn change(&mut self, now: Timestamp, events: &mut Vec<ChangeEvent>) -> Option<()> {
        // Instances start and stop within seconds, while other things happen.
        if !self.transitions.is_empty() && self.draw.below(2) == 0 {
            let transition = self.transitions.pop_front()?;
            let place = transition.place.clone();
            return self.in_region(&place, now, events).end(&transition);
        }
        match self.draw_site()? {
            Site::Region(place) => self.in_region(&place, now, events).any(),
            Site::Subscription(place) => self.in_subscription(place, now, events).any(),
        }
    }

    /// Draws where the next change is made: as before while a burst lasts.
    fn draw_site(&mut self) -> Option<Site> {
        if let Some((site, left)) = self.next_site.as_mut().filter(|(_, left)| *left > 0) {
            *left -= 1;
            return Some(site.clone());
        }
        let is_azure = !self.subscriptions.is_empty() && (self.regions.is_empty() || self.draw.below(2) == 0);
        let site = if is_azure {
            Site::Subscription(*self.draw.pick(&self.subscriptions)?)
        } else {
            Site::Region(self.draw.pick(&self.regions)?.clone())
        };
        self.next_site = Some((site.clone(), self.burst.saturating_sub(1)));
        Some(site)
    }

    fn in_region<'a>(
        &'a mut self,
        place: &'a ListedPlace,
        now: Timestamp,
        events: &'a mut Vec<ChangeEvent>,
    ) -> RegionChange<'a> {
        RegionChange {
            estate: Arc::make_mut(&mut self.estate),
            place,
            draw: &mut self.draw,
            ids: &mut self.ids,
            now,
            events,
            transitions: &mut self.transitions,
            gone: &mut self.gone,
        }
    }

    fn in_subscription<'a>(
        &'a mut self,
        place: usize,
        now: Timestamp,
        events: &'a mut Vec<ChangeEvent>,
    ) -> SubscriptionChange<'a> {
        let azure = &mut Arc::make_mut(&mut self.estate).azure;
        SubscriptionChange { azure, place, draw: &mut self.draw, ids: &mut self.ids, now, events }
    }

    /// Removes what was listed long enough after its end. No event says so.
    fn forget(&mut self, now: Timestamp) {
        while let Some((_, gone)) =
            self.gone.pop_front_if(|(since, _)| now.duration_since(*since) > LISTED_FOR)
        {
            gone.remove(Arc::make_mut(&mut self.estate));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

    use serde_json::Value;

    use super::*;
    use crate::sandbox::estate::azure::{NicOwner, Subscription};
    use crate::sandbox::estate::{RESERVED_AT_START, VisibleResources};

    const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

    fn living(seed: u64) -> LivingEstate {
        LivingEstate::new(Arc::new(Estate::sample()), seed)
    }

    fn all(estate: &Estate) -> impl Iterator<Item = &VisibleResources> {
        estate.visible.values().flat_map(HashMap::values).map(Arc::as_ref)
    }

    #[test]
    fn the_same_seed_makes_the_same_changes_and_leaves_the_original_alone() {
        let original = Arc::new(Estate::sample());
        let mut one = LivingEstate::new(Arc::clone(&original), 3);
        let (events, again) = (one.step(200, NOW), living(3).step(200, NOW));
        assert_eq!(events, again);
        assert_ne!(events, living(4).step(200, NOW));
        let vpcs = |estate: &Estate| all(estate).map(|visible| visible.vpcs.len()).sum::<usize>();
        assert_eq!(vpcs(&original), vpcs(&Estate::sample()));
        assert!(!Arc::ptr_eq(&original, &one.estate()));
    }

    #[test]
    fn events_are_json_of_accounts_that_are_there_and_each_kind_of_change_comes() {
        let mut estate = living(1);
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for event in estate.step(6000, NOW).into_iter().filter(|event| event.tenant.is_none()) {
            let body: Value = serde_json::from_str(&event.body).expect("is JSON");
            assert_eq!((&body["account"], &body["region"]), (&event.account.into(), &event.region.into()));
            let failed = if body["detail"]["errorCode"].is_string() { " failed" } else { "" };
            let state = body["detail"]["state"].as_str().unwrap_or_default();
            *seen.entry(format!("{}{failed}{state}", event.action)).or_default() += 1;
        }
        let kinds: Vec<&str> = seen.keys().map(String::as_str).collect();
        assert_eq!(
            kinds,
            [
                "AcceptVpcPeeringConnection",
                "AssignPrivateIpAddresses",
                "AssociateAddress",
                "AssociateVpcCidrBlock",
                "AttachNetworkInterface",
                "CreateNetworkInterface",
                "CreateSecurityGroup",
                "CreateSubnet",
                "CreateTags",
                "CreateVpc",
                "CreateVpc failed",
                "CreateVpcPeeringConnection",
                "DeleteNetworkInterface",
                "DeleteSubnet",
                "DeleteSubnet failed",
                "DeleteTags",
                "DeleteVpc",
                "DeleteVpc failed",
                "DeleteVpcPeeringConnection",
                "DetachNetworkInterface",
                "DisassociateAddress",
                "DisassociateVpcCidrBlock",
                "EC2 Instance State-change Notificationpending",
                "EC2 Instance State-change Notificationrunning",
                "EC2 Instance State-change Notificationshutting-down",
                "EC2 Instance State-change Notificationstopped",
                "EC2 Instance State-change Notificationstopping",
                "EC2 Instance State-change Notificationterminated",
                "RunInstances",
                "RunInstances failed",
                "StartInstances",
                "StopInstances",
                "Tag Change on Resource",
                "TerminateInstances",
                "TerminateInstances failed",
                "UnassignPrivateIpAddresses",
            ]
        );
    }

    /// Every address of a subnet has one holder, and what is left adds up.
    fn check_subnets(visible: &VisibleResources) {
        for subnet in &visible.subnets {
            let here = visible.interfaces.iter().filter(|interface| interface.subnet == subnet.id);
            let addresses: Vec<_> = here.clone().flat_map(|interface| &interface.ipv4).collect();
            let distinct: HashSet<_> = addresses.iter().collect();
            assert_eq!(distinct.len(), addresses.len(), "{}", subnet.id);
            let Some(prefix) = subnet.ipv4 else { continue };
            assert!(addresses.iter().all(|address| prefix.contains(*address)), "{}", subnet.id);
            let delegated: usize = here.map(|interface| interface.ipv4_prefixes.len() * 16).sum();
            let all = u32::from(prefix.broadcast()) - u32::from(prefix.network()) - RESERVED_AT_START;
            let used = u32::try_from(addresses.len() + delegated).expect("is small");
            assert_eq!(subnet.available + used, all, "{}", subnet.id);
            for other in
                visible.subnets.iter().filter(|other| other.vpc == subnet.vpc && other.id != subnet.id)
            {
                assert!(other.ipv4.is_none_or(|other| !other.contains(&prefix)), "{}", subnet.id);
            }
        }
    }

    #[test]
    fn an_estate_stays_in_order_and_about_as_large_as_it_was() {
        for seed in 0..2 {
            let mut living = living(seed);
            let count = |estate: &Estate| all(estate).map(|visible| visible.interfaces.len()).sum::<usize>();
            let before = count(&living.estate());
            living.step(1000, NOW);
            let estate = living.estate();
            let after = count(&estate);
            assert!((before / 2..before * 2).contains(&after), "{before} {after}");
            for (account, regions) in &estate.visible {
                for visible in regions.values() {
                    // Participants do not see what others have in a shared subnet.
                    if visible.subnets.iter().all(|subnet| subnet.owner == *account) {
                        check_subnets(visible);
                    }
                    check_references(visible);
                }
            }
        }
    }

    /// What is told of a resource in several places is the same.
    fn check_references(visible: &VisibleResources) {
        let vpcs: BTreeSet<&str> = visible.vpcs.iter().map(|vpc| &*vpc.id).collect();
        assert!(visible.subnets.iter().all(|subnet| vpcs.contains(&*subnet.vpc)));
        let instances = || visible.reservations.iter().flat_map(|reservation| &reservation.instances);
        for instance in instances() {
            for interface in &instance.interfaces {
                let listed = visible.interfaces.iter().find(|one| one.id == interface.id).expect("is listed");
                assert!(Arc::ptr_eq(listed, interface), "{}", interface.id);
                assert_eq!(
                    interface.plug.as_ref().and_then(|plug| plug.instance.as_ref()),
                    Some(&instance.id)
                );
            }
        }
        for peering in &visible.peerings {
            for end in [&peering.requester, &peering.accepter] {
                let listed = visible.vpcs.iter().find(|vpc| vpc.id == end.id);
                assert!(listed.is_none_or(|listed| Arc::ptr_eq(listed, end)), "{}", peering.id);
            }
        }
    }

    #[test]
    fn events_of_azure_have_the_schema_of_their_queue_and_each_operation_comes() {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let events = living(1).step(6000, NOW);
        for event in events.iter().filter(|event| event.tenant.is_some()) {
            let body: Value = serde_json::from_str(&event.body).expect("is JSON");
            let (kind, source) = match body["specversion"].as_str() {
                Some(_) => (&body["type"], &body["source"]),
                None => (&body["eventType"], &body["topic"]),
            };
            let (account, tenant) = (&*event.account, event.tenant.as_deref());
            assert_eq!(*source, format!("/subscriptions/{account}"));
            assert_eq!(
                (body["data"]["subscriptionId"].as_str(), body["data"]["tenantId"].as_str()),
                (Some(account), tenant)
            );
            let kind = kind.as_str().expect("is text").trim_start_matches("Microsoft.Resources.");
            seen.insert(format!("{} {kind}", event.action.trim_start_matches("Microsoft.")));
        }
        assert_eq!(
            seen.iter().map(String::as_str).collect::<Vec<_>>(),
            [
                "Compute/virtualMachines/deallocate/action ResourceActionSuccess",
                "Compute/virtualMachines/delete ResourceDeleteSuccess",
                "Compute/virtualMachines/restart/action ResourceActionSuccess",
                "Compute/virtualMachines/start/action ResourceActionFailure",
                "Compute/virtualMachines/start/action ResourceActionSuccess",
                "Compute/virtualMachines/write ResourceWriteCancel",
                "Compute/virtualMachines/write ResourceWriteSuccess",
                "Network/networkInterfaces/delete ResourceDeleteSuccess",
                "Network/networkInterfaces/write ResourceWriteSuccess",
                "Network/networkSecurityGroups/write ResourceWriteSuccess",
                "Network/publicIPAddresses/delete ResourceDeleteSuccess",
                "Network/publicIPAddresses/write ResourceWriteSuccess",
                "Network/virtualNetworks/delete ResourceDeleteFailure",
                "Network/virtualNetworks/delete ResourceDeleteSuccess",
                "Network/virtualNetworks/subnets/delete ResourceDeleteSuccess",
                "Network/virtualNetworks/subnets/write ResourceWriteSuccess",
                "Network/virtualNetworks/virtualNetworkPeerings/delete ResourceDeleteSuccess",
                "Network/virtualNetworks/virtualNetworkPeerings/write ResourceWriteSuccess",
                "Network/virtualNetworks/write ResourceWriteSuccess",
                "Resources/deployments/write ResourceWriteSuccess",
                "Resources/tags/write ResourceWriteSuccess",
            ]
        );
    }

    /// Subnets and interfaces tell the same of each other, and an address has one holder.
    fn check_subscription(all: &Subscription) {
        let interfaces = all.scale_sets.iter().flat_map(|set| &set.instances).map(|one| &one.interface);
        let configurations: Vec<_> =
            interfaces.chain(&all.interfaces).flat_map(|interface| &interface.configurations).collect();
        for subnet in all.networks.iter().flat_map(|network| &network.subnets) {
            let here = configurations.iter().filter(|one| one.subnet == subnet.id);
            let ids: BTreeSet<&String> = here.clone().map(|one| &one.id).collect();
            assert_eq!(ids, subnet.configurations.iter().collect(), "{}", subnet.id);
            let addresses: HashSet<_> = here.map(|one| one.address).collect();
            assert_eq!(addresses.len(), ids.len(), "{}", subnet.id);
        }
        let machines: HashSet<&String> = all.machines.iter().map(|machine| &machine.named.id).collect();
        for interface in &all.interfaces {
            if let Some(NicOwner::Machine(id)) = &interface.holder {
                assert!(machines.contains(id), "{}", interface.named.id);
            }
        }
        let held: HashSet<_> = configurations.iter().filter_map(|one| one.public_ip.as_ref()).collect();
        assert!(all.public_ips.iter().all(|public| held.contains(&public.named.id)), "{}", all.id);
        let all_ids = all.machines.iter().map(|it| &it.named).chain(all.networks.iter().map(|it| &it.named));
        let ids: Vec<_> = all_ids.map(|named| named.id.to_lowercase()).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    }

    #[test]
    fn subscriptions_stay_in_order_and_about_as_large_as_they_were() {
        for seed in 0..2 {
            let mut living = living(seed);
            let count =
                |estate: &Estate| estate.azure.subscriptions().map(|one| one.machines.len()).sum::<usize>();
            let before = count(&living.estate());
            living.step(1000, NOW);
            let after = count(&living.estate());
            assert!((1..before + 150).contains(&after), "{before} {after}");
            living.estate().azure.subscriptions().for_each(check_subscription);
        }
    }

    #[test]
    fn what_ended_is_listed_for_an_hour() {
        let mut living = living(2);
        living.step(300, NOW);
        let ended = |living: &LivingEstate| {
            let estate = living.estate();
            let peerings = all(&estate).flat_map(|visible| &visible.peerings);
            let instances = all(&estate).flat_map(|visible| &visible.reservations);
            let instances = instances.flat_map(|reservation| &reservation.instances);
            peerings.filter(|peering| matches!(&*peering.status, "deleted" | "failed")).count()
                + instances.filter(|one| one.state.code_and_name().1 == "terminated").count()
        };
        let (before, described) = (ended(&living), ended(&LivingEstate::new(Arc::new(Estate::sample()), 0)));
        assert!(before > described, "{before} {described}");
        living.step(0, NOW + SignedDuration::from_mins(59));
        assert_eq!(ended(&living), before);
        living.step(0, NOW + SignedDuration::from_mins(61));
        assert_eq!(ended(&living), described);
    }

    /// A deployment changes many things in one place.
    #[test]
    fn changes_of_a_burst_are_in_one_place() {
        let switches = |burst| {
            let mut living = living(5).with_bursts(burst);
            let events = living.step(200, NOW);
            let places: Vec<_> = events.iter().map(|event| (&event.account, &event.region)).collect();
            assert!(places.iter().collect::<BTreeSet<_>>().len() > 3);
            places.windows(2).filter(|pair| pair[0] != pair[1]).count()
        };
        let (spread, bursts) = (switches(1), switches(20));
        assert!(2 * bursts < spread, "{bursts} of {spread}");
    }

    #[test]
    fn an_estate_without_accounts_has_no_events() {
        let mut estate = Estate::sample();
        estate.accounts.clear();
        estate.azure.subscriptions.clear();
        assert_eq!(LivingEstate::new(Arc::new(estate), 0).step(10, NOW), []);
    }
}
