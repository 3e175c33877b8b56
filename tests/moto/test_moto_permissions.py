"""moto checks signatures and IAM policies: what is refused is denied, never empty; the documented policy suffices."""

import json
from pathlib import Path

import pytest

import oracle
from netcensus import incomplete
from servers import Moto, client

ACCOUNT = "123456789012"
MEMBER = "222222222222"
REGIONS = ("eu-west-1", "us-east-1")
POLICY = Path(__file__).parents[2] / "docs" / "iam-policy.json"
CALLS = [
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRegions",
    "ec2:DescribeSubnets",
    "ec2:DescribeTransitGatewayAttachments",
    "ec2:DescribeTransitGatewayPeeringAttachments",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:DescribeVpnConnections",
    "ec2:DescribeVpnGateways",
    "ec2:GetSubnetCidrReservations",
]


def allow(actions):
    statement = {"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Guarded:
    """A moto that checks permissions once it is filled."""

    def __init__(self, moto):
        self.moto = moto
        self.users = 0
        for region in REGIONS:
            ec2 = self.root("ec2", region=region)
            ec2.create_vpc(CidrBlock="10.0.0.0/16")

    def root(self, service, account=ACCOUNT, region="us-east-1"):
        """Connects before the guard is up."""
        if account == ACCOUNT:
            return client(self.moto.url, service, "root", "root", region=region)
        return self.moto.client(service, account, region)

    def user(self, policy, more=()):
        """Makes a user with these policies; returns keys as an environment."""
        self.moto.check_permissions(False)
        iam = self.root("iam")
        self.users += 1
        name = f"user-{self.users}"
        iam.create_user(UserName=name)
        for number, document in enumerate((policy, *more)):
            iam.put_user_policy(UserName=name, PolicyName=f"p{number}", PolicyDocument=document)
        keys = iam.create_access_key(UserName=name)["AccessKey"]
        return {
            "AWS_ENDPOINT_URL": self.moto.url,
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_REGION": "us-east-1",
        }

    def role(self, account, policy):
        """Makes the role netcensus in another account."""
        iam = self.root("iam", account)
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(RoleName="netcensus", AssumeRolePolicyDocument=document)
        iam.put_role_policy(RoleName="netcensus", PolicyName="p", PolicyDocument=policy)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    moto = Moto(tmp_path_factory.mktemp("guarded") / "log")
    yield Guarded(moto)
    moto.stop()


@pytest.fixture
def guard(guarded):
    """Checks permissions while a test runs."""

    def up(env):
        guarded.moto.check_permissions(True)
        return env

    yield up
    guarded.moto.check_permissions(False)


SCAN = ("all", "--region", ",".join(REGIONS))


def test_the_calls_it_names_are_enough(guarded, guard, home):
    env = guard(guarded.user(allow(CALLS)))
    doc = home.scan(*SCAN, env=env)
    assert doc["accounts"][0]["id"] == ACCOUNT
    custom = [row for row in doc["networks"] if not row["is_default"]]
    assert [row["region"] for row in custom] == list(REGIONS)


def test_the_documented_policy_is_enough_and_no_more_than_that(guarded, guard, home):
    """Enough: moto refuses nothing. No more: it allows the calls that are made and no others."""
    policy = POLICY.read_text()
    allowed = {action for statement in json.loads(policy)["Statement"] for action in statement["Action"]}
    assert allowed == {*CALLS, "sts:GetCallerIdentity", "sts:AssumeRole", "organizations:ListAccounts"}
    doc = home.scan(*SCAN, env=guard(guarded.user(policy)))
    assert not incomplete(doc)


# `scan` gets by without the first, and makes no call of the second.
OTHERS = ("ec2:DescribeRegions", "ec2:GetSubnetCidrReservations")


@pytest.mark.parametrize("call", [call for call in CALLS if call not in OTHERS])
def test_what_is_not_allowed_is_denied_and_the_rest_is_read(guarded, guard, home, call):
    kinds = {"DescribeVpcs": "networks", "DescribeSubnets": "subnets", "DescribeInstances": "instances"}
    kinds["DescribeNetworkInterfaces"] = "interfaces"
    kind = kinds.get(call.partition(":")[2], "links")
    env = guard(guarded.user(allow(set(CALLS) - {call})))
    result = home.run("scan", *SCAN, "-o", "json", env=env).expect(3)
    missing = incomplete(result.doc)
    assert {(row["region"], row["kind"], row["outcome"]) for row in missing} == {
        (region, kind, "denied") for region in REGIONS
    }
    assert all(call in row["detail"] for row in missing)
    assert call in result.err and "incomplete" in result.err
    complete = {row["kind"] for row in result.doc["coverage"] if row["outcome"] == "complete"}
    assert complete == {"networks", "subnets", "instances", "interfaces", "links"} - {kind}
    rows = {"networks": 4, "subnets": 1}
    for other, least in rows.items():
        assert other == kind or len(result.doc[other]) >= least


def test_without_its_cidr_reservations_the_free_blocks_of_a_subnet_are_unknown(guarded, guard, home):
    usage = ("usage", "--provider", "aws", "--region", REGIONS[0], "-o", "json")
    with_them = home.run(*usage, env=guard(guarded.user(allow(CALLS)))).doc
    assert any(row["free_blocks"] is not None for row in with_them["rows"])
    without = home.run(*usage, env=guard(guarded.user(allow(set(CALLS) - {"ec2:GetSubnetCidrReservations"}))))
    assert without.doc["rows"] and all(row["free_blocks"] is None for row in without.doc["rows"])
    assert "ec2:GetSubnetCidrReservations" in without.err


def test_without_describe_regions_the_named_ones_are_read(guarded, guard, home):
    env = guard(guarded.user(allow(set(CALLS) - {"ec2:DescribeRegions"})))
    doc = home.scan(*SCAN, env=env)
    assert {row["region"] for row in doc["networks"]} == set(REGIONS)


def test_without_describe_regions_the_partitions_regions_are_read_and_it_is_said(guarded, guard, home):
    env = guard(guarded.user(allow(set(CALLS) - {"ec2:DescribeRegions"})))
    result = home.run("scan", "networks", "-o", "json", env=env).expect(3)
    assert len({row["region"] for row in result.doc["networks"]}) == 17
    assert [(row["kind"], row["outcome"]) for row in incomplete(result.doc)] == [("regions", "denied")]
    assert "ec2:DescribeRegions" in result.err


def test_wrong_keys_end_it(guarded, guard, home):
    """moto's error has one element more around it than STS's; it is shown as it is, code and all."""
    env = guard(guarded.user(allow(CALLS)))
    for wrong, code in (
        ({"AWS_SECRET_ACCESS_KEY": "guessed"}, "SignatureDoesNotMatch"),
        ({"AWS_ACCESS_KEY_ID": "AKIAUNKNOWN000000000"}, "InvalidClientTokenId"),
    ):
        result = home.run("scan", *SCAN, env=env | wrong).expect(2)
        assert code in result.err and "HTTP 403" in result.err
        assert "guessed" not in result.err
        assert result.out == ""


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken"])
def test_wrong_keys_as_sts_says_it_come_with_the_way_to_sign_in(guarded, home, relays, code):
    body = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>No.</Message></Error><RequestId>0</RequestId></ErrorResponse>"
    )
    relay = relays(guarded.moto.url, answer=lambda *_: (403, "text/xml", body.encode()))
    keys = {"AWS_ACCESS_KEY_ID": "AKIAUNKNOWN000000000", "AWS_SECRET_ACCESS_KEY": "x"}
    result = home.run("scan", *SCAN, env={"AWS_ENDPOINT_URL": relay.url, **keys}).expect(2)
    assert f"{code}: No." in result.err and "AWS_ACCESS_KEY_ID" in result.err
    assert relay.actions == {"sts:GetCallerIdentity": 1}, "credentials that are refused are not tried again"


