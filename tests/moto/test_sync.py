"""`netcensus sync` with a table of VPCs, judged by moto and dynalite: the table that people have, kills, races, denials."""

import json
import os
import random
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import judges
from netcensus import BINARY
from servers import PATIENCE, Dynalite, Moto, client

REGION = "eu-west-1"
COLUMNS = {"VpcId", "OwnerId", "CidrBlock", "IsDefault", "State"}


@pytest.fixture(scope="module", params=["moto", "dynalite"])
def dynamodb(request, tmp_path_factory):
    """A server of DynamoDB that nobody here wrote."""
    log = tmp_path_factory.mktemp("dynamodb") / "log"
    if request.param == "moto":
        server = Moto(log)
    else:
        program = judges.find_npm_program("dynalite", "DYNALITE")
        if program is None:
            pytest.skip("dynalite is not installed (npm install dynalite, or $DYNALITE)")
        server = Dynalite(program, log)
    yield server
    server.stop()


def vpc(number, account="111111111111", region=REGION, **changes):
    """A VPC of an inventory."""
    block = {"cidr": f"10.{number}.0.0/16", "role": "primary", "state": "associated"}
    return {
        "provider": "aws",
        "account": account,
        "account_name": "shop",
        "region": region,
        "id": f"vpc-{number:04}",
        "name": f"net {number}",
        "kind": "vpc",
        "blocks": [block],
        "is_default": number % 2 == 0,
        "state": "available",
        "visible_from": [],
        "tags": {"Name": f"net {number}"},
        **changes,
    }


def inventory(vpcs, at=12, denied=(), accounts=("111111111111",), region=REGION):
    """An inventory document that was taken at this hour."""
    outcome = lambda account, kind: "denied" if account in denied else "complete"
    coverage = [
        {
            "provider": "aws",
            "account": account,
            "region": region,
            "kind": kind,
            "outcome": outcome(account, kind),
            "detail": "no" if account in denied else None,
            "requests": 1,
            "duration_ms": 1,
        }
        for account in accounts
        for kind in ("links", "networks")
    ]
    lists = {kind: [] for kind in ("subnets", "instances", "interfaces", "links")}
    return {
        "schema_version": 2,
        "generator": "netcensus 0.1.0",
        "taken_at": f"2026-11-27T{at:02}:00:00Z",
        "filters": [],
        "accounts": [
            {"provider": "aws", "id": account, "name": "shop", "tenant": None, "reached_by": ["profile:p"]}
            for account in accounts
        ],
        "networks": vpcs,
        **lists,
        "coverage": coverage,
    }


class Table:
    """A table of VPCs, and netcensus with it."""

    def __init__(self, home, url, name):
        self.home, self.name = home, name
        self.client = client(url, "dynamodb", "AKIATEST", "secret", region=REGION)
        self.env = {
            "AWS_ACCESS_KEY_ID": "AKIATEST",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL_DYNAMODB": url,
        }
        home.write(
            "netcensus.toml",
            f'[sync.vpcs]\ntype = "dynamodb"\ntable = "{name}"\nregion = "{REGION}"\n'
            f'[sync.other]\ntype = "dynamodb"\ntable = "{name}"\nregion = "{REGION}"\n',
        )

    def create(self):
        """Creates the table as people did."""
        keys = [("VpcId", "HASH"), ("OwnerId", "RANGE")]
        self.client.create_table(
            TableName=self.name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        )
        for _ in range(100):
            if self.client.describe_table(TableName=self.name)["Table"]["TableStatus"] == "ACTIVE":
                return self
            time.sleep(0.1)
        raise AssertionError("the table is not active")

    def args(self, document, *more, name="vpcs"):
        """Lists the arguments that compare the table with an inventory."""
        path = self.home.path / f"at-{document['taken_at'][11:13]}.json"
        path.write_text(json.dumps(document))
        return ["sync", name, "--from", str(path), "-o", "json", *more]

    def sync(self, document, *more, env=None, **named):
        """Compares."""
        return self.home.run(*self.args(document, *more, **named), env={**self.env, **(env or {})})

    def apply(self, document, *more, code=0, **named):
        """Compares, carries the plan out, and returns what became of it."""
        return self.sync(document, "--apply", *more, **named).expect(code).doc["targets"][0]

    def items(self):
        """Returns the items by the id of the VPC."""
        pages = self.client.get_paginator("scan").paginate(TableName=self.name, ConsistentRead=True)
        return {item["VpcId"]["S"]: item for page in pages for item in page["Items"]}

    def put(self, **texts):
        """Writes an item as people do."""
        self.client.put_item(TableName=self.name, Item={name: {"S": text} for name, text in texts.items()})


