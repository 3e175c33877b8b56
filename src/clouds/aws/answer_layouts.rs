//! What the answers of EC2 and STS consist of: their lists, the rows in them, and the elements that name these.

/// The elements of EC2's lists, which alone may have siblings of the same name.
pub const ITEM: &str = "item";

/// What an answer consists of, as far as its completeness depends on it.
#[derive(Debug, Clone, Copy)]
pub struct AnswerLayout {
    /// The action; the outermost element is named after it.
    pub action: &'static str,
    /// The element that every answer has, an empty list too.
    pub list: &'static str,
    /// What the list consists of, unless it is one result.
    pub rows: Option<RowLayout>,
}

/// What a list consists of.
#[derive(Debug, Clone, Copy)]
pub struct RowLayout {
    /// The element with the id of a row.
    pub id: &'static str,
    /// A list in each row whose elements are rows too, and the element with their id.
    pub nested: Option<(&'static str, &'static str)>,
    /// Whether the answer is worth nothing without one of its rows.
    pub needs_all: bool,
}

const fn list_layout(action: &'static str, list: &'static str, id: &'static str) -> AnswerLayout {
    AnswerLayout { action, list, rows: Some(RowLayout { id, nested: None, needs_all: false }) }
}

const fn result_layout(action: &'static str, list: &'static str) -> AnswerLayout {
    AnswerLayout { action, list, rows: None }
}

/// The layout of the answers to `DescribeVpcs`.
pub const VPCS: AnswerLayout = list_layout("DescribeVpcs", "vpcSet", "vpcId");
/// The layout of the answers to `DescribeInstances`, whose rows are reservations with instances in them.
pub const INSTANCES: AnswerLayout = AnswerLayout {
    action: "DescribeInstances",
    list: "reservationSet",
    rows: Some(RowLayout {
        id: "reservationId",
        nested: Some(("instancesSet", "instanceId")),
        needs_all: false,
    }),
};

/// The answers in XML: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>.
pub const LAYOUTS: [AnswerLayout; 14] = [
    result_layout("GetCallerIdentity", "GetCallerIdentityResult"),
    result_layout("AssumeRole", "AssumeRoleResult"),
    result_layout("AssumeRoleWithWebIdentity", "AssumeRoleWithWebIdentityResult"),
    // A region that is left out would be missed in silence.
    AnswerLayout {
        action: "DescribeRegions",
        list: "regionInfo",
        rows: Some(RowLayout { id: "regionName", nested: None, needs_all: true }),
    },
    VPCS,
    list_layout("DescribeSubnets", "subnetSet", "subnetId"),
    list_layout("GetSubnetCidrReservations", "subnetIpv4CidrReservationSet", "subnetCidrReservationId"),
    INSTANCES,
    list_layout("DescribeNetworkInterfaces", "networkInterfaceSet", "networkInterfaceId"),
    list_layout("DescribeVpcPeeringConnections", "vpcPeeringConnectionSet", "vpcPeeringConnectionId"),
    list_layout(
        "DescribeTransitGatewayAttachments",
        "transitGatewayAttachments",
        "transitGatewayAttachmentId",
    ),
    list_layout(
        "DescribeTransitGatewayPeeringAttachments",
        "transitGatewayPeeringAttachments",
        "transitGatewayAttachmentId",
    ),
    list_layout("DescribeVpnGateways", "vpnGatewaySet", "vpnGatewayId"),
    list_layout("DescribeVpnConnections", "vpnConnectionSet", "vpnConnectionId"),
];
