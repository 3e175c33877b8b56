//! Peerings, each side of which is made and deleted by itself.

use std::sync::Arc;

use super::addressing::v4;
use super::subscription_change::SubscriptionChange;
use crate::sandbox::churn::prefixes::overlap;
use crate::sandbox::estate::azure::{Network, PeeredSpace, Peering};

/// Peerings of a network that new ones are added to.
const MAX_PEERINGS: usize = 4;

/// A network, where it is, and the peerings that it has.
#[derive(Clone)]
struct PeeringPosition {
    subscription: usize,
    network: usize,
}

impl SubscriptionChange<'_> {
    /// Makes one side of a peering, with a network whose address space does not overlap. When the other side is there,
    /// both are connected; the event is of this side alone.
    pub fn create_peering(&mut self) -> Option<()> {
        let here = self.pick_network(|network| network.peerings.len() < MAX_PEERINGS)?;
        let near = self.subscription().networks[here].clone();
        let tenant = self.subscription().tenant.clone();
        let others: Vec<PeeringPosition> = self
            .spots()
            .filter(|(spot, other)| {
                self.azure.subscriptions[spot.subscription].tenant == tenant && can_peer(&near, other)
            })
            .map(|(spot, _)| spot)
            .collect();
        // The other side of a peering that was begun comes first.
        let begun = others.iter().find(|spot| has_peering(self.network(spot), &near.named.id)).cloned();
        let there = match begun {
            Some(spot) => spot,
            None => self.draw.pick(&others)?.clone(),
        };
        let far = self.network(&there);
        let is_begun = has_peering(far, &near.named.id);
        let state = if is_begun { "Connected" } else { "Initiated" };
        let name = format!("to-{}", far.named.name);
        let whole = |network: &Network| PeeredSpace { network: network.prefixes.clone(), subnets: None };
        let peering = Peering {
            id: format!("{}/virtualNetworkPeerings/{name}", near.named.id),
            name,
            remote: far.named.id.clone(),
            state: state.to_owned(),
            local: whole(&near),
            far: whole(far),
        };
        let id = peering.id.clone();
        self.contents().networks[here].peerings.push(peering);
        self.set_state(&there, &near.named.id, "Connected");
        self.emit("Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write", &id);
        Some(())
    }

    /// Deletes one side of a peering. The other one is disconnected, of which no event tells.
    pub fn delete_peering(&mut self) -> Option<()> {
        // That of a hub is Azure's own, and one of some subnets stays.
        let is_own = |peering: &Peering| peering.name.starts_with("to-") && peering.local.subnets.is_none();
        let here = self.pick_network(|network| network.peerings.iter().any(is_own))?;
        let network = &mut self.contents().networks[here];
        let place = network.peerings.iter().position(is_own)?;
        let peering = network.peerings.remove(place);
        let id = network.named.id.clone();
        let there =
            self.spots().find(|(_, network)| network.named.id == peering.remote).map(|(spot, _)| spot);
        if let Some(there) = there {
            self.set_state(&there, &id, "Disconnected");
        }
        self.emit("Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete", &peering.id);
        Some(())
    }

    /// Lists all networks.
    fn spots(&self) -> impl Iterator<Item = (PeeringPosition, &Network)> {
        self.azure.subscriptions().enumerate().flat_map(|(subscription, all)| {
            let networks = all.networks.iter().enumerate();
            networks.map(move |(network, it)| (PeeringPosition { subscription, network }, it))
        })
    }

    fn network(&self, spot: &PeeringPosition) -> &Network {
        &self.azure.subscriptions[spot.subscription].networks[spot.network]
    }

    /// Sets the state of the peering that the network at `spot` has with another one, if it has.
    fn set_state(&mut self, spot: &PeeringPosition, remote: &str, state: &str) {
        let all = Arc::make_mut(&mut self.azure.subscriptions[spot.subscription]);
        let peerings = all.networks[spot.network].peerings.iter_mut();
        for peering in peerings.filter(|peering| peering.remote == remote) {
            state.clone_into(&mut peering.state);
        }
    }
}

fn has_peering(network: &Network, remote: &str) -> bool {
    network.peerings.iter().any(|peering| peering.remote == remote)
}

/// Tells whether a network can begin a peering with another one: Azure refuses address space that overlaps, and two with
/// the same name or the same network. One whose other side was deleted has to be deleted first.
fn can_peer(near: &Network, far: &Network) -> bool {
    let overlaps = v4(&near.prefixes).any(|one| v4(&far.prefixes).any(|other| overlap(one, other)));
    let is_left = |peering: &Peering| peering.remote == near.named.id && peering.state == "Disconnected";
    let has_name = near.peerings.iter().any(|peering| peering.name == format!("to-{}", far.named.name));
    near.named.id != far.named.id
        && !overlaps
        && !has_name
        && !has_peering(near, &far.named.id)
        && !far.peerings.iter().any(is_left)
}
