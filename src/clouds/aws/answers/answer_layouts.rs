//! What the answers of EC2, STS and SNS consist of: their lists, the rows in them, and the elements that name these.

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
    /// The elements, at any depth in a row, that `convert` reads. The others are not decoded. `None` if all are.
    pub read: Option<Elements>,
}

/// Names of elements, in groups that several types of rows share.
type Elements = &'static [&'static [&'static str]];

impl RowLayout {
    /// Tells whether an element of a row is read.
    pub fn reads(self, name: &str) -> bool {
        name == ITEM || self.read.is_none_or(|groups| groups.iter().any(|group| contains_name(group, name)))
    }
}

/// Tells whether `name` is one of `names`. All elements of all answers pass through here: that most names differ in their
/// length or first letter spares a comparison of the rest.
pub fn contains_name(names: &[&str], name: &str) -> bool {
    let first = name.bytes().next();
    names.iter().any(|other| other.len() == name.len() && other.bytes().next() == first && *other == name)
}

const fn list_layout(
    action: &'static str,
    list: &'static str,
    id: &'static str,
    read: Option<Elements>,
) -> AnswerLayout {
    AnswerLayout { action, list, rows: Some(RowLayout { id, nested: None, needs_all: false, read }) }
}

const fn result_layout(action: &'static str, list: &'static str) -> AnswerLayout {
    AnswerLayout { action, list, rows: None }
}

/// Where a row belongs.
const PLACE: &[&str] = &["ownerId", "vpcId", "subnetId", "availabilityZone", "availabilityZoneId"];
/// The blocks of networks and subnets, with their states.
const BLOCKS: &[&str] =
    &["cidrBlock", "ipv6CidrBlockAssociationSet", "ipv6CidrBlock", "ipv6CidrBlockState", "state"];
/// The addresses of machines and interfaces.
const ADDRESSES: &[&str] = &[
    "privateIpAddress",
    "privateIpAddressesSet",
    "association",
    "publicIp",
    "carrierIp",
    "customerOwnedIp",
    "ipv6Address",
    "ipv6AddressesSet",
    "ipv4PrefixSet",
    "ipv4Prefix",
    "ipv6PrefixSet",
    "ipv6Prefix",
];
/// The service that manages a machine or interface.
const OPERATOR: &[&str] = &["operator", "managed", "principal"];
const TAGS: &[&str] = &["tagSet", "key", "value"];

/// The layout of the answers to `DescribeVpcs`.
pub const VPCS: AnswerLayout = list_layout(
    "DescribeVpcs",
    "vpcSet",
    "vpcId",
    Some(&[BLOCKS, TAGS, &["vpcId", "ownerId", "cidrBlockAssociationSet", "cidrBlockState", "isDefault"]]),
);
/// The layout of the answers to `DescribeSubnets`.
const SUBNETS: AnswerLayout = list_layout(
    "DescribeSubnets",
    "subnetSet",
    "subnetId",
    Some(&[PLACE, BLOCKS, TAGS, &["availableIpAddressCount", "customerOwnedIpv4Pool"]]),
);
/// The layout of the answers to `DescribeInstances`, whose rows are reservations with instances in them.
pub const INSTANCES: AnswerLayout = AnswerLayout {
    action: "DescribeInstances",
    list: "reservationSet",
    rows: Some(RowLayout {
        id: "reservationId",
        nested: Some(("instancesSet", "instanceId")),
        needs_all: false,
        read: Some(&[
            PLACE,
            ADDRESSES,
            OPERATOR,
            TAGS,
            &[
                "reservationId",
                "instancesSet",
                "instanceId",
                "instanceState",
                "name",
                "instanceType",
                "architecture",
                "cpuOptions",
                "coreCount",
                "threadsPerCore",
                "launchTime",
                "placement",
                "platformDetails",
                "ipAddress",
                "networkInterfaceSet",
            ],
        ]),
    }),
};
/// The layout of the answers to `DescribeNetworkInterfaces`.
const INTERFACES: AnswerLayout = list_layout(
    "DescribeNetworkInterfaces",
    "networkInterfaceSet",
    "networkInterfaceId",
    Some(&[
        PLACE,
        ADDRESSES,
        OPERATOR,
        &[
            "networkInterfaceId",
            "interfaceType",
            "status",
            "description",
            "macAddress",
            "attachment",
            "instanceId",
            "requesterId",
            "requesterManaged",
        ],
    ]),
);

/// The answers in XML: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>,
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>.
pub const LAYOUTS: [AnswerLayout; 15] = [
    result_layout("GetCallerIdentity", "GetCallerIdentityResult"),
    result_layout("AssumeRole", "AssumeRoleResult"),
    result_layout("AssumeRoleWithWebIdentity", "AssumeRoleWithWebIdentityResult"),
    // A region that is left out would be missed in silence.
    AnswerLayout {
        action: "DescribeRegions",
        list: "regionInfo",
        rows: Some(RowLayout { id: "regionName", nested: None, needs_all: true, read: None }),
    },
    VPCS,
    SUBNETS,
    list_layout("GetSubnetCidrReservations", "subnetIpv4CidrReservationSet", "subnetCidrReservationId", None),
    INSTANCES,
    INTERFACES,
    list_layout("DescribeVpcPeeringConnections", "vpcPeeringConnectionSet", "vpcPeeringConnectionId", None),
    list_layout(
        "DescribeTransitGatewayAttachments",
        "transitGatewayAttachments",
        "transitGatewayAttachmentId",
        None,
    ),
    list_layout(
        "DescribeTransitGatewayPeeringAttachments",
        "transitGatewayPeeringAttachments",
        "transitGatewayAttachmentId",
        None,
    ),
    list_layout("DescribeVpnGateways", "vpnGatewaySet", "vpnGatewayId", None),
    list_layout("DescribeVpnConnections", "vpnConnectionSet", "vpnConnectionId", None),
    result_layout("Publish", "PublishResult"),
];

/// Returns the layout of the answers to an action, if they are in XML.
pub fn layout_of(action: &str) -> Option<&'static AnswerLayout> {
    LAYOUTS.iter().find(|layout| layout.action == action)
}
