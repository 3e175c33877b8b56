"""The database that `netcensus export` writes, asked by Python's sqlite3 and by the program of that name."""

import ipaddress
import json
import os
import pty
import shlex
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from netcensus import BINARY

KINDS = ("networks", "subnets", "instances", "interfaces", "links")
MANUAL = Path(__file__).parents[2] / "docs" / "export.md"


@pytest.fixture
def exported(home):
    """The sandbox as a document, and the database of it."""
    home.run("scan", "all", "--sandbox", "--save", "a.json").expect(0)
    document = json.loads((home.path / "a.json").read_text())
    document["networks"][0]["name"] = '=HYPERLINK("http://evil","x")'
    document["networks"][1]["name"] = "Zürich'; DROP TABLE networks; -- \t日本"
    (home.path / "a.json").write_text(json.dumps(document))
    home.run("export", "--from", "a.json", "--to", "a.sqlite", "--quiet").expect(0)
    return document, opened(home.path / "a.sqlite")


def opened(path):
    """Opens a database, only to be read, whose rows have names."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    return database


def test_every_field_of_the_document_is_found_in_its_table(exported):
    document, database = exported
    shared = {
        "networks": ("provider", "account", "region", "id", "name", "kind", "state", "is_default", "tags"),
        "subnets": ("provider", "account", "region", "zone", "id", "name", "network", "addresses_total", "tags"),
        "instances": ("provider", "account", "region", "id", "name", "vcpus", "private_ips", "public_ips", "tags"),
        "interfaces": ("provider", "account", "region", "id", "kind", "attached_to", "private_ips", "mac"),
        "links": ("provider", "kind", "id", "state"),
    }
    lists = ("private_ips", "public_ips", "tags")
    for kind in KINDS:
        rows = [dict(row) for row in database.execute(f"SELECT * FROM {kind} ORDER BY rowid")]
        assert len(rows) == len(document[kind]), kind
        for row, expected in zip(rows, document[kind]):
            for field in shared[kind]:
                found = json.loads(row[field]) if field in lists else row[field]
                assert found == expected[field], (kind, expected["id"], field)
    launched = database.execute("SELECT unixepoch(launched_at) FROM instances WHERE launched_at IS NOT NULL")
    assert all(isinstance(row[0], int) for row in launched)


def test_coverage_and_collisions_are_all_there(exported, home):
    document, database = exported
    rows = database.execute("SELECT provider, account, region, kind, outcome FROM coverage").fetchall()
    fields = ("provider", "account", "region", "kind", "outcome")
    assert [tuple(row) for row in rows] == [tuple(entry[field] for field in fields) for entry in document["coverage"]]
    report = home.run("overlap", "--from", "a.json", "-o", "json").expect(1).doc
    members = {(member["id"], member["prefix"], f["code"]) for f in report["findings"] for member in f["members"]}
    assert {tuple(row) for row in database.execute("SELECT id, prefix, code FROM collisions")} == members
    about = dict(database.execute("SELECT * FROM about").fetchone())
    assert about["taken_at"] == document["taken_at"] and about["complete"] == 1


def test_an_address_is_held_by_the_prefixes_that_python_finds(exported):
    document, database = exported
    held = [
        (row["id"], ipaddress.ip_network(block["cidr"]))
        for row in document["networks"]
        for block in row["blocks"]
        if block["state"] not in ("disassociated", "failing", "failed")
    ]
    held += [(row["id"], ipaddress.ip_network(cidr)) for row in document["subnets"] for cidr in row["prefixes"]]
    wanted = {ipaddress.ip_address(ip) for row in document["interfaces"] for ip in row["private_ips"]}
    assert {address.version for address in wanted} == {4, 6}
    for address in wanted:
        value = int(address) if address.version == 4 else address.packed
        rows = database.execute("SELECT id, cidr FROM prefixes WHERE ? BETWEEN first AND last", (value,))
        expected = sorted((one, str(network)) for one, network in held if address in network)
        assert sorted(tuple(row) for row in rows) == expected, address


def test_views_count_as_the_document_does(exported):
    document, database = exported
    living = [row for row in document["instances"] if row["state"] != "terminated"]
    for row in database.execute("SELECT * FROM instances_by_type"):
        of_type = [one for one in living if (one["provider"], one["type"]) == (row["provider"], row["type"])]
        assert row["instances"] == len(of_type) and row["unread_scopes"] == 0
        known = all(one["vcpus"] is not None for one in of_type)
        assert row["vcpus"] == (sum(one["vcpus"] for one in of_type) if known else None)
    regions = database.execute("SELECT * FROM instances_by_region").fetchall()
    assert sum(row["instances"] for row in regions) == len(living)
    for row in regions:
        here = [one for one in living if (one["account"], one["region"]) == (row["account"], row["region"])]
        assert row["instances"] == len(here), tuple(row)
    usage = database.execute("SELECT * FROM network_usage").fetchall()
    assert len(usage) == len(document["networks"])
    for row in usage:
        subnets = [one for one in document["subnets"] if one["network"].lower() == row["id"].lower()]
        assert row["subnets"] == len(subnets)
        assert row["addresses_total"] == sum(one["addresses_total"] for one in subnets)
        free = [one["addresses_available"] for one in subnets if one["addresses_total"]]
        assert row["addresses_available"] == (None if None in free else sum(free))
    addresses = {(row["id"], row["address"]) for row in database.execute("SELECT * FROM addresses")}
    owners = document["instances"] + document["interfaces"]
    lists = ("private_ips", "public_ips", "carrier_ips", "customer_owned_ips")
    assert addresses == {(row["id"], ip) for row in owners for name in lists for ip in row[name]}


def test_what_was_denied_is_unread_and_not_zero(home):
    fault = ("--fault", "deny@region=eu-west-1,action=DescribeInstances")
    done = home.run("export", "--sandbox", *fault, "--to", "a.db", "--allow-incomplete")
    assert done.code == 3
    database = opened(home.path / "a.db")
    unread = database.execute("SELECT DISTINCT region, kind, outcome FROM unread").fetchall()
    assert [tuple(row) for row in unread] == [("eu-west-1", "instances", "denied")]
    counts = database.execute("SELECT region, instances FROM instances_by_region WHERE provider = 'aws'").fetchall()
    assert {row["region"] for row in counts if row["instances"] is None} == {"eu-west-1"}
    assert all(row["instances"] is None for row in counts if row["region"] == "eu-west-1")
    assert database.execute("SELECT complete FROM about").fetchone()[0] == 0
    by_type = "SELECT min(unread_scopes) FROM instances_by_type WHERE provider = 'aws'"
    assert database.execute(by_type).fetchone()[0] > 0


def examples():
    """Lists what the manual types at `sqlite3`, each with the table it shows: rows of cells, the header first."""
    _, section = MANUAL.read_text().split("## SQLite\n", 1)
    block = section.split("```console\n", 1)[1].split("\n```", 1)[0].replace("\\\n", "")
    for part in ("\n" + block).split("\n$ ")[1:]:
        command, *shown = part.splitlines()
        if command.startswith("sqlite3 "):
            yield command, cells(shown)


def cells(lines):
    """Reads a table that is drawn in boxes."""
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]


@pytest.fixture
def manual(home):
    """The database that the manual asks."""
    home.run("export", "--sandbox", "--to", "inventory.sqlite", "--quiet").expect(0)
    return home


def test_the_queries_of_the_manual_give_what_it_shows(manual):
    database = opened(manual.path / "inventory.sqlite")
    assert len(list(examples())) == 3
    for command, shown in examples():
        answer = database.execute(shlex.split(command)[-1])
        header = [column[0] for column in answer.description]
        rows = [["" if value is None else str(value) for value in row] for row in answer]
        assert [header, *rows] == shown, command


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="there is no program sqlite3 here")
def test_the_program_sqlite3_shows_what_the_manual_shows(manual):
    for command, shown in examples():
        said = manual.program(*shlex.split(command)).expect(0).out
        assert cells(said.splitlines()) == shown, command
    schema = manual.program("sqlite3", "inventory.sqlite", ".schema").expect(0).out
    assert "CREATE VIEW network_usage AS" in schema


def test_a_terminal_is_spared(home):
    ours, theirs = pty.openpty()
    try:
        args = [BINARY, "export", "--sandbox", "--to", "-", "--format", "sqlite"]
        done = subprocess.run(
            args, env=home.environ(), cwd=home.path, stdout=theirs, stderr=subprocess.PIPE, text=True, timeout=60
        )
    finally:
        os.close(theirs)
        os.close(ours)
    assert done.returncode == 2
    assert "sqlite is a binary format, and standard output is a terminal" in done.stderr
