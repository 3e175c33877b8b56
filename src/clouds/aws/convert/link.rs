//! Peerings, transit gateway attachments and VPNs -> [`Link`]. They are asked for in `read.rs`.

use aws_sdk_ec2::types::{
    PeeringTgwInfo, TransitGatewayAttachment, TransitGatewayAttachmentResourceType,
    TransitGatewayPeeringAttachment, VpcPeeringConnection, VpcPeeringConnectionVpcInfo, VpnConnection,
    VpnGateway,
};

use super::common::{AnswerContext, non_blank};
use crate::clouds::address::{listed_prefix, prefix, sorted_prefixes};
use crate::clouds::meter;
use crate::model::{Link, LinkEnd, LinkKind, Provider};

/// `DescribeVpcPeeringConnections`. Before it is accepted, a side may not know the other's prefixes.
pub fn link_from_peering(peering: VpcPeeringConnection) -> Option<Link> {
    let state = peering.status.and_then(|status| status.code).map(|code| code.as_str().to_owned());
    Some(Link {
        provider: Provider::Aws,
        kind: LinkKind::VpcPeering,
        id: non_blank(peering.vpc_peering_connection_id)?,
        ends: [peering.requester_vpc_info, peering.accepter_vpc_info].map(peering_end).into(),
        state,
    })
}

fn peering_end(info: Option<VpcPeeringConnectionVpcInfo>) -> LinkEnd {
    let Some(info) = info else { return LinkEnd::default() };
    let v4 = info.cidr_block_set.unwrap_or_default().into_iter().map(|block| block.cidr_block);
    let v6 = info.ipv6_cidr_block_set.unwrap_or_default().into_iter().map(|block| block.ipv6_cidr_block);
    let listed = v4.chain(v6).filter_map(|text| listed_prefix(text.as_deref()));
    let prefixes = info.cidr_block.as_deref().and_then(prefix).into_iter().chain(listed);
    LinkEnd {
        account: non_blank(info.owner_id),
        region: non_blank(info.region),
        network: non_blank(info.vpc_id),
        prefixes: sorted_prefixes(prefixes.collect()),
    }
}

/// Tells whether an attachment joins two gateways; those have a call of their own.
pub fn is_gateway_peering(attachment: &TransitGatewayAttachment) -> bool {
    matches!(resource_type(attachment), Some("peering" | "tgw-peering"))
}

fn resource_type(attachment: &TransitGatewayAttachment) -> Option<&str> {
    attachment.resource_type.as_ref().map(TransitGatewayAttachmentResourceType::as_str)
}

/// `DescribeTransitGatewayAttachments`, but for peerings.
pub fn link_from_attachment(attachment: TransitGatewayAttachment, region: &str) -> Option<Link> {
    let kind = match resource_type(&attachment) {
        Some("vpn") => LinkKind::Vpn,
        _ => LinkKind::TransitGateway,
    };
    let attached = LinkEnd {
        account: non_blank(attachment.resource_owner_id),
        region: Some(region.to_owned()),
        network: non_blank(attachment.resource_id),
        prefixes: Vec::new(),
    };
    let gateway = LinkEnd {
        account: non_blank(attachment.transit_gateway_owner_id),
        region: Some(region.to_owned()),
        network: non_blank(attachment.transit_gateway_id),
        prefixes: Vec::new(),
    };
    Some(Link {
        provider: Provider::Aws,
        kind,
        id: non_blank(attachment.transit_gateway_attachment_id)?,
        ends: vec![attached, gateway],
        state: attachment.state.map(|state| state.as_str().to_owned()),
    })
}

/// `DescribeTransitGatewayPeeringAttachments`: two gateways, often in two regions, as one link.
///
/// Between regions both sides' attachments have one id. Within a region each side has its own: the requester's names
/// the accepter's, which names itself, so that the accepter's is the id that both agree on.
pub fn link_from_gateway_peering(peering: TransitGatewayPeeringAttachment) -> Option<Link> {
    let accepter = peering.accepter_transit_gateway_attachment_id;
    let accepter = non_blank(accepter);
    Some(Link {
        provider: Provider::Aws,
        kind: LinkKind::TransitGateway,
        id: accepter.or(non_blank(peering.transit_gateway_attachment_id))?,
        ends: [peering.requester_tgw_info, peering.accepter_tgw_info].map(gateway_end).into(),
        state: peering.state.map(|state| state.as_str().to_owned()),
    })
}

fn gateway_end(info: Option<PeeringTgwInfo>) -> LinkEnd {
    let Some(info) = info else { return LinkEnd::default() };
    LinkEnd {
        account: non_blank(info.owner_id),
        region: non_blank(info.region),
        network: non_blank(info.transit_gateway_id).or(non_blank(info.core_network_id)),
        prefixes: Vec::new(),
    }
}

