"""BIND judges `sync` with DNS: keys, clocks, refusals, what people write, and that a second run has nothing to do."""

import json
import re
import shutil
import socket
import subprocess
import time

import pytest

from netcensus import BINARY
from servers import PATIENCE

ZONE, REVERSE = "example.internal", "10.in-addr.arpa"
WEB = f"web.eu-west-1.{ZONE}"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
NAMED, KEYGEN = shutil.which("named", path=PATH), shutil.which("tsig-keygen", path=PATH)
pytestmark = pytest.mark.skipif(None in (NAMED, KEYGEN, shutil.which("nsupdate")), reason="BIND is not installed (Debian's packages bind9, bind9-dnsutils)")

CONFIG = """
options {{
    directory "{folder}"; pid-file "{folder}/named.pid"; session-keyfile none;
    listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
    recursion no; dnssec-validation no; notify no; allow-transfer {{ none; }};
}};
controls {{ }};
include "{folder}/netcensus.key";
include "{folder}/reader.key";
zone "{zone}" {{
    type primary; file "{zone}.zone"; allow-transfer {{ key netcensus; key reader; }};
    update-policy {{ grant netcensus zonesub A AAAA TXT; grant local-people zonesub ANY; }};
}};
zone "{reverse}" {{
    type primary; file "{reverse}.zone"; allow-transfer {{ key netcensus; key reader; }};
    update-policy {{ grant netcensus zonesub PTR TXT; grant local-people zonesub ANY; }};
}};
include "{folder}/people.key";
"""
EMPTY = "$TTL 300\n@ IN SOA ns.example.internal. root.example.internal. 1 3600 600 86400 300\n@ IN NS ns.example.internal.\n"


