"""The page that `netcensus export` writes, in a browser."""

import ipaddress
import json
import re
import struct
import zlib

import pytest

import browser as browsers

pytestmark = pytest.mark.skipif(browsers.program() is None, reason="there is no Chromium here")

HOSTILE = "</script></title></svg>\"'><img src=x onerror=alert(1)><!--\u202e"
SHOWN = HOSTILE.replace("\u202e", "\\u{202e}")


@pytest.fixture(scope="module")
def browser():
    browser = browsers.Browser()
    yield browser
    browser.close()


@pytest.fixture
def page(home, browser):
    """The page of the sandbox, with a hostile name or two; the document that it was made from."""
    home.run("scan", "all", "--sandbox", "--save", "a.json").expect(0)
    document = json.loads((home.path / "a.json").read_text())
    document["networks"][0]["name"] = HOSTILE
    document["instances"][0]["name"] = HOSTILE
    document["instances"][0]["tags"] = {HOSTILE: HOSTILE}
    document["accounts"][0]["name"] = HOSTILE
    (home.path / "a.json").write_text(json.dumps(document))
    home.run("export", "--from", "a.json", "--to", "page.html", "--quiet").expect(0)
    del browser.errors[:], browser.requests[:]
    yield f"file://{home.path}/page.html", document
    assert browser.value("document.documentElement.dataset.ready") == "yes"
    assert browser.value("document.documentElement.dataset.error") is None
    assert browser.errors == []
    assert [url for url in browser.requests if not url.startswith((f"file://{home.path}/", "about:"))] == []


def drawn(browser, kind):
    """The rows of a table that are drawn, by column."""
    script = """(id => {
        const section = document.getElementById(id);
        const heads = [...section.querySelectorAll("th")].map(head => head.textContent);
        return [...section.querySelectorAll("tbody tr[data-row]")].map(row =>
            Object.fromEntries([...row.cells].map((cell, at) => [heads[at], cell.textContent])));
    })"""
    return browser.value(f"{script}({kind!r})")


def said(browser, kind):
    return browser.value(f"document.querySelector('#{kind} output').textContent")


