//! AWS: lists of subnets, instances, interfaces and links.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

const INTERFACES: &[Subject] = &[Subject::Interfaces];
const LINKS: &[Subject] = &[Subject::Links];
const FAILED_SUBNETS: Ending = Ending::Incomplete(&[Subject::Subnets], Outcome::Failed);
const FAILED_INSTANCES: Ending = Ending::Incomplete(&[Subject::Instances], Outcome::Failed);
const FAILED_LINKS: Ending = Ending::Incomplete(LINKS, Outcome::Failed);

pub const GROUPS: &[Group] = &[
    Group::new(
        "a list of subnets that is incomplete, or does not end",
        Setup::Aws,
        FAILED_SUBNETS,
        &[
            row("cut in the middle", &["cut=700@action=DescribeSubnets"]).says(&["the answer was cut short"]),
            row("page 2 cut", &["cut=700@action=DescribeSubnets,after=1"]).says(&["the answer was cut short"]).keeps(2),
            row("a page that leads to itself", &["page-loop=same@action=DescribeSubnets"]).says(&["leads back to an earlier page"]).keeps(2),
            row("two tokens in turn", &["page-loop=alternating@action=DescribeSubnets"]).says(&["leads back to an earlier page"]).keeps(2),
            row("always a new token, no rows", &["page-loop=new-empty@action=DescribeSubnets"]).says(&["the list does not end: 1000 pages in a row had no rows"]),
        ],
    )
    .says(&["ec2:DescribeSubnets: "]),
    Group::new(
        "a list of instances that is incomplete, or does not end",
        Setup::Aws,
        FAILED_INSTANCES,
        &[
            row("cut in the middle", &["cut=700@action=DescribeInstances"]).says(&["the answer was cut short"]),
            row("page 2 cut", &["cut=700@action=DescribeInstances,after=1"]).says(&["the answer was cut short"]).keeps(2),
            row("a page that leads to itself", &["page-loop=same@action=DescribeInstances"]).says(&["leads back to an earlier page"]).keeps(2),
            row("two tokens in turn", &["page-loop=alternating@action=DescribeInstances"]).says(&["leads back to an earlier page"]).keeps(2),
            row("always a new token, no rows", &["page-loop=new-empty@action=DescribeInstances"]).says(&["the list does not end: 1000 pages in a row had no rows"]),
        ],
    )
    .says(&["ec2:DescribeInstances: "]),
    Group::new(
        "unusual pages of instances and interfaces that are valid",
        Setup::Aws,
        Ending::Complete,
        &[
            row("a page of instances twice", &["page-loop=new@action=DescribeInstances,times=1"]),
            row("a page of interfaces twice", &["page-loop=new@action=DescribeNetworkInterfaces,times=1"]),
            row("a page of subnets twice", &["page-loop=new@action=DescribeSubnets,times=1"]),
            row("a page of peerings twice", &["page-loop=new@action=DescribeVpcPeeringConnections,times=1"]),
        ],
    ),
    Group::new(
        "interfaces that cannot be read",
        Setup::Aws,
        Ending::Incomplete(INTERFACES, Outcome::Denied),
        &[
            row("denied", &["deny@action=DescribeNetworkInterfaces"]),
            row("denied on page 2", &["deny@action=DescribeNetworkInterfaces,after=1"]).keeps(2),
        ],
    )
    .says(&["denies ec2:DescribeNetworkInterfaces"]),
    Group::new(
        "an interface that cannot be read, or its address",
        Setup::Aws,
        Ending::Incomplete(INTERFACES, Outcome::Failed),
        &[
            row(
                "an invalid address: the interface is there without it",
                &["replace=<privateIpAddress>10.1.1.|<privateIpAddress>10.1.1.999@action=DescribeNetworkInterfaces"],
            ).says(&["`10.1.1.9994` is not an address"])
            .keeps(6),
            row("an empty id", &["replace=<networkInterfaceId>|<networkInterfaceId/><x>@action=DescribeNetworkInterfaces,times=1", "replace=</networkInterfaceId>|</x>@action=DescribeNetworkInterfaces,times=1"]).says(&["a row without id"])
                .keeps(5),
        ],
    )
    .says(&["not understood and left out: "]),
    Group::new(
        "a list of interfaces that is incomplete, or does not end",
        Setup::Aws,
        Ending::Incomplete(INTERFACES, Outcome::Failed),
        &[
            row("cut in the middle", &["cut=700@action=DescribeNetworkInterfaces"]).says(&["the answer was cut short: it ends inside <item>"]),
            row("page 2 cut", &["cut=700@action=DescribeNetworkInterfaces,after=1"]).says(&["the answer was cut short: it ends inside <item>"]).keeps(2),
            row("a page that leads to itself", &["page-loop=same@action=DescribeNetworkInterfaces"]).says(&["leads back to an earlier page"]).keeps(2),
        ],
    )
    .says(&["ec2:DescribeNetworkInterfaces: "]),
    Group::new(
        "one of the five lists of links fails: the others are read",
        Setup::Aws,
        FAILED_LINKS,
        &[
            row("peerings cut", &["cut=300@action=DescribeVpcPeeringConnections"])
                .says(&["ec2:DescribeVpcPeeringConnections: ", "the answer was cut short"])
                .keeps(7),
            row("page 2 of peerings cut", &["cut=300@action=DescribeVpcPeeringConnections,after=1"])
                .says(&["ec2:DescribeVpcPeeringConnections: ", "the answer was cut short"])
                .keeps(9),
            row("peerings that lead back", &["page-loop=same@action=DescribeVpcPeeringConnections"])
                .says(&["ec2:DescribeVpcPeeringConnections: ", "leads back to an earlier page"])
                .keeps(9),
            row("attachments cut", &["cut=300@action=DescribeTransitGatewayAttachments"])
                .says(&["ec2:DescribeTransitGatewayAttachments: ", "the answer was cut short"])
                .keeps(6),
            row("peerings of transit gateways cut", &["cut=100@action=DescribeTransitGatewayPeeringAttachments"])
                .says(&["ec2:DescribeTransitGatewayPeeringAttachments: ", "HTTP 200 with an answer that is not one of the API"])
                .keeps(10),
            row("VPN gateways cut", &["cut=300@action=DescribeVpnGateways"])
                .says(&["ec2:DescribeVpnGateways: ", "the answer was cut short"])
                .keeps(9),
            row("VPN connections cut", &["cut=300@action=DescribeVpnConnections"])
                .says(&["ec2:DescribeVpnConnections: ", "the answer was cut short"])
                .keeps(8),
        ],
    ),
    Group::new(
        "one of the five lists of links is denied: the others are read",
        Setup::Aws,
        Ending::Incomplete(LINKS, Outcome::Denied),
        &[row("VPN connections", &["deny@action=DescribeVpnConnections"]).keeps(8)],
    )
    .says(&["denies ec2:DescribeVpnConnections"]),
    Group::new(
        "a link that cannot be read, or its address",
        Setup::Aws,
        FAILED_LINKS,
        &[
            row("a peering without an id", &["replace=<vpcPeeringConnectionId>|<vpcPeeringConnectionId/><x>@action=DescribeVpcPeeringConnections,times=1", "replace=</vpcPeeringConnectionId>|</x>@action=DescribeVpcPeeringConnections,times=1"]).says(&["a row without id"])
                .keeps(9),
            row("a prefix of 33 bits: the peering is there without it", &["replace=<cidrBlock>10.1.0.0/16|<cidrBlock>10.1.0.0/33@action=DescribeVpcPeeringConnections"]).says(&["`10.1.0.0/33` is not a prefix"])
                .keeps(10),
            row("an invalid route", &["replace=<destinationCidrBlock>|<destinationCidrBlock>x@action=DescribeVpnConnections"]).says(&["`x192.168.0.0/24` is not a prefix"])
                .keeps(10),
        ],
    )
    .says(&["not understood and left out: "]),
    Group::new(
        "a kind of link that does not exist in the region",
        Setup::Aws,
        Ending::Complete,
        &[row("InvalidAction", &["error=InvalidAction@action=DescribeTransitGatewayPeeringAttachments"])],
    ),
];
