"""Which regions are read, pages, broken answers, and how the formats agree."""

import csv
import io
import json
import threading
from pathlib import Path

import jsonschema
import pytest

import estate as seeds
from estate import ACCOUNTS, FAR, REGIONS, RICH
from netcensus import assert_once, ids, incomplete

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "inventory-v2.schema.json"
ALL_REGIONS = [word for region in REGIONS for word in ("--region", region)]


@pytest.fixture(autouse=True)
def profiles(moto, estate, home):
    """The profiles of the three accounts."""
    home.write_config(seeds.config(moto.url))


def regions(doc):
    return sorted({row["region"] for row in doc["networks"]})


def test_regions_by_name_and_pattern(home):
    one = ("networks", "--aws-profile", "team-1")
    europe = regions(home.scan(*one, "--region", "eu-*"))
    assert "eu-west-1" in europe and all(name.startswith("eu-") for name in europe)
    some = regions(home.scan(*one, "--region", "eu-*,us-east-1", "--exclude-region", "eu-*-2"))
    assert some == sorted([name for name in europe if not name.endswith("-2")] + ["us-east-1"])


def test_without_a_word_every_enabled_region_is_read(moto, home):
    doc = home.scan("networks", "--aws-profile", "team-1")
    listed = moto.client("ec2", ACCOUNTS[0]).describe_regions(AllRegions=True)["Regions"]
    enabled = sorted(r["RegionName"] for r in listed if r["OptInStatus"] != "not-opted-in")
    assert regions(doc) == enabled


def test_a_region_that_is_named_but_not_enabled_is_skipped_and_told(moto, home):
    listed = moto.client("ec2", ACCOUNTS[0]).describe_regions(AllRegions=True)["Regions"]
    closed = next(r["RegionName"] for r in listed if r["OptInStatus"] == "not-opted-in")
    doc = home.scan("networks", "--aws-profile", "team-1", "--region", closed, "--region", "eu-west-1")
    told = [row for row in doc["coverage"] if row["region"] == closed]
    assert [row["outcome"] for row in told] == ["skipped"]
    assert "not enabled" in told[0]["detail"]


def test_an_unknown_region_is_refused_with_a_suggestion(home):
    result = home.run("scan", "--aws-profile", "team-1", "--region", "eu-wets-1").expect(2)
    assert "eu-wets-1" in result.err and "eu-west-1" in result.err
    assert result.out == ""


def test_a_dry_run_reads_nothing(moto, home, relays):
    relay = relays(moto.url)
    home.write_config(seeds.config(relay.url))
    rows = home.scan("all", "--dry-run", "--aws-profile", "team-*", "--region", "eu-west-1")
    assert {row["account"] for row in rows} == set(ACCOUNTS)
    assert set(relay.actions) == {"sts:AssumeRole", "sts:GetCallerIdentity", "ec2:DescribeRegions"}


def test_a_dry_run_names_every_call_that_a_scan_makes(moto, home, relays):
    relay = relays(moto.url)
    home.write_config(seeds.config(relay.url))
    scope = ("all", "--aws-profile", "team-1", "--region", "eu-west-1")
    announced = {call for row in home.scan(*scope, "--dry-run") for call in row["calls"]}
    before = set(relay.actions)
    home.scan(*scope)
    assert announced == set(relay.actions) - before


def test_pages_are_followed(moto, home, relays):
    """moto pages DescribeInstances by reservation; the relay asks it for pages of two."""
    account, region = "444444444444", "eu-west-1"
    ec2 = moto.client("ec2", account, region)
    made = set()
    for _ in range(7):
        answer = ec2.run_instances(ImageId="ami-00000000000000x86", MinCount=2, MaxCount=2)
        made |= {instance["InstanceId"] for instance in answer["Instances"]}

    def change(action, form):
        if action == "DescribeInstances":
            form["MaxResults"] = "2"

    relay = relays(moto.url, change=change)
    home.write_config(seeds.config(relay.url).replace(ACCOUNTS[0], account))
    doc = home.scan("instances", "--aws-profile", "team-1", "--region", region)
    assert_once(doc)
    assert set(ids(doc["instances"])) == made
    assert relay.actions["ec2:DescribeInstances"] == 4


def test_html_in_place_of_an_answer_is_told_readably(moto, home, relays):
    page = b"<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n"

    def answer(action, credential, _):
        if action == "DescribeSubnets" and credential[2] == "eu-west-1":
            return 500, "text/html", page
        return None

    home.write_config(seeds.config(relays(moto.url, answer=answer).url))
    result = home.run(
        "scan", "subnets", "--aws-profile", "team-1", *ALL_REGIONS, "-o", "json", env={"AWS_MAX_ATTEMPTS": "2"}
    ).expect(3)
    missing = incomplete(result.doc)
    assert [(row["region"], row["kind"], row["outcome"]) for row in missing] == [
        ("eu-west-1", "subnets", "failed")
    ]
    assert "HTTP 500" in missing[0]["detail"] and "Internal Server Error" in missing[0]["detail"]
    assert missing[0]["requests"] == 2
    assert "\n" not in missing[0]["detail"]
    assert {row["region"] for row in result.doc["subnets"]} == set(REGIONS) - {"eu-west-1"}


