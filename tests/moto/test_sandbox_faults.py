"""Faults that the sandbox serves, as boto3 and the AWS CLI understand them, and what netcensus makes of them."""

import time

import pytest
from botocore.exceptions import ClientError

from netcensus import incomplete
from servers import Sandbox, client
from test_sandbox_readers import Cli

HERE = ("--aws-profile", "network-hub", "--region", "eu-west-1,us-east-1")


def code_of(call):
    with pytest.raises(ClientError) as error:
        call()
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


# The codes and HTTP statuses of the API references of EC2, STS and Organizations.
@pytest.mark.parametrize(
    ("fault", "ec2", "sts", "organizations"),
    [
        ("deny", ("UnauthorizedOperation", 403), ("AccessDenied", 403), ("AccessDeniedException", 400)),
        (
            "throttle=1/1",
            ("RequestLimitExceeded", 503),
            ("Throttling", 400),
            ("TooManyRequestsException", 400),
        ),
        ("expired", ("RequestExpired", 400), ("ExpiredToken", 403), ("ExpiredTokenException", 400)),
        ("error=InternalError:500", ("InternalError", 500), ("InternalError", 500), ("InternalError", 500)),
    ],
)
def test_boto3_knows_the_errors(sandboxes, fault, ec2, sts, organizations):
    sandbox = sandboxes("--fault", fault)
    assume = sandbox.client("sts", "management").assume_role
    role = {"RoleArn": "arn:aws:iam::222222222222:role/netcensus", "RoleSessionName": "reader"}
    calls = {
        sandbox.client("ec2", "management").describe_vpcs: ec2,
        lambda: assume(**role): sts,
        sandbox.client("organizations", "management").list_accounts: organizations,
    }
    for call, expected in calls.items():
        if fault.startswith("throttle"):
            call()
        assert code_of(call) == expected


def test_nobody_is_denied_the_knowledge_who_they_are(sandboxes):
    """GetCallerIdentity takes no permission, and none can be taken away."""
    sts = sandboxes("--fault", "deny").client("sts", "security")
    assert sts.get_caller_identity()["Account"] == "777777777777"


def test_unknown_keys_and_wrong_roles(sandbox):
    assert code_of(client(sandbox.url, "ec2", "AKIAUNKNOWN", "x").describe_vpcs) == ("AuthFailure", 401)
    sts = client(sandbox.url, "sts", "AKIAUNKNOWN", "x")
    assert code_of(sts.get_caller_identity) == ("InvalidClientTokenId", 403)
    assume = sandbox.client("sts", "management").assume_role
    for arn in ("arn:aws:iam::222222222222:role/nobody", "arn:aws:iam::999999999999:role/netcensus"):
        refused = code_of(lambda arn=arn: assume(RoleArn=arn, RoleSessionName="reader"))
        assert refused == ("AccessDenied", 403)


ESTATE = """
[organization]
id = "o-a1b2c3d4e5"
management = "a"
[[region]]
name = "eu-west-1"
[[account]]
name = "a"
id = "121212121212"
[[account]]
name = "b"
id = "343434343434"
guarded_roles = { netcensus = "audit" }
[[network]]
name = "n"
account = "b"
region = "eu-west-1"
cidrs = ["10.9.0.0/16"]
subnets = [{ name = "s", cidr = "10.9.1.0/28" }]
"""


def test_a_role_that_wants_an_external_id(sandboxes, home):
    sandbox = sandboxes("--estate", str(home.write("estate.toml", ESTATE)))
    assume = sandbox.client("sts", "a").assume_role
    role = {"RoleArn": "arn:aws:iam::343434343434:role/netcensus", "RoleSessionName": "reader"}
    assert code_of(lambda: assume(**role)) == ("AccessDenied", 403)
    assert code_of(lambda: assume(**role, ExternalId="guess")) == ("AccessDenied", 403)
    assert assume(**role, ExternalId="audit")["Credentials"]["AccessKeyId"]
    org = ("networks", "--aws-org", "--aws-org-role", "netcensus")
    refused = home.scan(*org, env=sandbox.env, code=3)
    assert [(row["account"], row["outcome"]) for row in incomplete(refused)] == [("343434343434", "denied")]
    doc = home.scan(*org, "--aws-org-external-id", "audit", env=sandbox.env)
    assert [row["account"] for row in doc["networks"]] == ["343434343434"]


