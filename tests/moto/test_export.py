"""What `netcensus export` writes, opened by what did not write it: openpyxl, LibreOffice and DuckDB."""

import csv
import datetime
import json
import shutil
import subprocess

import duckdb
import openpyxl
import pytest

KINDS = ("networks", "subnets", "instances", "interfaces", "links")


@pytest.fixture
def exported(home):
    """The sandbox as a document, and all that is made of it."""
    home.run("scan", "all", "--sandbox", "--save", "a.json").expect(0)
    document = json.loads((home.path / "a.json").read_text())
    # Hostile names, and a number that begins with zeros.
    document["networks"][0]["name"] = '=HYPERLINK("http://evil","x")'
    document["networks"][1]["name"] = 'Zürich, "Küche"; \t日本'
    document["accounts"][0]["name"] = "@SUM(A1)"
    document["instances"][0]["tags"] = {"+cmd": "-1+1", "note": "two\nlines"}
    for kind in KINDS:
        for row in document[kind]:
            if row.get("account") == "222222222222":
                row["account"] = "002222222222"
    for row in document["accounts"] + document["coverage"]:
        for key in ("id", "account"):
            if row.get(key) == "222222222222":
                row[key] = "002222222222"
    (home.path / "a.json").write_text(json.dumps(document))
    home.run("export", "--from", "a.json", "--to", "out/", "--format", "csv,xlsx,json", "--quiet").expect(0)
    return document, home.path / "out"


def test_a_workbook_opens_with_every_row_and_real_numbers_and_dates(exported):
    document, folder = exported
    book = openpyxl.load_workbook(folder / "inventory.xlsx")
    assert book.sheetnames == ["summary", *KINDS, "collisions", "coverage"]
    for kind in KINDS:
        sheet = book[kind]
        assert sheet.max_row == len(document[kind]) + 1, kind
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
    instances = book["instances"]
    names = [cell.value for cell in instances[1]]
    by_id = {row["id"]: row for row in document["instances"]}
    for row in instances.iter_rows(min_row=2, values_only=True):
        row = dict(zip(names, row))
        expected = by_id[row["id"]]
        assert row["vcpus"] == expected["vcpus"]
        assert row["account"] == expected["account"] and isinstance(row["account"], str)
        if expected["launched_at"]:
            launched = datetime.datetime.fromisoformat(expected["launched_at"]).replace(tzinfo=None)
            assert row["launched_at"] == launched.replace(microsecond=0)


def test_nothing_in_a_workbook_is_a_formula(exported):
    _, folder = exported
    book = openpyxl.load_workbook(folder / "inventory.xlsx")
    texts = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "'=HYPERLINK(\"http://evil\",\"x\")" in texts
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert not [text for text in texts if text[:1] in "=+@\t\r" and text]


