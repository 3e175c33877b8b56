//! Draws what joins networks: peerings, transit gateways, VPNs.

use std::sync::Arc;

use toml::Spanned;

use super::build::{Builder, find, flaw, named};
use super::ids;
use super::load::EstateProblem;
use super::machine::{InterfaceExtras, InterfaceRequest};
use super::spec::{PeeringSpec, TransitGatewaySpec, VpnSpec};
use super::types::{
    Attached, Attachment, InterfaceAttachment, Peering, Tags, TransitGateway, Vpc, VpnConnection, VpnGateway,
};

impl Builder {
    /// Draws a peering of two VPCs, seen from both.
    pub fn peering(&mut self, spec: &PeeringSpec) -> Result<(), EstateProblem> {
        let (requester, accepter) = (self.vpc(&spec.from)?, self.vpc(&spec.to)?);
        let path = format!("{}/{}", spec.from.get_ref(), spec.to.get_ref());
        let peering = Arc::new(Peering {
            id: ids::resource_id("pcx", &path),
            requester: Arc::clone(&requester),
            accepter: Arc::clone(&accepter),
            status: spec.status.clone().unwrap_or_else(|| "active".into()),
            tags: spec.tags.clone(),
        });
        self.visible_to(&requester.owner, &requester.region).peerings.push(Arc::clone(&peering));
        if (&requester.owner, &requester.region) != (&accepter.owner, &accepter.region) {
            self.visible_to(&accepter.owner, &accepter.region).peerings.push(peering);
        }
        Ok(())
    }

    /// Draws a transit gateway, shared with every attached account.
    pub fn transit_gateway(&mut self, spec: &TransitGatewaySpec) -> Result<(), EstateProblem> {
        let owner = self.account_id(&spec.account, &spec.name)?;
        self.check_region(&owner, &spec.region, &spec.name)?;
        let name = spec.name.get_ref();
        let gateway = Arc::new(TransitGateway {
            id: ids::resource_id("tgw", name),
            owner,
            region: spec.region.clone(),
            asn: spec.asn,
            tags: named(name, &Tags::new()),
        });
        if self.transit_gateways.insert(name.clone(), Arc::clone(&gateway)).is_some() {
            return Err(flaw(&spec.name, format!("transit gateway `{name}` is defined twice")));
        }
        self.show_gateway(&gateway, &gateway.owner);
        for network in &spec.attached {
            self.attach(&gateway, name, network)?;
        }
        Ok(())
    }

    fn attach(
        &mut self,
        gateway: &Arc<TransitGateway>,
        name: &str,
        at: &Spanned<String>,
    ) -> Result<(), EstateProblem> {
        let network = *find(&self.network_names, "network", at.get_ref(), at)?;
        let vpc = Arc::clone(&self.networks[network].vpc);
        if vpc.region != gateway.region {
            return Err(flaw(at, format!("network `{}` is not in {}", at.get_ref(), gateway.region)));
        }
        let id = ids::resource_id("tgw-attach", &format!("{name}/{}", at.get_ref()));
        let mut subnets = Vec::new();
        for allocator in self.one_per_zone(network) {
            let subnet = self.networks[network].allocators[allocator].subnet.id.clone();
            let path = format!("{id}/{subnet}");
            let request = InterfaceRequest {
                owner: &vpc.owner,
                path: &path,
                kind: Some("transit_gateway"),
                description: format!("Network Interface for Transit Gateway Attachment {id}"),
                secondary: 0,
                public: false,
                plug: Some(InterfaceAttachment {
                    id: ids::resource_id("eni-attach", &path),
                    instance: None,
                    owner: "amazon-aws".into(),
                    index: 1,
                }),
                requester: Some("amazon-aws"),
                extras: InterfaceExtras::default(),
                tags: Tags::new(),
            };
            self.interface((network, allocator), request, at)?;
            subnets.push(subnet);
        }
        if subnets.is_empty() {
            return Err(flaw(at, format!("network `{}` has no subnet to attach through", at.get_ref())));
        }
        let attachment = Arc::new(Attachment {
            id,
            gateway: Arc::clone(gateway),
            resource: Attached::Vpc { vpc: Arc::clone(&vpc), subnets },
            state: "available".into(),
            tags: named(at.get_ref(), &Tags::new()),
        });
        self.visible_to(&gateway.owner, &gateway.region).attachments.push(Arc::clone(&attachment));
        if vpc.owner != gateway.owner {
            self.show_gateway(gateway, &vpc.owner);
            self.visible_to(&vpc.owner, &vpc.region).attachments.push(attachment);
        }
        Ok(())
    }

