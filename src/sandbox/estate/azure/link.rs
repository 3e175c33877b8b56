//! Draws what joins networks: peerings and virtual hubs.

use toml::Spanned;

use super::super::build::flaw;
use super::super::load::Flaw;
use super::build::{Builder, Site};
use super::ids::guid;
use super::spec::{HubSpec, PeeringSpec};
use super::types::{Connection, Hub, Peering, Share};

impl Builder {
    /// Draws a peering: both networks show it when it is connected, the first one alone otherwise.
    pub fn peering(&mut self, spec: &PeeringSpec) -> Result<(), Flaw> {
        let (from, to) = (self.network_named(&spec.from)?, self.network_named(&spec.to)?);
        if spec.subnets.is_some() != spec.remote_subnets.is_some() {
            let message = "a peering of some subnets needs `subnets` and `remote_subnets`";
            return Err(flaw(&spec.from, message.into()));
        }
        let near = self.share(from, spec.subnets.as_deref())?;
        let far = self.share(to, spec.remote_subnets.as_deref())?;
        self.show(from, to, &spec.state, (&near, &far));
        if spec.state == "Connected" {
            self.show(to, from, &spec.state, (&far, &near));
        }
        Ok(())
    }

    fn share(&self, network: usize, names: Option<&[Spanned<String>]>) -> Result<Share, Flaw> {
        let drawn = &self.networks[network].network;
        let Some(names) = names else {
            return Ok(Share { network: drawn.prefixes.clone(), subnets: None });
        };
        let (mut shared, mut prefixes) = (Vec::new(), Vec::new());
        for name in names {
            let subnet = drawn.subnets.iter().find(|subnet| subnet.name == *name.get_ref());
            let unknown = || flaw(name, format!("there is no subnet named `{}`", name.get_ref()));
            prefixes.extend_from_slice(subnet.ok_or_else(unknown)?.prefixes.as_slice());
            shared.push(name.get_ref().clone());
        }
        Ok(Share { network: drawn.prefixes.clone(), subnets: Some((shared, prefixes)) })
    }

    /// Shows a peering in the network `here`.
    fn show(&mut self, here: usize, there: usize, state: &str, (local, far): (&Share, &Share)) {
        let remote = self.networks[there].network.named.clone();
        let network = &mut self.networks[here].network;
        let name = format!("to-{}", remote.name);
        network.peerings.push(Peering {
            id: format!("{}/virtualNetworkPeerings/{name}", network.named.id),
            name,
            remote: remote.id,
            state: state.to_owned(),
            local: local.clone(),
            far: far.clone(),
        });
    }

    /// Draws a virtual hub with its connections.
    pub fn hub(&mut self, spec: &HubSpec) -> Result<(), Flaw> {
        let name = spec.name.get_ref();
        let (subscription, group) = self.subscription(&spec.subscription)?;
        let group = spec.group.as_deref().unwrap_or(group).to_owned();
        let site = Site { subscription, group, location: spec.location.clone() };
        let named = self.named(&site, "Microsoft.Network/virtualHubs", name, &spec.tags, &spec.name)?;
        let (above, _) = named.id.rsplit_once("/virtualHubs/").unwrap_or_default();
        let wan = format!("{above}/virtualWans/{name}-wan");
        let mut hub = Hub { named, wan, prefix: spec.prefix, connections: Vec::new() };
        for network in &spec.connected {
            let network = self.network_named(network)?;
            self.connect(&mut hub, network);
        }
        self.azure.subscriptions[subscription].hubs.push(hub);
        Ok(())
    }

    /// Connects a network. Azure shows that in the network too: as a peering with the hub's own network,
    /// which is in a subscription of Microsoft's and nobody's to read.
    fn connect(&mut self, hub: &mut Hub, network: usize) {
        let network = &mut self.networks[network].network;
        let name = network.named.name.clone();
        let id = format!("{}/hubVirtualNetworkConnections/{name}", hub.named.id);
        let (key, owner) = (guid(&id), guid(&format!("owner/{}", hub.named.id)));
        let peering = format!("RemoteVnetToHubPeering_{key}");
        network.peerings.push(Peering {
            id: format!("{}/virtualNetworkPeerings/{peering}", network.named.id),
            name: peering,
            remote: format!(
                "/subscriptions/{owner}/resourceGroups/RG_{hub}_{key}/providers/Microsoft.Network/virtualNetworks/HV_{hub}_{key}",
                hub = hub.named.name
            ),
            state: "Connected".into(),
            local: Share { network: network.prefixes.clone(), subnets: None },
            far: Share { network: vec![hub.prefix], subnets: None },
        });
        hub.connections.push(Connection { id, name, network: network.named.id.clone() });
    }
}
