"""A real NetBox judges `sync` and `free`: $NETCENSUS_NETBOX is its address, $NETCENSUS_NETBOX_TOKEN a token that may change everything.

What has the tag `netcensus` or `netcensus-test` in it is deleted first, so it has to be a NetBox for tests.
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

BY_HAND = "netcensus-test"
CONFIG = f'[sync.ipam]\ntype = "netbox"\nurl = "{URL}"\ntoken-env = "NETBOX_TOKEN"\nmax-delete = "100%"\n'
NOTHING = {"networks": [], "subnets": [], "instances": [], "interfaces": [], "links": []}
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


def tags(row):
    return {tag["slug"] for tag in row["tags"]}


def by_hand(path, body):
    """Creates an object as people do. Its tag says that the next test may delete it."""
    if not objects("extras/tags/", f"&slug={BY_HAND}"):
        ask("POST", "extras/tags/", {"name": BY_HAND, "slug": BY_HAND})
    return ask("POST", path, {**body, "tags": [{"slug": BY_HAND}]})


def delete(path, rows):
    """Deletes objects, a hundred at a time."""
    for first in range(0, len(rows), 100):
        ask("DELETE", path, [{"id": row["id"]} for row in rows[first : first + 100]])


def clean():
    """Deletes what tests left, also those that were killed: what people made first, because it lies in what is ours."""
    known = {tag["slug"] for tag in objects("extras/tags/")}
    for path in ["ipam/services/", *LISTS]:
        for tag in (BY_HAND, "netcensus"):
            # A filter by a tag that is not there is refused, and one that is not known is ignored.
            if tag in known:
                delete(path, [row for row in objects(path, f"&tag={tag}") if tag in tags(row)])


def ours(path):
    """Lists the objects that have our mark."""
    return [it for it in objects(path) if (it["custom_fields"].get("netcensus_owner") or "").startswith("netcensus:")]


def sync(home, *args, expect=(0,)):
    """Runs `sync ipam` and returns the registry's part of the report."""
    done = home.run("sync", "ipam", "--from", "inventory.json", "-o", "json", *args, env={"NETBOX_TOKEN": TOKEN}, timeout=900)
    assert TOKEN not in done.out + done.err
    target = done.doc["targets"][0]
    failed = [step for step in target["steps"] if step["error"]]
    assert done.code in expect, f"exit code {done.code}: {target['error']} {failed[:3]} {done.err[-3000:]}"
    return target


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
    clean()
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
    made = [(path, by_hand(path, body)) for path, body in made]
    described = ours("virtualization/virtual-machines/")[1]
    path = f"virtualization/virtual-machines/{described['id']}/"
    ask("PATCH", path, {"description": "of Ada"})
    nothing = {**sample, **NOTHING}
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


def test_a_name_that_a_machine_keeps_is_a_conflict_until_its_interfaces_are_read(netbox, sample):
    estate = json.loads(json.dumps(small(sample, machines=2)))
    machine = next(it for it in estate["instances"] if it["state"] == "running")
    machine["name"] = "the only one"
    netbox.write("inventory.json", json.dumps(estate))
    apply(netbox)
    old, machine["id"] = machine["id"], "i-00000000000000new"
    estate["interfaces"] = [it for it in estate["interfaces"] if it["attached_to"] != old]
    partial = json.loads(json.dumps({**estate, "interfaces": []}))
    for entry in partial["coverage"]:
        if (entry["account"], entry["kind"]) == (machine["account"], "interfaces"):
            entry["outcome"], entry["detail"] = "denied", "no"
    netbox.write("inventory.json", json.dumps(partial))
    target = sync(netbox, "--apply", expect=(3,))
    (conflict,) = target["conflicts"]
    assert steps(target) == [] and conflict["key"].endswith("/i-00000000000000new")
    assert f"{old}, which stays because " in conflict["reason"] and "scan what is missing" in conflict["reason"]
    netbox.write("inventory.json", json.dumps(estate))
    apply(netbox)
    names = {it["name"]: it["custom_fields"]["netcensus_id"] for it in ours("virtualization/virtual-machines/")}
    assert names["the only one"].endswith("/i-00000000000000new")


def test_a_killed_run_is_continued(netbox):
    inventory = (netbox.path / "inventory.json").read_text()
    netbox.write("inventory.json", json.dumps({**json.loads(inventory), **NOTHING}))
    sync(netbox, "--init", "--apply")
    netbox.write("inventory.json", inventory)
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
    read = [{**entry, "outcome": "complete", "detail": None} for entry in sample["coverage"]]
    home.write("inventory.json", json.dumps({**sample, **NOTHING, "networks": networks, "coverage": read}))
    clean()
    made = [by_hand("ipam/prefixes/", {"prefix": str(container), "status": "container"})]
    made += [by_hand("ipam/prefixes/", {"prefix": str(block)}) for block in taken]
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


def test_an_older_inventory_changes_nothing(netbox, sample):
    apply(netbox)
    before = {path: {row["id"]: row["last_updated"] for row in ours(path)} for path in LISTS}
    older = json.loads(json.dumps({**sample, "taken_at": "2020-01-01T00:00:00Z"}))
    older["instances"] = older["instances"][1:]
    for machine in older["instances"]:
        machine["state"] = "stopped"
    netbox.write("inventory.json", json.dumps(older))
    target = sync(netbox, "--apply")
    assert steps(target) == [] and "newer" in {row["code"] for row in target["left_alone"]}
    assert before == {path: {row["id"]: row["last_updated"] for row in ours(path)} for path in LISTS}


