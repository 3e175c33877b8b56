"""What `netcensus export --format parquet` writes, queried by DuckDB as it would be over years of inventories."""

import datetime
import json
from pathlib import Path

import duckdb
import pytest

KINDS = ("networks", "subnets", "instances", "interfaces", "links")
PROVIDERS = ("aws", "azure")


@pytest.fixture
def exported(home):
    """The sandbox as a document, exported on two days: on the second nothing of Azure is left."""
    home.run("scan", "all", "--sandbox", "--save", "a.json").expect(0)
    document = json.loads((home.path / "a.json").read_text())
    document["taken_at"] = "2026-11-20T23:30:00Z"
    # Hostile text stays as it is, and a number that begins with zeros stays text.
    document["networks"][0]["name"] = '=HYPERLINK("http://evil","x")'
    document["networks"][1]["name"] = 'Zürich, "Küche"; \t日本'
    document["networks"][2]["name"] = ""
    document["networks"][3]["name"] = None
    document["instances"][0]["tags"] = {"+cmd": "-1+1", "note": "two\nlines", "": ""}
    document["instances"][1].update(tags={}, private_ips=[], vcpus=None, launched_at=None)
    export(home, document)
    later = {**document, "taken_at": "2026-11-21T00:10:00Z"}
    for kind in (*KINDS, "accounts", "coverage"):
        later[kind] = [row for row in document[kind] if row["provider"] != "azure"]
    export(home, later)
    return {"2026-11-20": document, "2026-11-21": later}, home.path / "out"


def export(home, document):
    (home.path / "a.json").write_text(json.dumps(document))
    home.run("export", "--from", "a.json", "--to", "out/", "--format", "parquet", "--quiet").expect(0)


def table(folder, kind):
    return f"read_parquet('{folder}/{kind}/**/*.parquet', hive_partitioning = true)"


def query(sql):
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    return connection.execute(sql).fetchall()


def types(folder, kind):
    return {row[0]: row[1] for row in query(f"describe select * from {table(folder, kind)}")}


def test_days_and_providers_are_columns_of_one_table(exported):
    documents, folder = exported
    for kind in (*KINDS, "coverage"):
        found = query(f"select date, provider, count(*) from {table(folder, kind)} group by all")
        expected = {
            (datetime.date.fromisoformat(day), provider, len(rows))
            for day, document in documents.items()
            for provider in PROVIDERS
            if (rows := [row for row in document[kind] if row["provider"] == provider])
        }
        assert set(found) == expected and len(found) == len(expected), kind


def test_columns_have_types(exported):
    _, folder = exported
    instances = types(folder, "instances")
    assert instances["date"] == "DATE"
    assert instances["provider"] == "VARCHAR"
    assert instances["account"] == "VARCHAR"
    assert instances["vcpus"] == "BIGINT"
    assert instances["launched_at"] == "TIMESTAMP WITH TIME ZONE"
    assert instances["private_ips"] == "VARCHAR[]"
    assert instances["tags"] == "MAP(VARCHAR, VARCHAR)"
    networks = types(folder, "networks")
    assert networks["cidrs"] == "VARCHAR[]"
    assert networks["is_default"] == "BOOLEAN"
    assert networks["instances"] == "BIGINT"


def test_rows_are_those_of_the_document(exported):
    documents, folder = exported
    same = {
        "networks": ("account", "region", "name", "kind", "is_default", "state", "visible_from", "tags"),
        "subnets": ("account", "zone", "network", "prefixes", "addresses_total", "addresses_available", "tags"),
        "instances": ("account", "network", "state", "vcpus", "private_ips", "public_ips", "tags"),
        "interfaces": ("account", "region", "network"),
        "links": ("kind", "state"),
    }
    for kind, names in same.items():
        for day, document in documents.items():
            columns = ", ".join(names)
            rows = query(f"select provider, id, {columns} from {table(folder, kind)} where date = '{day}'")
            found = {row[:2]: dict(zip(names, row[2:])) for row in rows}
            expected = {(row["provider"], row["id"]): {name: row[name] for name in names} for row in document[kind]}
            assert len(rows) == len(document[kind])
            assert found == expected, (kind, day)


