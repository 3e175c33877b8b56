"""The sandbox, read by the AWS CLI and boto3: what they see is what netcensus says is there."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

import oracle
from netcensus import Home, assert_once
from servers import client

AWS = Path(sys.executable).with_name("aws")
ACTIVE = [
    "management",
    "network-hub",
    "shop-prod",
    "shop-staging",
    "data-platform",
    "sandbox-dev",
    "security",
    "acme-legacy",
]
# Once, since what a certificate says does not change.
UNTRUSTED = {"AWS_CA_BUNDLE": None, "SSL_CERT_FILE": None, "AWS_MAX_ATTEMPTS": "1"}
MANAGEMENT = "111111111111"


@pytest.fixture(scope="module")
def profiles(sandbox):
    """Maps the account id of each active account to its profile."""
    found = {}
    for name in ACTIVE:
        identity = sandbox.client("sts", name).get_caller_identity()
        found[identity["Account"]] = name
    return found


@pytest.fixture(scope="module")
def places(sandbox, profiles):
    """Lists every account with each of its enabled regions, as the account itself says."""
    found = []
    for account, name in profiles.items():
        regions = sandbox.client("ec2", name).describe_regions()["Regions"]
        found += [(account, region["RegionName"]) for region in regions]
    return found


@pytest.fixture(scope="module")
def doc(sandbox, profiles, tmp_path_factory):
    """What netcensus says of the same sandbox."""
    home = Home(tmp_path_factory.mktemp("scan"))
    names = [word for name in profiles.values() for word in ("--aws-profile", name)]
    return home.scan("all", *names, env=sandbox.env)


class Cli:
    """The AWS CLI in an environment."""

    def __init__(self, home, env):
        self.home, self.env = home, env

    def run(self, *args, profile=None, region=None):
        """Runs a command; without a profile with the environment's own keys."""
        args = [*args, "--output", "json"]
        args += ["--region", region] if region else []
        env = self.env
        if profile:
            args += ["--profile", profile]
            env = {k: v for k, v in env.items() if not k.startswith(("AWS_ACCESS", "AWS_SECRET"))}
        return self.home.program(AWS, *args, env=env)

    def json(self, *args, **named):
        """Runs a command that must succeed, and reads its answer."""
        result = self.run(*args, **named).expect()
        return json.loads(result.out) if result.out.strip() else {}


@pytest.fixture
def cli(sandbox, home):
    """The AWS CLI in the environment that the sandbox printed."""
    return Cli(home, sandbox.env)


def test_boto3_sees_what_netcensus_says(sandbox, profiles, places, doc):
    assert len(profiles) >= 6 and len({region for _, region in places}) >= 4
    answers = oracle.ask_boto3(lambda account, region: sandbox.client("ec2", profiles[account], region), places)
    assert_once(doc)
    oracle.assert_same(doc, answers)


def test_pages_join_without_gaps_or_repeats(sandbox, profiles):
    ec2 = sandbox.client("ec2", "shop-prod", "eu-west-1")
    for operation, _, key in oracle.CALLS.values():
        paginator = ec2.get_paginator(operation)
        pages = list(paginator.paginate(PaginationConfig={"PageSize": 5}))
        small = [json.dumps(item, default=str) for page in pages for item in page[key]]
        whole = paginator.paginate(PaginationConfig={"PageSize": 1000}).build_full_result()[key]
        assert len(small) == len(set(small)), operation
        if operation != "describe_instances":
            assert small == [json.dumps(item, default=str) for item in whole], operation
    instances = sandbox.client("ec2", "shop-prod", "eu-west-1").get_paginator("describe_instances")
    assert len(list(instances.paginate(PaginationConfig={"PageSize": 5}))) > 1
    found = [
        item["InstanceId"]
        for page in instances.paginate(PaginationConfig={"PageSize": 5})
        for reservation in page["Reservations"]
        for item in reservation["Instances"]
    ]
    assert len(found) == len(set(found)) > 10


