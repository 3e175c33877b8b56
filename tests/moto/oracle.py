"""What boto3 or the AWS CLI says is there, in rows that an inventory can be compared with.

Written without a look at how netcensus does it: a second opinion, not a copy. Addresses are compared as values:
moto writes some IPv6 prefixes with leading zeros.
"""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network

# (operation, AWS CLI command, key of the answer)
CALLS = {
    "networks": ("describe_vpcs", "describe-vpcs", "Vpcs"),
    "subnets": ("describe_subnets", "describe-subnets", "Subnets"),
    "instances": ("describe_instances", "describe-instances", "Reservations"),
    "interfaces": ("describe_network_interfaces", "describe-network-interfaces", "NetworkInterfaces"),
    "peerings": (
        "describe_vpc_peering_connections",
        "describe-vpc-peering-connections",
        "VpcPeeringConnections",
    ),
    "attachments": (
        "describe_transit_gateway_attachments",
        "describe-transit-gateway-attachments",
        "TransitGatewayAttachments",
    ),
}
UNPAGED = {
    "vpn_gateways": ("describe_vpn_gateways", "VpnGateways"),
    "vpn_connections": ("describe_vpn_connections", "VpnConnections"),
}
ALIVE = ("associating", "associated", "disassociating")


def ask_boto3(connect, places):
    """Asks every (account, region) of `places` through `connect(account, region)`, with paginators."""

    def one(place):
        ec2 = connect(*place)
        answers = {}
        for kind, (operation, _, key) in CALLS.items():
            answers[kind] = ec2.get_paginator(operation).paginate().build_full_result()[key]
        for kind, (operation, key) in UNPAGED.items():
            answers[kind] = getattr(ec2, operation)()[key]
        return place, answers

    with ThreadPoolExecutor(4) as pool:
        return dict(pool.map(one, places))


def rows(answers):
    """Turns the answers of many places into one set of rows a kind; what several see is one row."""
    found = {kind: {} for kind in ("networks", "subnets", "instances", "interfaces", "links")}
    for (account, region), answer in answers.items():
        for vpc in answer.get("networks", ()):
            note(found["networks"], account, vpc["OwnerId"], region, vpc["VpcId"], network(vpc))
        for subnet in answer.get("subnets", ()):
            note(found["subnets"], account, subnet["OwnerId"], region, subnet["SubnetId"], subnet_(subnet))
        for reservation in answer.get("instances", ()):
            assert reservation["OwnerId"] == account
            for item in reservation["Instances"]:
                note(found["instances"], account, account, region, item["InstanceId"], instance(item))
        for item in answer.get("interfaces", ()):
            owner = item.get("OwnerId", account)
            note(found["interfaces"], account, owner, region, item["NetworkInterfaceId"], interface(item))
        found["links"].update(links(answer))
    return found


def note(table, viewer, owner, region, key, fields):
    """Keeps a row under its owner, and who else sees it."""
    row = table.setdefault((owner, region, key), {**fields, "seen_by": set()})
    if viewer != owner:
        row["seen_by"].add(viewer)


def network(vpc):
    blocks = {
        (ip_network(entry["CidrBlock"]), entry["CidrBlockState"]["State"])
        for entry in vpc.get("CidrBlockAssociationSet", ())
    }
    blocks |= {
        (ip_network(entry["Ipv6CidrBlock"]), entry["Ipv6CidrBlockState"]["State"])
        for entry in vpc.get("Ipv6CidrBlockAssociationSet", ())
    }
    return {"blocks": blocks, "default": vpc["IsDefault"], "state": vpc["State"]}


def subnet_(subnet):
    prefixes = {ip_network(subnet["CidrBlock"])} if subnet.get("CidrBlock") else set()
    prefixes |= {
        ip_network(entry["Ipv6CidrBlock"])
        for entry in subnet.get("Ipv6CidrBlockAssociationSet", ())
        if entry.get("Ipv6CidrBlockState", {}).get("State") in ALIVE
    }
    return {
        "network": subnet["VpcId"],
        "prefixes": prefixes,
        # EC2 says 0 of a subnet that has no IPv4 addresses to be free.
        "available": subnet["AvailableIpAddressCount"] if subnet.get("CidrBlock") else None,
        "zone": subnet["AvailabilityZone"],
        "state": subnet["State"],
    }