def test_moments_are_moments(exported):
    documents, folder = exported
    rows = query(f"select id, epoch_us(launched_at) from {table(folder, 'instances')} where date = '2026-11-20'")

    def micros(text):
        return text and round(datetime.datetime.fromisoformat(text).timestamp() * 1_000_000)

    assert dict(rows) == {row["id"]: micros(row["launched_at"]) for row in documents["2026-11-20"]["instances"]}


def test_unknown_is_null_and_empty_is_empty(exported):
    documents, folder = exported
    document = documents["2026-11-20"]

    def one(kind, row, columns):
        where = f"date = '2026-11-20' and id = '{document[kind][row]['id']}'"
        return query(f"select {columns} from {table(folder, kind)} where {where}")[0]

    bare = one("instances", 1, "tags is null, cardinality(tags), private_ips is null, len(private_ips), vcpus")
    assert bare == (False, 0, False, 0, None)
    assert one("networks", 2, "name") == ("",)
    assert one("networks", 3, "name") == (None,)
    assert one("instances", 0, "tags['+cmd'], tags['note']") == ("-1+1", "two\nlines")


def test_notes_say_of_when_it_is_and_whether_it_is_whole(exported):
    _, folder = exported
    path = folder / "networks" / "date=2026-11-20" / "provider=aws" / "networks.parquet"
    notes = {bytes(key): bytes(value) for _, key, value in query(f"from parquet_kv_metadata('{path}')")}
    assert notes[b"netcensus.taken_at"] == b"2026-11-20T23:30:00Z"
    assert notes[b"netcensus.complete"] == b"true"
    chunks = query(f"select compression, stats_null_count from parquet_metadata('{path}')")
    assert {chunk[0] for chunk in chunks} == {"ZSTD"}
    assert all(chunk[1] is not None for chunk in chunks)


def test_a_provider_without_rows_still_has_columns(exported):
    _, folder = exported
    for kind in (*KINDS, "coverage"):
        files = sorted((folder / kind).rglob("*.parquet"))
        aws, azure, later = [
            [row[:2] for row in query(f"describe select * from read_parquet('{path}', hive_partitioning = false)")]
            for path in files
        ]
        assert aws == azure == later, kind
        assert "provider" not in dict(aws), kind


def test_a_second_run_of_a_day_replaces_what_it_read(exported, home):
    documents, folder = exported
    of_day = f"select * from {table(folder, 'networks')} where date = '2026-11-21'"
    before = query(of_day)
    aws = documents["2026-11-21"]
    azure = [row for row in documents["2026-11-20"]["networks"] if row["provider"] == "azure"]
    count = f"select provider, count(*) from {table(folder, 'networks')} where date = '2026-11-20' group by all"
    export(home, {**aws, "networks": aws["networks"][1:], "taken_at": "2026-11-20T23:50:00Z"})
    assert set(query(count)) == {("aws", len(aws["networks"]) - 1), ("azure", len(azure))}
    # Azure was read, and has nothing any more.
    coverage = documents["2026-11-20"]["coverage"]
    export(home, {**aws, "coverage": coverage, "taken_at": "2026-11-20T23:59:00Z"})
    assert query(count) == [("aws", len(aws["networks"]))]
    assert query(of_day) == before


def test_the_queries_of_the_documentation_run(exported):
    _, folder = exported
    document = (Path(__file__).parents[2] / "docs" / "export.md").read_text()
    section = document.split("## Parquet", 1)[1].split("\n## ", 1)[0]
    blocks = [block.split("```", 1)[0] for block in section.split("```sql\n")[1:]]
    ours = [block.replace("/srv/netcensus/", f"{folder}/") for block in blocks if "read_parquet" in block]
    assert ours
    for block in ours:
        for sql in filter(str.strip, block.split(";")):
            assert query(sql), sql