@pytest.mark.parametrize("name", ACTIVE)
def test_the_cli_sees_what_netcensus_says(cli, profiles, doc, name):
    """Every account in the region that all of them use."""
    account, region = next(id_ for id_, known in profiles.items() if known == name), "eu-west-1"
    sample = [kind for kind in oracle.CALLS if kind in ("networks", "subnets", "instances", "interfaces")]
    with ThreadPoolExecutor(2) as pool:
        asked = pool.map(lambda kind: cli.json("ec2", oracle.CALLS[kind][1], profile=name, region=region), sample)
    answers = {(account, region): {k: a[oracle.CALLS[k][2]] for k, a in zip(sample, asked, strict=True)}}
    theirs, ours = oracle.rows(answers), oracle.said(doc)
    for kind in ("networks", "subnets"):
        # Those of this account, and those that are shared with it.
        seen = {
            key
            for key, row in ours[kind].items()
            if key[1] == region and (key[0] == account or account in row["seen_by"])
        }
        assert theirs[kind].keys() == seen
    here = {key for key in ours["instances"] if key[:2] == (account, region)}
    assert theirs["instances"].keys() == here
    assert here <= ours["instances"].keys()
    for key in here:
        assert ours["instances"][key]["state"] == theirs["instances"][key]["state"]
    assert {key for key in ours["interfaces"] if key[:2] == (account, region)} <= theirs["interfaces"].keys()


def test_the_cli_sees_peerings_and_attachments_in_all_regions(cli, places, doc):
    account, name = "333333333333", "shop-prod"
    answers = {}
    for place in places:
        if place[0] == account:
            answers[place] = {
                kind: cli.json("ec2", oracle.CALLS[kind][1], profile=name, region=place[1])[oracle.CALLS[kind][2]]
                for kind in ("peerings", "attachments")
            }
    theirs = oracle.rows(answers)["links"]
    ours = oracle.said(doc)["links"]
    assert theirs and theirs.items() <= ours.items()
    mine = {
        (link["kind"], link["id"])
        for link in doc["links"]
        if link["kind"] == "vpc-peering" and any(end["account"] == account for end in link["ends"])
    }
    assert mine == {key for key in theirs if key[0] == "vpc-peering"}


def test_the_cli_pages_and_stops_where_it_is_told(cli):
    whole = cli.json("ec2", "describe-subnets", profile="shop-prod", region="eu-west-1")["Subnets"]
    small = cli.json("ec2", "describe-subnets", "--page-size", "5", profile="shop-prod", region="eu-west-1")
    assert small["Subnets"] == whole and len(whole) > 10
    some, token = [], []
    while token is not None:
        page = cli.json(
            "ec2", "describe-subnets", "--max-items", "7", *token, profile="shop-prod", region="eu-west-1"
        )
        some += page["Subnets"]
        token = ["--starting-token", page["NextToken"]] if "NextToken" in page else None
    assert some == whole


def test_the_cli_knows_who_it_is_and_which_regions_it_has(cli, profiles, doc):
    assert cli.json("sts", "get-caller-identity")["Account"] == MANAGEMENT
    assert cli.json("sts", "get-caller-identity", profile="shop-prod")["Account"] == "333333333333"
    regions = cli.json("ec2", "describe-regions", "--all-regions", profile="security")["Regions"]
    status = {region["RegionName"]: region["OptInStatus"] for region in regions}
    assert status["me-central-1"] == "not-opted-in" and status["eu-west-1"] == "opt-in-not-required"
    read = {row["region"] for row in doc["coverage"] if row["account"] == "777777777777" and row["region"]}
    assert read == {name for name, opted in status.items() if opted != "not-opted-in"}


def test_the_cli_lists_the_organisation(cli):
    listed = cli.json("organizations", "list-accounts")["Accounts"]
    small = cli.json("organizations", "list-accounts", "--page-size", "2")["Accounts"]
    some = cli.json("organizations", "list-accounts", "--max-items", "4")
    assert listed == small and listed[:4] == some["Accounts"] and "NextToken" in some
    assert [account["Name"] for account in listed] == [*ACTIVE, "old-trial"]
    assert [account["Name"] for account in listed if account["Status"] != "ACTIVE"] == ["old-trial"]
    refused = cli.run("organizations", "list-accounts", profile="shop-prod")
    assert refused.code != 0 and "AccessDeniedException" in refused.err


