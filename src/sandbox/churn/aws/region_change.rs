//! A change in the making: where it happens, what it may touch, and which events it causes.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;

use super::gone::Gone;
use super::views::{ListedPlace, all_visible, is_attachment_of, joins, visible_of};
use crate::sandbox::churn::change_event::ChangeEvent;
use crate::sandbox::churn::draw::Draw;
use crate::sandbox::churn::new_ids::NewIds;
use crate::sandbox::estate::{
    Attached, Attachment, Estate, InstanceState, Interface, Peering, Reservation, Subnet, Tags,
    VisibleResources, Vpc,
};

/// A change in the making: an API call of an account in a region.
pub struct RegionChange<'a> {
    pub estate: &'a mut Estate,
    pub place: &'a ListedPlace,
    pub draw: &'a mut Draw,
    pub ids: &'a mut NewIds,
    pub now: Timestamp,
    pub events: &'a mut Vec<ChangeEvent>,
    pub transitions: &'a mut VecDeque<Transition>,
    pub gone: &'a mut VecDeque<(Timestamp, Gone)>,
}

impl RegionChange<'_> {
    /// Returns what the account sees in the region.
    pub fn visible(&self) -> Option<&VisibleResources> {
        self.estate.visible(&self.place.account, &self.place.region)
    }

    /// Returns what the account sees in the region, to change it.
    pub fn visible_mut(&mut self) -> &mut VisibleResources {
        let ListedPlace { account, region } = self.place;
        visible_of(self.estate, account, region)
    }

    /// Tells whether something belongs to the account.
    pub fn is_own(&self, owner: &str) -> bool {
        self.place.account == owner
    }

    /// Draws a VPC of the account that meets a condition.
    pub fn pick_vpc(&mut self, fits: impl Fn(&VisibleResources, &Vpc) -> bool) -> Option<Arc<Vpc>> {
        let visible = self.visible()?;
        let own = visible.vpcs.iter().filter(|vpc| self.is_own(&vpc.owner) && fits(visible, vpc));
        let own: Vec<_> = own.cloned().collect();
        self.draw.pick(&own).cloned()
    }

    /// Draws a subnet of the account, or one shared with it, that meets a condition.
    pub fn pick_subnet(&mut self, fits: impl Fn(&VisibleResources, &Subnet) -> bool) -> Option<Arc<Subnet>> {
        let visible = self.visible()?;
        let fitting: Vec<_> =
            visible.subnets.iter().filter(|subnet| fits(visible, subnet)).cloned().collect();
        self.draw.pick(&fitting).cloned()
    }

    /// Draws an interface of the account, no service's, that meets a condition.
    pub fn pick_interface(&mut self, fits: impl Fn(&Interface) -> bool) -> Option<Arc<Interface>> {
        let visible = self.visible()?;
        let is_free = |one: &&Arc<Interface>| {
            self.is_own(&one.owner) && one.requester.is_none() && one.operator.is_none() && fits(one)
        };
        let fitting: Vec<_> = visible.interfaces.iter().filter(is_free).cloned().collect();
        self.draw.pick(&fitting).cloned()
    }

    /// Puts a VPC into the place of the one with its id, wherever that is seen.
    pub fn replace_vpc(&mut self, vpc: Vpc) {
        let vpc = Arc::new(vpc);
        for visible in all_visible(self.estate) {
            let is_here = visible.vpcs.iter().any(|one| one.id == vpc.id)
                || visible.peerings.iter().any(|peering| joins(peering, &vpc.id))
                || visible.attachments.iter().any(|one| is_attachment_of(one, &vpc.id));
            if is_here {
                let visible = Arc::make_mut(visible);
                swap(&mut visible.vpcs, |one| one.id == vpc.id, &vpc);
                visible.peerings.iter_mut().for_each(|peering| renew_ends(peering, &vpc));
                visible.attachments.iter_mut().for_each(|attachment| renew_attachment(attachment, &vpc));
            }
        }
    }

    /// Changes a subnet, wherever it is seen.
    pub fn change_subnet(&mut self, id: &str, change: impl FnOnce(&mut Subnet)) -> Option<()> {
        let seen = &self.visible()?.subnets;
        let mut subnet = Subnet::clone(seen.iter().find(|subnet| subnet.id == id)?);
        change(&mut subnet);
        let subnet = Arc::new(subnet);
        for visible in all_visible(self.estate) {
            if visible.subnets.iter().any(|one| one.id == id) {
                swap(&mut Arc::make_mut(visible).subnets, |one| one.id == id, &subnet);
            }
        }
        Some(())
    }

    /// Changes an interface, wherever it is seen, and in the instance that it is attached to.
    pub fn change_interface(&mut self, id: &str, change: impl FnOnce(&mut Interface)) -> Option<()> {
        let seen = &self.visible()?.interfaces;
        let mut interface = Interface::clone(seen.iter().find(|interface| interface.id == id)?);
        change(&mut interface);
        let interface = Arc::new(interface);
        for visible in all_visible(self.estate) {
            if visible.interfaces.iter().any(|one| one.id == id) {
                let visible = Arc::make_mut(visible);
                swap(&mut visible.interfaces, |one| one.id == id, &interface);
                let holds = |one: &&mut Arc<Reservation>| {
                    one.instances.iter().any(|one| one.interfaces.iter().any(|one| one.id == id))
                };
                for reservation in visible.reservations.iter_mut().filter(holds) {
                    for instance in &mut Arc::make_mut(reservation).instances {
                        swap(&mut instance.interfaces, |one| one.id == id, &interface);
                    }
                }
            }
        }
        Some(())
    }

    /// Changes a peering, on both sides.
    pub fn change_peering(&mut self, id: &str, change: impl FnOnce(&mut Peering)) -> Option<()> {
        let seen = &self.visible()?.peerings;
        let mut peering = Peering::clone(seen.iter().find(|peering| peering.id == id)?);
        change(&mut peering);
        let peering = Arc::new(peering);
        for visible in all_visible(self.estate) {
            if visible.peerings.iter().any(|one| one.id == id) {
                swap(&mut Arc::make_mut(visible).peerings, |one| one.id == id, &peering);
            }
        }
        Some(())
    }

    /// Makes tags for something new.
    pub fn new_tags(&mut self, name: &str) -> Tags {
        const ENVIRONMENTS: [&str; 3] = ["dev", "staging", "prod"];
        let environment = ENVIRONMENTS[self.draw.below(ENVIRONMENTS.len())];
        Tags::from([("Name".into(), name.into()), ("Environment".into(), environment.into())])
    }
}

fn swap<T>(items: &mut [Arc<T>], is_meant: impl Fn(&T) -> bool, new: &Arc<T>) {
    if let Some(item) = items.iter_mut().find(|item| is_meant(item)) {
        *item = Arc::clone(new);
    }
}

fn renew_ends(peering: &mut Arc<Peering>, vpc: &Arc<Vpc>) {
    if !joins(peering, &vpc.id) {
        return;
    }
    let peering = Arc::make_mut(peering);
    for end in [&mut peering.requester, &mut peering.accepter] {
        if end.id == vpc.id {
            *end = Arc::clone(vpc);
        }
    }
}

fn renew_attachment(attachment: &mut Arc<Attachment>, new: &Arc<Vpc>) {
    if is_attachment_of(attachment, &new.id)
        && let Attached::Vpc { vpc, .. } = &mut Arc::make_mut(attachment).resource
    {
        *vpc = Arc::clone(new);
    }
}

/// An instance on its way to another state.
#[derive(Debug)]
pub struct Transition {
    /// Where it is.
    pub place: ListedPlace,
    /// Its id.
    pub instance: String,
    /// The state that it is about to be in.
    pub state: InstanceState,
}
