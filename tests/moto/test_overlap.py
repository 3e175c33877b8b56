"""`netcensus overlap` finds what a comparison of every pair finds, on moto and on the sandbox."""

import json
from ipaddress import ip_network

import pytest

import estate as seeds
import overlap_oracle as oracle
from netcensus import Home

SWEPT = ("connected", "latent", "default-network")


def members(report, name):
    """Lists the members of all findings of a class."""
    return {
        (member["account"], member["id"], member["prefix"])
        for finding in report["findings"]
        if finding["class"] == name
        for member in finding["members"]
    }


def assert_same(report, doc):
    """Fails unless the report has exactly the members that the pairs have, each finding being one space."""
    expected = oracle.classes(doc)
    for name in SWEPT:
        assert members(report, name) == expected.get(name, set()), name
    for finding in report["findings"]:
        if finding["class"] not in SWEPT:
            continue
        within = ip_network(finding["within"])
        prefixes = [ip_network(member["prefix"]) for member in finding["members"]]
        assert all(prefix.subnet_of(within) for prefix in prefixes), finding
        assert len(prefixes) > 1
        for space in map(ip_network, finding["spaces"]):
            assert sum(oracle.overlaps(space, prefix) for prefix in prefixes) > 1, finding


def overlap(home, doc, *args, code):
    """Compares a saved inventory."""
    path = home.write("inventory.json", json.dumps(doc))
    return home.run("overlap", "--from", path, *args, "-o", "json").expect(code).doc


@pytest.fixture(scope="module")
def read(moto, estate, tmp_path_factory):
    """A home that can read moto, and what is there."""
    home = Home(tmp_path_factory.mktemp("overlap"))
    home.write_config(seeds.config(moto.url))
    scope = ["--provider", "aws", "--aws-profile", "team-*"]
    scope += [word for region in seeds.REGIONS for word in ("--region", region)]
    return home, scope, home.scan("all", *scope)


def test_collisions_of_moto_are_found_live_and_from_the_file(read):
    home, scope, doc = read
    live = home.run("overlap", *scope, "-o", "json").expect(1).doc
    assert_same(live, doc)
    saved = overlap(home, doc, code=1)
    assert saved["findings"] == live["findings"]
    assert members(live, "default-network"), "every place of moto has a default VPC"


def test_a_peering_that_is_accepted_makes_a_collision_connected(read, moto):
    home, scope, before = read
    (account, region) = seeds.RICH
    ec2 = moto.client("ec2", account, region)
    vpcs = [ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"] for cidr in ("10.77.0.0/16", "10.77.128.0/20")]
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    attachments = []
    try:
        apart = home.run("overlap", *scope, "-o", "json").expect(1).doc
        ours = {(account, vpcs[0], "10.77.0.0/16"), (account, vpcs[1], "10.77.128.0/20")}
        assert ours <= members(apart, "latent")
        assert not ours & members(apart, "connected")
        for vpc in vpcs:
            subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=("10.77.0.0/24" if vpc == vpcs[0] else "10.77.128.0/24"))
            made = ec2.create_transit_gateway_vpc_attachment(
                TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[subnet["Subnet"]["SubnetId"]]
            )
            attachments.append(made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"])
        joined = home.run("overlap", *scope, "-o", "json").expect(1).doc
        assert ours <= members(joined, "connected")
        assert not ours & members(joined, "latent")
        finding = next(f for f in joined["findings"] if f["class"] == "connected" and vpcs[0] in str(f))
        assert finding["spaces"] == ["10.77.128.0/20"]
        assert finding["joined_by"] == [f"transit-gateway {gateway}"]
    finally:
        for attachment in attachments:
            ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
        for vpc in vpcs:
            for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]:
                ec2.delete_subnet(SubnetId=subnet["SubnetId"])
            ec2.delete_vpc(VpcId=vpc)
        ec2.delete_transit_gateway(TransitGatewayId=gateway)


def test_the_sample_estate_has_the_collisions_of_its_pairs(home):
    doc = home.scan("all", "--sandbox", "--provider", "aws")
    assert_same(overlap(home, doc, code=1), doc)


@pytest.mark.parametrize("size", ["accounts=12,networks=9", "accounts=60,regions=4"])
def test_generated_estates_have_the_collisions_of_their_pairs(home, size):
    doc = home.scan("all", "--sandbox", "--provider", "aws", "--generate", size)
    path = home.write("inventory.json", json.dumps(doc))
    report = home.run("overlap", "--from", path, "-o", "json").doc
    assert report["compared"]["networks"] == len(list(oracle.holders(doc)))
    assert_same(report, doc)


def test_planned_and_external_prefixes_meet_exactly_those_that_overlap(home):
    doc = home.scan("all", "--sandbox", "--provider", "aws")
    ranges = home.write("ranges.csv", "prefix,site\n10.0.0.0/11,fra\n2001:db8::/40,fra\n203.0.113.0/24,lab\n")
    report = overlap(home, doc, "--external", ranges, "--planned", "10.20.0.0/17", code=1)
    for name, wanted in [("external", ("10.0.0.0/11", "2001:db8::/40")), ("planned", ("10.20.0.0/17",))]:
        wanted = [ip_network(prefix) for prefix in wanted]
        met = {
            (network["account"], network["id"], str(prefix))
            for network, prefix, _ in oracle.holders(doc)
            if any(oracle.overlaps(prefix, other) for other in wanted)
        }
        ours = {row for row in members(report, name) if row[0] not in (None, "", "fra")}
        assert ours == met, name
