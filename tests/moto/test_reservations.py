"""Reservations in a table of DynamoDB, judged by moto: many processes at once, killed ones, lost answers."""

import ipaddress
import json
import random
import subprocess
import time

import pytest

from netcensus import BINARY
from servers import PATIENCE, Moto, Relay, client

REGION = "eu-west-1"
POOL = "10.128.0.0/16"
PROCESSES = 50


@pytest.fixture(scope="module")
def dynamodb(tmp_path_factory):
    """A moto server that makes transactions one after the other."""
    server = Moto(tmp_path_factory.mktemp("dynamodb") / "log", serial=True)
    yield server
    server.stop()


class Table:
    """A table of reservations, and netcensus with it."""

    def __init__(self, home, url, name):
        self.home, self.name = home, name
        self.dynamodb = client(url, "dynamodb", "AKIATEST", "secret", region=REGION)
        self.place = f"dynamodb://{name}?region={REGION}"
        self.env = {
            "AWS_ACCESS_KEY_ID": "AKIATEST",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL_DYNAMODB": url,
        }
        self.inventory = home.path / "inventory.json"
        if not self.inventory.exists():
            narrow = ("--sandbox", "--provider", "aws", "--aws-profile", "shop-prod", "--region", "us-east-1")
            document = home.run("scan", "all", *narrow, "-o", "json").expect().out
            self.inventory.write_text(document)

    def create(self, key="name"):
        """Creates the table, as docs/reservations.md says."""
        self.dynamodb.create_table(
            TableName=self.name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        )
        return self

    def args(self, name, *more):
        """Lists the arguments that reserve a /24 for `name`."""
        what = ("reserve", POOL, "--size", "24", "--name", name, "--owner", "ci", "--reservations", self.place)
        return [*what, "--from", str(self.inventory), *more]

    def reserve(self, name, *more, env=None):
        """Reserves a /24."""
        return self.home.run(*self.args(name, *more), env={**self.env, **(env or {})})

    def items(self):
        """Returns the prefixes of the table by name, without the fence."""
        items = self.dynamodb.scan(TableName=self.name, ConsistentRead=True)["Items"]
        return {item["name"]["S"]: item["prefix"]["S"] for item in items if item["name"]["S"] != "(fence)"}


@pytest.fixture
def table(home, dynamodb, request):
    """A table of its own for each test."""
    return Table(home, dynamodb.url, request.node.name).create()


def assert_disjoint(prefixes):
    """Fails if two of them overlap."""
    ordered = sorted(map(ipaddress.ip_network, prefixes))
    for one, other in zip(ordered, ordered[1:]):
        assert not one.overlaps(other), f"{one} and {other}"


def test_fifty_processes_never_get_the_same_prefix_even_if_some_are_killed(table):
    random.seed(17)
    doomed = set(random.sample(range(PROCESSES), PROCESSES // 3))
    env = table.home.environ(table.env)
    names = [f"job-{number:02}" for number in range(PROCESSES)]
    running = [
        subprocess.Popen([BINARY, *table.args(name)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in names
    ]
    for number in sorted(doomed, key=lambda _: random.random()):
        time.sleep(random.random() / 5)
        running[number].kill()
    printed = {}
    for number, process in enumerate(running):
        out, err = process.communicate(timeout=10 * PATIENCE)
        assert process.returncode == 0 or number in doomed, err
        if out:
            printed[names[number]] = out.strip()
    stored = table.items()
    assert len(printed) >= PROCESSES - len(doomed)
    assert {name: stored.get(name) for name in printed} == printed, "written down before it is printed"
    for name in names:
        prefix = table.reserve(name).expect().out.strip()
        assert prefix == stored.get(name, prefix), "asked again it is the same"
    stored = table.items()
    assert sorted(stored) == names
    assert_disjoint(stored.values())


def test_a_name_has_an_owner_and_can_be_released(table):
    first = table.reserve("a").expect().out
    assert table.reserve("a").expect().out == first
    refused = table.reserve("a", "--owner", "other")
    assert refused.code in (1, 2) and not refused.out
    other = table.reserve("b").expect().out
    assert other != first
    listed = table.home.run("reservations", "--unchecked", "--reservations", table.place, "-o", "json", env=table.env)
    assert [row["name"] for row in listed.expect().doc["reservations"]] == ["a", "b"]
    release = ("release", "a", "--reservations", table.place)
    table.home.run(*release, env=table.env).expect()
    table.home.run(*release, env=table.env).expect(1)
    assert table.reserve("c").expect().out == first, "it is free again"


def test_a_table_that_is_missing_or_another_one_is_an_error_that_says_what_to_do(home, dynamodb):
    missing = Table(home, dynamodb.url, "missing")
    said = missing.reserve("a").expect(2)
    assert "there is no table missing in eu-west-1" in said.err and "aws dynamodb create-table" in said.err
    assert missing.place in said.err and not said.out
    other = Table(home, dynamodb.url, "other").create(key="id")
    assert "partition key `name`" in other.reserve("a").expect(2).err


def test_an_item_that_was_removed_by_hand_stops_nothing(table):
    first = table.reserve("a").expect().out
    table.dynamodb.delete_item(TableName=table.name, Key={"name": {"S": "a"}})
    assert table.reserve("b").expect().out == first
    table.dynamodb.put_item(TableName=table.name, Item={"name": {"S": "odd"}, "prefix": {"S": "ten"}})
    assert "`odd` is no reservation" in table.reserve("c").expect(2).err


class Forgetful(Relay):
    """Loses the first answer to a transaction, after it was made."""

    lost = 0

    def pass_on(self, upstream, path, headers, body):
        answer = super().pass_on(upstream, path, headers, body)
        if headers.get("X-Amz-Target", "").endswith("TransactWriteItems") and not self.lost:
            self.lost += 1
            return 500, "application/x-amz-json-1.0", b'{"__type":"InternalServerError"}'
        return answer


def test_a_lost_answer_loses_no_prefix(table, dynamodb):
    relay = Forgetful(dynamodb.url)
    try:
        prefix = table.reserve("a", env={"AWS_ENDPOINT_URL_DYNAMODB": relay.url}).expect().out.strip()
    finally:
        relay.stop()
    assert relay.lost == 1 and table.items() == {"a": prefix}


def test_a_denied_action_is_named(table, relays):
    def refuse(action, _credential, _form):
        body = json.dumps({"__type": "com.amazon.coral.service#AccessDeniedException", "message": "no"})
        return (400, "application/x-amz-json-1.0", body.encode()) if action == "Scan" else None

    relay = relays(table.dynamodb.meta.endpoint_url, answer=refuse)
    said = table.reserve("a", env={"AWS_ENDPOINT_URL_DYNAMODB": relay.url}).expect(2)
    assert "allow dynamodb:Scan" in said.err and table.place in said.err
