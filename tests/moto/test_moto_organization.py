"""An organisation: every active member through a role, pages followed, closed accounts left alone."""

import json

import pytest

from netcensus import assert_once, incomplete

MANAGEMENT = "600000000001"
# More than one page: moto's hold a hundred.
MEMBERS = 104
REGION = ("--region", "eu-west-1")


@pytest.fixture(scope="module")
def members(moto):
    """Makes an organisation; returns (active members, a closed one)."""
    organizations = moto.client("organizations", MANAGEMENT)
    organizations.create_organization(FeatureSet="ALL")
    made = []
    for number in range(MEMBERS):
        answer = organizations.create_account(AccountName=f"team-{number:03}", Email=f"t{number}@example.com")
        made.append(answer["CreateAccountStatus"]["AccountId"])
    organizations.close_account(AccountId=made[7])
    first_page = organizations.list_accounts()
    assert "NextToken" in first_page, "the test needs several pages"
    active = {id_: f"team-{number:03}" for number, id_ in enumerate(made) if number != 7}
    return active, made[7]


@pytest.fixture
def env(moto, home):
    """Signs in to the management account."""
    home.write_config(
        "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret\nregion = eu-west-1\n"
        f"[profile org]\nrole_arn = arn:aws:iam::{MANAGEMENT}:role/admin\nsource_profile = base\n"
        "region = eu-west-1\n"
    )
    return {"AWS_ENDPOINT_URL": moto.url}


REFUSAL = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>User: arn:aws:sts::600000000001:assumed-role/admin/x is not authorized to perform:
sts:AssumeRole on resource: arn:aws:iam::600000000005:role/audit/netcensus</Message></Error>
<RequestId>0</RequestId></ErrorResponse>"""
ORG = ("--aws-profile", "org", "--aws-org", "--aws-org-role", "audit/netcensus")


def test_every_active_member_is_read_once(moto, home, members, env):
    active, closed = members
    doc = home.scan("networks", *ORG, *REGION, env=env)
    assert_once(doc)
    expected = {**active, MANAGEMENT: "master"}
    assert {account["id"]: account["name"] for account in doc["accounts"]} == expected
    assert {row["account"] for row in doc["networks"]} == set(expected)
    assert {row["account_name"] for row in doc["networks"]} == set(expected.values())
    assert closed not in {row["account"] for row in doc["networks"]}
    skipped = [row for row in doc["coverage"] if row["account"] == closed]
    assert [(row["kind"], row["outcome"]) for row in skipped] == [("accounts", "skipped")]
    assert "SUSPENDED" in skipped[0]["detail"]


def test_the_role_is_assumed_once_in_every_member(moto, home, members, env, relays):
    assumed = []
    relay = relays(moto.url, change=lambda action, form: assumed.append(form.get("RoleArn")))
    home.scan("all", *ORG, *REGION, env={"AWS_ENDPOINT_URL": relay.url})
    theirs = [arn for arn in assumed if arn and arn.endswith(":role/audit/netcensus")]
    assert len(theirs) == len(set(theirs)) == len(members[0])
    assert relay.actions["organizations:ListAccounts"] == 2
    assert relay.actions["ec2:DescribeVpcs"] == MEMBERS


def test_the_managers_credential_process_runs_once(moto, home, members):
    keys = moto.client("sts", MANAGEMENT).assume_role(
        RoleArn=f"arn:aws:iam::{MANAGEMENT}:role/admin", RoleSessionName="process"
    )["Credentials"]
    answer = {"Version": 1, **keys, "Expiration": keys["Expiration"].isoformat()}
    runs = home.path / "runs"
    script = home.write("sign-in", f"#!/bin/sh\necho run >> {runs}\ncat <<'E'\n{json.dumps(answer)}\nE\n", 0o755)
    home.write_config(f"[profile org]\ncredential_process = {script}\nregion = eu-west-1\n")
    home.scan("networks", *ORG, *REGION, env={"AWS_ENDPOINT_URL": moto.url})
    assert len(runs.read_text().splitlines()) == 1


def test_a_member_that_refuses_the_role_is_denied_and_the_others_are_read(moto, home, members, env, relays):
    """moto does not weigh trust policies of other accounts, so the relay refuses as STS does."""
    refusing = sorted(members[0])[3]

    def answer(action, _, form):
        if action == "AssumeRole" and refusing in form["RoleArn"]:
            return 403, "text/xml", REFUSAL.encode()
        return None

    relay = relays(moto.url, answer=answer)
    doc = home.scan("networks", *ORG, *REGION, env={"AWS_ENDPOINT_URL": relay.url}, code=3)
    assert refusing not in {row["account"] for row in doc["networks"]}
    assert len({row["account"] for row in doc["networks"]}) == MEMBERS - 1
    missing = incomplete(doc)
    assert [(row["account"], row["outcome"]) for row in missing] == [(refusing, "denied")]
    assert "sts:AssumeRole" in missing[0]["detail"]