def test_wrong_keys_of_a_profile_name_the_profile(guarded, guard, home):
    env = guard(guarded.user(allow(CALLS)))
    home.write_config("[profile stale]\naws_access_key_id = AKIAUNKNOWN000000000\naws_secret_access_key = x\n")
    named = {"AWS_ENDPOINT_URL": env["AWS_ENDPOINT_URL"]}
    result = home.run("scan", *SCAN, "--aws-profile", "stale", env=named).expect(2)
    assert "profile:stale" in result.err and "InvalidClientTokenId" in result.err


def test_a_role_in_another_account(guarded, guard, home):
    """Assumed with `sts:AssumeRole` alone; what the role may not read is denied in its account only."""
    env = guarded.user(allow(["sts:AssumeRole", *CALLS]))
    guarded.role(MEMBER, allow(set(CALLS) - {"ec2:DescribeInstances"}))
    home.write_config(
        f"[profile me]\naws_access_key_id = {env['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {env['AWS_SECRET_ACCESS_KEY']}\nregion = us-east-1\n"
        f"[profile member]\nrole_arn = arn:aws:iam::{MEMBER}:role/netcensus\nsource_profile = me\nregion = us-east-1\n"
    )
    guard(env)
    doc = home.scan(*SCAN, "--all-aws-profiles", env={"AWS_ENDPOINT_URL": env["AWS_ENDPOINT_URL"]}, code=3)
    assert [account["id"] for account in doc["accounts"]] == [ACCOUNT, MEMBER]
    assert {(row["account"], row["kind"]) for row in incomplete(doc)} == {(MEMBER, "instances")}


def test_signatures_are_right_for_every_call(guarded, guard, home):
    """What boto3 reads with the same keys is what netcensus reads: moto verifies both signatures."""
    env = guard(guarded.user(allow(CALLS)))
    keys = (env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"])

    def connect(_, region):
        return client(guarded.moto.url, "ec2", *keys, region=region)

    answers = oracle.ask_boto3(connect, [(ACCOUNT, region) for region in REGIONS])
    oracle.assert_same(home.scan(*SCAN, env=env), answers)
