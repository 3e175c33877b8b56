//! Peerings are asked for, accepted and deleted, within accounts and between them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::addressing::associated_v4;
use super::gone::Gone;
use super::region_change::RegionChange;
use super::views::{ListedPlace, joins, visible_of};
use crate::sandbox::churn::prefixes::overlap;
use crate::sandbox::estate::{Peering, Tags, Vpc};

/// Peerings of a VPC that new ones are added to.
const MAX_PEERINGS: usize = 4;

impl RegionChange<'_> {
    /// Asks for a peering with any VPC. It fails when their blocks overlap, as in AWS.
    pub fn request_peering(&mut self) -> Option<()> {
        let requester = self.pick_vpc(|visible, vpc| {
            visible.peerings.iter().filter(|peering| joins(peering, &vpc.id)).count() < MAX_PEERINGS
        })?;
        let accepter = self.pick_other_vpc(&requester)?;
        let collides =
            associated_v4(&requester).any(|one| associated_v4(&accepter).any(|other| overlap(one, other)));
        let name = format!("peering-{}", self.ids.number());
        let peering = Arc::new(Peering {
            id: self.ids.aws("pcx"),
            status: if collides { "failed" } else { "pending-acceptance" }.into(),
            tags: Tags::from([("Name".into(), name)]),
            requester,
            accepter,
        });
        let ListedPlace { account, region } = self.place;
        self.visible_mut().peerings.push(Arc::clone(&peering));
        let there = &peering.accepter;
        if there.owner != *account || there.region != *region {
            visible_of(self.estate, &there.owner, &there.region).peerings.push(Arc::clone(&peering));
        }
        if collides {
            self.gone.push_back((self.now, Gone::Peering(peering.id.clone())));
        }
        let request = json!({
            "vpcId": peering.requester.id,
            "peerVpcId": there.id,
            "peerOwnerId": there.owner,
            "peerRegion": there.region,
        });
        self.emit_call(
            "CreateVpcPeeringConnection",
            request,
            peering_event_body(&peering, "initiating-request"),
        );
        Some(())
    }

    /// Accepts a peering that another VPC asked for. The event is one of the accepter alone.
    pub fn accept_peering(&mut self) -> Option<()> {
        let ListedPlace { account, region } = self.place;
        let peering = self.pick_peering(|peering| {
            let accepter = &peering.accepter;
            peering.status == "pending-acceptance" && accepter.owner == *account && accepter.region == *region
        })?;
        self.change_peering(&peering.id, |peering| peering.status = "active".into())?;
        let request = json!({ "vpcPeeringConnectionId": peering.id });
        self.emit_call("AcceptVpcPeeringConnection", request, peering_event_body(&peering, "provisioning"));
        Some(())
    }

    /// Deletes a peering, from either side.
    pub fn delete_peering(&mut self) -> Option<()> {
        let peering = self.pick_peering(|peering| peering.status == "active")?;
        self.change_peering(&peering.id, |peering| peering.status = "deleted".into())?;
        self.gone.push_back((self.now, Gone::Peering(peering.id.clone())));
        let request = json!({ "vpcPeeringConnectionId": peering.id });
        self.emit_call("DeleteVpcPeeringConnection", request, Value::Null);
        Some(())
    }

    fn pick_peering(&mut self, fits: impl Fn(&Peering) -> bool) -> Option<Arc<Peering>> {
        let peerings = self.visible()?.peerings.iter();
        let fitting: Vec<_> = peerings.filter(|peering| fits(peering)).cloned().collect();
        self.draw.pick(&fitting).cloned()
    }

    /// Draws a VPC of any account and region that is not joined with `vpc`.
    fn pick_other_vpc(&mut self, vpc: &Vpc) -> Option<Arc<Vpc>> {
        let places = ListedPlace::all(self.estate);
        let there = self.draw.pick(&places)?;
        let visible = self.estate.visible(&there.account, &there.region)?;
        let is_joined = |other: &str| {
            visible.peerings.iter().any(|peering| joins(peering, other) && joins(peering, &vpc.id))
        };
        let others = visible
            .vpcs
            .iter()
            .filter(|other| other.owner == there.account && other.id != vpc.id && !is_joined(&other.id));
        let others: Vec<_> = others.cloned().collect();
        self.draw.pick(&others).cloned()
    }
}

/// Describes a peering as calls that make and accept it do.
fn peering_event_body(peering: &Peering, status: &str) -> Value {
    let end = |vpc: &Vpc| json!({ "ownerId": vpc.owner, "vpcId": vpc.id, "region": vpc.region });
    json!({ "vpcPeeringConnection": {
        "vpcPeeringConnectionId": peering.id,
        "requesterVpcInfo": end(&peering.requester),
        "accepterVpcInfo": end(&peering.accepter),
        "status": { "code": status },
        "tagSet": {},
    }})
}