def test_the_printed_environment_is_all_the_cli_needs(cli):
    env = {name: value for name, value in cli.env.items() if name != "AWS_CONFIG_FILE"}
    result = Cli(cli.home, env).run("ec2", "describe-vpcs").expect()
    assert json.loads(result.out)["Vpcs"] == []


def test_boto3_reads_the_organisation_through_a_role(sandbox, doc):
    sts = sandbox.client("sts", "management")
    members = sandbox.client("organizations", "management").get_paginator("list_accounts")
    active = [a["Id"] for a in members.paginate().build_full_result()["Accounts"] if a["Status"] == "ACTIVE"]
    for account in active:
        arn = f"arn:aws:iam::{account}:role/netcensus"
        given = sts.assume_role(RoleArn=arn, RoleSessionName="reader")
        assert given["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/netcensus/reader"
        session = given["Credentials"]
        connect = (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
        identity = client(sandbox.url, "sts", *connect).get_caller_identity()
        assert identity["Account"] == account
        vpcs = client(sandbox.url, "ec2", *connect, region="eu-west-1").describe_vpcs()["Vpcs"]
        own = {vpc["VpcId"] for vpc in vpcs if vpc["OwnerId"] == account}
        ours = {row["id"] for row in doc["networks"] if (row["account"], row["region"]) == (account, "eu-west-1")}
        assert own == ours


def test_an_organisation_scan_equals_the_scan_by_profiles(sandbox, home, doc):
    org = home.scan("all", "--aws-org", "--aws-org-role", "netcensus", env=sandbox.env)
    for kind in ("subnets", "instances", "interfaces", "links"):
        assert org[kind] == doc[kind], kind
    for row in org["networks"]:
        assert row.pop("account_name") in ACTIVE
    assert org["networks"] == [{k: v for k, v in row.items() if k != "account_name"} for row in doc["networks"]]


def test_the_embedded_sandbox_is_the_same_one(home, doc):
    embedded = home.scan("all", "--sandbox", "--provider", "aws")
    for kind in ("networks", "subnets", "instances", "interfaces", "links"):
        assert embedded[kind] == doc[kind], kind


def test_over_tls(sandboxes, home):
    secure = sandboxes("--tls", "--ca-file", str(home.path / "ca.pem"))
    assert secure.url.startswith("https://localhost:")
    assert secure.env["AWS_CA_BUNDLE"] == str(home.path / "ca.pem")
    assert Cli(home, secure.env).json("sts", "get-caller-identity")["Account"] == MANAGEMENT
    theirs = secure.client("ec2", "network-hub", "eu-west-1").describe_vpcs()["Vpcs"]
    ours = home.scan(
        "networks", "--aws-profile", "network-hub", "--region", "eu-west-1",
        env=secure.env | {"SSL_CERT_FILE": None},
    )["networks"]  # fmt: skip
    assert {vpc["VpcId"] for vpc in theirs} == {row["id"] for row in ours}
    distrusted = home.run("scan", env=secure.env | UNTRUSTED).expect(2)
    assert "certificate" in distrusted.err.lower()


def test_filters_and_ids_as_ec2_has_them(sandbox):
    ec2 = sandbox.client("ec2", "shop-prod", "eu-west-1")
    running = [{"Name": "instance-state-name", "Values": ["terminated"]}]
    found = ec2.describe_instances(Filters=running)["Reservations"]
    assert {i["State"]["Name"] for r in found for i in r["Instances"]} == {"terminated"}
    vpc = ec2.describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["prod"]}])["Vpcs"]
    assert [item["CidrBlock"] for item in vpc] == ["10.10.0.0/16"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc[0]["VpcId"]]}])["Subnets"]
    assert {subnet["VpcId"] for subnet in subnets} == {vpc[0]["VpcId"]}
    with pytest.raises(ClientError) as error:
        ec2.describe_vpcs(VpcIds=["vpc-00000000000000000"])
    assert error.value.response["Error"]["Code"] == "InvalidVpcID.NotFound"
    with pytest.raises(ClientError) as error:
        ec2.describe_vpcs(Filters=[{"Name": "no-such-filter", "Values": ["x"]}])
    assert error.value.response["Error"]["Code"] == "InvalidParameterValue"
