"""Reads generated Azure estates list by list and by Resource Graph, in turn, and prints both as a Markdown table.

usage: compare.py NETCENSUS [--subscriptions N ...] [--latency MS] [--repeat N]
Needs nothing but Python. The sandbox inside the program serves the estate, every answer held back by the latency;
both ways must find the same items. Times are wall clock, and include the sandbox's own work; the ratios are what
counts.
"""

import argparse
import json
import statistics
import subprocess
import time

APIS = ("arm", "resource-graph")
KINDS = ("networks", "subnets", "instances", "interfaces", "links")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("netcensus")
    parser.add_argument("--subscriptions", type=int, nargs="+", default=[5, 20, 100, 500])
    parser.add_argument("--latency", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=3)
    return parser.parse_args()


def scan(args, subscriptions, api):
    size = f"accounts=1,regions=1,networks=2,subnets=2,instances=0,subscriptions={subscriptions},vms=4"
    command = [args.netcensus, "scan", "all", "--sandbox", "--provider", "azure", "--azure-api", api]
    command += ["--generate", size, "--fault", f"latency={args.latency}ms", "-q", "-o", "json"]
    begun = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    wall = time.monotonic() - begun
    document = json.loads(done.stdout)
    resources = {kind: document[kind] for kind in KINDS}
    return wall, sum(entry["requests"] for entry in document["coverage"]), resources


def measure(args, subscriptions):
    runs = {api: [] for api in APIS}
    for _ in range(args.repeat):
        found = {api: scan(args, subscriptions, api) for api in APIS}
        assert found["arm"][2] == found["resource-graph"][2], "the two ways differ"
        for api in APIS:
            runs[api].append(found[api])
    return {api: (statistics.median(run[0] for run in runs[api]), runs[api][0][1]) for api in APIS}


def main():
    args = arguments()
    print("| subscriptions | arm | requests | resource-graph | requests | arm against resource-graph |")
    print("|---|---|---|---|---|---|")
    for subscriptions in args.subscriptions:
        times = measure(args, subscriptions)
        (lists, asked), (graph, queried) = times["arm"], times["resource-graph"]
        print(
            f"| {subscriptions} | {lists:.1f} s | {asked} | {graph:.1f} s | {queried} | {lists / graph:.1f} x |",
            flush=True,
        )


if __name__ == "__main__":
    main()
