"""Measures how fresh `netcensus watch` keeps an inventory, what it asks for that, and how its memory grows.

usage: measure.py NETCENSUS [--rate N] [--burst N] [--seconds N] [--latency MS] [--accounts N] [--regions N]
                  [--instances N]
Needs nothing but Python. The sandbox inside the program serves an estate that changes so often a second, sends the events
to its queue of SQS, and holds every answer back by the latency. Lags are those of `/metrics`, from the time in an event,
which has whole seconds, to the record of its change; the quantiles are those of the last 4,096 messages.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scan"))

from sandbox import ROLE, Sandbox  # noqa: E402

SAMPLES = 12


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("netcensus", type=pathlib.Path)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--burst", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--latency", type=int, default=60)
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--regions", type=int, default=4)
    parser.add_argument("--instances", type=int, default=8000)
    return parser.parse_args()


class Watch:
    """A running `netcensus watch` with a server."""

    def __init__(self, netcensus, sandbox, folder):
        self.errors = folder / "watch.err"
        queue = sandbox.environment["SANDBOX_AWS_QUEUE"]
        command = [netcensus, "watch", "--provider", "aws", "--aws-org", "--aws-org-role", ROLE]
        command += ["--queue", f"aws:{queue}", "--serve", "0", "--store", folder / "store", "--on-change"]
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                list(map(str, command)), env=sandbox.environment, stdout=subprocess.DEVNULL, stderr=errors, cwd=folder
            )
        while "watching " not in self.errors.read_text():
            if self.process.poll() is not None:
                sys.exit(self.errors.read_text())
            time.sleep(0.1)
        self.address = self.errors.read_text().split("serving http://")[1].split(": ")[0]

    def metrics(self):
        """Returns the samples without labels, and those of quantiles."""
        with urllib.request.urlopen(f"http://{self.address}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        samples = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        found = {name: float(value) for name, value in samples if "scope_read" not in name}
        found["events"] = found['netcensus_watch_events_total{outcome="hint",reason=""}']
        found["rows"] = sum(value for name, value in found.items() if name.startswith("netcensus_resources{"))
        found["messages"] = sum(value for name, value in found.items() if name.startswith("netcensus_watch_messages"))
        return found

    def memory(self):
        """Returns the memory in use, in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def processor_time(self):
        """Returns the seconds of the processor that were used."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


def measure(args, folder):
    size = {"accounts": args.accounts, "regions": args.regions, "networks": 1, "subnets": 2, "instances": args.instances}
    with Sandbox(args.netcensus, size, args.latency, churn=f"{args.rate}/s,burst={args.burst}") as sandbox:
        watch = Watch(args.netcensus, sandbox, folder)
        try:
            # What happened during the first scan is late for another reason.
            while watch.metrics()["netcensus_watch_lag_seconds_count"] < 4 * args.rate:
                time.sleep(1)
            time.sleep(15)
            before, used, sizes = watch.metrics(), watch.processor_time(), []
            for _ in range(SAMPLES):
                time.sleep(args.seconds / SAMPLES)
                after = watch.metrics()
                sizes.append((watch.memory(), after["rows"]))
            used = watch.processor_time() - used
        finally:
            watch.process.terminate()
            watch.process.wait()
    return {name: after[name] - before.get(name, 0) for name in after}, after, used, sizes


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="netcensus-watch-") as folder:
        grown, after, used, sizes = measure(args, pathlib.Path(folder))
    lags = [after[f'netcensus_watch_lag_seconds{{quantile="{part}"}}'] for part in ("0.5", "0.95", "0.99")]
    reads, requests = grown["netcensus_watch_reads_total"], grown["netcensus_watch_requests_total"]
    print(f"{args.rate} changes/s, {grown['messages'] / args.seconds:.0f} messages/s, {grown['events']:.0f} events")
    print(f"lag: p50 {lags[0]:.1f} s, p95 {lags[1]:.1f} s, p99 {lags[2]:.1f} s")
    print(f"reads for an event: {reads / grown['events']:.2f}, requests: {requests / grown['events']:.2f}")
    print(f"processor: {used / args.seconds * 100:.0f} %")
    print(f"memory, MiB: {', '.join(f'{memory:.0f}' for memory, _ in sizes)}")
    print(f"rows, thousands: {', '.join(f'{rows / 1000:.1f}' for _, rows in sizes)}")
    waiting = [value for name, value in after.items() if name.startswith("netcensus_watch_queue_depth")]
    print(f"messages that wait: {waiting}, unknown ids: {grown['netcensus_watch_unknown_ids_total']:.0f}")


if __name__ == "__main__":
    main()