class Bind:
    """A BIND of its own, on a free port of loopback."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        for name, algorithm in (("netcensus", "hmac-sha256"), ("reader", "hmac-sha512"), ("local-people", "hmac-sha384")):
            key = subprocess.run([KEYGEN, "-a", algorithm, name], capture_output=True, check=True, text=True)
            (folder / f"{'people' if name == 'local-people' else name}.key").write_text(key.stdout)
        for zone in (ZONE, REVERSE):
            extra = "ns IN A 127.0.0.1\n" if zone == ZONE else ""
            (folder / f"{zone}.zone").write_text(EMPTY + extra)
        config = CONFIG.format(folder=folder, port=self.port, zone=ZONE, reverse=REVERSE)
        (folder / "named.conf").write_text(config)
        self.log = (folder / "log").open("wb")
        command = [NAMED, "-g", "-n", "1", "-c", str(folder / "named.conf")]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        self._wait()

    def _wait(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.dig(ZONE, "SOA"):
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"named did not start: {(self.folder / 'log').read_text()[-3000:]}")

    def stop(self):
        """Ends the server."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def dig(self, name, kind, *more):
        """Asks for records; returns the values."""
        command = ["dig", "@127.0.0.1", "-p", str(self.port), "+short", "+tries=1", "+time=2", name, kind, *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = [] if done.returncode else done.stdout.splitlines()
        return sorted(line for line in lines if not line.startswith(";"))

    def zone(self, name=ZONE):
        """Lists all records of a zone but the SOA, whose serial changes."""
        command = ["dig", "@127.0.0.1", "-p", str(self.port), "-k", str(self.folder / "reader.key")]
        command += [name, "AXFR", "+noall", "+answer", "+onesoa"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return sorted(re.sub(r"\s+", " ", line) for line in done.stdout.splitlines() if " SOA " not in line.replace("\t", " "))

    def by_hand(self, *lines, zone=ZONE):
        """Changes records as people do, by nsupdate."""
        text = "\n".join([f"server 127.0.0.1 {self.port}", f"zone {zone}", *lines, "send", ""])
        command = ["nsupdate", "-v", "-k", str(self.folder / "people.key")]
        subprocess.run(command, input=text, text=True, check=True, capture_output=True)


@pytest.fixture
def bind(tmp_path_factory):
    """A BIND with an empty forward and an empty reverse zone."""
    server = Bind(tmp_path_factory.mktemp("bind"))
    yield server
    server.stop()


def machine(number, name="web", *, ips=("10.0.0.4",), account="111111111111", **changes):
    """A machine of an inventory."""
    empty = dict.fromkeys(
        ("zone", "zone_id", "network", "subnet", "type", "architecture", "vcpus", "launched_at", "private_prefixes")
        + ("carrier_ips", "customer_owned_ips", "os", "scale_set", "operator")
    )
    return {
        **empty,
        "provider": "aws",
        "account": account,
        "region": "eu-west-1",
        "id": f"i-{number:04}",
        "name": name,
        "state": "running",
        "private_ips": list(ips),
        "public_ips": [],
        "tags": {},
        **changes,
    }


def inventory(machines, denied=()):
    """An inventory document of two accounts."""
    accounts = ("111111111111", "222222222222")
    coverage = [
        {
            "provider": "aws",
            "account": account,
            "region": "eu-west-1",
            "kind": "instances",
            "outcome": "denied" if account in denied else "complete",
            "detail": "no" if account in denied else None,
            "requests": 1,
            "duration_ms": 1,
        }
        for account in accounts
    ]
    return {
        "schema_version": 2,
        "generator": "netcensus 0.1.0",
        "taken_at": "2026-11-27T12:00:00Z",
        "filters": [],
        "accounts": [
            {"provider": "aws", "id": account, "name": "shop", "tenant": None, "reached_by": ["profile:p"]}
            for account in accounts
        ],
        "instances": machines,
        **{kind: [] for kind in ("networks", "subnets", "interfaces", "links")},
        "coverage": coverage,
    }


class Names:
    """Zones of BIND, and netcensus with them."""

    def __init__(self, home, bind):
        self.home, self.bind = home, bind
        self.configure()

    def configure(self, key="netcensus.key", **more):
        """Writes the configuration."""
        lines = "".join(f"{name.replace('_', '-')} = {json.dumps(value)}\n" for name, value in more.items())
        self.home.write(
            "netcensus.toml",
            f'[sync.names]\ntype = "dns"\nserver = "127.0.0.1:{self.bind.port}"\nzones = ["{ZONE}", "{REVERSE}"]\n'
            f'key-file = "{self.bind.folder / key}"\ntemplate = "{{name}}.{{region}}.{ZONE}"\n{lines}',
        )

    def sync(self, machines, *args, denied=(), expect=0, program=(BINARY,)):
        """Runs `sync names`; returns the registry's part of the report."""
        self.home.write("inventory.json", json.dumps(inventory(machines, denied)))
        command = [*program, "sync", "names", "--from", "inventory.json", "-o", "json", "--max-delete", "100%", *args]
        done = self.home.program(*command).expect(expect)
        secret = re.search(r'secret "(.*)"', (self.bind.folder / "netcensus.key").read_text()).group(1)
        assert secret not in done.out + done.err
        return done.doc["targets"][0]

    def apply(self, machines, *args, **named):
        """Applies, and finds nothing to do afterwards."""
        target = self.sync(machines, "--apply", *args, **named)
        assert {step["outcome"] for step in target["steps"]} <= {"done"}, target["steps"]
        again = self.sync(machines, *args, **named)
        assert again["steps"] == []
        return target

    def fails(self, machines, **named):
        """Runs, fails, and returns why."""
        error = self.sync(machines, "--apply", expect=2, **named)["error"]
        assert error
        return error


@pytest.fixture
def names(home, bind):
    """A home, and zones without anything of ours."""
    return Names(home, bind)


def test_machines_come_change_and_go(names, bind):
    before = bind.zone(), bind.zone(REVERSE)
    web = machine(1, ips=("10.0.0.4", "2001:db8::4"))
    names.apply([web])
    assert (bind.dig(WEB, "A"), bind.dig(WEB, "AAAA")) == (["10.0.0.4"], ["2001:db8::4"])
    assert bind.dig("4.0.0.10.in-addr.arpa", "PTR") == [f"{WEB}."]
    (txt,) = bind.dig(f"a-{WEB}", "TXT")
    assert txt.startswith('"heritage=external-dns,external-dns/owner=netcensus-names,external-dns/resource=netcensus/aws/')
    names.apply([machine(1, ips=("10.0.0.9",))])
    assert (bind.dig(WEB, "A"), bind.dig(WEB, "AAAA"), bind.dig("4.0.0.10.in-addr.arpa", "PTR")) == (["10.0.0.9"], [], [])
    # Another machine takes over the name.
    names.apply([machine(2, ips=("10.0.0.7",), state="stopped")])
    assert bind.dig(WEB, "A") == ["10.0.0.7"]
    names.configure(ttl=60)
    names.apply([machine(2, ips=("10.0.0.7",))])
    assert any(line.startswith(f"{WEB}. 60 IN A ") for line in bind.zone())
    names.apply([])
    assert (bind.zone(), bind.zone(REVERSE)) == before


def test_many_machines(names, bind):
    machines = [machine(n, f"host {n}", ips=(f"10.1.{n // 250}.{n % 250}",)) for n in range(2000)]
    target = names.apply(machines)
    assert len(target["steps"]) == 4000
    assert bind.dig(f"host-1999.eu-west-1.{ZONE}", "A") == ["10.1.7.249"]
    names.apply([])


def test_what_people_made_stays(names, bind):
    bind.by_hand(f"update add {WEB}. 300 A 10.9.9.9", f"update add other.{ZONE}. 300 A 10.9.9.8")
    bind.by_hand(f"update add api.eu-west-1.{ZONE}. 300 CNAME other.{ZONE}.")
    bind.by_hand(f"update add sub.{ZONE}. 300 NS ns.{ZONE}.")
    before = bind.zone()
    machines = [machine(1), machine(2, "api", ips=("10.0.0.5",))]
    target = names.apply(machines)
    assert len(target["conflicts"]) == 2
    assert names.sync(machines, "--exit-code", expect=1)["conflicts"]
    assert bind.zone() == before
    names.apply([])
    assert bind.zone() == before


def test_what_people_add_and_change(names, bind):
    names.apply([machine(1)])
    bind.by_hand(f"update add {WEB}. 300 A 10.9.9.9")
    names.apply([machine(1, ips=("10.0.0.5",))])
    assert bind.dig(WEB, "A") == ["10.0.0.5", "10.9.9.9"]
    names.apply([])
    assert bind.dig(WEB, "A") == ["10.0.0.5", "10.9.9.9"], "marked, not deleted"
    bind.by_hand(f"update delete {WEB}. A", f"update add {WEB}. 300 A 10.9.9.8")
    names.apply([machine(1)])
    assert bind.dig(WEB, "A") == ["10.0.0.4"], "put back"
    bind.by_hand(f"update delete a-{WEB}. TXT")
    names.apply([])
    assert bind.dig(WEB, "A") == ["10.0.0.4"], "without the TXT record it is not ours"


def test_adopted_records_are_never_deleted(names, bind):
    bind.by_hand(f"update add {WEB}. 300 A 10.0.0.4")
    names.apply([machine(1)], "--adopt")
    names.apply([machine(1, ips=("10.0.0.6",))])
    assert bind.dig(WEB, "A") == ["10.0.0.6"]
    names.apply([])
    assert bind.dig(WEB, "A") == ["10.0.0.6"]


def test_two_owners(names, bind):
    names.apply([machine(1)])
    names.configure(owner="team-b")
    target = names.apply([machine(9, ips=("10.0.0.99",))])
    assert target["conflicts"][0]["reason"] == "belongs to the registry `netcensus-names`"
    names.apply([])
    assert bind.dig(WEB, "A") == ["10.0.0.4"]


def test_a_denied_account_loses_nothing(names, bind):
    names.apply([machine(1), machine(2, "api", ips=("10.0.0.5",), account="222222222222")])
    names.apply([], denied=("111111111111",), expect=3)
    assert (bind.dig(WEB, "A"), bind.dig(f"api.eu-west-1.{ZONE}", "A")) == (["10.0.0.4"], [])


def test_keys_and_clocks(names, bind):
    text = (bind.folder / "netcensus.key").read_text()
    wrong = re.sub(r'secret "(.)', lambda found: f'secret "{"B" if found.group(1) == "A" else "A"}', text)
    (bind.folder / "wrong.key").write_text(wrong)
    names.configure(key="wrong.key")
    assert "(BADSIG)" in names.fails([machine(1)])
    (bind.folder / "unknown.key").write_text(text.replace('"netcensus"', '"nobody"'))
    names.configure(key="unknown.key")
    assert "(BADKEY)" in names.fails([machine(1)])
    names.configure()
    if shutil.which("faketime"):
        error = names.fails([machine(1)], program=("faketime", "-f", "+1000s", BINARY))
        assert "BADTIME" in error and "clock" in error
    assert bind.dig(WEB, "A") == []


def test_refusals(names, bind):
    # This key reads the zones, and changes nothing.
    names.configure(key="reader.key")
    target = names.sync([machine(1)], "--apply", expect=2)
    assert {step["outcome"] for step in target["steps"]} == {"failed"}
    assert all("REFUSED" in step["error"] and "update-policy" in step["error"] for step in target["steps"])
    # This one does not even read them.
    names.configure(key="people.key")
    error = names.fails([machine(1)])
    assert "does not transfer" in error and "allow-transfer" in error
    names.configure()
    text = (names.home.path / "netcensus.toml").read_text()
    names.home.write("netcensus.toml", text.replace(f'"{REVERSE}"', f'"{REVERSE}", "20.172.in-addr.arpa"'))
    assert "20.172.in-addr.arpa" in names.fails([machine(1)])
    assert bind.dig(WEB, "A") == []


def test_a_server_that_is_away(names, bind):
    names.apply([machine(1)])
    bind.stop()
    assert "check `server`" in names.fails([machine(1)])