@pytest.fixture
def table(home, dynamodb, request):
    """A table of its own for each test."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[:200]
    return Table(home, dynamodb.url, name).create()


def test_a_table_becomes_what_the_inventory_says_and_then_the_plan_is_empty(table):
    estate = inventory([vpc(number) for number in range(1, 31)])
    planned = table.sync(estate, "--exit-code").expect(1).doc
    assert planned["targets"][0]["counts"]["create"] == 30 and not table.items(), "a plan writes nothing"
    assert table.apply(estate)["counts"]["done"] == 30
    items = table.items()
    assert len(items) == 30 and COLUMNS <= items["vpc-0001"].keys()
    one = items["vpc-0001"]
    assert one["CidrBlock"] == {"S": "10.1.0.0/16"} and one["IsDefault"] == {"BOOL": False}
    assert one["State"] == {"S": "available"} and one["Tags"]["M"]["Name"] == {"S": "net 1"}
    assert int(one["FirstAddress"]["N"]) == 10 * 2**24 + 2**16
    assert one["ManagedBy"]["S"] == "netcensus:vpcs:aws/111111111111/eu-west-1/networks"
    again = table.sync(estate, "--exit-code").expect().doc["targets"][0]
    assert again["counts"]["unchanged"] == 30 and not again["steps"]
    changed = [vpc(1, name=None, tags={}), *(vpc(number) for number in range(3, 31))]
    report = table.apply(inventory(changed, at=13))
    assert (report["counts"]["change"], report["counts"]["delete"]) == (1, 1)
    items = table.items()
    assert "vpc-0002" not in items and "Name" not in items["vpc-0001"]
    assert {item["SeenAt"]["S"] for item in items.values()} == {"2026-11-27T13:00:00.000Z"}


def test_what_people_wrote_stays(table):
    table.put(VpcId="vpc-0001", OwnerId="111111111111", CidrBlock="10.1.0.0/16", IsDefault="False", State="available")
    table.put(VpcId="vpc-0002", OwnerId="111111111111", CidrBlock="10.99.0.0/16", Notes="ask Ann")
    table.put(VpcId="vpc-gone", OwnerId="111111111111", CidrBlock="10.98.0.0/16")
    table.put(VpcId="vpc-0003", OwnerId="111111111111", ManagedBy="terraform")
    before = table.items()
    estate = inventory([vpc(number) for number in (1, 2, 3, 4)])
    report = table.apply(estate)
    assert {row["code"] for row in report["left_alone"]} == {"by-hand", "equal-by-hand"}
    assert [row["key"] for row in report["conflicts"]] == ["aws/111111111111/vpc-0002", "aws/111111111111/vpc-0003"]
    after = table.items()
    assert {name: after[name] for name in before} == before and "ManagedBy" in after["vpc-0004"]
    table.apply(estate, "--adopt")
    adopted = table.items()
    assert adopted["vpc-0001"]["ManagedBy"]["S"].endswith(":adopted") and adopted["vpc-0001"]["Region"]["S"] == REGION
    assert adopted["vpc-0001"]["IsDefault"] == {"S": "False"}, "as people wrote it"
    table.client.update_item(
        TableName=table.name,
        Key={"VpcId": {"S": "vpc-0004"}, "OwnerId": {"S": "111111111111"}},
        UpdateExpression="SET Notes = :n, CidrBlock = :c",
        ExpressionAttributeValues={":n": {"S": "mine"}, ":c": {"S": "1.2.3.0/24"}},
    )
    table.apply(inventory([vpc(number) for number in (1, 2, 3, 4)], at=13))
    assert table.items()["vpc-0004"]["CidrBlock"]["S"] == "10.4.0.0/16"
    gone = table.apply(inventory([], at=14), "--max-delete", "100%")
    items = table.items()
    assert {"vpc-0001", "vpc-0002", "vpc-gone", "vpc-0004"} <= items.keys(), gone
    assert items["vpc-0004"]["Notes"]["S"] == "mine" and "Deleted" in items["vpc-0004"], "marked, and never deleted"


def test_a_denied_account_deletes_nothing_and_an_older_run_changes_nothing(table):
    accounts = ("111111111111", "222222222222")
    both = [vpc(1), vpc(2), vpc(3, account=accounts[1])]
    table.apply(inventory(both, accounts=accounts))
    denied = inventory([vpc(1)], at=13, denied=accounts[1:], accounts=accounts)
    report = table.apply(denied, code=3)
    assert table.items().keys() == {"vpc-0001", "vpc-0003"}
    assert [row["code"] for row in report["left_alone"]] == ["not-read"]
    older = inventory([vpc(1, state="pending"), vpc(2), vpc(3, account=accounts[1])], accounts=accounts)
    before = table.items()
    late = table.apply(older)
    assert table.items() == before, late
    table.apply(inventory([vpc(1)], at=14))
    assert "vpc-0003" in table.items(), "its account was not in scope"


def test_marked_items_expire_and_return(table):
    table.apply(inventory([vpc(1), vpc(2)]))
    table.apply(inventory([vpc(2)], at=13), "--keep-deleted", "14d")
    marked = table.items()["vpc-0001"]
    assert "Deleted" in marked and 13 * 86400 < int(marked["ExpiresAt"]["N"]) - time.time() < 15 * 86400
    kept = table.apply(inventory([vpc(2)], at=14), "--keep-deleted", "14d")
    assert [row["code"] for row in kept["left_alone"]] == ["kept"]
    table.apply(inventory([vpc(1), vpc(2)], at=15), "--keep-deleted", "14d")
    assert not {"Deleted", "ExpiresAt"} & table.items()["vpc-0001"].keys()


def test_an_older_inventory_does_not_bring_back_a_marked_item_that_is_alone(table):
    table.apply(inventory([vpc(1)], at=10))
    keep = ("--keep-deleted", "14d")
    table.apply(inventory([], at=12), *keep)
    assert table.items()["vpc-0001"]["MissingAt"]["S"] == "2026-11-27T12:00:00.000Z"
    for older in (inventory([vpc(1)], at=11), inventory([vpc(1, state="pending"), vpc(2)], at=11)):
        before = table.items()
        assert {row["code"] for row in table.apply(older, *keep)["left_alone"]} == {"newer"}
        assert table.items() == before
    # An inventory that finds nothing to do counts too.
    table.apply(inventory([], at=14), *keep)
    assert table.items()["vpc-0001"]["MissingAt"]["S"] == "2026-11-27T14:00:00.000Z"
    before = table.items()
    assert {row["code"] for row in table.apply(inventory([vpc(1)], at=13), *keep)["left_alone"]} == {"newer"}
    assert table.items() == before
    table.apply(inventory([vpc(1)], at=15), *keep)
    back = table.items()["vpc-0001"]
    assert not {"Deleted", "ExpiresAt", "MissingAt"} & back.keys() and back["SeenAt"]["S"] == "2026-11-27T15:00:00.000Z"


def test_an_item_that_is_marked_while_an_older_inventory_is_applied_stays_marked(table, relays):
    table.apply(inventory([vpc(1)], at=10))
    marks = []

    def be_faster(action, _credential, _form):
        if action == "UpdateItem" and not marks:
            marks.append(table.apply(inventory([], at=14), "--keep-deleted", "14d"))

    relay = relays(table.env["AWS_ENDPOINT_URL_DYNAMODB"], answer=be_faster)
    older = inventory([vpc(1, name="renamed")], at=13)
    report = table.apply(older, env={"AWS_ENDPOINT_URL_DYNAMODB": relay.url})
    assert marks[0]["counts"]["mark"] == 1 and report["counts"]["overtaken"] == 1
    item = table.items()["vpc-0001"]
    assert "Deleted" in item and item["Name"] == {"S": "net 1"}
    # An older one that lacks it too says nothing new, also when it was as fast.
    table.apply(inventory([], at=12), "--keep-deleted", "14d")
    assert table.items()["vpc-0001"] == item


def test_an_endpoint_that_refuses_connections_is_named_soon(table):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        done = table.sync(inventory([vpc(1)]), "-vv", env={"AWS_ENDPOINT_URL_DYNAMODB": url}).expect(2)
    assert f"dynamodb:Scan: {url} cannot be reached" in done.doc["targets"][0]["error"]
    assert done.err.count("no answer why=") == 3, "and not as often as one that answered once"


def test_too_many_removals_are_refused_as_a_whole(table):
    table.apply(inventory([vpc(number) for number in range(20)]))
    fewer = inventory([*(vpc(number) for number in range(10)), vpc(99)], at=13)
    refused = table.sync(fewer, "--apply").expect(2)
    assert "10 of 20 records" in refused.err and "vpc-0099" not in table.items()
    table.apply(fewer, "--max-delete", "50%")
    assert len(table.items()) == 11


def test_another_target_of_the_same_table_is_in_the_way(table):
    estate = inventory([vpc(1), vpc(2)])
    table.apply(estate)
    report = table.apply(inventory([vpc(1)], at=13), name="other")
    assert len(report["conflicts"]) == 1 and len(table.items()) == 2
    assert [row["code"] for row in report["left_alone"]] == ["other-target"]


def test_a_killed_run_is_continued(table):
    estate = inventory([vpc(number) for number in range(1, 200)])
    for pause in (0.3, 0.5, 0.7):
        arguments = [BINARY, *table.args(estate, "--apply")]
        env = table.home.environ(table.env)
        process = subprocess.Popen(arguments, env=env, cwd=table.home.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        process.kill()
        process.wait(timeout=PATIENCE)
    assert not table.apply(estate)["counts"]["failed"]
    assert len(table.items()) == 199 and all("ManagedBy" in item for item in table.items().values())
    table.sync(estate, "--exit-code").expect()


def test_a_table_is_created_and_a_missing_one_says_how(home, dynamodb):
    table = Table(home, dynamodb.url, f"created-{type(dynamodb).__name__}")
    estate = inventory([vpc(1)])
    missing = table.sync(estate, "--apply").expect(2)
    assert "there is no table" in missing.err and "--init --apply" in missing.err
    notes = table.apply(estate, "--create-table")["notes"]
    assert notes[0].startswith("created the table") and ("UpdateTimeToLive" in notes[-1]) == (len(notes) > 1)
    assert len(table.items()) == 1
    described = table.client.describe_table(TableName=table.name)["Table"]
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert not table.apply(estate, "--init")["notes"]


def test_a_registry_that_fails_leaves_the_others(home, dynamodb):
    table = Table(home, dynamodb.url, f"two-{type(dynamodb).__name__}").create()
    home.write("netcensus.toml", (home.path / "netcensus.toml").read_text().replace(table.name, "missing", 1))
    path = home.path / "estate.json"
    path.write_text(json.dumps(inventory([vpc(1)])))
    run = home.run("sync", "--from", path, "--apply", "-o", "json", env=table.env).expect(2)
    by_name = {target["name"]: target for target in run.doc["targets"]}
    assert "there is no table missing" in by_name["vpcs"]["error"] and by_name["other"]["counts"]["done"] == 1


def test_denied_and_throttled_writes_are_told_and_continued(table, relays):
    answers = {"UpdateItem": 0}

    def refuse(action, _credential, _form):
        if action != "UpdateItem":
            return None
        answers["UpdateItem"] += 1
        kind = "ThrottlingException" if answers["UpdateItem"] % 2 else None
        body = json.dumps({"__type": f"com.amazon.coral.availability#{kind}", "message": "slow"})
        return (400, "application/x-amz-json-1.0", body.encode()) if kind else None

    estate = inventory([vpc(number) for number in range(1, 9)])
    relay = relays(table.env["AWS_ENDPOINT_URL_DYNAMODB"], answer=refuse)
    table.apply(estate, env={"AWS_ENDPOINT_URL_DYNAMODB": relay.url})
    assert len(table.items()) == 8, "tried again"

    def deny(action, _credential, _form):
        body = json.dumps({"__type": "com.amazon.coral.service#AccessDeniedException", "message": "no"})
        return (400, "application/x-amz-json-1.0", body.encode()) if action == "UpdateItem" else None

    more = inventory([vpc(number) for number in range(1, 60)], at=13)
    relay = relays(table.env["AWS_ENDPOINT_URL_DYNAMODB"], answer=deny)
    denied = table.sync(more, "--apply", env={"AWS_ENDPOINT_URL_DYNAMODB": relay.url}).expect(2)
    report = denied.doc["targets"][0]
    assert report["counts"]["failed"] >= 10 and report["counts"]["not_tried"] > 0, "the rest would fail too"
    assert "allow dynamodb:UpdateItem" in report["steps"][0]["error"]
    assert table.apply(more)["counts"]["failed"] == 0


def test_pages_are_followed(table):
    filler = "x" * 100_000
    for number in range(30):
        table.put(VpcId=f"vpc-by-hand-{number}", OwnerId="111111111111", Notes=filler)
    report = table.apply(inventory([vpc(1)]))
    assert len(report["left_alone"]) == 30 and report["counts"]["done"] == 1


def change_items(draw, table):
    """Does what people do to items; returns the ids of those that have something of theirs in them."""
    items, theirs = table.items(), set()
    for _ in range(draw.randrange(4)):
        number = draw.randrange(1, 9)
        name, key = f"vpc-{number:04}", {"VpcId": {"S": f"vpc-{number:04}"}, "OwnerId": {"S": owner(number)}}
        what = draw.randrange(4)
        if name not in items and what < 2:
            table.put(VpcId=name, OwnerId=owner(number), CidrBlock=f"10.{number if what else 99}.0.0/16")
            theirs.add(name)
        elif name in items and what == 2:
            note = {":n": {"S": f"by Ann {draw.random()}"}}
            table.client.update_item(TableName=table.name, Key=key, UpdateExpression="SET Notes = :n", ExpressionAttributeValues=note)
            theirs.add(name)
        elif name in items and what == 3:
            block = {":c": {"S": "192.0.2.0/24"}}
            table.client.update_item(TableName=table.name, Key=key, UpdateExpression="SET CidrBlock = :c", ExpressionAttributeValues=block)
    return theirs


def owner(number):
    """Of two accounts."""
    return ("111111111111", "222222222222")[number % 2]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_people_do_between_runs_is_not_lost(table, seed):
    draw, accounts, theirs = random.Random(seed), ("111111111111", "222222222222"), set()
    for hour in range(10, 18):
        theirs |= change_items(draw, table)
        before = table.items()
        denied = tuple(account for account in accounts if draw.random() < 0.2)
        found = [number for number in range(1, 9) if draw.random() < 0.6 and owner(number) not in denied]
        states = ("available", "pending")
        estate = [vpc(number, account=owner(number), state=draw.choice(states)) for number in found]
        options = [option for option in ("--adopt", "--keep-deleted=14d") if draw.random() < 0.3]
        document = inventory(estate, at=hour, denied=denied, accounts=accounts)
        code = 3 if denied else 0
        done = table.sync(document, "--apply", "--max-delete", "100%", *options).expect(code).doc["targets"][0]
        assert {step["outcome"] for step in done["steps"]} <= {"done"}, done["steps"]
        again = table.sync(document, "--max-delete", "100%", *options).expect(code).doc["targets"][0]
        assert again["steps"] == [], "applied, and still not empty"
        after = table.items()
        for name, item in before.items():
            is_ours = "ManagedBy" in item and not item["ManagedBy"]["S"].endswith(":adopted")
            if name in theirs or not is_ours:
                assert name in after, f"{name} of people is gone"
                assert item.get("Notes") == after[name].get("Notes")
            if not is_ours and "ManagedBy" not in item and "--adopt" not in options:
                assert after[name] == item, "people made it"
            if item["OwnerId"]["S"] in denied:
                assert after[name] == item, "nothing is known of its account"
        older = inventory(estate[1:], at=9, accounts=accounts)
        late = table.sync(older, "--apply", "--max-delete", "100%").doc["targets"][0]
        written = {step["key"] for step in late["steps"]}
        assert not any(key.endswith(f"vpc-{number:04}") for number in found for key in written)


def test_the_queries_of_the_guide_find_what_they_say(table):
    estate = [vpc(64), vpc(65), vpc(2, account="222222222222"), vpc(7)]
    estate[1]["blocks"].append({"cidr": "10.64.128.0/20", "role": "secondary", "state": "associated"})
    accounts = ("111111111111", "222222222222")
    table.apply(inventory(estate, accounts=accounts))
    table.apply(inventory(estate[:2] + estate[3:], at=13, accounts=accounts), "--keep-deleted", "14d")
    guide = (Path(__file__).parents[2] / "docs" / "sync.md").read_text()
    queries = [block for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL) if block.startswith("aws dynamodb scan")]
    defaults, of_account, overlapping = queries
    assert "10.64.0.0/16. As numbers, its first address is 171966464 and its last is 172031999" in guide

    def ask(query):
        program = f"{Path(sys.executable).parent}/aws --region {REGION}"
        command = query.replace("VPCTracker", table.name).replace("aws dynamodb", f"{program} dynamodb", 1)
        env = {"PATH": os.environ["PATH"], "HOME": str(table.home.path), **table.env}
        done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, text=True, check=True)
        return done.stdout

    found = lambda text: {item["VpcId"]["S"] for item in json.loads(text)["Items"]}
    assert ask(defaults).split() == ["111111111111", REGION, "vpc-0064"], "vpc-0002 is marked as deleted"
    assert found(ask(of_account)) == {"vpc-0064", "vpc-0065", "vpc-0007"}
    assert found(ask(overlapping)) == {"vpc-0064", "vpc-0065"}
