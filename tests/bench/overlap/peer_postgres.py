"""A PostgreSQL server of its own in a temporary directory, on a Unix socket, that counts prefixes in collision."""

import contextlib
import glob
import os
import re
import shutil
import subprocess
import tempfile

# The pairs that everybody writes, and the question that stops at the first partner.
QUERIES = {
    "pairs": """select count(*) from (
        select distinct one.id from prefixes a
        join prefixes b on a.prefix && b.prefix and a.owner < b.owner
        cross join lateral (values (a.id), (b.id)) one (id)) ids""",
    "exists": """select count(*) from prefixes a where exists (
        select from prefixes b where a.prefix && b.prefix and a.owner <> b.owner)""",
}

# One process for a query, as everything else here; memory enough for the index and for what is distinct.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "shared_buffers": "512MB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "temp_file_limit": "8GB",
}


def program(name):
    places = [os.environ.get("PATH", ""), *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    return shutil.which(name, path=os.pathsep.join(places))


def is_installed():
    return all(program(name) for name in ("initdb", "pg_ctl", "psql"))


@contextlib.contextmanager
def server():
    """Yields the directory of its socket. PostgreSQL refuses to be root, so nobody owns it then."""
    nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="overlap-postgres-") as folder:
        if nobody:
            shutil.chown(folder, nobody["user"], nobody["group"])

        def run(name, *arguments):
            command = [program(name), "-D", f"{folder}/data", *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **nobody)

        run("initdb", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync")
        settings = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        run("pg_ctl", "start", "-w", "-l", f"{folder}/log", "-o", f"-k {folder} {settings}")
        try:
            yield folder
        finally:
            run("pg_ctl", "stop", "-w", "-m", "fast")


def count(folder, query, path, limit):
    """Returns seconds for index and query, and the count; None when that takes longer than the limit."""
    script = f"""
        set client_min_messages = warning;
        drop table if exists prefixes;
        create table prefixes (id int generated always as identity, prefix cidr, owner int);
        \\copy prefixes (prefix, owner) from '{path}' with (delimiter ' ')
        analyze prefixes;
        set statement_timeout = {int(limit * 1000)};
        \\timing on
        create index on prefixes using gist (prefix inet_ops);
        {" ".join(QUERIES[query].split())};
    """
    command = [program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "bench", "-d", "postgres"]
    done = subprocess.run(command, input=script.replace("        ", ""), capture_output=True, text=True)
    if "statement timeout" in done.stderr or "temp_file_limit" in done.stderr:
        return None
    if done.returncode != 0:
        raise SystemExit(f"psql: {done.stderr}")
    seconds = sum(float(time) for time in re.findall(r"^Time: ([\d.]+) ms", done.stdout, re.MULTILINE)) / 1000
    return seconds, int(re.search(r"^\d+$", done.stdout, re.MULTILINE)[0])
