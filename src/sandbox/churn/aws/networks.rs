//! VPCs, their blocks and their subnets come and go.

use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};
use serde_json::{Value, json};

use super::addressing::{associated_v4, free_prefix};
use super::event_body::{items, tag_items};
use super::region_change::RegionChange;
use super::views::{all_visible, is_attachment_of, joins};
use crate::sandbox::churn::prefixes::overlap;
use crate::sandbox::estate::{Association, Attached, Peering, Subnet, VisibleResources, Vpc, ZONES};

/// VPCs that an account may have in a region, and blocks of a VPC:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>.
const MAX_VPCS: usize = 5;
const MAX_BLOCKS: usize = 5;

/// Subnets of a VPC that new ones are added to.
const MAX_SUBNETS: usize = 12;

/// Prefix length of blocks that are added to a VPC.
const BLOCK_LENGTH: u8 = 20;

impl RegionChange<'_> {
    /// Creates a VPC, whose block another may have as well.
    pub fn create_vpc(&mut self) -> Option<()> {
        let block = Ipv4Net::new(self.random_address().into(), 16).ok()?.trunc();
        let name = format!("team-{}", self.ids.number());
        let tags = self.new_tags(&name);
        let request = json!({
            "cidrBlock": block,
            "instanceTenancy": "default",
            "amazonProvidedIpv6CidrBlock": false,
            "tagSpecificationSet": items([json!({ "resourceType": "vpc", "tags": tag_items(&tags) })]),
        });
        let own =
            self.visible().map_or(0, |all| all.vpcs.iter().filter(|vpc| self.is_own(&vpc.owner)).count());
        if own >= MAX_VPCS {
            let message = "The maximum number of VPCs has been reached.";
            self.emit_refused_call("CreateVpc", request, "Client.VpcLimitExceeded", message);
            return Some(());
        }
        let vpc = Arc::new(Vpc {
            id: self.ids.aws("vpc"),
            owner: self.place.account.clone(),
            region: self.place.region.clone(),
            is_default: false,
            blocks: vec![self.new_block(block)],
            tags,
        });
        self.visible_mut().vpcs.push(Arc::clone(&vpc));
        let response = json!({ "vpc": {
            "vpcId": vpc.id,
            "state": "pending",
            "ownerId": vpc.owner,
            "cidrBlock": block,
            "cidrBlockAssociationSet": items(vpc.blocks.iter().map(block_item)),
            "ipv6CidrBlockAssociationSet": {},
            "dhcpOptionsId": "dopt-0a1b2c3d4e5f60718",
            "instanceTenancy": "default",
            "tagSet": {},
            "isDefault": false,
        }});
        self.emit_call("CreateVpc", request, response);
        Some(())
    }

    /// Deletes a VPC that nothing is in.
    pub fn delete_vpc(&mut self) -> Option<()> {
        let vpc = self.pick_vpc(|visible, vpc| !vpc.is_default && !is_in_use(visible, vpc))?;
        for visible in all_visible(self.estate) {
            if visible.vpcs.iter().any(|one| one.id == vpc.id) {
                Arc::make_mut(visible).vpcs.retain(|one| one.id != vpc.id);
            }
        }
        self.emit_call("DeleteVpc", json!({ "vpcId": vpc.id }), Value::Null);
        Some(())
    }

    /// Adds a block to a VPC.
    pub fn associate_block(&mut self) -> Option<()> {
        let vpc = self.pick_vpc(|_, vpc| vpc.blocks.len() < MAX_BLOCKS)?;
        let block = Ipv4Net::new(self.random_address().into(), BLOCK_LENGTH).ok()?.trunc();
        if associated_v4(&vpc).any(|other| overlap(other, block)) {
            return None;
        }
        let block = self.new_block(block);
        let mut changed = Vpc::clone(&vpc);
        let mut told = block_item(&block);
        told["cidrBlockState"]["state"] = "associating".into();
        let request = json!({ "AssociateVpcCidrBlockRequest": { "VpcId": vpc.id, "CidrBlock": block.cidr } });
        changed.blocks.push(block);
        self.replace_vpc(changed);
        let response = json!({
            "AssociateVpcCidrBlockResponse": { "vpcId": vpc.id, "cidrBlockAssociation": told },
        });
        self.emit_call("AssociateVpcCidrBlock", request, response);
        Some(())
    }

    /// Takes a block from a VPC, not its first one, and none that has subnets.
    pub fn disassociate_block(&mut self) -> Option<()> {
        let vpc = self.pick_vpc(|visible, vpc| spare_blocks(visible, vpc).next().is_some())?;
        let spare: Vec<String> = spare_blocks(self.visible()?, &vpc).map(|block| block.id.clone()).collect();
        let id = self.draw.pick(&spare)?.clone();
        let mut changed = Vpc::clone(&vpc);
        changed.blocks.retain(|block| block.id != id);
        self.replace_vpc(changed);
        // Neither the request nor the answer must name the block: ids of associations are known to few.
        let request = json!({ "DisassociateVpcCidrBlockRequest": { "AssociationId": id } });
        let response = json!({ "DisassociateVpcCidrBlockResponse": {
            "vpcId": vpc.id,
            "cidrBlockAssociation": { "associationId": id, "cidrBlockState": { "state": "disassociating" } },
        }});
        self.emit_call("DisassociateVpcCidrBlock", request, response);
        Some(())
    }

    /// Creates a subnet in a VPC.
    pub fn create_subnet(&mut self) -> Option<()> {
        let has_room = |visible: &VisibleResources, vpc: &Vpc| {
            visible.subnets.iter().filter(|subnet| subnet.vpc == vpc.id).count() < MAX_SUBNETS
        };
        let vpc = self.pick_vpc(has_room)?;
        let prefix = free_prefix(self.visible()?, &vpc)?;
        let name = format!("app-{}", self.ids.number());
        let subnet = Arc::new(Subnet {
            id: self.ids.aws("subnet"),
            owner: vpc.owner.clone(),
            region: vpc.region.clone(),
            vpc: vpc.id.clone(),
            zone: self.draw.below(ZONES),
            ipv4: Some(prefix),
            ipv6: None,
            // Five addresses of each subnet are AWS's own.
            available: u32::try_from(prefix.hosts().count()).unwrap_or_default() - 3,
            customer_owned_pool: None,
            reservations: Vec::new(),
            used_before: Vec::new(),
            default_for_zone: false,
            tags: self.new_tags(&name),
        });
        self.visible_mut().subnets.push(Arc::clone(&subnet));
        let zone = self.zone_name(subnet.zone)?;
        let request = json!({
            "vpcId": vpc.id,
            "cidrBlock": prefix,
            "availabilityZone": zone,
            "tagSpecificationSet":
                items([json!({ "resourceType": "subnet", "tags": tag_items(&subnet.tags) })]),
        });
        let response = json!({ "subnet": {
            "subnetId": subnet.id,
            "state": "available",
            "vpcId": vpc.id,
            "ownerId": subnet.owner,
            "cidrBlock": prefix,
            "availableIpAddressCount": subnet.available,
            "availabilityZone": zone,
            "defaultForAz": false,
            "mapPublicIpOnLaunch": false,
            "tagSet": {},
        }});
        self.emit_call("CreateSubnet", request, response);
        Some(())
    }

    /// Deletes a subnet that nothing is in.
    pub fn delete_subnet(&mut self) -> Option<()> {
        let account = self.place.account.clone();
        let subnet = self.pick_subnet(|visible, subnet| {
            subnet.owner == account && !subnet.default_for_zone && !is_subnet_in_use(visible, subnet)
        })?;
        for visible in all_visible(self.estate) {
            if visible.subnets.iter().any(|one| one.id == subnet.id) {
                Arc::make_mut(visible).subnets.retain(|one| one.id != subnet.id);
            }
        }
        self.emit_call("DeleteSubnet", json!({ "subnetId": subnet.id }), Value::Null);
        Some(())
    }

    /// Returns the account's name of a zone.
    fn zone_name(&self, zone: usize) -> Option<String> {
        Some(self.estate.account(&self.place.account)?.zone_name(&self.place.region, zone))
    }

    fn new_block(&mut self, cidr: Ipv4Net) -> Association {
        let id = self.ids.aws("vpc-cidr-assoc");
        Association { id, cidr: IpNet::V4(cidr), state: "associated".into() }
    }

    /// Draws an address of 10.0.0.0/8.
    fn random_address(&mut self) -> u32 {
        0x0a00_0000 | u32::try_from(self.draw.below(1 << 24)).unwrap_or_default()
    }
}

