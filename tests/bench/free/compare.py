"""Finds the free space between many prefixes with netcensus and with Python's libraries, and prints a Markdown table.

usage: compare.py [--sizes N ...] [--limit SECONDS] [--length LENGTH] [--seed N]
Builds the benchmark without the SDKs, and fetches netaddr into the target directory. All read the same file in the same
run, and must find as many holes and the same prefix. A tool that does not finish within the limit is not asked for more.
"""

import argparse
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from programs import built, pip_install, power, say  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
NETADDR = "1.3.0"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**3, 10**4, 10**5, 10**6])
    parser.add_argument("--limit", type=float, default=120)
    parser.add_argument("--length", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def run(command, limit):
    """Returns what a program prints, or None when it is stopped at the limit."""
    try:
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout)


def main():
    args = arguments()
    program = built("free", "bench", "--bench", "free", "--no-run")
    folder = pathlib.Path(program).resolve().parents[2] / "bench-free"
    folder.mkdir(exist_ok=True)
    script = str(HERE / "peer_python.py")
    peers = {f"Python {sys.version.split()[0]} ipaddress": [sys.executable, script, "ipaddress"]}
    python = pip_install(folder, f"netaddr=={NETADDR}")
    if python:
        peers[f"Python netaddr {NETADDR}"] = [str(python), script, "netaddr"]
    rows = {name: [] for name in ["netcensus", *peers]}
    for size in args.sizes:
        path = str(folder / f"{size}.txt")
        with open(path, "w", encoding="utf-8") as file:
            subprocess.run([program, "generate", str(size), str(args.seed)], check=True, stdout=file)
        ours = run([program, "run", path, str(args.length)], args.limit)
        rows["netcensus"].append(f"{ours['seconds'] * 1000:.3g} ms")
        for name in list(peers):
            found = run([*peers[name], path, str(args.length)], args.limit)
            say(f"{size}: {name} {found}")
            if found is None:
                rows[name].append("did not finish")
                del peers[name]
                continue
            if any(found[key] != ours[key] for key in ("holes", "first")):
                raise SystemExit(f"{path}: {name} finds {found}, netcensus {ours}")
            rows[name].append(f"{found['seconds'] / ours['seconds']:,.0f} x ({found['seconds']:.2g} s)")
    print(f"| tool | {' | '.join(map(power, args.sizes))} |")
    print("|---" * (len(args.sizes) + 1) + "|")
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
