"""What is in moto is what netcensus finds: everything, once, in the right account and region."""

import pytest

import estate as seeds
import oracle
from estate import ACCOUNTS, FAR, REGIONS, RICH
from netcensus import Home, assert_once


@pytest.fixture(scope="module")
def doc(moto, estate, tmp_path_factory):
    """The scan of the three accounts in the three regions."""
    home = Home(tmp_path_factory.mktemp("estate"))
    home.write_config(seeds.config(moto.url))
    return home.scan("all", "--aws-profile", "team-*", *regions())


def regions():
    return [word for region in REGIONS for word in ("--region", region)]


def by_id(doc, kind, wanted):
    found = [row for row in doc[kind] if row["id"] == wanted]
    assert len(found) == 1, f"{kind} {wanted}: {len(found)} rows"
    return found[0]


def test_everything_is_found_once_as_boto3_sees_it(moto, estate, doc):
    answers = oracle.ask_boto3(lambda account, region: moto.client("ec2", account, region), estate.places)
    assert_once(doc)
    oracle.assert_same(doc, answers)


def test_each_row_is_under_its_own_account_and_region(estate, doc):
    for place in estate.places:
        account, region = place
        for kind, wanted in [
            ("networks", estate.vpcs[place]),
            ("subnets", estate.subnets[place][0]),
            ("subnets", estate.subnets[place][1]),
            ("instances", estate.instances[place]),
        ]:
            row = by_id(doc, kind, wanted)
            assert (row["account"], row["region"]) == place
        name = by_id(doc, "networks", estate.vpcs[place])["name"]
        assert name == f"main-{account[0]}-{region}"


def test_coverage_names_every_account_region_and_kind(doc):
    kinds = ("networks", "subnets", "instances", "interfaces", "links")
    complete = {
        (row["account"], row["region"], row["kind"]) for row in doc["coverage"] if row["outcome"] == "complete"
    }
    assert complete == {(a, r, k) for a in ACCOUNTS for r in REGIONS for k in kinds}
    assert [account["id"] for account in doc["accounts"]] == ACCOUNTS
    assert [account["reached_by"] for account in doc["accounts"]] == [[f"profile:team-{n}"] for n in (1, 2, 3)]


def test_default_networks_are_flagged(estate, doc):
    for place in estate.places:
        here = [row for row in doc["networks"] if (row["account"], row["region"]) == place]
        assert sorted(row["is_default"] for row in here) == [False, True]
        default = next(row for row in here if row["is_default"])
        assert [block["cidr"] for block in default["blocks"]] == ["172.31.0.0/16"]


def test_blocks_have_their_role_and_state(estate, doc):
    blocks = by_id(doc, "networks", estate.vpcs[RICH])["blocks"]
    v4 = {(block["cidr"], block["role"], block["state"]) for block in blocks if ":" not in block["cidr"]}
    assert v4 == {
        ("10.0.0.0/16", "primary", "associated"),
        ("100.64.0.0/16", "secondary", "associated"),
        ("100.65.0.0/16", "secondary", "disassociated"),
    }
    v6 = [block for block in blocks if ":" in block["cidr"]]
    assert [(block["role"], block["state"]) for block in v6] == [("secondary", "associated")]


def test_a_peering_across_accounts_and_regions_is_one_link(estate, doc):
    link = by_id(doc, "links", estate.ids["peering"])
    assert (link["kind"], link["state"]) == ("vpc-peering", "active")
    ends = [(end["account"], end["region"], end["network"]) for end in link["ends"]]
    assert ends == [(*RICH, estate.vpcs[RICH]), (*FAR, estate.vpcs[FAR])]
    assert by_id(doc, "links", estate.ids["waiting"])["state"] == "pending-acceptance"


def test_transit_gateways(estate, doc):
    link = by_id(doc, "links", estate.ids["attachment"])
    assert (link["kind"], link["state"]) == ("transit-gateway", "available")
    assert [end["network"] for end in link["ends"]] == [estate.vpcs[RICH], estate.ids["hub"]]
    peering = by_id(doc, "links", estate.ids["gateway peering"])
    assert peering["kind"] == "transit-gateway"
    assert {(end["account"], end["region"], end["network"]) for end in peering["ends"]} == {
        (*RICH, estate.ids["hub"]),
        (*FAR, estate.ids["far hub"]),
    }


def test_vpn_gateways_and_connections(estate, doc):
    gateway = estate.ids["vpn gateway"]
    link = by_id(doc, "links", f"{gateway}/{estate.vpcs[RICH]}")
    assert (link["kind"], link["state"]) == ("vpn", "attached")
    connection = by_id(doc, "links", estate.ids["vpn"])
    assert connection["ends"][0]["network"] == gateway
    assert connection["ends"][0]["account"] == RICH[0]


def test_secrets_of_vpn_connections_stay_out(moto, estate, doc):
    answer = moto.client("ec2", *RICH).describe_vpn_connections()["VpnConnections"][0]
    text = repr(doc)
    assert "pre_shared_key" not in text
    assert answer["CustomerGatewayConfiguration"][:200] not in text


@pytest.mark.parametrize(
    ("name", "state", "architecture", "type_"),
    [
        ("web", "running", "arm64", "m7g.large"),
        ("stopped", "stopped", "x86_64", "m6i.large"),
        ("terminated", "terminated", "x86_64", "m6i.large"),
    ],
)
def test_instances(estate, doc, name, state, architecture, type_):
    row = by_id(doc, "instances", estate.ids[name])
    assert (row["name"], row["state"], row["type"]) == (name, state, type_)
    assert row["architecture"] == architecture
    assert row["tags"]["env"] == "prod"
    assert row["launched_at"]
    if state == "running":
        assert (row["network"], row["subnet"]) == (estate.vpcs[RICH], estate.subnets[RICH][1])
        assert row["zone"] == "eu-west-1b"
        assert row["private_ips"][0].startswith("10.0.1.")


def test_interfaces(estate, doc):
    """moto gives every interface the plain type; kinds are for the sandbox's suite to judge."""
    left = by_id(doc, "interfaces", estate.ids["left over"])
    assert (left["kind"], left["description"], len(left["private_ips"])) == ("unattached", "left over", 4)
    for name in ("nat", "endpoint"):
        row = by_id(doc, "interfaces", estate.ids[name])
        assert (row["account"], row["region"], row["subnet"]) == (*RICH, estate.subnets[RICH][0])
    attached = [row for row in doc["interfaces"] if row["attached_to"] == estate.ids["web"]]
    assert [row["kind"] for row in attached] == ["instance"]


def test_a_subnet_counts_its_addresses(moto, estate, doc):
    row = by_id(doc, "subnets", estate.subnets[RICH][0])
    assert row["addresses_total"] == 251
    answer = moto.client("ec2", *RICH).describe_subnets(SubnetIds=[row["id"]])["Subnets"][0]
    assert row["addresses_available"] == answer["AvailableIpAddressCount"]
    assert row["addresses_available"] < 251