/// Lists the blocks of a VPC that can be taken from it.
fn spare_blocks<'a>(visible: &VisibleResources, vpc: &'a Vpc) -> impl Iterator<Item = &'a Association> {
    let subnets = visible.subnets.iter().filter(|subnet| subnet.vpc == vpc.id);
    let taken: Vec<Ipv4Net> = subnets.filter_map(|subnet| subnet.ipv4).collect();
    let primary = associated_v4(vpc).next();
    vpc.blocks.iter().filter(move |block| match block.cidr {
        IpNet::V4(cidr) => {
            block.state == "associated"
                && primary != Some(cidr)
                && !taken.iter().any(|subnet| cidr.contains(subnet))
        }
        IpNet::V6(_) => false,
    })
}

fn is_in_use(visible: &VisibleResources, vpc: &Vpc) -> bool {
    let is_joined = |peering: &Peering| {
        joins(peering, &vpc.id)
            && matches!(&*peering.status, "active" | "pending-acceptance" | "provisioning")
    };
    visible.subnets.iter().any(|subnet| subnet.vpc == vpc.id)
        || visible.interfaces.iter().any(|interface| interface.vpc == vpc.id)
        || visible.attachments.iter().any(|attachment| is_attachment_of(attachment, &vpc.id))
        || visible.vpn_gateways.iter().any(|gateway| gateway.vpc == vpc.id)
        || visible.peerings.iter().any(|peering| is_joined(peering))
}

fn is_subnet_in_use(visible: &VisibleResources, subnet: &Subnet) -> bool {
    let is_attached = |resource: &Attached| matches!(resource, Attached::Vpc { subnets, .. } if subnets.contains(&subnet.id));
    visible.interfaces.iter().any(|interface| interface.subnet == subnet.id)
        || visible.attachments.iter().any(|attachment| is_attached(&attachment.resource))
}

fn block_item(block: &Association) -> Value {
    json!({
        "associationId": block.id,
        "cidrBlock": block.cidr,
        "cidrBlockState": { "state": block.state },
    })
}