    /// Draws a peering of two transit gateways, seen from both.
    pub fn transit_gateway_peering(&mut self, spec: &PeeringSpec) -> Result<(), EstateProblem> {
        let requester =
            Arc::clone(find(&self.transit_gateways, "transit gateway", spec.from.get_ref(), &spec.from)?);
        let accepter =
            Arc::clone(find(&self.transit_gateways, "transit gateway", spec.to.get_ref(), &spec.to)?);
        // Within a region each side has an attachment of its own.
        let is_within = requester.region == accepter.region;
        let ends = format!("{}/{}", spec.from.get_ref(), spec.to.get_ref());
        let id = ids::resource_id("tgw-attach", &ends);
        let of_accepter =
            if is_within { ids::resource_id("tgw-attach", &format!("{ends}/accepter")) } else { id.clone() };
        let attachment = |id: &str| {
            Arc::new(Attachment {
                id: id.to_owned(),
                gateway: Arc::clone(&requester),
                resource: Attached::Peer { gateway: Arc::clone(&accepter), accepter: of_accepter.clone() },
                state: spec.status.clone().unwrap_or_else(|| "available".into()),
                tags: spec.tags.clone(),
            })
        };
        self.visible_to(&requester.owner, &requester.region).attachments.push(attachment(&id));
        self.visible_to(&accepter.owner, &accepter.region).attachments.push(attachment(&of_accepter));
        Ok(())
    }

    /// Draws a site-to-site VPN: to a transit gateway, or to a VPC through a gateway of its own.
    pub fn vpn(&mut self, spec: &VpnSpec) -> Result<(), EstateProblem> {
        let name = spec.name.get_ref();
        let mut connection = VpnConnection {
            id: ids::resource_id("vpn", name),
            customer_gateway: ids::resource_id("cgw", name),
            vpn_gateway: None,
            transit_gateway: None,
            routes: spec.routes.clone(),
            tags: named(name, &Tags::new()),
        };
        if let Some(gateway) = self.transit_gateways.get(spec.to.get_ref()).map(Arc::clone) {
            connection.transit_gateway = Some(gateway.id.clone());
            let attachment = Attachment {
                id: ids::resource_id("tgw-attach", name),
                gateway: Arc::clone(&gateway),
                resource: Attached::Vpn(connection.id.clone()),
                state: "available".into(),
                tags: Tags::new(),
            };
            let visible = self.visible_to(&gateway.owner, &gateway.region);
            visible.attachments.push(Arc::new(attachment));
            visible.vpn_connections.push(connection);
            return Ok(());
        }
        let vpc = self.vpc(&spec.to)?;
        let gateway = VpnGateway {
            id: ids::resource_id("vgw", name),
            vpc: vpc.id.clone(),
            tags: named(name, &Tags::new()),
        };
        connection.vpn_gateway = Some(gateway.id.clone());
        let visible = self.visible_to(&vpc.owner, &vpc.region);
        visible.vpn_gateways.push(gateway);
        visible.vpn_connections.push(connection);
        Ok(())
    }

    fn show_gateway(&mut self, gateway: &Arc<TransitGateway>, account: &str) {
        let seen = &mut self.visible_to(account, &gateway.region).transit_gateways;
        if !seen.iter().any(|known| known.id == gateway.id) {
            seen.push(Arc::clone(gateway));
        }
    }

    fn vpc(&self, name: &Spanned<String>) -> Result<Arc<Vpc>, EstateProblem> {
        let network = *find(&self.network_names, "network", name.get_ref(), name)?;
        Ok(Arc::clone(&self.networks[network].vpc))
    }

    /// Returns the first IPv4 subnet of each zone.
    fn one_per_zone(&self, network: usize) -> Vec<usize> {
        let mut zones = Vec::new();
        let mut chosen = Vec::new();
        for (index, allocator) in self.networks[network].allocators.iter().enumerate() {
            if allocator.subnet.ipv4.is_some() && !zones.contains(&allocator.subnet.zone) {
                zones.push(allocator.subnet.zone);
                chosen.push(index);
            }
        }
        chosen
    }
}
