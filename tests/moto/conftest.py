"""Fixtures: a home of its own for every test, and the servers that tests share."""

import json
import os
from pathlib import Path

# Before boto3 and the Azure SDKs are imported: nothing of the machine's own settings may reach a test.
for name in list(os.environ):
    if name.startswith(("AWS_", "AZURE_")) or name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
        del os.environ[name]
os.environ.update(
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
    NO_PROXY="127.0.0.1,localhost",
    no_proxy="127.0.0.1,localhost",
)

import pytest

import estate as seeds
from netcensus import Home
from servers import Moto, Relay, Sandbox


@pytest.fixture
def home(tmp_path):
    """A home directory without any settings."""
    return Home(tmp_path)


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    """The moto server that tests share; what they put there stays in accounts of their own."""
    folder = tmp_path_factory.mktemp("moto")
    (folder / "images.json").write_text(json.dumps(seeds.IMAGES))
    stand_ins = Path(__file__).with_name("stand_ins")
    server = Moto(folder / "log", MOTO_AMIS_PATH=str(folder / "images.json"), PYTHONPATH=str(stand_ins))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def estate(moto):
    """Three accounts in three regions with some of everything (see estate.py). Only to be read."""
    return seeds.seed(moto)


@pytest.fixture
def relays():
    """Makes relays, and stops them."""
    made = []

    def make(*args, **named):
        made.append(Relay(*args, **named))
        return made[-1]

    yield make
    for relay in made:
        relay.stop()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    """The sandbox with its sample estate. Only to be read, which is all one can do with it."""
    server = Sandbox(Home(tmp_path_factory.mktemp("sandbox")))
    yield server
    server.stop()


@pytest.fixture
def sandboxes(home):
    """Starts sandboxes, and stops them."""
    made = []

    def make(*args):
        made.append(Sandbox(home, *args))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def secure(tmp_path_factory):
    """The sandbox with its sample estate over TLS. Only to be read."""
    home = Home(tmp_path_factory.mktemp("secure"))
    server = Sandbox(home, "--tls", "--ca-file", str(home.path / "ca.pem"))
    yield server
    server.stop()
