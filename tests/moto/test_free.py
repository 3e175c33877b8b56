"""What is free, against a second opinion: aws-cidr-finder, which lists the holes between the subnets of each VPC.

It is not among the requirements, since its licence is the GPL: install it beside them to run these tests, with
`pip install aws-cidr-finder==0.6.3`.
"""

import ipaddress
import json
import os
import random
import shutil
import sys
from pathlib import Path

import pytest

from netcensus import Home

REGION = "eu-west-1"
ACCOUNT = "555000000001"
FINDER = shutil.which("aws-cidr-finder", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")

pytestmark = pytest.mark.skipif(FINDER is None, reason="aws-cidr-finder is not installed here")


def make_networks(ec2, number):
    """Makes VPCs that do not overlap, each with some subnets in it; moto makes a default VPC too."""
    random.seed(number)
    for number in range(12):
        length = random.choice([16, 18, 20, 22, 24, 28])
        block = ipaddress.ip_network(f"10.{number}.0.0/{length}")
        vpc = ec2.create_vpc(CidrBlock=str(block))["Vpc"]["VpcId"]
        taken = []
        for _ in range(random.randrange(12)):
            deeper = random.randint(length, 28)
            first = random.randrange(2 ** (deeper - length)) * 2 ** (32 - deeper)
            subnet = ipaddress.ip_network((int(block.network_address) + first, deeper))
            if not any(subnet.overlaps(other) for other in taken):
                taken.append(subnet)
                ec2.create_subnet(VpcId=vpc, CidrBlock=str(subnet))


@pytest.fixture(scope="module")
def opinions(moto, tmp_path_factory):
    """The holes of each VPC by aws-cidr-finder, the inventory, and a home to ask in."""
    home = Home(tmp_path_factory.mktemp("free"))
    ec2 = moto.client("ec2", ACCOUNT, REGION)
    make_networks(ec2, 17)
    keys = moto._sessions[ACCOUNT]
    home.write_config(
        f"[profile finder]\naws_access_key_id = {keys['AccessKeyId']}\n"
        f"aws_secret_access_key = {keys['SecretAccessKey']}\naws_session_token = {keys['SessionToken']}\n"
        f"region = {REGION}\nendpoint_url = {moto.url}\n"
    )
    told = home.program(FINDER, "--profile", "finder", "--region", REGION, "--json").expect(0).doc
    holes = {vpc["id"]: vpc["available_cidr_blocks"] for vpc in told["data"]}
    blocks = {vpc["id"]: vpc["cidr"] for vpc in told["data"]}
    scope = ("--provider", "aws", "--aws-profile", "finder", "--region", REGION)
    document = home.scan("all", *scope)
    return home, document, blocks, holes


def test_free_finds_the_same_holes_between_subnets(opinions):
    home, document, blocks, holes = opinions
    # Without the networks, which hold their prefixes whole, what is left is what subnets leave.
    home.write("subnets.json", json.dumps({**document, "networks": []}))
    assert len(blocks) > 12 and any(len(found) > 5 for found in holes.values())
    for vpc, block in blocks.items():
        report = home.run("free", block, "--from", "subnets.json", "-o", "json").doc
        found = [prefix for hole in report["answers"][0]["holes"] for prefix in hole["prefixes"]]
        assert found == holes[vpc], (vpc, block)


def test_usage_counts_the_same_free_addresses_of_each_network(opinions):
    home, document, blocks, holes = opinions
    home.write("all.json", json.dumps(document))
    report = home.run("usage", "networks", "--from", "all.json", "--fail-on", "none", "-o", "json").expect(0).doc
    rows = {row["id"]: row for row in report["rows"]}
    assert rows.keys() == blocks.keys()
    for vpc, found in holes.items():
        prefixes = [ipaddress.ip_network(prefix) for prefix in found]
        row = rows[vpc]
        assert row["addresses_free"] == sum(prefix.num_addresses for prefix in prefixes), vpc
        assert row["largest_free_block"] == max((prefix.num_addresses for prefix in prefixes), default=0), vpc
        assert row["free_blocks"] == sum(prefix.num_addresses // 16 for prefix in prefixes if prefix.prefixlen <= 28)
