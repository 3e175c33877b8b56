"""Fills moto with three accounts in three regions: some of everything, in known places."""

from dataclasses import dataclass, field

ACCOUNTS = ["111111111111", "222222222222", "333333333333"]
REGIONS = ["ap-southeast-2", "eu-west-1", "us-east-1"]
# Where the things stand that only one account has.
RICH = (ACCOUNTS[0], "eu-west-1")
FAR = (ACCOUNTS[1], "us-east-1")

# The images that moto knows, which is where it has the architecture of instances from.
IMAGES = [
    {
        "ami_id": f"ami-00000000000000{short}",
        "name": architecture,
        "description": "",
        "owner_id": "801119661308",
        "public": True,
        "virtualization_type": "hvm",
        "architecture": architecture,
        "state": "available",
        "platform": None,
        "image_type": "machine",
        "hypervisor": "xen",
        "root_device_name": "/dev/xvda",
        "root_device_type": "ebs",
        "sriov": "simple",
        "creation_date": "2025-01-01T00:00:00.000Z",
    }
    for short, architecture in (("x86", "x86_64"), ("arm", "arm64"))
]


@dataclass
class Estate:
    """Ids of what was made, by name."""

    ids: dict = field(default_factory=dict)
    vpcs: dict = field(default_factory=dict)
    subnets: dict = field(default_factory=dict)
    instances: dict = field(default_factory=dict)

    @property
    def places(self):
        """Every (account, region)."""
        return [(account, region) for account in ACCOUNTS for region in REGIONS]


def config(url, region="eu-west-1"):
    """Writes a config file with a profile for every account, each a role that the first profile assumes."""
    text = f"[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret\nregion = {region}\n"
    for number, account in enumerate(ACCOUNTS, 1):
        text += (
            f"[profile team-{number}]\nrole_arn = arn:aws:iam::{account}:role/netcensus\n"
            f"source_profile = base\nregion = {region}\nendpoint_url = {url}\n"
        )
    return text.replace("region = ", f"endpoint_url = {url}\nregion = ", 1)


def tags(kind, **pairs):
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in pairs.items()]}]


def seed(moto):
    """Makes everything; returns where it is."""
    estate = Estate()
    for place in estate.places:
        seed_place(moto.client("ec2", *place), estate, place)
    near, far = moto.client("ec2", *RICH), moto.client("ec2", *FAR)
    seed_blocks(near, estate)
    seed_instances(near, estate)
    seed_interfaces(near, estate)
    seed_peerings(moto, near, far, estate)
    seed_gateways(near, far, estate)
    return estate


def seed_place(ec2, estate, place):
    """One VPC, two subnets and an instance; the same addresses in every account and region."""
    account, region = place
    name = f"main-{account[0]}-{region}"
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tags("vpc", Name=name, Team=account[0]))
    estate.vpcs[place] = vpc["Vpc"]["VpcId"]
    estate.subnets[place] = []
    for number, zone in enumerate("ab"):
        subnet = ec2.create_subnet(
            VpcId=estate.vpcs[place],
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=region + zone,
            TagSpecifications=tags("subnet", Name=f"{name}-{zone}"),
        )
        estate.subnets[place].append(subnet["Subnet"]["SubnetId"])
    made = ec2.run_instances(
        ImageId="ami-00000000000000x86",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        SubnetId=estate.subnets[place][0],
    )
    estate.instances[place] = made["Instances"][0]["InstanceId"]


def seed_blocks(ec2, estate):
    vpc = estate.vpcs[RICH]
    ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/16")
    ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
    # Last: moto forgets what was disassociated when something else is associated.
    gone = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.65.0.0/16")
    ec2.disassociate_vpc_cidr_block(AssociationId=gone["CidrBlockAssociation"]["AssociationId"])


def seed_instances(ec2, estate):
    subnet = estate.subnets[RICH][1]
    for name, image, kind in [
        ("web", "ami-00000000000000arm", "m7g.large"),
        ("stopped", "ami-00000000000000x86", "m6i.large"),
        ("terminated", "ami-00000000000000x86", "m6i.large"),
    ]:
        made = ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            InstanceType=kind,
            SubnetId=subnet,
            TagSpecifications=tags("instance", Name=name, env="prod"),
        )
        estate.ids[name] = made["Instances"][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[estate.ids["stopped"]])
    ec2.terminate_instances(InstanceIds=[estate.ids["terminated"]])


def seed_interfaces(ec2, estate):
    vpc, subnet = estate.vpcs[RICH], estate.subnets[RICH][0]
    # Named one by one: moto draws addresses at random, and now and then the same one twice.
    addresses = [{"PrivateIpAddress": f"10.0.0.{200 + n}", "Primary": n == 0} for n in range(4)]
    left = ec2.create_network_interface(SubnetId=subnet, PrivateIpAddresses=addresses, Description="left over")
    estate.ids["left over"] = left["NetworkInterface"]["NetworkInterfaceId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    estate.ids["nat"] = nat["NatGatewayAddresses"][0]["NetworkInterfaceId"]
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName="com.amazonaws.eu-west-1.sqs",
        VpcEndpointType="Interface",
        SubnetIds=[subnet],
    )["VpcEndpoint"]
    estate.ids["endpoint"] = endpoint["NetworkInterfaceIds"][0]


def seed_peerings(moto, near, far, estate):
    def peer(name, place):
        account, region = place
        made = near.create_vpc_peering_connection(
            VpcId=estate.vpcs[RICH], PeerVpcId=estate.vpcs[place], PeerOwnerId=account, PeerRegion=region
        )
        estate.ids[name] = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]

    peer("peering", FAR)
    far.accept_vpc_peering_connection(VpcPeeringConnectionId=estate.ids["peering"])
    peer("waiting", (ACCOUNTS[2], "eu-west-1"))


def seed_gateways(near, far, estate):
    hub = near.create_transit_gateway(Description="hub")["TransitGateway"]["TransitGatewayId"]
    other = far.create_transit_gateway(Description="far hub")["TransitGateway"]["TransitGatewayId"]
    estate.ids["hub"], estate.ids["far hub"] = hub, other
    attached = near.create_transit_gateway_vpc_attachment(
        TransitGatewayId=hub, VpcId=estate.vpcs[RICH], SubnetIds=[estate.subnets[RICH][0]]
    )
    estate.ids["attachment"] = attached["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    peered = near.create_transit_gateway_peering_attachment(
        TransitGatewayId=hub, PeerTransitGatewayId=other, PeerAccountId=FAR[0], PeerRegion=FAR[1]
    )
    peering = peered["TransitGatewayPeeringAttachment"]["TransitGatewayAttachmentId"]
    estate.ids["gateway peering"] = peering
    far.accept_transit_gateway_peering_attachment(TransitGatewayAttachmentId=peering)
    gateway = near.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    near.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=estate.vpcs[RICH])
    estate.ids["vpn gateway"] = gateway
    customer = near.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.12", BgpAsn=65000)
    connection = near.create_vpn_connection(
        Type="ipsec.1", CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"], VpnGatewayId=gateway
    )
    estate.ids["vpn"] = connection["VpnConnection"]["VpnConnectionId"]
