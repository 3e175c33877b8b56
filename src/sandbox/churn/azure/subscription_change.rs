//! A change in the making: in which subscription, what it may touch, and which events it causes.

use std::sync::Arc;

use jiff::Timestamp;

use crate::sandbox::churn::change_event::ChangeEvent;
use crate::sandbox::churn::draw::Draw;
use crate::sandbox::churn::new_ids::NewIds;
use crate::sandbox::estate::Tags;
use crate::sandbox::estate::azure::{
    AzureEstate, Interface, Machine, Named, Network, Subscription, SubscriptionState,
};

/// A change in the making: an operation in a subscription.
pub struct SubscriptionChange<'a> {
    pub azure: &'a mut AzureEstate,
    /// The place of the subscription.
    pub place: usize,
    pub draw: &'a mut Draw,
    pub ids: &'a mut NewIds,
    pub now: Timestamp,
    pub events: &'a mut Vec<ChangeEvent>,
}

/// Lists the places of the subscriptions that something can change in.
pub fn changing_subscriptions(azure: &AzureEstate) -> Vec<usize> {
    let is_in_use = |one: &Subscription| {
        one.state == SubscriptionState::Enabled && !one.disallowed && !one.hidden_from_graph
    };
    azure.subscriptions().enumerate().filter(|(_, one)| is_in_use(one)).map(|(place, _)| place).collect()
}

impl SubscriptionChange<'_> {
    /// Returns the subscription.
    pub fn subscription(&self) -> &Subscription {
        &self.azure.subscriptions[self.place]
    }

    /// Returns the subscription, to change it.
    pub fn contents(&mut self) -> &mut Subscription {
        Arc::make_mut(&mut self.azure.subscriptions[self.place])
    }

    /// Draws a network that meets a condition, and returns its place.
    pub fn pick_network(&mut self, fits: impl Fn(&Network) -> bool) -> Option<usize> {
        let networks = self.subscription().networks.iter().enumerate();
        let fitting: Vec<usize> =
            networks.filter(|(_, network)| fits(network)).map(|(place, _)| place).collect();
        self.draw.pick(&fitting).copied()
    }

    /// Draws a machine of no scale set that meets a condition, and returns its place.
    pub fn pick_machine(&mut self, fits: impl Fn(&Machine) -> bool) -> Option<usize> {
        let machines = self.subscription().machines.iter().enumerate();
        let fitting: Vec<usize> = machines
            .filter(|(_, machine)| machine.scale_set.is_none() && fits(machine))
            .map(|(place, _)| place)
            .collect();
        self.draw.pick(&fitting).copied()
    }

    /// Draws an interface that meets a condition, and returns its place.
    pub fn pick_interface(&mut self, fits: impl Fn(&Interface) -> bool) -> Option<usize> {
        let interfaces = self.subscription().interfaces.iter().enumerate();
        let fitting: Vec<usize> =
            interfaces.filter(|(_, interface)| fits(interface)).map(|(place, _)| place).collect();
        self.draw.pick(&fitting).copied()
    }

    /// Makes tags for something new.
    pub fn new_tags(&mut self) -> Tags {
        const ENVIRONMENTS: [&str; 3] = ["dev", "staging", "prod"];
        Tags::from([("environment".into(), ENVIRONMENTS[self.draw.below(ENVIRONMENTS.len())].into())])
    }
}

/// Names a new resource beside another one, in its resource group and location; `kind` is such as
/// `Microsoft.Network/virtualNetworks`.
pub fn named_beside(other: &Named, kind: &str, name: String, tags: Tags) -> Option<Named> {
    let (group, _) = other.id.split_once("/providers/")?;
    let id = format!("{group}/providers/{kind}/{name}");
    Some(Named { id, name, location: other.location.clone(), tags })
}
