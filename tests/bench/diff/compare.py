"""Compares two inventories of generated estates with netcensus and with other tools, and prints Markdown tables.

usage: compare.py [--sizes N ...] [--limit SECONDS] [--repeat N] [--seed N] [--alone]
Builds netcensus and the generator without the SDKs, and fetches deepdiff into the target directory; jq is left out and
named when it is not installed. All read the same estate in the same run and must count as many rows added, removed and
changed as the generator says. Figures are those of the whole program: seconds, seconds of the processor, memory at the
peak. A tool that does not finish within the limit is not asked for more.
"""

import argparse
import gzip
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
DEEPDIFF = "deepdiff==9.1.0"
OURS = "netcensus, snapshots"
COUNTS = ("added", "removed", "changed")
# What takes longer than this is not done again for a better time.
LONG = 5


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**4, 10**5, 10**6])
    parser.add_argument("--limit", type=float, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="measure no other tool, and fetch nothing")
    return parser.parse_args()


def say(text):
    print(text, file=sys.stderr, flush=True)


def built(name, *command):
    """Builds with cargo, and returns the program of that name."""
    command = ["cargo", *command, "--no-default-features", "--message-format", "json"]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=HERE).stdout.splitlines()
    messages = [message for message in map(json.loads, lines) if message.get("target", {}).get("name") == name]
    return [message["executable"] for message in messages if message.get("executable")][-1]


def timed(command, limit, output=None):
    """Runs a program; returns its seconds, those of the processor, and its peak memory in MiB.

    None when it is stopped at the limit.
    """
    begun = time.perf_counter()
    with open(output or os.devnull, "wb") as out:
        child = subprocess.Popen(list(map(str, command)), stdout=out)
    timer = threading.Timer(limit, child.kill)
    timer.start()
    _, status, used = os.wait4(child.pid, 0)
    timer.cancel()
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        say(f"stopped after {seconds:.0f} s: {command[0]} {command[1]}")
        return None
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def best(args, command, output=None):
    """Measures some times, and returns the fastest."""
    fastest = None
    for _ in range(args.repeat):
        found = timed(command, args.limit, output)
        if found is None:
            return fastest
        fastest = min(fastest or found, found)
        if found[0] > LONG:
            break
    return fastest


