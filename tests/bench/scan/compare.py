"""Reads one estate with netcensus and with boto3, in turn, and prints both as a Markdown table.

usage: compare.py NETCENSUS [--accounts N] [--regions N] [--latency MS] [--repeat N] [--threads N]
Needs boto3 (tests/moto/run.sh makes a virtual environment with it). Everything runs on loopback: the sandbox
serves the estate, every answer held back by the latency. Times are wall clock; the ratios are what counts.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROLE = "netcensus"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("netcensus")
    for name, value in [("accounts", 50), ("regions", 16), ("latency", 60), ("repeat", 3), ("threads", 32)]:
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--instances", type=int, default=10_000)
    return parser.parse_args()


def environment(lines):
    wanted = dict(line.removeprefix("export ").strip().replace("'", "").split("=", 1) for line in lines)
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **wanted}


def timed(command, env):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True, text=True)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, done.stdout


def items(document):
    found = json.loads(document)
    return sum(len(found[kind]) for kind in ("networks", "subnets", "instances"))


def main():
    args = arguments()
    size = f"accounts={args.accounts},regions={args.regions},networks=3,subnets=3,instances={args.instances}"
    served = [args.netcensus, "sandbox", "--generate", size, "--fault", f"latency={args.latency}ms"]
    sandbox = subprocess.Popen(served, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        lines = []
        while not lines or not lines[-1].startswith("export AWS_DEFAULT_REGION"):
            lines.append(sandbox.stdout.readline())
        env = environment(lines)
        scan = [args.netcensus, "scan", "-q", "-o", "json", "--aws-org", "--aws-org-role", ROLE]
        scan += ["--concurrency", str(args.threads)]
        regions = sorted({c["region"] for c in json.loads(timed(scan, env)[2])["coverage"] if c["region"]})
        peer = [sys.executable, str(HERE / "peer_boto3.py"), ROLE, str(args.threads), *regions]
        runs = {"netcensus": [], f"boto3, {args.threads} threads": []}
        counts = set()
        for _ in range(args.repeat):
            for (name, times), command in zip(runs.items(), (scan, peer)):
                wall, cpu, output = timed(command, env)
                times.append((wall, cpu))
                counts.add(items(output) if name == "netcensus" else int(output))
        assert len(counts) == 1, f"they disagree about what there is: {counts}"
        report(args, runs, counts.pop(), len(regions))
    finally:
        sandbox.terminate()
        sandbox.wait()


def report(args, runs, count, regions):
    print(f"{args.accounts} accounts x {regions} regions x 3 calls, {count} items, {args.latency} ms per answer,")
    print(f"median of {args.repeat}:\n\n| tool | wall | CPU | wall against netcensus |\n|---|---|---|---|")
    medians = {name: [statistics.median(column) for column in zip(*times)] for name, times in runs.items()}
    for name, (wall, cpu) in medians.items():
        print(f"| {name} | {wall:.1f} s | {cpu:.1f} s | {wall / medians['netcensus'][0]:.1f} x |")


main()
