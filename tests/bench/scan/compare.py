"""Measures whole scans: growth, planning, single accounts, faults, large estates, and other tools beside netcensus.

usage: compare.py NETCENSUS [PART ...] [--quick] [--latency MS] [--repeat N]
Prints Markdown tables. Everything runs on loopback: the sandbox, a process of its own, serves the estate and holds
every answer back by the latency. The settings are the defaults. Who reads the same estate must count the same items.
"""

import argparse
import collections
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import rivals
from programs import best, figure, say, timed
from sandbox import ROLE, Sandbox

BY_ORG = ["--aws-org", "--aws-org-role", ROLE]
BY_PROFILES = ["--all-aws-profiles"]
REGIONS = 17
# Estates have so many in each region of an account, 20 rows in all.
NETWORKS, SUBNETS, INSTANCES = 3, 3, 8
THREADS = 32
# Profiles for each account where only planning is measured, as configurations that are generated from SSO have them.
ROLES = 4


def size(accounts, regions=REGIONS, **other):
    instances = accounts * regions * INSTANCES
    found = {"accounts": accounts, "regions": regions, "networks": NETWORKS, "subnets": SUBNETS}
    return {**found, "instances": instances, **other}


def table(*columns):
    """Prints the head of a table."""
    print(f"\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)


def row(*cells):
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


class Run:
    """A program that was run: its time, its memory, and what the sandbox spent meanwhile."""

    def __init__(self, args, served, command, output=None, env=None, accepted=(0,), errors=None):
        env = env or served.environment
        self.sandbox = 0.0

        def measure():
            before = served.processor_time()
            found = timed(command, args.limit, output, env, accepted, errors)
            after = served.processor_time()
            return found and (*found, after - before)

        found = best(args.repeat, measure)
        self.finished = found is not None
        if found:
            self.wall, self.processor, self.memory, self.sandbox = found

    def cells(self):
        if not self.finished:
            return ["did not finish", "", ""]
        return [f"{figure(self.wall)} s", f"{figure(self.processor)} s", f"{self.memory:,.0f} MiB"]


def scan(args, served, scope, output, *more, env=None, accepted=(0,)):
    command = [args.netcensus, "scan", "-q", "-o", "json", "--provider", "aws", *scope, *more]
    return Run(args, served, command, output, env, accepted)


def growth(args, directory):
    """By organisation and by profiles, from few accounts to many."""
    table("selected by", "accounts", "wall", "processor", "memory", "requests", "rows", "a read", "growth", "sandbox")
    for name, scope in (("--aws-org", BY_ORG), ("--all-aws-profiles", BY_PROFILES)):
        before = None
        for accounts in args.accounts:
            with Sandbox(args.fake, size(accounts), args.latency) as served:
                output = directory / "inventory.json"
                run = scan(args, served, scope, output)
                if not run.finished:
                    row(name, accounts, *run.cells(), "", "", "", "", "")
                    continue
                each = run.wall / (accounts * REGIONS * 3)
                # Linear is 1: the time of a read against that of the estate before.
                grown = f"{each / before:.2f} x" if before else ""
                sandbox = f"{figure(run.sandbox)} s"
                found = facts(output)
                counts = [f"{found[key]:,}" for key in ("requests", "items")]
                row(name, accounts, *run.cells(), *counts, f"{each * 1000:.2f} ms", grown, sandbox)
                before = each


def planning(args, _):
    """`--dry-run`: parsing profiles, signing in, regions."""
    table("planned", "latency", "wall", "processor", "memory", "sandbox")
    empty = {"networks": 0, "subnets": 0, "instances": 0}
    for profiles in args.profiles:
        accounts = max(profiles // ROLES, 1)
        for latency in (0, args.latency):
            with Sandbox(args.fake, size(accounts, **empty), latency) as served:
                served.add_roles(ROLES)
                run = scan(args, served, BY_PROFILES, None, "--dry-run")
                row(f"{profiles:,} profiles", f"{latency} ms", *run.cells(), f"{figure(run.sandbox)} s")
    for accounts in args.profiles:
        with Sandbox(args.fake, size(accounts, **empty), args.latency) as served:
            run = scan(args, served, BY_ORG, None, "--dry-run")
            row(f"{accounts:,} accounts of an organisation", f"{args.latency} ms", *run.cells(), f"{figure(run.sandbox)} s")
    for subscriptions in args.profiles:
        estate = size(1, 1, **empty, subscriptions=subscriptions)
        with Sandbox(args.fake, estate, args.latency, tls=True) as served:
            command = [args.netcensus, "scan", "-q", "--provider", "azure", "--dry-run"]
            run = Run(args, served, command)
            row(f"{subscriptions:,} subscriptions", f"{args.latency} ms", *run.cells(), f"{figure(run.sandbox)} s")


def boto3(args, directory):
    """The strongest rival: threads and one client for each account and region."""
    accounts = 10 if args.quick else 50
    with Sandbox(args.fake, size(accounts), args.latency) as served:
        output = directory / "inventory.json"
        own = scan(args, served, BY_ORG, output)
        found = facts(output)
        regions = found["regions"]
        table(f"{accounts} accounts x {len(regions)} regions x 3 calls", "wall", "processor", "memory", "against netcensus")
        row("netcensus", *own.cells(), "1 x")
        rival(args, served, f"boto3, {THREADS} threads", rivals.boto3(regions, THREADS), own, found["items"], directory)


def others(args, directory):
    """Tools that take minutes for what is small here."""
    for accounts, regions in [(5, 4)] if args.quick else [(5, 4), (20, 4)]:
        with Sandbox(args.fake, size(accounts, regions), args.latency) as served:
            output = directory / "inventory.json"
            own = scan(args, served, BY_PROFILES, output)
            names, profiles, found = facts(output)["regions"], served.profiles(), facts(output)["items"]
            table(f"{accounts} accounts x {regions} regions x 3 calls", "wall", "processor", "memory", "against netcensus")
            row("netcensus", *own.cells(), "1 x")
            rival(args, served, "cartography 0.143, its fetch functions", rivals.cartography(profiles, names), own, found, directory)
            with tempfile.TemporaryDirectory() as place:
                place = pathlib.Path(place)
                command = rivals.custodian(place, profiles, names)
                count = lambda _: rivals.custodian_items(place)
                rival(args, served, "c7n-org 0.6.52, c7n 0.9.53", command, own, found, directory, count)
            for at_once in (4, 16):
                name = f"awscli 1.46 in `xargs -P {at_once}`"
                rival(args, served, name, rivals.awscli(profiles, names, at_once), own, found, directory)


def rival(args, served, name, command, own, expected, directory, count=None):
    """Runs another tool, and refuses its time when it counts other items."""
    if not command:
        return
    output = directory / "peer.txt"
    run = Run(args, served, command, output, errors=directory / "peer.log")
    if not run.finished:
        row(name, *run.cells(), "")
        return
    counted = count(output) if count else int(output.read_text().split()[-1])
    ratio = f"{figure(run.wall / own.wall)} x"
    row(name, *run.cells(), ratio if counted == expected else f"counts {counted:,}, and not {expected:,}")


def facts(output):
    """Counts what is in an inventory document."""
    done = subprocess.run([sys.executable, HERE / "facts.py", output], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def azure(args, directory):
    """Azure's SDK with threads."""
    for subscriptions in (20,) if args.quick else (20, 100, 1000):
        estate = size(1, 1, networks=2, subnets=2, instances=0, subscriptions=subscriptions, vms=4)
        with Sandbox(args.fake, estate, args.latency, tls=True) as served:
            output = directory / "inventory.json"
            command = [args.netcensus, "scan", "-q", "-o", "json", "--provider", "azure"]
            own = Run(args, served, command, output)
            found = facts(output)
            table(f"{subscriptions} subscriptions", "wall", "processor", "memory", "against netcensus")
            row("netcensus", *own.cells(), "1 x")
            name = f"Azure's SDK for Python, {THREADS} threads"
            rival(args, served, name, rivals.azure(found["accounts"], THREADS), own, found["items"], directory)


def single(args, _):
    """One account in one region: the slope over the latency is the number of round trips that wait for each other."""
    walls = {}
    for latency in (0, 200):
        with Sandbox(args.fake, size(1, 1), latency) as served:
            scope = ["--aws-profile", served.profiles()[0], "--region", "eu-west-1"]
            walls[latency] = scan(argparse.Namespace(**{**vars(args), "repeat": 5}), served, scope, None).wall
            if latency == 0:
                trace = [args.netcensus, "scan", "-vv", "--provider", "aws", *scope]
                done = subprocess.run(trace, env=served.environment, capture_output=True, text=True, check=True)
                sent = sum(" answer status=" in line for line in done.stderr.splitlines())
    trips = (walls[200] - walls[0]) / 0.2
    with Sandbox(args.fake, size(50), args.latency) as served:
        progress = min(first_progress(args, served) for _ in range(5))
    table("one account, one region", "")
    row("requests", sent)
    row("round trips one after the other", f"{trips:.1f}")
    row("without latency", f"{walls[0] * 1000:.0f} ms")
    row("first byte of the progress line on a terminal", f"{progress * 1000:.0f} ms")
    for flag in ("--version", "--help"):
        found = best(20, lambda flag=flag: timed([args.netcensus, flag], args.limit))
        row(f"`{flag}`", f"{found[0] * 1000:.1f} ms")


def first_progress(args, served):
    """Returns the seconds until a scan writes to a terminal."""
    terminal, end = pty.openpty()
    begun = time.perf_counter()
    command = [args.netcensus, "scan", "--provider", "aws", *BY_ORG]
    env = {**served.environment, "TERM": "xterm-256color"}
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=end)
    os.close(end)
    os.read(terminal, 1)
    seconds = time.perf_counter() - begun
    child.terminate()
    child.wait()
    os.close(terminal)
    return seconds


def faults(args, directory):
    """What is slow, dead or throttled costs its own bound, and nothing of the others."""
    accounts = 10 if args.quick else 50
    cases = [
        ("none", []),
        ("one region answers after 1 s", ["latency=1s@region=us-west-2"]),
        ("one region never answers, `--timeout 10s`", ["hang@region=us-west-2"]),
        ("each read of one account is throttled once, for 2 s", ["retry-after=2s@account=111111111115,times=1"]),
        ("STS assumes 5 roles a second", ["throttle=5/5@action=AssumeRole"]),
    ]
    unhindered = 0, 0
    table(f"fault, {accounts} accounts x {REGIONS} regions", "wall", "processor", "memory", "reads complete", "requests")
    for name, injected in cases:
        with Sandbox(args.fake, size(accounts), args.latency, *injected) as served:
            output = directory / "inventory.json"
            more = ["--timeout", "10s"] if "--timeout" in name else []
            # A second run would not meet a fault that strikes each request once.
            once = argparse.Namespace(**{**vars(args), "repeat": 1})
            run = scan(once, served, BY_ORG, output, *more, accepted=(0, 3))
            if not run.finished:
                row(name, *run.cells(), "", "")
                continue
            found = facts(output)
            if not injected:
                unhindered = run.wall, found["requests"]
            # A fault that meets no request would look as if it cost nothing.
            elif run.wall <= 1.2 * unhindered[0] and found["requests"] <= unhindered[1]:
                row(name, *run.cells(), "the fault changed nothing", f"{found['requests']:,}")
                continue
            row(name, *run.cells(), f"{found['complete']:,} of {found['reads']:,}", f"{found['requests']:,}")


def large(args, directory):
    """Many instances in one scan, without latency."""
    count = 100_000 if args.quick else 1_000_000
    estate = size(50, instances=count)
    table(f"{count:,} instances", "wall", "processor", "memory", "bytes a row", "size", "sandbox")
    with Sandbox(args.fake, estate, 0) as served:
        scope = ["-q", "--provider", "aws", *BY_ORG]
        snapshot, parquet = directory / "all.ncsnap", directory / "parquet"
        written = {
            "`scan instances -o csv`": (["scan", "instances", "-o", "csv", *scope], None),
            "`scan instances -o ndjson`": (["scan", "instances", "-o", "ndjson", *scope], None),
            "`scan instances --save`, shown as csv": (
                ["scan", "instances", "-o", "csv", "--save", snapshot, *scope], snapshot),
            "`export --format parquet`": (
                ["export", "--kind", "instances", "--format", "parquet", "--to", f"{parquet}/", *scope], parquet),
        }
        for name, (command, result) in written.items():
            output = directory / "rows.out"
            run = Run(argparse.Namespace(**{**vars(args), "repeat": 1}), served, [args.netcensus, *command], output)
            if not run.finished:
                row(name, *run.cells(), "", "", "")
                continue
            files = [path for path in (result or output, *(result.rglob("*") if result else ())) if path.is_file()]
            written_bytes = sum(path.stat().st_size for path in files)
            each = run.memory * (1 << 20) / count
            row(name, *run.cells(), f"{each:,.0f}", f"{written_bytes / 1e6:,.0f} MB", f"{figure(run.sandbox)} s")


def profile(args, directory):
    """Where the processor time goes, by crate and by function, as `perf` samples it."""
    data = directory / "perf.data"
    with Sandbox(args.fake, size(50), args.latency) as served:
        scope = [args.netcensus, "scan", "-q", "-o", "json", "--provider", "aws", *BY_ORG]
        command = ["perf", "record", "--quiet", "--freq", "999", "--output", data, *scope]
        subprocess.run(command, env=served.environment, stdout=subprocess.DEVNULL, check=True)
    report = ["perf", "report", "--input", data, "--stdio", "--sort", "symbol", "--field-separator", "|"]
    done = subprocess.run(report, capture_output=True, text=True, check=True)
    lines = [line.split("|")[:2] for line in done.stdout.splitlines() if "|" in line and not line.startswith("#")]
    shares = [(float(share.strip().rstrip("%")), symbol[len("[.] "):].strip()) for share, symbol in lines]
    if sum(share for share, symbol in shares if symbol.startswith("0x")) > 50:
        say("no names: build with CARGO_PROFILE_RELEASE_STRIP=none, or measure a debug build")
        return
    crates = collections.Counter()
    for share, symbol in shares:
        crates[crate_of(symbol)] += share
    table("crate", "of the processor time")
    for name, share in crates.most_common(12):
        row(name, f"{share:.1f} %")
    table("function", "of the processor time")
    for share, symbol in shares[:12]:
        row(f"`{symbol}`", f"{share:.1f} %")


def crate_of(symbol):
    """Returns the crate of a function: `<aws_smithy_xml::decode::Document as Iterator>::next` is of aws_smithy_xml."""
    path = re.match(r"[<&*(\[]*(?:mut |dyn |impl )?([A-Za-z_]\w*)::", symbol)
    return path.group(1) if path else "libc and kernel"


PARTS = {
    "growth": growth,
    "planning": planning,
    "boto3": boto3,
    "others": others,
    "azure": azure,
    "single": single,
    "faults": faults,
    "large": large,
    "profile": profile,
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("netcensus", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"all, or some of: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="smaller estates")
    parser.add_argument("--fake", type=lambda text: pathlib.Path(text).resolve(), help="whose sandbox serves [default: NETCENSUS]")
    parser.add_argument("--accounts", type=int, nargs="+", help="of the part growth [default: 10 50 300 1000]")
    parser.add_argument("--profiles", type=int, nargs="+", help="of the part planning [default: 50 300 600 2000]")
    parser.add_argument("--latency", type=int, default=60, help="of every answer, in milliseconds")
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the fastest counts")
    parser.add_argument("--limit", type=int, default=600, help="seconds after which a program is stopped")
    args = parser.parse_args()
    args.fake = args.fake or args.netcensus
    args.accounts = args.accounts or ([10, 50] if args.quick else [10, 50, 300, 1000])
    args.profiles = args.profiles or ([50, 300] if args.quick else [50, 300, 600, 2000])
    for part in args.parts:
        if part not in PARTS:
            parser.error(f"there is no part {part}; the parts are {', '.join(PARTS)}")
    return args


def main():
    args = arguments()
    # Stopped, it stops what it started too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="netcensus-bench-") as directory:
        for part in args.parts or PARTS:
            say(f"{part}: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
            PARTS[part](args, pathlib.Path(directory))


if __name__ == "__main__":
    main()