def test_a_region_that_is_not_enabled(sandbox):
    call = sandbox.client("ec2", "security", "me-central-1").describe_vpcs
    assert code_of(call) == ("AuthFailure", 401)


def test_the_cli_tries_again_when_throttled(sandboxes, home):
    sandbox = sandboxes("--fault", "error=RequestLimitExceeded:503@action=DescribeVpcs,times=2")
    found = Cli(home, sandbox.env).json("ec2", "describe-vpcs", profile="network-hub", region="eu-west-1")["Vpcs"]
    assert len(found) == 2
    doc = home.scan("networks", *HERE, env=sandbox.env)
    assert len([row for row in doc["networks"] if row["region"] == "eu-west-1"]) == 2


def test_the_bucket_fills_again(sandboxes):
    ec2 = sandboxes("--fault", "throttle=2/3").client("ec2", "management")
    for _ in range(3):
        ec2.describe_vpcs()
    assert code_of(ec2.describe_vpcs) == ("RequestLimitExceeded", 503)
    time.sleep(0.7)
    ec2.describe_vpcs()


def test_netcensus_and_the_cli_both_get_through_a_throttle(sandboxes, home):
    sandbox = sandboxes("--fault", "throttle=5/5")
    whole = home.scan("all", *HERE, env=sandbox.env)
    assert not incomplete(whole)
    theirs = Cli(home, sandbox.env).json(
        "ec2", "describe-subnets", "--page-size", "5", profile="network-hub", region="eu-west-1"
    )["Subnets"]
    ours = {row["id"] for row in whole["subnets"] if row["region"] == "eu-west-1"}
    assert {subnet["SubnetId"] for subnet in theirs} == ours


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("deny", "denied"),
        ("throttle=1/1", "throttled"),
        ("expired", "failed"),
        ("error=InternalError:500", "failed"),
        ("garbage", "failed"),
        ("hang", "timed-out"),
    ],
)
def test_a_fault_in_one_region_leaves_the_other(sandboxes, home, fault, outcome):
    """And it is never an empty list: every kind of that region says why it is not there."""
    sandbox = sandboxes("--fault", f"{fault}@region=us-east-1,action=DescribeVpcs")
    if fault.startswith("throttle"):
        sandbox.client("ec2", "network-hub", "us-east-1").describe_vpcs()
    result = home.run(
        "scan", "all", *HERE, "--timeout", "2s", "-o", "json", env=sandbox.env | {"AWS_MAX_ATTEMPTS": "1"}
    ).expect(3)
    doc = result.doc
    missing = {(row["region"], row["kind"]): row["outcome"] for row in incomplete(doc)}
    assert missing.pop(("us-east-1", "networks")) == outcome
    # A region that does not answer is not asked for everything else in vain.
    assert not missing or (fault == "hang" and {region for region, _ in missing} == {"us-east-1"})
    assert {row["region"] for row in doc["networks"]} == {"eu-west-1"}
    assert "us-east-1" in result.err


def test_an_estate_of_ones_own_and_a_generated_one(sandboxes, home):
    sandbox = sandboxes("--estate", str(home.write("estate.toml", ESTATE)))
    ec2 = sandbox.client("ec2", "b", "eu-west-1")
    assert [vpc["CidrBlock"] for vpc in ec2.describe_vpcs()["Vpcs"]] == ["10.9.0.0/16"]
    assert ec2.describe_subnets()["Subnets"][0]["AvailableIpAddressCount"] == 11
    generated = sandboxes("--generate", "accounts=12,regions=3,networks=2,subnets=2,instances=50")
    doc = home.scan("all", "--all-aws-profiles", env=generated.env)
    assert len(doc["accounts"]) == 12
    assert (len(doc["networks"]), len(doc["subnets"]), len(doc["instances"])) == (72, 144, 50)


def test_it_stops_cleanly_when_told_to(home):
    server = Sandbox(home)
    assert "Ctrl-C" in server.process.stderr.readline()
    # It listens for signals only after it has said that it serves.
    time.sleep(0.5)
    assert server.stop() == 0