def test_what_people_made_in_the_place_of_ours_is_adopted_and_never_deleted(netbox, sample):
    estate = small(sample)
    network = estate["networks"][0]
    made = by_hand("ipam/vrfs/", {"name": network["name"] or network["id"], "rd": network["id"], "description": "by Ada"})
    netbox.write("inventory.json", json.dumps(estate))
    target = sync(netbox, "--apply", "--init", expect=(0, 1))
    assert "equal-by-hand" in {row["code"] for row in target["left_alone"]}
    sync(netbox, "--apply", "--adopt")
    adopted = ask("GET", f"ipam/vrfs/{made['id']}/")
    assert adopted["description"] == "by Ada" and adopted["custom_fields"]["netcensus_owner"].endswith(":adopted")
    netbox.write("inventory.json", json.dumps({**estate, **NOTHING}))
    sync(netbox, "--apply")
    assert [row["id"] for row in ours("ipam/vrfs/")] == [made["id"]]


def small(sample, machines=3):
    """The network of a running machine with its subnets and some of its machines."""
    first = next(it for it in sample["instances"] if it["state"] == "running" and it["provider"] == "aws")
    within = lambda rows: [row for row in rows if row["network"] == first["network"]]
    chosen = within(sample["instances"])[:machines]
    ids = {machine["id"] for machine in chosen}
    return {
        **sample,
        "networks": [it for it in sample["networks"] if it["id"] == first["network"]],
        "subnets": within(sample["subnets"]),
        "instances": chosen,
        "interfaces": [it for it in within(sample["interfaces"]) if it["attached_to"] in ids],
        "links": [],
    }


def change_cloud(draw, estate, whole):
    """Another estate: machines come and go, stop and get other names."""
    kept = {machine["id"] for machine in whole["instances"] if draw.random() < 0.6}
    instances = json.loads(json.dumps([it for it in whole["instances"] if it["id"] in kept]))
    for machine in instances:
        machine["state"] = draw.choice(["running", "stopped"])
        machine["name"] = draw.choice(["web", "worker", None])
    subnets = [it for it in whole["subnets"] if draw.random() < 0.8]
    interfaces = [it for it in whole["interfaces"] if it["attached_to"] in kept]
    return {**estate, "instances": instances, "interfaces": interfaces, "subnets": subnets}


def change_by_hand(draw):
    """Does what people do; returns a path and fields that have to stay, None where they may be put back."""
    vrfs, machines = ours("ipam/vrfs/"), ours("virtualization/virtual-machines/")
    what = draw.randrange(5)
    if what == 0 and vrfs:
        row = by_hand("ipam/prefixes/", {"prefix": f"10.254.{draw.randrange(256)}.0/24", "vrf": vrfs[0]["id"]})
        return f"ipam/prefixes/{row['id']}/", {"prefix": row["prefix"]}
    if not machines:
        return None
    path = f"virtualization/virtual-machines/{draw.choice(machines)['id']}/"
    if what == 1:
        fields = {"description": f"of Ada {draw.randrange(9)}"}
        ask("PATCH", path, fields)
        return path, fields
    if what == 2:
        ask("PATCH", path, {"status": "failed"})
    elif what == 3:
        ask("DELETE", path)
    else:
        machine = int(path.rstrip("/").rsplit("/", 1)[1])
        row = by_hand("virtualization/interfaces/", {"virtual_machine": machine, "name": f"eth{draw.randrange(10**6)}"})
        return f"virtualization/interfaces/{row['id']}/", {"name": row["name"]}
    return None


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_between_runs_is_not_lost(netbox, sample, seed):
    draw, whole = random.Random(seed), small(sample, machines=4)
    estate, kept = whole, {}
    for round_ in range(5):
        estate = change_cloud(draw, estate, whole)
        is_denied = draw.random() < 0.4
        document = {**estate, "taken_at": f"2026-11-27T{10 + round_}:00:00Z"}
        if is_denied:
            denied = [{**entry, "outcome": "denied", "detail": "no"} for entry in estate["coverage"]]
            document = {**document, **NOTHING, "coverage": denied}
        netbox.write("inventory.json", json.dumps(document))
        before = {path: {row["id"] for row in ours(path)} for path in LISTS}
        options = ["--keep-deleted", "14d"] if draw.random() < 0.3 else []
        target = sync(netbox, "--apply", "--init", *options, expect=(0, 1, 3))
        failed = [step for step in target["steps"] if step["outcome"] != "done"]
        assert not failed, failed
        if is_denied:
            gone = {path: before[path] - {row["id"] for row in ours(path)} for path in LISTS}
            assert not any(gone.values()), "nothing is known"
        again = sync(netbox, *options, expect=(0, 3))
        assert steps(again) == [], "applied, and still not empty"
        for path, fields in list(kept.items()):
            there = ask("GET", path)
            assert {name: there[name] for name in fields} == fields, path
        for _ in range(draw.randrange(3)):
            changed = change_by_hand(draw)
            if changed:
                kept[changed[0]] = changed[1]
        # What people delete themselves is not lost.
        for path in list(kept):
            try:
                ask("GET", path)
            except urllib.error.HTTPError as error:
                assert error.code == 404
                del kept[path]
