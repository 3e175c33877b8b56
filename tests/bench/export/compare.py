"""Exports the instances of generated estates with netcensus and with other tools, and prints Markdown tables.

usage: compare.py [--sizes N ...] [--limit SECONDS] [--repeat N] [--seed N] [--alone]
Builds netcensus and the generator without the SDKs, and fetches pandas, pyarrow and openpyxl into the target directory.
netcensus reads a snapshot; the others read the CSV that it made of the same instances, and write the same rows and
columns. Figures are those of the whole program: seconds, seconds of the processor, memory at the peak, and the size of
what was written. A tool that does not finish within the limit is not asked for more.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from programs import best_run, built, figure, pip_install, power, say  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
PIP = ("pandas==3.1.1", "pyarrow==26.0.1", "openpyxl==3.1.5")
# The generator makes 45 instances of 100 rows.
INSTANCES = 0.45
# The program's formats, and how each file ends.
FORMATS = {
    "csv": "csv",
    "ndjson": "ndjson",
    "json": "json",
    "xlsx": "xlsx",
    "parquet": "parquet",
    "sqlite": "sqlite",
    "html": "html",
    "ansible": "yml",
    "prometheus": "json",
}
# What the others write, and the way in which they do.
PEERS = {
    "csv": ("pandas", "csv"),
    "ndjson": ("pandas",),
    "xlsx": ("openpyxl", "pandas"),
    "parquet": ("pandas",),
    "sqlite": ("sqlite3", "pandas"),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**4, 10**5, 10**6])
    parser.add_argument("--limit", type=float, default=600)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="measure no other tool, and fetch nothing")
    return parser.parse_args()


def lines(path):
    """Counts the instances in CSV, whose texts have no line ends in them."""
    with open(path, "rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) - 1


def run(args, command, path):
    """Measures what writes a file; returns that and the size in MB, or None."""
    path.unlink(missing_ok=True)
    found = best_run(args, command)
    return found and (*found, path.stat().st_size / 1e6)


def measure(args, program, python, folder, wanted):
    """Measures all that is still asked, on one estate."""
    results = {}
    for name, suffix in FORMATS.items():
        path = folder / f"{name}.{suffix}"
        command = [program, "export", "--from", folder / "estate.ncsnap", "--to", path, "--format", name, "-q"]
        # The document is always whole.
        kind = [] if name == "json" else ["--kind", "instances"]
        results[name, "netcensus"] = run(args, [*command, *kind], path)
        say(f"{folder.name}: {name}: {results[name, 'netcensus']}")
    rows = lines(folder / "csv.csv")
    for name, tool in [pair for pair in wanted if python]:
        path = folder / f"{tool}-{name}.{FORMATS[name]}"
        command = [python, HERE / "peer_python.py", tool, name, folder / "csv.csv", path]
        results[name, tool] = run(args, command, path)
        say(f"{folder.name}: {name} by {tool}: {results[name, tool]}")
        if results[name, tool] is None:
            wanted.remove((name, tool))
    return rows, results


def cell(results, key):
    found = results.get(key)
    if found is None:
        return "did not finish"
    seconds, processor, memory, size = found
    ours = results[key[0], "netcensus"]
    ratio = "" if key[1] == "netcensus" else f", {figure(seconds / ours[0])} x"
    return f"{figure(seconds)} s, {figure(processor)} s, {memory:,.0f} MiB, {figure(size)} MB{ratio}"


def table(args, measured, keys):
    print(f"\n| format | {' | '.join(map(power, args.sizes))} |")
    print("|---" * (len(args.sizes) + 1) + "|")
    for name, tool in keys:
        cells = [cell(measured[size][1], (name, tool)) for size in args.sizes]
        shown = f"`{name}`" if tool == "netcensus" else f"`{name}`, {tool}"
        print(f"| {shown} | {' | '.join(cells)} |")


def main():
    args = arguments()
    generator = built("diff", "bench", "--bench", "diff", "--no-run")
    program = built("netcensus", "build", "--release")
    top = pathlib.Path(program).parents[1] / "bench-export"
    top.mkdir(exist_ok=True)
    python = None if args.alone else pip_install(top, *PIP)
    pairs = [(name, tool) for name, tools in PEERS.items() for tool in tools]
    wanted, measured = list(pairs), {}
    for size in args.sizes:
        folder = top / power(size)
        folder.mkdir(exist_ok=True)
        rows = str(round(size / INSTANCES))
        subprocess.run([generator, "snapshot", folder / "estate.ncsnap", rows, str(args.seed)], check=True)
        measured[size] = measure(args, program, python, folder, wanted)
        shutil.rmtree(folder)
    print("instances:", ", ".join(f"{measured[size][0]:,}" for size in args.sizes))
    table(args, measured, [(name, "netcensus") for name in FORMATS])
    if python:
        table(args, measured, pairs)


if __name__ == "__main__":
    main()
