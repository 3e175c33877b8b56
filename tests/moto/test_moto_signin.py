"""Ways to sign in: every source of credentials, each asked once, each account read once."""

import json

import pytest

import estate as seeds
from estate import ACCOUNTS
from netcensus import incomplete

REGION = ("--region", "eu-west-1")
KEYS = "aws_access_key_id = AKIABASE\naws_secret_access_key = secret\n"


def role(account):
    return f"role_arn = arn:aws:iam::{account}:role/netcensus\n"


def accounts(doc):
    return {row["id"]: row["reached_by"] for row in doc["accounts"]}


def test_profiles_of_one_account_are_read_once(moto, estate, home, relays):
    relay = relays(moto.url)
    home.write_config(
        f"[profile base]\nregion = eu-west-1\n{KEYS}"
        f"[profile one]\n{role(ACCOUNTS[0])}source_profile = base\nregion = eu-west-1\n"
        f"[profile two]\n{role(ACCOUNTS[0])}source_profile = base\nregion = eu-west-1\nrole_session_name = other\n"
        f"[profile three]\n{role(ACCOUNTS[1])}source_profile = base\nregion = eu-west-1\n"
    )
    profiles = [word for name in ("one", "two", "three") for word in ("--aws-profile", name)]
    doc = home.scan("networks", *profiles, *REGION, env={"AWS_ENDPOINT_URL": relay.url})
    assert accounts(doc) == {ACCOUNTS[0]: ["profile:one", "profile:two"], ACCOUNTS[1]: ["profile:three"]}
    assert relay.actions["ec2:DescribeVpcs"] == 2


def test_all_profiles(moto, estate, home):
    home.write_config(seeds.config(moto.url))
    doc = home.scan("networks", "--all-aws-profiles", *REGION)
    assert set(ACCOUNTS) < set(accounts(doc))
    assert len(doc["accounts"]) == 4, "the base profile's own account comes with them"


def test_a_chain_of_roles(moto, estate, home):
    home.write_config(
        f"[profile base]\nregion = eu-west-1\n{KEYS}"
        f"[profile hop]\n{role(ACCOUNTS[0])}source_profile = base\n"
        f"[profile end]\n{role(ACCOUNTS[2])}source_profile = hop\nregion = eu-west-1\n"
    )
    doc = home.scan("networks", "--aws-profile", "end", *REGION, env={"AWS_ENDPOINT_URL": moto.url})
    assert list(accounts(doc)) == [ACCOUNTS[2]]


def test_a_credential_process_runs_once_for_all_regions(moto, estate, home):
    keys = moto.client("sts", ACCOUNTS[1]).assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNTS[1]}:role/netcensus", RoleSessionName="process"
    )["Credentials"]
    answer = {
        "Version": 1,
        "AccessKeyId": keys["AccessKeyId"],
        "SecretAccessKey": keys["SecretAccessKey"],
        "SessionToken": keys["SessionToken"],
        "Expiration": keys["Expiration"].isoformat(),
    }
    runs = home.path / "runs"
    script = home.write("sign-in", f"#!/bin/sh\necho run >> {runs}\ncat <<'E'\n{json.dumps(answer)}\nE\n", 0o755)
    home.write_config(f"[profile p]\ncredential_process = {script}\nregion = eu-west-1\n")
    doc = home.scan("all", "--aws-profile", "p", "--region", "eu-*,us-*", env={"AWS_ENDPOINT_URL": moto.url})
    assert list(accounts(doc)) == [ACCOUNTS[1]]
    assert len({row["region"] for row in doc["networks"]}) > 5
    assert runs.read_text().splitlines() == ["run"]


def test_a_failing_credential_process_is_named(moto, home):
    script = home.write("sign-in", "#!/bin/sh\necho 'vault is sealed' >&2\nexit 3\n", 0o755)
    home.write_config(f"[profile p]\ncredential_process = {script}\nregion = eu-west-1\n")
    result = home.run("scan", "--aws-profile", "p", env={"AWS_ENDPOINT_URL": moto.url}).expect(2)
    assert "profile:p" in result.err


