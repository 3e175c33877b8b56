"""The other tools: each in a virtual environment below target/bench-venv, which is made when it is missing."""

import json
import pathlib
import subprocess
import sys
import venv

from sandbox import ROLE

HERE = pathlib.Path(__file__).resolve().parent
VENVS = HERE.parents[2] / "target" / "bench-venv"
PACKAGES = {
    "boto3": ["boto3==1.44.5", "awscli==1.46.2"],
    "c7n": ["c7n==0.9.53", "c7n-org==0.6.52"],
    "cartography": ["cartography==0.143.0"],
    "azure": ["azure-identity==1.27.0", "azure-mgmt-network==33.1.0", "azure-mgmt-compute==39.0.0"],
}


def program(venv_name, name):
    """Returns a program of a virtual environment; None, and says why, when pip fails."""
    folder = VENVS / venv_name
    made = folder / "made"
    if not made.exists():
        try:
            venv.create(folder, with_pip=True)
            command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *PACKAGES[venv_name]]
            subprocess.run(command, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"left out, since pip failed: {venv_name} ({error})", file=sys.stderr)
            return None
        made.touch()
    return folder / "bin" / name


def boto3(regions, threads):
    python = program("boto3", "python")
    return python and [python, HERE / "peer_boto3.py", ROLE, threads, *regions]


def awscli(profiles, regions, at_once):
    aws = program("boto3", "aws")
    return aws and ["bash", HERE / "peer_awscli.sh", aws, at_once, ",".join(profiles), ",".join(regions)]


def cartography(profiles, regions):
    python = program("cartography", "python")
    return python and [python, HERE / "peer_cartography.py", ",".join(profiles), ",".join(regions)]


def azure(subscriptions, threads):
    python = program("azure", "python")
    return python and [python, HERE / "peer_azure.py", threads, *subscriptions]


def custodian(directory, profiles, regions):
    """Returns the command of c7n-org, which writes its results below a directory."""
    runner = program("c7n", "c7n-org")
    accounts = [
        {"account_id": str(111_111_111_111 + index), "name": profile, "profile": profile, "regions": regions}
        for index, profile in enumerate(profiles)
    ]
    (directory / "accounts.yml").write_text(json.dumps({"accounts": accounts}))
    command = [runner, "run", "-c", directory / "accounts.yml", "-u", HERE / "peer_c7n.yml", "-s", directory / "out"]
    return runner and [*command, "--cache-period", "0"]


def custodian_items(directory):
    """Counts what c7n-org found."""
    found = (directory / "out").glob("*/*/*/resources.json")
    return sum(len(json.loads(path.read_bytes())) for path in found)