def colours(png):
    """The pixels of a picture of 8 bits a channel, each once."""
    assert png.startswith(b"\x89PNG")
    at, data = 8, b""
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8
            samples = {2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            data += body
        at += size + 12
    data = zlib.decompress(data)
    # Filtered lines are enough: a blank picture has one value in all of them, a page many.
    line = width * samples + 1
    return {data[row * line + 1 : (row + 1) * line] for row in range(height)}


def test_tables_are_drawn_as_far_as_they_are_in_sight(page, browser):
    url, document = page
    browser.open(url)
    instances = drawn(browser, "instances")
    assert 20 < len(instances) < len(document["instances"])
    assert [row["id"] for row in instances] == [row["id"] for row in document["instances"]][: len(instances)]
    browser.value("document.querySelector('#instances .scroll').scrollTop = 1e9")
    browser.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
    assert drawn(browser, "instances")[-1]["id"] == document["instances"][-1]["id"]
    assert len(drawn(browser, "coverage")) > 0


def test_an_address_leads_to_a_search(page, browser):
    url, document = page
    browser.open(url + "#instances?q=shop%20EU-WEST-1&sort=name&desc=1")
    text = lambda row: " ".join(map(str, row.values())).lower()
    rows = drawn(browser, "instances")
    assert rows and all("shop" in text(row) and "eu-west-1" in text(row) for row in rows)
    names = [row["name"] for row in rows if row["name"]]
    assert names == sorted(names, reverse=True)
    assert said(browser, "instances") == f"{len(rows)} of {len(document['instances'])} rows"
    assert browser.value("document.querySelector('#instances input').value") == "shop EU-WEST-1"
    # And what somebody types gets into the address.
    browser.value("""(() => {
        const input = document.querySelector("#subnets input");
        input.value = "10.1.";
        input.dispatchEvent(new Event("input"));
        return new Promise(done => setTimeout(done, 300));
    })()""")
    assert browser.value("location.hash") == "#subnets?q=10.1."
    assert all("10.1." in text(row) for row in drawn(browser, "subnets"))


def found(browser, text):
    """What a search over all tables finds: the rows that are named, by table, and how many there are."""
    return browser.value("""(text => {
        const input = document.querySelector("#find input");
        input.value = text;
        input.dispatchEvent(new Event("input"));
        return new Promise(done => setTimeout(() => done(Object.fromEntries(
            [...document.querySelectorAll("#find dt")].map(head => [head.textContent, [...head.nextSibling.querySelectorAll("a")].map(one => one.textContent)])
        )), 400));
    })""" + f"({json.dumps(text)})")


def short(native):
    """An id as people read it: of Azure, the resource group and the names."""
    parts = native.split("/")
    return "/".join([parts[4], *parts[8::2]]) if native.startswith("/subscriptions/") else native


def test_a_label_in_the_picture_is_whole_or_ends_in_an_ellipsis(page, browser):
    """Half a prefix reads as another prefix."""
    url, _ = page
    browser.open(url)
    labels = browser.value("""[...document.querySelectorAll("#picture .lines svg svg > text")].map(text => [
        text.textContent, text.dataset.whole, text.getComputedTextLength(), text.parentNode.width.baseVal.value])""")
    assert any(shown != whole for shown, whole, *_ in labels), "some boxes are narrow"
    for shown, whole, length, width in labels:
        assert shown in (whole, "") or (shown.endswith("…") and whole.startswith(shown[:-1].rstrip())), (shown, whole)
        assert not shown or length <= width, (shown, length, width)


def test_a_search_over_all_tables_understands_addresses(page, browser):
    url, document = page
    browser.open(url)
    address, rows = ipaddress.ip_address("10.10.16.7"), found(browser, "10.10.16.7")
    around = {
        kind: [
            row["id"]
            for row in document[kind]
            if any(address in ipaddress.ip_network(prefix) for prefix in prefixes(row))
        ]
        for kind, prefixes in (
            ("networks", lambda row: [one["cidr"] for one in row["blocks"] if one["state"] in (None, "associated")]),
            ("subnets", lambda row: row["prefixes"]),
        )
    }
    assert len(around["networks"]) >= 3 and around["subnets"]
    for kind, ids in around.items():
        named = next(named for head, named in rows.items() if head.startswith(kind))
        assert f"{kind} {len(ids)}" in rows
        assert all(any(short(one) in text for text in named) for one in ids[:5]), (kind, named)
        assert not any("/subscriptions/" in text for text in named), named
    # The narrowest come first, and a link leads to the row.
    lengths = [int(re.match(r"[\d.]+/(\d+)", text)[1]) for text in rows[f"networks {len(around['networks'])}"][:3]]
    assert lengths == sorted(lengths, reverse=True)
    browser.value("document.querySelector('#find a').click()")
    browser.value("new Promise(done => setTimeout(done, 100))")
    assert browser.value("document.querySelector('tr.chosen') !== null")
    # A part of an address is a text, and 10.10.1.7 is not in 10.10.16.0/22.
    assert found(browser, "10.10.16.")
    narrow = found(browser, "10.255.255.7")
    assert not any(head.startswith("subnets") for head in narrow), narrow
    assert any(head.startswith("networks") for head in found(browser, "fd00:db8:10::1"))
    assert found(browser, "") == {}


def test_a_prefix_finds_what_overlaps_it_in_a_table(page, browser):
    url, document = page
    browser.open(url + "#subnets?q=10.10.16.0/23")
    wanted = ipaddress.ip_network("10.10.16.0/23")
    overlapping = {
        row["id"]
        for row in document["subnets"]
        if any(":" not in one and ipaddress.ip_network(one).overlaps(wanted) for one in row["prefixes"])
    }
    assert overlapping and {row["id"] for row in drawn(browser, "subnets")} == overlapping


def test_the_region_is_seen_on_a_desk(page, browser):
    url, _ = page
    browser.open(url, width=1280, height=900)
    for kind in ("networks", "subnets", "instances", "interfaces"):
        right = f"[...document.querySelectorAll('#{kind} th')].find(one => one.textContent === 'region').getBoundingClientRect().right"
        assert browser.value(right) <= 1280, kind


def test_all_free_prefixes_can_be_opened(page, browser):
    url, _ = page
    browser.open(url)
    closed = "document.querySelector('#free .rest')"
    assert browser.value(f"{closed}.open") is False
    more = int(re.search(r"and ([\d,]+) more", browser.value(f"{closed}.textContent"))[1].replace(",", ""))
    browser.value(f"{closed}.querySelector('summary').click()")
    listed = browser.value(f"{closed}.lastChild.textContent").split(", ")
    assert len(listed) == more and all(ipaddress.ip_network(prefix.strip()) for prefix in listed)


def test_usage_has_a_chart_of_what_fills(home, browser):
    home.run("export", "--sandbox", "--forecast", "--to", "page.html", "--quiet").expect(0)
    browser.open(f"file://{home.path}/page.html")
    rows = browser.value("[...document.querySelectorAll('#usage tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))")
    statuses = [row[4] for row in rows]
    assert "critical" in statuses and "warning" in statuses
    charts = browser.value("[...document.querySelectorAll('#usage .ahead')].map(one => one.getAttribute('d').split('L').length)")
    assert len(charts) >= 3 and max(charts) > 20
    assert browser.value("document.querySelector('nav a[href=\"#usage\"]') !== null")
    assert browser.errors == []


def test_columns_are_sorted_by_what_is_in_them(page, browser):
    url, document = page
    browser.open(url + "#subnets?sort=prefixes")
    script = "[...document.querySelectorAll('#subnets th')].map(head => head.textContent)"
    column = next(name for name in browser.value(script) if "cidr" in name or "prefix" in name)
    browser.open(f"{url}#subnets?sort={column}")
    firsts = [row[column].split(" ")[0] for row in drawn(browser, "subnets")]
    key = lambda cidr: [int(part) for part in re.split(r"[./]", cidr)]
    assert firsts == sorted(firsts, key=key)
    # A click on the heading turns it round.
    browser.value("[...document.querySelectorAll('#subnets th button')].find(one => one.textContent === '%s').click()" % column)
    assert browser.value("location.hash") == f"#subnets?sort={column}&desc=1"
    assert browser.value("document.querySelector('#subnets th[aria-sort=descending]').textContent") == column


def test_a_network_in_the_picture_leads_to_its_row(page, browser):
    url, document = page
    browser.open(url)
    link = browser.value("document.querySelector('#picture .lines a:has(.hit)').href.baseVal")
    row = int(link.removeprefix("#networks?row="))
    browser.value(f"document.querySelector('#picture a[href=\"{link}\"]').dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")
    browser.value("new Promise(done => setTimeout(done, 100))")
    assert browser.value("location.hash") == link
    expected = document["networks"][row - 1]["id"]
    assert expected in browser.value("document.querySelector('#networks tr.chosen').textContent")
    assert expected in browser.value("document.querySelector('#networks .one').textContent")
    assert expected in browser.value(f"document.querySelector('#picture a[href=\"{link}\"] title').textContent")


def headings(browser, kind):
    return browser.value(f"[...document.querySelectorAll('#{kind} th')].map(head => head.textContent)")


def test_tables_begin_with_what_tells_rows_apart(page, browser):
    url, document = page
    browser.open(url)
    assert headings(browser, "networks")[:3] == ["name", "id", "cidrs"]
    assert headings(browser, "instances")[:5] == ["name", "id", "private_ips", "region", "private_prefixes"]
    assert "state" in headings(browser, "instances")[:8]
    # On a phone both fit in.
    browser.resize(390, 844)
    browser.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
    for kind, addresses in (("networks", "cidrs"), ("subnets", "prefixes"), ("instances", "private_ips")):
        assert headings(browser, kind)[:2] == ["name", addresses]
        right = f"document.querySelectorAll('#{kind} th')[1].getBoundingClientRect().right"
        assert browser.value(right) <= 390 - 12


def test_columns_that_tell_nothing_are_hidden_until_they_are_asked_for(home, browser):
    home.run("scan", "all", "--sandbox", "--save", "a.json").expect(0)
    document = json.loads((home.path / "a.json").read_text())
    for account in document["accounts"]:
        account["name"] = None
        # The name of the profile stands in.
        account["reached_by"] = []
    for network in document["networks"]:
        network["account_name"] = None
    (home.path / "a.json").write_text(json.dumps(document))
    home.run("export", "--from", "a.json", "--to", "page.html", "--quiet").expect(0)
    browser.open(f"file://{home.path}/page.html")
    for kind in ("networks", "subnets", "instances"):
        shown = headings(browser, kind)
        assert "account" in shown and "owner" not in shown and "account_name" not in shown
        browser.value(f"document.querySelector('#{kind} .more').click()")
        every = headings(browser, kind)
        assert set(every) - set(shown) >= {"owner", "account_name"}
        rows = drawn(browser, kind)
        spare = set(every) - set(shown) - {"owner", "ipv4_cidrs"}
        assert rows and all(row[name] == "" for row in rows for name in spare)
        assert all(row["owner"] == row["account"] for row in rows)
        browser.value(f"document.querySelector('#{kind} .more').click()")
        assert headings(browser, kind) == shown


def test_all_of_a_row_is_below_it_and_in_sight(page, browser):
    url, document = page
    browser.open(url + "#instances?row=40")
    script = """(() => {
        const scroll = document.querySelector("#instances .scroll").getBoundingClientRect();
        const row = document.querySelector("#instances tr.chosen");
        const one = row.nextSibling.querySelector(".one");
        const [above, below] = [row.getBoundingClientRect(), one.getBoundingClientRect()];
        return {
            text: one.textContent,
            inside: above.top >= scroll.top && below.bottom <= scroll.bottom + 1 && below.bottom <= innerHeight,
            adjacent: Math.abs(above.bottom - below.top) < 4,
            wide: below.width <= scroll.width,
        };
    })()"""
    seen = browser.value(script)
    assert document["instances"][39]["id"] in seen["text"]
    assert seen["inside"] and seen["adjacent"] and seen["wide"], seen
    # Far below it rows are where they would be, and every one of them is there.
    browser.value("document.querySelector('#instances .scroll').scrollTop = 1e9")
    browser.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
    assert drawn(browser, "instances")[-1]["id"] == document["instances"][-1]["id"]
    script = """(() => {
        const scroll = document.querySelector("#instances .scroll").getBoundingClientRect();
        const hit = y => document.elementFromPoint(scroll.left + 40, y)?.closest("tr[data-row]");
        return [scroll.top + 60, (scroll.top + scroll.bottom) / 2, scroll.bottom - 12].every(hit);
    })()"""
    assert browser.value(script), "no row is missing in sight"
    # A second click closes it.
    browser.open(url + "#instances?row=2")
    browser.value("document.querySelector('#instances tr.chosen').click()")
    assert browser.value("document.querySelector('#instances .one')") is None
    assert browser.value("location.hash") == "#instances"


def test_search_and_sort_work_in_the_frame_of_a_mail(page, browser, home):
    url, document = page
    (home.path / "mail.html").write_text(
        "<!DOCTYPE html><iframe width=1200 height=800></iframe><script>const page = "
        + json.dumps((home.path / "page.html").read_text()).replace("<", "\\u003c")
        + "; document.querySelector('iframe').srcdoc = page;</script>"
    )
    browser.open(f"file://{home.path}/mail.html")
    browser.value("new Promise(done => setTimeout(done, 500))")
    table = "document.querySelector('iframe').contentDocument.querySelector('#instances')"
    browser.value(f"""(() => {{
        const input = {table}.querySelector("input");
        input.value = "shop";
        input.dispatchEvent(new Event("input"));
        return new Promise(done => setTimeout(done, 300));
    }})()""")
    assert re.fullmatch(r"\d+ of 90 rows", browser.value(f"{table}.querySelector('output').textContent"))
    browser.value(f"{table}.querySelector('tbody tr[data-row]').click()")
    assert browser.value(f"{table}.querySelector('.one').textContent.includes('shop')")
    browser.open(url)


def test_every_network_is_in_the_picture(page, browser):
    url, document = page
    browser.open(url)
    titles = "\n".join(browser.value("[...document.querySelectorAll('#picture title')].map(one => one.textContent)"))
    listed = browser.value("document.querySelector('#picture').textContent")
    for network in document["networks"]:
        # One of many that hold the same prefix is named below its account.
        assert network["id"] in titles or network["id"] in listed or (network["name"] or "") in titles, network["id"]
    script = """Math.min(...[...document.querySelectorAll('#picture .lines a > svg > .box')].map(one =>
        one.getBoundingClientRect().width + parseFloat(getComputedStyle(one).strokeWidth)))"""
    for width in (360, 1280):
        browser.resize(width, 900)
        assert browser.value(script) >= 2.5, "however narrow, it is seen"


def test_hostile_names_are_texts(page, browser):
    url, document = page
    browser.open(url + "#instances?q=onerror")
    rows = drawn(browser, "instances")
    assert any(row["name"] == SHOWN and SHOWN in row["tags"] for row in rows)
    titles = browser.value("[...document.querySelectorAll('#picture title')].map(one => one.textContent)")
    assert any(SHOWN in title for title in titles)
    assert browser.value("document.images.length") == 0
    # What a name could run, nothing does: the policy has the hash of the one script.
    browser.value("document.body.insertAdjacentHTML('beforeend', '<b onclick=\"window.ran = 1\">x</b>')")
    browser.value("document.body.lastElementChild.click()")
    assert browser.value("window.ran") is None
    del browser.errors[:]


def test_without_scripts_all_but_the_tables_is_there(page, browser):
    url, _ = page
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(url)
        root = browser.call("DOM.getDocument", depth=-1)["root"]["nodeId"]
        html = browser.call("DOM.getOuterHTML", nodeId=root)["outerHTML"]
        assert "This table needs JavaScript" in html and "data-ready" not in html
        assert html.count('class="aws') > 10 and "NC101" in html and "10.128.0.0/" in html
        assert len(colours(browser.picture())) > 50
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    browser.open(url)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 390, 1280, 1600])
def test_it_is_seen_on_a_phone_and_on_a_desk(page, browser, width, scheme):
    url, _ = page
    browser.open(url, width=width, height=1400, scheme=scheme)
    assert browser.value("document.documentElement.scrollWidth") == width, "nothing sticks out"
    cut = """[...document.querySelectorAll(".wide")].filter(one =>
        one.clientWidth && one.scrollWidth > one.clientWidth).map(one => one.textContent.slice(0, 99))"""
    assert browser.value(cut) == [], "no cell is cut, nor beside the window"
    red, green, blue = browser.value("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (red + green + blue < 120) == (scheme == "dark")
    assert len(colours(browser.picture())) > 50, "it is not blank"


def test_what_is_missing_fits_in_a_phone(home, browser):
    home.run(
        *("export", "--sandbox", "--fault", "deny@region=eu-west-1", "--allow-incomplete"),
        *("--to", "page.html", "--quiet"),
    ).expect(3)
    browser.open(f"file://{home.path}/page.html", width=320)
    browser.value("document.querySelector('.alarm details').open = true")
    assert browser.value("document.documentElement.scrollWidth") == 320