/// `DescribeVpnGateways`: one link per VPC that a virtual private gateway is attached to; `None` without an id.
pub fn link_from_vpn_gateway(gateway: VpnGateway, context: AnswerContext<'_>) -> Option<Vec<Link>> {
    let id = non_blank(gateway.vpn_gateway_id)?;
    let end = |network: String| LinkEnd { network: Some(network), ..local_end(context) };
    let attachments = gateway.vpc_attachments.unwrap_or_default().into_iter();
    let links = attachments
        .filter_map(|attachment| {
            let Some(vpc) = non_blank(attachment.vpc_id) else {
                meter::note_oddity("an attachment without VPC");
                return None;
            };
            Some(Link {
                provider: Provider::Aws,
                kind: LinkKind::Vpn,
                // An attachment has no id of its own.
                id: format!("{id}/{vpc}"),
                ends: vec![end(vpc), end(id.clone())],
                state: attachment.state.map(|state| state.as_str().to_owned()),
            })
        })
        .collect();
    Some(links)
}

/// `DescribeVpnConnections`: a gateway, and the customer's side with its static routes. The answer also
/// holds pre-shared keys, which are dropped here and go nowhere.
pub fn link_from_vpn_connection(connection: VpnConnection, context: AnswerContext<'_>) -> Option<Link> {
    let gateway = non_blank(connection.vpn_gateway_id).or(non_blank(connection.transit_gateway_id));
    let routes = connection.routes.unwrap_or_default().into_iter();
    let remote = LinkEnd {
        network: non_blank(connection.customer_gateway_id),
        prefixes: sorted_prefixes(
            routes.filter_map(|route| listed_prefix(route.destination_cidr_block.as_deref())).collect(),
        ),
        ..LinkEnd::default()
    };
    Some(Link {
        provider: Provider::Aws,
        kind: LinkKind::Vpn,
        id: non_blank(connection.vpn_connection_id)?,
        ends: vec![LinkEnd { network: gateway, ..local_end(context) }, remote],
        state: connection.state.map(|state| state.as_str().to_owned()),
    })
}

fn local_end(context: AnswerContext<'_>) -> LinkEnd {
    LinkEnd {
        account: Some(context.account.to_owned()),
        region: Some(context.region.to_owned()),
        ..LinkEnd::default()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{CidrBlock, VpcAttachment};

    use super::*;

    const HERE: AnswerContext<'_> = AnswerContext { account: "111111111111", region: "eu-west-1" };

    #[test]
    fn a_peering_lists_all_blocks_of_each_side_once() {
        let side = VpcPeeringConnectionVpcInfo::builder()
            .cidr_block("10.0.0.0/16")
            .cidr_block_set(CidrBlock::builder().cidr_block("100.64.0.0/16").build())
            .cidr_block_set(CidrBlock::builder().cidr_block("10.0.0.0/16").build())
            .build();
        let peering = VpcPeeringConnection::builder()
            .vpc_peering_connection_id("pcx-1")
            .requester_vpc_info(side)
            .build();
        let link = link_from_peering(peering).unwrap();
        assert_eq!(link.ends[0].prefixes.len(), 2);
        assert_eq!(link.ends[1], LinkEnd::default(), "an end that the answer lacks is unknown");
    }

    #[test]
    fn gateway_peerings_are_left_to_their_own_call() {
        let with = |kind| {
            TransitGatewayAttachment::builder()
                .transit_gateway_attachment_id("tgw-attach-1")
                .transit_gateway_id("tgw-1")
                .resource_type(kind)
                .build()
        };
        assert!(is_gateway_peering(&with(TransitGatewayAttachmentResourceType::Peering)));
        assert!(!is_gateway_peering(&with(TransitGatewayAttachmentResourceType::Vpc)));
        let kind = |kind| link_from_attachment(with(kind), "eu-west-1").map(|link| link.kind);
        assert_eq!(kind(TransitGatewayAttachmentResourceType::Vpc), Some(LinkKind::TransitGateway));
        assert_eq!(kind(TransitGatewayAttachmentResourceType::Vpn), Some(LinkKind::Vpn));
    }

    #[test]
    fn each_attachment_of_a_vpn_gateway_is_a_link() {
        let gateway = VpnGateway::builder()
            .vpn_gateway_id("vgw-1")
            .vpc_attachments(VpcAttachment::builder().vpc_id("vpc-1").build())
            .vpc_attachments(VpcAttachment::builder().vpc_id("vpc-2").build())
            .build();
        let ids: Vec<_> =
            link_from_vpn_gateway(gateway, HERE).unwrap().into_iter().map(|link| link.id).collect();
        assert_eq!(ids, ["vgw-1/vpc-1", "vgw-1/vpc-2"]);
    }
}
