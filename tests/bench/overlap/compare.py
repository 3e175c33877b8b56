"""Finds the prefixes in collision with the overlap engine and with other tools, and prints Markdown tables.

usage: compare.py [--sizes N ...] [--kinds KIND ...] [--limit SECONDS] [--repeat N] [--seed N] [--alone]
Builds the benchmark without the SDKs, fetches netaddr, pytricia and the npm packages into the target directory, and
starts a PostgreSQL of its own; what is not installed is left out and named. All read the same files in the same run,
and must find as many prefixes in collision. A tool that does not finish within the limit is not asked for more.
"""

import argparse
import contextlib
import json
import pathlib
import shutil
import subprocess
import sys

import peer_postgres

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from programs import best, pip_install, power, say  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
KINDS = ("nested", "duplicated", "disjoint", "all-default", "mixed")
PIP = {"netaddr": "1.3.0", "pytricia": "1.3.0"}
NPM = {"cidr-tools": "11.3.2", "fast-cidr-tools": "0.3.4"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**3, 10**4, 10**5, 10**6])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="measure no other tool: a minute, and nothing is fetched")
    return parser.parse_args()


def output(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def build():
    """Returns the program of the benchmark, and the folder for everything that is made here."""
    metadata = json.loads(output("cargo", "metadata", "--format-version", "1", "--no-deps", cwd=HERE))
    build = ["cargo", "bench", "--no-default-features", "--bench", "overlap", "--no-run", "--message-format", "json"]
    messages = [json.loads(line) for line in output(*build, cwd=HERE).splitlines()]
    programs = [message["executable"] for message in messages if message.get("target", {}).get("name") == "overlap"]
    folder = pathlib.Path(metadata["target_directory"]) / "bench-overlap"
    folder.mkdir(exist_ok=True)
    return programs[-1], folder


def run(command, limit):
    """Returns the seconds and the count that a peer prints, or None when it is stopped at the limit."""
    try:
        found = json.loads(output(*command, timeout=limit))
    except subprocess.TimeoutExpired:
        return None
    return found["seconds"], found["members"]


def python_peers(folder):
    script = HERE / "peer_python.py"
    plain = [sys.executable, str(script), "ipaddress"]
    peers = {f"Python {sys.version.split()[0]} ipaddress": lambda path, limit: run([*plain, path], limit)}
    python = pip_install(folder, *(f"{name}=={version}" for name, version in PIP.items()))
    if not python:
        return peers
    for name, version in PIP.items():
        command = [str(python), str(script), name]
        peers[f"Python {name} {version}"] = lambda path, limit, command=command: run([*command, path], limit)
    return peers


def node_peers(folder):
    wanted = [f"{name}@{version}" for name, version in NPM.items()]
    if not (shutil.which("node") and shutil.which("npm")):
        say(f"left out, since node and npm are not installed: {', '.join(wanted)}")
        return {}
    # A module is looked for beside the script, so the script goes where the modules are.
    script = shutil.copy(HERE / "peer_node.mjs", folder)
    try:
        subprocess.run(["npm", "install", "--silent", "--prefix", str(folder), *wanted], check=True)
    except subprocess.CalledProcessError as error:
        say(f"left out, since npm failed: {', '.join(wanted)} ({error})")
        return {}
    command = ["node", str(script)]
    return {
        f"npm {name} {version}": lambda path, limit, name=name: run([*command, name, path], limit)
        for name, version in NPM.items()
    }


def postgres_peers(stack):
    if not peer_postgres.is_installed():
        say("left out, since initdb, pg_ctl and psql are not installed: PostgreSQL")
        return {}
    version = output(peer_postgres.program("initdb"), "--version").split()[2]
    socket = stack.enter_context(peer_postgres.server())
    return {
        f"PostgreSQL {version}, GiST, {query}": lambda path, limit, query=query: peer_postgres.count(
            socket, query, path, limit
        )
        for query in peer_postgres.QUERIES
    }


def ours(program, path, args):
    runs = [json.loads(output(program, "run", path)) for _ in range(args.repeat)]
    return min(runs, key=lambda run: run["seconds"])


def measure(args, program, folder, peers, kind):
    """Returns our runs by size, and for each peer the largest size that it finished, with its seconds."""
    found, largest, asked = {}, {}, dict(peers)
    for size in args.sizes:
        path = str(folder / f"{kind}-{size}.txt")
        with open(path, "w", encoding="utf-8") as file:
            subprocess.run([program, "generate", kind, str(size), str(args.seed)], check=True, stdout=file)
        found[size] = ours(program, path, args)
        say(f"{kind} {size}: ours {found[size]['seconds']:.6f} s")
        for name in list(asked):
            done = best(args.repeat, lambda: asked[name](path, args.limit))
            say(f"{kind} {size}: {name} {done}")
            if done is None:
                del asked[name]
                continue
            if done[1] != found[size]["members"]:
                raise SystemExit(f"{path}: {name} finds {done[1]} in collision, ours {found[size]['members']}")
            largest[name] = (size, done[0])
    return found, largest


def ratio_cell(found, largest, name):
    if name not in largest:
        return "did not finish"
    size, seconds = largest[name]
    return f"{seconds / found[size]['seconds']:,.0f} x at {power(size)} ({seconds:.2g} s)"


def report(args, results, peers):
    if peers:
        print(f"| tool | {' | '.join(args.kinds)} |")
        print("|---" * (len(args.kinds) + 1) + "|")
    for name in peers:
        print(f"| {name} | {' | '.join(ratio_cell(*results[kind], name) for kind in args.kinds)} |")
    print(f"\n| ours | {' | '.join(map(power, args.sizes))} | growth | bytes per prefix | in collision |")
    print("|---" * (len(args.sizes) + 4) + "|")
    for kind in args.kinds:
        runs = [results[kind][0][size] for size in args.sizes]
        seconds = " | ".join(f"{run['seconds'] * 1000:.3g} ms" for run in runs)
        cells = f"{growth(runs)} | {runs[-1]['bytes_per_prefix']} | {runs[-1]['members']:,}"
        print(f"| {kind} | {seconds} | {cells} |")


def growth(runs):
    """The seconds for a prefix at the largest size, against those at the size before."""
    if len(runs) < 2:
        return ""
    before, last = (run["seconds"] / run["n"] for run in runs[-2:])
    return f"{last / before:.2f} x linear"


def main():
    args = arguments()
    program, folder = build()
    with contextlib.ExitStack() as stack:
        peers = {} if args.alone else {**python_peers(folder), **node_peers(folder), **postgres_peers(stack)}
        results = {kind: measure(args, program, folder, peers, kind) for kind in args.kinds}
    report(args, results, peers)


if __name__ == "__main__":
    main()