def test_web_identity(moto, estate, home):
    token = home.write("token", "a.b.c")
    home.write_config(f"[profile w]\n{role(ACCOUNTS[2])}web_identity_token_file = {token}\nregion = eu-west-1\n")
    env = {"AWS_ENDPOINT_URL": moto.url}
    doc = home.scan("networks", "--aws-profile", "w", *REGION, env=env)
    assert accounts(doc) == {ACCOUNTS[2]: ["profile:w"]}
    env |= {
        "AWS_WEB_IDENTITY_TOKEN_FILE": token,
        "AWS_ROLE_ARN": f"arn:aws:iam::{ACCOUNTS[1]}:role/netcensus",
        "AWS_REGION": "eu-west-1",
    }
    doc = home.scan("networks", *REGION, env=env)
    assert accounts(doc) == {ACCOUNTS[1]: ["default chain"]}


def test_keys_of_the_environment(moto, estate, home):
    keys = moto.client("sts", ACCOUNTS[0]).assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNTS[0]}:role/netcensus", RoleSessionName="environment"
    )["Credentials"]
    env = {
        "AWS_ENDPOINT_URL": moto.url,
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
    doc = home.scan("networks", *REGION, env=env)
    assert accounts(doc) == {ACCOUNTS[0]: ["default chain"]}
    for secret in (keys["SecretAccessKey"], keys["SessionToken"]):
        said = home.run("scan", "all", *REGION, "-vv", env=env).expect(0)
        assert secret not in said.err + said.out


def test_a_named_profile_beats_the_keys_of_the_environment(moto, estate, home):
    home.write_config(seeds.config(moto.url))
    env = {"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "other"}
    doc = home.scan("networks", "--aws-profile", "team-2", *REGION, env=env)
    assert list(accounts(doc)) == [ACCOUNTS[1]]


def test_the_profile_of_the_environment(moto, estate, home):
    home.write_config(seeds.config(moto.url))
    doc = home.scan("networks", *REGION, env={"AWS_PROFILE": "team-3"})
    assert accounts(doc) == {ACCOUNTS[2]: ["default chain"]}


@pytest.mark.parametrize("way", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2", "profile", "services"])
def test_endpoints_follow_the_sdks_settings(moto, estate, home, relays, way):
    """The right endpoint hears every EC2 call; STS goes to the general one where only EC2's is set."""
    general, ec2 = relays(moto.url), relays(moto.url)
    profile, env = "", {"AWS_ENDPOINT_URL": general.url}
    if way == "AWS_ENDPOINT_URL_EC2":
        env[way] = ec2.url
    elif way == "profile":
        profile, env = f"endpoint_url = {general.url}\n", {}
    elif way == "services":
        # The environment's general endpoint would come before a profile's particular one.
        profile, env = f"services = local\nendpoint_url = {general.url}\n", {}
    home.write_config(
        f"[profile p]\nregion = eu-west-1\n{KEYS}{profile}[services local]\nec2 =\n  endpoint_url = {ec2.url}\n"
    )
    home.scan("networks", "--aws-profile", "p", *REGION, env=env)
    assert general.actions["sts:GetCallerIdentity"] == 1
    own = way in ("AWS_ENDPOINT_URL_EC2", "services")
    assert ec2.actions["ec2:DescribeVpcs"] == own
    assert general.actions["ec2:DescribeVpcs"] == (not own)


def test_one_bad_profile_does_not_hide_the_others(moto, estate, home):
    home.write_config(
        seeds.config(moto.url)
        + "[profile broken]\ncredential_process = /nonexistent/program\nregion = eu-west-1\n"
    )
    doc = home.scan("networks", "--aws-profile", "team-1", "--aws-profile", "broken", *REGION, code=3)
    assert list(accounts(doc)) == [ACCOUNTS[0]]
    assert [(row["account"], row["kind"], row["outcome"]) for row in incomplete(doc)] == [
        ("profile:broken", "credentials", "failed")
    ]


def test_no_account_at_all(home):
    result = home.run("scan").expect(2)
    assert "--sandbox" in result.err and "AWS_ACCESS_KEY_ID" in result.err
    assert result.out == ""


def test_an_unknown_profile_is_refused_with_a_suggestion(moto, estate, home):
    home.write_config(seeds.config(moto.url))
    result = home.run("scan", "--aws-profile", "taem-1").expect(2)
    assert "taem-1" in result.err and "team-1" in result.err
