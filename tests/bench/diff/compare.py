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
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from programs import best_run, built, figure, pip_install, power, say  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
DEEPDIFF = "deepdiff==9.1.0"
OURS = "netcensus, snapshots"
COUNTS = ("added", "removed", "changed")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**4, 10**5, 10**6])
    parser.add_argument("--limit", type=float, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="measure no other tool, and fetch nothing")
    return parser.parse_args()


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
    python = pip_install(folder, DEEPDIFF)
    if python:
        found[f"Python {DEEPDIFF.replace('==', ' ')}"] = lambda _, documents: [python, script, "deepdiff", *documents]
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
        results[name] = best_run(args, wanted[name](snapshots, documents), answer)
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
    return {name: best_run(args, command) for name, command in commands.items()}


def sizes(estate):
    """Returns how large an inventory is in each form, in MB."""
    packed = estate / "old.json.gz"
    with open(estate / "old.json", "rb") as plain, gzip.open(packed, "wb", compresslevel=6) as out:
        shutil.copyfileobj(plain, out)
    files = {"snapshot": estate / "old.ncsnap", "JSON document": estate / "old.json", "`gzip -6` of it": packed}
    return {name: path.stat().st_size / 1e6 for name, path in files.items()}


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