def test_motos_own_server_error_is_told_readably(moto, home, relays):
    """A real one: moto answers 500 with a page of HTML to a filter it does not know."""

    def change(action, form):
        if action == "DescribeVpcs":
            form.update({"Filter.1.Name": "no-such-filter", "Filter.1.Value.1": "x"})

    home.write_config(seeds.config(relays(moto.url, change=change).url))
    result = home.run(
        "scan", "--aws-profile", "team-1", "--region", "eu-west-1", env={"AWS_MAX_ATTEMPTS": "1"}
    ).expect(3)
    assert "ec2:DescribeVpcs" in result.err and "500" in result.err


def test_a_throttled_call_is_tried_again(moto, home, relays):
    body = (
        "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message>"
        "</Error></Errors><RequestID>0</RequestID></Response>"
    )
    left = {"DescribeVpcs": 3}
    lock = threading.Lock()

    def answer(action, *_):
        with lock:
            if left.get(action, 0) > 0:
                left[action] -= 1
                return 503, "text/xml", body.encode()
        return None

    home.write_config(seeds.config(relays(moto.url, answer=answer).url))
    doc = home.scan("networks", "--aws-profile", "team-1", "--region", "eu-west-1")
    assert len(doc["networks"]) == 2
    asked = [row["requests"] for row in doc["coverage"] if row["kind"] == "networks"]
    assert asked == [4]


def test_the_document_keeps_to_its_schema(home):
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    doc = home.scan("all", "--aws-profile", "team-*", *ALL_REGIONS)
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(doc)


@pytest.mark.parametrize("kind", ["networks", "subnets", "instances", "interfaces", "links"])
def test_formats_agree(home, kind):
    scope = ("scan", kind, "--aws-profile", "team-*", *ALL_REGIONS)
    doc = home.run(*scope, "-o", "json").expect().doc
    lines = home.run(*scope, "-o", "ndjson").expect().ndjson
    assert [{**row, "record": kind[:-1]} for row in doc[kind]] == [r for r in lines if r["record"] == kind[:-1]]
    table = home.run(*scope, "-o", "csv", "--columns", "id,state").expect().out
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["id"], row["state"]) for row in rows] == [(row["id"], row["state"] or "") for row in doc[kind]]


def test_a_saved_inventory_gives_the_same_as_a_live_scan(home):
    scope = ("--aws-profile", "team-*", *ALL_REGIONS)
    saved = home.run("scan", "all", *scope, "-o", "json").expect()
    for kind in ("networks", "subnets", "instances", "interfaces", "links"):
        source = saved
        if kind in ("instances", "interfaces", "links"):
            # What comes from other kinds is not read by a scan of one kind: moto names no zone ids for the first two, which
            # come from the subnets, and the ends of links have the names of networks.
            source = home.run("scan", kind, *scope, "-o", "json").expect()
        for output in ("csv", "markdown", "ndjson"):
            live = home.run("scan", kind, *scope, "-o", output).expect()
            again = home.run("scan", kind, "--from", "-", "-o", output, stdin=source.out).expect()
            assert again.out == live.out
        live = home.scan(kind, *scope)
        again = home.run("scan", kind, "--from", "-", "-o", "json", stdin=source.out).expect().doc
        assert again[kind] == live[kind]


def test_two_scans_give_the_same_bytes(home):
    def stable():
        doc = home.scan("all", "--aws-profile", "team-*", *ALL_REGIONS)
        del doc["taken_at"]
        for row in doc["coverage"]:
            del row["duration_ms"]
        return json.dumps(doc)

    assert stable() == stable()


def test_filters_on_real_rows(estate, home):
    scope = ("--aws-profile", "team-*", *ALL_REGIONS)
    doc = home.scan("instances", *scope, "--filter", "state=running", "--filter", "tag:env=prod")
    assert ids(doc["instances"]) == [estate.ids["web"]]
    doc = home.scan("subnets", *scope, "--filter", "contains-ip=10.0.1.9", "--filter", f"account={FAR[0]}")
    assert sorted(ids(doc["subnets"])) == sorted(estate.subnets[FAR[0], region][1] for region in REGIONS)
    doc = home.scan("networks", *scope, "--filter", "cidr-within=100.64.0.0/10")
    assert ids(doc["networks"]) == [estate.vpcs[RICH]]
