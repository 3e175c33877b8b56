"""A real NetBox judges `sync` and `free`: $NETCENSUS_NETBOX is its address, $NETCENSUS_NETBOX_TOKEN a token that may change everything.

What has the tag `netcensus` in it is deleted first, so it has to be a NetBox for tests.
"""

import ipaddress
import json
import os
import random
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from netcensus import BINARY, Home

URL = os.environ.get("NETCENSUS_NETBOX", "").rstrip("/")
TOKEN = os.environ.get("NETCENSUS_NETBOX_TOKEN", "")
pytestmark = [
    pytest.mark.skipif(not URL, reason="there is no NetBox: name a test instance in $NETCENSUS_NETBOX"),
    pytest.mark.timeout(900),
]

CONFIG = f'[sync.ipam]\ntype = "netbox"\nurl = "{URL}"\ntoken-env = "NETBOX_TOKEN"\nmax-delete = "100%"\n'
# Those that others refer to last.
LISTS = [
    "ipam/ip-addresses/",
    "dcim/mac-addresses/",
    "virtualization/interfaces/",
    "virtualization/virtual-machines/",
    "virtualization/clusters/",
    "ipam/prefixes/",
    "ipam/vrfs/",
    "tenancy/tenants/",
]


def ask(method, path, body=None):
    """Sends a request to NetBox itself; returns the answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{URL}/api/{path}", data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=120) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def objects(path, query=""):
    """Lists objects, at most a thousand."""
    return ask("GET", f"{path}?limit=1000{query}")["results"]


def ours(path):
    """Lists the objects that have our mark."""
    return [it for it in objects(path) if (it["custom_fields"].get("netcensus_owner") or "").startswith("netcensus:")]


def sync(home, *args, expect=(0,)):
    """Runs `sync ipam` and returns the registry's part of the report."""
    done = home.run("sync", "ipam", "--from", "inventory.json", "-o", "json", *args, env={"NETBOX_TOKEN": TOKEN}, timeout=900)
    assert done.code in expect, f"exit code {done.code}: {done.err[-3000:]}"
    assert TOKEN not in done.out + done.err
    return done.doc["targets"][0]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sandbox's sample, as if all of it had been read."""
    home = Home(tmp_path_factory.mktemp("sample"))
    document = home.run("scan", "all", "--sandbox", "-o", "json").doc
    for entry in document["coverage"]:
        if entry["kind"] in ("networks", "subnets", "instances", "interfaces"):
            entry["outcome"], entry["detail"] = "complete", None
    return document


@pytest.fixture
def netbox(home, sample):
    """A home with the sample and a NetBox without anything of ours."""
    for path in LISTS:
        rows = objects(path, "&tag=netcensus") if objects("extras/tags/", "&slug=netcensus") else []
        for row in rows:
            if any(tag["slug"] == "netcensus" for tag in row["tags"]):
                try:
                    ask("DELETE", f"{path}{row['id']}/")
                except urllib.error.HTTPError as error:
                    assert error.code == 404
    home.write("netcensus.toml", CONFIG)
    home.write("inventory.json", json.dumps(sample))
    return home


def steps(target):
    return [(step["action"], step["kind"], step["key"]) for step in target["steps"]]


def apply(home, expect=(0,)):
    """Applies, all of which works, and leaves nothing to do."""
    target = sync(home, "--apply", "--init", expect=expect)
    failed = [step for step in target["steps"] if step["outcome"] != "done"]
    assert not failed and not target["conflicts"], failed or target["conflicts"]
    again = sync(home, "--exit-code", expect=expect)
    assert steps(again) == [] and again["conflicts"] == []
    return target


def test_a_second_run_has_nothing_to_do(netbox, sample):
    target = apply(netbox)
    assert {action for action, _, _ in steps(target)} == {"create"}
    assert len(ours("ipam/vrfs/")) == len(sample["networks"])
    machines = ours("virtualization/virtual-machines/")
    assert any(machine["primary_ip4"] for machine in machines)
    prefixes = [prefix["prefix"] for prefix in ours("ipam/prefixes/")]
    assert len(prefixes) > len(set(prefixes)), "overlapping VPCs live side by side"


def test_changes_are_the_differences_only(netbox, sample):
    apply(netbox)
    before = {row["id"]: row["last_updated"] for row in ours("virtualization/virtual-machines/")}
    changed = json.loads(json.dumps(sample))
    machine = next(it for it in changed["instances"] if it["state"] == "running")
    machine["state"] = "stopped"
    netbox.write("inventory.json", json.dumps(changed))
    target = apply(netbox)
    assert [field["field"] for step in target["steps"] for field in step["fields"]] == ["status"]
    after = {row["id"]: row["last_updated"] for row in ours("virtualization/virtual-machines/")}
    assert sum(before[at] != after[at] for at in before) == 1
    assert len(ours("ipam/ip-addresses/")) > 0, "a stopped machine keeps its addresses"


