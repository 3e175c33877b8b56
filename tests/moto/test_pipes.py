"""The recipe of pipes on moto: parameters, choose a network, hold it, create it with the AWS CLI, check it."""

import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from netcensus import BINARY

RECIPE = (Path(__file__).parents[2] / "docs" / "recipes" / "pipes.md").read_text()
REGION = "eu-west-1"
# Each test has an account of its own.
ACCOUNTS = map(str, itertools.count(555000000002))

pytestmark = pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq here")


def blocks(language):
    """The code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", RECIPE, re.DOTALL)


def block_with(text):
    """The commands that have a text."""
    return next(block for block in blocks("bash") if text in block)


@pytest.fixture
def shell(home, moto):
    """Runs scripts with netcensus, the AWS CLI and the keys of an account of its own."""
    account = next(ACCOUNTS)
    ec2 = moto.client("ec2", account, REGION)
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    keys = moto._sessions[account]
    path = home.path / "bin"
    path.mkdir()
    (path / "netcensus").symlink_to(BINARY)
    (path / "aws").symlink_to(Path(sys.executable).parent / "aws")
    home.write("netcensus.toml", f'providers = ["aws"]\n[aws]\nregions = ["{REGION}"]\n')
    home.write("network.toml", blocks("toml")[0])
    environment = home.environ(
        {
            "PATH": f"{path}:/usr/bin:/bin",
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
            "AWS_ENDPOINT_URL": moto.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }
    )

    def run(script, code=0):
        done = subprocess.run(
            ["bash", "-c", script], env=environment, cwd=home.path, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == code, done.stderr + done.stdout
        return done.stdout

    return run, ec2


def assert_created(ec2, plan):
    """The network is there once, with the subnets of the plan in their zones."""
    vpcs = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": plan["prefixes"]}])["Vpcs"]
    assert len(vpcs) == 1
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpcs[0]["VpcId"]]}])["Subnets"]
    created = {(one["CidrBlock"], one["AvailabilityZone"]) for one in subnets}
    assert created == {(one["prefix"], one["zone"]) for one in plan["subnets"]}


def test_a_network_that_was_chosen_held_and_created_is_found(home, shell):
    run, ec2 = shell
    choose, hold, parameters = blocks("bash")[:3]
    assert "reserve" in hold and "-o cloudformation" in parameters
    run(choose)
    run(hold)
    run(parameters)
    state = json.loads((home.path / "state.json").read_text())
    prefix = state["reservation"]["prefix"]
    assert state["ticket"] == "NET-42" and state["plan"]["prefixes"] == [prefix]
    assert [step["step"] for step in state["netcensus"]["steps"]] == ["reserve", "plan"]
    variables = json.loads((home.path / "network.auto.tfvars.json").read_text())
    assert variables["network_prefix"] == prefix
    run(block_with("create-vpc"))
    assert_created(ec2, state["plan"])
    # The last step: what was planned exists, and the reservation is fulfilled.
    checked = json.loads(run("netcensus free --plan network.toml --state state.json -o json"))
    assert checked["status"] == "exists", checked
    assert {one["status"] for one in checked["subnets"]} == {"exists"}
    listed = json.loads(run("netcensus reservations -o json"))
    assert listed["reservations"][0]["status"] == "fulfilled", listed


def test_cloudformation_creates_what_was_chosen(home, shell):
    run, ec2 = shell
    for script in blocks("bash")[:3]:
        run(script)
    home.write("network.yaml", blocks("yaml")[0])
    run(block_with("create-stack"))
    state = json.loads((home.path / "state.json").read_text())
    assert_created(ec2, state["plan"])
    checked = json.loads(run("netcensus free --plan network.toml --state state.json -o json"))
    assert checked["status"] == "exists", checked


def test_terraform_is_told_what_fails_in_one_line(shell):
    run, _ = shell
    script = "netcensus free 10.0.0.0/16 --size 17 -o terraform-external 2> error.txt; code=$?; cat error.txt; exit $code"
    assert len(run(script, code=1).splitlines()) == 1