def instance(item):
    addresses = {ip_address(item["PrivateIpAddress"])} if item.get("PrivateIpAddress") else set()
    for nic in item.get("NetworkInterfaces", ()):
        addresses |= {ip_address(entry["PrivateIpAddress"]) for entry in nic.get("PrivateIpAddresses", ())}
        addresses |= {ip_address(entry["Ipv6Address"]) for entry in nic.get("Ipv6Addresses", ())}
    cpu = item.get("CpuOptions", {})
    vcpus = cpu["CoreCount"] * cpu["ThreadsPerCore"] if cpu.get("CoreCount") else None
    return {
        "state": item["State"]["Name"],
        "type": item["InstanceType"],
        "architecture": item.get("Architecture"),
        "vcpus": vcpus,
        "network": item.get("VpcId"),
        "subnet": item.get("SubnetId"),
        "private": addresses,
        "tags": {tag["Key"]: tag["Value"] for tag in item.get("Tags", ())},
    }


def interface(item):
    addresses = {ip_address(entry["PrivateIpAddress"]) for entry in item.get("PrivateIpAddresses", ())}
    addresses |= {ip_address(entry["Ipv6Address"]) for entry in item.get("Ipv6Addresses", ())}
    return {
        "subnet": item["SubnetId"],
        "network": item["VpcId"],
        "private": addresses,
        "state": item["Status"],
        "attached_to": item.get("Attachment", {}).get("InstanceId"),
    }


def links(answer):
    """Maps (kind, id) to state. Peerings of transit gateways and VPNs are among the attachments."""
    found = {}
    for peering in answer.get("peerings", ()):
        found["vpc-peering", peering["VpcPeeringConnectionId"]] = peering["Status"]["Code"]
    for item in answer.get("attachments", ()):
        kind = "vpn" if item["ResourceType"] == "vpn" else "transit-gateway"
        found[kind, item["TransitGatewayAttachmentId"]] = item["State"]
    for gateway in answer.get("vpn_gateways", ()):
        for attachment in gateway.get("VpcAttachments", ()):
            found["vpn", f"{gateway['VpnGatewayId']}/{attachment['VpcId']}"] = attachment["State"]
    for connection in answer.get("vpn_connections", ()):
        found["vpn", connection["VpnConnectionId"]] = connection["State"]
    return found


def said(doc):
    """Turns an inventory into the same rows, and fails when one is there twice."""
    tables = {
        "networks": lambda row: {
            "blocks": {(ip_network(block["cidr"]), block["state"]) for block in row["blocks"]},
            "default": row["is_default"],
            "state": row["state"],
            "seen_by": set(row["visible_from"]),
        },
        "subnets": lambda row: {
            "network": row["network"],
            "prefixes": set(map(ip_network, row["prefixes"])),
            "available": row["addresses_available"],
            "zone": row["zone"],
            "state": row["state"],
            "seen_by": set(row["visible_from"]),
        },
        "instances": lambda row: {
            "private": set(map(ip_address, row["private_ips"])),
            **{key: row[key] for key in ("state", "type", "architecture", "vcpus", "network", "subnet", "tags")},
        },
        "interfaces": lambda row: {
            "private": set(map(ip_address, row["private_ips"])),
            **{key: row[key] for key in ("subnet", "network", "state", "attached_to")},
        },
    }
    found = {}
    for kind, fields in tables.items():
        found[kind] = {}
        for row in doc[kind]:
            key = (row["account"], row["region"], row["id"])
            assert key not in found[kind], f"{kind}: {key} twice"
            found[kind][key] = fields(row)
    found["links"] = {(row["kind"], row["id"]): row["state"] for row in doc["links"]}
    assert len(found["links"]) == len(doc["links"]), "a link is listed twice"
    return found


def assert_same(doc, answers, kinds=("networks", "subnets", "instances", "interfaces", "links")):
    """Fails unless the inventory says of `kinds` what the answers say, no more and no less."""
    ours, theirs = said(doc), rows(answers)
    for kind in kinds:
        missing = theirs[kind].keys() - ours[kind].keys()
        surplus = ours[kind].keys() - theirs[kind].keys()
        assert not missing and not surplus, f"{kind}: missing {sorted(missing)}, surplus {sorted(surplus)}"
        for key, row in theirs[kind].items():
            if kind in ("instances", "interfaces"):
                # Neither lists its viewers.
                row = {name: value for name, value in row.items() if name != "seen_by"}
            assert ours[kind][key] == row, f"{kind} {key}: netcensus says {ours[kind][key]}, they say {row}"