def test_what_people_made_stays_while_the_estate_goes(netbox, sample):
    apply(netbox)
    vrf = ours("ipam/vrfs/")[0]
    made = [
        ("ipam/prefixes/", {"prefix": "10.255.0.0/24", "vrf": vrf["id"], "description": "lab"}),
        ("ipam/vrfs/", {"name": "campus", "rd": "65000:1"}),
    ]
    machine = ours("virtualization/virtual-machines/")[0]
    service = {
        "name": "ssh",
        "protocol": "tcp",
        "ports": [22],
        "parent_object_type": "virtualization.virtualmachine",
        "parent_object_id": machine["id"],
    }
    made.append(("ipam/services/", service))
    made = [(path, ask("POST", path, body)) for path, body in made]
    described = ours("virtualization/virtual-machines/")[1]
    path = f"virtualization/virtual-machines/{described['id']}/"
    ask("PATCH", path, {"description": "of Ada"})
    try:
        nothing = {**sample, "networks": [], "subnets": [], "instances": [], "interfaces": [], "links": []}
        denied = json.loads(json.dumps(nothing))
        for entry in denied["coverage"]:
            entry["outcome"], entry["detail"] = "denied", "no"
        netbox.write("inventory.json", json.dumps(denied))
        counts = {path: len(ours(path)) for path in LISTS}
        sync(netbox, "--apply", expect=(3,))
        assert counts == {path: len(ours(path)) for path in LISTS}, "a denied scope deletes nothing"
        netbox.write("inventory.json", json.dumps(nothing))
        sync(netbox, "--apply", expect=(0, 3))
        for path_of, created in made:
            ask("GET", f"{path_of}{created['id']}/")
        assert ask("GET", path)["description"] == "of Ada"
        left = {row["id"] for row in ours("virtualization/virtual-machines/")}
        assert left == {machine["id"], described["id"]}
        # Those of the addresses of the two machines stay too.
        vrfs = {row["id"] for row in ours("ipam/vrfs/")}
        assert vrf["id"] in vrfs and len(vrfs) <= 3, "it has a prefix of people"
    finally:
        for path_of, created in reversed(made):
            ask("DELETE", f"{path_of}{created['id']}/")


def test_a_machine_that_replaces_another_gets_its_name(netbox, sample):
    changed = json.loads(json.dumps(sample))
    machine = next(it for it in changed["instances"] if it["state"] == "running")
    machine["name"] = "worker"
    netbox.write("inventory.json", json.dumps(changed))
    apply(netbox)
    old = machine["id"]
    machine["id"] = "i-00000000000000new"
    changed["interfaces"] = [it for it in changed["interfaces"] if it["attached_to"] != old]
    netbox.write("inventory.json", json.dumps(changed))
    apply(netbox)
    names = {it["name"]: it["custom_fields"]["netcensus_id"] for it in ours("virtualization/virtual-machines/")}
    assert names["worker"].endswith("/i-00000000000000new")


def test_a_killed_run_is_continued(netbox):
    sync(netbox, "--init", "--apply", expect=(0,))
    netbox_empty = {path: ours(path) for path in LISTS}
    for path in LISTS:
        for row in netbox_empty[path]:
            try:
                ask("DELETE", f"{path}{row['id']}/")
            except urllib.error.HTTPError as error:
                assert error.code == 404
    env = netbox.environ({"NETBOX_TOKEN": TOKEN})
    for seconds in (1.5, 4, 8):
        command = [BINARY, "sync", "ipam", "--from", "inventory.json", "--apply"]
        run = subprocess.Popen(
            command, env=env, cwd=netbox.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(seconds)
        run.send_signal(signal.SIGKILL)
        run.wait()
    apply(netbox)
    keys = [row["custom_fields"]["netcensus_id"] for row in ours("ipam/vrfs/")]
    assert len(keys) == len(set(keys))


def blocks_within(container, seed):
    """Prefixes in a container that do not overlap, as addresses are given out over time."""
    draw = random.Random(seed)
    taken = []
    for _ in range(40):
        length = draw.randint(container.prefixlen + 1, 29)
        shift = 32 - length
        first = draw.randrange(2 ** (length - container.prefixlen)) << shift
        block = ipaddress.ip_network((int(container.network_address) + first, length))
        if not any(block.overlaps(other) for other in taken):
            taken.append(block)
    return taken


@pytest.mark.parametrize("seed", range(5))
def test_free_finds_what_netbox_calls_available(home, sample, seed):
    container = ipaddress.ip_network(f"10.{200 + seed}.0.0/{16 + seed}")
    taken = blocks_within(container, seed)
    model = sample["networks"][0]
    networks = [
        {**model, "id": f"vpc-{at:017x}", "name": None, "blocks": [{**model["blocks"][0], "cidr": str(block)}]}
        for at, block in enumerate(taken)
    ]
    nothing = {"subnets": [], "instances": [], "interfaces": [], "links": []}
    read = [{**entry, "outcome": "complete", "detail": None} for entry in sample["coverage"]]
    home.write("inventory.json", json.dumps({**sample, **nothing, "networks": networks, "coverage": read}))
    rows = [{"prefix": str(container), "status": "container"}, *({"prefix": str(block)} for block in taken)]
    made = ask("POST", "ipam/prefixes/", rows)
    try:
        place = f"ipam/prefixes/{made[0]['id']}/available-prefixes/"
        available = [row["prefix"] for row in ask("GET", place)]
        report = home.run("free", container, "--from", "inventory.json", "-o", "json").doc
        holes = [prefix for hole in report["answers"][0]["holes"] for prefix in hole["prefixes"]]
        assert holes == available and len(available) > 5
        # NetBox takes the first that fits.
        for length in (container.prefixlen + 3, 24, 27, 29):
            first = home.run("free", container, "--size", length, "--first-fit", "--from", "inventory.json")
            try:
                given = ask("POST", place, {"prefix_length": length})
            except urllib.error.HTTPError as error:
                assert error.code == 409 and first.code == 1, first.err
                continue
            made.append(given)
            assert first.out.split() == [given["prefix"]], length
            ask("DELETE", f"ipam/prefixes/{made.pop()['id']}/")
    finally:
        for row in reversed(made):
            ask("DELETE", f"ipam/prefixes/{row['id']}/")