def test_collisions_stand_in_a_sheet_and_are_highlighted(exported, home):
    _, folder = exported
    book = openpyxl.load_workbook(folder / "inventory.xlsx")
    report = home.run("overlap", "--from", "a.json", "-o", "json").expect(1).doc
    rows = list(book["collisions"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == sum(len(finding["members"]) for finding in report["findings"])
    failing = {member["id"] for finding in report["findings"] if finding["fails"] for member in finding["members"]}
    reported = {
        member["id"]
        for finding in report["findings"]
        if finding["status"] == "open" and not finding["fails"]
        for member in finding["members"]
    }
    sheet = book["networks"]
    column = [cell.value for cell in sheet[1]].index("id")
    ids = {row[column].value for row in sheet.iter_rows(min_row=2)}

    def marked(color):
        return {row[column].value for row in sheet.iter_rows(min_row=2) if row[column].fill.fgColor.rgb == color}

    assert marked("FFFFC7CE") == failing & ids
    assert marked("FFFFC7CE")
    # Nothing else has a colour, what is reported only neither.
    assert (reported - failing) & ids
    fills = {cell.fill.fgColor.rgb for sheet in book for row in sheet.iter_rows() for cell in row if cell.fill.fill_type}
    assert fills == {"FFFFC7CE"}


def test_the_summary_says_when_it_was_and_whether_it_is_whole(exported):
    document, folder = exported
    sheet = openpyxl.load_workbook(folder / "inventory.xlsx")["summary"]
    summary = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    taken = datetime.datetime.fromisoformat(document["taken_at"]).replace(tzinfo=None)
    assert summary["taken at (UTC)"] == taken
    assert summary["complete"] == "yes"
    assert summary["networks"] == len(document["networks"])


def test_the_summary_says_of_collisions_what_overlap_says(exported, home):
    _, folder = exported
    sheet = openpyxl.load_workbook(folder / "inventory.xlsx")["summary"]
    summary = {row[0]: row[1:3] for row in sheet.iter_rows(values_only=True)}
    report = home.run("overlap", "--from", "a.json", "-o", "json").expect(1).doc
    open_ones = [finding for finding in report["findings"] if finding["status"] == "open"]
    failing, failing_words = summary["collisions that fail"]
    reported, reported_words = summary["collisions reported only"]
    assert (failing, reported) == (report["gate"]["failing"], len(open_ones) - report["gate"]["failing"])
    line = home.run("overlap", "--from", "a.json").expect(1).out
    words = " ".join(line.split())
    assert failing and f"{failing} findings fail ({failing_words}); {reported_words}" in words


def test_the_summary_leads_to_every_sheet(exported):
    _, folder = exported
    book = openpyxl.load_workbook(folder / "inventory.xlsx")
    links = {cell.value: cell.hyperlink.location for row in book["summary"].iter_rows() for cell in row if cell.hyperlink}
    assert links == {name: f"'{name}'!A1" for name in [*KINDS, "collisions", "coverage"]}


def test_sheets_begin_with_the_owner_and_repeat_nothing(exported):
    _, folder = exported
    book = openpyxl.load_workbook(folder / "inventory.xlsx")
    for kind in KINDS:
        names = [cell.value for cell in book[kind][1]]
        assert kind == "links" or names[:3] == ["provider", "owner", "region"], kind
        assert "account_name" not in names and "ipv4_cidrs" not in names
        if "region" in names:
            assert names.index("region") < names.index("id"), kind
        setup = book[kind].page_setup
        assert setup.orientation == "landscape" and book[kind].print_title_rows == "$1:$1"
        # So few columns on a page that they can be read, each page with those that tell rows apart.
        # Neighbours of one width share an entry, and each has 0.7 for its margins.
        widths = book[kind].column_dimensions.values()
        width = sum(each.width * (each.max - each.min + 1) for each in widths)
        assert setup.fitToWidth - 1 <= width / 220 <= setup.fitToWidth + 0.1, (kind, width)
        assert setup.fitToWidth == 1 or kind == "links" or book[kind].print_title_cols.startswith("$A:"), kind
    names = [cell.value for cell in book["collisions"][1]]
    assert names.index("owner") < names.index("region") < names.index("id")


def test_the_sheet_of_usage_has_days_and_a_chart(home):
    home.run("export", "--sandbox", "--forecast", "--to", "a.xlsx", "--quiet").expect(0)
    book = openpyxl.load_workbook(home.path / "a.xlsx")
    sheet = book["usage"]
    names = [cell.value for cell in sheet[1]]
    days = [name for name in names if isinstance(name, datetime.datetime)]
    assert days == sorted(days) and len(days) == 8 + 30, "today and a week before, and what will be"
    burst = next(dict(zip(names, row)) for row in sheet.iter_rows(min_row=2, values_only=True) if row[3] == "burst")
    assert [burst[day] for day in days[:8]] == [204, 209, 214, 220, 225, 231, 235, 240]
    assert burst[days[-1]] == burst["total"] and burst["forecast"] == "filling"
    report = home.run("usage", "--sandbox", "--forecast", "--fail-on", "none", "-o", "json").expect(0).doc
    assert sheet.max_row >= len(report["rows"]) + 1
    assert len(book["summary"]._charts) == 1
    home.run("export", "--sandbox", "--forecast", "--to", "a.csv", "--kind", "subnets").expect(2)


def test_tables_are_read_whole_by_a_database(exported):
    document, folder = exported
    for kind in KINDS:
        path = folder / f"{kind}.csv"
        rows = duckdb.sql(f"select * from read_csv('{path}', all_varchar = true, header = true, strict_mode = true)")
        assert rows.shape[0] == len(document[kind]), kind
        names = rows.columns
        found = {row[names.index("id")] for row in rows.fetchall()}
        assert found == {row["id"] for row in document[kind]}
    path = folder / "networks.csv"
    accounts = duckdb.sql(f"select distinct account from read_csv('{path}', all_varchar = true)").fetchall()
    assert ("002222222222",) in accounts
    names = duckdb.sql(f"select name from read_csv('{path}', all_varchar = true)").fetchall()
    assert ("'=HYPERLINK(\"http://evil\",\"x\")",) in names
    assert ('Zürich, "Küche"; \\u{9}日本',) in names


def test_a_workbook_of_something_incomplete_says_so(home):
    fault = ("--fault", "deny@region=eu-west-1,action=DescribeVpcs")
    done = home.run("export", "--sandbox", *fault, "--to", "a.xlsx", "--allow-incomplete")
    assert done.code == 3
    book = openpyxl.load_workbook(home.path / "a.xlsx")
    summary = {row[0]: row[1] for row in book["summary"].iter_rows(values_only=True)}
    assert summary["complete"].startswith("no: ")
    outcomes = [row[6].value for row in book["coverage"].iter_rows(min_row=2)]
    header = [cell.value for cell in book["coverage"][1]]
    column = header.index("outcome")
    assert "denied" in {row[column].value for row in book["coverage"].iter_rows(min_row=2)}, outcomes


@pytest.mark.skipif(not shutil.which("soffice"), reason="there is no LibreOffice here")
def test_libreoffice_opens_the_workbook_and_keeps_every_digit(exported):
    document, folder = exported
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", every_sheet, "--outdir", folder / "office"]
    subprocess.run([*command, folder / "inventory.xlsx"], check=True, capture_output=True, timeout=120)
    accounts = set()
    for kind in KINDS:
        with open(folder / "office" / f"inventory-{kind}.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["id"] for row in rows] == [row["id"] for row in document[kind]], kind
        assert not [cell for row in rows for cell in row.values() if cell.startswith("#")], "an error of a formula"
        accounts |= {row.get("account") for row in rows}
    assert "002222222222" in accounts