def tools(args, program, folder):
    """Returns the command of each tool for two snapshots and two documents."""
    ours = [program, "diff", "-q", "-o", "json"]
    found = {
        OURS: lambda snapshots, documents: [*ours, *snapshots],
        "netcensus, JSON documents": lambda snapshots, documents: [*ours, *documents],
    }
    if args.alone:
        return found
    script = HERE / "peer_python.py"
    found[f"Python {sys.version.split()[0]}, dicts"] = lambda _, documents: [sys.executable, script, "dict", *documents]
    if shutil.which("jq"):
        version = subprocess.run(["jq", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        found[version] = lambda _, documents: ["jq", "-n", "-f", HERE / "peer.jq", *documents]
    else:
        say("left out, since it is not installed: jq")
    try:
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", DEEPDIFF], check=True)
        found[f"Python {DEEPDIFF.replace('==', ' ')}"] = lambda _, documents: [python, script, "deepdiff", *documents]
    except (OSError, subprocess.CalledProcessError) as error:
        say(f"left out, since pip failed: {DEEPDIFF} ({error})")
    return found


def counted(path):
    """Returns what a tool counted, in the one form or the other."""
    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    kinds = found.get("counts", [found])
    return {what: sum(kind[what] for kind in kinds) for what in COUNTS}


def compare(args, wanted, estate, truth):
    """Measures each tool that is still asked, on one estate."""
    snapshots = [estate / "old.ncsnap", estate / "new.ncsnap"]
    documents = [estate / "old.json", estate / "new.json"]
    answer, results = estate / "answer.json", {}
    for name in list(wanted):
        results[name] = best(args, wanted[name](snapshots, documents), answer)
        say(f"{estate.name}: {name}: {results[name]}")
        if results[name] is None:
            del wanted[name]
        elif counted(answer) != truth:
            raise SystemExit(f"{estate}: {name} counts {counted(answer)}, the generator {truth}")
    return results


def load(args, program, estate):
    """Measures reading and writing of one inventory."""
    show = [program, "scan", "networks", "-q", "-o", "csv", "--from"]
    commands = {
        "`scan networks --columns id --from SNAPSHOT`": [*show, estate / "old.ncsnap", "--columns", "id"],
        "`scan networks --columns id --from JSON`": [*show, estate / "old.json", "--columns", "id"],
        "`scan networks --from SNAPSHOT`": [*show, estate / "old.ncsnap"],
        "`scan networks --from JSON`": [*show, estate / "old.json"],
        "`scan networks --from SNAPSHOT --save`": [*show, estate / "old.ncsnap", "--save", estate / "copy.ncsnap"],
    }
    return {name: best(args, command) for name, command in commands.items()}


def sizes(estate):
    """Returns how large an inventory is in each form, in MB."""
    packed = estate / "old.json.gz"
    with open(estate / "old.json", "rb") as plain, gzip.open(packed, "wb", compresslevel=6) as out:
        shutil.copyfileobj(plain, out)
    files = {"snapshot": estate / "old.ncsnap", "JSON document": estate / "old.json", "`gzip -6` of it": packed}
    return {name: path.stat().st_size / 1e6 for name, path in files.items()}


def power(size):
    exponent = round(math.log10(size))
    return f"10^{exponent}" if size == 10**exponent else str(size)


def figure(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.2g}"


def growth(args, results):
    """Seconds of the processor and memory of a row at the largest size, against those at the size before."""
    if len(args.sizes) < 2 or not all(results[-2:]):
        return ""
    scale = args.sizes[-1] / args.sizes[-2]
    _, seconds, memory = (after / before / scale for before, after in zip(*results[-2:]))
    return f"{seconds:.2f} x, {memory:.2f} x"


def table(args, title, rows, cell, last=None):
    print(f"\n| {title} | {' | '.join(map(power, args.sizes))} |{f' {last} |' if last else ''}")
    print("|---" * (len(args.sizes) + 1 + bool(last)) + "|")
    for name in rows[args.sizes[0]]:
        results = [rows[size].get(name) for size in args.sizes]
        cells = [cell(size, result) for size, result in zip(args.sizes, results)]
        cells += [growth(args, results)] if last else []
        print(f"| {name} | {' | '.join(cells)} |")


def main():
    args = arguments()
    generator = built("diff", "bench", "--bench", "diff", "--no-run")
    program = built("netcensus", "build", "--release")
    folder = pathlib.Path(program).parents[1] / "bench-diff"
    folder.mkdir(exist_ok=True)
    wanted = tools(args, program, folder)
    compared, loaded, files = {}, {}, {}
    for size in args.sizes:
        estate = folder / power(size)
        estate.mkdir(exist_ok=True)
        command = [generator, "generate", str(estate), str(size), str(args.seed)]
        truth = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        say(f"{estate.name}: {truth}")
        compared[size] = compare(args, wanted, estate, truth)
        loaded[size] = load(args, program, estate)
        files[size] = sizes(estate)

    def measured(size, result, against=None):
        if result is None:
            return "did not finish"
        ratio = f", {figure(result[0] / against[size][0])} x" if against else ""
        return f"{figure(result[0])} s, {figure(result[1])} s, {result[2]:,.0f} MiB{ratio}"

    ours = {size: compared[size][OURS] for size in args.sizes}
    table(args, "comparing", compared, lambda size, result: measured(size, result, ours), "growth")
    table(args, "one inventory", loaded, measured, "growth")
    table(args, "MB", files, lambda _, result: figure(result))


if __name__ == "__main__":
    main()
